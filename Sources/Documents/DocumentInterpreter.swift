// From the lines of a card to its kind, its fields and what is doubtful about them.

package import IdentityNumbers
package import Vision

/// Reads documents. Pure: the same reading and day give the same document.
package struct DocumentInterpreter: Sendable {
  /// Dates are judged against it.
  package let today: CalendarDate

  package init(today: CalendarDate) {
    self.today = today
  }

  /// What `reading` says. `expected` is the kind that the caller asks for: it is accepted with fewer signs when no other
  /// kind fits, and never instead of a kind that does. Without a kind there are no fields.
  package func interpret(_ reading: CardReading, as expected: DocumentKind? = nil)
    -> InterpretedDocument
  {
    let text = CardText(reading)
    let evidence = KindEvidence(text)
    guard let kind = evidence.best(expected: expected) else {
      return InterpretedDocument(kind: nil, scores: evidence.scores)
    }
    let maker = FieldMaker(text: text, condition: reading.condition)
    var sheet = read(kind, maker, portrait: reading.portrait)
    sheet.finish(required: kind.requiredFields)
    return InterpretedDocument(
      kind: kind, scores: evidence.scores, fields: sheet.fields, doubts: sheet.doubts)
  }

  /// Where lines of `reading` must stand that were not read or not in full, in its pixels.
  package func unread(in reading: CardReading, as expected: DocumentKind? = nil) -> [ImageBox] {
    let text = CardText(reading)
    guard let kind = KindEvidence(text).best(expected: expected) else { return [] }
    let maker = FieldMaker(text: text, condition: reading.condition)
    return switch kind {
    case .residentIDFront, .hmtResidencePermitFront:
      PersonFront(
        maker: maker, today: today, hasNation: kind == .residentIDFront, isTemporary: false,
        portrait: reading.portrait
      ).unread()
    case .residentIDBack:
      EmblemBack(maker: maker, today: today, rule: .residentID, isPermit: false).unread()
    default: []
    }
  }

  private func read(_ kind: DocumentKind, _ maker: FieldMaker, portrait: ImageBox?) -> Sheet {
    switch kind {
    case .residentIDFront, .temporaryIDFront, .hmtResidencePermitFront:
      PersonFront(
        maker: maker, today: today, hasNation: kind != .hmtResidencePermitFront,
        isTemporary: kind == .temporaryIDFront, portrait: portrait
      ).read()
    case .residentIDBack:
      EmblemBack(maker: maker, today: today, rule: .residentID, isPermit: false).read()
    case .temporaryIDBack:
      EmblemBack(maker: maker, today: today, rule: .temporaryID, isPermit: false).read()
    case .hmtResidencePermitBack:
      EmblemBack(maker: maker, today: today, rule: .hmtPermit, isPermit: true).read()
    case .foreignerPermanentResidenceFront: ForeignerCard(maker: maker, today: today).front()
    case .foreignerPermanentResidenceBack: ForeignerCard(maker: maker, today: today).back()
    case .passport: PassportPage(maker: maker, today: today).read()
    case .mainlandTravelPermitFront: TravelPermit(maker: maker, today: today).front()
    case .mainlandTravelPermitBack: TravelPermit(maker: maker, today: today).back()
    case .bankCard: BankCard(maker: maker, today: today).read()
    }
  }
}

extension DocumentKind {
  /// Fields that every document of the kind has.
  package var requiredFields: [DocumentField] {
    switch self {
    case .residentIDFront: [.name, .sex, .nation, .birth, .address, .idNumber]
    case .temporaryIDFront: [.name, .sex, .nation, .birth, .address, .validity, .idNumber]
    case .hmtResidencePermitFront: [.name, .sex, .birth, .address, .idNumber]
    case .residentIDBack: [.authority, .validity]
    case .temporaryIDBack: []
    case .hmtResidencePermitBack: [.authority, .validity, .passNumber, .issueCount]
    case .foreignerPermanentResidenceFront:
      [.name, .sex, .birth, .nationality, .validity, .idNumber]
    case .foreignerPermanentResidenceBack: []
    case .passport: [.documentNumber, .latinName, .birth, .sex, .nationality, .validTo]
    case .mainlandTravelPermitFront: [.name, .sex, .birth, .validity, .documentNumber]
    case .mainlandTravelPermitBack: []
    case .bankCard: [.cardNumber]
    }
  }
}

extension Sheet {
  /// Notes what is missing or cut, and puts the doubts in order.
  mutating func finish(required: [DocumentField]) {
    for field in required where fields[field] == nil {
      let doubt = FoundDoubt(.fieldMissing, field)
      if !doubts.contains(doubt) { doubts.append(doubt) }
    }
    for field in DocumentField.allCases where fields[field]?.incomplete == true {
      doubts.append(FoundDoubt(.fieldCut, field))
    }
    doubts = doubts.inOrder
  }
}
