// One way to say a part of a text, written out.

/// What a recogniser is asked to score: simplified Chinese characters and capital letters, one for each syllable or letter.
package struct SpokenForm: SpokenContent {
  package let characters: [Character]
  let units: [SpokenUnit]
  /// For each character: whether it is said as part of a number, and of which marked name.
  let isNumber: [Bool]
  let name: [Int?]
  /// For each character the characters of the given text it stands for.
  package let origins: [Range<Int>]
  let pinyin: PinyinTable

  init(_ slots: [SpokenSlot], choice: [Int], _ pinyin: PinyinTable) {
    var units: [SpokenUnit] = []
    var isNumber: [Bool] = []
    var name: [Int?] = []
    var origins: [Range<Int>] = []
    for (slot, way) in zip(slots, choice) {
      for unit in slot.wordings[way].units {
        units.append(unit)
        isNumber.append(slot.isNumber)
        name.append(slot.name)
        origins.append(slot.origin)
      }
    }
    characters = units.map(\.character)
    self.units = units
    self.isNumber = isNumber
    self.name = name
    self.origins = origins
    self.pinyin = pinyin
  }

  package var text: String { String(characters) }
  package var count: Int { characters.count }

  /// The same with rare characters replaced by common ones that sound alike: recognisers were trained on the common
  /// ones. Nil if there is none to replace.
  package var homophoneText: String? {
    let plain = characters.map { pinyin.commonestHomophone(of: $0) ?? $0 }
    return plain == characters ? nil : String(plain)
  }

  /// The text with `range` replaced.
  func replacing(_ range: Range<Int>, with other: some Sequence<Character>) -> String {
    String(characters[..<range.lowerBound]) + String(Array(other))
      + String(characters[range.upperBound...])
  }
}
