// How characters are read: the table that set-up makes out of Unihan.

/// Readings of Chinese characters. A value without identity; lookups are safe from any thread and cost a binary search.
package struct PinyinTable: Sendable {
  /// Name of the file in the models folder.
  package static let fileName = "mandarin-pinyin.txt"
  /// Digest of the file that set-up makes; whoever loads the file compares.
  package static let fileSHA256 =
    "b496625994e354cee4f42d720570f6d1ea73854d9be2757f772de66162aaaf4e"

  /// Characters in ascending order.
  private let scalars: [UInt32]
  /// For each character the first of its readings, and their end; the form of another character shares those.
  private let starts, ends: [UInt32]
  /// For each character the one whose readings it has: itself, or the simplified form.
  private let forms: [UInt32]
  private let readings: [TonedSyllable]
  /// For each syllable the character that is counted most often with it, 0 if there is none.
  private let commonest: [UInt32]

  init(_ rows: PinyinRows) {
    scalars = rows.scalars
    starts = rows.starts
    ends = rows.ends
    forms = rows.forms
    readings = rows.readings
    var best = [(count: Int, scalar: UInt32)](repeating: (0, 0), count: Syllable.codeCount)
    for index in scalars.indices where forms[index] == scalars[index] {
      // A character stands for a sound if that is how it is mostly read.
      let first = readings[Int(starts[index])]
      if first.count > best[first.syllable.code].count {
        best[first.syllable.code] = (first.count, scalars[index])
      }
    }
    commonest = best.map(\.scalar)
  }

  /// Characters in the table.
  package var count: Int { scalars.count }

  /// All characters in the table, ascending: for reports and tests.
  package var characters: some Sequence<Character> {
    scalars.lazy.compactMap { Unicode.Scalar($0).map(Character.init) }
  }

  private func index(of character: Character) -> Int? {
    guard let scalar = Self.base(character)?.value else { return nil }
    var low = 0
    var high = scalars.count
    while low < high {
      let middle = (low + high) / 2
      if scalars[middle] < scalar { low = middle + 1 } else { high = middle }
    }
    return low < scalars.count && scalars[low] == scalar ? low : nil
  }

  /// The character's scalar, if what follows it says only how it is drawn.
  private static func base(_ character: Character) -> Unicode.Scalar? {
    let scalars = character.unicodeScalars
    let isPlain = scalars.dropFirst().allSatisfy(\.properties.isVariationSelector)
    return isPlain ? scalars.first : nil
  }

  /// Readings, commonest first; empty if it has none.
  package func readings(of character: Character) -> [TonedSyllable] {
    guard let index = index(of: character) else { return [] }
    return Array(readings[Int(starts[index])..<Int(ends[index])])
  }

  /// The same without tones, each once.
  package func syllables(of character: Character) -> [Syllable] {
    var seen: [Syllable] = []
    for reading in readings(of: character) where !seen.contains(reading.syllable) {
      seen.append(reading.syllable)
    }
    return seen
  }

  package func hasReading(_ character: Character) -> Bool { index(of: character) != nil }

  /// What is written today for a traditional form, a radical or a compatibility form; any other character itself.
  package func simplified(_ character: Character) -> Character {
    guard let index = index(of: character), let scalar = Unicode.Scalar(forms[index]) else {
      return character
    }
    return Character(scalar)
  }

  package func simplified(_ text: String) -> String { String(text.map(simplified)) }

  /// How often the character was counted with any reading; 0: rare.
  package func count(of character: Character) -> Int {
    readings(of: character).reduce(0) { $0 + $1.count }
  }

  /// The character that is counted most often with `syllable` as its usual reading.
  package func commonestCharacter(_ syllable: Syllable) -> Character? {
    Unicode.Scalar(commonest[syllable.code]).flatMap { $0.value == 0 ? nil : Character($0) }
  }

  /// The common character that sounds like a rare one; nil if it is not rare, has no reading or no such companion.
  package func commonestHomophone(of character: Character) -> Character? {
    guard count(of: character) == 0 else { return nil }
    for syllable in syllables(of: character) {
      if let common = commonestCharacter(syllable) { return common == character ? nil : common }
    }
    return nil
  }

  /// The syllables that a common character has: what substitutions are drawn from.
  package var commonSyllables: [(syllable: Syllable, character: Character)] {
    (0..<Syllable.codeCount).compactMap { code in
      let count = Syllable.finals.count
      let syllable = Syllable(
        initialIndex: UInt8(code / count), finalIndex: UInt8(code % count))
      return commonestCharacter(syllable).map { (syllable, $0) }
    }
  }
}
