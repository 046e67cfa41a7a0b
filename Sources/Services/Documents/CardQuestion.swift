// Which documents are asked for, which of those seen answer that, and what it is called when none does.

internal import Decisions
internal import Documents
internal import Vision
internal import Vocabulary

/// Bounds of documents that no other layer knows.
enum DocumentRequestLimits {
  /// A card whose longer side has fewer pixels and that could not be read is too small: its writing is then about
  /// eight pixels high, under what the recogniser can use.
  static let cardPixelsMin = 250
  /// How sure the finder must be, 0–1, that something unknown is a card at all; below it shapes in ordinary
  /// photographs are found too (a shoulder and a flag, 0.49).
  static let cardConfidenceMin = 0.6
  /// A kind that fits worse, 0–1, counts only with a leading field that was read whole and surely: labels alone may
  /// be those of some other card. Real fronts that lost half of their labels have 0.5 to 0.7.
  static let kindScoreSure = 0.7
}

/// Why no document of those seen can be answered with.
enum CardProblem: Error, Sendable, Equatable, CaseIterable {
  case noCard
  case wrongKind
  case wrongSide
  case several
  case tooSmall
  case blurred
  case unreadable
}

/// What a caller asks for.
struct CardQuestion: Sendable {
  /// The kinds that answer it.
  let kinds: Set<DocumentKind>
  /// The same documents, whichever side.
  let anySide: Set<DocumentKind>
  /// Whether several may be answered.
  let several: Bool

  /// The only kind that answers it; nil if there are several.
  var onlyKind: DocumentKind? { kinds.count == 1 ? kinds.first : nil }

  /// The documents to answer with, upper ones first; never empty.
  func choose(_ cards: [SeenCard]) throws(CardProblem) -> [SeenCard] {
    let known = cards.filter(Self.isKnown)
    let wanted = known.filter { card in card.document.kind.map(kinds.contains) ?? false }
    guard !wanted.isEmpty else {
      if known.contains(where: { card in card.document.kind.map(anySide.contains) ?? false }) {
        throw .wrongSide
      }
      if !known.isEmpty { throw .wrongKind }
      let unknown = cards.filter(\.isSurelyCard)
      if !unknown.isEmpty, unknown.allSatisfy(Self.isSmall) { throw .tooSmall }
      throw unknown.contains(where: Self.isBlurred) ? .blurred : .noCard
    }
    guard several || wanted.count == 1 else { throw .several }
    let readable = wanted.filter(Self.isReadable)
    guard !readable.isEmpty else {
      if wanted.allSatisfy(Self.isSmall) { throw .tooSmall }
      throw wanted.contains(where: Self.isBlurred) ? .blurred : .unreadable
    }
    let doubts = Self.doubts(between: known)
    return readable.sorted { $0.quad.bounds.y < $1.quad.bounds.y }.map { card in
      var card = card
      card.hasCompany = known.count > readable.count
      if let kind = card.document.kind, Self.crossed.contains(kind) { card.document.add(doubts) }
      return card
    }
  }

  /// What both sides of a resident card say about each other, where the picture shows one of each.
  private static func doubts(between known: [SeenCard]) -> [FoundDoubt] {
    func only(_ kind: DocumentKind) -> InterpretedDocument? {
      let found = known.filter { $0.document.kind == kind }
      return found.count == 1 ? found[0].document : nil
    }
    guard let front = only(.residentIDFront), let back = only(.residentIDBack) else { return [] }
    return DocumentInterpreter.crossCheck(front: front, back: back)
  }

  private static let crossed: Set<DocumentKind> = [.residentIDFront, .residentIDBack]

  /// Whether the kind is beyond doubt.
  private static func isKnown(_ card: SeenCard) -> Bool {
    guard let kind = card.document.kind else { return false }
    if card.document.scores[kind] ?? 0 >= DocumentRequestLimits.kindScoreSure { return true }
    return kind.leadingFields.contains { field in
      card.document.fields[field].map { !$0.isLow && !$0.incomplete } ?? false
    }
  }

  private static func isSmall(_ card: SeenCard) -> Bool {
    card.longSide < Double(DocumentRequestLimits.cardPixelsMin)
  }

  private static func isBlurred(_ card: SeenCard) -> Bool {
    card.pictureWarnings.contains { $0.symbol == .blur }
  }

  /// Whether at least one of the fields that matter most was read.
  private static func isReadable(_ card: SeenCard) -> Bool {
    guard let fields = card.document.kind?.leadingFields, !fields.isEmpty else { return true }
    return fields.contains { card.document.fields[$0] != nil }
  }
}

extension SeenCard {
  /// Whether it is a document, known or not, and not just a shape like one.
  var isSurelyCard: Bool {
    document.kind != nil || quadConfidence >= DocumentRequestLimits.cardConfidenceMin
  }
}

extension DocumentKind {
  /// Fields without any of which nothing was read; empty for sides that have none of their own.
  fileprivate var leadingFields: [DocumentField] {
    switch self {
    case .residentIDFront, .temporaryIDFront, .hmtResidencePermitFront,
      .foreignerPermanentResidenceFront:
      [.name, .latinName, .idNumber]
    case .residentIDBack, .hmtResidencePermitBack: [.authority, .validity]
    case .passport: [.documentNumber, .latinName, .name, .mrzLine2]
    case .mainlandTravelPermitFront: [.documentNumber, .name, .latinName]
    case .bankCard: [.cardNumber]
    case .foreignerPermanentResidenceBack, .mainlandTravelPermitBack: [.mrzLine2, .mrzLine1]
    case .temporaryIDBack: []
    }
  }
}

extension ServiceError {
  /// - Parameters:
  ///   - field: the request field of the picture.
  ///   - none: the symbol for a picture without such a document.
  init(_ problem: CardProblem, field: String, none: ErrorSymbol) {
    func refusal(
      _ symbol: ErrorSymbol, _ message: String, _ advice: NextAction = .retryCapture,
      limit: String = ""
    ) -> ServiceError {
      ServiceError(
        .invalidArgument, "The picture in \(field) \(message).",
        ErrorDetail(symbol, field: field, limit: limit, advice: advice))
    }
    let least = "\(DocumentRequestLimits.cardPixelsMin) pixels"
    self =
      switch problem {
      case .noCard: refusal(none, "shows no document of this method")
      case .wrongKind:
        refusal(.imageNoSpecifiedCard, "shows another document than asked for", .correctInput)
      case .wrongSide: refusal(.cardSideError, "shows the other side; turn the card")
      case .several: refusal(.multiCardError, "shows several cards; show one")
      case .tooSmall:
        refusal(.idCardTooSmall, "shows a card too small to be read; come closer", limit: least)
      case .blurred: refusal(.imageBlur, "is too blurred to be read")
      case .unreadable:
        refusal(.idCardInfoIllegal, "shows a card of which nothing that matters can be read")
      }
  }
}
