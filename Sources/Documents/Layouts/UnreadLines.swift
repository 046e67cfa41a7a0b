// Lines that a resident card must have and that were not read, or not in full: where they stand.

internal import Vision

/// How large the boxes of lines are.
private enum LineBox {
  /// Height of a line with the detector's margin, in ems of its writing.
  static let height = 1.5
  /// Margin before and behind a line, in ems.
  static let margin = 0.25

  /// The line of `em` pixels a character between `left` and `right` with its middle at `y`.
  static func box(_ left: Double, _ right: Double, y: Double, em: Double) -> ImageBox {
    ImageBox(
      x: left - margin * em, y: y - height * em / 2, width: right - left + 2 * margin * em,
      height: height * em)
  }
}

extension PersonFront {
  /// Full-width characters of name and of the other values, as parts of the card's width (GA 448).
  static let nameEm = 0.045
  static let valueEm = 0.0375
  /// Where the nation begins.
  static let nationLeft = 0.399
  /// Both ends of the number.
  static let numberEnds = (left: 0.336, right: 0.93)

  /// Where lines must stand that were not read, or not in full.
  func unread() -> [ImageBox] {
    let sheet = read()
    let width = maker.text.width
    let (left, value) = (placement.x(Self.valueLeft), Self.valueEm * width)
    func isWhole(_ field: DocumentField) -> Bool {
      sheet.fields[field].map { !$0.incomplete } ?? false
    }
    var boxes: [ImageBox] = []
    if sheet.doubts.contains(where: { Self.numberDoubts.contains($0.doubt) }) {
      boxes.append(
        LineBox.box(
          placement.x(Self.numberEnds.left), placement.x(Self.numberEnds.right), y: y(.number),
          em: value))
    }
    // Whatever hid the name's first characters may be light enough for a look that knows where they are.
    if !isWhole(.name) {
      let (em, read) = (Self.nameEm * width, sheet.fields[.name]?.box)
      let right = max(left + 5 * em, read.map { $0.x + $0.width } ?? 0)
      boxes.append(LineBox.box(left, right, y: y(.name), em: em))
    }
    if sheet.fields[.sex] == nil {
      boxes.append(LineBox.box(left, left + value, y: y(.sex), em: value))
    }
    if hasNation, sheet.fields[.nation] == nil {
      let first = placement.x(Self.nationLeft)
      boxes.append(LineBox.box(first, first + value, y: y(.nation), em: value))
    }
    if !isWhole(.birth) {
      boxes.append(
        LineBox.box(left, placement.x(Self.dateColumns.day) + value, y: y(.birth), em: value))
    }
    let address = addressRows(value)
    return boxes + lateLines(address, from: left, value) + openEnd(address, from: left, value)
  }

  private static let numberDoubts: Set<DocumentDoubt> = [
    .fieldMissing, .idNumberLengthWrong, .idNumberChecksumFailed,
  ]

  private func addressRows(_ em: Double) -> [[Glyph]] {
    let zone = Zone(
      left: placement.right(Label.address.rawValue), right: textRight,
      top: (y(.birth) + y(.address)) / 2, bottom: y(.number) - em)
    return maker.text.rows(in: zone, without: placement.labelGlyphs)
  }

  /// Where the rest of an address stands whose last line was read up to a digit: what the digits count is behind them, and
  /// if that line was full, under it, mostly by itself; a detector passes over a character alone.
  private func openEnd(
    _ rows: [[Glyph]], from left: Double, _ em: Double
  ) -> [ImageBox] {
    guard let row = rows.last, let bounds = row.bounds, let last = row.last,
      Characters.isDigit(last.character)
    else { return [] }
    let (middle, end) = (CardText.middle(row), bounds.x + bounds.width)
    var boxes: [ImageBox] = []
    let right = min(end + em, placement.x(Self.addressRight) + em / 2)
    if right > end { boxes.append(LineBox.box(min(left, bounds.x), right, y: middle, em: em)) }
    if end + Self.fullLineEms * em > placement.x(Self.addressRight) {
      boxes.append(LineBox.box(left, left + 2 * em, y: middle + Self.addressLeading * em, em: em))
    }
    return boxes
  }

  /// A line that has less room than this was full for the next character, in ems.
  private static let fullLineEms = 0.75
  /// From one line of an address to the next, in ems.
  private static let addressLeading = 1.32

  /// Lines of the address that begin too far right.
  private func lateLines(
    _ rows: [[Glyph]], from left: Double, _ em: Double
  ) -> [ImageBox] {
    rows.compactMap { row in
      guard let bounds = row.bounds, bounds.x - left > 0.7 * em else { return nil }
      return LineBox.box(left, bounds.x + bounds.width, y: CardText.middle(row), em: em)
    }
  }
}

extension EmblemBack {
  /// Where values begin and where the longest ends, as parts of the card's width.
  static let valueEnds = (left: 0.372, right: 0.97)

  /// Where lines must stand that were not read, or not in full.
  func unread() -> [ImageBox] {
    let sheet = read()
    let em = PersonFront.valueEm * maker.text.width
    func box(_ label: Label) -> ImageBox {
      LineBox.box(
        placement.x(Self.valueEnds.left), placement.x(Self.valueEnds.right), y: y(label), em: em)
    }
    var boxes: [ImageBox] = []
    if sheet.fields[.authority].map(\.incomplete) ?? true { boxes.append(box(.authority)) }
    if sheet.fields[.validTo] == nil { boxes.append(box(.validity)) }
    return boxes
  }
}
