// Reads a resident identity number from doubtful characters: check character, birth date and sex decide.

extension ResidentIdentityNumber {
  /// What is known beside the number, from elsewhere on the card.
  package struct Knowledge: PersonalValue {
    package var birthDate: CalendarDate?
    package var sex: Sex?
    /// No one is born after it.
    package var today: CalendarDate?

    package init(birthDate: CalendarDate? = nil, sex: Sex? = nil, today: CalendarDate? = nil) {
      self.birthDate = birthDate
      self.sex = sex
      self.today = today
    }
  }

  /// The numbers that eighteen places may hold, given their candidates, likeliest first. Only the first
  /// `IdentityNumberLimits.candidatesPerPlaceMax` of a place count, and none that is not a digit, or X at the end. Every
  /// number told is accepted by `init(_:today:)`; there is none unless there are eighteen places.
  package static func readings(
    of places: [[CandidateCharacter]], knowing known: Knowledge = Knowledge()
  ) -> ConsistentReadings {
    guard places.count == length else { return .none }
    let choices = places.enumerated().map { position, candidates in
      IdentityNumbers.choices(candidates) { byte(of: $0, at: position) }
    }
    var lattice = ReadingLattice(start: 0)
    func append(_ choices: [LatticeChoice], at position: Int) {
      lattice.append(choices) { sum, bytes in
        zip(bytes, weights[position...]).reduce(sum) { ($0 + Int($1.0 & 15) * $1.1) % 11 }
      }
    }
    for position in 0..<6 { append(choices[position], at: position) }
    append(dates(choices[6..<14], known), at: 6)
    for position in 14..<16 { append(choices[position], at: position) }
    append(choices[16].filter { known.sex.map(isSex($0.bytes[0])) ?? true }, at: 16)
    lattice.append(choices[17]) { sum, bytes in bytes[0] == checkCharacters[sum] ? 0 : nil }
    return ConsistentReadings(lattice.tally { _ in true }, firstReading: places)
  }

  private static func byte(of character: Character, at position: Int) -> UInt8? {
    guard let byte = character.asciiValue else { return nil }
    if isDigit(byte) { return byte }
    return position == length - 1 && (byte | 0x20) == UInt8(ascii: "x") ? UInt8(ascii: "X") : nil
  }

  private static func isSex(_ byte: UInt8) -> (Sex) -> Bool {
    { sex in (byte & 1 == 1) == (sex == .male) }
  }

  /// The birth dates that eight places may hold. Months and days that do not exist are dropped before years are
  /// looked at, so that a place more or less does not multiply.
  private static func dates(
    _ places: ArraySlice<[LatticeChoice]>, _ known: Knowledge
  ) -> [LatticeChoice] {
    let start = places.startIndex
    func number(_ range: Range<Int>, within bounds: ClosedRange<Int>) -> [LatticeChoice] {
      joint(places[start + range.lowerBound..<start + range.upperBound]) { bytes in
        decimal(bytes).map(bounds.contains) ?? false
      }
    }
    let years = number(
      0..<4, within: IdentityNumberLimits.birthYearMin...IdentityNumberLimits.yearMax)
    let parts = [years, number(4..<6, within: 1...12), number(6..<8, within: 1...31)]
    return joint(parts[...]) { bytes in
      guard let date = CalendarDate(digits: String(decoding: bytes, as: UTF8.self)) else {
        return false
      }
      return (known.birthDate.map { $0 == date } ?? true)
        && (known.today.map { date <= $0 } ?? true)
    }
  }
}

extension ConsistentReadings {
  /// What a lattice found, told against the likeliest character of each place.
  init(_ tally: ReadingLattice<some Hashable>.Tally, firstReading places: [[CandidateCharacter]]) {
    readings = tally.best.map { reading in
      let text = String(decoding: reading.bytes, as: UTF8.self)
      let changes = zip(text, places).enumerated().filter {
        $0.element.0 != $0.element.1.first?.character
      }
      return Reading(
        text: text, share: reading.weight / tally.weight, changes: changes.map(\.offset))
    }
    total = tally.total
  }
}
