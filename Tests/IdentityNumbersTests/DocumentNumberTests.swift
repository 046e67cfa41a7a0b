// Numbers of permits, passports, Hong Kong identity cards and foreigners' former cards.

import IdentityNumbers
import Testing

@Suite struct DocumentNumberTests {
  @Test("Hong Kong identity cards", arguments: ["A1234563", "A123456(3)", "AB9876543", "C1234569"])
  func hongKong(_ text: String) throws {
    let number = try HongKongIdentityNumber(text)
    #expect(number.text == text.filter { $0 != "(" && $0 != ")" })
  }

  @Test("Hong Kong identity cards: form and check character fail apart")
  func hongKongFailures() {
    typealias Failure = HongKongIdentityNumber.Failure
    let cases: [(String, Failure)] = [
      ("", .length), ("A", .length), ("A123456", .length), ("A12345(3)", .length),
      ("ABC123456(3)", .length), ("()()", .length), ("a123456(3)", .character(position: 0)),
      ("A123456(X)", .character(position: 8)), ("A12345X(3)", .character(position: 6)),
      ("ABC1234563", .length), ("AB12345X3", .character(position: 7)),
      ("１1234563", .character(position: 0)),
      ("A12345(63)", .brackets), ("A123456)3(", .brackets), ("(A1234563)", .brackets),
      ("A123456((3", .brackets), ("A123456(3))", .brackets), ("A1234563)", .length),
    ]
    for (text, failure) in cases {
      #expect(throws: failure, "\(text)") { try HongKongIdentityNumber(text) }
    }
    for text in ["A123456(4)", "A123456(A)", "B123456(3)"] {
      #expect(throws: Failure.checkCharacter) { try HongKongIdentityNumber(text) }
    }
  }

  @Test("one wrong character of a Hong Kong number is refused")
  func hongKongOneWrong() {
    let right = Array("AB9876543")
    for place in 2..<9 {
      for wrong in "0123456789" where wrong != right[place] {
        var text = right
        text[place] = wrong
        #expect((try? HongKongIdentityNumber(String(text))) == nil)
      }
    }
  }

  @Test("what a number looks like")
  func forms() {
    let cases: [(String, [TravelDocumentForm])] = [
      ("H12345678", [.hongKongHomeReturn]), ("H1234567801", [.hongKongHomeReturn]),
      ("M12345678", [.macauHomeReturn]), ("12345678", [.taiwanPermit]),
      ("1234567801", [.taiwanPermit]), ("C12345678", [.hongKongMacauPermit]),
      ("W12345678", [.hongKongMacauPermit]), ("CA1234567", [.hongKongMacauPermit]),
      ("L12345678", [.toTaiwanPermit]), ("T12345678", [.toTaiwanPermit]),
      ("E12345678", [.ordinaryPassport]), ("EA1234567", [.ordinaryPassport]),
      ("G12345678", [.ordinaryPassport]), ("D1234567", [.officialPassport]),
      ("SE1234567", [.officialPassport]), ("DE12345678", [.officialPassport]),
      ("PE1234567", [.officialPassport]), ("E1234567", []), ("", []), ("H123456789", []),
      ("h12345678", []), ("123456789", []), ("１２３４５６７８", []),
    ]
    for (text, expected) in cases { #expect(TravelDocumentForm.forms(of: text) == expected) }
    #expect(TravelDocumentForm.issue(of: "H1234567801") == "01")
    #expect(TravelDocumentForm.issue(of: "1234567802") == "02")
    #expect(TravelDocumentForm.issue(of: "H12345678") == nil)
    #expect(TravelDocumentForm.issue(of: "12345678") == nil)
  }

  @Test("the part of a permit's or passport's number that has not its form is named")
  func formFailures() throws {
    typealias Failure = TravelDocumentNumber.Failure
    let cases: [(String, TravelDocumentForm, Failure)] = [
      ("", .taiwanPermit, .length), ("H12345678901", .hongKongHomeReturn, .length),
      ("h12345678", .hongKongHomeReturn, .character(position: 0)),
      ("H1234 678", .hongKongHomeReturn, .character(position: 5)),
      ("H1234A678", .hongKongHomeReturn, .character(position: 5)),
      ("M12345678", .hongKongHomeReturn, .letters(expected: "H")),
      ("12345678", .macauHomeReturn, .letters(expected: "M")),
      ("H12345678", .taiwanPermit, .letters(expected: "")),
      ("H123456789", .hongKongHomeReturn, .digitCount(found: 9, expected: [8, 10])),
      ("123456789", .taiwanPermit, .digitCount(found: 9, expected: [8, 10])),
      ("C1234567", .hongKongMacauPermit, .digitCount(found: 7, expected: [8])),
      ("CA12345678", .hongKongMacauPermit, .digitCount(found: 8, expected: [7])),
      ("L1234567801", .toTaiwanPermit, .digitCount(found: 10, expected: [8])),
      ("GA1234567", .ordinaryPassport, .letters(expected: "E")),
      ("D123456", .officialPassport, .digitCount(found: 6, expected: [7, 8])),
    ]
    for (text, form, failure) in cases {
      #expect(throws: failure, "\(text)") { try TravelDocumentNumber(text, form: form) }
    }
    let old = try TravelDocumentNumber("H1234567801", form: .hongKongHomeReturn)
    #expect(old.issue == "01" && old.form == .hongKongHomeReturn)
    #expect(!"\(old)".contains("123"))
  }

  @Test("foreigners' former numbers")
  func foreigners() throws {
    #expect(try OldForeignResidentNumber("CAN110078010101").nationality == "CAN")
    typealias Failure = OldForeignResidentNumber.Failure
    #expect(throws: Failure.length) { try OldForeignResidentNumber("CAN11007801010") }
    #expect(throws: Failure.character(position: 2)) {
      try OldForeignResidentNumber("CA1110078010101")
    }
    #expect(throws: Failure.character(position: 3)) {
      try OldForeignResidentNumber("CANX10078010101")
    }
  }

  @Test("codes of states")
  func countries() {
    #expect(Country(code: "CHN")?.number == 156)
    #expect(Country(number: 124)?.code == "CAN")
    #expect(Country(code: "D")?.name == "Germany")
    #expect(Country(code: "UTO") != nil)
    #expect(Country(code: "") == nil)
    #expect(Country(number: -1) == nil)
  }
}
