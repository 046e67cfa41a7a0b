// Whether a text was said: scores against limits. Pure; a policy makes a verdict of it.

/// The judgement on a text. Fails closed: what is missing or no number is never accepted.
package struct SpokenTextJudgement: Sendable, Equatable {
  package let verdict: Verdict
  /// Why it was not accepted, gravest first; empty if it was.
  package let reasons: [Reason]

  package enum Verdict: Int, Sendable, Comparable {
    case reject, unclear, accept

    package static func < (one: Verdict, other: Verdict) -> Bool { one.rawValue < other.rawValue }
  }

  /// A limit that was not met.
  package struct Reason: Sendable, Equatable {
    package let code: Code
    /// Which part of the text, from 0.
    package let part: Int
    /// Nil: not measured.
    package let measured: Double?
    package let limit: Double

    package init(code: Code, part: Int, measured: Double?, limit: Double) {
      self.code = code
      self.part = part
      self.measured = measured
      self.limit = limit
    }
  }

  package enum Code: String, Sendable, CaseIterable {
    /// Something else was said, or nothing.
    case otherText
    /// A text that means something else fits better.
    case contrastFits
    /// A text that means something else fits nearly as well.
    case contrastClose
    /// Contrasts were not all scored.
    case contrastsMissing
    /// Some words were not said, or not clearly.
    case wordsUnclear
    /// The end was not said.
    case endMissing
    /// Too few of the syllables were heard.
    case syllablesMissing
    /// What was heard would be written otherwise.
    case otherWords
    /// More was said than the text.
    case moreSaid
    /// What was said beside the text denies it or takes it back.
    case takenBack
    /// A score is no number.
    case notMeasured

    var verdict: Verdict { self == .otherText || self == .contrastFits ? .reject : .unclear }
  }

  package init(_ scores: TextScores, _ point: OperatingPoint) {
    self.init(parts: [scores], point)
  }

  /// The worst part decides. Nothing was said of no parts: unclear.
  package init(parts: [TextScores], _ point: OperatingPoint) {
    var found = parts.enumerated().flatMap { Self.reasons($0.element, point, part: $0.offset) }
    if parts.isEmpty {
      found = [Reason(code: .notMeasured, part: 0, measured: nil, limit: point.pmiMin)]
    }
    verdict = found.map(\.code.verdict).min() ?? .accept
    reasons = found.enumerated().sorted {
      ($0.element.code.verdict.rawValue, $0.offset) < ($1.element.code.verdict.rawValue, $1.offset)
    }.map(\.element)
  }

  private static func reasons(
    _ scores: TextScores, _ point: OperatingPoint, part: Int
  ) -> [Reason] {
    var found: [Reason] = []
    func miss(_ code: Code, _ measured: Double?, _ limit: Double) {
      found.append(Reason(code: code, part: part, measured: measured, limit: limit))
    }
    guard scores.isFinite else {
      miss(.notMeasured, nil, point.pmiMin)
      return found
    }
    if scores.pmi < point.pmiMin { miss(.otherText, scores.pmi, point.pmiMin) }
    contrasts(scores, point, miss)
    if let limit = point.w4Min, scores.w4 < limit,
      scores.cov < point.covInsteadOfW4 ?? .infinity
    {
      miss(.wordsUnclear, scores.w4, limit)
    }
    if let limit = point.covMin, scores.cov < limit { miss(.syllablesMissing, scores.cov, limit) }
    if let limit = point.tailMin, scores.tail < limit { miss(.endMissing, scores.tail, limit) }
    if let limit = point.fgMin, scores.fg < limit { miss(.otherWords, scores.fg, limit) }
    if let limit = point.uncoveredTailShareMax {
      let share = scores.uncoveredTailShare
      let isHeard = point.tailInsteadOfCovered.map { scores.tail >= $0 } ?? false
      if share.map({ $0 > limit && !isHeard }) ?? true { miss(.endMissing, share, limit) }
    }
    return found
  }

  private static func contrasts(
    _ scores: TextScores, _ point: OperatingPoint, _ miss: (Code, Double?, Double) -> Void
  ) {
    let limit = point.contrastMarginMin
    if let margin = scores.contrastMargin {
      if margin <= 0 {
        miss(.contrastFits, margin, limit)
      } else if margin < limit {
        miss(.contrastClose, margin, limit)
      }
    }
    if scores.contrastsScored < scores.contrastsDue
      || (scores.contrastsDue > 0 && scores.contrastMargin == nil)
    {
      miss(.contrastsMissing, scores.contrastMargin, limit)
    }
  }
}
