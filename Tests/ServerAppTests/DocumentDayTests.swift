// Which day it is for a document.

import FoundationEssentials
import IdentityNumbers
import ServerApp
import Testing

struct DocumentDayTests {
  @Test("the day changes at midnight in UTC+8")
  func midnight() {
    // 2026-03-01 00:00:00 in UTC+8.
    let midnight = Date(timeIntervalSince1970: 1_772_294_400)
    #expect(DocumentDay.day(of: midnight) == CalendarDate(year: 2026, month: 3, day: 1))
    #expect(
      DocumentDay.day(of: midnight - 1) == CalendarDate(year: 2026, month: 2, day: 28))
  }
}
