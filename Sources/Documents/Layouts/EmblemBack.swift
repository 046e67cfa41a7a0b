// The side with the emblem, the authority and the period: resident and temporary identity cards, residence permits for
// residents from Hong Kong, Macau and Taiwan, which have the number of a travel permit and a count of issues besides.

internal import IdentityNumbers

/// Reads the side of the emblem.
struct EmblemBack {
  let maker: FieldMaker
  let today: CalendarDate
  let rule: ValidityRule
  let isPermit: Bool
  let placement: Placement
  private let taken: Set<Int>

  enum Label: Int { case authority, validity }

  static let labels = [
    LayoutLabel("签发机关", x: 0.256, y: 0.725), LayoutLabel("有效期限", x: 0.256, y: 0.857),
  ]
  /// Permits have two more rows; where they stand differs between issues.
  static let permitLabels = [
    LayoutLabel("签发机关", x: 0.256, y: 0.56), LayoutLabel("有效期限", x: 0.256, y: 0.66),
  ]

  init(maker: FieldMaker, today: CalendarDate, rule: ValidityRule, isPermit: Bool) {
    self.maker = maker
    self.today = today
    self.rule = rule
    self.isPermit = isPermit
    placement = Placement(isPermit ? Self.permitLabels : Self.labels, on: maker.text)
    taken = placement.labelGlyphs
  }

  func y(_ label: Label) -> Double { placement.y(label.rawValue) }

  func read() -> Sheet {
    var sheet = Sheet()
    let pitch = max(1, y(.validity) - y(.authority))
    let authorityRows = maker.text.rows(
      in: Zone(
        left: placement.right(Label.authority.rawValue), right: maker.text.width,
        top: y(.authority) - pitch * 0.6, bottom: y(.authority) + pitch * 0.5), without: taken)
    if let (field, isUsual) = Authority.field(
      of: authorityRows.map(PrintedForms.simplified), maker: maker,
      left: isPermit ? nil : placement.x(Self.valueEnds.left))
    {
      sheet.fields[.authority] = field
      if !isUsual { sheet.doubt(.authorityUnusual, .authority) }
    }
    let validityRows = maker.text.rows(
      in: Zone(
        left: placement.right(Label.validity.rawValue), right: maker.text.width,
        top: y(.validity) - pitch * 0.5, bottom: y(.validity) + pitch * 0.5), without: taken)
    let best = validityRows.max { a, b in
      a.count { DigitPlace.isPossible($0) } < b.count { DigitPlace.isPossible($0) }
    }
    let row = ValidityRow(best ?? [], maker: maker, rule: rule)
    row.fields(into: &sheet)
    rule.check(row, today: today, in: &sheet)
    if isPermit { permitFields(into: &sheet) }
    return sheet
  }

  private func permitFields(into sheet: inout Sheet) {
    let labelled = LabelledValues(maker: maker, labels: [["通行证号码"], ["签发次数", "换证次数"]])
    sheet.fields[.passNumber] = labelled.permitNumber(
      labelled.value(0) { Characters.isDigit($0.character) })
    sheet.fields[.issueCount] = labelled.digits(
      labelled.value(1) { Characters.isDigit($0.character) })
  }
}
