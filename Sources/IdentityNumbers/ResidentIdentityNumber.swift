// The resident identity number of eighteen characters (GB 11643-1999, check character by ISO 7064 MOD 11-2), with the
// two kinds that share its form: residents from Hong Kong, Macau and Taiwan, and foreigners with permanent residence.

/// A number whose form, birth date and check character hold. Its region is information only: codes change every year,
/// abolished ones stay valid for life and official lists are not complete, so no region is ever a reason to refuse.
package struct ResidentIdentityNumber: PersonalValue {
  /// Characters of the number.
  package static let length = 18

  /// Eighteen characters, the last a digit or an upper-case X.
  package let text: String
  package let birthDate: CalendarDate
  package let sex: Sex
  package let holder: Holder
  /// What was put right while reading it.
  package let notices: [Notice]

  /// As the number says it.
  package enum Sex: Sendable, Equatable { case male, female }

  /// Whom the number belongs to, by its first digits.
  package enum Holder: Sendable, Equatable {
    case citizen
    /// Residence permit for residents from Hong Kong, Macau and Taiwan: 810000, 820000, 830000.
    case hongKongResident, macauResident, taiwanResident
    /// Permanent-residence card in the form used since 1 December 2023: 9, accepting region (two digits of GB/T
    /// 2260), nationality (ISO 3166-1 numeric).
    case foreigner(region: Int, nationality: Int)
  }

  /// Why text is not such a number. Positions count from 0.
  package enum Failure: Error, Sendable, Equatable {
    /// Not eighteen characters.
    case length
    /// Not a digit, or at the end not a digit or X; the first such place.
    case character(position: Int)
    /// No such day, or a year that no one alive since 1984 was born in.
    case birthDate
    /// Born after `today`.
    case birthDateInFuture
    /// The last character is not what the others ask for.
    case checkCharacter
  }

  /// Put right while reading.
  package enum Notice: Sendable, Equatable {
    /// The check character was a lower-case x.
    case lowerCaseCheckCharacter
  }

  /// Reads `text`; throws the first of `failures(of:today:)`. Without `today` no date is in the future.
  package init(_ text: some StringProtocol, today: CalendarDate? = nil) throws(Failure) {
    let parts = Self.parts(of: text, today: today)
    if let failure = parts.failures.first { throw failure }
    guard let birthDate = parts.birthDate else { throw .birthDate }
    self.text = String(decoding: parts.bytes, as: UTF8.self)
    self.birthDate = birthDate
    self.sex = parts.bytes[16] & 1 == 1 ? .male : .female
    self.holder = Self.holder(of: parts.bytes)
    self.notices = parts.isLowerCase ? [.lowerCaseCheckCharacter] : []
  }

  /// Every part of `text` that fails, in the order of `Failure`'s cases; empty for a number that is accepted.
  package static func failures(
    of text: some StringProtocol, today: CalendarDate? = nil
  ) -> [Failure] { parts(of: text, today: today).failures }

  /// The six digits of the region (GB/T 2260), or of what stands in their place.
  package var regionCode: String { String(text.prefix(6)) }

  /// The three digits between birth date and check character.
  package var sequence: String { String(text.dropFirst(14).prefix(3)) }

  /// The check character for the first seventeen digits; nil unless `body` is seventeen digits.
  package static func checkCharacter(of body: some StringProtocol) -> Character? {
    let bytes = Array(body.utf8.prefix(weights.count + 1))
    guard bytes.count == weights.count, bytes.allSatisfy(isDigit) else { return nil }
    return Character(Unicode.Scalar(checkCharacter(of: bytes)))
  }

  /// ISO 7064 MOD 11-2: powers of two, from the left.
  static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  /// The check character by the weighted sum's remainder.
  static let checkCharacters = Array("10X98765432".utf8)

  /// The check character for seventeen digits.
  private static func checkCharacter(of digits: some Sequence<UInt8>) -> UInt8 {
    let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 & 15) * $1.1 }
    return checkCharacters[sum % 11]
  }

  private struct Parts {
    var bytes: [UInt8]
    var isLowerCase = false
    var birthDate: CalendarDate?
    var failures: [Failure] = []
  }

  private static func parts(of text: some StringProtocol, today: CalendarDate?) -> Parts {
    // One more than a number has, so that a long text is known as such without reading it all.
    var parts = Parts(bytes: Array(text.utf8.prefix(length + 1)))
    let isForm =
      parts.bytes.count == length && parts.bytes.dropLast().allSatisfy(isDigit)
      && (isDigit(parts.bytes[length - 1]) || parts.bytes[length - 1] | 0x20 == UInt8(ascii: "x"))
    guard isForm else {
      parts.failures = [formFailure(of: text)]
      return parts
    }
    if parts.bytes[length - 1] == UInt8(ascii: "x") {
      parts.bytes[length - 1] = UInt8(ascii: "X")
      parts.isLowerCase = true
    }
    parts.birthDate = CalendarDate(digits: String(decoding: parts.bytes[6..<14], as: UTF8.self))
    switch parts.birthDate {
    case let date? where date.year >= IdentityNumberLimits.birthYearMin:
      if let today, date > today { parts.failures.append(.birthDateInFuture) }
    default: parts.failures.append(.birthDate)
    }
    if checkCharacter(of: parts.bytes) != parts.bytes[length - 1] {
      parts.failures.append(.checkCharacter)
    }
    return parts
  }

  /// What keeps `text` from being eighteen digits, the last perhaps an X.
  private static func formFailure(of text: some StringProtocol) -> Failure {
    guard text.unicodeScalars.prefix(length + 1).count == length else { return .length }
    for (position, scalar) in text.unicodeScalars.enumerated() {
      let isDigit = ("0"..."9").contains(scalar)
      guard isDigit || position == length - 1 && (scalar == "X" || scalar == "x") else {
        return .character(position: position)
      }
    }
    return .length
  }

  private static func holder(of bytes: [UInt8]) -> Holder {
    switch String(decoding: bytes[0..<6], as: UTF8.self) {
    case "810000": .hongKongResident
    case "820000": .macauResident
    case "830000": .taiwanResident
    default:
      if bytes[0] == UInt8(ascii: "9"), let region = decimal(bytes[1..<3]),
        let nationality = decimal(bytes[3..<6])
      {
        .foreigner(region: region, nationality: nationality)
      } else {
        .citizen
      }
    }
  }
}
