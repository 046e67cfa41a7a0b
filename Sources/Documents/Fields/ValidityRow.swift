// A period of validity as cards print it: 2011.01.27-2031.01.27, or 长期 in place of its end.

internal import IdentityNumbers
internal import Vision

/// A period and how it was read.
struct ValidityRow {
  private(set) var from: CalendarDate?
  /// Nil for no end, and if it was not read.
  private(set) var to: CalendarDate?
  private(set) var isEndless = false
  /// Eight digits that are no day.
  private(set) var hasImpossibleDate = false
  /// A digit was replaced.
  private(set) var isRepaired = false
  let maker: FieldMaker
  private let glyphs: [Glyph]
  private var fromPlaces: [DigitPlace] = []
  private var toPlaces: [DigitPlace] = []
  private var endGlyphs: [Glyph] = []

  /// `rule` decides about one doubtful digit if the period as read cannot be.
  init(_ row: [Glyph], maker: FieldMaker, rule: ValidityRule? = nil) {
    self.maker = maker
    glyphs = row.leftToRight
    let marks = glyphs.filter { Self.endless.contains($0.character) }
    let digits = glyphs.filter(DigitPlace.isPossible)
    // A mark in front of a date says nothing of an end.
    if let first = marks.first, let last = marks.last,
      digits.count(where: { $0.x > last.x }) < Self.dateBehindMin
    {
      isEndless = true
      endGlyphs = marks
      fromPlaces = digits.filter { $0.x < first.x }.map { DigitPlace($0) }
    } else if let dash = Self.dash(glyphs, digits) {
      fromPlaces = digits.filter { $0.x < dash }.map { DigitPlace($0) }
      toPlaces = digits.filter { $0.x >= dash }.map { DigitPlace($0) }
    } else {
      fromPlaces = digits.map { DigitPlace($0) }
    }
    from = date(fromPlaces)
    to = date(toPlaces)
    hasImpossibleDate =
      fromPlaces.count == 8 && from == nil || toPlaces.count == 8 && to == nil
    if let rule, fromPlaces.count == 8, toPlaces.count == 8, !isPossible(by: rule) {
      repair(by: rule)
    }
    if let rule, rule.endsOnItsDay, (from == nil) != (to == nil), !isEndless { fill(by: rule) }
  }

  /// The end of which not all digits were read, if exactly one period of the rule has those that were.
  private mutating func fill(by rule: ValidityRule) {
    let torn = from == nil ? fromPlaces : toPlaces
    guard (Self.tornMin..<8).contains(torn.count) else { return }
    let found = rule.periods(from: from, to: to).filter { period in
      Self.isPart(torn.map(\.digit), of: Array((from == nil ? period.from : period.to).digits))
    }
    guard found.count == 1 else { return }
    (from, to) = (found[0].from, found[0].to)
    isRepaired = true
  }

  /// Fewest digits of a date that tell which one it is.
  static let tornMin = 5

  /// Whether `read` is `whole` without some of its digits.
  private static func isPart(_ read: [Character], of whole: [Character]) -> Bool {
    var rest = whole[...]
    return read.allSatisfy { digit in
      guard let index = rest.firstIndex(of: digit) else { return false }
      rest = rest[(index + 1)...]
      return true
    }
  }

  /// Periods of the rule that differ from what was read in one doubtful digit.
  private func otherPeriods(by rule: ValidityRule) -> [(from: CalendarDate, to: CalendarDate)] {
    let places = fromPlaces + toPlaces
    guard places.count == 16 else { return [] }
    var found: [(from: CalendarDate, to: CalendarDate)] = []
    for (index, place) in places.enumerated() where place.sureness < IdentityNumberRow.doubtBelow {
      for other in place.candidates.dropFirst() {
        var digits = places.map(\.digit)
        digits[index] = other.character
        if let from = CalendarDate(digits: String(digits[..<8])),
          let to = CalendarDate(digits: String(digits[8...])), rule.isUsual(from: from, to: to)
        {
          found.append((from, to))
        }
      }
    }
    return found
  }

  /// Whether another reading of one doubtful digit gives a period of the rule, too.
  func hasOtherReading(by rule: ValidityRule) -> Bool { !otherPeriods(by: rule).isEmpty }

  private func isPossible(by rule: ValidityRule) -> Bool {
    from.map { from in to.map { rule.isUsual(from: from, to: $0) } ?? false } ?? false
  }

  /// One doubtful digit of a period that cannot be, if exactly one other reading of one digit gives a period of the rule.
  private mutating func repair(by rule: ValidityRule) {
    let found = otherPeriods(by: rule)
    guard found.count == 1 else { return }
    (from, to) = (found[0].from, found[0].to)
    hasImpossibleDate = false
    isRepaired = true
  }

  private static let endless: Set<Character> = ["长", "長", "期"]
  /// From how many digits behind 长期 on they are another date.
  private static let dateBehindMin = 4

  /// Where the first date ends: at the dash, or behind eight of sixteen digits.
  private static func dash(_ glyphs: [Glyph], _ digits: [Glyph]) -> Double? {
    if digits.count == 16 { return digits[8].x - digits[8].width / 2 }
    return glyphs.first {
      ["-", "~", "一", "至"].contains($0.character) && !DigitPlace.isPossible($0)
    }?.x
  }

  private func date(_ places: [DigitPlace]) -> CalendarDate? {
    CalendarDate(digits: String(places.map(\.digit)))
  }

  /// Whether both ends were read.
  var isWhole: Bool { from != nil && (to != nil || isEndless) }

  /// Puts the period and its ends on the sheet.
  func fields(into sheet: inout Sheet) {
    let places = fromPlaces + toPlaces
    let used = places.compactMap(\.glyph) + endGlyphs
    guard !used.isEmpty else { return }
    var sureness = places.map(\.sureness).min() ?? 0
    if isRepaired { sureness = min(sureness, FieldMaker.reflectiveMax) }
    let raw = glyphs.textAsRead
    guard isWhole, let from else {
      sheet.fields[.validity] = maker.field(
        raw, of: used, sureness: min(sureness, FieldMaker.incompleteMax),
        incomplete: !hasImpossibleDate, alternatives: [])
      if hasImpossibleDate { sheet.doubt(.dateImpossible, .validity) }
      return
    }
    let end = isEndless ? "长期" : to?.dotted ?? ""
    let both = min(sureness, endlessSureness)
    let firsts = fromPlaces.compactMap(\.glyph)
    let lasts = isEndless ? endGlyphs : toPlaces.compactMap(\.glyph)
    let isFromSettled = firsts.text != from.digits
    let isToSettled = lasts.text != (isEndless ? end : to?.digits ?? "")
    sheet.fields[.validity] = maker.field(
      "\(from.dotted)-\(end)", of: used, raw: raw, sureness: both,
      settled: isFromSettled || isToSettled, alternatives: [])
    sheet.fields[.validFrom] = maker.field(
      from.hyphenated, of: firsts, raw: firsts.text,
      sureness: min(sureness, fromPlaces.map(\.sureness).min() ?? 0), settled: isFromSettled,
      alternatives: [])
    sheet.fields[.validTo] = maker.field(
      isEndless ? "长期" : to?.hyphenated ?? "", of: lasts, raw: lasts.text,
      sureness: isEndless ? endlessSureness : min(sureness, toPlaces.map(\.sureness).min() ?? 0),
      settled: isToSettled, alternatives: [])
    guard isRepaired else { return }
    sheet.doubt(.validityRepaired, .validity, atMost: 75)
    if isFromSettled { sheet.lower(.validFrom, 75) }
    if isToSettled { sheet.lower(.validTo, 75) }
  }

  /// That of the surer of the two characters: either alone says it.
  private var endlessSureness: Double { endGlyphs.map(\.confidence).max() ?? 1 }
}
