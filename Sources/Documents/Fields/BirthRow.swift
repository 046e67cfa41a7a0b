// The date of birth as cards print it: 1990年1月1日.

internal import IdentityNumbers
internal import Vision

/// The digits of a date of birth, sorted into year, month and day.
struct BirthRow {
  let maker: FieldMaker
  /// Digits of each part, from left to right.
  private(set) var parts: [[DigitPlace]] = [[], [], []]
  private let glyphs: [Glyph]

  /// `ends`: where 年, 月 and 日 begin if they were not read, in pixels.
  init(maker: FieldMaker, glyphs: [Glyph], ends: (year: Double, month: Double, day: Double)) {
    self.maker = maker
    self.glyphs = glyphs
    // What was read where a mark must stand that was not read is the mark, misread.
    let markWidth = (ends.month - ends.year) * 0.28
    func end(_ marks: [Character], near place: Double) -> (at: Double, past: Double) {
      let reach = (ends.month - ends.year) * 0.6
      let mark = glyphs.first { marks.contains($0.character) && abs($0.x - place) < reach }
      return mark.map { ($0.x, $0.x) } ?? (place, place + markWidth)
    }
    let limits = [
      end(["年", "牛", "午"], near: ends.year), end(["月", "用", "目"], near: ends.month),
      end(["日", "曰", "口"], near: ends.day),
    ]
    for glyph in glyphs.leftToRight
    where DigitPlace.isPossible(glyph) && !"年月日".contains(glyph.character) {
      guard let part = limits.firstIndex(where: { glyph.x < $0.at }),
        !limits.contains(where: { glyph.x >= $0.at && glyph.x < $0.past })
      else { continue }
      let place = DigitPlace(glyph)
      if !place.candidates.isEmpty { parts[part].append(place) }
    }
  }

  /// The date, if all parts are there and it exists.
  var date: CalendarDate? {
    guard isWhole, let year = number(0), let month = number(1), let day = number(2)
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  /// Whether every part has as many digits as a date has.
  var isWhole: Bool {
    parts[0].count == 4 && (1...2).contains(parts[1].count) && (1...2).contains(parts[2].count)
  }

  private func number(_ part: Int) -> Int? { Int(String(parts[part].map(\.digit))) }

  /// As printed.
  var raw: String { glyphs.textAsRead }

  /// Sureness of the least sure digit.
  var sureness: Double { parts.joined().map(\.sureness).min() ?? 0 }

  private var used: [Glyph] { parts.joined().compactMap(\.glyph) }

  /// The date as read, or what there is of it; nil if nothing is.
  func field() -> FieldReading? {
    if let date {
      return maker.field(
        date.hyphenated, of: used, raw: raw, sureness: sureness,
        settled: !parts.joined().allSatisfy(\.isAsRead), alternatives: [])
    }
    return maker.field(
      raw, of: used, raw: raw, sureness: min(sureness, FieldMaker.incompleteMax),
      incomplete: true, alternatives: [])
  }

  /// The date `wanted` in place of what was read.
  func field(as wanted: CalendarDate, sureness: Double) -> FieldReading? {
    maker.field(
      wanted.hyphenated, of: used, raw: date?.hyphenated ?? raw, sureness: sureness,
      alternatives: date.map { [$0.hyphenated] } ?? [])
  }

  /// Whether this row may say `wanted`: nil if not; else how sure, 0–1. One digit may be another reading's or may not
  /// have been read. A digit that was read for sure stays, unless the reader itself named the other: two that disagree
  /// are not one that was misread.
  func agreement(with wanted: CalendarDate) -> Double? {
    let texts = [
      String(wanted.digits.prefix(4)), String(wanted.month), String(wanted.day),
    ]
    var sureness = 1.0
    var changes = 0
    for (part, text) in zip(parts, texts) {
      let digits = Array(text)
      guard part.count == digits.count else {
        guard part.count + 1 == digits.count || part.count == digits.count + 1, isPart(part, digits)
        else { return nil }
        changes += 1
        sureness = min(sureness, FieldMaker.incompleteMax)
        continue
      }
      for (place, digit) in zip(part, digits) where place.digit != digit {
        guard let other = place.candidates.first(where: { $0.character == digit }),
          other.confidence > IdentityNumberRow.alternativeMin
            || place.sureness <= IdentityNumberRow.sureOfOther
        else { return nil }
        changes += 1
        sureness = min(sureness, place.sureness > IdentityNumberRow.sureOfOther ? 0.5 : 0.85)
      }
    }
    return changes <= 1 ? sureness : nil
  }

  /// Whether the digits read are those wanted without one.
  private func isPart(_ part: [DigitPlace], _ wanted: [Character]) -> Bool {
    let read = part.map(\.digit)
    guard read.count < wanted.count else { return read == ["0"] + wanted }
    return wanted.indices.contains { skipped in
      read == wanted.indices.filter { $0 != skipped }.map { wanted[$0] }
    }
  }
}

extension CalendarDate {
  /// `YYYY-MM-DD`.
  var hyphenated: String {
    let digits = digits
    return "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
  }

  /// `YYYY.MM.DD`.
  var dotted: String { hyphenated.replacing("-", with: ".") }
}
