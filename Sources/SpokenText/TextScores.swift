// What a recogniser and an alignment say of one part of a text, as numbers.

/// Scores of one part. A recogniser scores each token of the expected text by log P(token | recording) −
/// log P(token | silence), in nats.
package struct TextScores: Sendable, Equatable {
  /// Mean over all tokens and the end.
  package var pmi: Double
  /// Least mean of four tokens in a row.
  package var w4: Double
  /// Mean of the last three.
  package var tail: Double
  /// (expected − what the recogniser would write by itself) / (tokens + 1); 0 at most, but for rounding.
  package var fg: Double
  /// `SpokenAlignment.coverage`, 0–1.
  package var cov: Double
  /// Least by which the expected text beats one of its contrasts: difference of summed scores, nats. Nil: none was scored.
  package var contrastMargin: Double?
  /// How many contrasts had to be scored, and how many were.
  package var contrastsDue, contrastsScored: Int
  /// `SpokenAlignment.uncoveredTail`; nil without an alignment.
  package var uncoveredTail: Int?
  /// What was said beside the part; nil without an alignment.
  package var surplus: SpokenSurplus?
  /// Characters of the part.
  package var length: Int

  package init(
    pmi: Double, w4: Double, tail: Double, fg: Double, cov: Double, contrastMargin: Double? = nil,
    contrastsDue: Int = 0, contrastsScored: Int = 0, uncoveredTail: Int? = nil,
    surplus: SpokenSurplus? = nil, length: Int
  ) {
    self.pmi = pmi
    self.w4 = w4
    self.tail = tail
    self.fg = fg
    self.cov = cov
    self.contrastMargin = contrastMargin
    self.contrastsDue = contrastsDue
    self.contrastsScored = contrastsScored
    self.uncoveredTail = uncoveredTail
    self.surplus = surplus
    self.length = length
  }

  /// Whether every number is one.
  package var isFinite: Bool {
    [pmi, w4, tail, fg, cov, contrastMargin ?? 0].allSatisfy(\.isFinite)
  }

  /// Share of the part that the uncovered tail is; nil without an alignment.
  package var uncoveredTailShare: Double? {
    uncoveredTail.map { length > 0 ? Double($0) / Double(length) : 1 }
  }
}
