// The Hong Kong identity card number: one or two letters, six digits, a check character.

/// A number whose check character holds.
package struct HongKongIdentityNumber: PersonalValue {
  /// Letters, digits and check character without brackets: `A1234563`.
  package let text: String

  /// Why text is not such a number.
  package enum Failure: Error, Sendable, Equatable {
    /// Not one or two letters, six digits and a check character, which may stand in brackets.
    case form
    /// The last character is not what the others ask for.
    case checkCharacter
  }

  package init(_ text: some StringProtocol) throws(Failure) {
    var bytes = Array(text.utf8.prefix(12))
    if bytes.last == UInt8(ascii: ")"), bytes.count >= 3,
      bytes[bytes.count - 3] == UInt8(ascii: "(")
    {
      bytes.removeLast()
      bytes.remove(at: bytes.count - 2)
    }
    guard let check = bytes.last, let expected = Self.checkCharacter(of: bytes.dropLast()) else {
      throw .form
    }
    guard isDigit(check) || check == UInt8(ascii: "A") else { throw .form }
    guard check == expected else { throw .checkCharacter }
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  /// The check character behind letters and digits (`A123456`); nil for other text.
  package static func checkCharacter(of body: some StringProtocol) -> Character? {
    checkCharacter(of: Array(body.utf8.prefix(9))[...]).map { Character(Unicode.Scalar($0)) }
  }

  /// Weights 9 to 2 over eight places; A counts 10 and a missing first letter 36; modulo 11, where 10 is written A.
  private static func checkCharacter(of body: ArraySlice<UInt8>) -> UInt8? {
    let letters = body.prefix(while: isUpperLetter)
    let digits = body.dropFirst(letters.count)
    guard (1...2).contains(letters.count), digits.count == 6, digits.allSatisfy(isDigit) else {
      return nil
    }
    let values =
      (letters.count == 1 ? [36] : []) + letters.map { Int($0 - UInt8(ascii: "A")) + 10 }
      + digits.map { Int($0 & 15) }
    let sum = zip(values, [9, 8, 7, 6, 5, 4, 3, 2]).reduce(0) { $0 + $1.0 * $1.1 }
    let check = (11 - sum % 11) % 11
    return check == 10 ? UInt8(ascii: "A") : UInt8(ascii: "0") + UInt8(check)
  }
}
