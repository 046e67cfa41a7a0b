// Names: what is put right, what is told, and what is refused.

import IdentityNumbers
import Testing

@Suite struct PersonNameTests {
  @Test("one separator is stored, whichever dot was given")
  func separators() throws {
    for dot in ["•", "‧", "・", "･", "．", ".", "∙", "⋅", "·"] {
      let name = try PersonName("阿卜杜拉\(dot)买买提")
      #expect(name.text == "阿卜杜拉·买买提")
      #expect(name.notices == (dot == "·" ? [] : [.separator]))
    }
  }

  @Test("a Latin name has one kind of dot too; a full stop stays one")
  func latinSeparators() throws {
    for dot in ["•", "‧", "・", "･", "∙", "⋅", "●", "·"] {
      let name = try PersonName("JOHN\(dot)SMITH")
      #expect(name.text == "JOHN·SMITH" && name.script == .latin)
      #expect(name.notices == (dot == "·" ? [] : [.separator]))
    }
    for stop in [".", "．", "\u{2024}"] {
      #expect(try PersonName("J\(stop) SMITH").text == "J. SMITH")
    }
    #expect(throws: PersonName.Failure.separator) { try PersonName("JOHN•") }
    #expect(throws: PersonName.Failure.separator) { try PersonName("JOHN•·SMITH") }
  }

  @Test("blanks are dropped from Chinese names and kept single in Latin ones")
  func blanks() throws {
    for text in [" 张三", "张 三", "张三\u{3000}", "张\u{200B}三"] {
      #expect(try PersonName(text).text == "张三")
      #expect(try PersonName(text).notices == [.blanks])
    }
    let latin = try PersonName("  ANNA  MARIA O'NEIL-SMITH, JR.")
    #expect(latin.text == "ANNA MARIA O'NEIL-SMITH, JR.")
    #expect(latin.script == .latin)
    #expect(latin.notices == [.blanks])
  }

  @Test(
    "rare characters are accepted and told",
    arguments: [
      "㐀", "\u{20000}", "\u{2A700}",
      "\u{2B740}", "\u{2B820}", "\u{2CEB0}", "\u{30000}", "\u{31350}", "\u{9FA6}", "\u{F900}",
    ])
  func rare(_ character: String) throws {
    let name = try PersonName("王" + character)
    #expect(name.rareCharacters == [1])
    #expect(name.text.unicodeScalars.last == character.unicodeScalars.first)
    #expect(try PersonName("王〇龥").rareCharacters == [])
  }

  @Test("characters that GB 18030 once had in a private area get their place")
  func formerPrivateUse() throws {
    for (old, now) in [
      ("\u{E81E}", "\u{9FB4}"), ("\u{E864}", "\u{9FBB}"), ("\u{E816}", "\u{20087}"),
    ] {
      let name = try PersonName("王" + old)
      #expect(name.text.unicodeScalars.elementsEqual(("王" + now).unicodeScalars))
      #expect(name.notices == [.formerPrivateUse])
      #expect(name.rareCharacters == [1])
    }
    #expect(throws: PersonName.Failure.privateUse(position: 1)) { try PersonName("王\u{E815}") }
  }

  @Test("spellings of one name compare equal, different names do not")
  func comparison() throws {
    func form(_ text: String) throws -> String { try PersonName(text).comparisonForm }
    // Swift's == would call canonical equivalents equal by itself.
    func scalars(_ text: String) throws -> [UInt32] {
      try form(text).unicodeScalars.map(\.value)
    }
    #expect(try scalars("王\u{F900}") == ("王\u{8C48}".unicodeScalars.map(\.value)))
    #expect(try scalars("王\u{2F800}") == ("王\u{4E3D}".unicodeScalars.map(\.value)))
    #expect(try form("阿卜杜拉•买买提") == form("阿卜杜拉・买买提"))
    #expect(try form("Anna  O\u{2019}Neil") == form("ANNA O'NEIL"))
    for (a, b) in [
      ("张国", "張國"), ("张三", "张三三"), ("阿卜杜拉·买买提", "阿卜杜拉买买提"), ("己已", "已己"),
      ("ANNA LEE", "ANNALEE"), ("王\u{FA0E}", "王一"),
    ] { #expect(try form(a) != form(b)) }
    #expect(PersonName.unifiedTableSize == 1016)
  }

  @Test("names of minorities and the longest are names")
  func minorities() throws {
    for text in [
      "阿布都热合曼·阿布都克里木", "次仁卓玛", "巴特尔", "司马义·艾买提", "欧阳娜娜", "爱新觉罗·溥仪",
      "依力哈木江·吐尔逊·买买提", "\u{9FD4}\u{9FEF}", "\u{4DB5}\u{2A6DF}\u{2EBE0}", "王\u{2EBF0}",
    ] {
      let name = try PersonName(text)
      #expect(name.text == text && name.script == .han && name.notices.isEmpty)
    }
  }

  @Test("the bounds are 2 and 32")
  func length() throws {
    typealias Failure = PersonName.Failure
    #expect(try PersonName(String(repeating: "王", count: 32)).text.count == 32)
    #expect(throws: Failure.tooLong) { try PersonName(String(repeating: "王", count: 33)) }
    #expect(throws: Failure.tooLong) { try PersonName(String(repeating: "王", count: 999)) }
    for text in ["", " ", "王", " 王 ", "..", "A"] {
      #expect(throws: Failure.tooShort, "\(text)") { try PersonName(text) }
    }
  }

  @Test("what is not a name is refused with its place")
  func failures() {
    typealias Failure = PersonName.Failure
    let cases: [(String, Failure)] = [
      ("张3三", .digit(position: 1)), ("张３", .digit(position: 1)),
      ("张\u{E000}", .privateUse(position: 1)), ("张!", .character(position: 1)),
      ("张😀", .character(position: 1)), ("張三あ", .character(position: 2)),
      ("张San", .character(position: 1)), ("张-三", .character(position: 1)),
      ("·张三", .separator), ("张三·", .separator), ("张··三", .separator),
      ("e\u{301}l", .character(position: 1)),
    ]
    for (text, failure) in cases { #expect(throws: failure, "\(text)") { try PersonName(text) } }
  }
}
