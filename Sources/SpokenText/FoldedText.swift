// A text in the characters that readings are looked up by, each with its place in the text as given.

/// One character after folding.
struct FoldedCharacter: Sendable, Equatable {
  let character: Character
  /// Which character of the given text it comes from.
  let origin: Int
  let kind: Kind

  enum Kind: Sendable, Equatable {
    /// Has a reading.
    case han
    /// 0–9.
    case digit
    /// A–Z.
    case letter
    /// Ends a sentence.
    case sentenceEnd
    /// Parts of a sentence; also blanks, quotes and brackets.
    case pause
    /// Only read as part of a number: `%`, `¥`, `+` …
    case sign
    case control
    /// None of these.
    case unknown
  }

  var digit: Int? { kind == .digit ? character.wholeNumberValue : nil }
}

/// Compatibility forms that matter in Chinese text (NFKC), traditional forms, and what is written as one sign and said as
/// several characters.
enum TextFolding {
  /// The characters of `text`; what only says how a character is drawn is dropped.
  static func fold(_ text: some StringProtocol, _ pinyin: PinyinTable) -> [FoldedCharacter] {
    var folded: [FoldedCharacter] = []
    var wasNumber = false
    for (origin, character) in text.enumerated() {
      let units = units(of: character)
      let hasDigits = units.first.map { ("0"..."9").contains($0.0) } ?? false
      let isNumber = hasDigits && !isDigit(character)
      // `①100`: digits beside an enclosed number are another number's.
      if hasDigits, isNumber || wasNumber, folded.last?.kind == .digit {
        folded.append(FoldedCharacter(character: "、", origin: origin, kind: .pause))
      }
      wasNumber = isNumber
      for unit in units {
        folded.append(
          FoldedCharacter(
            character: unit.0, origin: origin, kind: unit.1 ?? kind(of: unit.0, pinyin)))
        if folded.last?.kind == .han {
          let plain = pinyin.simplified(unit.0)
          folded[folded.count - 1] = FoldedCharacter(
            character: plain, origin: origin, kind: .han)
        }
      }
    }
    return folded
  }

  /// Narrow or wide, standing by itself.
  private static func isDigit(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    return (0x30...0x39).contains(scalar.value) || (0xFF10...0xFF19).contains(scalar.value)
  }

  /// The characters that one grapheme cluster stands for, with their kind where it is known already.
  private static func units(of character: Character) -> [(Character, FoldedCharacter.Kind?)] {
    let scalars = character.unicodeScalars.filter { !isInvisible($0) }
    if scalars.isEmpty { return [] }
    if scalars.contains(where: isControl) {
      return scalars.contains(where: isLineBreak) ? [("\n", .sentenceEnd)] : [(character, .control)]
    }
    guard scalars.count == 1, let scalar = scalars.first else {
      return [(character, .unknown)]
    }
    return expanded(scalar).map { ($0, nil) }
  }

  /// Joiners, blanks without width and selectors of a way to draw.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00AD, 0x200B...0x200D, 0x2060, 0xFEFF: true
    default: scalar.properties.isVariationSelector
    }
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    (0x0A...0x0D).contains(scalar.value) || scalar.value == 0x85
      || (0x2028...0x2029).contains(scalar.value)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value == 0x09 { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// Full-width forms, enclosed and Roman numbers, units written as one sign.
  private static func expanded(_ scalar: Unicode.Scalar) -> [Character] {
    let value = scalar.value
    func digits(_ number: UInt32) -> [Character] { Array(String(number)) }
    switch value {
    // A wide comma parts sentences, it does not group digits.
    case 0xFF0C: return ["，"]
    case 0xFF01...0xFF5E: return narrow(value - 0xFEE0)
    case 0x20, 0xA0, 0x09, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return [" "]
    case 0x2460...0x2473: return digits(value - 0x2460 + 1)
    case 0x2474...0x2487: return digits(value - 0x2474 + 1)
    case 0x2488...0x249B: return digits(value - 0x2488 + 1) + ["、"]
    case 0x3220...0x3229: return [hanDigits[Int(value - 0x3220)]]
    case 0x3280...0x3289: return [hanDigits[Int(value - 0x3280)]]
    case 0x2160...0x216B: return digits(value - 0x2160 + 1)
    case 0x2170...0x217B: return digits(value - 0x2170 + 1)
    case 0x61...0x7A: return narrow(value)
    default: return signs[Character(scalar)].map(Array.init) ?? [Character(scalar)]
    }
  }

  /// ASCII with small letters made capital.
  private static func narrow(_ value: UInt32) -> [Character] {
    let upper = (0x61...0x7A).contains(value) ? value - 0x20 : value
    return Unicode.Scalar(upper).map { [Character($0)] } ?? []
  }

  private static let hanDigits: [Character] = Array("一二三四五六七八九十")

  private static let signs: [Character: String] = [
    "￥": "¥", "￡": "£", "○": "〇", "◯": "〇", "℃": "摄氏度", "°": "度", "㎡": "平方米", "㎏": "千克",
    "㎞": "千米", "㎝": "厘米", "㎜": "毫米", "﹪": "%", "−": "-", "–": "-", "—": "-",
    "‐": "-", "‑": "-", "﹣": "-", "～": "~", "〜": "~", "∶": ":", "㏄": "毫升",
    "№": "号",
  ]

  private static let ends: Set<Character> = ["。", "！", "？", "；", "!", "?", ";", "\n", "…", "｡"]
  private static let readAsSigns: Set<Character> = [
    "@", "#", "&", "%", "‰", "‱", "*", "_", "\\",
  ]

  private static func kind(of character: Character, _ pinyin: PinyinTable) -> FoldedCharacter.Kind {
    guard let scalar = character.unicodeScalars.first else { return .unknown }
    switch scalar.value {
    case 0x30...0x39: return .digit
    case 0x41...0x5A: return .letter
    default: break
    }
    if ends.contains(character) { return .sentenceEnd }
    if pinyin.hasReading(character) { return .han }
    if readAsSigns.contains(character) { return .sign }
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .connectorPunctuation, .dashPunctuation, .openPunctuation,
      .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return .pause
    case .currencySymbol, .mathSymbol, .modifierSymbol: return .sign
    default: return .unknown
    }
  }
}
