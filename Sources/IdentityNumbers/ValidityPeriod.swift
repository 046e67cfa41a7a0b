// From when until when a card is valid, as it prints it, and whether that is a length the law gives.

/// Two days, or one day and "long term".
package struct ValidityPeriod: PersonalValue {
  package let start: CalendarDate
  /// Nil for 长期.
  package let end: CalendarDate?

  /// Why text is not a period.
  package enum Failure: Error, Sendable, Equatable {
    /// Not `YYYY.MM.DD-YYYY.MM.DD` or `YYYY.MM.DD-长期`.
    case form
    /// No such day.
    case start, end
    /// The end is not behind the start.
    case order
  }

  /// How long a period is.
  package enum Length: Sendable, Equatable {
    /// Whole years, to the same day or the one before, or the last of February in place of the 29th.
    case years(Int)
    /// Whole months, fewer than a year, likewise.
    case months(Int)
    case longTerm
    /// Nothing of the kind.
    case other
  }

  /// What the law says of a resident identity card's length for its holder's age.
  package enum AgeRule: Sendable, Equatable {
    case agrees
    /// Agrees for the age up to `IdentityNumberLimits.issueDelayDaysMax` days before the start: applied for then.
    case agreesAtApplication
    case disagrees(expected: Length)
    /// The holder was born behind the start.
    case bornLater
  }

  /// Nil if the end is not behind the start.
  package init?(start: CalendarDate, end: CalendarDate?) {
    if let end, end <= start { return nil }
    self.start = start
    self.end = end
  }

  /// Reads what a card prints. Hyphens may be any dash, and blanks are dropped; dots are dots.
  package init(_ text: some StringProtocol) throws(Failure) {
    var parts = [""]
    for scalar in text.unicodeScalars.prefix(IdentityNumberLimits.textCharactersMax)
    where scalar != " " && scalar != "\u{3000}" {
      if Self.dashes.contains(scalar) {
        parts.append("")
      } else {
        parts[parts.count - 1].unicodeScalars.append(scalar)
      }
    }
    guard parts.count == 2 else { throw .form }
    let isLongTerm = parts[1] == "长期"
    guard let startDigits = Self.digits(parts[0]),
      let endDigits = isLongTerm ? "" : Self.digits(parts[1])
    else { throw .form }
    guard let start = CalendarDate(digits: startDigits) else { throw .start }
    let end = CalendarDate(digits: endDigits)
    if end == nil && !isLongTerm { throw .end }
    guard let period = ValidityPeriod(start: start, end: end) else { throw .order }
    self = period
  }

  /// As a card prints it.
  package var text: String {
    func print(_ date: CalendarDate) -> String {
      let digits = date.digits
      return "\(digits.prefix(4)).\(digits.dropFirst(4).prefix(2)).\(digits.suffix(2))"
    }
    return print(start) + "-" + (end.map(print) ?? "长期")
  }

  /// Valid on that day, both ends included.
  package func contains(_ date: CalendarDate) -> Bool {
    start <= date && (end.map { date <= $0 } ?? true)
  }

  package var length: Length {
    guard let end else { return .longTerm }
    let months = (end.year - start.year) * 12 + end.month - start.month
    // The day before, or behind a short month, may lie in another month.
    for count in [months, months + 1, months - 1] where count > 0 && isEnd(end, afterMonths: count)
    {
      return count % 12 == 0 ? .years(count / 12) : count < 12 ? .months(count) : .other
    }
    return .other
  }

  /// Resident Identity Card Law, article 5: 5 years under 16, 10 from 16 to 25, 20 from 26 to 45, long term from 46.
  package func ageRule(birthDate: CalendarDate) -> AgeRule {
    let age = birthDate.years(to: start)
    guard age >= 0 else { return .bornLater }
    let expected = Self.lengthByLaw(age: age)
    if length == expected { return .agrees }
    guard let earlier = start.daysEarlier(IdentityNumberLimits.issueDelayDaysMax) else {
      return .disagrees(expected: expected)
    }
    let ageThen = birthDate.years(to: earlier)
    let agreedThen = ageThen >= 0 && Self.lengthByLaw(age: ageThen) == length
    return agreedThen ? .agreesAtApplication : .disagrees(expected: expected)
  }

  /// The length for a holder of `age` full years.
  package static func lengthByLaw(age: Int) -> Length {
    switch age {
    case ..<16: .years(5)
    case ..<26: .years(10)
    case ..<46: .years(20)
    default: .longTerm
    }
  }

  private static let dashes: Set<Unicode.Scalar> = [
    "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}",
    "\u{FF0D}", "至", "~", "\u{FF5E}",
  ]

  /// The eight digits of `YYYY.MM.DD`.
  private static func digits(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    let dot = UInt8(ascii: ".")
    guard bytes.count == 10, bytes[4] == dot, bytes[7] == dot else { return nil }
    let digits = bytes[0..<4] + bytes[5..<7] + bytes[8..<10]
    return digits.allSatisfy(isDigit) ? String(decoding: digits, as: UTF8.self) : nil
  }

  /// Whether `end` closes a period of so many months: on the day of the start or the one before.
  private func isEnd(_ end: CalendarDate, afterMonths count: Int) -> Bool {
    let month = start.year * 12 + start.month - 1 + count
    let days = CalendarDate.days(inMonth: month % 12 + 1, of: month / 12)
    guard
      let same = CalendarDate(
        year: month / 12, month: month % 12 + 1, day: min(start.day, days))
    else { return false }
    let difference = end.dayNumber - same.dayNumber
    // A start on the 29th or later may also end on the first of the month behind a short one.
    return difference == 0 || difference == -1 || difference == 1 && start.day > days
  }
}
