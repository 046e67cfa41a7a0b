// Trees of tokens, and the measures of their scores.

internal import Testing

@testable internal import Speech

@Suite struct TokenTests {
  @Test func beginningsAreShared() {
    var tree = TokenTree(root: 9)
    let one = tree.add([1, 2, 3])
    let other = tree.add([1, 2, 4])
    #expect(one == [1, 2, 3])
    #expect(other == [1, 2, 4])
    #expect(tree.nodes.map(\.parent) == [-1, 0, 1, 2, 2])
    #expect(tree.nodes.map(\.depth) == [0, 1, 2, 3, 3])
    #expect(tree.nodes[2].asked == [3, 4])
    #expect(tree.add([], after: 0) == [])
  }

  @Test func vocabularyThatIsNoneIsRefused() {
    #expect(BytePairs(vocabulary: "") == nil)
    #expect(BytePairs(vocabulary: "a\nb") == nil)
    #expect(BytePairs(vocabulary: String(repeating: "a\n", count: SpeechModels.words)) == nil)
  }

  @Test func measuresAreThoseOfTheirDefinitions() {
    var measures = TextMeasures(
      heard: [-1, -1, -1, -1, -8, -1], silent: [-5, -5, -5, -5, -5, -1], hypothesisScore: -7,
      hypothesisTokens: 5, alternatives: [], omissions: [], insertions: [])
    #expect(measures.information == [4, 4, 4, 4, -3, 0])
    #expect(abs(measures.pmi - 13.0 / 6) < 1e-9)
    #expect(measures.weakestWindow == 9.0 / 4)
    #expect(measures.tail == 5.0 / 3)
    #expect(measures.greedyGap == -1)
    #expect(measures.alternativeMargin == TextMeasures.marginMax)
    measures.alternatives = [
      .init(place: 0, nats: 3, other: "a"), .init(place: 1, nats: -4, other: "b"),
      .init(place: 2, nats: -2, other: "c"),
    ]
    measures.omissions = [.init(place: 0, nats: 99, other: "")]
    #expect(measures.alternativeMargin == -4)
    #expect(measures.deficit == -6)
    #expect(measures.omissionMargin == TextMeasures.marginMax)
  }

  @Test(
    "where a recogniser begins to repeat itself",
    arguments: [
      ("南洋大厦停车场", nil), ("", nil), ("我", nil), ("我同意借款我同意借款我同意借款", 5), ("我同意借款我同意借", 5),
      // Not half of it, and within a loop another one.
      ("我同意借款我", nil), ("三百三十四三十四三百三十四三十四", 8), ("请听我同意我同意我同意", 5), ("好好好好好好", 2),
    ] as [(String, Int?)])
  func loops(_ text: String, _ characters: Int?) {
    #expect(Hypothesis.loop(in: Array(text.utf8)) == characters.map { $0 * 3 })
  }

  @Test(arguments: [(-2.9, true), (-3.1, false)] as [(Float, Bool)])
  func aLoopEndsWhereTheEndWasLikely(_ end: Float, _ hasEnded: Bool) {
    let text = Array("我同意我同意我同意")
    var hypothesis = Hypothesis()
    hypothesis.tokens = text.indices.map(Int32.init)
    hypothesis.scores = text.indices.map { ($0 == 3 ? -0.2 : -0.1, $0 == 3 ? end : -9) }
    hypothesis.score = -1
    func bytes(_ token: Int32) -> [UInt8] { Array(String(text[Int(token)]).utf8) }
    let cut = hypothesis.withoutLoop(bytes)
    #expect(cut.tokens == [0, 1, 2])
    #expect(cut.hasEnded == hasEnded)
    #expect(abs(cut.score - (hasEnded ? -0.3 + Double(end) : -0.3)) < 1e-5)
    // What came to its end by itself is left as it is.
    hypothesis.hasEnded = true
    #expect(hypothesis.withoutLoop(bytes).tokens.count == text.count)
  }
}
