// One condition on one measured number: thresholds as data.

package import Vocabulary

/// What failing a condition leads to, the mildest first.
package enum LivenessOutcome: Int, Sendable, Comparable, CaseIterable {
  /// The material does not allow an answer: another capture may.
  case inconclusive
  /// A human should look.
  case review
  /// It is not what it should be.
  case reject

  package static func < (a: LivenessOutcome, b: LivenessOutcome) -> Bool { a.rawValue < b.rawValue }
}

/// What another number has to be for a rule to say anything.
package struct LivenessCondition: Sendable, Equatable {
  package var signal: LivenessSignal
  package var side: LivenessRule.Side
  package var limit: Double

  package init(_ signal: LivenessSignal, _ side: LivenessRule.Side, _ limit: Double) {
    self.signal = signal
    self.side = side
    self.limit = limit
  }

  func holds(_ signals: [LivenessSignal: Double]) -> Bool {
    guard let value = signals[signal] else { return false }
    return side == .atLeast ? value >= limit : value <= limit
  }
}

/// A number with the bound that it has to keep. Keeping it means lying on the good side or on the bound itself.
package struct LivenessRule: Sendable, Equatable {
  package enum Side: Sendable { case atLeast, atMost }

  /// Names the limit in settings and records; no two rules have the same.
  package var name: String
  package var signal: LivenessSignal
  package var side: Side
  package var limit: Double
  /// Values outside of it are faults of measurement: nothing is decided on them.
  package var range: ClosedRange<Double>
  /// A standard error that is taken off on the doubtful side, so many times, or so many times added to the other if
  /// the number is negative: then the rule fails beyond doubt only. Required as the signal is.
  package var doubt: (signal: LivenessSignal, times: Double)?
  /// What has to hold for the rule to say anything; empty for rules that are required.
  package var given: [LivenessCondition]
  /// Where the rule holds.
  package var modes: Set<LivenessMode>
  package var enhancedOnly: Bool
  /// Whether it holds for a single picture, too.
  package var forStills: Bool
  /// What a missing number leads to; nil where the rule then says nothing.
  package var missing: LivenessOutcome?
  package var failing: LivenessOutcome
  /// Judges the material itself: if it fails, nothing else is concluded from the capture.
  package var isAboutMaterial: Bool
  /// Whether a scene may make a remark of it.
  package var mayBeAdvisory: Bool
  package var code: ReasonCode
  package var tag: AttackTag?
  package var message: UserMessage
  /// What the limit means and where it is from.
  package var meaning: String
  /// The policy's version that brought it; earlier ones are without it.
  package var since: Int

  package init(
    _ name: String, _ signal: LivenessSignal, _ side: Side, _ limit: Double,
    in range: ClosedRange<Double>, doubt: (signal: LivenessSignal, times: Double)? = nil,
    given: [LivenessCondition] = [], modes: Set<LivenessMode> = Set(LivenessMode.allCases),
    enhancedOnly: Bool = false,
    forStills: Bool = false, missing: LivenessOutcome?, failing: LivenessOutcome,
    isAboutMaterial: Bool = false,
    mayBeAdvisory: Bool = false, code: ReasonCode, tag: AttackTag? = nil, message: UserMessage,
    meaning: String, since: Int = LivenessPolicy.versionsKnown.lowerBound
  ) {
    self.name = name
    self.signal = signal
    self.side = side
    self.limit = limit
    self.range = range
    self.doubt = doubt
    self.given = given
    self.modes = modes
    self.enhancedOnly = enhancedOnly
    self.forStills = forStills
    self.missing = missing
    self.failing = failing
    self.isAboutMaterial = isAboutMaterial
    self.mayBeAdvisory = mayBeAdvisory
    self.code = code
    self.tag = tag
    self.message = message
    self.meaning = meaning
    self.since = since
  }

  package static func == (a: LivenessRule, b: LivenessRule) -> Bool {
    a.name == b.name && a.signal == b.signal && a.side == b.side && a.limit == b.limit
      && a.range == b.range && a.doubt?.signal == b.doubt?.signal
      && a.doubt?.times == b.doubt?.times && a.given == b.given && a.modes == b.modes
      && a.enhancedOnly == b.enhancedOnly && a.forStills == b.forStills && a.missing == b.missing
      && a.failing == b.failing
      && a.isAboutMaterial == b.isAboutMaterial && a.mayBeAdvisory == b.mayBeAdvisory
      && a.code == b.code && a.tag == b.tag && a.message == b.message && a.meaning == b.meaning
      && a.since == b.since
  }
}

/// What became of one rule on one capture.
enum LivenessCheck: Equatable {
  case kept
  /// Not measured; the rule says nothing then.
  case silent
  case missing(LivenessOutcome)
  /// Not a number, or none that can be.
  case invalid
  case failed(measured: Double)
}

extension LivenessRule {
  /// Whether the rule, at its own limit, has nothing against the numbers of a capture.
  package func isKept(by signals: [LivenessSignal: Double]) -> Bool {
    switch check(signals, limit: limit) {
    case .kept, .silent: true
    case .missing, .failed, .invalid: false
    }
  }

  /// Holds the rule against the numbers of a capture.
  func check(_ signals: [LivenessSignal: Double], limit: Double) -> LivenessCheck {
    guard given.allSatisfy({ $0.holds(signals) }) else { return .silent }
    guard let value = signals[signal] else { return missing.map { .missing($0) } ?? .silent }
    guard range.contains(value) else { return .invalid }
    var doubtful = value
    if let doubt {
      guard let error = signals[doubt.signal] else {
        return missing.map { .missing($0) } ?? .silent
      }
      guard error >= 0, error.isFinite else { return .invalid }
      doubtful += (side == .atLeast ? -1 : 1) * doubt.times * error
    }
    let isKept = side == .atLeast ? doubtful >= limit : doubtful <= limit
    return isKept ? .kept : .failed(measured: doubtful)
  }
}
