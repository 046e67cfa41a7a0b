// From a similarity to a score: knots of a curve, kept as data with the description of how it was
// made.

package import Inference

/// How similarities become scores: straight lines between knots, read from
/// `Resources/face-score.json`.
package struct FaceScoreCalibration: Sendable, Equatable {
  /// One row of the table that says what a score stands for.
  package struct Point: Sendable, Equatable {
    /// Score 0–100.
    package let threshold: Double
    /// How often two different people reach it, as a fraction.
    package let falseMatchRate: Double
    /// Whether the data are too few to show this rate, so that it was extrapolated.
    package let extrapolated: Bool
    /// 95 % upper bound of the rate, if one was computed.
    package let upperBound95: Double?
  }

  /// The edition of the format that this code reads.
  package static let schema = 1

  /// Name and edition of the calibration, shown to callers.
  package let name: String
  /// Name of the embedding model it was made for.
  package let embedding: String
  /// What the scores stand for, lowest first.
  package let table: [Point]
  /// Cosines, rising, with the score of each.
  let knots: [(cosine: Double, score: Double)]

  /// The calibration that is compiled into the server.
  package static func bundled() throws(InferenceStartupError) -> FaceScoreCalibration {
    try FaceScoreCalibration(json: PackageResources.face_score_json)
  }

  /// Reads a calibration. Unknown keys, curves that do not rise and tables that contradict the
  /// curve are refused.
  package init(json: some Collection<UInt8>) throws(InferenceStartupError) {
    let source = "face score calibration"
    let document = try decodeStrictly(
      FaceScoreDocument.self, from: json, named: source, bytesMax: VisionLimits.calibrationBytesMax)
    guard document.schema == Self.schema else {
      throw InferenceStartupError(
        "\(source): schema \(document.schema) is not known, this server reads \(Self.schema)")
    }
    name = document.name
    embedding = document.embedding
    knots = document.knots.map { ($0.cosine, $0.score) }
    table = document.table.map {
      Point(
        threshold: $0.score, falseMatchRate: $0.falseMatchRate, extrapolated: $0.extrapolated,
        upperBound95: $0.upperBound95)
    }
    if let fault = document.fault(score: score) {
      throw InferenceStartupError("\(source): \(fault)")
    }
  }

  /// The score 0–100 of a similarity (see `FaceTemplate.similarity`); not a number for one that is
  /// none, so that it passes nowhere.
  package func score(ofSimilarity similarity: Double) -> Double {
    guard similarity.isFinite else { return .nan }
    guard let upper = knots.firstIndex(where: { $0.cosine > similarity }) else {
      return knots[knots.count - 1].score
    }
    guard upper > 0 else { return knots[0].score }
    let (from, to) = (knots[upper - 1], knots[upper])
    let share = (similarity - from.cosine) / (to.cosine - from.cosine)
    return from.score + share * (to.score - from.score)
  }

  package static func == (a: FaceScoreCalibration, b: FaceScoreCalibration) -> Bool {
    a.name == b.name && a.embedding == b.embedding && a.table == b.table
      && a.knots.elementsEqual(b.knots) { $0 == $1 }
  }
}

/// The calibration's file.
private struct FaceScoreDocument: Decodable {
  struct Knot: Decodable {
    let cosine: Double
    let score: Double

    private enum Key: String, CodingKey, CaseIterable { case cosine, score }

    init(from decoder: any Decoder) throws {
      try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
      let object = try decoder.container(keyedBy: Key.self)
      cosine = try object.decode(Double.self, forKey: .cosine)
      score = try object.decode(Double.self, forKey: .score)
    }
  }

  struct Row: Decodable {
    let score: Double
    let falseMatchRate: Double
    let extrapolated: Bool
    let cosine: Double
    let upperBound95: Double?

    private enum Key: String, CodingKey, CaseIterable {
      case score, falseMatchRate, extrapolated, cosine, upperBound95
    }

    init(from decoder: any Decoder) throws {
      try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
      let object = try decoder.container(keyedBy: Key.self)
      score = try object.decode(Double.self, forKey: .score)
      falseMatchRate = try object.decode(Double.self, forKey: .falseMatchRate)
      extrapolated = try object.decode(Bool.self, forKey: .extrapolated)
      cosine = try object.decode(Double.self, forKey: .cosine)
      upperBound95 = try object.decodeIfPresent(Double.self, forKey: .upperBound95)
    }
  }

  let schema: Int
  let name: String
  let embedding: String
  let knots: [Knot]
  let table: [Row]

  private enum Key: String, CodingKey, CaseIterable {
    case schema, name, embedding, preprocessing, knots, table, fit
  }

  init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
    let object = try decoder.container(keyedBy: Key.self)
    schema = try object.decode(Int.self, forKey: .schema)
    name = try object.decode(String.self, forKey: .name)
    embedding = try object.decode(String.self, forKey: .embedding)
    knots = try object.decode([Knot].self, forKey: .knots)
    table = try object.decode([Row].self, forKey: .table)
    // For readers of the file only, but they must be there.
    _ = try object.decode(String.self, forKey: .preprocessing)
    _ = try object.decode([String: String].self, forKey: .fit)
  }

  /// What is wrong with the numbers; nil if nothing is. `score` reads the curve.
  func fault(score: (Double) -> Double) -> String? {
    func rises(_ values: [Double]) -> Bool {
      zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    }
    guard !name.isEmpty, !embedding.isEmpty else { return "name and embedding must not be empty" }
    guard knots.count >= 2, rises(knots.map(\.cosine)), rises(knots.map(\.score)) else {
      return "knots must be two or more with rising cosines and scores"
    }
    guard knots.allSatisfy({ (-1...1).contains($0.cosine) && (0...100).contains($0.score) }) else {
      return "knots must have cosines from -1 to 1 and scores from 0 to 100"
    }
    guard !table.isEmpty, rises(table.map(\.score)), rises(table.map { -$0.falseMatchRate }) else {
      return "table must have rising scores with falling rates"
    }
    for row in table {
      guard row.falseMatchRate > 0, row.falseMatchRate <= 1 else {
        return "table: falseMatchRate must be above 0, at most 1"
      }
      guard row.upperBound95.map({ $0 >= row.falseMatchRate && $0 <= 1 }) ?? true else {
        return "table: upperBound95 must not be below falseMatchRate"
      }
      guard abs(score(row.cosine) - row.score) < 1e-6 else {
        return "table: the curve gives cosine \(row.cosine) another score than \(row.score)"
      }
    }
    return nil
  }
}
