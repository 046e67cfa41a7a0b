// Bytes as hexadecimal digits and back.

internal import Testing

@testable internal import Vocabulary

@Suite struct HexadecimalTests {
  @Test func everyByteIsTwoLowerCaseDigitsAndComesBack() {
    let all = (0...255).map(UInt8.init)
    let text = Hexadecimal.text(of: all)
    #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
    #expect(text.hasSuffix("f9fafbfcfdfeff"))
    #expect(Hexadecimal.bytes(of: text) == all)
    #expect(Hexadecimal.bytes(of: text.uppercased()) == all)
    #expect(Hexadecimal.text(of: []) == "")
    #expect(Hexadecimal.bytes(of: "") == [])
  }

  @Test(arguments: ["0", "abc", "0g", "+1", " 1", "0x", "1\u{660}", "é0", "ff\n0"])
  func nothingElseIsRead(text: String) {
    #expect(Hexadecimal.bytes(of: text) == nil)
  }
}
