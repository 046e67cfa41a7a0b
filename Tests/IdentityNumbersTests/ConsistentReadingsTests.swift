// Searches through doubtful readings agree with trying all of them.

import IdentityNumbers
import Testing

@Suite struct ConsistentReadingsTests {
  typealias Number = ResidentIdentityNumber
  typealias Zone = MachineReadableZone

  /// The text as a reader would see it that is sure of itself.
  static func sure(_ text: String) -> [[CandidateCharacter]] {
    text.map { [CandidateCharacter($0, confidence: 0.98)] }
  }

  @Test("one doubt that the check decides is decided")
  func oneDoubt() throws {
    var places = Self.sure("11010519491281002X")
    places[12].append(CandidateCharacter("3", confidence: 0.2))
    let found = Number.readings(of: places)
    #expect(found.isUnique)
    let best = try #require(found.readings.first)
    #expect(best.text == "11010519491231002X")
    #expect(best.changes == [12])
    #expect(best.share == 1)
  }

  @Test("what is known from elsewhere decides between several")
  func knowledge() throws {
    var places = Self.sure("11010519491231002X")
    // 1 more at a place of weight 7 and 4 less at another of weight 10 leave the sum as it was: 7 − 40 = −33.
    places[0].append(CandidateCharacter("2", confidence: 0.1))
    places[2] = [
      CandidateCharacter("4", confidence: 0.5), CandidateCharacter("0", confidence: 0.5),
    ]
    let two = Number.readings(of: Self.sure("11410519491231002X"))
    #expect(two.total == 0)
    let date = CalendarDate(year: 1949, month: 12, day: 31)
    let known = Number.Knowledge(birthDate: date, sex: .female)
    #expect(Number.readings(of: places, knowing: known).isUnique)
    let male = Number.Knowledge(birthDate: date, sex: .male)
    #expect(Number.readings(of: places, knowing: male).total == 0)
    let other = Number.Knowledge(birthDate: CalendarDate(year: 1949, month: 12, day: 30))
    #expect(Number.readings(of: places, knowing: other).total == 0)
    let early = Number.Knowledge(today: CalendarDate(year: 1949, month: 12, day: 30))
    #expect(Number.readings(of: places, knowing: early).total == 0)
  }

  @Test("the wrong number of places, no candidates and foreign characters give none")
  func none() {
    #expect(Number.readings(of: []).total == 0)
    #expect(Number.readings(of: Array(repeating: [], count: 18)).total == 0)
    #expect(Number.readings(of: Self.sure("11010519491231002中")).readings.isEmpty)
    #expect(Zone.readings(of: []).total == 0)
    #expect(Zone.readings(of: Array(repeating: [], count: 88)).total == 0)
  }

  /// Every text that the places may hold.
  static func texts(_ places: [[CandidateCharacter]]) -> [(String, Double)] {
    places.reduce([("", 1)]) { texts, place in
      texts.flatMap { text in
        place.map { (text.0 + String($0.character), text.1 * $0.confidence) }
      }
    }
  }

  @Test("numbers: count, order and shares are those of trying all", arguments: 0..<60)
  func agreesWithTryingAll(_ round: Int) throws {
    var random = SeededRandom(seed: UInt64(31_000 + round))
    let right = ResidentIdentityNumberPropertyTests.randomNumber(&random)
    var places = Self.sure(right)
    for _ in 0..<9 {
      let place = Int.random(in: 0..<18, using: &random)
      let character: Character = "0123456789X".randomElement(using: &random) ?? "0"
      let isNew = !places[place].contains { $0.character == character }
      if isNew && places[place].count < 4 && (character != "X" || place == 17) {
        places[place].append(
          CandidateCharacter(character, confidence: .random(in: 0.01...0.6, using: &random)))
      }
    }
    let expected = Self.texts(places).filter { Number.failures(of: $0.0).isEmpty }
      .sorted { $0.1 > $1.1 }
    let found = Number.readings(of: places)
    #expect(found.total == expected.count)
    #expect(found.readings.map(\.text) == expected.prefix(4).map(\.0))
    let sum = expected.reduce(0) { $0 + $1.1 }
    for (reading, text) in zip(found.readings, expected) {
      #expect(abs(reading.share - text.1 / sum) < 1e-9)
    }
  }

  @Test(
    "zones: count and order are those of trying all",
    arguments: [
      MachineReadableZoneTests.td1, MachineReadableZoneTests.td2, MachineReadableZoneTests.td3,
    ],
    0..<12)
  func zonesAgreeWithTryingAll(_ lines: [String], _ round: Int) throws {
    var random = SeededRandom(seed: UInt64(32_000 + round))
    var places = Self.sure(lines.joined())
    for _ in 0..<9 {
      let place = Int.random(in: 0..<places.count, using: &random)
      let character: Character =
        "0123456789<ABCMO".randomElement(using: &random) ?? "0"
      if places[place].count < 3, !places[place].contains(where: { $0.character == character }) {
        places[place].append(
          CandidateCharacter(character, confidence: .random(in: 0.01...0.6, using: &random)))
      }
    }
    let length = lines[0].count
    var expected: [String: Double] = [:]
    for (text, weight) in Self.texts(places) {
      let characters = Array(text)
      let cut = stride(from: 0, to: characters.count, by: length).map {
        String(characters[$0..<$0 + length])
      }
      let zone = try Zone(lines: cut, today: MachineReadableZoneTests.today)
      guard zone.checksHold, !zone.faults.contains(.birthDate), !zone.faults.contains(.expiryDate)
      else { continue }
      // Places without a check digit do not make another reading: the likeliest stands for all.
      let isFirst = Self.unprotected(lines.count, length).allSatisfy {
        characters[$0] == places[$0][0].character
      }
      if isFirst { expected[text] = weight }
    }
    let found = Zone.readings(of: places)
    #expect(found.total == expected.count)
    let best = expected.sorted { $0.value > $1.value }.prefix(4)
    #expect(found.readings.map(\.text) == best.map(\.key))
    #expect(found.readings.first.map { $0.text } == lines.joined())
  }

  static func unprotected(_ lineCount: Int, _ length: Int) -> [Int] {
    switch (lineCount, length) {
    case (3, _): Array(0..<5) + [37] + Array(45..<48) + Array(60..<90)
    case (_, 36): Array(0..<36) + Array(46..<49) + [56]
    default: Array(0..<44) + Array(54..<57) + [64]
    }
  }

  @Test("a zone's doubt is decided by its checks, whichever field it is in")
  func zoneRepair() {
    let right = MachineReadableZoneTests.td3.joined()
    for (place, wrong) in [(44, "I"), (46, "B"), (59, "6"), (66, "Z"), (75, "3"), (53, "G")] {
      var places = Self.sure(right)
      places[place].insert(CandidateCharacter(Character(wrong), confidence: 0.9), at: 0)
      places[place][1].confidence = 0.05
      let found = Zone.readings(of: places)
      #expect(found.isUnique)
      #expect(found.readings.first?.text == right)
      #expect(found.readings.first?.changes == [place])
    }
  }

  /// Letters count 10 to 35 and a check digit is formed modulo 10: 1 and L are the same to it, as are 8 and I, 5 and Z.
  @Test("characters that are the same to the check digit are told as two readings, not decided")
  func blindSpot() {
    var places = Self.sure(MachineReadableZoneTests.td3.joined())
    places[44].append(CandidateCharacter("1", confidence: 0.3))
    let found = Zone.readings(of: places)
    #expect(found.total == 2)
    #expect(!found.isUnique)
  }

  @Test("a long number is decided too")
  func longNumber() {
    let first = "I<UTOD23145890<7349<<<<<<<<<<<"
    let second = "7408122F1204159UTO<<<<<<<<<<<"
    let checked = first.dropFirst(5) + second.prefix(7) + second.dropFirst(8).prefix(7)
    let digit = Zone.checkDigit(of: checked + second.dropFirst(18)).map { String($0) } ?? ""
    let right = first + second + digit + MachineReadableZoneTests.td1[2]
    var places = Self.sure(right)
    places[16].insert(CandidateCharacter("8", confidence: 0.99), at: 0)
    let found = Zone.readings(of: places)
    #expect(found.isUnique)
    #expect(found.readings.first?.text == right)
  }

  @Test("many doubts everywhere are counted without being tried")
  func manyDoubts() {
    let places = Array(
      repeating: "0123".map { CandidateCharacter($0, confidence: .nan) }, count: 18)
    #expect(Number.readings(of: places).total > 1_000_000)
    let zone = Array(repeating: "012<".map { CandidateCharacter($0, confidence: -1) }, count: 90)
    #expect(Zone.readings(of: zone).total == .max)
  }
}
