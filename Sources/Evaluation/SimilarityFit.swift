// Curves from scores to a similarity of 0 to 100, fitted to an evaluation.

package import Speech

/// Fits `SpeechSimilarity`'s curves.
///
/// 80 is the standard point's limit. Below it a curve says which share of the wrong texts that this limit refuses score no
/// better (40: half of them), above it which share of what was said scores no better (90: half of it). So it never falls
/// as the score rises, and 80 and more is what the point accepts.
package enum SimilarityFit {
  /// Shares of the wrong texts, and of the true ones, that knots stand for.
  private static let below = [(0.0, 0.0), (0.25, 20.0), (0.5, 40.0), (0.75, 60.0)]
  private static let above = [(0.25, 85.0), (0.5, 90.0), (0.75, 95.0), (0.95, 100.0)]
  /// Fewest texts that a side is fitted to.
  private static let textsMin = 8

  /// The knots of every curve; a curve with too few texts on a side has none there.
  package static func curves(
    _ trials: [SpeechTrial]
  ) -> [(SpeechSimilarity.Component, [SpeechSimilarity.Knot])] {
    SpeechSimilarity.Component.allCases.map { component in
      func values(_ isWanted: (SpeechTrialKind) -> Bool) -> [Double] {
        trials.filter { isWanted($0.kind) }.flatMap(\.parts).compactMap {
          SpeechSimilarity.score(component, $0.scores, $0.measures)
        }.filter(\.isFinite)
      }
      return (
        component,
        knots(
          said: values { $0 == .trueText }, wrong: values { $0 != .trueText },
          limit: SpeechSimilarity.limit(component))
      )
    }
  }

  static func knots(
    said: [Double], wrong: [Double], limit: Double
  ) -> [SpeechSimilarity.Knot] {
    let refused = wrong.filter { $0 < limit }.sorted()
    let accepted = said.filter { $0 >= limit }.sorted()
    func quantiles(_ values: [Double], _ shares: [(Double, Double)]) -> [SpeechSimilarity.Knot] {
      guard values.count >= textsMin else { return [] }
      return shares.map { share, similarity in
        let value = values[Int((share * Double(values.count - 1)).rounded())]
        return SpeechSimilarity.Knot((value * 10).rounded() / 10, similarity)
      }
    }
    let lower = quantiles(refused, below).filter { $0.score < limit }
    let upper = quantiles(accepted, above).filter { $0.score > limit }
    // Of several at one score the higher one stays above, the lower one below.
    var knots: [SpeechSimilarity.Knot] = []
    for knot in lower where knots.last.map({ $0.score < knot.score }) ?? true { knots.append(knot) }
    knots.append(SpeechSimilarity.Knot(limit, 80))
    for knot in upper {
      if knots[knots.count - 1].score == knot.score { knots.removeLast() }
      knots.append(knot)
    }
    return knots
  }
}
