// A similarity of 0 to 100 out of scores: curves fitted to recordings, as data.

/// Monotone curves from scores to similarity. Better scores never give a lower similarity.
package struct SimilarityTable: Sendable, Equatable, Codable {
  package let version: String
  /// What the knots were fitted to.
  package let source: String
  /// The similarity is the least of the groups'; a group's is the greatest of its curves'.
  package let groups: [[Curve]]

  /// A score and what it is worth.
  package struct Knot: Sendable, Equatable, Codable {
    package let score: Double
    /// 0–100.
    package let similarity: Double

    package init(_ score: Double, _ similarity: Double) {
      self.score = score
      self.similarity = similarity
    }
  }

  /// Straight lines between knots, level outside them.
  package struct Curve: Sendable, Equatable, Codable {
    package let component: TextScores.Component
    package let knots: [Knot]

    package init(_ component: TextScores.Component, _ knots: [Knot]) {
      self.component = component
      self.knots = knots
    }

    /// The similarity of a score; 0 of what is no number.
    func similarity(_ score: Double) -> Double {
      guard score.isFinite, let first = knots.first, let last = knots.last else { return 0 }
      if score <= first.score { return first.similarity }
      guard let upper = knots.firstIndex(where: { $0.score >= score }) else {
        return last.similarity
      }
      let (a, b) = (knots[upper - 1], knots[upper])
      let share = (score - a.score) / (b.score - a.score)
      return a.similarity + share * (b.similarity - a.similarity)
    }
  }

  /// Why curves are no table.
  package enum Fault: Error, Sendable, Equatable {
    case noCurve
    /// Fewer than two knots, knots not ascending, a similarity that falls or is not 0–100, or no number.
    case knots(TextScores.Component)
  }

  package static let knotsMax = 32

  package init(version: String, source: String, groups: [[Curve]]) throws(Fault) {
    guard !groups.isEmpty, groups.allSatisfy({ !$0.isEmpty }) else { throw .noCurve }
    for curve in groups.joined() where !Self.isSound(curve.knots) {
      throw .knots(curve.component)
    }
    self.version = version
    self.source = source
    self.groups = groups
  }

  private enum Key: CodingKey { case version, source, groups }

  package init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    try self.init(
      version: object.decode(String.self, forKey: .version),
      source: object.decode(String.self, forKey: .source),
      groups: object.decode([[Curve]].self, forKey: .groups))
  }

  private static func isSound(_ knots: [Knot]) -> Bool {
    guard (2...knotsMax).contains(knots.count) else { return false }
    return knots.allSatisfy { $0.score.isFinite && (0...100).contains($0.similarity) }
      && zip(knots, knots.dropFirst()).allSatisfy {
        $0.score < $1.score && $0.similarity <= $1.similarity
      }
  }

  /// 0–100. A margin that had to be measured and was not gives 0; without contrasts the margin's curve does not count.
  package func similarity(_ scores: TextScores) -> Double {
    guard scores.isFinite else { return 0 }
    var least = 100.0
    for group in groups {
      let values = group.compactMap { curve -> Double? in
        if let score = scores[curve.component] { return curve.similarity(score) }
        return scores.contrastsDue > 0 ? 0 : nil
      }
      if let best = values.max() { least = min(least, best) }
    }
    return least
  }

  /// The worst part's.
  package func similarity(parts: [TextScores]) -> Double { parts.map(similarity).min() ?? 0 }

  /// 80 at the limits of `OperatingPoint.standard`, so that 80 and more is what that accepts by its scores. The other knots
  /// are drawn by hand, not fitted.
  package static let provisional: SimilarityTable = {
    do {
      return try SimilarityTable(
        version: "provisional-1",
        source: "limits of the standard operating point; other knots by hand",
        groups: [
          [Curve(.pmi, [Knot(-1, 0), Knot(0, 40), Knot(0.8, 80), Knot(3, 100)])],
          [
            Curve(.w4, [Knot(-4, 0), Knot(0.5, 80), Knot(3, 100)]),
            Curve(.cov, [Knot(0, 0), Knot(0.9, 80), Knot(1, 100)]),
          ],
          [Curve(.contrastMargin, [Knot(-6, 0), Knot(0, 50), Knot(3, 80), Knot(12, 100)])],
        ])
    } catch {
      preconditionFailure("the provisional table is sound")
    }
  }()
}
