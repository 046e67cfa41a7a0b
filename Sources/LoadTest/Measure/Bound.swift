// What a test must not exceed: `p99>50ms`, `errors>0.1%`, `rate<95%`.

/// The figures that bounds look at.
package struct BoundedFigures: Sendable {
  package var response: LatencyHistogram
  package var ended: Int
  package var errors: Int
  /// Calls that were due and never sent.
  package var unsent: Int
  /// Calls a second, reached and asked; asked is nil in a closed loop.
  package var rate: Double
  package var rateAsked: Double?

  package init(
    response: LatencyHistogram, ended: Int, errors: Int, unsent: Int, rate: Double,
    rateAsked: Double?
  ) {
    self.response = response
    self.ended = ended
    self.errors = errors
    self.unsent = unsent
    self.rate = rate
    self.rateAsked = rateAsked
  }
}

/// A condition under which a test has failed or is stopped. A value.
package struct Bound: Sendable, Equatable, CustomStringConvertible {
  private enum Figure: Sendable, Equatable {
    /// A percentile as a share, of latency in nanoseconds.
    case percentile(Double)
    case max
    case mean
    case errors
    case errorShare
    case unsent
    case unsentShare
    case rate
    case rateShare
  }

  private let figure: Figure
  private let isUpper: Bool
  private let value: Double
  /// As it was written.
  package let description: String

  /// Whether it can be judged from one second alone; counts are judged from the whole test.
  package var isOfInterval: Bool { figure != .errors && figure != .unsent }

  /// Reads `FIGURE>VALUE` or `FIGURE<VALUE`. Figures: p50, p99.9 …, max and mean with a time; errors
  /// and unsent with a number or a percentage of calls; rate with calls a second or a percentage of
  /// the asked rate.
  package init(_ text: String) throws(UsageError) {
    let bare = text.filter { $0 != " " }
    guard let sign = bare.firstIndex(where: { $0 == ">" || $0 == "<" }) else {
      throw Self.misread(text)
    }
    let name = String(bare[..<sign])
    let value = String(bare[bare.index(after: sign)...])
    let share = value.hasSuffix("%") ? Double(value.dropLast()).map { $0 / 100 } : nil
    switch name {
    case "errors", "unsent", "rate":
      guard let number = share ?? Double(value), number >= 0 else { throw Self.misread(text) }
      let figures: (Figure, Figure) =
        switch name {
        case "errors": (.errors, .errorShare)
        case "unsent": (.unsent, .unsentShare)
        default: (.rate, .rateShare)
        }
      figure = share == nil ? figures.0 : figures.1
      self.value = number
    default:
      guard let figure = Self.latency(name), let seconds = TimeText.seconds(value),
        value.last?.isNumber == false
      else { throw Self.misread(text) }
      self.figure = figure
      self.value = seconds * 1e9
    }
    isUpper = bare[sign] == ">"
    description = bare
  }

  private static func latency(_ name: String) -> Figure? {
    if name == "max" { return .max }
    if name == "mean" { return .mean }
    guard name.hasPrefix("p"), let percent = Double(name.dropFirst()), percent > 0, percent < 100
    else { return nil }
    return .percentile(percent / 100)
  }

  /// Whether `figures` break it. Without calls there are no latencies and no shares to break it.
  package func isBroken(by figures: BoundedFigures) -> Bool {
    guard let measured = measure(figures) else { return false }
    return isUpper ? measured > value : measured < value
  }

  private func measure(_ figures: BoundedFigures) -> Double? {
    let response = figures.response
    let due = Double(figures.ended + figures.unsent)
    switch figure {
    case .errors: return Double(figures.errors)
    case .unsent: return Double(figures.unsent)
    case .rate: return figures.rate
    case .rateShare:
      guard let asked = figures.rateAsked, asked > 0 else { return nil }
      return figures.rate / asked
    case .unsentShare: return due > 0 ? Double(figures.unsent) / due : nil
    case .errorShare:
      return figures.ended > 0 ? Double(figures.errors) / Double(figures.ended) : nil
    case .percentile(let share):
      return response.count > 0 ? Double(response.percentile(share)) : nil
    case .max: return response.count > 0 ? Double(response.max) : nil
    case .mean: return response.count > 0 ? Double(response.mean) : nil
    }
  }

  private static func misread(_ text: String) -> UsageError {
    UsageError(
      "'\(text)' is not a condition; write p99>50ms, max>2s, errors>0.1%, errors>10, unsent>0 or "
        + "rate<95%.")
  }
}
