// Texts that can be asked for, in parts, and texts that cannot.

import SpokenText
import Testing

@Suite(.needsTable) struct ExpectedTextTests {
  static func refusal(_ text: String) throws -> UnreadableText.Reason? {
    do throws(UnreadableText) {
      _ = try ExpectedText(text, field: "verify_text", pinyin: try! InstalledTable.table())
      return nil
    } catch {
      #expect(error.description.hasPrefix("verify_text: "))
      return error.reason
    }
  }

  @Test(
    "what is said of a text",
    arguments: [
      ("我同意，本次转账。", "我同意本次转账"), ("本人（以下简称“甲方”）——自愿！", "本人以下简称甲方自愿"),
      ("本人願意授權", "本人愿意授权"), ("办理ＶＩＰ卡", "办理VIP卡"), ("A类份额", "A类份额"), ("app服务", "APP服务"),
      ("　同 意\u{200B}\u{FE0F}　", "同意"), ("第一行\n第二行", "第一行第二行"), ("买买提·艾力", "买买提艾力"),
      ("二○二六年", "二零二六年"), ("面积30㎡", "面积三十平方米"), ("龘", "龘"), ("\u{F900}", "岂"),
    ])
  func said(_ text: String, _ expected: String) throws { #expect(try usual(text) == expected) }

  @Test(
    "what cannot be asked for",
    arguments: [
      ("", UnreadableText.Reason.nothingToSay), ("。，！ \n", .nothingToSay), ("……（）", .nothingToSay),
      (String(repeating: "好", count: 121), .tooLong(charactersMax: 120)),
      ("我e\u{301}", .noReading(position: 1)), ("同意😀", .noReading(position: 2)),
      ("はい", .noReading(position: 0)),
      ("同\u{E000}", .noReading(position: 1)), ("Привет", .noReading(position: 0)),
      ("同意@我", .sign(position: 2)), ("卡号6222****1234", .sign(position: 6)),
      ("我___同意", .sign(position: 1)),
      ("A+B", .sign(position: 1)), ("50#", .sign(position: 2)), ("%", .sign(position: 0)),
      ("¥", .sign(position: 0)),
      // What would be lost between numbers, and marks beside them that nobody knows here.
      ("3——5元", .sign(position: 1)), ("3:2:1", .sign(position: 1)), ("1.2.3", .sign(position: 3)),
      ("1/2/3", .sign(position: 3)), ("6·18", .sign(position: 1)), ("5 - 3", .sign(position: 2)),
      ("5%——3%", .sign(position: 2)), ("5′", .sign(position: 1)), ("§5", .sign(position: 0)),
      ("3-¥5", .sign(position: 1)),
      ("我\u{202E}意同", .control(position: 1)), ("我\u{0}", .control(position: 1)),
      ("我agree", .latinWord(position: 1, lettersMax: 4)),
      (String(repeating: "1", count: 33), .longNumber(position: 0, digitsMax: 32)),
      ("同意0." + String(repeating: "1", count: 32) + "1", .longNumber(position: 4, digitsMax: 32)),
    ])
  func refused(_ text: String, _ reason: UnreadableText.Reason) throws {
    #expect(try Self.refusal(text) == reason)
  }

  @Test("one character with a thousand marks is long")
  func marks() throws {
    let text = "好" + String(repeating: "\u{301}", count: 200_000)
    #expect(text.count == 1)
    #expect(try Self.refusal(text) == .tooLong(charactersMax: 120))
  }

  @Test("errors say nothing of the text")
  func bland() throws {
    let table = try InstalledTable.table()
    let secret = "张三丰@"
    #expect {
      _ = try ExpectedText(secret, field: "text", pinyin: table)
    } throws: { error in
      !"\(error)".contains("张")
        && "\(error)" == "text: character 3 is a sign that is not read aloud; "
          + "write what is to be said"
    }
  }

  @Test("texts do not describe themselves")
  func redacted() throws {
    let table = try InstalledTable.table()
    let text = try ExpectedText("本人张三丰同意", field: "text", pinyin: table)
    let part = text.parts[0]
    let heard = HeardText("本人张三丰不同意", pinyin: table)
    let alignment = part.align(heard)
    var dumped = ""
    dump(text, to: &dumped)
    dump(part, to: &dumped)
    dump(heard, to: &dumped)
    dump(alignment, to: &dumped)
    dump(part.defaultForm.contrasts(), to: &dumped)
    dumped +=
      "\(text) \(part) \(heard) \(alignment) \(part.defaultForm) \(alignment.heardContrasts())"
    #expect(!dumped.contains("张"))
    #expect(!dumped.contains("同"))
    #expect(dumped.contains("<redacted>"))
  }

  @Test("a name marked outside the text")
  func names() throws {
    let table = try InstalledTable.table()
    #expect(throws: UnreadableText(field: "text", reason: .nameOutside)) {
      try ExpectedText("张三", field: "text", pinyin: table, names: [1..<3])
    }
    #expect(ExpectedText.places(of: "张三", in: "张三和张三") == [0..<2, 3..<5])
    #expect(ExpectedText.places(of: "", in: "张三").isEmpty)
    #expect(ExpectedText.places(of: "张三丰", in: "张三").isEmpty)
  }

  @Test("short texts are one part, long ones are cut at ends of sentences")
  func parts() throws {
    let table = try InstalledTable.table()
    let short = "本人自愿申请贷款，同意。已阅读合同！"
    #expect(try ExpectedText(short, field: "text", pinyin: table).parts.count == 1)
    let first = "本人自愿向贵行申请个人消费贷款人民币5万元，期限12个月。"
    let second = "本人已阅读并同意《个人信息授权书》，知晓逾期将影响征信记录。"
    let text = try ExpectedText(first + second, field: "text", pinyin: table)
    #expect(text.parts.map(\.range) == [0..<28, 29..<58])
    #expect(text.parts[0].defaultForm.text == "本人自愿向贵行申请个人消费贷款人民币五万元期限十二个月")
    #expect(text.parts.allSatisfy { $0.syllableCount <= SpokenTextLimits.partSyllablesMax })
    #expect(text.parts.allSatisfy { $0.secondsMax <= 15 })
  }

  @Test("parts are the text, in order and within the bound", arguments: [1, 2, 3])
  func partsCover(_ seed: UInt64) throws {
    let table = try InstalledTable.table()
    var random = SeededRandom(seed: seed)
    let pieces = [
      "同意", "贷款", "，", "。", "12345.67元", "2026年11月26日", "本人", "13800138000", "！", "不", "\n",
    ]
    for _ in 0..<200 {
      var source = "我"
      while let next = pieces.randomElement(using: &random), source.count + next.count <= 120 {
        source += next
      }
      guard let text = try? ExpectedText(source, field: "text", pinyin: table) else { continue }
      var end = 0
      for part in text.parts {
        #expect(part.range.lowerBound >= end)
        end = part.range.upperBound
        #expect(part.secondsMax <= 15.01)
        #expect(part.syllableCount > 0)
      }
      #expect(end <= source.count)
      let whole = try usual(source)
      #expect(whole == text.parts.map(\.defaultForm.text).joined())
    }
  }

  @Test("each character of a form knows where it comes from")
  func origins() throws {
    let form = try part("还款5万元。").defaultForm
    #expect(form.text == "还款五万元")
    #expect(form.origins == [0..<1, 1..<2, 2..<3, 3..<4, 4..<5])
    #expect(try part("¥12").defaultForm.origins == [0..<3, 0..<3, 0..<3])
  }

  @Test("rare characters are also asked for as common ones that sound alike")
  func homophones() throws {
    let form = try part("我叫王喆淼").defaultForm
    let plain = try #require(form.homophoneText)
    #expect(plain.count == form.count)
    #expect(plain.hasPrefix("我叫王"))
    #expect(try align("我叫王喆淼", plain).distance == 0)
    #expect(try part("我同意").defaultForm.homophoneText == nil)
  }
}
