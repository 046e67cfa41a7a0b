// Who issued a card.

/// Reads an issuing authority.
enum Authority {
  /// The field and whether it has an authority's form; nil without Chinese characters. One that begins far right of
  /// `left`, where authorities do, is not whole: without its city a district's office has a name, too.
  static func field(
    of rows: [[Glyph]], maker: FieldMaker, left: Double? = nil
  ) -> (FieldReading, isUsual: Bool)? {
    let rows = rows.map { Gaps.untilBlank($0, ems: blankEms) }
    var lines = rows.map { row in
      row.filter { Characters.isHan($0.character) || "()".contains($0.character) }
    }.filter { row in row.contains { Characters.isHan($0.character) } }
    let raw = lines.joined().textAsRead
    let printed = lines.joined().text
    if lines.count == 1 { lines[0] = placed(lines[0]) }
    let glyphs = lines.flatMap { $0 }
    // A digit or letter among them was read for a character that is not told.
    let isOdd = rows.joined().contains {
      Characters.isDigit($0.character) || Characters.isLatin($0.character)
    }
    let value = glyphs.text
    let isCut =
      lines.contains { Gaps.hasGap($0) } || Gaps.startsLate(lines.first ?? [], after: left)
    guard let ending = ending(of: value) else {
      let sureness = min(FieldMaker.sureness(of: glyphs), FieldMaker.incompleteMax)
      return maker.field(
        value, of: glyphs, raw: raw, sureness: sureness, settled: true, incomplete: isCut
      )
      .map { ($0, false) }
    }
    // The ending is one of few: it is right if it is there, but it was not always read so.
    let place = glyphs.dropLast(ending.count)
    let doubtful = self.ending(of: printed) != nil && !place.isEmpty ? place : glyphs[...]
    let incomplete = isOdd || isCut || place.count < placeMin
    return maker.field(
      value, of: glyphs, raw: raw,
      sureness: FieldMaker.sureness(of: doubtful), settled: true,
      incomplete: incomplete
    ).map { ($0, true) }
  }

  /// The row with the name of the place as the table has it, where its characters are in doubt.
  private static func placed(_ row: [Glyph]) -> [Glyph] {
    guard let ending = ending(of: row.text) else {
      // What ends as no authority does was misread there, too.
      // Nothing that was read is left out: it may be the beginning of what was not.
      let settled = KnownNames.ofWholeAuthorities.settled(
        row, isWhole: true, unknownCost: KnownNames.unknownEndingCost)
      return settled.flatMap { $0.count >= row.count ? $0 : nil } ?? row
    }
    guard ending.count < row.count,
      let settled = KnownNames.ofAuthorities.settled(
        Array(row.dropLast(ending.count)), isWhole: true)
    else { return row }
    return settled + row.suffix(ending.count)
  }

  /// A wider blank ends the authority.
  static let blankEms = 4.0
  /// Characters of the place's name before the ending: a county has two.
  static let placeMin = 2

  /// The longest ending that `value` has.
  static func ending(of value: String) -> String? {
    endings.first { value.hasSuffix($0) }
  }

  /// Longer ones first, so that 公安分局 is not 局.
  private static let endings = [
    "公安局交通公安分局", "公安局森林公安分局", "出入境管理局", "国家移民管理局", "人力资源和社会保障局",
    "公安分局", "公安局", "公安处", "公安部", "公安厅", "派出所", "分局",
  ]
}
