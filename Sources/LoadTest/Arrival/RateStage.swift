// What a person writes to ask for a rate: `500`, `100..1000/60s`, `100,200,400/10s`.

/// A stretch of a test in which the rate is constant or changes linearly. A value.
package struct RateStage: Sendable, Equatable {
  /// Calls a second at its start and at its end; finite, not negative.
  package let from: Double
  package let to: Double
  /// How long it lasts in seconds; nil means until the test ends, for the last stage alone.
  package let seconds: Double?

  /// - Precondition: rates are finite and not negative, `seconds` is positive.
  package init(from: Double, to: Double, seconds: Double?) {
    precondition(from.isFinite && to.isFinite && from >= 0 && to >= 0, "not a rate")
    precondition(seconds.map { $0 > 0 } ?? (from == to), "a stage lasts; a ramp has an end")
    self.from = from
    self.to = to
    self.seconds = seconds
  }

  /// A constant rate.
  package static func constant(_ rate: Double, seconds: Double? = nil) -> RateStage {
    RateStage(from: rate, to: rate, seconds: seconds)
  }
}

/// Text that was not understood; `description` says what was expected. For the person who typed it.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension RateStage {
  /// Most calls a second that may be asked for: far above what one process can send.
  package static let rateMax = 10_000_000.0
  /// Most stages of one test.
  package static let stagesMax = 1_000

  /// Reads stages separated by commas.
  ///
  /// A stage is `RATE`, `RATE/TIME`, a ramp `FROM..TO/TIME` or steps `FROM..TO+BY/TIME`, where TIME
  /// is the length of the ramp or of each step. A stage without a time takes that of the next stage
  /// that has one, so `100,200,400/10s` are three steps of ten seconds; when no later stage has
  /// one, it must be the last and lasts until the test ends.
  package static func parse(_ text: String) throws(UsageError) -> [RateStage] {
    var reversed: [RateStage] = []
    var time: Double?
    for word in text.split(separator: ",", omittingEmptySubsequences: false).reversed() {
      let halves = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard (1...2).contains(halves.count) else { throw misread(String(word)) }
      if halves.count == 2 {
        guard let seconds = TimeText.seconds(halves[1]), seconds > 0 else {
          throw UsageError("'\(halves[1])' is not a time; write 10s, 500ms or 2m.")
        }
        time = seconds
      } else if time == nil, !reversed.isEmpty {
        throw UsageError("Only the last stage of a rate may be without a time: '\(word)'.")
      }
      reversed += try stages(halves[0], time).reversed()
      guard reversed.count <= stagesMax else {
        throw UsageError("A rate may have \(stagesMax) stages at most.")
      }
    }
    return reversed.reversed()
  }

  private static func stages(_ text: String, _ time: Double?) throws(UsageError) -> [RateStage] {
    guard let dots = text.firstRange(of: "..") else {
      return [.constant(try rate(text), seconds: time)]
    }
    guard let time else { throw UsageError("'\(text)' needs a time: '\(text)/60s'.") }
    let from = try rate(String(text[..<dots.lowerBound]))
    let ends = text[dots.upperBound...].split(separator: "+", omittingEmptySubsequences: false)
    let to = try rate(String(ends.first ?? ""))
    guard ends.count <= 2 else { throw misread(text) }
    guard ends.count == 2 else { return [RateStage(from: from, to: to, seconds: time)] }
    let by = try rate(String(ends[1]))
    guard by > 0, abs(to - from) / by < Double(stagesMax) else {
      throw UsageError("'\(text)': the step must be above 0, and not too small.")
    }
    // A hair of tolerance, so that 0..1+0.1 ends at 1.
    let steps = Int((abs(to - from) / by + 1e-9).rounded(.down))
    let sign = to < from ? -1.0 : 1.0
    return (0...steps).map { .constant(max(0, from + sign * by * Double($0)), seconds: time) }
  }

  private static func rate(_ text: String) throws(UsageError) -> Double {
    guard let rate = Double(text), rate.isFinite, rate >= 0, rate <= rateMax else {
      throw misread(text)
    }
    return rate
  }

  private static func misread(_ text: String) -> UsageError {
    UsageError(
      "'\(text)' is not a rate in calls a second; write 500, 100..1000/60s, 100..500+100/10s or "
        + "100,200,400/10s.")
  }
}
