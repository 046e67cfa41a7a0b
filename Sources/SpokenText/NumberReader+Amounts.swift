// Cardinals, decimals, percentages, fractions, ranges and amounts of money.

extension NumberReader {
  private static let currencySigns: [Character: String] = [
    "¥": "元", "$": "美元", "€": "欧元", "£": "英镑",
  ]

  private static let currencyCodes = [
    "RMB": "元", "CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "GBP": "英镑",
    "HK$": "港元", "US$": "美元",
  ]

  /// Digits written with what groups them, before and after the point.
  private struct Written {
    var whole: [Int]
    /// Nil: no point.
    var decimals: [Int]?
    var isGrouped: Bool
    var end: Int
  }

  // MARK: Amounts

  /// `¥1,234.50`, `RMB 500`, `$3万`, `¥-20`.
  func currencyFirst(at start: Int) throws(LongNumber) -> [Wordings]? {
    guard let (currency, width) = currency(at: start) else { return nil }
    var place = start + width
    if character(place) == " " { place += 1 }
    if character(place) == "-", digit(place + 1) != nil {
      let sign = Wordings(texts: ["负"], range: place..<place + 1)
      return [sign] + (try amount(currency, start..<start + width, digitsAt: place + 1))
    }
    guard digit(place) != nil else { return nil }
    return try amount(currency, start..<start + width, digitsAt: place)
  }

  /// Whether an amount begins with its currency at `place`.
  func isAmount(at place: Int) -> Bool {
    guard let (_, width) = currency(at: place) else { return false }
    let next = place + width
    return digit(character(next) == " " ? next + 1 : next) != nil
  }

  /// Whether a sign of money at `place` belongs to letters before it that make another currency of it (`S$`, `NT$`).
  func isUnknownCurrency(at place: Int) -> Bool {
    guard place > 0, let sign = character(place), Self.currencySigns[sign] != nil else {
      return false
    }
    return text[place - 1].kind == .letter
  }

  /// - Parameter mark: where the currency stands.
  private func amount(
    _ currency: String, _ mark: Range<Int>, digitsAt place: Int
  ) throws(LongNumber) -> [Wordings] {
    let start = mark.lowerBound
    let written = try self.written(at: place)
    let isSaidAgain = ["元", "圆", "块"].contains(character(written.end))
    let multiplied = multiplierEnd(written.end)
    if currency == "元" && multiplied == written.end {
      let end = isSaidAgain ? written.end + 1 : written.end
      return [Wordings(texts: yuan(written), range: start..<end)]
    }
    var found = [Wordings(texts: plain(written), range: start..<written.end)]
    for place in written.end..<multiplied {
      found.append(Wordings(texts: [String(text[place].character)], range: place..<place + 1))
    }
    let isNamed = isSaidAgain || self.text[min(multiplied, text.count - 1)].character == "元"
    if !isNamed || multiplied == text.count {
      found.append(Wordings(texts: [currency], range: mark))
    }
    return found
  }

  private func currency(at start: Int) -> (name: String, width: Int)? {
    guard let sign = character(start) else { return nil }
    if let name = Self.currencySigns[sign] { return (name, 1) }
    guard start + 3 <= text.count, text[start].kind == .letter else { return nil }
    let code = String(text[start..<start + 3].map(\.character))
    return Self.currencyCodes[code].map { ($0, 3) }
  }

  private func multiplierEnd(_ start: Int) -> Int {
    var end = start
    while let next = character(end), ChineseNumerals.multipliers.contains(next) { end += 1 }
    return end
  }

  /// An amount in yuan, with the word for the currency.
  private func yuan(_ written: Written) -> [String] {
    let wholes = cardinals(written.whole)
    guard let decimals = written.decimals else {
      return limited(wholes.flatMap { [$0 + "元", $0 + "块", $0 + "元整"] })
    }
    let exact = ChineseNumerals.digitByDigit(decimals)
    let point = wholes.map { $0 + "点" + exact + "元" }
    guard decimals.count <= 2 else { return limited(point) }
    let (tenths, hundredths) = (decimals[0], decimals.count > 1 ? decimals[1] : 0)
    if tenths == 0 && hundredths == 0 {
      return limited(wholes.map { $0 + "元" } + point + wholes.map { $0 + "元整" })
    }
    let digits = ChineseNumerals.digits.map { String($0) }
    var small = tenths == 0 ? "零" : digits[tenths] + "角"
    if hundredths != 0 { small += digits[hundredths] + "分" }
    let trimmed = hundredths == 0 ? digits[tenths] : exact
    var texts: [String] = []
    for whole in wholes.prefix(2) {
      texts += [whole + "点" + exact + "元", whole + "元" + small, whole + "点" + trimmed + "元"]
      if hundredths == 0 { texts.append(whole + "块" + digits[tenths]) }
    }
    return limited(texts)
  }

  // MARK: Numbers

  /// A number that no sign precedes, and what belongs to it behind.
  func number(at start: Int) throws(LongNumber) -> [Wordings] {
    let written = try self.written(at: start)
    let next = character(written.end)
    let range = start..<written.end
    if let next, let of = Self.shareSigns[next] {
      let percent = Wordings(
        texts: plain(written).map { of + $0 }, range: start..<written.end + 1)
      return [percent] + (try self.range(from: written.end + 1))
    }
    if next == "/", let fraction = try fraction(written, start) { return fraction }
    if let decimals = written.decimals, decimals.count <= 2, ["元", "圆"].contains(next) {
      return [Wordings(texts: yuan(written), range: start..<written.end + 1)]
    }
    var found = [Wordings(texts: texts(written, at: start), range: range)]
    if ["日", "元", "圆"].contains(next) {
      let other = next == "日" ? ["日", "号"] : ["元", "块"]
      found.append(Wordings(texts: other, range: written.end..<written.end + 1))
      return found
    }
    var upper = try self.range(from: written.end)
    // `3-5%`: both are shares, and the second need not be said to be one again.
    if upper.count > 1, let of = Self.shares.first(where: upper[1].texts[0].hasPrefix) {
      found[0].texts = limited(plain(written).map { of + $0 })
      upper[1].texts = limited(
        upper[1].texts + upper[1].texts.map { String($0.dropFirst(of.count)) })
    }
    return found + upper
  }

  private static let shareSigns: [Character: String] = ["%": "百分之", "‰": "千分之", "‱": "万分之"]

  /// `-10` behind `5`: to ten; `~-3` behind it: to minus three.
  func range(from mark: Int) throws(LongNumber) -> [Wordings] {
    guard let sign = character(mark), sign == "-" || sign == "~" else { return [] }
    let to = Wordings(texts: ["到", "至"], range: mark..<mark + 1)
    if digit(mark + 1) != nil { return [to] + (try number(at: mark + 1)) }
    // Two dashes are one long one, and no sign.
    guard sign == "~", character(mark + 1) == "-", digit(mark + 2) != nil else { return [] }
    return [to] + (try negative(at: mark + 1))
  }

  /// `1/3`.
  private func fraction(_ written: Written, _ start: Int) throws(LongNumber) -> [Wordings]? {
    guard written.decimals == nil, digit(written.end + 1) != nil else { return nil }
    let below = try digits(at: written.end + 1)
    guard max(below.count, written.whole.count) <= SpokenTextLimits.cardinalDigitsMax else {
      return nil
    }
    let end = written.end + 1 + below.count
    let texts = cardinals(below).flatMap { low in
      cardinals(written.whole).map { low + "分之" + $0 }
    }
    return [Wordings(texts: limited(texts), range: start..<end)]
  }

  private func written(at start: Int) throws(LongNumber) -> Written {
    var whole = try digits(at: start)
    var end = start + whole.count
    var isGrouped = false
    while whole.count <= 3 || isGrouped, character(end) == ",",
      try digits(at: end + 1).count == 3, whole.count + 3 <= SpokenTextLimits.digitsInARowMax
    {
      whole += try digits(at: end + 1)
      end += 4
      isGrouped = true
    }
    guard character(end) == ".", digit(end + 1) != nil else {
      return Written(whole: whole, decimals: nil, isGrouped: isGrouped, end: end)
    }
    let decimals = try digits(at: end + 1)
    return Written(
      whole: whole, decimals: decimals, isGrouped: isGrouped, end: end + 1 + decimals.count)
  }

  private func cardinals(_ digits: [Int]) -> [String] {
    guard digits.count <= SpokenTextLimits.cardinalDigitsMax else {
      return [ChineseNumerals.digitByDigit(digits)]
    }
    return ChineseNumerals.cardinals(digits)
  }

  /// As a quantity.
  private func plain(_ written: Written) -> [String] {
    let wholes = cardinals(written.whole)
    guard let decimals = written.decimals else { return wholes }
    return limited(wholes.map { $0 + "点" + ChineseNumerals.digitByDigit(decimals) })
  }

  /// What follows counted things, so that 2 is 两 before it.
  private static let measures: Set<Character> = Set(
    "个次件份名位家条款天周年倍元块万亿百千种张笔套台辆只人户岁层分小")

  /// A number by itself: cardinal or digit by digit, whichever is likelier first.
  private func texts(_ written: Written, at start: Int) -> [String] {
    let whole = written.whole
    if written.decimals != nil || written.isGrouped { return plain(written) }
    let next = character(written.end)
    if next == "年" && whole.count == 4 {
      return limited([ChineseNumerals.digitByDigit(whole)] + cardinals(whole))
    }
    let isCounted = next.map { Self.measures.contains($0) } ?? false
    if whole == [2] { return isCounted ? ["两", "二"] : ["二", "两"] }
    let isCode = whole.count > 1 && whole[0] == 0
    var digits = [ChineseNumerals.digitByDigit(whole)]
    if whole.count >= 3 && whole.contains(1) { digits.append(digits[0].replacing("一", with: "幺")) }
    if isCode || whole.count > SpokenTextLimits.cardinalDigitsMax { return digits }
    let cardinals = self.cardinals(whole)
    // 2500 is a quantity, 13800138000 a telephone number.
    let isRound = whole.count < 7 && whole.suffix(2) == [0, 0]
    let isDigits = !isCounted && whole.count >= 4 && !isRound
    return limited(isDigits ? digits + cardinals : cardinals + digits)
  }

  func limited(_ texts: [String]) -> [String] {
    Array(unique(texts).prefix(SpokenTextLimits.numberReadingsMax))
  }
}
