// A travel permit whose labels were not read: its values are known by their forms.

internal import IdentityNumbers
internal import Vision

/// Finds a permit's values by what they look like. Labels are half as large as values and are lost first.
struct TravelPermitForms {
  let maker: FieldMaker

  /// Rows that are no lines for machines, each without what lies beside it in a wider distance.
  private var rows: [[Glyph]] {
    maker.text.rows.filter { MachineLines.length(of: $0) == nil }.flatMap(Gaps.parts)
  }

  /// Eight to ten digits, a letter before them or not, or two letters and seven: the lowest on the card.
  var number: [Glyph] {
    rows.reversed().lazy.map { Self.run(of: $0) }.first { run in
      let digits = run.count { Characters.isDigit($0.character) }
      return (8...10).contains(digits) && run.count - digits <= 1
        || digits == 7 && run.count == 9 && run[0].character == "C"
    } ?? []
  }

  /// Two digits by themselves, beside the number or lower.
  var issueCount: [Glyph] {
    guard let first = number.first else { return [] }
    return rows.last { row in
      row.count == 2 && Self.digits(row) == 2 && row[0].x > first.x
        && CardText.middle(row) > first.y - first.height
    } ?? []
  }

  /// Two dates in one row.
  var period: [Glyph] { rows.first { Self.digits($0) == 16 } ?? [] }

  /// One date in a row, the upper one.
  var birth: [Glyph] {
    rows.first { row in
      Self.digits(row) == 8 && Self.run(of: row).count < 8
    } ?? []
  }

  /// `男` or `女` that stands by itself.
  var sex: [Glyph] {
    maker.text.glyphs.filter { "男女".contains($0.character) }.prefix(1).map { $0 }
  }

  /// A row of Latin letters with a comma: the name.
  var latin: [Glyph]? {
    rows.first { row in
      row.contains { $0.character == "," }
        && row.count { Characters.isLatin($0.character) } * 10 >= row.count * 8 && row.count >= 4
    }
  }

  /// The Chinese characters right above the name in Latin letters.
  var name: [Glyph] {
    guard let latin, let box = latin.bounds, let height = latin.first?.height else { return [] }
    let middle = CardText.middle(latin)
    let above = rows.filter { row in
      let y = CardText.middle(row)
      return y < middle - height * 0.4 && y > middle - height * 2.5
        && row.contains { Characters.isHan($0.character) && abs($0.x - box.x) < height * 4 }
    }
    return above.max { CardText.middle($0) < CardText.middle($1) } ?? []
  }

  /// A country's name and its three letters: 英国/GBR.
  var nationality: [Glyph] {
    rows.first { row in
      let name = row.prefix { Characters.isHan($0.character) }
      let code = row.dropFirst(name.count).drop { $0.character == "/" }
      return name.count >= 2 && code.count == 3 && name.count + code.count < row.count
        && code.allSatisfy { Characters.isUpper($0.character) }
    } ?? []
  }

  /// Chinese characters that end as an authority does.
  var authority: [Glyph] {
    rows.first { row in
      Authority.ending(of: row.filter { Characters.isHan($0.character) }.text) != nil
    } ?? []
  }

  private static func digits(_ row: [Glyph]) -> Int {
    row.count { Characters.isDigit($0.character) }
  }

  /// The longest run of digits and capitals.
  private static func run(of row: [Glyph]) -> [Glyph] {
    var best: [Glyph] = []
    var run: [Glyph] = []
    for glyph in row {
      let isPart = Characters.isDigit(glyph.character) || Characters.isUpper(glyph.character)
      if isPart { run.append(glyph) } else { run = [] }
      if run.count > best.count { best = run }
    }
    return best
  }
}
