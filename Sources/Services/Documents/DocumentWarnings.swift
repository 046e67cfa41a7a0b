// Everything that is to be warned of about one document: its picture, its dates, its fields, as one list.

internal import Decisions
internal import Documents
internal import Vision
internal import Vocabulary

/// One warning, with the fields that it is about.
struct SeenWarning: Sendable, Equatable {
  var code: CardWarningCode
  /// 0–100, and from where on it is a warning; nil for findings without a measure.
  var score: Double?
  var threshold: Double?
  /// Where, as a part of the document.
  var place: DocumentArea?
  var advisory = false
  /// Of a reflection or occlusion: what it covers, the most important first.
  var covers: [ReflectionPosition] = []
  var fields: [DocumentField] = []
}

extension SeenCard {
  /// All warnings: of the picture, of dates, of fields.
  ///
  /// - Parameter repair: false when values are told as read: what would have been repaired then fails its check.
  func warnings(repair: Bool) -> [SeenWarning] {
    var warnings = pictureWarnings.compactMap(warning)
    if document.kind == .temporaryIDFront || document.kind == .temporaryIDBack {
      warnings.append(SeenWarning(code: .temporary))
    }
    if hasCompany { warnings.append(SeenWarning(code: .multipleCards)) }
    for found in document.doubts {
      let code = CardWarningCode(found.doubt)
      add(SeenWarning(code: repair ? code : code.unrepaired, fields: found.fields), to: &warnings)
    }
    let low = DocumentField.allCases.filter { document.fields[$0]?.isLow == true }
    if !low.isEmpty { add(SeenWarning(code: .fieldUncertain, fields: low), to: &warnings) }
    return warnings
  }

  /// Whether `warning` is about the holder's name or number.
  static func isAboutIdentity(_ warning: SeenWarning) -> Bool {
    warning.fields.contains { $0 == .name || $0 == .idNumber }
  }

  /// Whether `warning` is about the document's period. Only sides that print it have one.
  static func isAboutPeriod(_ warning: SeenWarning) -> Bool {
    warning.fields.contains { $0 == .validity || $0 == .validFrom || $0 == .validTo }
  }

  private func add(_ warning: SeenWarning, to warnings: inout [SeenWarning]) {
    guard let index = warnings.firstIndex(where: { $0.code == warning.code }) else {
      warnings.append(warning)
      return
    }
    warnings[index].fields += warning.fields.filter { !warnings[index].fields.contains($0) }
  }

  private func warning(_ warning: DocumentWarning) -> SeenWarning? {
    guard let code = CardWarningCode(warning.symbol) else { return nil }
    var seen = SeenWarning(
      code: code, score: warning.score * 100, threshold: warning.limit * 100,
      place: warning.place, advisory: warning.advisory)
    if let place = warning.place, code == .reflection || code == .occlusion {
      seen.covers = ReflectionPosition.all(
        at: place, portrait: portrait.map(area), emblem: document.kind?.emblem,
        fields: document.fields.values.map { area($0.box) })
    }
    return seen
  }
}

extension DocumentKind {
  /// Where the national emblem is printed; nil for kinds without one.
  fileprivate var emblem: DocumentArea? {
    switch self {
    case .residentIDBack, .temporaryIDBack, .hmtResidencePermitBack:
      DocumentArea(x: 0.05, y: 0.07, width: 0.2, height: 0.36)
    default: nil
    }
  }
}

extension CardWarningCode {
  /// Of what was measured on the picture; nil for names that stand for what `DocumentDoubt` says more exactly.
  init?(_ symbol: DocumentWarningSymbol) {
    switch symbol {
    case .borderIncomplete: self = .borderIncomplete
    case .photocopy: self = .copy
    case .screenRecapture: self = .screenRecapture
    case .glare: self = .reflection
    case .occlusion: self = .occlusion
    case .blur: self = .blur
    case .dark: self = .dark
    case .lowResolution: self = .lowResolution
    case .editing: self = .editingTraces
    case .watermark: self = .watermark
    case .electronic: self = .electronic
    case .temporary: self = .temporary
    case .datesInvalid, .other: return nil
    }
  }

  /// Of what the document says.
  init(_ doubt: DocumentDoubt) {
    self =
      switch doubt {
      case .fieldMissing: .fieldMissing
      case .fieldCut: .fieldCut
      case .idNumberLengthWrong: .idNumberLengthWrong
      case .idNumberChecksumFailed: .idNumberCheckFailed
      case .idNumberRepaired: .idNumberRepaired
      case .idNumberKindUnexpected: .idNumberKindUnexpected
      case .birthRepaired: .birthDateRepaired
      case .birthDisagreesWithNumber: .birthDateDisagrees
      case .sexDisagreesWithNumber: .sexDisagrees
      case .nationalityDisagrees: .nationalityDisagrees
      case .dateImpossible: .dateImpossible
      case .validityRepaired: .validityRepaired
      case .validityOrderWrong: .validityOrderWrong
      case .validityLengthUnusual: .validityLengthUnusual
      case .expired: .expired
      case .notYetValid: .notYetValid
      case .issuedBeforeBirth: .issuedBeforeBirth
      case .nationUnknown: .nationUnknown
      case .authorityUnusual: .authorityUnusual
      case .nameUnusual: .nameUnusual
      case .documentNumberUnusual: .documentNumberUnusual
      case .mrzCheckFailed: .mrzCheckFailed
      case .mrzRepaired: .mrzRepaired
      case .mrzDisagrees: .mrzDisagrees
      case .cardNumberChecksumFailed: .cardNumberCheckFailed
      case .cardNumberRepaired: .cardNumberRepaired
      case .cardNumberLengthWrong: .cardNumberLengthWrong
      }
  }

  /// What a repaired field is warned of when its value is told as read.
  fileprivate var unrepaired: CardWarningCode {
    switch self {
    case .idNumberRepaired: .idNumberCheckFailed
    case .birthDateRepaired: .birthDateDisagrees
    case .validityRepaired: .dateImpossible
    case .mrzRepaired: .mrzCheckFailed
    case .cardNumberRepaired: .cardNumberCheckFailed
    default: self
    }
  }

  /// Whether `check_dates` switches it off.
  var isAboutDates: Bool {
    switch self {
    case .expired, .notYetValid, .dateImpossible, .validityOrderWrong, .validityLengthUnusual,
      .issuedBeforeBirth:
      true
    default: false
    }
  }
}

extension DocumentField {
  /// Its name in answers.
  var wireName: String {
    switch self {
    case .name: "name"
    case .latinName: "latin_name"
    case .familyName: "family_name"
    case .givenNames: "given_names"
    case .sex: "sex"
    case .nation: "nation"
    case .nationality: "nationality"
    case .birth: "birth_date"
    case .address: "address"
    case .idNumber: "id_number"
    case .authority: "authority"
    case .validity: "valid_period"
    case .validFrom: "valid_from"
    case .validTo: "valid_until"
    case .passNumber: "pass_number"
    case .issueCount: "issue_count"
    case .documentNumber, .cardNumber: "number"
    case .previousNumber: "previous_number"
    case .documentType: "document_type"
    case .issuingState: "issuing_state"
    case .birthPlace: "birth_place"
    case .issuePlace: "issue_place"
    case .issueDate: "issue_date"
    case .mrzLine1, .mrzLine2, .mrzLine3: "machine_readable_zone"
    case .cardExpiry: "expiry"
    case .cardIssuer, .cardType, .cardNetwork: "issuer"
    }
  }
}
