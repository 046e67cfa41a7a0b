// From what was measured to the scores that a judgement rests on.

package import SpokenText

extension PartReading {
  /// What a policy judges.
  package var scores: TextScores {
    TextScores(
      pmi: measures.pmi, w4: measures.weakestWindow, tail: measures.tail, fg: measures.greedyGap,
      cov: alignment.coverage, contrastMargin: contrastMargins.least(worst: -.infinity),
      contrastsDue: contrasts.count, contrastsScored: contrastMargins.count,
      uncoveredTail: alignment.uncoveredTail, surplus: surplus,
      length: form.count)
  }
}
