// The side with portrait, name and number: resident and temporary identity cards, residence permits for residents from
// Hong Kong, Macau and Taiwan. All have the same rows; permits have no nation.

internal import IdentityNumbers
internal import Vision

/// Reads the side of a person. Places are those of the resident identity card (GA 448), as parts of the card.
struct PersonFront {
  let maker: FieldMaker
  let today: CalendarDate
  let hasNation: Bool
  let isTemporary: Bool
  let placement: Placement
  private let taken: Set<Int>
  /// Where the portrait begins, in pixels.
  let textRight: Double

  enum Label: Int, CaseIterable {
    case name, sex, nation, birth, address, number
    // Temporary cards.
    case authority, period
  }

  static let labels = [
    LayoutLabel("姓名", x: 0.114, y: 0.152), LayoutLabel("性别", x: 0.117, y: 0.27),
    LayoutLabel("民族", x: 0.336, y: 0.27), LayoutLabel("出生", x: 0.117, y: 0.39),
    LayoutLabel("住址", x: 0.114, y: 0.514), LayoutLabel("公民身份号码", x: 0.167, y: 0.88),
  ]
  static let temporaryLabels =
    labels + [LayoutLabel("签发机关", x: 0.13, y: 0.69), LayoutLabel("有效期限", x: 0.13, y: 0.775)]
  /// Right end of the columns of text.
  static let textRight = 0.634
  /// Where values begin.
  static let valueLeft = 0.186
  /// Right end of the address's full lines: eleven characters.
  static let addressRight = 0.595
  /// Ends of year, month and day in the row of birth: where the characters behind them begin.
  static let dateColumns = (year: 0.288, month: 0.393, day: 0.498)

  init(
    maker: FieldMaker, today: CalendarDate, hasNation: Bool, isTemporary: Bool, portrait: ImageBox?
  ) {
    self.maker = maker
    self.today = today
    self.hasNation = hasNation
    self.isTemporary = isTemporary
    let placement = Placement(isTemporary ? Self.temporaryLabels : Self.labels, on: maker.text)
    self.placement = placement
    taken = placement.labelGlyphs
    let column = placement.x(Self.textRight)
    // A face begins right of the portrait's edge; one that lies over the text is none of the card's.
    let face = portrait.map(\.x).flatMap { $0 > placement.x(0.5) ? $0 : nil }
    textRight = min(column, face ?? column)
  }

  func y(_ label: Label) -> Double { placement.y(label.rawValue) }

  private func zone(_ label: Label, above: Label?, below: Label, right: Double) -> Zone {
    let middle = y(label)
    let bottom = (middle + y(below)) / 2
    let top = above.map { (y($0) + middle) / 2 } ?? middle - (bottom - middle) * 1.6
    return Zone(
      left: placement.right(label.rawValue), right: right, top: top, bottom: bottom)
  }

  /// All fields, and what is doubtful.
  func read() -> Sheet {
    var sheet = Sheet()
    sheet.fields[.name] = name()
    sheet.fields[.sex] = sex()
    if hasNation { nation(into: &sheet) }
    if isTemporary { authorityAndPeriod(into: &sheet) }
    let number = IdentityNumberRow(maker: maker, glyphs: numberGlyphs()).read(today: today)
    sheet.fields[.address] = address(number.number)
    let birth = BirthRow(
      maker: maker, glyphs: birthGlyphs(),
      ends: (
        placement.x(Self.dateColumns.year), placement.x(Self.dateColumns.month),
        placement.x(Self.dateColumns.day)
      ))
    PersonChecks(maker: maker, today: today).reconcile(number: number, birth: birth, in: &sheet)
    if let number = number.number, !isOfKind(number) {
      sheet.doubt(.idNumberKindUnexpected, .idNumber)
    }
    return sheet
  }

  /// Whether such numbers stand on such cards: citizens' on those with a nation.
  private func isOfKind(_ number: ResidentIdentityNumber) -> Bool {
    hasNation ? number.holder == .citizen : HolderForm.isHMT(number)
  }

  private func nearestHanRow(_ zone: Zone, to y: Double) -> [Glyph] {
    let rows = maker.text.rows(in: zone, without: taken)
      .filter { row in row.contains { Characters.isHan($0.character) } }
    return rows.min { abs(CardText.middle($0) - y) < abs(CardText.middle($1) - y) } ?? []
  }

  private func name() -> FieldReading? {
    var zone = zone(.name, above: nil, below: .sex, right: textRight)
    if placement.words[Label.name.rawValue] == nil {
      // What was read of the label is none of the name.
      zone.left = max(zone.left, placement.x(Self.valueLeft))
    }
    let row = nearestHanRow(zone, to: y(.name))
    // Residents from elsewhere may have their names in other forms.
    return NameRow.field(
      of: row, maker: maker, isSimplified: hasNation, left: placement.x(Self.valueLeft))
  }

  private func sex() -> FieldReading? {
    let right = hasNation ? placement.left(Label.nation.rawValue) : textRight
    let zone = zone(.sex, above: .name, below: .birth, right: right)
    let glyphs = maker.text.rows(in: zone, without: taken).flatMap { $0 }
    for sex: Character in ["男", "女"] {
      if let glyph = glyphs.first(where: { $0.character == sex }) {
        return maker.field(String(sex), of: [glyph])
      }
    }
    let possible = glyphs.flatMap { glyph in
      ["男", "女"].map { (glyph, $0, glyph.probability(of: Character($0))) }
    }
    guard let best = possible.max(by: { $0.2 < $1.2 }), best.2 > 0 else { return nil }
    return maker.field(
      best.1, of: [best.0], raw: String(best.0.character), sureness: best.2, settled: true)
  }

  private func nation(into sheet: inout Sheet) {
    let zone = zone(.nation, above: .name, below: .birth, right: textRight)
    let row = nearestHanRow(zone, to: y(.nation)).filter { Characters.isHan($0.character) }
    guard let (field, isKnown) = NationName.field(of: row, maker: maker) else { return }
    sheet.fields[.nation] = field
    if !isKnown { sheet.doubts.append(FoundDoubt(.nationUnknown, .nation)) }
  }

  private func birthGlyphs() -> [Glyph] {
    let zone = zone(.birth, above: .sex, below: .address, right: textRight)
    let rows = maker.text.rows(in: zone, without: taken)
      .filter { row in row.contains(where: DigitPlace.isPossible) }
    return rows.min { abs(CardText.middle($0) - y(.birth)) < abs(CardText.middle($1) - y(.birth)) }
      ?? []
  }

  private func address(_ number: ResidentIdentityNumber?) -> FieldReading? {
    let pitch = y(.address) - y(.birth)
    let zone = Zone(
      left: placement.right(Label.address.rawValue), right: textRight,
      top: (y(.birth) + y(.address)) / 2, bottom: addressBottom(pitch))
    let rows = maker.text.rows(in: zone, without: taken).map(PrintedForms.simplified)
    let regions = number.map { Region.names(of: $0.regionCode, in: today.year) } ?? []
    return PostalAddress.field(
      of: rows, maker: maker,
      column: .init(
        left: placement.x(Self.valueLeft), right: placement.x(Self.addressRight), top: y(.address),
        bottom: zone.bottom), regions: regions)
  }

  /// Temporary cards have authority and period between address and number, if the labels are there.
  private func addressBottom(_ pitch: Double) -> Double {
    if isTemporary, placement.words[Label.authority.rawValue] != nil {
      return y(.authority) - pitch * 0.35
    }
    return y(.number) - pitch / 2
  }

  private func authorityAndPeriod(into sheet: inout Sheet) {
    let pitch = y(.period) - y(.authority)
    func rows(_ label: Label) -> [[Glyph]] {
      guard placement.words[label.rawValue] != nil, pitch > 0 else { return [] }
      let zone = Zone(
        left: placement.right(label.rawValue), right: textRight, top: y(label) - pitch / 2,
        bottom: y(label) + pitch / 2)
      return maker.text.rows(in: zone, without: taken)
    }
    if let (field, isUsual) = Authority.field(of: rows(.authority), maker: maker) {
      sheet.fields[.authority] = field
      if !isUsual { sheet.doubt(.authorityUnusual, .authority) }
    }
    let row = ValidityRow(rows(.period).first ?? [], maker: maker)
    row.fields(into: &sheet)
    ValidityRule.temporaryID.check(row, today: today, in: &sheet)
  }

  private func numberGlyphs() -> [Glyph] {
    let pitch = y(.birth) - y(.sex)
    let zone = Zone(
      left: placement.right(Label.number.rawValue), right: maker.text.width,
      top: y(.number) - pitch * 0.45, bottom: y(.number) + pitch * 0.6)
    return maker.text.rows(in: zone, without: taken)
      .max { a, b in
        a.count { DigitPlace.isPossible($0) } < b.count { DigitPlace.isPossible($0) }
      } ?? []
  }
}
