// The one line for machines on a resident's permit: read, checked, and compared with the print.

internal import IdentityNumbers
internal import Vision

/// Reads that line where a permit's front has one.
struct PermitLine {
  let maker: FieldMaker
  let today: CalendarDate

  /// Fields of the line fill those that are not there; those that are there are compared. A row that looks like such a
  /// line and cannot be read as one is told.
  func read(into sheet: inout Sheet) {
    let rows = maker.text.rows.filter { MachineLines.length(of: $0) != nil }
    guard let row = rows.last.map(MachineLines.normalised) else { return }
    guard
      let (places, isOdd) = MachineLines.places(
        of: row, length: ExitEntryPermitLine.length, isNames: false),
      let line = ExitEntryPermitLine(Self.text(places), today: today)
    else {
      sheet.doubt(.mrzCheckFailed, .mrzLine1)
      return
    }
    let isSound = line.isSound && !isOdd
    let sureness = FieldMaker.sureness(of: row.filter { $0.character != "<" })
    sheet.fields[.mrzLine1] = maker.field(
      line.text, of: row, raw: String(places.map { $0?.character ?? "<" }),
      sureness: isSound ? max(sureness, TravelZone.checkedField) : sureness, settled: true,
      alternatives: [])
    if !isSound { sheet.doubt(.mrzCheckFailed, .mrzLine1) }
    compare(.documentNumber, line.number, row, isSound, in: &sheet)
    compare(.birth, line.birthDate?.hyphenated, row, isSound, in: &sheet)
    compare(.validTo, line.expiryDate?.hyphenated, row, isSound, in: &sheet)
    if let to = line.expiryDate, to < today, !sheet.doubts.contains(where: { $0.doubt == .expired })
    {
      sheet.doubt(.expired, .validTo, atMost: 100)
    }
  }

  private func compare(
    _ field: DocumentField, _ value: String?, _ row: [Glyph], _ isSound: Bool,
    in sheet: inout Sheet
  ) {
    guard let value, !value.isEmpty else { return }
    guard sheet.fields[field] != nil else {
      sheet.fields[field] = maker.field(
        value, of: row, sureness: isSound ? TravelZone.checkedField : FieldMaker.incompleteMax,
        alternatives: [])
      return
    }
    if sheet.fields[field]?.value != value {
      TravelZone.settle(field, value, isSound, in: &sheet)
    } else if isSound {
      sheet.raise(field, PersonChecks.agreed)
    }
  }

  /// The line with digits where only digits stand, and letters where only letters do.
  private static func text(_ places: [Glyph?]) -> String {
    String(
      places.enumerated().map { index, glyph in
        guard let read = glyph?.character, read != "<" else { return "<" }
        if letters.contains(index) { return Characters.letter(for: read) ?? read }
        return digits.contains(index) ? Characters.digit(for: read) ?? read : read
      })
  }

  /// The code and the number's first letter.
  private static let letters = 0..<3
  /// The number's second place may be either.
  private static let digits = Set(4..<ExitEntryPermitLine.length)
}
