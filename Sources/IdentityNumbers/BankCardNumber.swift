// The number on a payment card (ISO/IEC 7812-1).

/// Digits of a payment card. Blanks and hyphens between groups are dropped.
package struct BankCardNumber: PersonalValue {
  /// 13–19 digits.
  package let digits: String
  /// Whether the last digit is the Luhn check digit of the others. Some old domestic cards have none, so that a policy
  /// decides what it means.
  package let luhnHolds: Bool

  /// Why text is not such a number. Positions count from 0, in the text as it was given.
  package enum Failure: Error, Sendable, Equatable {
    /// Not 13–19 digits.
    case length
    /// Neither digit nor blank nor hyphen; the first such place.
    case character(position: Int)
    /// The last digit is not the check digit of the others, and the policy asks for it.
    case checkDigit
  }

  /// What a number without its check digit means.
  package enum CheckDigitPolicy: Sendable, Equatable { case required, noted }

  package init(
    _ text: some StringProtocol, checkDigit policy: CheckDigitPolicy = .required
  ) throws(Failure) {
    var digits = ""
    // Twice as many as there may be digits: more is too long whatever it is.
    for (position, scalar) in text.unicodeScalars.prefix(40).enumerated() {
      if ("0"..."9").contains(scalar) {
        digits.unicodeScalars.append(scalar)
      } else if scalar != " " && scalar != "-" {
        throw .character(position: position)
      }
    }
    guard IdentityNumberLimits.cardDigits.contains(digits.utf8.count),
      text.unicodeScalars.prefix(41).count <= 40
    else { throw .length }
    luhnHolds = Luhn.holds(digits)
    if policy == .required && !luhnHolds { throw .checkDigit }
    self.digits = digits
  }

  /// The scheme by the number's first digits; nil if none is known.
  package var scheme: CardScheme? { CardScheme(digits: digits) }

  /// The issuer by the table; nil if it is not there. Information only.
  package var issuer: CardIssuer? { CardIssuer(digits: digits) }
}
