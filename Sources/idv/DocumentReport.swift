// What `idv ocr` prints and draws of an answer, whichever method gave it.

internal import Messages

/// Documents with their fields in the order in which they are shown.
struct DocumentReport {
  private struct Row {
    let label: String
    let field: DocumentField
  }

  private struct Shown {
    let kind: String
    let image: DocumentImage?
    let rows: [Row]
    let remarks: [(String, String)]
  }

  private let header: ResponseHeader?
  private let message: any Message
  private let shown: [Shown]

  init(_ response: RecognizeIdCardResponse) {
    header = response.header
    message = response
    shown = response.cards.map { card in
      Shown(
        kind: card.kind.wireName, image: card.image,
        rows: Self.rows(
          [
            ("name", card.name), ("latin name", card.latinName), ("sex", card.sex),
            ("nation", card.nation), ("nationality", card.nationality),
            ("birth date", card.birthDate),
            ("address", card.address), ("id number", card.idNumber), ("authority", card.authority),
            ("valid period", card.validPeriod), ("valid from", card.validFrom),
            ("valid until", card.validUntil), ("pass number", card.passNumber),
            ("issue count", card.issueCount), ("previous number", card.previousNumber),
          ], card.machineReadableZone), remarks: Self.remarks(card.machineReadableZone))
    }
  }

  init(_ response: RecognizeBankCardResponse) {
    header = response.header
    message = response
    shown =
      response.card.map { card in
        var remarks: [(String, String)] = []
        if let issuer = card.issuer {
          let parts = [issuer.name, issuer.network, issuer.cardType.wireName]
          remarks.append(("issuer", parts.filter { !$0.isEmpty }.joined(separator: ", ")))
        }
        return [
          Shown(
            kind: DocumentKind.bankCard.wireName, image: card.image,
            rows: Self.rows([("number", card.number), ("expiry", card.expiry)], nil),
            remarks: remarks)
        ]
      } ?? []
  }

  init(_ response: RecognizePassportResponse) {
    header = response.header
    message = response
    shown =
      response.passport.map { page in
        [
          Shown(
            kind: DocumentKind.passport.wireName, image: page.image,
            rows: Self.rows(
              [
                ("type", page.documentType), ("issuing state", page.issuingState),
                ("number", page.number), ("name", page.name), ("latin name", page.latinName),
                ("family name", page.familyName), ("given names", page.givenNames),
                ("sex", page.sex),
                ("nationality", page.nationality), ("birth date", page.birthDate),
                ("birth place", page.birthPlace), ("issue date", page.issueDate),
                ("issue place", page.issuePlace), ("valid until", page.validUntil),
                ("authority", page.authority),
              ], page.machineReadableZone), remarks: Self.remarks(page.machineReadableZone))
        ]
      } ?? []
  }

  init(_ response: RecognizePermitResponse) {
    header = response.header
    message = response
    shown =
      response.permit.map { permit in
        [
          Shown(
            kind: permit.kind.wireName, image: permit.image,
            rows: Self.rows(
              [
                ("type", permit.documentType), ("name", permit.name),
                ("latin name", permit.latinName), ("number", permit.number), ("sex", permit.sex),
                ("birth date", permit.birthDate), ("nationality", permit.nationality),
                ("authority", permit.authority), ("issue place", permit.issuePlace),
                ("issue count", permit.issueCount), ("valid period", permit.validPeriod),
                ("valid from", permit.validFrom), ("valid until", permit.validUntil),
                ("id number", permit.idNumber),
              ], permit.machineReadableZone), remarks: Self.remarks(permit.machineReadableZone))
        ]
      } ?? []
  }

  private static func rows(
    _ fields: [(String, DocumentField?)], _ zone: MachineReadableZone?
  ) -> [Row] {
    fields.compactMap { label, field in field.map { Row(label: label, field: $0) } }
      + (zone?.lines.enumerated().map { Row(label: "mrz line \($0 + 1)", field: $1) } ?? [])
  }

  private static func remarks(_ zone: MachineReadableZone?) -> [(String, String)] {
    guard let zone else { return [] }
    return [
      ("mrz", "\(zone.format.wireName), check digits \(zone.checkDigitsValid ? "hold" : "FAIL")")
    ]
  }

  func json() throws -> String { try message.jsonText() }

  func text() -> String {
    var lines: [String] = []
    var number = 0
    for document in shown {
      lines.append(document.kind)
      for row in document.rows {
        number += 1
        lines.append(Self.text(row, number))
      }
      lines += document.remarks.map { "  " + left($0.0, 18) + plain($0.1) }
      guard let image = document.image else { continue }
      lines.append(
        "  " + left("picture", 18)
          + "quality \(fixed(image.quality, 0)), border \(fixed(image.borderScore, 0))")
      lines += image.warnings.map { "  " + left("warning", 18) + Self.text($0) }
      if image.warnings.isEmpty { lines.append("  " + left("warnings", 18) + "none") }
    }
    if let header {
      lines.append("  " + left("decided by", 18) + header.policy)
      lines.append("  " + left("models", 18) + header.models.map(\.name).joined(separator: ", "))
      lines.append("  " + left("call", 18) + "\(header.requestId), \(header.serverTimeMs) ms")
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ row: Row, _ number: Int) -> String {
    let field = row.field
    var remarks = [fixed(field.confidence, 1)]
    if field.rawValue_ != field.value { remarks.append("read “\(plain(field.rawValue_))”") }
    if field.repaired { remarks.append("repaired") }
    if field.settled { remarks.append("settled") }
    if field.incomplete { remarks.append("incomplete") }
    if field.reflective { remarks.append("reflection") }
    if !field.alternatives.isEmpty {
      remarks.append("or " + field.alternatives.map(plain).joined(separator: " | "))
    }
    return right("\(number)", 2) + " " + left(row.label, 17) + plain(field.value)
      + "  (" + remarks.joined(separator: ", ") + ")"
  }

  private static func text(_ warning: CardWarning) -> String {
    var text = warning.code.wireName
    if let score = warning.score, let threshold = warning.threshold {
      text += " \(fixed(score, 0)) (from \(fixed(threshold, 0)))"
    }
    if !warning.fields.isEmpty { text += ": " + warning.fields.joined(separator: ", ") }
    if !warning.reflectionPlaces.isEmpty {
      text += " on " + warning.reflectionPlaces.map(\.wireName).joined(separator: ", ")
    }
    return warning.advisory ? text + " (advisory)" : text
  }

  /// Outlines: the document green, the portrait blue, fields yellow with their numbers, warnings red.
  func draw(on canvas: inout AnnotatedPicture) {
    var number = 0
    for document in shown {
      canvas.outline(document.image?.outline, .green)
      canvas.outline(document.image?.portraitOutline, .blue)
      for row in document.rows {
        number += 1
        canvas.outline(row.field.outline, .yellow, number: number)
      }
      for warning in document.image?.warnings ?? [] { canvas.outline(warning.polygon, .red) }
    }
  }
}
