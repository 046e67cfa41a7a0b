// What was heard beside what was expected.

import SpokenText
import Testing

@Suite(.needsTable) struct AlignmentTests {
  @Test(
    "distances",
    arguments: [
      ("我同意", "我同意", 0.0), ("我同意", "沃铜亿", 0), ("我同意", "我不同意", 1), ("我同意", "", 3), ("我同意", "我统一", 0),
      ("本人自愿", "本人知愿", 0.3), ("南京", "兰京", 0.3), ("经济", "金吉", 0.3), ("山", "桑", 0.6), ("湖南", "福南", 1),
      ("银行", "银航", 0), ("银行", "银形", 0), ("重庆", "虫庆", 0), ("一会儿", "一会", 0.3), ("一会", "一会儿", 0.3),
      ("女儿", "女", 1), ("儿童", "童", 1), ("五万元", "50000元", 0), ("50000元", "五万元", 0),
      ("幺三八零零", "13800", 0),
      ("13800138000", "幺三八零零幺三八零零零", 0), ("2026年11月26日", "二零二六年十一月二十六号", 0),
      ("壹万元整", "一万元整", 0), ("VIP客户", "vip客户", 0), ("同意。", "同意？？", 0), ("三百零五", "305", 0),
      ("200元", "两百块", 0), ("15%", "15%", 0), ("15%", "百分之15", 0), ("我愿意", "我願意", 0),
    ])
  func distances(_ text: String, _ heard: String, _ distance: Double) throws {
    let alignment = try align(text, heard)
    #expect(abs(alignment.distance - distance) < 1e-9, "\(alignment.distance)")
    let coverage = max(0, 1 - alignment.distance / Double(alignment.length))
    #expect(abs(alignment.coverage - coverage) < 1e-12)
  }

  @Test("which characters were heard")
  func places() throws {
    let alignment = try align("本人同意借款", "吗本人很同亿款")
    #expect(alignment.places == [.heard, .heard, .heard, .heard, .missing, .heard])
    #expect(alignment.insertions.map(\.place) == [0, 2])
    #expect(alignment.insertions.map(\.character) == ["吗", "很"])
    let other = try align("借款五万元", "借款七万圆")
    #expect(other.places == [.heard, .heard, .replaced(by: "七"), .heard, .heard])
  }

  @Test("the way of saying a number that was heard is the form")
  func form() throws {
    #expect(try align("尾号1234", "尾号幺二三四").form.text == "尾号幺二三四")
    #expect(try align("尾号1234", "尾号一千二百三十四").form.text == "尾号一千二百三十四")
    #expect(try align("借200元", "借两百块").form.text == "借两百块")
    #expect(try align("借200元", "借").form.count >= 3)
  }

  @Test(
    "half-read texts show",
    arguments: [
      ("本人自愿申请贷款并同意合同", "本人自愿申请贷款并同意合同", 0, 0), ("本人自愿申请贷款并同意合同", "本人自愿申请", 7, 7),
      ("本人自愿申请贷款并同意合同", "", 13, 13), ("本人自愿申请贷款并同意合同", "并同意合同", 0, 8),
      // The last syllable of what was read comes again in what was not.
      ("我同意我同意我同意", "我同意", 6, 6), ("今天是星期一明天是星期二", "今天是星期一", 6, 6),
    ])
  func tails(_ text: String, _ heard: String, _ tail: Int, _ gap: Int) throws {
    let alignment = try align(text, heard)
    #expect(alignment.uncoveredTail == tail)
    #expect(alignment.coveredPrefix == alignment.length - tail)
    #expect(alignment.longestGap == gap)
  }

  @Test("what was heard otherwise where it matters")
  func heardContrasts() throws {
    func kinds(_ text: String, _ heard: String) throws -> [String] {
      try align(text, heard).heardContrasts().map { "\($0.kind) \($0.text)" }
    }
    #expect(try kinds("我同意借款", "我不同意借款") == ["negationInserted 我不同意借款"])
    #expect(try kinds("我同意借款", "我布同意借款") == ["negationInserted 我不同意借款"])
    #expect(try kinds("我不同意借款", "我同意借款") == ["negationRemoved 我同意借款"])
    #expect(try kinds("借款五万元", "借款七万元") == ["number 借款七万元"])
    #expect(try kinds("借款五万元", "借款五元") == ["magnitude 借款五元"])
    #expect(try kinds("我同意借款", "我同意贷款").isEmpty)
    #expect(try kinds("我已同意借款", "借款") == ["omission 借款"])
    #expect(try kinds("我同意借款", "我意借款").isEmpty)
    #expect(
      try kinds("我不同意借款", "借款") == ["negationRemoved 我同意借款", "omission 借款"])
    #expect(try align("我同意借款", "我同意贷款").heardText?.text == "我同意贷款")
    #expect(try align("我同意借款", "我同意借款").heardText == nil)
    let named = try part("我叫王伟", names: ["王伟"])
    let heard = HeardText("我叫黄伟", pinyin: try InstalledTable.table())
    #expect(named.align(heard).heardContrasts().map(\.kind) == [.name])
  }

  @Test("anything may be heard", arguments: [1, 2])
  func anything(_ seed: UInt64) throws {
    let table = try InstalledTable.table()
    var random = SeededRandom(seed: seed)
    let alphabet = Array("我同意不一二三百万元0123456789.,:%¥-/ABC 。😀\u{202E}\u{0}儿é点两幺年月日".unicodeScalars)
    for _ in 0..<300 {
      func text(_ most: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...most, using: &random) {
          scalars.append(alphabet.randomElement(using: &random) ?? "我")
        }
        return String(scalars)
      }
      let heard = HeardText(text(60), pinyin: table)
      _ = DigitCode.digits(in: heard)
      guard let expected = try? ExpectedText(text(40), field: "text", pinyin: table) else {
        continue
      }
      for part in expected.parts {
        let alignment = part.align(heard)
        #expect((0...1).contains(alignment.coverage))
        #expect(alignment.places.count == alignment.form.count)
        #expect(alignment.distance <= Double(alignment.length) + 120)
        let own = part.align(HeardText(alignment.form.text, pinyin: table))
        #expect(own.distance == 0)
        for contrast in part.defaultForm.contrasts() + alignment.heardContrasts() {
          #expect(contrast.place.upperBound <= max(part.defaultForm.count, alignment.form.count))
        }
      }
    }
  }

  @Test("a long text and a long hypothesis")
  func long() throws {
    let table = try InstalledTable.table()
    let text = String(repeating: "同意1200元", count: 17)
    let expected = try ExpectedText(text, field: "text", pinyin: table)
    let heard = HeardText(String(repeating: "12345678", count: 100), pinyin: table)
    for part in expected.parts { #expect(part.align(heard).coverage <= 1) }
  }
}
