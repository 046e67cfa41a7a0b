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
}
