// The resident identity number of fifteen digits, given out until 1999. Its cards are void since 1 January 2013: it
// serves to find the number of eighteen characters.

/// Fifteen digits: region, birth date with a year of two digits, sequence.
package struct OldResidentIdentityNumber: PersonalValue {
  /// Digits of the number.
  package static let length = 15

  /// The same person's number of eighteen characters.
  package let upgraded: ResidentIdentityNumber
  /// Sequences 996–999 were kept for people of a hundred years and more: the century is then the nineteenth.
  package let isCentenarian: Bool

  /// Why text is not such a number. Positions count from 0.
  package enum Failure: Error, Sendable, Equatable {
    /// Not fifteen characters.
    case length
    /// Not a digit; the first such place.
    case character(position: Int)
    /// No such day.
    case birthDate
  }

  package init(_ text: some StringProtocol) throws(Failure) {
    let scalars = Array(text.unicodeScalars.prefix(Self.length + 1))
    guard scalars.count == Self.length else { throw .length }
    if let position = scalars.firstIndex(where: { !("0"..."9").contains($0) }) {
      throw .character(position: position)
    }
    let digits = String(String.UnicodeScalarView(scalars))
    isCentenarian =
      digits.hasSuffix("996") || digits.hasSuffix("997") || digits.hasSuffix("998")
      || digits.hasSuffix("999")
    let body = digits.prefix(6) + (isCentenarian ? "18" : "19") + digits.dropFirst(6)
    guard let check = ResidentIdentityNumber.checkCharacter(of: body),
      let upgraded = try? ResidentIdentityNumber(body + String(check))
    else { throw .birthDate }
    self.upgraded = upgraded
  }
}
