// Machine-readable zones: the specimens of ICAO Doc 9303, and what is said of damaged ones.

import IdentityNumbers
import Testing

@Suite struct MachineReadableZoneTests {
  typealias Zone = MachineReadableZone

  static let today: CalendarDate = {
    guard let date = CalendarDate(year: 2026, month: 11, day: 1) else { fatalError("no such day") }
    return date
  }()

  static let td1 = [
    "I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
  ]
  static let td2 = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
  static let td3 = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
  ]

  @Test("the specimens are read and all their checks hold", arguments: [td1, td2, td3])
  func specimens(_ lines: [String]) throws {
    let zone = try Zone(lines: lines, today: Self.today)
    #expect(zone.checksHold)
    #expect(zone.failedChecks == [])
    #expect(zone.faults == [])
    #expect(zone.lines == lines)
    #expect(zone.issuer == "UTO")
    #expect(zone.nationality == "UTO")
    #expect(zone.primaryName == "ERIKSSON")
    #expect(zone.secondaryName == "ANNA MARIA")
    #expect(!zone.isNamePossiblyTruncated)
    #expect(zone.birthDate == CalendarDate(year: 1974, month: 8, day: 12))
    #expect(zone.expiryDate == CalendarDate(year: 2012, month: 4, day: 15))
    #expect(zone.sex == .female)
    let isPassport = zone.form == .td3
    #expect(zone.documentNumber == (isPassport ? "L898902C3" : "D23145890"))
    #expect(zone.documentCode == (isPassport ? "P" : "I"))
    #expect(zone.optionalData == (isPassport ? "ZE184226B" : ""))
  }

  @Test(
    "check digits have weights 7 3 1",
    arguments: [("L898902C3", "6"), ("740812", "2"), ("120415", "9"), ("", "0"), ("<<<", "0")])
  func checkDigit(_ text: String, _ digit: Character) {
    #expect(Zone.checkDigit(of: text) == digit)
  }

  @Test("text that a zone cannot hold has no check digit")
  func noCheckDigit() {
    #expect(Zone.checkDigit(of: "l898902c3") == nil)
    #expect(Zone.checkDigit(of: "中") == nil)
  }

  /// The lines as characters, one after the other, with one of them changed.
  static func changed(_ lines: [String], at place: Int, to character: Character) -> [String] {
    var all = lines.map { Array($0) }
    all[place / all[0].count][place % all[0].count] = character
    return all.map { String($0) }
  }

  @Test("each check is blamed for its own field")
  func blame() throws {
    let cases: [([String], Int, [Zone.Check])] = [
      (Self.td3, 44, [.documentNumber, .composite]), (Self.td3, 53, [.documentNumber, .composite]),
      (Self.td3, 58, [.birthDate, .composite]), (Self.td3, 70, [.expiryDate, .composite]),
      (Self.td3, 75, [.optionalData, .composite]), (Self.td3, 87, [.composite]),
      (Self.td2, 36, [.documentNumber, .composite]), (Self.td2, 66, [.composite]),
      (Self.td1, 6, [.documentNumber, .composite]), (Self.td1, 20, [.composite]),
      (Self.td1, 31, [.birthDate, .composite]), (Self.td1, 50, [.composite]),
      (Self.td1, 2, []), (Self.td1, 70, []),
    ]
    for (lines, place, expected) in cases {
      let length = lines[0].count
      let old = Array(lines[place / length])[place % length]
      let zone = try Zone(
        lines: Self.changed(lines, at: place, to: old == "7" ? "1" : "7"), today: Self.today)
      #expect(zone.failedChecks == expected, "\(zone.form) \(place)")
    }
  }

  @Test("a passport without personal number may have < for its check digit")
  func noPersonalNumber() throws {
    let body = "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<"
    for digit in ["<", "0"] {
      let checked = body.prefix(10) + body.dropFirst(13).prefix(7) + body.dropFirst(21) + digit
      let composite = try #require(Zone.checkDigit(of: checked))
      let zone = try Zone(
        lines: [Self.td3[0], body + digit + String(composite)], today: Self.today)
      #expect(zone.checksHold)
      #expect(zone.optionalData == "")
    }
  }

  @Test("a card's long number goes on in the optional data")
  func longNumber() throws {
    // Doc 9303 part 5, note j: D23145890734 with check digit 9.
    let first = "I<UTOD23145890<7349<<<<<<<<<<<"
    let second = "7408122F1204159UTO<<<<<<<<<<<"
    let digit = try #require(
      Zone.checkDigit(
        of: first.dropFirst(5) + second.prefix(7) + second.dropFirst(8).prefix(7)
          + second.dropFirst(18)))
    let zone = try Zone(
      lines: [first, second + String(digit), Self.td1[2]], today: Self.today)
    #expect(zone.documentNumber == "D23145890734")
    #expect(zone.optionalData == "")
    #expect(zone.checksHold)
  }

  @Test("what has no known form is refused, and a foreign character is named with its place")
  func failures() {
    for lines in [[], [""], ["P<UTO"], [Self.td3[0]], Self.td3 + [""], [Self.td3[0], Self.td2[1]]] {
      #expect(throws: Zone.Failure.form) { try Zone(lines: lines, today: Self.today) }
    }
    for character: Character in ["p", " ", "中", "-"] {
      #expect(throws: Zone.Failure.character(line: 1, position: 3)) {
        try Zone(lines: Self.changed(Self.td3, at: 47, to: character), today: Self.today)
      }
    }
  }

  @Test("faults beside the check digits are told")
  func faults() throws {
    let cases: [(Int, Character, Zone.Fault)] = [
      (64, "A", .sex), (10, "0", .name), (3, "0", .issuer), (55, "0", .nationality),
      (59, "9", .birthDate), (67, "5", .expiryDate), (0, "<", .documentCode),
    ]
    for (place, character, fault) in cases {
      let zone = try Zone(
        lines: Self.changed(Self.td3, at: place, to: character), today: Self.today)
      #expect(zone.faults == [fault])
    }
  }

  @Test("parts of a birth date may be unknown")
  func unknownBirth() throws {
    let line = "L898902C36UTO74<<<<1F1204159ZE184226B<<<<<10"
    let zone = try Zone(lines: [Self.td3[0], line], today: Self.today)
    #expect(zone.birthDate == nil)
    #expect(zone.faults == [])
  }

  @Test("a birth date is never in the future, an expiry date may be")
  func centuries() throws {
    for (birth, year) in [("261101", 2026), ("261102", 1926), ("270101", 1927), ("000229", 2000)] {
      let line = "L898902C36UTO\(birth)2F7604159ZE184226B<<<<<10"
      let zone = try Zone(lines: [Self.td3[0], line], today: Self.today)
      #expect(zone.birthDate?.year == year)
      #expect(zone.expiryDate?.year == 2076)
    }
  }
}
