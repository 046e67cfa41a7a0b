// Whether a text was said: the recogniser's margins beside the scores of `SpokenTextJudgement`. Pure.

package import SpokenText

/// Limits on the scores of a text and on its margins over what else may have been said. All are inclusive; a limit that
/// is nil is not asked for.
package struct SpeechPoint: Sendable, Equatable {
  package var name: String
  package var scores: OperatingPoint
  /// Nats by which the text may fall behind the recogniser's own best syllable of another sound, at its worst place.
  package var alternativeMarginMin: Double?
  /// Nats by which it may fall behind the text without one of its characters.
  package var omissionMarginMin: Double?
  /// Nats by which it has to beat the text with a word of negation more.
  package var insertionMarginMin: Double?
  /// Sum of all margins below 0: several places at once.
  package var deficitMin: Double?
  /// Nats: how likely the end has to be after the text, if nothing else is expected there. Whoever speaks on is heard by it
  /// even where the recogniser does not write down what he says.
  package var endScoreMin: Double?
  /// Characters that may be said before the text, after it, or in a row within it: a word that clears the throat. A word
  /// that takes the text back may not.
  package var surplusMax: Int?

  package init(
    name: String, scores: OperatingPoint, alternativeMarginMin: Double? = nil,
    omissionMarginMin: Double? = nil, insertionMarginMin: Double? = nil, deficitMin: Double? = nil,
    endScoreMin: Double? = nil, surplusMax: Int? = nil
  ) {
    self.name = name
    self.scores = scores
    self.alternativeMarginMin = alternativeMarginMin
    self.omissionMarginMin = omissionMarginMin
    self.insertionMarginMin = insertionMarginMin
    self.deficitMin = deficitMin
    self.endScoreMin = endScoreMin
    self.surplusMax = surplusMax
  }

  /// What the limits of margins were fitted to.
  private static let fitted =
    "40 studio-like clips of some 30 adult speakers, clean and with babble 10 dB below, Whisper base with 8-bit weights"

  /// Tells that it was this text rather than another.
  package static let lenient = SpeechPoint(name: "lenient", scores: .lenient)

  /// README, "Speech", has what it takes and what it refuses.
  package static let standard = SpeechPoint(
    name: "standard",
    scores: OperatingPoint(
      name: "standard", source: fitted, pmiMin: 1.5, fgMin: -2, uncoveredTailShareMax: 0.4,
      tailInsteadOfCovered: 1.5, contrastMarginMin: 0),
    alternativeMarginMin: -9, omissionMarginMin: -15, insertionMarginMin: 0, deficitMin: -22,
    endScoreMin: -6, surplusMax: 3)

  /// One changed syllable is refused more often, and so is what was said.
  package static let strict = SpeechPoint(
    name: "strict",
    scores: OperatingPoint(
      name: "strict", source: fitted, pmiMin: 2, fgMin: -1.5, uncoveredTailShareMax: 0.25,
      contrastMarginMin: 3),
    alternativeMarginMin: -5, omissionMarginMin: -3, insertionMarginMin: 3, deficitMin: -12,
    endScoreMin: -5, surplusMax: 3)

  package static let all = [lenient, standard, strict]
}

/// The judgement on a text that was listened to. Fails closed: what was not measured is not accepted.
package struct SpeechJudgement: Sendable, Equatable {
  package typealias Verdict = SpokenTextJudgement.Verdict
  package typealias Reason = SpokenTextJudgement.Reason

  package let verdict: Verdict
  /// Why it was not accepted, gravest first; empty if it was.
  package let reasons: [Reason]

  package init(_ parts: [PartReading], _ point: SpeechPoint = .standard) {
    self.init(
      parts.map { ($0.scores, $0.measures, $0.isHeardOut, $0.isLast) }, point)
  }

  /// - Parameter parts: for each part its scores, its margins, whether all of its sound was heard, and whether nothing is
  ///   expected after it.
  package init(
    _ parts: [(scores: TextScores, measures: TextMeasures, isWhole: Bool, isLast: Bool)],
    _ point: SpeechPoint
  ) {
    let judgement = SpokenTextJudgement(parts: parts.map(\.scores), point.scores)
    var found: [Reason] = []
    for (index, part) in parts.enumerated() {
      func hold(_ measured: Double, _ limit: Double?, _ code: SpokenTextJudgement.Code) {
        // What is no number is not accepted either.
        if let limit, !(measured >= limit) {
          found.append(Reason(code: code, part: index, measured: measured, limit: limit))
        }
      }
      hold(part.measures.alternativeMargin, point.alternativeMarginMin, .wordsUnclear)
      hold(part.measures.omissionMargin, point.omissionMarginMin, .otherWords)
      hold(part.measures.insertionMargin, point.insertionMarginMin, .contrastFits)
      hold(part.measures.deficit, point.deficitMin, .wordsUnclear)
      if part.isLast { hold(part.measures.endScore, point.endScoreMin, .moreSaid) }
      if let limit = point.surplusMax {
        let surplus = part.scores.surplus
        if surplus?.takesBack ?? false {
          found.append(Reason(code: .takenBack, part: index, measured: 1, limit: 0))
        }
        if surplus.map({ $0.count > limit }) ?? true {
          found.append(
            Reason(
              code: .moreSaid, part: index, measured: surplus.map { Double($0.count) },
              limit: Double(limit)))
        }
      }
      if !part.isWhole {
        found.append(Reason(code: .endMissing, part: index, measured: nil, limit: 1))
      }
    }
    reasons = judgement.reasons + found
    verdict = found.isEmpty ? judgement.verdict : min(judgement.verdict, .unclear)
  }
}
