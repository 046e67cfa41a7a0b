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
