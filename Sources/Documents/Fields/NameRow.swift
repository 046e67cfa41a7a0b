// A person's name in Chinese characters.

internal import Vision

/// Reads a name from its row.
enum NameRow {
  /// Nil if there is no Chinese character. With `isSimplified`, names are in simplified characters, and doubtful ones
  /// are taken for what is usual in them. A name that begins far right of `left`, where names do, is not whole.
  static func field(
    of row: [Glyph], maker: FieldMaker, isSimplified: Bool = false, left: Double? = nil
  ) -> FieldReading? {
    var glyphs = Gaps.untilBlank(trimmed(row), ems: blankEms)
    // A digit or letter before or behind was read for a character that is not told.
    var isOdd = row.contains { glyph in
      (Characters.isDigit(glyph.character) || Characters.isLatin(glyph.character))
        && glyphs.bounds.map { $0.x - glyph.x < glyph.em && glyph.x - $0.x - $0.width < glyph.em }
          ?? false
    }
    for index in glyphs.indices {
      let character = glyphs[index].character
      if character == Characters.nameDot || Characters.isHan(character) { continue }
      // Between Chinese characters of a long name a small mark is the separator.
      if marks.contains(character), glyphs.count >= 5 {
        glyphs[index].character = Characters.nameDot
        glyphs[index].confidence *= DigitPlace.lookalikeFactor
      } else {
        isOdd = true
      }
    }
    let read = glyphs.filter {
      Characters.isHan($0.character) || $0.character == Characters.nameDot
    }
    let kept = isSimplified ? NameCharacters.settled(PrintedForms.simplified(read)) : read
    let count = kept.count
    // What was left out stood between the characters: there may have been one more.
    var sureness = Confusables.sureness(of: kept)
    // Long names have a separator; without one it was not read.
    if count >= undividedMax, !kept.contains(where: { $0.character == Characters.nameDot }) {
      sureness = min(sureness, FieldMaker.incompleteMax)
    }
    // Writing goes on where nothing was read: a character that the reader does not know.
    let isCut =
      Gaps.hasGap(kept, ems: gapEms) || endsEarly(kept, of: row)
      || Gaps.startsLate(kept, after: left)
    if Confusables.hasStandIn(kept) { sureness = min(sureness, FieldMaker.reflectiveMax) }
    if isOdd || count < lengths.lowerBound || count > lengths.upperBound {
      sureness = min(sureness, FieldMaker.incompleteMax)
    }
    return maker.field(
      kept.text, of: kept, raw: raw(glyphs), sureness: sureness, settled: true, incomplete: isCut)
  }

  /// As read, but for the mark that separates names. A stroke may be a character.
  private static func raw(_ glyphs: [Glyph]) -> String {
    String(glyphs.map { $0.read == "一" ? $0.read : $0.character })
  }

  /// Whether the line, of which `name` are the last characters read, leaves room for one more behind them.
  private static func endsEarly(_ name: [Glyph], of row: [Glyph]) -> Bool {
    guard let last = name.last, row.last?.id == last.id else { return false }
    return last.lineEnd - last.x > (0.5 + roomEms) * last.em
  }

  /// A line's margin is a fifth of an em; with a character that was not read it is one and a fifth.
  static let roomEms = 0.8

  /// Characters of a name.
  static let lengths = 2...32
  /// From this length on names have a separator: two family names and two given names are four.
  static let undividedMax = 5
  /// A wider blank ends the name.
  static let blankEms = 3.0
  /// Names are printed with wide spacing.
  static let gapEms = 1.1
  private static let marks: Set<Character> = [".", "-", "'", ",", "`", "*", ":", "一"]

  /// From the first to the last Chinese character.
  private static func trimmed(_ row: [Glyph]) -> [Glyph] {
    guard let first = row.firstIndex(where: { Characters.isHan($0.character) }),
      let last = row.lastIndex(where: { Characters.isHan($0.character) })
    else { return [] }
    return Array(row[first...last])
  }
}
