// Picking the characters of a field out of a part of the card.

internal import Vision

/// A part of the card, in pixels. Characters belong to it by their middles.
struct Zone {
  var left: Double
  var right: Double
  var top: Double
  var bottom: Double

  func contains(_ glyph: Glyph) -> Bool {
    glyph.x >= left && glyph.x < right && glyph.y >= top && glyph.y < bottom
  }
}

extension CardText {
  /// The rows of a zone without the characters `taken`, upper ones first, each from left to right.
  func rows(in zone: Zone, without taken: Set<Int>) -> [[Glyph]] {
    let members = glyphs.filter { zone.contains($0) && !taken.contains($0.id) }
    var lines: [[Glyph]] = Dictionary(grouping: members, by: \.line).values.map(\.leftToRight)
    lines.sort { (Self.middle($0), $0[0].id) < (Self.middle($1), $1[0].id) }
    var rows: [[Glyph]] = []
    for line in lines {
      if let last = rows.indices.last,
        abs(Self.middle(rows[last]) - Self.middle(line))
          < Self.sameRow * min(rows[last][0].height, line[0].height)
      {
        rows[last] = (rows[last] + line).leftToRight
      } else {
        rows.append(line)
      }
    }
    return rows
  }

  static func middle(_ glyphs: [Glyph]) -> Double {
    glyphs.reduce(0) { $0 + $1.y } / Double(max(1, glyphs.count))
  }
}

/// What the places of a row's characters say about characters that were not read.
enum Gaps {
  /// The part of a row from its beginning to the first wide blank: what stands behind it is another matter. `left` is
  /// where the row should begin, in pixels.
  static func untilBlank(_ row: [Glyph], from left: Double? = nil, ems: Double = 2.5) -> [Glyph] {
    var kept: [Glyph] = []
    var end = left
    for glyph in row {
      if let end, glyph.x - glyph.width / 2 - end > ems * glyph.em { break }
      kept.append(glyph)
      end = glyph.x + glyph.width / 2
    }
    return kept
  }

  /// A row cut at its wide blanks: what stands behind one is another value.
  static func parts(of row: [Glyph]) -> [[Glyph]] {
    var parts: [[Glyph]] = []
    var rest = row[...]
    while !rest.isEmpty {
      let part = untilBlank(Array(rest))
      parts.append(part)
      rest = rest.dropFirst(part.count)
    }
    return parts
  }

  /// Whether there is room for a character between `left`, where the row should begin, and the first that was read.
  /// Where a row begins on a card is known to less than that.
  static func startsLate(_ row: [Glyph], after left: Double?) -> Bool {
    guard let left, let first = row.first else { return false }
    return first.x - first.width / 2 - left > lateStartEms * first.em
  }

  private static let lateStartEms = 0.8

  /// Whether there is room for a character between two neighbours: more than `ems` beyond what they take. Lines read whole stay under 0.5.
  static func hasGap(_ row: [Glyph], ems: Double = 0.6) -> Bool {
    zip(row, row.dropFirst()).contains { a, b in
      b.x - a.x - (a.width + b.width) / 2 > ems * max(a.em, b.em)
    }
  }
}
