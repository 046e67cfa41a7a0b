// The Hong Kong identity card number: one or two letters, six digits, a check character.

/// A number whose check character holds.
package struct HongKongIdentityNumber: PersonalValue {
  /// Letters, digits and check character without brackets: `A1234563`.
  package let text: String

  /// Why text is not such a number. Positions count from 0, in the text as it was given.
  package enum Failure: Error, Sendable, Equatable {
    /// Not eight or nine characters, or two more for brackets.
    case length
    /// Brackets that are not around the check character alone, and both of them.
    case brackets
    /// Not a letter A–Z in front, not a digit behind the letters, or not a digit or A at the end; the first such place.
    case character(position: Int)
    /// The last character is not what the others ask for.
    case checkCharacter
  }

  package init(_ text: some StringProtocol) throws(Failure) {
    let scalars = Array(text.unicodeScalars.prefix(12))
    let isBracketed = scalars.contains("(") || scalars.contains(")")
    guard (8...9).contains(scalars.count - (isBracketed ? 2 : 0)) else { throw .length }
    let check = isBracketed ? scalars.count - 2 : scalars.count - 1
    if isBracketed {
      let brackets = scalars.indices.filter { scalars[$0] == "(" || scalars[$0] == ")" }
      guard brackets == [check - 1, check + 1], scalars[check - 1] == "(" else { throw .brackets }
    }
    let bodyCount = isBracketed ? check - 1 : check
    for (position, scalar) in scalars.prefix(bodyCount).enumerated() {
      let isRight =
        position < bodyCount - 6 ? ("A"..."Z").contains(scalar) : ("0"..."9").contains(scalar)
      guard isRight else { throw .character(position: position) }
    }
    guard ("0"..."9").contains(scalars[check]) || scalars[check] == "A" else {
      throw .character(position: check)
    }
    let body = scalars.prefix(bodyCount).map { UInt8(truncatingIfNeeded: $0.value) }
    guard let expected = Self.checkCharacter(of: body[...]),
      UInt32(expected) == scalars[check].value
    else { throw .checkCharacter }
    self.text = String(decoding: body + [expected], as: UTF8.self)
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
