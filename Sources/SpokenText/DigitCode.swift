// Random digits that are read aloud after a text, so that a recording of another day does not do.

/// A confirmation code.
package struct DigitCode: SpokenContent, Equatable {
  /// 0 to 9 each.
  package let digits: [Int]

  /// What a recogniser is told before it hears digits. An example: the code itself must not be in it.
  package static let decoderPrompt = "数字验证码：3 8 5 7 1 0"
  private static let example = [3, 8, 5, 7, 1, 0]

  /// Nil unless there are as many digits as `SpokenTextLimits.codeDigits` says and each is one.
  package init?(digits: [Int]) {
    guard SpokenTextLimits.codeDigits.contains(digits.count),
      digits.allSatisfy((0...9).contains)
    else { return nil }
    self.digits = digits
  }

  /// Every code of `count` digits is equally likely, but those of which the recogniser's example gives half away: three
  /// digits in a row of it. No rule about neighbours: none was measured to help, and each would take from the number of
  /// codes.
  /// - Precondition: `count` is within `SpokenTextLimits.codeDigits`.
  package static func random(
    count: Int, using source: inout some RandomNumberGenerator
  ) -> DigitCode {
    precondition(SpokenTextLimits.codeDigits.contains(count), "a code of 4 to 6 digits")
    while true {
      let digits = (0..<count).map { _ in Int.random(in: 0...9, using: &source) }
      if !isLikeExample(digits), let code = DigitCode(digits: digits) { return code }
    }
  }

  private static func isLikeExample(_ digits: [Int]) -> Bool {
    (0...digits.count - 3).contains { start in
      (0...example.count - 3).contains { other in
        digits[start..<start + 3].elementsEqual(example[other..<other + 3])
      }
    }
  }

  /// As it is shown: `3857`.
  package var shown: String { digits.map { String($0) }.joined() }

  /// As it is said: `三八五七`.
  package var spoken: String { ChineseNumerals.digitByDigit(digits) }

  // MARK: Digits that were heard

  /// Syllables of digits, by pinyin, with those that are said on the telephone. 洞, 拐 and 勾 are left out: nobody is told
  /// to say them, and other words sound like them.
  private static let sounds: [(syllable: String, digit: Int)] = [
    ("ling", 0), ("yi", 1), ("yao", 1), ("er", 2), ("liang", 2), ("san", 3), ("si", 4), ("wu", 5),
    ("liu", 6), ("lu", 6), ("qi", 7), ("ba", 8), ("jiu", 9),
  ]

  private static let syllables = sounds.compactMap { entry in
    Syllable(entry.syllable).map { (syllable: $0, digit: entry.digit) }
  }

  /// The digits that `heard` spells, one for each syllable said; nil for a syllable that is no digit, merged sounds
  /// included. Numbers that the recogniser wrote as such are taken digit by digit.
  package static func digits(in heard: HeardText) -> [Int?] {
    heard.digitUnits.map(digit)
  }

  /// The digit that a unit sounds like, if it sounds like one alone.
  private static func digit(_ unit: SpokenUnit) -> Int? {
    if let digit = ChineseNumerals.digitValues[unit.character] { return digit }
    var best: (distance: Double, digits: Set<Int>) = (1, [])
    for sound in unit.sounds {
      for entry in syllables {
        let distance = SoundDistances.standard.between(sound, entry.syllable)
        if distance < best.distance {
          best = (distance, [entry.digit])
        } else if distance == best.distance && distance < 1 {
          best.digits.insert(entry.digit)
        }
      }
    }
    return best.digits.count == 1 ? best.digits.first : nil
  }
}
