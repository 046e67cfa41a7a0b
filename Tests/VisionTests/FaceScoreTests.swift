// The calibration file: the shipped one keeps its promises, and every way to get one wrong is
// refused.

internal import Inference
internal import Testing

@testable internal import Vision

@Suite struct FaceScoreTests {
  private func read(
    schema: String = "1", knots: String = #"{"cosine":0,"score":0},{"cosine":0.5,"score":100}"#,
    table: String =
      #"{"score":70,"falseMatchRate":0.001,"extrapolated":false,"cosine":0.35,"upperBound95":0.002}"#,
    extra: String = ""
  ) throws -> FaceScoreCalibration {
    try FaceScoreCalibration(
      json: """
        {"schema":\(schema),"name":"n","embedding":"e","preprocessing":"p","knots":[\(knots)],
        "table":[\(table)],"fit":{"data":"none"}\(extra)}
        """.utf8)
  }

  @Test func theShippedOneStandsForItsRates() throws {
    let shipped = try FaceScoreCalibration.bundled()
    for (threshold, rate) in [(70.0, 1e-3), (80, 1e-4), (90, 1e-5)] {
      let row = try #require(shipped.table.first { $0.threshold == threshold })
      #expect(row.falseMatchRate == rate)
      #expect(row.extrapolated == (threshold >= 80))
    }
    #expect(shipped.score(ofSimilarity: -1) == 0)
    #expect(shipped.score(ofSimilarity: 1) == 100)
  }

  @Test func scoresNeverFallAndStayWithinBounds() throws {
    let shipped = try FaceScoreCalibration.bundled()
    var last = -1.0
    for step in -1100...1100 {
      let score = shipped.score(ofSimilarity: Double(step) / 1000)
      #expect(score >= last && (0...100).contains(score))
      last = score
    }
  }

  @Test func linesRunBetweenKnots() throws {
    let calibration = try read()
    #expect(calibration.score(ofSimilarity: 0.25) == 50)
    #expect(calibration.score(ofSimilarity: 0.5) == 100)
    #expect(calibration.score(ofSimilarity: -0.2) == 0)
    #expect(calibration.score(ofSimilarity: .nan).isNaN)
    #expect(calibration.score(ofSimilarity: .infinity).isNaN)
    #expect(calibration.table[0].upperBound95 == 0.002)
  }

  @Test func faultsAreRefusedByName() {
    func refusal(_ body: () throws -> FaceScoreCalibration) -> String {
      do {
        _ = try body()
        return ""
      } catch { return "\(error)" }
    }
    let rising = "rising"
    #expect(refusal { try read(schema: "2") }.contains("schema 2"))
    #expect(refusal { try read(extra: #","x":1"#) }.contains("unknown key \"x\""))
    #expect(refusal { try read(knots: "") }.contains(rising))
    #expect(
      refusal { try read(knots: #"{"cosine":0.5,"score":0},{"cosine":0.5,"score":9}"#) }
        .contains(rising))
    #expect(
      refusal { try read(knots: #"{"cosine":0,"score":0},{"cosine":2,"score":100}"#) }
        .contains("from -1 to 1"))
    #expect(refusal { try read(table: "") }.contains(rising))
    func row(_ score: Double, _ rate: Double, _ cosine: Double, _ bound: Double) -> String {
      #"{"score":\#(score),"falseMatchRate":\#(rate),"extrapolated":true,"cosine":\#(cosine),"#
        + #""upperBound95":\#(bound)}"#
    }
    #expect(refusal { try read(table: row(70, 0, 0.35, 1)) }.contains("falseMatchRate"))
    #expect(refusal { try read(table: row(70, 0.01, 0.35, 0.001)) }.contains("upperBound95"))
    #expect(refusal { try read(table: row(80, 0.01, 0.35, 0.1)) }.contains("another score"))
    let falling = row(70, 0.01, 0.35, 0.1) + "," + row(80, 0.02, 0.4, 0.1)
    #expect(refusal { try read(table: falling) }.contains(rising))
    #expect(refusal { try FaceScoreCalibration(json: "{}".utf8) }.contains("missing"))
  }
}
