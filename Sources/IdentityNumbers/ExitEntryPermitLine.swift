// The line for machines on the front of permits with which mainland residents travel to Hong Kong, Macau and Taiwan. One line
// of 30 places, no form of ICAO Doc 9303, with its check digits.

/// What the line says. A check digit that does not hold is told, not thrown.
package struct ExitEntryPermitLine: PersonalValue {
  /// Where its parts lie, counted from 0.
  package enum Place {
    package static let code = 0..<2
    package static let number = 2..<11
    package static let expiry = 13..<19
    package static let birth = 21..<27
    /// Places of fillers between the parts.
    package static let fillers = [12, 20, 28]
    /// Check digits of number, expiry and birth, and the one of them all.
    package static let checks = (number: 11, expiry: 19, birth: 27, all: 29)
  }

  package static let length = 30

  package let text: String
  /// Two letters: CS …
  package let code: String
  package let number: String
  /// Nil if there is no such day.
  package let expiryDate: CalendarDate?
  package let birthDate: CalendarDate?
  /// Whether every check digit holds, fillers stand in their places, and both days exist.
  package let isSound: Bool

  /// Nil if `text` has another length or a character that no such line has.
  package init?(_ text: String, today: CalendarDate) {
    let characters = Array(text)
    guard characters.count == Self.length, characters[0] == "C",
      characters.allSatisfy({ $0 == "<" || ("0"..."9").contains($0) || ("A"..."Z").contains($0) })
    else { return nil }
    func part(_ range: Range<Int>) -> String { String(characters[range]) }
    func holds(_ range: Range<Int>, _ place: Int) -> Bool {
      MachineReadableZone.checkDigit(of: part(range)) == characters[place]
    }
    self.text = text
    code = part(Place.code)
    number = String(part(Place.number).reversed().drop { $0 == "<" }.reversed())
    expiryDate = MRZDate(
      Array(part(Place.expiry).utf8),
      latestYear: today.year + IdentityNumberLimits.expiryYearsAheadMax
    ).date(notAfter: nil)
    birthDate = MRZDate(Array(part(Place.birth).utf8), latestYear: today.year)
      .date(notAfter: today)
    let checks = Place.checks
    let all = part(2..<12) + part(13..<20) + part(21..<28)
    isSound =
      holds(Place.number, checks.number) && holds(Place.expiry, checks.expiry)
      && holds(Place.birth, checks.birth)
      && MachineReadableZone.checkDigit(of: all) == characters[checks.all]
      && Place.fillers.allSatisfy { characters[$0] == "<" } && expiryDate != nil
      && birthDate != nil
  }
}
