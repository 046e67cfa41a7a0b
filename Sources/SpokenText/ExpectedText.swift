// A text that a person is asked to say, in all the ways it may be said.

/// A text to be read aloud, checked and cut into parts that fit a recogniser's window. Immutable; made once for a
/// challenge.
package struct ExpectedText: SpokenContent {
  /// As it was given: what is shown.
  package let text: String
  /// In their order; at least one.
  package let parts: [Part]

  /// A stretch of the text that is verified in one piece.
  package struct Part: SpokenContent {
    /// Characters of the text as it was given.
    package let range: Range<Int>
    let slots: [SpokenSlot]
    let graph: SpokenGraph
    let pinyin: PinyinTable
  }

  /// Reads `text`. `field` is what an error calls it; `names` are the places, by characters, of names of persons in it,
  /// which contrast sets then alter.
  package init(
    _ text: String, field: String, pinyin: PinyinTable, names: [Range<Int>] = [],
    charactersMax: Int = SpokenTextLimits.textCharactersMax
  ) throws(UnreadableText) {
    // Counted by bytes first: one character may have any number of marks.
    let count = text.utf8.count <= 32 * charactersMax ? text.count : charactersMax + 1
    guard count <= charactersMax else {
      throw UnreadableText(field: field, reason: .tooLong(charactersMax: charactersMax))
    }
    guard names.allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= count && !$0.isEmpty }) else {
      throw UnreadableText(field: field, reason: .nameOutside)
    }
    let folded = TextFolding.fold(text, pinyin)
    var slots: [SpokenSlot]
    do throws(SlotBuilder.Refusal) {
      slots = try SlotBuilder.strict(folded, pinyin)
    } catch {
      throw UnreadableText(field: field, reason: Self.reason(error, folded))
    }
    guard slots.contains(where: { $0.syllablesMax > 0 }) else {
      throw UnreadableText(field: field, reason: .nothingToSay)
    }
    for index in slots.indices {
      slots[index].name = names.firstIndex { $0.overlaps(slots[index].origin) }
    }
    self.text = text
    parts = TextCutting.parts(slots).map { Part(slots: $0, pinyin: pinyin) }
  }

  private static func reason(
    _ refusal: SlotBuilder.Refusal, _ folded: [FoldedCharacter]
  ) -> UnreadableText.Reason {
    let position = folded[refusal.place].origin
    return switch refusal.kind {
    case .noReading: .noReading(position: position)
    case .sign: .sign(position: position)
    case .control: .control(position: position)
    case .latinWord:
      .latinWord(position: position, lettersMax: SpokenTextLimits.lettersInARowMax)
    case .longNumber:
      .longNumber(position: position, digitsMax: SpokenTextLimits.digitsInARowMax)
    }
  }

  /// The places of `name` in `text`, by characters: what `names` of the initialiser takes.
  package static func places(of name: String, in text: String) -> [Range<Int>] {
    let (needle, hay) = (Array(name), Array(text))
    guard !needle.isEmpty, needle.count <= hay.count else { return [] }
    return (0...hay.count - needle.count).filter {
      hay[$0..<$0 + needle.count].elementsEqual(needle)
    }.map { $0..<$0 + needle.count }
  }

  /// Syllables of the usual way to say it.
  package var syllableCount: Int { parts.reduce(0) { $0 + $1.syllableCount } }
}

extension ExpectedText.Part {
  init(slots: [SpokenSlot], pinyin: PinyinTable) {
    precondition(!slots.isEmpty, "a part of nothing")
    range = slots[0].origin.lowerBound..<(slots.map(\.origin.upperBound).max() ?? 0)
    self.slots = slots
    self.pinyin = pinyin
    graph = SpokenGraph(slots)
  }

  /// The usual way to say it.
  package var defaultForm: SpokenForm {
    SpokenForm(slots, choice: [Int](repeating: 0, count: slots.count), pinyin)
  }

  /// Syllables of the usual way to say it.
  package var syllableCount: Int { slots.reduce(0) { $0 + $1.wordings[0].units.count } }

  /// How long a slow reader takes.
  package var secondsMax: Double {
    Double(slots.reduce(0) { $0 + $1.syllablesMax }) / SpokenTextLimits.syllablesPerSecondMin
  }

  /// Ways to say it, each once, the usual one first: then every place in its second way, its third and so on, then one
  /// place at a time in each of its ways. `max` of them at most.
  package func forms(max: Int = SpokenTextLimits.formsMax) -> [SpokenForm] {
    let ways = slots.map(\.wordings.count)
    let usual = [Int](repeating: 0, count: slots.count)
    var choices = (0..<(ways.max() ?? 1)).map { way in ways.map { Swift.min(way, $0 - 1) } }
    for index in slots.indices {
      for way in 1..<Swift.max(1, ways[index]) {
        var choice = usual
        choice[index] = way
        choices.append(choice)
      }
    }
    var seen: Set<String> = []
    var found: [SpokenForm] = []
    for choice in choices where found.count < max {
      let form = SpokenForm(slots, choice: choice, pinyin)
      if seen.insert(form.text).inserted { found.append(form) }
    }
    return found
  }

  /// Lays what was heard beside every way to say this part at once.
  package func align(_ heard: HeardText) -> SpokenAlignment {
    SpokenAlignment(self, heard)
  }
}

/// A text that a recogniser gave. What has no reading is passed over; beyond
/// `SpokenTextLimits.heardCharactersMax` characters nothing is looked at.
package struct HeardText: SpokenContent {
  package let text: String
  let slots: [SpokenSlot]
  let graph: SpokenGraph

  package init(_ text: String, pinyin: PinyinTable) {
    self.text = String(text.prefix(SpokenTextLimits.heardCharactersMax))
    slots = SlotBuilder.lenient(TextFolding.fold(self.text, pinyin), pinyin)
    graph = SpokenGraph(slots)
  }
}

extension HeardText {
  /// One unit for each syllable, numbers digit by digit.
  var digitUnits: [SpokenUnit] { slots.flatMap { DigitUnits.units($0) } }
}

/// How a slot reads when it is a row of digits.
private enum DigitUnits {
  static func units(_ slot: SpokenSlot) -> [SpokenUnit] {
    let isDigits: (SpokenWording) -> Bool = { wording in
      wording.units.allSatisfy { ChineseNumerals.digitValues[$0.character] != nil }
    }
    return (slot.wordings.first(where: isDigits) ?? slot.wordings[0]).units
  }
}
