// What was said beside what was expected: whoever takes back what he has read says more than the text.

/// What was heard beside a text, less what else was expected around it.
package struct SpokenSurplus: Sendable, Equatable {
  /// Most characters before the text, after it, or in a row within it; of a stretch of digits, how many differ.
  package var count: Int
  /// Whether it has a word that denies or takes back. A single character of that kind in the middle of a text that is said
  /// otherwise as it stands is left to the contrasts, which are weighed by the sound.
  package var takesBack: Bool

  package init(count: Int, takesBack: Bool) {
    self.count = count
    self.takesBack = takesBack
  }

  /// From how many characters beside a text on a single character of denial within it counts, too: the text may be said
  /// twice.
  static let countOfRepeats = 3

  /// The words of what was heard in a stretch where nothing but digits is expected: how many characters they have that
  /// differ, because a recogniser may repeat itself. A run of Latin letters is one.
  ///
  /// - Parameter before: characters of what had to be said before the digits; some of it in a row may be heard here.
  package static func words(
    of heard: String, after before: [Character], pinyin: PinyinTable
  ) -> SpokenSurplus {
    var words: [Character] = []
    var isLatin = false
    for character in pinyin.simplified(String(heard.prefix(SpokenTextLimits.heardCharactersMax))) {
      let isRun = isLatin && character.isASCII && character.isLetter
      isLatin = character.isASCII && character.isLetter
      if isWord(character), !isRun { words.append(character) }
    }
    let expected = before.filter(isWord)
    let width = words.count + SpokenAlignment.neighbourSlack
    var rest = words
    for start in 0...max(0, expected.count - width) {
      let left = pinyin.unmatched(words, in: Array(expected[start...].prefix(width)))
      if left.count < rest.count { rest = left }
    }
    return SpokenSurplus(
      count: Set(rest).count, takesBack: pinyin.takesBack(rest, charactersMin: 2))
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter && !character.isNumber && ChineseNumerals.digitValues[character] == nil
  }

  /// Takes over what `other` has more of.
  package mutating func add(_ other: SpokenSurplus) {
    count = max(count, other.count)
    takesBack = takesBack || other.takesBack
  }
}

extension SpokenAlignment {
  /// What was said beside the text.
  ///
  /// - Parameters:
  ///   - before: characters of what had to be said before the text; the end of it may be heard here.
  ///   - after: characters of what has to be said after it; its beginning may be heard here.
  package func surplus(before: [Character] = [], after: [Character] = []) -> SpokenSurplus {
    let pinyin = form.pinyin
    var runs: [Int: [Character]] = [:]
    for insertion in insertions { runs[insertion.place, default: []].append(insertion.character) }
    let slack = Self.neighbourSlack
    if let run = runs[0] {
      runs[0] = pinyin.unmatched(run, in: Array(before.suffix(run.count + slack)))
    }
    if let run = runs[length] {
      runs[length] = pinyin.unmatched(run, in: Array(after.prefix(run.count + slack)))
    }
    let total = runs.values.reduce(0) { $0 + $1.count }
    return SpokenSurplus(
      count: runs.values.map(\.count).max() ?? 0,
      takesBack: runs.contains { place, run in
        let isBeside = place == 0 || place == length || total >= SpokenSurplus.countOfRepeats
        return pinyin.takesBack(run, charactersMin: isBeside ? 1 : 2)
      })
  }

  /// How many characters more than were heard of a neighbour are compared with it.
  fileprivate static let neighbourSlack = 2
}

extension PinyinTable {
  /// What of `run` is no part of `expected`, by sound, in order.
  fileprivate func unmatched(_ run: [Character], in expected: [Character]) -> [Character] {
    let width = expected.count + 1
    // Longest common sequence of what begins at each pair of places.
    var common = [Int](repeating: 0, count: (run.count + 1) * width)
    for place in run.indices.reversed() {
      for other in expected.indices.reversed() {
        common[place * width + other] =
          soundsLike(run[place], expected[other])
          ? common[(place + 1) * width + other + 1] + 1
          : max(common[(place + 1) * width + other], common[place * width + other + 1])
      }
    }
    var rest: [Character] = []
    var other = 0
    for place in run.indices {
      let here = common[place * width + other]
      if here == common[(place + 1) * width + other] {
        rest.append(run[place])
      } else {
        while common[place * width + other + 1] == here { other += 1 }
        other += 1
      }
    }
    return rest
  }

  private func soundsLike(_ one: Character, _ other: Character) -> Bool {
    if one == other { return true }
    if let digit = ChineseNumerals.digitValues[one], digit == ChineseNumerals.digitValues[other] {
      return true
    }
    return !Set(syllables(of: one)).isDisjoint(with: syllables(of: other))
  }

  /// Whether a word that denies or takes back stands in `run`: words of two characters and more, and 不 and 没, by sound,
  /// because recognisers write the wrong character often; others as they are written.
  ///
  /// - Parameter charactersMin: shorter words do not count.
  fileprivate func takesBack(_ run: [Character], charactersMin: Int) -> Bool {
    var place = 0
    while place < run.count {
      let rest = run[place...]
      if let harmless = ContrastLexicon.assents.first(where: { rest.starts(with: $0) }) {
        place += harmless.count
        continue
      }
      for word in ContrastLexicon.retractions
      where word.count >= charactersMin && word.count <= rest.count {
        let isHeard = zip(word, rest).allSatisfy { expected, heard in
          word.count > 1 || Self.heardBySound.contains(expected)
            ? soundsLike(expected, heard) : expected == heard
        }
        if isHeard { return true }
      }
      place += 1
    }
    return false
  }

  private static let heardBySound: Set<Character> = ["不", "没"]
}
