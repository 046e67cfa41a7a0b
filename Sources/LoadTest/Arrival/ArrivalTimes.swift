// The times at which single calls are due, evenly or randomly spaced around the plan.

/// How calls are spaced around the asked rate.
package enum Spacing: String, Sendable, CaseIterable {
  /// As evenly as the rate allows: the same interval while it is constant.
  case uniform
  /// As independent callers come: a Poisson process whose intensity is the asked rate.
  case poisson
}

/// The due times of a plan, one after the other. Pure; the same seed gives the same times.
///
/// A Poisson process of changing rate is one of rate 1 on the axis of the integral (time rescaling),
/// so both spacings use the same inverse.
package struct ArrivalTimes: Sequence, IteratorProtocol, Sendable {
  private let plan: ArrivalPlan
  private let spacing: Spacing
  private var numbers: SeededNumbers
  private var due = 0.0

  package init(_ plan: ArrivalPlan, _ spacing: Spacing = .uniform, seed: UInt64 = 1) {
    self.plan = plan
    self.spacing = spacing
    numbers = SeededNumbers(seed: seed)
    if spacing == .poisson { due = numbers.exponential() }
  }

  /// Nanoseconds from the start of the test until the next call is due; nil after the last one.
  package mutating func next() -> Int64? {
    guard let time = plan.time(ofCall: due), time < plan.seconds, time < 1e9 else { return nil }
    switch spacing {
    case .uniform: due += 1
    case .poisson: due += numbers.exponential()
    }
    return Int64(time * 1e9)
  }
}
