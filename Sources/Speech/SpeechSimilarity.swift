// A similarity of 0 to 100 out of a text's scores.

package import SpokenText

/// A similarity of 0 to 100: 80 and more is what the standard point accepts by the scores that are counted. The least of what
/// the scores are worth; each never falls as its score rises.
package enum SpeechSimilarity {
  /// What is counted.
  package enum Component: String, Sendable, CaseIterable {
    case pmi, alternative, omission, deficit, insertion, contrast, end
  }

  /// A score and what it is worth.
  package struct Knot: Sendable, Equatable {
    package let score: Double
    /// 0–100.
    package let similarity: Double

    package init(_ score: Double, _ similarity: Double) {
      self.score = score
      self.similarity = similarity
    }
  }

  /// Straight lines between knots, level outside. What is above a limit, and below those of `pmi`, `contrast` and `end`, is
  /// fitted to 40 open clips under babble (`idv evaluate speech --similarity --conditions babble10dB --seed 2 --kinds
  /// trueText,halfRead,saidMore,continued,negated`; `SimilarityFit` has the rule); below the other limits, where hardly one of
  /// those texts falls, it is drawn by hand.
  package static func knots(_ component: Component) -> [Knot] {
    let pairs: [(Double, Double)] =
      switch component {
      case .pmi:
        [
          (-0.3, 0), (1, 20), (1.2, 40), (1.3, 60), (1.5, 80), (3.1, 85), (3.5, 90), (3.9, 95),
          (4.2, 100),
        ]
      case .alternative:
        [(-20, 30), (-9, 80), (-3, 85), (-0.9, 90), (0.5, 95), (5.3, 100)]
      case .omission: [(-30, 30), (-15, 80), (0.6, 85), (3.7, 90), (5, 95), (6, 100)]
      case .deficit: [(-50, 20), (-22, 80), (-5.4, 85), (-1, 90), (0, 100)]
      case .insertion: [(-12, 20), (0, 80), (6, 100)]
      case .contrast:
        [
          (-20.5, 0), (-10.1, 20), (-7.5, 40), (-5.2, 60), (0, 80), (4.7, 85), (6.2, 90),
          (8.4, 95), (15.3, 100),
        ]
      case .end:
        [
          (-13, 0), (-10.7, 20), (-9.2, 40), (-8.2, 60), (-6, 80), (-1.9, 85), (-1.3, 90),
          (-1.1, 95), (-0.5, 100),
        ]
      }
    return pairs.map { Knot($0.0, $0.1) }
  }

  /// The standard point's limit, where a curve is at 80.
  package static func limit(_ component: Component) -> Double {
    let point = SpeechPoint.standard
    let limit: Double? =
      switch component {
      case .pmi: point.scores.pmiMin
      case .alternative: point.alternativeMarginMin
      case .omission: point.omissionMarginMin
      case .deficit: point.deficitMin
      case .insertion: point.insertionMarginMin
      case .contrast: point.scores.contrastMarginMin
      case .end: point.endScoreMin
      }
    return limit ?? -.infinity
  }

  /// The score that a curve is about; nil if there is none.
  package static func score(
    _ component: Component, _ scores: TextScores, _ measures: TextMeasures
  ) -> Double? {
    switch component {
    case .pmi: scores.pmi
    case .alternative: measures.alternativeMargin
    case .omission: measures.omissionMargin
    case .deficit: measures.deficit
    case .insertion: measures.insertionMargin
    case .contrast: scores.contrastMargin
    case .end: measures.endScore
    }
  }

  /// The least of what a part's scores are worth.
  package static func of(_ part: PartReading) -> Double {
    of(part.scores, part.measures, isLast: part.isLast)
  }

  /// - Parameter isLast: whether nothing else is expected after it.
  package static func of(
    _ scores: TextScores, _ measures: TextMeasures, isLast: Bool = true
  ) -> Double {
    var least = 100.0
    for component in Component.allCases where component != .end || isLast {
      if let score = score(component, scores, measures) {
        least = min(least, value(score, knots(component)))
      } else if scores.contrastsDue > 0 {
        least = 0
      }
    }
    return least
  }

  /// The worst part's; 0 of none.
  package static func of(_ parts: [PartReading]) -> Double { parts.map(of).min() ?? 0 }

  private static func value(_ score: Double, _ knots: [Knot]) -> Double {
    guard score.isFinite, let first = knots.first, let last = knots.last else { return 0 }
    if score <= first.score { return first.similarity }
    guard let upper = knots.firstIndex(where: { $0.score >= score }) else { return last.similarity }
    let (a, b) = (knots[upper - 1], knots[upper])
    return a.similarity + (score - a.score) / (b.score - a.score) * (b.similarity - a.similarity)
  }
}
