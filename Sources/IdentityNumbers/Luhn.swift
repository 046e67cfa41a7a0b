// The check digit of payment cards (ISO/IEC 7812-1, annex B).

/// Modulus 10, "double-add-double".
package enum Luhn {
  /// Whether the last digit is the check digit of the others; false for text that is not two ASCII digits or more.
  package static func holds(_ digits: some StringProtocol) -> Bool {
    let bytes = Array(digits.utf8)
    guard bytes.count >= 2, bytes.allSatisfy(isDigit) else { return false }
    return sum(bytes) % 10 == 0
  }

  /// The digit that `body` asks for behind it; nil unless `body` is one ASCII digit or more.
  package static func checkDigit(of body: some StringProtocol) -> Character? {
    let bytes = Array(body.utf8)
    guard !bytes.isEmpty, bytes.allSatisfy(isDigit) else { return nil }
    let digit = (10 - sum(bytes + [UInt8(ascii: "0")]) % 10) % 10
    return Character(String(digit))
  }

  /// Every second digit from the right, the last not among them, counts twice.
  private static func sum(_ digits: [UInt8]) -> Int {
    digits.reversed().enumerated().reduce(0) { sum, place in
      let digit = Int(place.element & 15) * (place.offset % 2 == 0 ? 1 : 2)
      return sum + digit / 10 + digit % 10
    }
  }
}
