// The machine-readable zone of travel documents (ICAO Doc 9303 parts 4, 5 and 6): three forms, check digits, names.

/// What the lines say. A check digit that does not hold is told, not thrown: the reader of the document decides.
package struct MachineReadableZone: PersonalValue {
  /// The form, by number and length of lines.
  package enum Form: Sendable, Equatable, CaseIterable {
    /// Three lines of 30: cards.
    case td1
    /// Two lines of 36.
    case td2
    /// Two lines of 44: passports.
    case td3
  }

  /// What a check digit protects.
  package enum Check: Sendable, Equatable, CaseIterable {
    case documentNumber, birthDate, expiryDate
    /// TD3 only: the personal number.
    case optionalData
    /// All of the above and the optional data together.
    case composite
  }

  /// Why lines are not such a zone. Counted from 0.
  package enum Failure: Error, Sendable, Equatable {
    /// Not two or three lines of a known length.
    case form
    /// Not A–Z, 0–9 or <.
    case character(line: Int, position: Int)
  }

  /// What a field holds that it may not, beside check digits.
  package enum Fault: Sendable, Equatable {
    /// No such day. Unknown parts, written with <, are not a fault.
    case birthDate, expiryDate
    /// Neither M nor F nor <.
    case sex
    /// A digit.
    case name
    /// A code that is not letters, with < behind them.
    case issuer, nationality, documentCode
  }

  /// As the zone says it.
  package enum Sex: Sendable, Equatable { case male, female, unspecified }

  package let form: Form
  /// The lines as they were given.
  package let lines: [String]
  /// One or two letters: P, I, A, C …
  package let documentCode: String
  /// The issuing state, three letters or fewer as in `Country`.
  package let issuer: String
  package let nationality: String
  /// Without fillers; longer than nine characters where a card continues it in the optional data.
  package let documentNumber: String
  /// Family name, blanks for fillers.
  package let primaryName: String
  /// Given names, blanks for fillers; empty if there are none.
  package let secondaryName: String
  /// Names fill their field to its end, so that there may be more.
  package let isNamePossiblyTruncated: Bool
  /// Nil if parts are unknown or there is no such day; the century is the latest that is not in the future.
  package let birthDate: CalendarDate?
  /// Nil likewise; the century is the latest within `IdentityNumberLimits.expiryYearsAheadMax` years.
  package let expiryDate: CalendarDate?
  package let sex: Sex
  /// The optional data, or the personal number of a passport, without fillers at its end.
  package let optionalData: String
  /// The second field of optional data: TD1 only, otherwise empty.
  package let optionalData2: String
  /// The check digits that do not hold, in the order of `Check`'s cases.
  package let failedChecks: [Check]
  package let faults: [Fault]

  /// Whether every check digit holds.
  package var checksHold: Bool { failedChecks.isEmpty }

  /// Reads lines from the upper to the lower. `today` gives dates their century.
  package init(lines: [String], today: CalendarDate) throws(Failure) {
    let (layout, bytes) = try Self.form(of: lines)
    func raw(_ span: MRZLayout.Span) -> [UInt8] { Array(bytes[span]) }
    form = layout.form
    self.lines = lines
    documentCode = Self.trimmed(raw(layout.documentCode))
    issuer = Self.trimmed(raw(layout.issuer))
    nationality = Self.trimmed(raw(layout.nationality))
    let number = layout.number(in: bytes)
    documentNumber = Self.trimmed(number.text)
    optionalData = Self.trimmed(number.optionalData)
    optionalData2 = layout.optionalData2.map { Self.trimmed(raw($0)) } ?? ""
    let name = raw(layout.name)
    (primaryName, secondaryName) = Self.names(name)
    isNamePossiblyTruncated = name.last != MRZLayout.filler
    let birth = MRZDate(raw(layout.birthDate), latestYear: today.year)
    birthDate = birth.date(notAfter: today)
    let expiry = MRZDate(
      raw(layout.expiryDate), latestYear: today.year + IdentityNumberLimits.expiryYearsAheadMax)
    expiryDate = expiry.date(notAfter: nil)
    let sexByte = bytes[layout.sex]
    sex = Self.sexes[sexByte] ?? .unspecified
    failedChecks = layout.failedChecks(in: bytes)
    var faults: [Fault] = []
    if birthDate == nil && !birth.isPartlyUnknown { faults.append(.birthDate) }
    if expiryDate == nil && !expiry.isPartlyUnknown { faults.append(.expiryDate) }
    if Self.sexes[sexByte] == nil { faults.append(.sex) }
    if name.contains(where: isDigit) { faults.append(.name) }
    if !Self.isCode(raw(layout.issuer)) { faults.append(.issuer) }
    if !Self.isCode(raw(layout.nationality)) { faults.append(.nationality) }
    if !Self.isCode(raw(layout.documentCode)) { faults.append(.documentCode) }
    self.faults = faults
  }

  /// The check digit of `text`, weights 7 3 1, fillers 0; nil if it holds anything but A–Z, 0–9 and <.
  package static func checkDigit(of text: some StringProtocol) -> Character? {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ MRZLayout.value(of: $0) != nil }) else { return nil }
    return Character(String(MRZLayout.residue(of: bytes)))
  }

  private static let sexes: [UInt8: Sex] = [
    UInt8(ascii: "M"): .male, UInt8(ascii: "F"): .female, MRZLayout.filler: .unspecified,
  ]

  private static func form(of lines: [String]) throws(Failure) -> (MRZLayout, [UInt8]) {
    guard lines.count <= 3, let first = lines.first,
      first.utf8.count <= IdentityNumberLimits.textCharactersMax
    else { throw .form }
    // By characters, so that one foreign character is told as such.
    let counts = lines.map {
      $0.unicodeScalars.prefix(IdentityNumberLimits.textCharactersMax).count
    }
    guard
      let layout = MRZLayout.all.first(where: {
        counts == Array(repeating: $0.lineLength, count: $0.lineCount)
      })
    else { throw .form }
    for (line, text) in lines.enumerated() {
      for (position, scalar) in text.unicodeScalars.enumerated() {
        guard scalar.isASCII, MRZLayout.value(of: UInt8(truncatingIfNeeded: scalar.value)) != nil
        else { throw .character(line: line, position: position) }
      }
    }
    return (layout, lines.flatMap { Array($0.utf8) })
  }

  private static func trimmed(_ field: [UInt8]) -> String {
    let end = field.lastIndex { $0 != MRZLayout.filler }.map { $0 + 1 } ?? 0
    return String(decoding: field[..<end], as: UTF8.self)
  }

  private static func isCode(_ field: [UInt8]) -> Bool {
    let letters = field.prefix(while: isUpperLetter)
    return !letters.isEmpty && field[letters.count...].allSatisfy { $0 == MRZLayout.filler }
  }

  /// Two fillers stand between family name and given names, one between the words of each.
  private static func names(_ field: [UInt8]) -> (String, String) {
    let text = trimmed(field)
    let bytes = Array(text.utf8)
    let border = bytes.indices.dropLast().first {
      bytes[$0] == MRZLayout.filler && bytes[$0 + 1] == MRZLayout.filler
    }
    func words(_ part: some Collection<UInt8>) -> String {
      String(decoding: part, as: UTF8.self).split(separator: "<").joined(separator: " ")
    }
    guard let border else { return (words(bytes), "") }
    return (words(bytes[..<border]), words(bytes[border...]))
  }
}

/// Six characters `YYMMDD`, any of whose parts may be fillers.
struct MRZDate {
  let field: [UInt8]
  let latestYear: Int

  init(_ field: [UInt8], latestYear: Int) {
    self.field = field
    self.latestYear = latestYear
  }

  /// Fillers stand for whole parts that are not known; the others are numbers in their range.
  var isPartlyUnknown: Bool {
    let parts = [field[0..<2], field[2..<4], field[4..<6]]
    let bounds = [0...99, 1...12, 1...31]
    var unknown = 0
    for (part, bounds) in zip(parts, bounds) {
      if part.allSatisfy({ $0 == MRZLayout.filler }) {
        unknown += 1
      } else if !(decimal(part).map(bounds.contains) ?? false) {
        return false
      }
    }
    return unknown > 0
  }

  /// In the latest century that `latestYear` and `last` allow.
  func date(notAfter last: CalendarDate?) -> CalendarDate? {
    guard let year = decimal(field[0..<2]), let month = decimal(field[2..<4]),
      let day = decimal(field[4..<6])
    else { return nil }
    var century = latestYear / 100 * 100
    if century + year > latestYear { century -= 100 }
    let date = CalendarDate(year: century + year, month: month, day: day)
    if let last, let date, date > last {
      return CalendarDate(year: century - 100 + year, month: month, day: day)
    }
    return date
  }
}
