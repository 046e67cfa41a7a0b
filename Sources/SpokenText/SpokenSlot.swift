// A text as a row of places, each with the ways it may be said.

/// One syllable or letter to be said.
struct SpokenUnit: Sendable, Equatable {
  /// What is written for it: simplified Chinese, or a capital letter.
  let character: Character
  /// How it may sound; empty for a letter.
  let sounds: [Syllable]
  /// An 儿 that may melt into the syllable before it.
  var mayMelt = false
}

/// One way to say a place.
struct SpokenWording: Sendable, Equatable {
  var units: [SpokenUnit]
}

/// A character, or a number with all ways to say it.
struct SpokenSlot: Sendable, Equatable {
  var wordings: [SpokenWording]
  /// Characters of the given text.
  var origin: Range<Int>
  var isNumber: Bool
  /// Which of the marked names it belongs to.
  var name: Int?
  /// What follows it.
  var pause = Pause.none

  enum Pause: Int, Sendable, Comparable {
    case none, part, sentence

    static func < (one: Pause, other: Pause) -> Bool { one.rawValue < other.rawValue }
  }

  /// Syllables of the longest way.
  var syllablesMax: Int { wordings.map(\.units.count).max() ?? 0 }
}

/// Turns folded text into slots.
struct SlotBuilder {
  private let text: [FoldedCharacter]
  private let pinyin: PinyinTable
  private let reader: NumberReader
  private var slots: [SpokenSlot] = []

  /// Why text cannot be said, by folded character.
  struct Refusal: Error {
    let place: Int
    let kind: Kind

    enum Kind { case noReading, sign, control, latinWord, longNumber }
  }

  init(_ text: [FoldedCharacter], _ pinyin: PinyinTable) {
    self.text = Self.withoutCapitals(text)
    self.pinyin = pinyin
    reader = NumberReader(self.text)
  }

  /// Every character has to be said or to be punctuation.
  static func strict(
    _ text: [FoldedCharacter], _ pinyin: PinyinTable
  ) throws(Refusal) -> [SpokenSlot] {
    var builder = SlotBuilder(text, pinyin)
    try builder.build(isStrict: true)
    return builder.slots
  }

  /// What cannot be said is passed over: for text that a recogniser gave.
  static func lenient(_ text: [FoldedCharacter], _ pinyin: PinyinTable) -> [SpokenSlot] {
    var builder = SlotBuilder(text, pinyin)
    // Nothing is refused unless strictness is asked for.
    try? builder.build(isStrict: false)
    return builder.slots
  }

  private mutating func build(isStrict: Bool) throws(Refusal) {
    var place = 0
    while place < text.count {
      if isStrict && reader.isUnknownCurrency(at: place) {
        throw Refusal(place: place, kind: .sign)
      }
      do throws(NumberReader.LongNumber) {
        if let number = try reader.read(at: place) {
          for wordings in number { try append(wordings) }
          place = number.map(\.range.upperBound).max() ?? place + 1
          continue
        }
      } catch {
        if isStrict { throw Refusal(place: error.place, kind: .longNumber) }
      }
      try appendCharacter(at: place, isStrict: isStrict)
      place += 1
    }
    markMelting()
  }

  /// Ways longer than a part are left out.
  private mutating func append(_ wordings: Wordings) throws(NumberReader.LongNumber) {
    guard let first = wordings.range.first, let last = wordings.range.last else { return }
    let texts = wordings.texts.filter { $0.count <= SpokenTextLimits.partSyllablesMax }
    guard !texts.isEmpty else { throw NumberReader.LongNumber(place: first) }
    slots.append(
      SpokenSlot(
        wordings: texts.map(wording),
        origin: text[first].origin..<text[last].origin + 1, isNumber: true))
  }

  private func wording(_ text: String) -> SpokenWording {
    SpokenWording(
      units: text.map { SpokenUnit(character: $0, sounds: pinyin.syllables(of: $0)) })
  }

  private mutating func appendCharacter(at place: Int, isStrict: Bool) throws(Refusal) {
    let next = text[place]
    switch next.kind {
    // What was heard was said in one way.
    case .han where !isStrict: appendPlain([plainNumeral(next.character)], next, isNumber: false)
    case .han: appendHan(at: place)
    case .letter:
      if isStrict && isLongWord(at: place) { throw Refusal(place: place, kind: .latinWord) }
      appendPlain([String(next.character)], next, isNumber: false)
    case .digit:
      // A row of digits too long to be read, from a recogniser.
      appendPlain(
        [ChineseNumerals.digitByDigit([next.digit ?? 0])], next, isNumber: true)
    case .sentenceEnd: setPause(.sentence)
    case .pause:
      if isStrict && changesNumber(at: place) { throw Refusal(place: place, kind: .sign) }
      setPause(.part)
    case .sign: if isStrict { throw Refusal(place: place, kind: .sign) }
    case .control: if isStrict { throw Refusal(place: place, kind: .control) }
    case .unknown: if isStrict { throw Refusal(place: place, kind: .noReading) }
    }
  }

  /// Marks that part what stands beside them, and so no more than that between numbers.
  private static let parting: Set<Character> = Set(" ,，、:：()（）[]【】〔〕{}「」『』《》〈〉\"“”‘’")
  /// Marks that part words, and something else between numbers.
  private static let partingWords: Set<Character> = Set("-~.·•'/")

  /// Whether more than a pause would be lost with the mark at `place`: one that stands between two numbers, or one beside a
  /// number that nobody knows here.
  private func changesNumber(at place: Int) -> Bool {
    let mark = text[place].character
    if Self.parting.contains(mark) && mark != ":" { return false }
    func isSkipped(_ character: Character) -> Bool {
      character == " " || (mark == "-" && character == "-")
    }
    func isNumber(_ next: FoldedCharacter?) -> Bool {
      guard let next else { return false }
      return next.kind == .digit || next.kind == .sign
    }
    let before = isNumber(text[..<place].last { !isSkipped($0.character) })
    let after = isNumber(text[(place + 1)...].first { !isSkipped($0.character) })
    return Self.partingWords.contains(mark) || mark == ":" ? before && after : before || after
  }

  private mutating func setPause(_ pause: SpokenSlot.Pause) {
    guard let last = slots.indices.last else { return }
    slots[last].pause = max(slots[last].pause, pause)
  }

  private mutating func appendPlain(
    _ texts: [String], _ from: FoldedCharacter, isNumber: Bool
  ) {
    slots.append(
      SpokenSlot(
        wordings: texts.map(wording), origin: from.origin..<from.origin + 1, isNumber: isNumber))
  }

  private func isLongWord(at place: Int) -> Bool {
    let letters = text[place...].prefix { $0.kind == .letter }.count
    let before = text[..<place].reversed().prefix { $0.kind == .letter }.count
    return letters + before > SpokenTextLimits.lettersInARowMax
  }

  // MARK: Numbers in Chinese characters

  private func plainNumeral(_ character: Character) -> String {
    character == "〇" ? "零" : String(character)
  }

  private mutating func appendHan(at place: Int) {
    let character = text[place].character
    let run = numeralRun(around: place)
    let isPlainDigits = run.count >= 3 && run.allSatisfy { isDigit(text[$0].character) }
    var texts = [plainNumeral(character)]
    switch character {
    case "一" where isPlainDigits: texts = ["一", "幺"]
    case "幺" where run.count >= 2: texts = ["幺", "一"]
    case "二" where isMultiplied(place): texts = ["二", "两"]
    case "两" where isMultiplied(place): texts = ["两", "二"]
    default: break
    }
    appendPlain(texts, text[place], isNumber: run.count > 1)
  }

  private func isDigit(_ character: Character) -> Bool {
    ChineseNumerals.digitValues[character] != nil
  }

  private func isNumeral(_ place: Int) -> Bool {
    guard text.indices.contains(place) else { return false }
    let character = text[place].character
    return isDigit(character) || ChineseNumerals.multipliers.contains(character)
  }

  private func isMultiplied(_ place: Int) -> Bool {
    guard place + 1 < text.count else { return false }
    return ["百", "千", "万", "亿"].contains(text[place + 1].character)
  }

  /// The numerals around `place`, if it is one; a lone one is a number only if something is counted.
  private func numeralRun(around place: Int) -> Range<Int> {
    guard isNumeral(place) else { return place..<place }
    var (start, end) = (place, place + 1)
    while isNumeral(start - 1) { start -= 1 }
    while isNumeral(end) { end += 1 }
    return start..<end
  }

  /// Capital numerals as the plain ones they stand for, where they are a number: with a unit among them, or four in a row.
  /// Otherwise 陆 and 伍 are names.
  private static func withoutCapitals(_ text: [FoldedCharacter]) -> [FoldedCharacter] {
    var plain = text
    var place = 0
    while place < text.count {
      let end = text[place...].firstIndex { !isAmount($0.character) } ?? text.count
      if isNumber(text[place..<end]) {
        for index in place..<end {
          let character = text[index].character
          plain[index] = FoldedCharacter(
            character: ChineseNumerals.capitals[character] ?? (character == "圆" ? "元" : character),
            origin: text[index].origin, kind: .han)
        }
      }
      place = max(end, place + 1)
    }
    return plain
  }

  private static func isAmount(_ character: Character) -> Bool {
    ChineseNumerals.capitals[character] != nil || "零〇万亿元圆角分整".contains(character)
  }

  private static func isNumber(_ run: ArraySlice<FoldedCharacter>) -> Bool {
    let capitals = run.count { ChineseNumerals.capitals[$0.character] != nil }
    let hasUnit = run.contains { "拾佰仟万亿元圆".contains($0.character) }
    return capitals >= 4 || (capitals >= 1 && run.count >= 2 && hasUnit)
  }

  // MARK: Erhua

  /// Words in which 儿 is a syllable of its own.
  private static let full: Set<String> = [
    "女儿", "婴儿", "孤儿", "幼儿", "胎儿", "少儿", "育儿", "孩儿", "男儿", "宠儿", "健儿", "产儿", "新生儿", "小儿", "托儿",
    "弃儿",
  ]

  private static let fullBefore: Set<Character> = ["童", "子", "科", "女", "媳", "孙"]

  private mutating func markMelting() {
    for index in slots.indices.dropFirst() where slots[index].wordings.count == 1 {
      guard slots[index].wordings[0].units.first?.character == "儿",
        slots[index - 1].pause == .none,
        let before = slots[index - 1].wordings.first?.units.last?.character
      else { continue }
      let after = index + 1 < slots.count ? slots[index + 1].wordings.first?.units.first : nil
      let isFull =
        Self.full.contains(String([before, "儿"]))
        || (after.map { Self.fullBefore.contains($0.character) } ?? false)
      slots[index].wordings[0].units[0].mayMelt = !isFull
    }
  }
}
