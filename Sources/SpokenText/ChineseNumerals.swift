// Numbers as Mandarin says them: cardinals and digit by digit.

/// Writes numbers in Chinese characters.
enum ChineseNumerals {
  static let digits: [Character] = Array("零一二三四五六七八九")
  private static let places: [String] = ["", "十", "百", "千"]
  private static let groups: [String] = ["", "万", "亿", "万亿"]

  /// Where 二 is said 两.
  enum Two: CaseIterable {
    /// Before 千, 万 and 亿, as most people do.
    case usual
    /// Before 百 too.
    case everywhere
    /// Nowhere.
    case never
  }

  /// The digits one by one.
  static func digitByDigit(_ number: some Sequence<Int>) -> String {
    String(number.map { digits[$0] })
  }

  /// The cardinal of `number`, which has `SpokenTextLimits.cardinalDigitsMax` digits at most; leading zeros count for
  /// nothing.
  static func cardinal(_ number: [Int], two: Two = .usual) -> String {
    precondition(number.count <= SpokenTextLimits.cardinalDigitsMax, "a number too long to be said")
    let value = Array(number.drop { $0 == 0 })
    if value.isEmpty { return "零" }
    var text = ""
    var skipped = false
    let groupCount = (value.count + 3) / 4
    for group in stride(from: groupCount - 1, through: 0, by: -1) {
      let end = value.count - group * 4
      let part = Array(value[max(0, end - 4)..<end])
      let padded = [Int](repeating: 0, count: 4 - part.count) + part
      guard padded.contains(where: { $0 != 0 }) else {
        skipped = !text.isEmpty
        continue
      }
      if !text.isEmpty && (skipped || padded[0] == 0) { text += "零" }
      text += thousands(padded, two: two, isAlone: two != .never && group > 0) + groups[group]
      skipped = false
    }
    return text.hasPrefix("一十") ? String(text.dropFirst()) : text
  }

  /// Up to four digits. A lone 2 before 万 or 亿 is 两 if `isAlone`.
  private static func thousands(_ digits: [Int], two: Two, isAlone: Bool) -> String {
    let leading = digits.firstIndex { $0 != 0 } ?? 4
    if leading == 3 && digits[3] == 2 && isAlone { return "两" }
    var text = ""
    var gap = false
    for (index, digit) in digits.enumerated() {
      guard digit != 0 else {
        gap = !text.isEmpty
        continue
      }
      if gap { text += "零" }
      gap = false
      let place = 3 - index
      let isTwo =
        digit == 2
        && (place == 3 && two != .never || place == 2 && two == .everywhere)
      text += (isTwo ? "两" : String(Self.digits[digit])) + places[place]
    }
    return text
  }

  /// All ways to say the cardinal, the usual first, each once.
  static func cardinals(_ number: [Int]) -> [String] {
    unique(Two.allCases.map { cardinal(number, two: $0) })
  }

  /// Capital numerals as amounts of money are written with, and what they stand for.
  static let capitals: [Character: Character] = [
    "壹": "一", "贰": "二", "叁": "三", "肆": "四", "伍": "五", "陆": "六", "柒": "七", "捌": "八",
    "玖": "九", "拾": "十", "佰": "百", "仟": "千", "弌": "一", "弍": "二", "弎": "三",
  ]

  /// Characters of numbers, with the digit they are; 0 to 9.
  static let digitValues: [Character: Int] = [
    "零": 0, "〇": 0, "一": 1, "幺": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9,
  ]

  /// Characters that multiply.
  static let multipliers: Set<Character> = ["十", "百", "千", "万", "亿"]
}

/// The elements in their order, each once.
func unique<T: Hashable>(_ elements: some Sequence<T>) -> [T] {
  var seen: Set<T> = []
  return elements.filter { seen.insert($0).inserted }
}
