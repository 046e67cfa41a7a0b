// Travel documents with a machine-readable zone: a passport's data page and permits for travel to and from the mainland.

internal import IdentityNumbers
internal import Vision

/// Reads the machine-readable zone into fields and compares it with what is printed.
struct TravelZone {
  let maker: FieldMaker
  let today: CalendarDate

  private static let lines: [DocumentField] = [.mrzLine1, .mrzLine2, .mrzLine3]

  /// Fields of the zone fill those that are not there; those that are there are compared. Every document that this is asked
  /// about has a zone: without one nothing is checked, and that is told.
  func read(into sheet: inout Sheet) {
    guard let reading = MachineReading(on: maker.text, today: today) else {
      sheet.doubt(.mrzCheckFailed, .mrzLine1, .mrzLine2)
      return
    }
    let zone = reading.zone
    for (index, line) in zone.lines.enumerated() {
      sheet.fields[Self.lines[index]] = maker.field(
        line, of: reading.lines[index], raw: reading.rawLines[index],
        sureness: FieldMaker.sureness(of: reading.lines[index].filter { $0.character != "<" }),
        settled: reading.asRead.lines[index] != reading.rawLines[index], alternatives: [])
    }
    let repaired = values(reading, in: &sheet)
    zoneNames(zone, reading, in: &sheet)
    if let to = zone.expiryDate, to < today { sheet.doubt(.expired, .validTo, atMost: 100) }
    if zone.checksHold, !reading.isRepaired, !reading.hasOddRun {
      for line in zone.form == .td1 ? [DocumentField.mrzLine1, .mrzLine2] : [.mrzLine2] {
        sheet.raise(line, Self.checkedLine)
      }
    }
    // The codes of states are not under any check digit.
    if reading.hasOddRun || zone.nationality.count < 3 && zone.nationality != "D" {
      for field in [DocumentField.mrzLine2, .nationality] { sheet.lower(field, 60) }
    }
    if !zone.checksHold {
      sheet.doubt(.mrzCheckFailed, .mrzLine1, .mrzLine2, .mrzLine3)
    } else if let line = reading.repairedLine {
      sheet.doubt(.mrzRepaired, [Self.lines[line]] + repaired, atMost: 90)
    }
    for fault in zone.faults { doubt(fault, zone.form, in: &sheet) }
  }

  /// The zone's values beside names. Returns the fields that have what a repair made.
  private func values(_ reading: MachineReading, in sheet: inout Sheet) -> [DocumentField] {
    let (zone, all) = (reading.zone, reading.lines.flatMap { $0 })
    var repaired: [DocumentField] = []
    func checked(
      _ field: DocumentField, _ sureness: Double, _ value: (MachineReadableZone) -> String?
    ) {
      guard let wanted = value(zone), !wanted.isEmpty else { return }
      guard let printed = sheet.fields[field] else {
        let raw = value(reading.asRead).flatMap { $0.isEmpty ? nil : $0 }
        if reading.isRepaired, raw != wanted { repaired.append(field) }
        sheet.fields[field] = maker.field(
          wanted, of: all, raw: raw ?? wanted, sureness: sureness, alternatives: [])
        return
      }
      if printed.value == wanted {
        if zone.checksHold, !reading.isRepaired { sheet.raise(field, PersonChecks.agreed) }
      } else {
        Self.settle(field, wanted, zone.checksHold, in: &sheet)
      }
    }
    let sure =
      !zone.checksHold
      ? FieldMaker.incompleteMax
      : reading.isRepaired ? reading.sureness : max(reading.sureness, Self.checkedField)
    checked(.documentNumber, sure, \.documentNumber)
    checked(.birth, sure) { $0.birthDate?.hyphenated }
    checked(.validTo, sure) { $0.expiryDate?.hyphenated }
    // Not protected by a check digit.
    checked(.issuingState, reading.nameSureness, \.issuer)
    checked(.nationality, min(sure, reading.nameSureness), \.nationality)
    checked(.sex, min(sure, reading.sexSureness)) { zone in
      switch zone.sex {
      case .male: "男"
      case .female: "女"
      case .unspecified: nil
      }
    }
    if zone.sex == .unspecified, sheet.fields[.sex] != nil { sheet.doubt(.mrzDisagrees, .sex) }
    return repaired
  }

  /// What a place of the zone may not hold is no better for a check digit that holds.
  private func doubt(
    _ fault: MachineReadableZone.Fault, _ form: MachineReadableZone.Form, in sheet: inout Sheet
  ) {
    let isCard = form == .td1
    let (upper, values, names) =
      isCard
      ? (DocumentField.mrzLine1, DocumentField.mrzLine2, DocumentField.mrzLine3)
      : (.mrzLine1, .mrzLine2, .mrzLine1)
    switch fault {
    case .birthDate:
      sheet.doubt(.mrzCheckFailed, values, .birth)
      sheet.doubt(.dateImpossible, values, .birth)
    case .expiryDate:
      sheet.doubt(.mrzCheckFailed, values, .validTo)
      sheet.doubt(.dateImpossible, values, .validTo)
    case .sex: sheet.doubt(.mrzCheckFailed, values, .sex)
    case .name: sheet.doubt(.mrzCheckFailed, names, .latinName, .familyName, .givenNames)
    case .issuer: sheet.doubt(.mrzCheckFailed, upper, .issuingState)
    case .nationality: sheet.doubt(.mrzCheckFailed, values, .nationality)
    case .documentCode: sheet.doubt(.mrzCheckFailed, upper)
    }
  }

  /// Least sureness of a field under a check digit of its own and the one of all, where both hold as read.
  static let checkedField = 0.9
  /// Least confidence of a line whose check digits hold; the state's code in it has none.
  static let checkedLine = 90.0

  private func zoneNames(
    _ zone: MachineReadableZone, _ reading: MachineReading, in sheet: inout Sheet
  ) {
    let all = reading.lines.flatMap { $0 }
    sheet.fields[.familyName] = maker.field(
      zone.primaryName, of: all, sureness: reading.nameSureness, alternatives: [])
    sheet.fields[.givenNames] = maker.field(
      zone.secondaryName, of: all, sureness: reading.nameSureness, alternatives: [])
    let joined = [zone.primaryName, zone.secondaryName].filter { !$0.isEmpty }.joined(
      separator: ", ")
    guard let printed = sheet.fields[.latinName] else {
      sheet.fields[.latinName] = maker.field(
        joined, of: all, sureness: reading.nameSureness, alternatives: [])
      return
    }
    func letters(_ text: String) -> String { text.filter { Characters.isUpper($0) } }
    let (print, told) = (letters(printed.value), letters(joined))
    if print == told {
      for field in [
        DocumentField.latinName, .familyName, .givenNames,
        zone.form == .td1 ? .mrzLine3 : .mrzLine1,
      ] {
        sheet.raise(field, PersonChecks.agreed)
      }
    } else if !(zone.isNamePossiblyTruncated && print.hasPrefix(told)) {
      // A name that fills its field may go on in print, and only that.
      sheet.doubt(.mrzDisagrees, .latinName, .familyName, .givenNames, atMost: 60)
    }
  }

  /// The printed value is another than the zone's. Where the print itself was in doubt, or only part of it was read, the
  /// zone's is taken, if its check digits hold; both stay visible.
  static func settle(
    _ field: DocumentField, _ value: String, _ holds: Bool, in sheet: inout Sheet
  ) {
    guard var printed = sheet.fields[field] else { return }
    let isPart = value.hasPrefix(printed.value) || value.hasSuffix(printed.value)
    if holds, printed.isLow || isPart || printed.alternatives.contains(value) {
      printed.alternatives = [printed.value]
      printed.value = value
      printed.confidence = min(printed.confidence, 60)
      printed.settled = true
      sheet.fields[field] = printed
    }
    sheet.doubt(field == .nationality ? .nationalityDisagrees : .mrzDisagrees, field)
  }
}

/// A passport's data page.
struct PassportPage {
  let maker: FieldMaker
  let today: CalendarDate

  private enum Label: Int, CaseIterable {
    case type, state, number, name, sex, nationality, birth, birthPlace, issueDate, issuePlace
    case expiry, authority

    var words: [String] {
      switch self {
      case .type: ["类型/Type", "类型", "Type"]
      case .state: ["国家码/CountryCode", "CountryCode", "国家码"]
      case .number: ["护照号/PassportNo.", "护照号/PassportNo", "PassportNo", "护照号"]
      case .name: ["姓名/Name", "姓名", "Name"]
      case .sex: ["性别/Sex", "性别"]
      case .nationality: ["国籍/Nationality", "Nationality", "国籍"]
      case .birth: ["出生日期/Dateofbirth", "Dateofbirth", "出生日期"]
      case .birthPlace: ["出生地点/Placeofbirth", "Placeofbirth", "出生地点", "出生地"]
      case .issueDate: ["签发日期/Dateofissue", "Dateofissue", "签发日期"]
      case .issuePlace: ["签发地点/Placeofissue", "Placeofissue", "签发地点", "签发地"]
      case .expiry: ["有效期至/Dateofexpiry", "Dateofexpiry", "有效期至"]
      case .authority: ["签发机关/Authority", "Authority", "签发机关"]
      }
    }
  }

  func read() -> Sheet {
    var sheet = Sheet()
    let labels = LabelledValues(maker: maker, labels: Label.allCases.map(\.words))
    func under(_ label: Label) -> [Glyph] {
      labels.words[label.rawValue].map { labels.glyphs(under: $0) } ?? []
    }
    sheet.fields[.documentType] = labels.code(under(.type))
    sheet.fields[.issuingState] = labels.code(under(.state))
    // Without its label other words may be taken for it: a number has digits.
    let number = under(.number)
    if number.count(where: { Characters.isDigit($0.character) }) >= Self.numberDigitsMin {
      sheet.fields[.documentNumber] = labels.code(number)
    }
    let name = under(.name)
    let chinese = name.filter { Characters.isHan($0.character) }
    if !chinese.isEmpty {
      sheet.fields[.name] = NameRow.field(
        of: chinese, maker: maker, isSimplified: sheet.fields[.issuingState]?.value == "CHN")
    }
    sheet.fields[.latinName] = labels.latinName(name)
    sheet.fields[.sex] = labels.sex(under(.sex))
    let dates: [(DocumentField, Label)] = [
      (.birth, .birth), (.issueDate, .issueDate), (.validTo, .expiry),
    ]
    var days: [DocumentField: CalendarDate] = [:]
    for (field, label) in dates {
      guard let day = labels.day(under(label)) else { continue }
      sheet.fields[field] = day.field
      days[field] = day.date
    }
    sheet.fields[.birthPlace] = place(under(.birthPlace), labels)
    sheet.fields[.issuePlace] = place(under(.issuePlace), labels)
    let authority = under(.authority)
    sheet.fields[.authority] = labels.printed(authority)
    TravelZone(maker: maker, today: today).read(into: &sheet)
    checkDates(days, in: &sheet)
    return sheet
  }

  /// Numbers of passports have at least as many digits.
  static let numberDigitsMin = 5

  private func place(_ glyphs: [Glyph], _ labels: LabelledValues) -> FieldReading? {
    labels.printed(glyphs)
  }

  private func checkDates(_ days: [DocumentField: CalendarDate], in sheet: inout Sheet) {
    let expiry = sheet.fields[.validTo].flatMap {
      CalendarDate(digits: $0.value.replacing("-", with: ""))
    }
    if let expiry, expiry < today { sheet.doubt(.expired, .validTo, atMost: 100) }
    if let birth = days[.birth], birth > today { sheet.doubt(.dateImpossible, .birth) }
    guard let issue = days[.issueDate] else { return }
    if issue > today { sheet.doubt(.notYetValid, .issueDate, atMost: 100) }
    if let birth = days[.birth], issue < birth {
      sheet.doubt(.issuedBeforeBirth, .issueDate, .birth)
    }
    if let expiry, expiry <= issue { sheet.doubt(.validityOrderWrong, .issueDate, .validTo) }
  }
}

/// Permits for travel between the mainland and Hong Kong, Macau or Taiwan.
struct TravelPermit {
  let maker: FieldMaker
  let today: CalendarDate

  private enum Label: Int, CaseIterable {
    case name, birth, sex, period, authority, number, issueCount, issuePlace

    var words: [String] {
      switch self {
      case .name: ["姓名/Name", "姓名"]
      case .birth: ["出生日期/DateofBirth", "出生日期"]
      case .sex: ["性别/Sex", "性别"]
      case .period: ["有效期限/PeriodofValidity", "有效期限", "有效期至"]
      case .authority: ["签发机关/IssuingAuthority", "签发机关"]
      case .number: ["证件号码/No.", "证件号码", "证件号"]
      case .issueCount: ["签发次数", "换证次数"]
      case .issuePlace: ["签发地点/PlaceofIssue", "签发地点", "签发地"]
      }
    }
  }

  /// Permits of mainland residents, whose names are in simplified characters.
  private static let residentTitles = ["往来港澳通行证", "往来台湾通行证"]
  private static let titles = ["港澳居民来往内地通行证", "台湾居民来往大陆通行证"] + residentTitles

  func front() -> Sheet {
    var sheet = Sheet()
    let labels = LabelledValues(maker: maker, labels: Label.allCases.map(\.words) + [Self.titles])
    let forms = TravelPermitForms(maker: maker)
    // The label's value; where the label was not read, or nothing of the kind at it, what has the value's form.
    func value(
      _ label: Label, or form: [Glyph] = [], _ isPart: (Glyph) -> Bool
    ) -> [Glyph] {
      let found = labels.value(label.rawValue, where: isPart)
      return found.contains(where: isPart) ? found : form
    }
    if let title = labels.words[Label.allCases.count] {
      let known = Self.titles.max { Self.likeness($0, title) < Self.likeness($1, title) }
      sheet.fields[.documentType] = maker.field(
        known ?? "", of: title.glyphs, raw: title.glyphs.text, sureness: title.score, settled: true)
    }
    let name = value(.name, or: forms.name) { Characters.isHan($0.character) }
    let title = sheet.fields[.documentType]?.value
    sheet.fields[.name] = NameRow.field(
      of: name.filter { !Characters.isLatin($0.character) }, maker: maker,
      isSimplified: title.map(Self.residentTitles.contains) ?? false)
    sheet.fields[.latinName] = latinName(below: name, labels)
    let birth = labels.day(value(.birth, or: forms.birth) { Characters.isDigit($0.character) })
    sheet.fields[.birth] = birth?.field
    if let date = birth?.date, date > today { sheet.doubt(.dateImpossible, .birth) }
    sheet.fields[.sex] = labels.sex(
      value(.sex, or: forms.sex) { "男女MF".contains($0.character) })
    let row = ValidityRow(
      value(.period, or: forms.period) { Characters.isDigit($0.character) }, maker: maker)
    row.fields(into: &sheet)
    ValidityRule.fiveOrTen.check(row, today: today, in: &sheet)
    sheet.fields[.authority] = labels.chinese(
      value(.authority, or: forms.authority) { Characters.isHan($0.character) })
    sheet.fields[.issuePlace] = labels.chinese(
      value(.issuePlace) { Characters.isHan($0.character) })
    // The count of issues stands in the number's row, at a distance.
    sheet.fields[.documentNumber] = labels.permitNumber(
      Gaps.untilBlank(value(.number, or: forms.number) { Characters.isDigit($0.character) }))
    sheet.fields[.issueCount] = labels.digits(
      value(.issueCount, or: forms.issueCount) { Characters.isDigit($0.character) })
    PermitLine(maker: maker, today: today).read(into: &sheet)
    checkNumber(in: &sheet)
    return sheet
  }

  func back() -> Sheet {
    var sheet = Sheet()
    let labels = LabelledValues(maker: maker, labels: Label.allCases.map(\.words) + [Self.titles])
    sheet.fields[.documentNumber] = labels.permitNumber(
      labels.value(Label.number.rawValue) { Characters.isDigit($0.character) })
    TravelZone(maker: maker, today: today).read(into: &sheet)
    checkNumber(in: &sheet)
    return sheet
  }

  private static func likeness(_ title: String, _ found: FoundWord) -> Int {
    zip(title, found.glyphs).count { $0 == $1.character }
  }

  /// The row of Latin letters under the name.
  private func latinName(below name: [Glyph], _ labels: LabelledValues) -> FieldReading? {
    guard let box = name.bounds, let height = name.first?.height, let em = name.first?.em else {
      return nil
    }
    let zone = Zone(
      left: box.x - em, right: maker.text.width, top: CardText.middle(name) + height * 0.6,
      bottom: CardText.middle(name) + height * 3)
    let rows = maker.text.rows(in: zone, without: labels.taken)
    guard
      let row = rows.first(where: { row in
        row.count { Characters.isLatin($0.character) } * 10 >= row.count * 8 && row.count >= 3
      })
    else { return nil }
    return labels.latinName(row)
  }

  private func checkNumber(in sheet: inout Sheet) {
    guard let number = sheet.fields[.documentNumber]?.value else { return }
    if TravelDocumentForm.forms(of: number).isEmpty {
      sheet.doubt(.documentNumberUnusual, .documentNumber)
    }
  }
}
