// Texts altered on purpose.

import SpokenText
import Testing

@Suite(.needsTable) struct MutationTests {
  @Test("so many syllables are replaced by others", arguments: [1, 2, 3])
  func substituted(_ count: Int) throws {
    let table = try InstalledTable.table()
    var random = SeededRandom(seed: UInt64(count))
    for text in ["我们已经统一按照新的政策处理了", "三百零五千三百三十四", "随便搜一首沧浪之歌"] {
      for _ in 0..<50 {
        let altered = try #require(
          SpokenTextMutation.substituted(syllables: count).apply(
            to: text, pinyin: table, using: &random))
        #expect(altered.count == text.count)
        let differing = zip(text, altered).filter { $0 != $1 }
        #expect(differing.count == count)
        for (one, other) in differing {
          #expect(!table.syllables(of: one).contains(table.syllables(of: other)[0]))
        }
      }
    }
    #expect(
      SpokenTextMutation.substituted(syllables: 3).apply(to: "好的", pinyin: table, using: &random)
        == nil)
  }

  @Test("the same seed, the same text")
  func seeded() throws {
    let table = try InstalledTable.table()
    func texts(_ seed: UInt64) -> [String?] {
      var random = SeededRandom(seed: seed)
      return [.substituted(syllables: 2), .negated, .amountChanged].map {
        (way: SpokenTextMutation) in
        way.apply(to: "我同意借款五万元", pinyin: table, using: &random)
      }
    }
    #expect(texts(1) == texts(1))
    #expect(texts(1) != texts(2))
    #expect(texts(1).allSatisfy { $0 != nil })
  }

  @Test("negated, or nothing to negate")
  func negated() throws {
    let table = try InstalledTable.table()
    var random = SeededRandom(seed: 3)
    func negate(_ text: String) -> String? {
      SpokenTextMutation.negated.apply(to: text, pinyin: table, using: &random)
    }
    #expect(negate("我同意") == "我不同意")
    #expect(negate("不行不行") != nil)
    #expect(negate("老虎幼崽") == nil)
    #expect(
      SpokenTextMutation.amountChanged.apply(to: "我同意", pinyin: table, using: &random) == nil)
    let amount = try #require(
      SpokenTextMutation.amountChanged.apply(to: "借5万元", pinyin: table, using: &random))
    #expect(amount != "借五万元")
    #expect(try align("借5万元", amount).distance > 0)
  }

  @Test("a text of which only the beginning is read")
  func continued() throws {
    let table = try InstalledTable.table()
    let text = SpokenTextMutation.continued(
      "我同意借款", with: "并且知晓风险，自愿承担", readShare: 0.5, pinyin: table)
    #expect(text == "我同意借款并且知晓风")
    let most = SpokenTextMutation.continued(
      "我同意借款五", with: "并且知晓风险", readShare: 0.75, pinyin: table)
    #expect(most == "我同意借款五并且")
    #expect(
      SpokenTextMutation.continued("我同意借款", with: "好", readShare: 0.5, pinyin: table) == nil)
    let whole = try #require(text)
    #expect(try align(whole, "我同意借款").uncoveredTail == 5)
  }

  @Test("a text after which more is said")
  func shortened() throws {
    let table = try InstalledTable.table()
    func short(_ text: String, _ least: Int) -> String? {
      SpokenTextMutation.shortened(text, to: 0.6, least: least, pinyin: table)
    }
    #expect(short("我同意借款，并且知晓", 4) == "我同意借款")
    #expect(short("我同意借款并且知晓", 4) == "我同意借款")
    #expect(short("我同意借款并且知晓", 5) == nil)
    #expect(short("", 1) == nil)
  }
}
