// Bank cards: the number in groups, its check digit, the month it ends.

internal import IdentityNumbers
internal import Vision

/// Reads a bank card's side with the number.
struct BankCard {
  let maker: FieldMaker
  let today: CalendarDate

  func read() -> Sheet {
    var sheet = Sheet()
    number(into: &sheet)
    expiry(into: &sheet)
    type(into: &sheet)
    if let number = sheet.fields[.cardNumber] { network(number, in: &sheet) }
    return sheet
  }

  /// The row with most digits that has as many as card numbers have. Groups may be lines of their own.
  private func number(into sheet: inout Sheet) {
    let runs = maker.text.rows.map(Self.digitRun).filter { $0.count >= Self.digitsMin }
    guard
      let run = runs.max(by: { a, b in
        (Luhn.holds(String(a.map { DigitPlace($0).digit })) ? 1 : 0, a.count)
          < (Luhn.holds(String(b.map { DigitPlace($0).digit })) ? 1 : 0, b.count)
      })
    else { return }
    let places = run.map { DigitPlace($0) }
    let text = String(places.map(\.digit))
    let raw = run.textAsRead
    let isSettled = !places.allSatisfy(\.isAsRead)
    let isLength = IdentityNumberLimits.cardDigits.contains(text.count)
    if Luhn.holds(text), isLength {
      sheet.fields[.cardNumber] = maker.field(
        text, of: run, raw: raw, sureness: IdentityNumberRow.checkedSureness(places, odds: 10),
        settled: isSettled, incomplete: Self.hasHole(run), alternatives: [])
    } else if isLength, let repaired = Self.repaired(places) {
      let changed = repaired.changed
      let others = places.indices.filter { $0 != changed }.map { places[$0].sureness }.min() ?? 0
      sheet.fields[.cardNumber] = maker.field(
        repaired.text, of: run, raw: raw, sureness: min(0.85, others),
        incomplete: Self.hasHole(run), alternatives: [text])
      sheet.doubt(.cardNumberRepaired, .cardNumber, atMost: 100)
    } else {
      sheet.fields[.cardNumber] = maker.field(
        text, of: run, raw: raw,
        sureness: min(places.map(\.sureness).min() ?? 0, FieldMaker.incompleteMax),
        settled: isSettled, incomplete: !isLength || Self.hasHole(run), alternatives: [])
      sheet.doubt(isLength ? .cardNumberChecksumFailed : .cardNumberLengthWrong, .cardNumber)
    }
    if isLength, !Self.isUsualLength(text) { sheet.doubt(.cardNumberLengthWrong, .cardNumber) }
  }

  /// UnionPay has 16 to 19 digits, American Express 15, Diners Club 14, the others 16.
  private static func isUsualLength(_ text: String) -> Bool {
    switch CardScheme(digits: text) {
    case .unionPay?: (16...19).contains(text.count)
    case .americanExpress?: text.count == 15
    case .dinersClub?: text.count == 14 || text.count == 16
    case .maestro?: true
    case nil: text.count == 16 || text.count == 19
    default: text.count == 16
    }
  }

  static let digitsMin = 11

  /// The longest run of digits in a row. Blanks between groups are no characters; anything else ends it.
  private static func digitRun(_ row: [Glyph]) -> [Glyph] {
    IdentityNumberRow.run(of: row.filter { !"-.·".contains($0.character) })
  }

  /// One digit replaced by another reading of it so that the check digit holds, if only one such reading is likely.
  private static func repaired(_ places: [DigitPlace]) -> (text: String, changed: Int)? {
    var found: [(text: String, changed: Int, weight: Double)] = []
    let digits = places.map(\.digit)
    for (index, place) in places.enumerated() {
      for other in place.candidates.dropFirst()
      where place.sureness < IdentityNumberRow.doubtBelow
        || other.confidence > IdentityNumberRow.alternativeMin
      {
        var changed = digits
        changed[index] = other.character
        if Luhn.holds(String(changed)) {
          found.append((String(changed), index, other.confidence / max(0.001, place.sureness)))
        }
      }
    }
    found.sort { ($1.weight, $0.text) < ($0.weight, $1.text) }
    guard let best = found.first else { return nil }
    if found.count > 1, found[1].weight * 10 > best.weight { return nil }
    return (best.text, best.changed)
  }

  /// Whether digits are missing within: groups stand apart, but all their blanks are alike and none is wide.
  private static func hasHole(_ run: [Glyph]) -> Bool {
    let steps = zip(run, run.dropFirst()).map { $1.x - $0.x }.sorted()
    guard let last = steps.last, !steps.isEmpty else { return false }
    return last > steps[steps.count / 2] * holeSteps
  }

  /// A blank between groups is at most this many steps of digits.
  static let holeSteps = 3.2

  /// `MM/YY` or `MM/YYYY`; the latest if there are a beginning and an end.
  private func expiry(into sheet: inout Sheet) {
    var found: [(key: Int, value: String, glyphs: [Glyph], sureness: Double)] = []
    for row in maker.text.rows {
      for slash in row.indices where row[slash].character == "/" && slash >= 2 {
        let month = row[slash - 2..<slash].map { DigitPlace($0) }
        var year: [DigitPlace] = []
        for glyph in row[(slash + 1)...].prefix(4) where DigitPlace.isPossible(glyph) {
          year.append(DigitPlace(glyph))
        }
        if year.count == 3 { year.removeLast() }
        guard year.count == 2 || year.count == 4, let (m, sureness) = Self.month(month),
          let y = Int(String(year.map(\.digit)))
        else { continue }
        let full = y < 100 ? 2000 + y : y
        let text = (m < 10 ? "0" : "") + "\(m)/\(full)"
        let all = min(sureness, year.map(\.sureness).min() ?? 0)
        found.append(
          (full * 12 + m, text, (month + year).compactMap(\.glyph) + [row[slash]], all))
      }
    }
    guard let best = found.max(by: { $0.key < $1.key }) else { return }
    let raw = best.glyphs.leftToRight.text
    sheet.fields[.cardExpiry] = maker.field(
      best.value, of: best.glyphs, raw: raw, sureness: best.sureness,
      settled: raw.prefix(3) != best.value.prefix(3) || raw.suffix(2) != best.value.suffix(2),
      alternatives: [])
    if best.key < today.year * 12 + today.month { sheet.doubt(.expired, .cardExpiry, atMost: 100) }
  }

  /// The likeliest month that two digits may be; low if it is not what was read first.
  private static func month(_ places: [DigitPlace]) -> (Int, sureness: Double)? {
    var best: (Int, weight: Double, sureness: Double)?
    for tens in places[0].candidates {
      for ones in places[1].candidates {
        guard let month = Int(String([tens.character, ones.character])), (1...12).contains(month)
        else { continue }
        let weight = tens.confidence * ones.confidence
        if weight > best?.weight ?? -1 {
          best = (month, weight, min(tens.confidence, ones.confidence))
        }
      }
    }
    return best.map { ($0.0, $0.sureness) }
  }

  private func type(into sheet: inout Sheet) {
    let words: [(String, String)] = [
      ("准贷记卡", "SEMI_CREDIT"), ("贷记卡", "CREDIT"), ("信用卡", "CREDIT"), ("CREDIT", "CREDIT"),
      ("借记卡", "DEBIT"), ("储蓄卡", "DEBIT"), ("DEBIT", "DEBIT"), ("预付卡", "PREPAID"),
      ("PREPAID", "PREPAID"),
    ]
    for (word, value) in words {
      guard let found = maker.text.places(of: Array(word), scoreMin: 0.8, ignoringCase: true).first
      else { continue }
      sheet.fields[.cardType] = maker.field(
        value, of: found.glyphs, raw: found.glyphs.text, sureness: found.score, alternatives: [])
      return
    }
  }

  /// Scheme and issuer, by the number's first digits.
  private func network(_ number: FieldReading, in sheet: inout Sheet) {
    func told(_ value: String) -> FieldReading {
      FieldReading(
        value: value, rawValue: String(number.value.prefix(8)), confidence: number.confidence,
        box: number.box, incomplete: number.incomplete, reflective: number.reflective)
    }
    if let scheme = CardScheme(digits: number.value) {
      sheet.fields[.cardNetwork] = told(scheme.rawValue)
    }
    if let issuer = CardIssuer(digits: number.value) {
      sheet.fields[.cardIssuer] = told(issuer.name)
    }
  }
}
