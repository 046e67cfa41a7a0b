// The number of foreigners' permanent-residence cards in the form before 1 December 2023. The newer form is a resident
// identity number that begins with 9.

/// Three letters of the nationality and twelve digits. The card's own rules for the digits are not public: nothing in
/// them is checked.
package struct OldForeignResidentNumber: PersonalValue {
  /// Characters of the number.
  package static let length = 15

  package let text: String

  /// Why text is not such a number. Positions count from 0.
  package enum Failure: Error, Sendable, Equatable {
    /// Not fifteen characters.
    case length
    /// Not a letter A–Z in the first three places, or not a digit behind them.
    case character(position: Int)
  }

  package init(_ text: some StringProtocol) throws(Failure) {
    let scalars = Array(text.unicodeScalars.prefix(Self.length + 1))
    guard scalars.count == Self.length else { throw .length }
    for (position, scalar) in scalars.enumerated() {
      let isRight = position < 3 ? ("A"..."Z").contains(scalar) : ("0"..."9").contains(scalar)
      guard isRight else { throw .character(position: position) }
    }
    self.text = String(text)
  }

  /// ISO 3166-1 alpha-3, or a code of ICAO Doc 9303.
  package var nationality: String { String(text.prefix(3)) }
}
