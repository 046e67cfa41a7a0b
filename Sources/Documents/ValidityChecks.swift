// Whether a period of validity is one that the document is issued for.

internal import IdentityNumbers

/// Lengths that a kind of document is issued for.
struct ValidityRule {
  let lengths: [ValidityPeriod.Length]
  /// Whether the period ends on the day of the year on which it began, and not the day before.
  var endsOnItsDay = false
  /// No document of the kind is older.
  var firstYear = 0

  /// Resident Identity Card Law, article 5: 5, 10 or 20 years or without end; in force since 2004.
  static let residentID = ValidityRule(
    lengths: [.years(5), .years(10), .years(20), .longTerm], endsOnItsDay: true,
    firstYear: 2004)
  /// Regulation on temporary cards: three months.
  static let temporaryID = ValidityRule(lengths: [.months(3)])
  /// Measures for residence permits of residents from Hong Kong, Macau and Taiwan: five years.
  static let hmtPermit = ValidityRule(lengths: [.years(5)])
  /// Five years for minors, ten for adults.
  static let fiveOrTen = ValidityRule(lengths: [.years(5), .years(10)])

  /// Least confidence of a period whose two ends bear each other out.
  static let agreed = 95.0

  /// Judges the period on the sheet.
  func check(_ row: ValidityRow, today: CalendarDate, in sheet: inout Sheet) {
    // Either end speaks for itself, whatever became of the other.
    if let from = row.from, from > today { sheet.doubt(.notYetValid, .validity, atMost: 100) }
    if let to = row.to, to < today { sheet.doubt(.expired, .validity, atMost: 100) }
    guard let from = row.from, row.isWhole else { return }
    if let to = row.to, to <= from {
      sheet.doubt(.validityOrderWrong, .validity, .validFrom, .validTo)
    } else if !isUsual(from: from, to: row.to) {
      sheet.doubt(.validityLengthUnusual, .validity, .validFrom, .validTo)
    } else if row.to != nil, !row.isRepaired, !row.hasOtherReading(by: self) {
      for field in [DocumentField.validity, .validFrom, .validTo] {
        sheet.raise(field, Self.agreed)
      }
    }
  }

  /// Whether the period has one of the lengths; `to` is nil for one without end.
  func isUsual(from: CalendarDate, to: CalendarDate?) -> Bool {
    guard from.year >= firstYear else { return false }
    if endsOnItsDay, let to, (to.month, to.day) != (from.month, from.day) {
      guard (from.month, from.day) == (2, 29), to.month == 2 else { return false }
    }
    return ValidityPeriod(start: from, end: to).map { lengths.contains($0.length) } ?? false
  }
}

extension ValidityRule {
  /// Every period of whole years that ends on `to`, or that begins on `from`.
  func periods(from: CalendarDate?, to: CalendarDate?) -> [(from: CalendarDate, to: CalendarDate)] {
    lengths.compactMap { length in
      guard case .years(let years) = length else { return nil }
      let first = from ?? to.flatMap { Self.moved($0, by: -years) }
      let last = to ?? from.flatMap { Self.moved($0, by: years) }
      guard let first, let last, isUsual(from: first, to: last) else { return nil }
      return (first, last)
    }
  }

  private static func moved(_ date: CalendarDate, by years: Int) -> CalendarDate? {
    CalendarDate(year: date.year + years, month: date.month, day: date.day)
  }
}

extension DocumentInterpreter {
  /// What the two sides of one resident card say about each other: the period is that of the holder's age when it was
  /// issued (Resident Identity Card Law, article 5). Empty if a side is missing, of another kind, or not read in full.
  package static func crossCheck(front: InterpretedDocument, back: InterpretedDocument)
    -> [FoundDoubt]
  {
    guard front.kind == .residentIDFront, back.kind == .residentIDBack,
      let birth = front.fields[.birth].flatMap({ Self.date($0.value) }),
      let from = back.fields[.validFrom].flatMap({ Self.date($0.value) }),
      let end = back.fields[.validTo]
    else { return [] }
    let to = Self.date(end.value)
    guard to != nil || end.value == "长期", let period = ValidityPeriod(start: from, end: to) else {
      return []
    }
    return switch period.ageRule(birthDate: birth) {
    case .agrees, .agreesAtApplication: []
    case .disagrees: [FoundDoubt(.validityLengthUnusual, .validity, .birth)]
    case .bornLater: [FoundDoubt(.issuedBeforeBirth, .validity, .birth)]
    }
  }

  private static func date(_ text: String) -> CalendarDate? {
    CalendarDate(digits: text.replacing("-", with: ""))
  }
}
