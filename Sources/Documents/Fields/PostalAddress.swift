// An address over several lines.

internal import Vision

/// Reads an address.
enum PostalAddress {
  /// Where addresses stand on a card, in pixels: where lines begin and end, the middle of the first line, and
  /// where the last one must have ended.
  struct Column {
    var left: Double
    var right: Double
    var top: Double
    /// Under the last line that there may be.
    var bottom: Double

    var box: ImageBox {
      ImageBox(x: left, y: top, width: max(0, right - left), height: max(0, bottom - top))
    }
  }

  /// Rows from the upper to the lower; the address begins with a place, mostly that of the holder's number, whose names
  /// are `regions`. Nil without characters.
  static func field(
    of read: [[Glyph]], maker: FieldMaker, column: Column, regions: [String]
  ) -> FieldReading? {
    let rows = beginning(read, in: regions)
    let kept = rows.map { row in row.filter { isPossible($0) } }
      .filter { row in
        row.contains { Characters.isHan($0.character) || Characters.isDigit($0.character) }
      }
    let place = kept.flatMap { $0 }.prefix(KnownNames.ofAddresses.prefix(of: kept.flatMap { $0 }))
    let written = settled(kept.map(cleaned), but: Set(place.map(\.id))).filter { !$0.isEmpty }
    let lines = withoutOverlay(written)
    let glyphs = lines.flatMap { $0 }
    let value = glyphs.text
    var incomplete =
      lines.contains { Gaps.hasGap($0) } || hasEarlyEnd(lines)
      || hasLateStart(lines, column.left) || hasLostLine(lines, column.top)
    if value.count < lengthMin { incomplete = true }
    var sureness = FieldMaker.sureness(of: glyphs)
    if glyphs.count < written.joined().count { sureness = min(sureness, unusualEndMax) }
    // A place that there is not, and nearly the one that the number names: something was misread for sure.
    if place.isEmpty, isNearly(value, in: regions) { sureness = min(sureness, unusualEndMax) }
    if let last = value.last, !ends.contains(last) {
      sureness = min(sureness, unusualEndMax)
    }
    return maker.field(
      value, of: glyphs, raw: read.joined().filter(isPossible).textAsRead,
      sureness: sureness, settled: true, incomplete: incomplete,
      reach: column.box)
  }

  /// The rows with doubtful characters settled by their words, which go on from line to line.
  private static func settled(_ rows: [[Glyph]], but place: Set<Int>) -> [[Glyph]] {
    var rest = AddressWords.settled(rows.flatMap { $0 }, but: place)[...]
    return rows.map { row in
      defer { rest = rest.dropFirst(row.count) }
      return Array(rest.prefix(row.count))
    }
  }

  /// What the address begins with if it is in the holder's region: with or without the city's name.
  private static func expectedNames(_ regions: [String]) -> [String] {
    guard regions.count >= 2, let first = regions.first, let last = regions.last else { return [] }
    return [regions.joined()] + (regions.count > 2 ? [first + last] : [])
  }

  /// Whether the address begins as one in the region does, but for one or two characters.
  private static func isNearly(_ text: String, in regions: [String]) -> Bool {
    expectedNames(regions).contains { name in
      text.count >= name.count && (1...2).contains(zip(text, name).count { $0 != $1 })
    }
  }

  /// The rows with what their first characters must be: the address begins with a place, mostly that of the holder's
  /// number, whose names are `regions`.
  static func beginning(_ rows: [[Glyph]], in regions: [String]) -> [[Glyph]] {
    let kept = rows.map { row in row.filter { isPossible($0) } }.filter { !$0.isEmpty }
    guard
      let settled = KnownNames.ofAddresses.settled(
        kept.flatMap { $0 }, isWhole: false, expected: expectedNames(regions))
    else { return rows }
    var rowOf: [Int: Int] = [:]
    for (index, row) in kept.enumerated() { for glyph in row { rowOf[glyph.id] = index } }
    var changed = [[Glyph]](repeating: [], count: kept.count)
    var current = kept.count - 1
    for glyph in settled.reversed() {
      // One that was put in stands before the next one.
      current = rowOf[glyph.id] ?? current
      changed[current].insert(glyph, at: 0)
    }
    return changed.filter { !$0.isEmpty }
  }

  /// Shorter ones are cut: the shortest name a county and a village.
  static let lengthMin = 6
  /// Most sureness of an address that ends as addresses seldom do, so that it is low.
  static let unusualEndMax = 0.75
  /// What addresses end with: numbers and units of buildings, villages, streets, pastures.
  private static let ends = Set("号室户组村栋幢座楼层单元社队屯庄寨里弄院巷路街区附嘎场连坊厦舍苑城镇乡旗湾沟堡店")

  /// The lines without one or two characters that stand apart behind the number of a flat, a house or a household: writing
  /// laid over the card, as on copies that are for one purpose. They stay in what was read, and the field is low.
  private static func withoutOverlay(_ lines: [[Glyph]]) -> [[Glyph]] {
    guard let last = lines.last,
      let end = last.indices.dropLast().first(where: { index in
        closing.contains(last[index].character) && Gaps.hasGap([last[index], last[index + 1]])
      }), last.count - end - 1 <= overlayMax,
      last[(end + 1)...].allSatisfy({
        Characters.isHan($0.character) && !ends.contains($0.character)
      })
    else { return lines }
    return lines.dropLast() + [Array(last[...end])]
  }

  /// What closes an address: nothing is written apart behind it.
  private static let closing: Set<Character> = ["室", "号", "户"]
  /// Most characters of an overlay that reach into the address's last line.
  static let overlayMax = 2

  private static func isPossible(_ glyph: Glyph) -> Bool {
    let character = glyph.character
    return Characters.isHan(character) || Characters.isDigit(character)
      || Characters.isLatin(character) || "-#().、,·/".contains(character)
  }

  /// Letters between digits, or between a digit and a counting word, are digits.
  private static func cleaned(_ row: [Glyph]) -> [Glyph] {
    var row = row
    for index in row.indices where Characters.isLatin(row[index].character) {
      guard let digit = Characters.digit(for: row[index].character) else { continue }
      let before = index > 0 && Characters.isDigit(row[index - 1].character)
      let next = index + 1 < row.count ? row[index + 1].character : " "
      let after = Characters.isDigit(next) || counting.contains(next)
      let likely = row[index].alternatives.first { Characters.isDigit($0.character) }
      guard before && after || likely.map({ $0.confidence > 0.05 && (before || after) }) ?? false
      else { continue }
      row[index].character = likely?.character ?? digit
      row[index].confidence = min(row[index].confidence * DigitPlace.lookalikeFactor, 0.9)
    }
    return row
  }

  private static let counting = Set("号室栋幢单组弄层楼户座")

  /// Whether a line ends before the column does although the next one goes on: words are not kept together, so lines
  /// are full but for the last.
  private static func hasEarlyEnd(_ lines: [[Glyph]]) -> Bool {
    // Lines of digits tell an em less well.
    guard let em = lines.max(by: { hanCount($0) < hanCount($1) })?.first?.em,
      let left = lines.compactMap({ line in line.first.map { $0.x - $0.width / 2 } }).min()
    else { return false }
    let right = left + lineEms * em
    return zip(lines, lines.dropFirst()).contains { line, next in
      guard let last = line.last, let following = next.first else { return false }
      return last.x + last.width / 2 + following.width + em * earlyEndEms < right
    }
  }

  private static func hanCount(_ line: [Glyph]) -> Int {
    line.count { Characters.isHan($0.character) }
  }

  /// Lines of an address hold eleven full-width characters.
  static let lineEms = 11.0

  /// Whether a line begins further right than another: its first characters were not read.
  private static func hasLateStart(_ lines: [[Glyph]], _ column: Double) -> Bool {
    let starts = lines.compactMap { line in line.first.map { ($0.x - $0.width / 2, $0.em) } }
    guard let left = starts.map(\.0).min() else { return false }
    if let first = starts.first, left - column > columnEms * first.1 { return true }
    return starts.contains { $0.0 - left > lateStartEms * $0.1 }
  }

  /// Whether a line is missing above or between those that were read.
  private static func hasLostLine(_ lines: [[Glyph]], _ top: Double) -> Bool {
    guard let first = lines.first else { return false }
    let middles = lines.map(CardText.middle)
    return middles[0] - top > 0.6 * first[0].height
      || zip(middles, middles.dropFirst()).contains { $1 - $0 > lineSteps * first[0].height }
  }

  /// From line to line is about the height of a line with the detector's margin; twice that is one line too many.
  static let lineSteps = 1.7
  /// All lines together begin no further right of the column than this, in ems.
  static let columnEms = 1.2
  /// Starts of lines differ by less than this, in ems.
  static let lateStartEms = 0.7
  /// Room at a line's end that a character would have taken, beyond its width, in ems.
  static let earlyEndEms = 0.45
}
