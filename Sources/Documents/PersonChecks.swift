// What number, date of birth and sex of one card say about each other.

internal import IdentityNumbers

/// Compares the number with what is printed beside it. Nothing that was read for sure is changed.
struct PersonChecks {
  let maker: FieldMaker
  let today: CalendarDate

  /// Least confidence of fields that agree although they were read apart from each other.
  static let agreed = 97.0

  /// Puts number and birth on the sheet, with sex already there, and notes where they disagree.
  func reconcile(number read: IdentityNumberRow.Reading, birth: BirthRow, in sheet: inout Sheet) {
    sheet.fields[.idNumber] = read.field
    sheet.fields[.birth] = birth.field()
    for doubt in read.doubts { note(doubt, in: &sheet) }
    if sheet.fields[.birth] != nil, birth.date == nil, birth.isWhole {
      sheet.doubt(.dateImpossible, .birth)
    }
    guard let number = read.number else { return }
    reconcile(birth, with: number, read, in: &sheet)
    reconcileSex(with: number, in: &sheet)
  }

  private func note(_ doubt: DocumentDoubt, in sheet: inout Sheet) {
    switch doubt {
    case .fieldMissing: sheet.doubts.append(FoundDoubt(.fieldMissing, .idNumber))
    case .idNumberRepaired: sheet.doubt(doubt, .idNumber, atMost: 100)
    default: sheet.doubt(doubt, .idNumber)
    }
  }

  private func reconcile(
    _ birth: BirthRow, with number: ResidentIdentityNumber, _ read: IdentityNumberRow.Reading,
    in sheet: inout Sheet
  ) {
    guard sheet.fields[.birth] != nil else { return }
    let isRepaired = read.doubts.contains(.idNumberRepaired)
    if let date = birth.date, date == number.birthDate {
      sheet.raise(.birth, Self.agreed)
      if !isRepaired { raiseNumber(read, in: &sheet) }
      return
    }
    // A number that was itself in doubt decides nothing.
    if !isRepaired, let sureness = birth.agreement(with: number.birthDate) {
      sheet.fields[.birth] = birth.field(as: number.birthDate, sureness: sureness)
      sheet.doubt(.birthRepaired, .birth, atMost: 100)
      return
    }
    sheet.doubt(.birthDisagreesWithNumber, .birth, .idNumber)
  }

  /// The number as sure as its places are that the date of birth does not confirm.
  func raiseNumber(_ read: IdentityNumberRow.Reading, in sheet: inout Sheet) {
    let sureness = IdentityNumberRow.surenessKnowingBirth(read.places)
    sheet.raise(.idNumber, min(Self.agreed, 100 * sureness))
  }

  func reconcileSex(with number: ResidentIdentityNumber, in sheet: inout Sheet) {
    guard let sex = sheet.fields[.sex] else { return }
    if sex.value == (number.sex == .male ? "男" : "女") {
      sheet.raise(.sex, Self.agreed)
    } else {
      sheet.doubt(.sexDisagreesWithNumber, .sex, .idNumber)
    }
  }
}
