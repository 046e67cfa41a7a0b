// A Mandarin syllable as initial and final, without its tone.

/// A syllable of the standard inventory: one of 21 initials or none, one of 36 finals. Two spellings of one sound (`yu`,
/// `lü` and `lv`) are one syllable. Whether the two parts go together in Mandarin is not asked: sources disagree about
/// rare ones.
package struct Syllable: Sendable, Hashable {
  /// Index into `initials`.
  let initial: UInt8
  /// Index into `finals`.
  let final: UInt8

  static let initials = [
    "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r",
    "z", "c", "s",
  ]

  static let finals = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie",
    "iao", "iou", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "uei", "uan", "uen",
    "uang", "ueng", "v", "ve", "van", "vn", "io",
  ]

  /// Spellings of finals behind an initial that are not their names.
  private static let shortened = [
    "iu": "iou", "ui": "uei", "un": "uen", "ue": "ve",
  ]

  /// Spellings of syllables without an initial that are not `w` or `y` in place of a vowel.
  private static let bare = [
    "yi": "i", "yin": "in", "ying": "ing", "you": "iou", "yong": "iong", "yu": "v", "yue": "ve",
    "yuan": "van", "yun": "vn", "wu": "u", "wei": "uei", "wen": "uen", "weng": "ueng",
  ]

  private static let initialIndex = index(initials)
  private static let finalIndex = index(finals)

  private static func index(_ names: [String]) -> [String: UInt8] {
    Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, UInt8($0.offset)) })
  }

  /// The syllable that lower-case pinyin without a tone spells (`zhuang`, `lv`, `lü`, `yi`); nil if it spells none.
  package init?(_ spelling: some StringProtocol) {
    let text = String(spelling.map { $0 == "ü" ? "v" : $0 })
    if let name = Self.bare[text] {
      self.init(initial: "", final: name)
    } else if text.hasPrefix("y") {
      self.init(initial: "", final: "i" + text.dropFirst())
    } else if text.hasPrefix("w") {
      self.init(initial: "", final: "u" + text.dropFirst())
    } else {
      let width = [2, 1].first {
        Self.initialIndex[String(text.prefix($0))] != nil && text.count > $0
      }
      let initial = String(text.prefix(width ?? 0))
      let rest = String(text.dropFirst(width ?? 0))
      self.init(initial: initial, final: Self.finalName(rest, behind: initial))
    }
  }

  private init?(initial: String, final: String) {
    guard let initial = Self.initialIndex[initial], let final = Self.finalIndex[final] else {
      return nil
    }
    self.initial = initial
    self.final = final
  }

  init(initialIndex: UInt8, finalIndex: UInt8) {
    initial = initialIndex
    final = finalIndex
  }

  private static func finalName(_ rest: String, behind initial: String) -> String {
    if ["j", "q", "x"].contains(initial), rest.hasPrefix("u") {
      return "v" + rest.dropFirst()
    }
    return shortened[rest] ?? rest
  }

  /// One number for each syllable, below `codeCount`.
  package var code: Int { Int(initial) * Self.finals.count + Int(final) }

  package static let codeCount = initials.count * finals.count

  /// Its parts, which is how the compared spelling reads (`j`+`v`, `zh`+`uang`).
  package var parts: (initial: String, final: String) {
    (Self.initials[Int(initial)], Self.finals[Int(final)])
  }
}

/// A syllable with its tone, and how often it was counted for a character.
package struct TonedSyllable: Sendable, Hashable {
  package let syllable: Syllable
  /// 1 to 4; 5 is the neutral tone.
  package let tone: Int
  /// How often a count of 1.3 million spoken and written characters (Unihan's kHanyuPinlu) found it; 0: not in it.
  package let count: Int

  package init(syllable: Syllable, tone: Int, count: Int) {
    self.syllable = syllable
    self.tone = tone
    self.count = count
  }
}
