// The foreigner's permanent-residence card: the form with fifteen characters and the one since 2023 with eighteen.

internal import IdentityNumbers
internal import Vision

/// Reads both sides of the card.
struct ForeignerCard {
  let maker: FieldMaker
  let today: CalendarDate

  private enum Label: Int, CaseIterable {
    case name, sex, birth, nationality, period, number, authority, previous

    var words: [String] {
      switch self {
      case .name: ["姓名/Name", "姓名"]
      case .sex: ["性别/Sex", "性别"]
      case .birth: ["出生日期/DateofBirth", "出生日期/Birth", "出生日期"]
      case .nationality: ["国籍/Nationality", "国籍"]
      case .period: ["有效期限/PeriodofValidity", "有效期限/Validity", "有效期限"]
      case .number: ["证件号码/IDNo.", "证件号码/CardNo.", "身份证号码", "证件号码", "CardNo", "IDNo"]
      case .authority: ["签发机关/IssuingAuthority", "签发机关/Authority", "签发机关"]
      case .previous: ["曾持证件号码", "原证件号码"]
      }
    }
  }

  private var labels: LabelledValues {
    LabelledValues(maker: maker, labels: Label.allCases.map(\.words))
  }

  func front() -> Sheet {
    var sheet = Sheet()
    let labels = labels
    let forms = TravelPermitForms(maker: maker)
    // The label's value; where the label was not read, or nothing of the kind at it, what has the value's form.
    func glyphs(_ label: Label, or form: [Glyph], _ isPart: (Glyph) -> Bool) -> [Glyph] {
      let found = labels.value(label.rawValue, where: isPart)
      return found.contains(where: isPart) ? found : form
    }
    names(
      glyphs(.name, or: forms.latin ?? []) {
        Characters.isLatin($0.character) || Characters.isHan($0.character)
      }, labels, &sheet)
    sheet.fields[.sex] = labels.sex(
      glyphs(.sex, or: forms.sex) { "男女MF".contains($0.character) })
    let birth = labels.day(
      glyphs(.birth, or: forms.birth) { Characters.isDigit($0.character) })
    sheet.fields[.birth] = birth?.field
    nationality(
      glyphs(.nationality, or: forms.nationality) {
        Characters.isHan($0.character) || Characters.isUpper($0.character)
      }, labels, &sheet)
    let row = ValidityRow(
      glyphs(.period, or: forms.period) { Characters.isDigit($0.character) }, maker: maker)
    row.fields(into: &sheet)
    ValidityRule.fiveOrTen.check(row, today: today, in: &sheet)
    number(labels.words[Label.number.rawValue], birth: birth?.date, in: &sheet)
    return sheet
  }

  func back() -> Sheet {
    var sheet = Sheet()
    let labels = labels
    sheet.fields[.authority] = labels.chinese(
      labels.value(Label.authority.rawValue) { Characters.isHan($0.character) })
    if labels.words[Label.previous.rawValue] != nil {
      sheet.fields[.previousNumber] = labels.code(
        labels.value(Label.previous.rawValue) { Characters.isDigit($0.character) })
    }
    TravelZone(maker: maker, today: today).read(into: &sheet)
    return sheet
  }

  private func names(_ glyphs: [Glyph], _ labels: LabelledValues, _ sheet: inout Sheet) {
    let chinese = labels.chinese(glyphs)
    let latin = labels.latinName(
      glyphs.filter { Characters.isLatin($0.character) || ",-.'".contains($0.character) })
    sheet.fields[.latinName] = latin
    sheet.fields[.name] = chinese ?? latin
  }

  private func nationality(_ glyphs: [Glyph], _ labels: LabelledValues, _ sheet: inout Sheet) {
    sheet.fields[.nationality] =
      labels.chinese(glyphs) ?? labels.code(glyphs.filter { Characters.isUpper($0.character) })
    let code = glyphs.filter { Characters.isUpper($0.character) }
    if code.count == 3 { sheet.fields[.issuingState] = maker.field(code.text, of: code) }
  }

  /// Eighteen characters that check, or three letters and twelve digits.
  private func number(_ label: FoundWord?, birth: CalendarDate?, in sheet: inout Sheet) {
    let rows = maker.text.rows.filter { row in
      label.map { CardText.middle(row) > $0.y - 1 } ?? true
    }
    let runs = rows.map(Self.codeRun).filter { $0.count >= 14 && $0.count <= 19 }
    guard let run = runs.max(by: { $0.count < $1.count }) else { return }
    let letters = run.prefix(3).count { Characters.isLatin($0.character) }
    if run.count == 15, letters >= 2 {
      oldNumber(run, birth: birth, in: &sheet)
      return
    }
    let reading = IdentityNumberRow(maker: maker, glyphs: run).read(today: today)
    sheet.fields[.idNumber] = reading.field
    for doubt in reading.doubts {
      sheet.doubt(doubt, .idNumber, atMost: doubt == .idNumberRepaired ? 100 : 50)
    }
    guard let number = reading.number else { return }
    if case .foreigner(_, let nationality) = number.holder {
      // The three letters beside the country's name, if they are there.
      if let code = sheet.fields[.issuingState]?.value, let country = Country(code: code),
        let numeric = country.number, numeric != nationality
      {
        sheet.doubt(.nationalityDisagrees, .nationality, .idNumber)
      }
    } else {
      sheet.doubt(.idNumberKindUnexpected, .idNumber)
    }
    let checks = PersonChecks(maker: maker, today: today)
    if let birth {
      if birth == number.birthDate {
        sheet.raise(.birth, PersonChecks.agreed)
        if reading.doubts.isEmpty { checks.raiseNumber(reading, in: &sheet) }
      } else {
        sheet.doubt(.birthDisagreesWithNumber, .birth, .idNumber)
      }
    }
    checks.reconcileSex(with: number, in: &sheet)
  }

  /// Three letters of the nationality, then region (4), birth `YYMMDD`, and two more digits.
  private func oldNumber(_ run: [Glyph], birth: CalendarDate?, in sheet: inout Sheet) {
    let letters = run.prefix(3).map { Characters.letter(for: $0.character) ?? "?" }
    let digits = run.dropFirst(3).map { DigitPlace($0) }
    let value = String(letters) + String(digits.map(\.digit))
    let sureness = min(
      FieldMaker.sureness(of: run.prefix(3)), digits.map(\.sureness).min() ?? 0)
    sheet.fields[.idNumber] = maker.field(
      value, of: run, raw: run.textAsRead, sureness: sureness, settled: true,
      incomplete: value.contains("?"), alternatives: [])
    if let code = sheet.fields[.issuingState]?.value, code != value.prefix(3) {
      sheet.doubt(.nationalityDisagrees, .nationality, .idNumber)
    }
    guard let birth else { return }
    if value.dropFirst(7).prefix(6) == birth.digits.dropFirst(2) {
      sheet.raise(.birth, PersonChecks.agreed)
    } else {
      sheet.doubt(.birthDisagreesWithNumber, .birth, .idNumber)
    }
  }

  private static func codeRun(_ row: [Glyph]) -> [Glyph] {
    var best: [Glyph] = []
    var run: [Glyph] = []
    for glyph in row {
      let isPart = Characters.isDigit(glyph.character) || Characters.isUpper(glyph.character)
      if isPart { run.append(glyph) } else { run = [] }
      if run.count > best.count { best = run }
    }
    return best
  }
}
