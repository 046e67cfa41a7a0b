// Curves of similarities: their shares, their order, and too few texts.

internal import Speech
internal import Testing

@testable internal import Evaluation

@Suite struct SimilarityFitTests {
  private func pairs(_ said: [Double], _ wrong: [Double], _ limit: Double) -> [[Double]] {
    SimilarityFit.knots(said: said, wrong: wrong, limit: limit).map { [$0.score, $0.similarity] }
  }

  @Test func knotsStandForShares() {
    let wrong = (0...100).map { Double($0) - 110 }
    let said = (0...100).map(Double.init)
    #expect(
      pairs(said.shuffled(), wrong.shuffled(), -5)
        == [
          [-110, 0], [-85, 20], [-60, 40], [-35, 60], [-5, 80], [25, 85], [50, 90], [75, 95],
          [95, 100],
        ])
  }

  @Test func whatTheLimitDoesNotPartIsNotCounted() {
    // Wrong texts above the limit and true ones below it say nothing of the curve on that side.
    let wrong = [Double](repeating: -20, count: 9) + [Double](repeating: 30, count: 50)
    let said = [Double](repeating: 10, count: 9) + [Double](repeating: -40, count: 50)
    #expect(pairs(said, wrong, 0) == [[-20, 0], [0, 80], [10, 100]])
  }

  @Test func ofTooFewTextsThereIsTheLimitAlone() {
    #expect(pairs([1, 2], [-1], 0) == [[0, 80]])
    #expect(pairs([], [], 3) == [[3, 80]])
  }
}
