// The line for machines of mainland residents' permits. Its digits are summed up by hand: weights 7 3 1.

import IdentityNumbers
import Testing

private let today = CalendarDate(year: 2026, month: 11, day: 26)!

@Test func aPermitsLineIsRead() throws {
  let line = try #require(
    ExitEntryPermitLine("CSC123456788<3403059<9001310<2", today: today))
  #expect(line.code == "CS" && line.number == "C12345678")
  #expect(line.expiryDate == CalendarDate(year: 2034, month: 3, day: 5))
  #expect(line.birthDate == CalendarDate(year: 1990, month: 1, day: 31))
  #expect(line.isSound)
  #expect(!"\(line)".contains("12345678"))
}

@Test func everyPlaceOfAPermitsLineIsChecked() {
  let right = Array("CSC123456788<3403059<9001310<2")
  for place in right.indices.dropFirst(2) {
    var wrong = right
    wrong[place] = right[place] == "1" ? "2" : "1"
    let line = ExitEntryPermitLine(String(wrong), today: today)
    #expect(line.map { !$0.isSound } ?? true, "\(place)")
  }
}

@Test(arguments: [
  "", "CSC123456788<3403059<9001310<", "CSC123456788<3403059<9001310<22",
  "DSC123456788<3403059<9001310<2", "CSc123456788<3403059<9001310<2",
])
func whatIsNoPermitsLine(_ text: String) {
  #expect(ExitEntryPermitLine(text, today: today) == nil)
}

/// A month 13 with digits that hold.
@Test func aDayThatThereIsNotIsNoneOfAPermit() throws {
  let line = try #require(
    ExitEntryPermitLine("CSC123456788<3413050<9001310<2", today: today))
  #expect(line.expiryDate == nil && !line.isSound)
}

/// Born in the last century's last years, or before it.
@Test func aBirthIsNotInTheFuture() throws {
  let line = try #require(
    ExitEntryPermitLine("CSC123456788<3403059<2612317<8", today: today))
  #expect(line.birthDate == CalendarDate(year: 1926, month: 12, day: 31))
}
