// Which characters are what: Han, digits and what is read for them, separators.

/// Classes of characters and their normal forms.
enum Characters {
  /// The separator of minority names.
  static let nameDot: Character = "\u{B7}"

  /// Full-width forms become ASCII, all middle dots become U+00B7; others stay.
  static func normalised(_ character: Character) -> Character {
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else {
      return character
    }
    switch scalar.value {
    case 0xFF01...0xFF5E:
      return Unicode.Scalar(scalar.value - 0xFEE0).map(Character.init) ?? character
    case 0x2022, 0x2027, 0x30FB, 0xFF65, 0x2219, 0x22C5, 0x2024, 0x16EB, 0x0387:
      return nameDot
    case 0x2010...0x2015, 0x2212, 0x2500, 0xFE58, 0xFE63:
      return "-"
    case 0x3000, 0xA0: return " "
    default: return character
    }
  }

  /// Han, with all extensions up to H (GB 18030-2022), compatibility forms and the ideographic zero.
  static func isHan(_ character: Character) -> Bool {
    guard let value = character.unicodeScalars.first?.value else { return false }
    return switch value {
    case 0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: true
    default: false
    }
  }

  /// `0`–`9`.
  static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  /// `A`–`Z`.
  static func isUpper(_ character: Character) -> Bool { ("A"..."Z").contains(character) }

  /// `a`–`z` or `A`–`Z`.
  static func isLatin(_ character: Character) -> Bool {
    isUpper(character) || ("a"..."z").contains(character)
  }

  /// The digit that is drawn alike, for fields that hold digits only; nil for others.
  static func digit(for character: Character) -> Character? {
    if isDigit(character) { return character }
    return switch character {
    case "O", "o", "Q", "D", "U", "〇", "C": "0"
    case "I", "l", "i", "|", "!", "J", "j", "]", "[", "T": "1"
    case "Z", "z": "2"
    case "A": "4"
    case "S", "s", "$": "5"
    case "G", "b": "6"
    case "B": "8"
    case "g", "q": "9"
    default: nil
    }
  }

  /// The capital that is drawn alike, for places that hold letters only; nil for others.
  static func letter(for character: Character) -> Character? {
    if isUpper(character) { return character }
    if isLatin(character) { return character.uppercased().first }
    return switch character {
    case "0": "O"
    case "1", "|": "I"
    case "2": "Z"
    case "5", "$": "S"
    case "6": "G"
    case "8": "B"
    default: nil
    }
  }
}
