// Resident identity numbers: what is accepted, and which part is blamed for what is not.

import IdentityNumbers
import Testing

@Suite struct ResidentIdentityNumberTests {
  typealias Number = ResidentIdentityNumber

  static let today = CalendarDate(year: 2026, month: 11, day: 1)

  @Test("numbers of every kind say birth date, sex and holder")
  func known() throws {
    let citizen = try Number("11010519491231002X", today: Self.today)
    #expect(citizen.birthDate == CalendarDate(year: 1949, month: 12, day: 31))
    #expect(citizen.sex == .female)
    #expect(citizen.holder == .citizen)
    #expect(citizen.regionCode == "110105")
    #expect(citizen.sequence == "002")
    #expect(citizen.notices.isEmpty)
    let old = try Number("440524188001010014", today: Self.today)
    #expect(old.birthDate == CalendarDate(year: 1880, month: 1, day: 1))
    #expect(old.sex == .male)
    #expect(try Number("810000199408230021").holder == .hongKongResident)
    #expect(try Number("830000199201300022").holder == .taiwanResident)
    let foreigner = try Number("911124198108030024")
    #expect(foreigner.holder == .foreigner(region: 11, nationality: 124))
    #expect(foreigner.birthDate == CalendarDate(year: 1981, month: 8, day: 3))
  }

  @Test("a lower-case x is read and noticed")
  func lowerCase() throws {
    let number = try Number("11010519491231002x")
    #expect(number.text == "11010519491231002X")
    #expect(number.notices == [.lowerCaseCheckCharacter])
  }

  @Test(
    "the check character is formed over seventeen digits",
    arguments: ["11010519491231002X", "440524188001010014", "810000199408230021"])
  func checkCharacter(_ number: String) {
    #expect(Number.checkCharacter(of: number.dropLast()) == number.last)
  }

  @Test("other text has no check character")
  func noCheckCharacter() {
    for text in ["", "1101051949123100", "1101051949123100X", "１1010519491231002"] {
      #expect(Number.checkCharacter(of: text) == nil)
    }
  }

  @Test("every part that fails is named")
  func failures() {
    let cases: [(String, [Number.Failure])] = [
      ("11010519491231002X", []),
      ("", [.length]),
      ("11010519491231002", [.length]),
      ("11010519491231002X1", [.length]),
      ("110105194912310021", [.checkCharacter]),
      ("1101051949123100-X", [.character(position: 16)]),
      ("X10105194912310021", [.character(position: 0)]),
      ("１1010519491231002X", [.character(position: 0)]),
      ("11010519491231002Ｘ", [.character(position: 17)]),
      ("11010519491331002X", [.birthDate, .checkCharacter]),
      ("11010520261102002X", [.birthDateInFuture, .checkCharacter]),
    ]
    for (text, expected) in cases {
      #expect(Number.failures(of: text, today: Self.today) == expected, "\(text)")
      #expect((try? Number(text, today: Self.today)) == nil || expected.isEmpty)
    }
  }

  /// With the check character that holds.
  static func complete(_ body: String) -> String {
    body + (Number.checkCharacter(of: body).map { String($0) } ?? "")
  }

  @Test("days that do not exist are refused though the check character holds")
  func impossibleDates() {
    for date in [
      "19490229", "19000229", "19990431", "19990001", "19991301", "19990100", "19990132",
      "00000101", "17991231",
    ] {
      #expect(Number.failures(of: Self.complete("110105\(date)002")) == [.birthDate], "\(date)")
    }
    for date in ["20000229", "19480229", "18000101", "19991231"] {
      #expect(Number.failures(of: Self.complete("110105\(date)002")).isEmpty, "\(date)")
    }
  }

  @Test("today itself is not in the future, tomorrow is")
  func future() {
    #expect(Number.failures(of: Self.complete("11010520261101002"), today: Self.today).isEmpty)
    let tomorrow = Self.complete("11010520261102002")
    #expect(Number.failures(of: tomorrow, today: Self.today) == [.birthDateInFuture])
    #expect(Number.failures(of: tomorrow).isEmpty)
  }

  @Test(
    "no region is a reason to refuse",
    arguments: ["412723", "441282", "321119", "332522", "440401", "000000", "710000", "999999"])
  func anyRegion(_ region: String) throws {
    _ = try Number(Self.complete("\(region)19800101123"), today: Self.today)
  }

  @Test("fifteen digits become eighteen")
  func upgrade() throws {
    let old = try OldResidentIdentityNumber("110105491231002")
    #expect(old.upgraded.text == "11010519491231002X")
    #expect(!old.isCentenarian)
    let centenarian = try OldResidentIdentityNumber("440524800101997")
    #expect(centenarian.isCentenarian)
    #expect(centenarian.upgraded.birthDate == CalendarDate(year: 1880, month: 1, day: 1))
    #expect(throws: OldResidentIdentityNumber.Failure.length) {
      try OldResidentIdentityNumber("11010549123100")
    }
    #expect(throws: OldResidentIdentityNumber.Failure.character(position: 14)) {
      try OldResidentIdentityNumber("11010549123100X")
    }
    #expect(throws: OldResidentIdentityNumber.Failure.birthDate) {
      try OldResidentIdentityNumber("110105491331002")
    }
  }

  @Test("a number is not printed")
  func notPrinted() throws {
    let number = try Number("11010519491231002X")
    var dumped = ""
    dump(number, to: &dumped)
    for text in ["\(number)", String(reflecting: number), dumped] {
      #expect(!text.contains("1949"))
    }
  }
}
