// Values that stand beside or under a label.

internal import IdentityNumbers
internal import Vision

/// Labels of a document on which they stand beside or above their values, and those values.
struct LabelledValues {
  let maker: FieldMaker
  /// Where each label was found, by its place in the list of labels.
  private(set) var words: [Int: FoundWord] = [:]
  /// Ids of glyphs that are parts of labels.
  private(set) var taken: Set<Int> = []

  init(maker: FieldMaker, taken: Set<Int>) {
    self.maker = maker
    self.taken = taken
  }

  /// `labels`: for each, the words it may have, the longest first. A label is looked for where no other one was found.
  init(maker: FieldMaker, labels: [[String]]) {
    self.maker = maker
    for (index, spellings) in labels.enumerated() {
      for spelling in spellings {
        let word = Array(spelling)
        let found = maker.text.places(
          of: word, scoreMin: word.count < 4 ? 0.9 : 0.7, ignoringCase: true)
        guard
          let best = found.first(where: { $0.glyphs.allSatisfy { !taken.contains($0.id) } })
        else { continue }
        words[index] = best
        taken.formUnion(best.glyphs.map(\.id))
        taken.formUnion(translation(behind: best, of: spellings[0]).map(\.id))
        break
      }
    }
  }

  /// What was read of a label's translation behind its Chinese part, in the same line: `/Nam` is none of the value.
  private func translation(behind word: FoundWord, of spelling: String) -> [Glyph] {
    guard let last = word.glyphs.last, Characters.isHan(last.character),
      let slash = spelling.firstIndex(of: "/")
    else { return [] }
    let full = spelling[slash...].dropFirst().lowercased()
    let rest = maker.text.glyphs.filter { $0.line == last.line && $0.x > last.x }.leftToRight
    let latin = rest.prefix { $0.character == "/" || Characters.isLatin($0.character) }
    let read = latin.filter { $0.character != "/" }.text.lowercased()
    let isMarked = latin.first?.character == "/"
    return isMarked || read.count >= 2 && full.hasPrefix(read) ? Array(latin) : []
  }

  /// What stands behind the label in its row, up to the next label or `limit` pixels.
  func glyphs(rightOf word: FoundWord, until limit: Double? = nil) -> [Glyph] {
    let height = word.glyphs.map(\.height).max() ?? 1
    let next =
      words.values.filter { $0.left > word.right && abs($0.y - word.y) < height * 0.6 }
      .map(\.left).min() ?? maker.text.width * 1.1
    let zone = Zone(
      left: word.right, right: min(limit ?? next, next), top: word.y - height * 0.6,
      bottom: word.y + height * 0.6)
    return maker.text.rows(in: zone, without: taken)
      .min { abs(CardText.middle($0) - word.y) < abs(CardText.middle($1) - word.y) }
      .map { Gaps.untilBlank($0, from: word.right, ems: Self.besideEms) } ?? []
  }

  /// A value stands no further behind its label than this, and has no wider blank in it, in ems.
  static let besideEms = 3.0

  /// What stands under the label, in the nearest row, from the label's left end to the next label's of the same row or
  /// `limit` pixels.
  func glyphs(under word: FoundWord, until limit: Double? = nil) -> [Glyph] {
    let height = word.glyphs.map(\.height).max() ?? 1
    let em = word.glyphs.map(\.em).max() ?? 1
    let next =
      words.values.filter { $0.left > word.right && abs($0.y - word.y) < height }
      .map { $0.left - em / 2 }.min() ?? maker.text.width * 1.1
    let below =
      words.values.filter { $0.y > word.y + height && $0.left < next && $0.right > word.left }
      .map { $0.y - height * 0.5 }.min() ?? .infinity
    let zone = Zone(
      left: word.left - em, right: min(limit ?? next, next), top: word.y + height * 0.55,
      bottom: min(word.y + height * Self.depth, below))
    return Gaps.untilBlank(maker.text.rows(in: zone, without: taken).first ?? [])
  }

  /// A value stands no further under its label than this, in heights of the label.
  static let depth = 3.6

  /// The value of the label at `index`: in its row behind it if anything of `kind` is there, else under it.
  func value(_ index: Int, where isPart: (Glyph) -> Bool, until limit: Double? = nil) -> [Glyph] {
    guard let word = words[index] else { return [] }
    let beside = glyphs(rightOf: word, until: limit)
    if beside.contains(where: isPart) { return beside }
    return glyphs(under: word, until: limit)
  }

  /// A number with letters: capitals and digits only.
  func code(_ glyphs: [Glyph]) -> FieldReading? {
    let kept = glyphs.filter {
      Characters.isDigit($0.character) || Characters.isLatin($0.character)
    }
    return maker.field(kept.text.uppercased(), of: kept, raw: glyphs.text)
  }

  /// A number of digits.
  func digits(_ glyphs: [Glyph]) -> FieldReading? {
    let places = glyphs.filter(DigitPlace.isPossible).map { DigitPlace($0) }
      .filter { !$0.candidates.isEmpty }
    let kept = places.compactMap(\.glyph)
    return maker.field(
      String(places.map(\.digit)), of: kept, raw: glyphs.text,
      sureness: places.map(\.sureness).min() ?? 0, settled: !places.allSatisfy(\.isAsRead),
      alternatives: [])
  }

  /// A permit's number: letters in front, then digits.
  func permitNumber(_ glyphs: [Glyph]) -> FieldReading? {
    var text = ""
    var kept: [Glyph] = []
    var sureness = 1.0
    var isSettled = false
    for glyph in glyphs.leftToRight {
      // The second place of CA1234567 is a letter, but neither I nor O.
      let isSecond =
        text == "C" && Characters.isUpper(glyph.character)
        && !"IO".contains(glyph.character)
      if isSecond || text.isEmpty && Characters.isLatin(glyph.character) {
        text += glyph.character.uppercased()
      } else {
        let place = DigitPlace(glyph)
        guard !place.candidates.isEmpty else { continue }
        text.append(place.digit)
        sureness = min(sureness, place.sureness)
        isSettled = isSettled || !place.isAsRead
      }
      kept.append(glyph)
      sureness = min(sureness, max(glyph.confidence, DigitPlace(glyph).sureness))
    }
    return maker.field(
      text, of: kept, raw: glyphs.text, sureness: sureness, settled: isSettled, alternatives: [])
  }

  /// Chinese text: from its first to its last character, what stands between included.
  func chinese(_ glyphs: [Glyph]) -> FieldReading? {
    guard let first = glyphs.firstIndex(where: { Characters.isHan($0.character) }),
      let last = glyphs.lastIndex(where: { Characters.isHan($0.character) })
    else { return nil }
    let kept = Array(glyphs[first...last])
    return maker.field(kept.text, of: kept)
  }

  /// Text as printed, blanks between Latin words included.
  func printed(_ glyphs: [Glyph]) -> FieldReading? {
    var value = ""
    var previous: Glyph?
    for glyph in glyphs {
      if let previous, Characters.isLatin(previous.character), Characters.isLatin(glyph.character),
        Self.isBlank(between: previous, glyph)
      {
        value += " "
      }
      value.append(glyph.character)
      previous = glyph
    }
    return maker.field(value, of: glyphs, raw: glyphs.text)
  }

  /// A name in Latin letters; blanks are where the print has them.
  func latinName(_ glyphs: [Glyph]) -> FieldReading? {
    let kept = glyphs.filter { Characters.isLatin($0.character) || ",-.'".contains($0.character) }
    var value = ""
    var previous: Glyph?
    for glyph in kept {
      if let previous, Self.isBlank(between: previous, glyph) { value += " " }
      value += glyph.character.uppercased()
      if glyph.character == "," { value += " " }
      previous = glyph
    }
    value = value.split(separator: " ").joined(separator: " ")
    return maker.field(
      value, of: kept, raw: glyphs.text, sureness: FieldMaker.sureness(of: kept), alternatives: [])
  }

  private static func isBlank(between a: Glyph, _ b: Glyph) -> Bool {
    a.character != "," && (b.isAfterBlank || b.x - a.x > blankEms * max(a.em, b.em))
  }

  /// Middles of letters around a blank are at least this far from each other, in ems.
  static let blankEms = 1.3

  /// `男` or `女`, by either writing.
  func sex(_ glyphs: [Glyph]) -> FieldReading? {
    for glyph in glyphs {
      switch glyph.character {
      case "男", "M":
        return maker.field("男", of: [glyph], raw: glyphs.text, sureness: glyph.confidence)
      case "女", "F":
        return maker.field("女", of: [glyph], raw: glyphs.text, sureness: glyph.confidence)
      default: continue
      }
    }
    return nil
  }

  /// A day: `1990.01.31`, `31 JAN 1990`, `31 01月/JAN 1990`.
  func day(_ glyphs: [Glyph]) -> (field: FieldReading, date: CalendarDate)? {
    guard let day = PrintedDay.find(in: glyphs) else { return nil }
    let sureness = FieldMaker.sureness(of: day.glyphs)
    return maker.field(
      day.date.hyphenated, of: day.glyphs, raw: glyphs.text,
      sureness: day.isUnclear ? min(sureness, FieldMaker.reflectiveMax) : sureness,
      settled: day.isSettled, alternatives: []
    ).map { ($0, day.date) }
  }
}

/// A day as travel documents print it.
struct PrintedDay {
  var date: CalendarDate
  var glyphs: [Glyph]
  /// A letter was taken for the digit it looks like.
  var isSettled: Bool
  /// The blank between day and month alone tells which digits are the day's.
  var isUnclear = false

  private static let months = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  /// Nil if there is none, or if a digit may be missing.
  static func find(in glyphs: [Glyph]) -> PrintedDay? {
    let places = glyphs.filter { Characters.isDigit($0.character) || "OIl".contains($0.character) }
    if let month = month(in: glyphs) {
      // Letters of the month's name are none of the digits.
      let inMonth = Set(month.glyphs.map(\.id))
      let numbers = places.filter { !inMonth.contains($0.id) }.map { DigitPlace($0) }
      let before = numbers.filter { ($0.glyph?.x ?? 0) < month.glyphs[0].x }
      let after = numbers.filter { ($0.glyph?.x ?? 0) > month.glyphs[0].x }
      // Whatever else stands before the month's name ends its number.
      let first = before.first?.glyph?.x ?? 0
      let hasNumber = glyphs.contains { glyph in
        glyph.x > first && glyph.x < month.glyphs[0].x
          && !before.contains { $0.glyph?.id == glyph.id }
      }
      guard after.count == 4, isDay(before, beside: hasNumber ? month.number : nil),
        let year = Int(String(after.map(\.digit))),
        let day = Int(String(before.prefix(2).map(\.digit))),
        let date = CalendarDate(year: year, month: month.number, day: day)
      else { return nil }
      return PrintedDay(
        date: date, glyphs: (before + after).compactMap(\.glyph) + month.glyphs,
        isSettled: !(before + after).allSatisfy(\.isAsRead), isUnclear: before.count == 3)
    }
    let numbers = places.map { DigitPlace($0) }
    guard numbers.count == 8, let date = CalendarDate(digits: String(numbers.map(\.digit))) else {
      return nil
    }
    return PrintedDay(
      date: date, glyphs: numbers.compactMap(\.glyph), isSettled: !numbers.allSatisfy(\.isAsRead))
  }

  /// Whether the digits before a month's name begin with a day of two digits: alone, or with the month's number of one or
  /// two digits behind it. Of three digits one may be lost: a blank has to stand behind the second.
  private static func isDay(_ places: [DigitPlace], beside month: Int?) -> Bool {
    switch places.count {
    case 2: return month == nil
    case 3, 4:
      guard let month, Int(String(places.dropFirst(2).map(\.digit))) == month else { return false }
      if places.count == 4 { return true }
      guard let a = places[0].glyph, let b = places[1].glyph, let c = places[2].glyph else {
        return false
      }
      return c.x - b.x > blankSteps * (b.x - a.x)
    default: return false
    }
  }

  /// From the day to the month is more than this many steps from digit to digit.
  static let blankSteps = 1.3

  private static func month(in glyphs: [Glyph]) -> (number: Int, glyphs: [Glyph])? {
    guard glyphs.count >= 3 else { return nil }
    for start in 0...glyphs.count - 3 {
      let window = Array(glyphs[start..<start + 3])
      let text = String(window.map { Characters.letter(for: $0.character) ?? " " })
      if let number = months.firstIndex(of: text),
        window.contains(where: { Characters.isLatin($0.character) })
      {
        return (number + 1, window)
      }
    }
    return nil
  }
}
