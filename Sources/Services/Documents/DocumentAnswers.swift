// How documents that were seen are put into messages.

internal import Decisions
internal import Documents
internal import IdentityNumbers
internal import Messages
internal import Vision
internal import Vocabulary

/// Reading options past their checks.
struct CheckedReading: Sendable {
  let wantCardImage: Bool
  let wantPortrait: Bool
  let repair: Bool
  let checkDates: Bool
  /// Warnings to tell of; nil for all.
  let only: Set<Vocabulary.CardWarningCode>?

  init(_ options: ReadingOptions?, field: String) throws(ServiceError) {
    wantCardImage = options?.wantCardImage ?? false
    wantPortrait = options?.wantPortrait ?? false
    repair = options?.repair ?? true
    checkDates = options?.checkDates ?? true
    let asked = try checkedWarnings(options?.warnings ?? [], field: field + ".warnings")
    only = asked.isEmpty ? nil : asked
  }

  var forReader: DocumentReadOptions {
    DocumentReadOptions(wantCardImage: wantCardImage, wantPortraitImage: wantPortrait)
  }

  /// Whether `warning` is to be told of.
  func tells(_ warning: SeenWarning) -> Bool {
    if !checkDates && warning.code.isAboutDates { return false }
    return only?.contains(warning.code) ?? true
  }
}

/// Warning codes of a request: known ones, each counted once.
func checkedWarnings(
  _ codes: [Messages.CardWarningCode], field: String
) throws(ServiceError) -> Set<Vocabulary.CardWarningCode> {
  guard codes.count <= RequestLimits.warningsMax else {
    throw .outOfRange(field, "at most \(RequestLimits.warningsMax) entries")
  }
  var known: Set<Vocabulary.CardWarningCode> = []
  for code in codes {
    guard let code = Vocabulary.CardWarningCode(rawValue: code.rawValue) else {
      throw .unknownValue(field)
    }
    known.insert(code)
  }
  return known
}

/// Writes the fields and the image of one document into messages.
struct DocumentWriter {
  let card: SeenCard
  let reading: CheckedReading
  /// From the rectified document to the picture; nil if its outline encloses nothing.
  private let toPicture: Homography?

  init(_ card: SeenCard, _ reading: CheckedReading) {
    self.card = card
    self.reading = reading
    toPicture = RectifyingMap(card.quad, width: card.width, height: card.height)?.toPicture
  }

  /// Nil if it was not read.
  func field(_ field: Documents.DocumentField) -> Messages.DocumentField? {
    guard let read = card.document.fields[field] else { return nil }
    var message = Messages.DocumentField()
    let isRepaired = card.document.doubts.contains {
      $0.doubt.isRepair && $0.fields.contains(field) && read.value != read.rawValue
    }
    message.value = (isRepaired || read.settled) && !reading.repair ? read.rawValue : read.value
    message.rawValue_ = read.rawValue
    message.confidence = rounded(read.confidence)
    message.incomplete = read.incomplete
    message.reflective = read.reflective
    message.outline = outline(of: read.box)
    message.alternatives = read.alternatives
    message.repaired = isRepaired && reading.repair
    message.settled = read.settled && reading.repair
    message.date = Self.date(field, message.value)
    return message
  }

  var image: DocumentImage {
    var image = DocumentImage()
    image.outline = Polygon(card.quad)
    image.outlineConfidence = rounded(card.quadConfidence * 100)
    image.quality = rounded(card.quality)
    image.borderScore = rounded(card.borderScore)
    image.warnings = card.warnings(repair: reading.repair).filter(reading.tells).map(warning)
    image.portraitOutline = card.portrait.flatMap(outline)
    card.images.reveal { images in
      if reading.wantCardImage { image.cardImage = images.card ?? .empty }
      if reading.wantPortrait { image.portrait = images.portrait ?? .empty }
    }
    return image
  }

  /// Nil if no line of it was read.
  var machineReadableZone: Messages.MachineReadableZone? {
    let names: [Documents.DocumentField] = [.mrzLine1, .mrzLine2, .mrzLine3]
    let lines = names.compactMap(field)
    guard !lines.isEmpty else { return nil }
    var zone = Messages.MachineReadableZone()
    zone.lines = lines
    let isComplete: Bool
    switch card.document.kind {
    case .passport:
      zone.format = .td3
      isComplete = lines.count == 2
    case .mainlandTravelPermitFront:
      zone.format = .exitEntryPermit
      isComplete = lines.count == 1
    default:
      zone.format = .td1
      isComplete = lines.count == 3
    }
    let doubts = Set(card.document.doubts.map(\.doubt))
    zone.checkDigitsValid =
      isComplete && !doubts.contains(.mrzCheckFailed)
      && (reading.repair || !doubts.contains(.mrzRepaired))
    return zone
  }

  private func warning(_ seen: SeenWarning) -> CardWarning {
    var warning = CardWarning()
    warning.code = Messages.CardWarningCode(rawValue: seen.code.rawValue)
    warning.score = seen.score.map { rounded($0) }
    warning.threshold = seen.threshold.map { rounded($0) }
    warning.advisory = seen.advisory
    warning.polygon = seen.place.flatMap { place in
      outline(
        of: ImageBox(
          x: place.x * Double(card.width), y: place.y * Double(card.height),
          width: place.width * Double(card.width), height: place.height * Double(card.height)))
    }
    if seen.code == .reflection { warning.reflectionPlaces = seen.covers.map(ReflectionPlace.init) }
    for name in seen.fields.map(\.wireName) where !warning.fields.contains(name) {
      warning.fields.append(name)
    }
    return warning
  }

  /// Where a box of the rectified document lies in the picture.
  private func outline(of box: ImageBox) -> Polygon? {
    guard let toPicture else { return nil }
    let (right, bottom) = (box.x + box.width, box.y + box.height)
    let quad = toPicture(
      Quad(
        topLeft: ImagePoint(x: box.x, y: box.y), topRight: ImagePoint(x: right, y: box.y),
        bottomRight: ImagePoint(x: right, y: bottom), bottomLeft: ImagePoint(x: box.x, y: bottom)))
    guard quad.corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return nil }
    return Polygon(quad)
  }

  /// The date that a field's value is; nil for other fields.
  private static func date(
    _ field: Documents.DocumentField, _ value: String
  ) -> Messages.CalendarDate? {
    switch field {
    case .birth, .validFrom, .validTo, .issueDate:
      var date = Messages.CalendarDate()
      if value == "长期" {
        date.longTerm = true
        return date
      }
      guard let day = IdentityNumbers.CalendarDate(digits: value.filter { $0 != "-" }) else {
        return nil
      }
      date.year = UInt32(day.year)
      date.month = UInt32(day.month)
      date.day = UInt32(day.day)
      return date
    case .cardExpiry:
      let parts = value.split(separator: "/").compactMap { UInt32($0) }
      guard parts.count == 2, (1...12).contains(parts[0]) else { return nil }
      var date = Messages.CalendarDate()
      date.month = parts[0]
      date.year = parts[1]
      return date
    default: return nil
    }
  }
}

extension DocumentDoubt {
  /// Whether it says that a value is not as read because a check digit demands another.
  fileprivate var isRepair: Bool {
    switch self {
    case .idNumberRepaired, .birthRepaired, .mrzRepaired, .cardNumberRepaired: true
    default: false
    }
  }
}

extension Polygon {
  /// From pixel centres to distances from the picture's upper left corner.
  init(_ quad: Quad) {
    self.init()
    points = quad.corners.map { corner in
      var point = Point()
      point.x = Float(corner.x + 0.5)
      point.y = Float(corner.y + 0.5)
      return point
    }
  }
}

extension ReflectionPlace {
  fileprivate init(_ position: ReflectionPosition) {
    self =
      switch position {
      case .portrait: .portrait
      case .nationalEmblem: .nationalEmblem
      case .recognitionField: .field
      case .others: .other
      }
  }
}

extension Messages.DocumentKind {
  /// Unknown for nil.
  init(_ kind: Documents.DocumentKind?) {
    self =
      switch kind {
      case nil: .unknown
      case .residentIDFront: .residentIdFront
      case .residentIDBack: .residentIdBack
      case .temporaryIDFront: .temporaryIdFront
      case .temporaryIDBack: .temporaryIdBack
      case .hmtResidencePermitFront: .hmtResidencePermitFront
      case .hmtResidencePermitBack: .hmtResidencePermitBack
      case .foreignerPermanentResidenceFront: .foreignerPermanentResidenceFront
      case .foreignerPermanentResidenceBack: .foreignerPermanentResidenceBack
      case .passport: .passport
      case .mainlandTravelPermitFront: .mainlandTravelPermitFront
      case .mainlandTravelPermitBack: .mainlandTravelPermitBack
      case .bankCard: .bankCard
      }
  }
}

extension IdCard {
  init(_ card: SeenCard, _ reading: CheckedReading) {
    self.init()
    let write = DocumentWriter(card, reading)
    kind = Messages.DocumentKind(card.document.kind)
    image = write.image
    name = write.field(.name)
    latinName = write.field(.latinName)
    sex = write.field(.sex)
    nation = write.field(.nation)
    nationality = write.field(.nationality)
    birthDate = write.field(.birth)
    address = write.field(.address)
    idNumber = write.field(.idNumber)
    authority = write.field(.authority)
    validPeriod = write.field(.validity)
    validFrom = write.field(.validFrom)
    validUntil = write.field(.validTo)
    passNumber = write.field(.passNumber)
    issueCount = write.field(.issueCount)
    previousNumber = write.field(.previousNumber)
    machineReadableZone = write.machineReadableZone
  }
}

extension BankCard {
  init(_ card: SeenCard, _ reading: CheckedReading) {
    self.init()
    let write = DocumentWriter(card, reading)
    image = write.image
    number = write.field(.cardNumber)
    expiry = write.field(.cardExpiry)
    let fields = card.document.fields
    let found = [fields[.cardIssuer], fields[.cardType], fields[.cardNetwork]]
    guard found.contains(where: { $0 != nil }) else { return }
    var issuer = BankCardIssuer()
    issuer.name = fields[.cardIssuer]?.value ?? ""
    issuer.network = fields[.cardNetwork]?.value ?? ""
    issuer.cardType =
      switch fields[.cardType]?.value {
      case "DEBIT": .debit
      case "CREDIT": .credit
      case "SEMI_CREDIT": .semiCredit
      case "PREPAID": .prepaid
      default: .unknown
      }
    self.issuer = issuer
  }
}

extension Passport {
  init(_ card: SeenCard, _ reading: CheckedReading) {
    self.init()
    let write = DocumentWriter(card, reading)
    image = write.image
    documentType = write.field(.documentType)
    issuingState = write.field(.issuingState)
    number = write.field(.documentNumber)
    name = write.field(.name)
    latinName = write.field(.latinName)
    familyName = write.field(.familyName)
    givenNames = write.field(.givenNames)
    sex = write.field(.sex)
    nationality = write.field(.nationality)
    birthDate = write.field(.birth)
    birthPlace = write.field(.birthPlace)
    issueDate = write.field(.issueDate)
    issuePlace = write.field(.issuePlace)
    validUntil = write.field(.validTo)
    authority = write.field(.authority)
    machineReadableZone = write.machineReadableZone
  }
}

extension Permit {
  init(_ card: SeenCard, _ reading: CheckedReading) {
    self.init()
    let write = DocumentWriter(card, reading)
    kind = Messages.DocumentKind(card.document.kind)
    image = write.image
    documentType = write.field(.documentType)
    name = write.field(.name)
    latinName = write.field(.latinName)
    number = write.field(.documentNumber)
    sex = write.field(.sex)
    birthDate = write.field(.birth)
    nationality = write.field(.nationality)
    authority = write.field(.authority)
    issuePlace = write.field(.issuePlace)
    issueCount = write.field(.issueCount)
    validPeriod = write.field(.validity)
    validFrom = write.field(.validFrom)
    validUntil = write.field(.validTo)
    idNumber = write.field(.idNumber)
    machineReadableZone = write.machineReadableZone
  }
}
