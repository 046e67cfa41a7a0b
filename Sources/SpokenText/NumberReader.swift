// Finds numbers, dates, times and amounts in folded text and says how each may be said.

/// Several ways to say one stretch of a text.
struct Wordings: Sendable, Equatable {
  /// In Chinese characters and capital letters; the usual one first. An empty one: may be left out.
  var texts: [String]
  /// Folded characters it stands for.
  var range: Range<Int>
}

/// Reads numbers at a place of folded text.
struct NumberReader {
  let text: [FoldedCharacter]

  init(_ text: [FoldedCharacter]) { self.text = text }

  /// What stands at `start`, if that is a number with what belongs to it; its end is that of the last range.
  func read(at start: Int) throws(LongNumber) -> [Wordings]? {
    if character(start) == "-" {
      if let range = try rangeOfCounted(at: start) { return range }
      return isMinus(at: start) ? try negative(at: start) : nil
    }
    if let amount = try currencyFirst(at: start) { return amount }
    guard digit(start) != nil else { return nil }
    if let special = try dateOrTime(at: start) { return special }
    if let digits = try groupedDigits(at: start) { return digits }
    return try number(at: start)
  }

  /// What follows the minus at `start`, with its sign. Of a share the sign is said before it or within: 负百分之五, 百分之负五.
  func negative(at start: Int) throws(LongNumber) -> [Wordings] {
    let sign = Wordings(texts: ["负"], range: start..<start + 1)
    if let amount = try currencyFirst(at: start + 1) { return [sign] + amount }
    var found = try number(at: start + 1)
    guard let share = found.first, let of = Self.shares.first(where: share.texts[0].hasPrefix)
    else { return [sign] + found }
    found[0] = Wordings(
      texts: limited(
        share.texts.map { "负" + $0 } + share.texts.map { of + "负" + $0.dropFirst(of.count) }),
      range: start..<share.range.upperBound)
    return found
  }

  /// How shares of a hundred, a thousand and ten thousand begin.
  static let shares = ["百分之", "千分之", "万分之"]

  /// Digits that nobody reads aloud.
  struct LongNumber: Error {
    /// A folded character.
    let place: Int
  }

  // MARK: Characters

  func character(_ place: Int) -> Character? {
    text.indices.contains(place) ? text[place].character : nil
  }
  func digit(_ place: Int) -> Int? { text.indices.contains(place) ? text[place].digit : nil }

  /// The digits from `start` on.
  func digits(at start: Int) throws(LongNumber) -> [Int] {
    var found: [Int] = []
    while let digit = digit(start + found.count) {
      guard found.count < SpokenTextLimits.digitsInARowMax else { throw LongNumber(place: start) }
      found.append(digit)
    }
    return found
  }

  /// A dash directly before a number or an amount, unless a digit, a letter or another dash stands before it: those make a
  /// range, a name or a pause of it.
  private func isMinus(at place: Int) -> Bool {
    guard character(place) == "-", digit(place + 1) != nil || isAmount(at: place + 1) else {
      return false
    }
    if place == 0 { return true }
    return ![.digit, .letter].contains(text[place - 1].kind) && character(place - 1) != "-"
  }

  /// What numbers of a range may count, before its dash.
  private static let counted: [[Character]] = [
    "年", "月", "日", "号", "天", "周", "岁", "时", "点", "分", "秒", "元", "块", "角", "万", "亿", "千", "百", "十",
    "个",
    "次", "期", "条", "章", "页", "款", "项", "份", "名", "人", "倍", "成", "折", "度", "层", "级", "米", "克", "个月",
    "小时",
    "分钟", "万元", "亿元", "千元", "美元", "港元", "欧元", "英镑", "厘米", "毫米", "千米", "公里", "千克", "公斤", "周年", "季度",
    "摄氏度", "平方米", "万美元", "亿美元",
  ].map(Array.init)

  /// `-5` behind `3月` or `三`: to five.
  private func rangeOfCounted(at mark: Int) throws(LongNumber) -> [Wordings]? {
    guard digit(mark + 1) != nil else { return nil }
    let before = text[..<mark].map(\.character)
    let isCounted = Self.counted.contains { unit in
      before.count > unit.count && before.suffix(unit.count).elementsEqual(unit)
        && isNumeral(mark - unit.count - 1)
    }
    guard isCounted || (mark > 0 && digit(mark - 1) == nil && isNumeral(mark - 1)) else {
      return nil
    }
    return try range(from: mark)
  }

  private func isNumeral(_ place: Int) -> Bool {
    guard let character = character(place) else { return false }
    return digit(place) != nil || ChineseNumerals.digitValues[character] != nil
      || ChineseNumerals.multipliers.contains(character)
  }

  // MARK: Dates and times

  /// `2026-11-26`, `2026/11/26`, `2026.11.26`, `9:05`, `14:30:00`.
  private func dateOrTime(at start: Int) throws(LongNumber) -> [Wordings]? {
    let first = try digits(at: start)
    let mark = start + first.count
    guard let separator = character(mark), digit(mark + 1) != nil else { return nil }
    let second = try digits(at: mark + 1)
    let mark2 = mark + 1 + second.count
    let hasThird = character(mark2) == separator && digit(mark2 + 1) != nil
    let third = hasThird ? try digits(at: mark2 + 1) : []
    let end = hasThird ? mark2 + 1 + third.count : mark2
    if hasThird && character(end) == separator && digit(end + 1) != nil { return nil }
    let range = start..<end
    switch separator {
    case "-", "/", ".":
      guard first.count == 4, (1...2).contains(second.count), (1...2).contains(third.count),
        (1...12).contains(value(second)), (1...31).contains(value(third))
      else { return nil }
      return date(first, second, third, range)
    case ":":
      guard first.count <= 2, second.count == 2, value(first) <= 24, value(second) < 60,
        third.isEmpty || (third.count == 2 && value(third) < 60)
      else { return ratio(first, second, third, range) }
      return time(first, second, third, range)
    default: return nil
    }
  }

  private func date(
    _ year: [Int], _ month: [Int], _ day: [Int], _ range: Range<Int>
  ) -> [Wordings] {
    [
      Wordings(texts: years(year), range: range), Wordings(texts: ["年"], range: range),
      Wordings(texts: [ChineseNumerals.cardinal(month)], range: range),
      Wordings(texts: ["月"], range: range),
      Wordings(texts: [ChineseNumerals.cardinal(day)], range: range),
      Wordings(texts: ["日", "号"], range: range),
    ]
  }

  private func years(_ year: [Int]) -> [String] {
    unique([ChineseNumerals.digitByDigit(year)] + ChineseNumerals.cardinals(year))
  }

  private func time(
    _ hours: [Int], _ minutes: [Int], _ seconds: [Int], _ range: Range<Int>
  ) -> [Wordings] {
    let hour = value(hours) == 2 ? ["两", "二"] : [ChineseNumerals.cardinal(hours)]
    var found = [
      Wordings(texts: hour, range: range), Wordings(texts: ["点", "时"], range: range),
    ]
    let cardinal = ChineseNumerals.cardinal(minutes)
    let minute =
      switch value(minutes) {
      case 0: seconds.isEmpty ? ["", "整", "零零分"] : ["零分", "零零分"]
      case 1..<10: ["零" + cardinal + "分", "零" + cardinal, cardinal + "分"]
      case 15: ["十五分", "十五", "一刻"]
      case 30: ["三十分", "三十", "半"]
      case 45: ["四十五分", "四十五", "三刻"]
      default: [cardinal + "分", cardinal]
      }
    found.append(Wordings(texts: minute, range: range))
    if !seconds.isEmpty {
      let second = ChineseNumerals.cardinal(seconds) + "秒"
      found.append(
        Wordings(texts: value(seconds) == 0 ? [second, ""] : [second], range: range))
    }
    return found
  }

  /// `3:2`.
  private func ratio(
    _ one: [Int], _ other: [Int], _ third: [Int], _ range: Range<Int>
  ) -> [Wordings]? {
    guard third.isEmpty, max(one.count, other.count) <= SpokenTextLimits.cardinalDigitsMax else {
      return nil
    }
    return [
      Wordings(texts: ChineseNumerals.cardinals(one), range: range),
      Wordings(texts: ["比"], range: range),
      Wordings(texts: ChineseNumerals.cardinals(other), range: range),
    ]
  }

  private func value(_ digits: [Int]) -> Int { digits.prefix(9).reduce(0) { $0 * 10 + $1 } }

  // MARK: Numbers in groups

  /// Telephone, card and identity numbers: `010-12345678`, `6222 0200 0000 0000`, 17 digits and X.
  private func groupedDigits(at start: Int) throws(LongNumber) -> [Wordings]? {
    var groups = [try digits(at: start)]
    var end = start + groups[0].count
    while let mark = character(end), mark == "-" || mark == " ", digit(end + 1) != nil {
      let next = try digits(at: end + 1)
      groups.append(next)
      end += 1 + next.count
      guard groups.reduce(0, { $0 + $1.count }) <= SpokenTextLimits.digitsInARowMax else {
        throw LongNumber(place: start)
      }
    }
    let all = groups.flatMap(\.self)
    if groups.count == 1 {
      let isIdentity = all.count == 17 && character(end) == "X"
      guard isIdentity else { return nil }
      return [
        Wordings(texts: digitStrings(all), range: start..<end),
        Wordings(texts: ["X", "叉"], range: end..<end + 1),
      ]
    }
    guard all.count >= 7, groups.allSatisfy({ $0.count >= 3 }) else { return nil }
    if groups.count == 2, character(start + groups[0].count) == "-", isRange(groups, end) {
      return nil
    }
    return [Wordings(texts: digitStrings(all), range: start..<end)]
  }

  /// `500-1000元`, `2024-2027年`: something is counted, and the first is neither an area's code nor part of a mobile number.
  private func isRange(_ groups: [[Int]], _ end: Int) -> Bool {
    let isTelephone = groups[0][0] == 0 || groups[0].count + groups[1].count == 11
    let isCounted = Self.counted.contains { unit in
      end + unit.count <= text.count
        && text[end..<end + unit.count].map(\.character).elementsEqual(unit)
    }
    return isCounted && !isTelephone
  }

  /// Digit by digit, with 一 and with 幺.
  private func digitStrings(_ digits: [Int]) -> [String] {
    let plain = ChineseNumerals.digitByDigit(digits)
    guard digits.count >= 3, digits.contains(1) else { return [plain] }
    return [plain, plain.replacing("一", with: "幺")]
  }
}

/// A part of `text` replaced: the standard library's own needs a module of regular expressions.
extension String {
  func replacing(_ one: Character, with other: Character) -> String {
    String(map { $0 == one ? other : $0 })
  }
}
