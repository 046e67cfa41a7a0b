// What is said beside a text: before it, after it, within it.

import SpokenText
import Testing

@Suite(.needsTable) struct SurplusTests {
  private func surplus(
    _ text: String, _ heard: String, before: String = "", after: String = ""
  ) throws -> SpokenSurplus {
    try align(text, heard).surplus(before: Array(before), after: Array(after))
  }

  @Test(
    "characters beside a text",
    arguments: [
      ("我自愿借款", "我自愿借款", 0), ("我自愿借款", "嗯我自愿借款", 1), ("我自愿借款", "我自愿借款谢谢", 2),
      ("我自愿借款", "请听好了我自愿借款", 4), ("我自愿借款", "我自愿借款以上都是我念的", 7),
      ("我自愿借款", "我自愿呃向银行借款", 4), ("尾号1234", "尾号1234", 0), ("借五万元", "借50000元", 0),
      ("我自愿借款", "", 0), ("3857", "三八五七", 0), ("3857", "3 8 5 7", 0), ("3857", "散八五七", 0),
      ("3857", "三八五七以上我都", 4),
    ])
  func counts(_ text: String, _ heard: String, _ count: Int) throws {
    let surplus = try surplus(text, heard)
    #expect(surplus.count == count)
    #expect(!surplus.takesBack)
  }

  @Test(
    "words that take a text back",
    arguments: [
      ("我自愿借款", "我自愿借款不算"), ("我自愿借款", "我自愿借款拒绝"), ("我自愿借款", "我自愿借款我反悔"),
      // As a recogniser may write it.
      ("我自愿借款", "我自愿借款布算"), ("我自愿借款", "我自愿借款巨绝"), ("我自愿借款", "没有我自愿借款"),
      ("我自愿借款", "我自愿借款假的"), ("我自愿借款", "我被迫我自愿借款"), ("3857", "三八五七以上我都不同意"),
      ("3857", "我不同意三八五七"),
      // Said twice, with a "not" the second time: the alignment takes the second for the text.
      ("我同意", "我同意我不同意"), ("我同意借款", "我同意借款不我不同意借款"),
    ])
  func takesBack(_ text: String, _ heard: String) throws {
    #expect(try surplus(text, heard).takesBack)
  }

  @Test(
    "words that agree", arguments: [("是的", "是的没错"), ("我同意", "我同意没问题"), ("我同意", "特别我同意")])
  func agrees(_ text: String, _ heard: String) throws {
    #expect(!(try surplus(text, heard).takesBack))
  }

  @Test(
    "a word that takes back is one within the text, too",
    arguments: [
      ("我同意本次转账", "我被迫同意本次转账"), ("我同意本次转账", "我拒绝同意本次转账"), ("我同意本次转账", "我同意放弃本次转账"),
      ("我同意本次转账", "我杯破同意本次转账"),
    ])
  func takesBackWithin(_ text: String, _ heard: String) throws {
    #expect(try surplus(text, heard).takesBack)
  }

  @Test("a single character of denial within the text is left to the contrasts")
  func within() throws {
    #expect(!(try surplus("我自愿借款", "我不自愿借款").takesBack))
    #expect(!(try surplus("我不同意借款", "我不同意借款").takesBack))
    // What begins like a longer word is none.
    for heard in ["我同意被本次转账", "我同意取本次转账", "我同意本次放转账"] {
      #expect(!(try surplus("我同意本次转账", heard).takesBack))
    }
  }

  @Test("what else was expected around it is none")
  func neighbours() throws {
    #expect(try surplus("借款五万元", "借款五万元按月还款", after: "按月还款三八五七").count == 0)
    #expect(try surplus("按月还款", "五万元按月还款", before: "我借款五万元").count == 0)
    #expect(try surplus("按月还款", "按月还款3857", after: "三八五七").count == 0)
    #expect(try surplus("3857", "我自愿借款三八五七", before: "我自愿借款").count == 0)
    // Of which some is something else.
    #expect(try surplus("借款五万元", "借款五万元按月不还款", after: "按月还款").takesBack)
    #expect(try surplus("3857", "借款以上我都不同意三八五七", before: "我自愿借款").takesBack)
    #expect(try surplus("借款五万元", "借款五万元都是开玩笑的", after: "按月还款").count >= 6)
  }

  @Test("it shows nothing of what was said")
  func shown() throws {
    #expect("\(try surplus("我自愿借款", "我自愿借款拒绝"))".contains("拒绝") == false)
  }

  @Test(
    "words in a stretch of digits are counted, repetitions and digits are not",
    arguments: [
      ("1 2 9 9", 0), ("三十三十三十", 0), ("幺两洞", 0), ("8.0678.0678.06", 0), ("字幕:字幕:字幕", 2),
      ("P y Pyrl7", 2), ("這邊8不是", 4), ("我相信很好吃。", 6),
    ])
  func wordsAmongDigits(_ heard: String, _ count: Int) throws {
    let pinyin = try InstalledTable.table()
    let words = SpokenSurplus.words(of: heard, after: [], pinyin: pinyin)
    #expect(words.count == count)
  }

  @Test("what was said before the digits is none of those words; a word that takes back is told")
  func wordsBeforeDigits() throws {
    let pinyin = try InstalledTable.table()
    func words(_ heard: String) -> SpokenSurplus {
      .words(of: heard, after: Array("本人自愿借款"), pinyin: pinyin)
    }
    #expect(words("愿借款3857").count == 0)
    // Said in one breath, a stretch may hold the middle of a long text; its numbers are none of the words.
    let long = Array("本人自愿向银行借款人民币十二万三千四百五十六元并按月偿还")
    for heard in ["自愿向银行借款人", "款人民币十二万三千四百", "人民币123456元并按"] {
      #expect(SpokenSurplus.words(of: heard, after: long, pinyin: pinyin).count == 0)
    }
    #expect(SpokenSurplus.words(of: "我不想还给银行", after: long, pinyin: pinyin).count > 3)
    #expect(words("愿借款我反悔了") == SpokenSurplus(count: 4, takesBack: true))
    #expect(words("被迫3857").takesBack)
    // One such character may be what the recogniser makes of a digit.
    #expect(!words("不3857").takesBack)
  }
}
