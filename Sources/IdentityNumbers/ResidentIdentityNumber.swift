// The resident identity number (GB 11643-1999, check character by ISO 7064 MOD 11-2).

/// The check character of a resident identity number.
package enum ResidentIdentityNumber {
  /// Characters of the number.
  package static let length = 18

  /// The check character for the first seventeen digits; nil unless `body` is seventeen digits.
  package static func checkCharacter(of body: some StringProtocol) -> Character? {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let digits = body.compactMap { $0.isASCII ? $0.wholeNumberValue : nil }
    guard digits.count == weights.count, body.count == weights.count else { return nil }
    let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return Array("10X98765432")[sum % 11]
  }
}
