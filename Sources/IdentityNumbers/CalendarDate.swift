// A day of the Gregorian calendar, as documents print it: no time, no time zone.

/// A day that exists, year 1 to 9999.
package struct CalendarDate: Sendable, Hashable, Comparable {
  package let year: Int
  /// 1–12.
  package let month: Int
  /// 1–31.
  package let day: Int

  /// Nil if there is no such day.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...IdentityNumberLimits.yearMax).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.days(inMonth: month, of: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Eight digits, `YYYYMMDD`; nil for other text and for days that do not exist.
  package init?(digits: some StringProtocol) {
    var (number, count) = (0, 0)
    for byte in digits.utf8 {
      guard count < 8, isDigit(byte) else { return nil }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
      count += 1
    }
    guard count == 8 else { return nil }
    self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  package static func < (a: CalendarDate, b: CalendarDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  /// `YYYYMMDD`.
  package var digits: String { padded(year, 4) + padded(month, 2) + padded(day, 2) }

  /// Full years from this day to `date`, as ages are counted: a year is full on the anniversary. Negative before it.
  package func years(to date: CalendarDate) -> Int {
    let isBefore = (date.month, date.day) < (month, day)
    return date.year - year - (isBefore ? 1 : 0)
  }

  /// Days from 1 March of year 0, for differences.
  package var dayNumber: Int {
    let monthFromMarch = (month + 9) % 12
    let yearFromMarch = year - (month < 3 ? 1 : 0)
    return 365 * yearFromMarch + yearFromMarch / 4 - yearFromMarch / 100 + yearFromMarch / 400
      + (153 * monthFromMarch + 2) / 5 + day - 1
  }

  /// 28–31; `month` must be 1–12.
  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

/// The number that ASCII digits write; nil for none, for other bytes and for more than fifteen.
func decimal(_ bytes: some Collection<UInt8>) -> Int? {
  guard (1...15).contains(bytes.count) else { return nil }
  var value = 0
  for byte in bytes {
    guard isDigit(byte) else { return nil }
    value = value * 10 + Int(byte - UInt8(ascii: "0"))
  }
  return value
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

func isUpperLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

/// Decimal with zeros in front, at least `width` characters.
private func padded(_ value: Int, _ width: Int) -> String {
  let text = String(value)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}

extension CalendarDate {
  /// So many days before; nil before year 1. `days` must be 0–366.
  func daysEarlier(_ days: Int) -> CalendarDate? {
    var date: CalendarDate? = self
    var left = days
    while let current = date, left >= current.day {
      left -= current.day
      let month = current.month == 1 ? 12 : current.month - 1
      let year = current.month == 1 ? current.year - 1 : current.year
      date = CalendarDate(
        year: year, month: month, day: Self.days(inMonth: month, of: year))
    }
    return date.flatMap { CalendarDate(year: $0.year, month: $0.month, day: $0.day - left) }
  }
}
