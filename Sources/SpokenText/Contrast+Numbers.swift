// Contrasts of numbers, amounts and names.

extension SpokenForm {
  /// Digits that are misheard or misread for one another first.
  private static let nearDigits: [Character: [Character]] = [
    "零": ["六", "一"], "一": ["七", "二"], "幺": ["九", "七"], "二": ["一", "三"], "两": ["三", "一"],
    "三": ["四", "二"], "四": ["三", "五"], "五": ["九", "六"], "六": ["九", "五"], "七": ["一", "八"],
    "八": ["三", "九"], "九": ["六", "五"],
  ]

  private static let nearMultipliers: [Character: [Character]] = [
    "十": ["百"], "百": ["千", "十"], "千": ["万", "百"], "万": ["千", "亿"], "亿": ["万"],
  ]

  /// What a numeral counts, so that a lone one is a number.
  private static let counted: Set<Character> = Set("元块角分年月日号期天周岁倍成笔次名份套")

  /// Words in which a numeral counts nothing.
  private static let idioms: [[Character]] = [
    "一致", "一定", "一切", "统一", "唯一", "一律", "一经", "一旦", "一直", "一样", "一起", "一般", "万一", "一方", "第一方",
    "十分", "千万别", "一同", "一并", "之一", "单一", "一一",
  ].map(Array.init)

  /// Whether the character belongs to a number: part of one as written, or alone before something counted.
  private func isNumeral(_ index: Int) -> Bool {
    let character = characters[index]
    guard Self.nearDigits[character] != nil || Self.nearMultipliers[character] != nil else {
      return false
    }
    if isIdiom(index) { return false }
    if isNumber[index] { return true }
    return index + 1 < count && Self.counted.contains(characters[index + 1])
  }

  private func isIdiom(_ index: Int) -> Bool {
    Self.idioms.contains { word in
      (0..<word.count).contains { offset in
        let start = index - offset
        return start >= 0 && start + word.count <= count && !isNumber[index]
          && characters[start..<start + word.count].elementsEqual(word)
      }
    }
  }

  func numberContrasts() -> [RankedContrast] {
    var found: [RankedContrast] = []
    func add(_ kind: Contrast.Kind, _ place: Range<Int>, _ other: String, order: Int) {
      found.append(
        RankedContrast(
          contrast: Contrast(kind: kind, place: place, text: replacing(place, with: other)),
          order: order))
    }
    for index in characters.indices where isNumeral(index) {
      let character = characters[index]
      let place = index..<index + 1
      for (order, other) in (Self.nearDigits[character] ?? []).enumerated() {
        add(.number, place, String(other), order: order)
      }
      for (order, other) in (Self.nearMultipliers[character] ?? []).enumerated() {
        add(.magnitude, place, String(other), order: order)
      }
      if character == "十" { exchangeTen(index, add) }
      if index > 0, isNumeral(index - 1), "万亿".contains(character) {
        add(.magnitude, place, "", order: 1)
      }
    }
    return found + unitContrasts() + signContrasts()
  }

  /// 四十 for 十四 and the other way round.
  private func exchangeTen(
    _ index: Int, _ add: (Contrast.Kind, Range<Int>, String, Int) -> Void
  ) {
    func isDigit(_ place: Int) -> Bool {
      characters.indices.contains(place) && isNumeral(place)
        && (ChineseNumerals.digitValues[characters[place]] ?? 0) > 0
    }
    let (before, after) = (isDigit(index - 1), isDigit(index + 1))
    if before != after {
      let place = before ? index - 1..<index + 1 : index..<index + 2
      add(.magnitude, place, String(characters[place].reversed()), 0)
    }
  }

  private static let units: [(said: String, others: [String])] = [
    ("个月", ["年"]), ("百分之", ["千分之"]), ("千分之", ["百分之"]), ("万分之", ["百分之"]), ("美元", ["元"]),
    ("港元", ["元"]), ("欧元", ["元"]),
    ("元", ["万元", "美元"]),
    ("年", ["个月"]), ("天", ["个月"]), ("期", ["年"]),
  ]

  /// Units behind numbers.
  private func unitContrasts() -> [RankedContrast] {
    var found: [RankedContrast] = []
    var place = 0
    while place < count {
      let rest = characters[place...]
      guard let unit = Self.units.first(where: { rest.starts(with: $0.said) }) else {
        place += 1
        continue
      }
      let range = place..<place + unit.said.count
      let isCounted = place > 0 && isNumeral(place - 1)
      // A year or a day of a date is no length of time.
      let isDate =
        unit.said == "年" && place > 1 && !isMultiplier(place - 1) && isNumeral(place - 2)
        && !isMultiplier(place - 2)
      if (isCounted || NumberReader.shares.contains(unit.said)) && !isDate {
        for (order, other) in unit.others.enumerated() {
          let contrast = Contrast(
            kind: .unit, place: range, text: replacing(range, with: other))
          found.append(RankedContrast(contrast: contrast, order: order + 1))
        }
      }
      place = range.upperBound
    }
    return found
  }

  /// The sign of a number taken away, and one put before a share: 负百分之五, 百分之负五.
  private func signContrasts() -> [RankedContrast] {
    var found: [RankedContrast] = []
    for index in characters.indices {
      if characters[index] == "负", isNumber[index] || isQuantity(at: index + 1) {
        let place = index..<index + 1
        let contrast = Contrast(kind: .sign, place: place, text: replacing(place, with: ""))
        found.append(RankedContrast(contrast: contrast, order: 0))
      } else if isShare(at: index), index == 0 || characters[index - 1] != "负",
        index + 3 >= count || characters[index + 3] != "负"
      {
        let place = index..<index
        let contrast = Contrast(kind: .sign, place: place, text: replacing(place, with: "负"))
        found.append(RankedContrast(contrast: contrast, order: 1))
      }
    }
    return found
  }

  private func isShare(at index: Int) -> Bool {
    characters.indices.contains(index)
      && NumberReader.shares.contains { characters[index...].starts(with: $0) }
  }

  /// Whether a number or a share begins at `index`, so that a 负 before it is its sign.
  func isQuantity(at index: Int) -> Bool {
    characters.indices.contains(index) && (isNumeral(index) || isShare(at: index))
  }

  private func isMultiplier(_ index: Int) -> Bool {
    Self.nearMultipliers[characters[index]] != nil
  }

  // MARK: Names

  private static let surnames: [Character] = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗")
  private static let givenNames: [Character] = Array("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂")

  /// For each character of a marked name one that sounds alike but is not merged with it, and one that sounds otherwise.
  func nameContrasts() -> [RankedContrast] {
    var found: [RankedContrast] = []
    for index in characters.indices {
      guard let name = name[index] else { continue }
      let isFirst = index == 0 || self.name[index - 1] != name
      let others = [nearSound(index), farSound(index, isFirst ? Self.surnames : Self.givenNames)]
      let place = index..<index + 1
      for (order, other) in others.enumerated() {
        guard let other else { continue }
        let contrast = Contrast(
          kind: .name, place: place, text: replacing(place, with: [other]))
        found.append(RankedContrast(contrast: contrast, order: order))
      }
    }
    return found
  }

  /// A common character whose syllable shares initial or final with every reading of that at `index`, but is at full distance
  /// from all.
  private func nearSound(_ index: Int) -> Character? {
    let sounds = units[index].sounds
    guard let sound = sounds.first else { return nil }
    let near = pinyin.commonSyllables.filter { entry in
      (entry.syllable.final == sound.final || entry.syllable.initial == sound.initial)
        && sounds.allSatisfy { SoundDistances.standard.between($0, entry.syllable) >= 1 }
    }
    let alike = near.filter { $0.syllable.final == sound.final }
    return (alike.isEmpty ? near : alike).max {
      (pinyin.count(of: $0.character), $0.syllable.code)
        < (pinyin.count(of: $1.character), $1.syllable.code)
    }?.character
  }

  private func farSound(_ index: Int, _ names: [Character]) -> Character? {
    let sounds = units[index].sounds
    let start = sounds.first.map { $0.code % names.count } ?? 0
    let far = (names[start...] + names[..<start]).first { name in
      pinyin.syllables(of: name).allSatisfy { other in
        sounds.allSatisfy { $0.final != other.final && $0.initial != other.initial }
      }
    }
    return far
  }
}
