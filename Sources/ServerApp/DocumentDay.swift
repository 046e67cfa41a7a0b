// The day against which the dates of documents are judged.

package import FoundationEssentials
package import IdentityNumbers

/// Today where Chinese documents are issued.
package enum DocumentDay {
  /// UTC+8 the whole year, in seconds.
  private static let zoneSeconds = 8 * 3600

  @Sendable static func today() -> CalendarDate { day(of: Date()) }

  /// The day that `moment` is part of.
  package static func day(of moment: Date) -> CalendarDate {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: zoneSeconds) ?? .gmt
    let parts = calendar.dateComponents([.year, .month, .day], from: moment)
    guard
      let date = CalendarDate(
        year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
    else { preconditionFailure("a clock outside the calendar") }
    return date
  }
}
