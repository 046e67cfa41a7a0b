// From the bytes of a picture to the documents on it: read, interpreted, and warned of.

package import Decisions
internal import Documents
package import IdentityNumbers
package import Vision
internal import Vocabulary

/// What every handler of documents shares. Stateless; safe from any thread.
package struct DocumentPipeline: Sendable {
  private let reader: DocumentReader?
  /// Roles of models that are not installed; without any of them nothing is read.
  package let missing: [String]
  /// What a picture's measurements mean.
  let policy: DocumentPolicy
  private let today: @Sendable () -> CalendarDate

  /// - Parameter today: the day against which dates are judged.
  package init(
    reader: DocumentReader, policy: DocumentPolicy = .standard,
    today: @escaping @Sendable () -> CalendarDate
  ) {
    self.reader = reader
    missing = []
    self.policy = policy
    self.today = today
  }

  /// A pipeline that refuses every picture, because the models of the roles `missing` are not installed.
  package init(missing: [String], today: @escaping @Sendable () -> CalendarDate) {
    reader = nil
    self.missing = missing
    policy = .standard
    self.today = today
  }

  /// The models in use, as they are named to callers.
  package var models: [VisionModel] { reader?.models ?? [] }

  /// - Parameter expected: the kind that the caller asks for, if there is only one.
  func read(
    _ image: Bytes, field: String, options: DocumentReadOptions, as expected: DocumentKind?,
    before deadline: Deadline
  ) async throws(ServiceError) -> SeenPicture {
    guard let reader else { throw Self.unavailable(missing) }
    let interpreter = DocumentInterpreter(today: today())
    var options = options
    options.secondLook = { interpreter.unread(in: $0, as: expected) }
    return try await reader.read(image, field: field, options: options, before: deadline) {
      [policy] reading in
      SeenPicture(
        width: reading.width, height: reading.height,
        cards: zip(reading.cards, reading.cardImages).map { card, images in
          SeenCard(card, interpreter.interpret(card, as: expected), images, policy)
        })
    }
  }

  private static func unavailable(_ missing: [String]) -> ServiceError {
    ServiceError(
      .failedPrecondition,
      "This server cannot read documents: \(missing.joined(separator: ", ")) not installed.",
      ErrorDetail(.modelUnavailable, advice: .contactSupport))
  }
}

/// What one picture of documents showed.
struct SeenPicture: Sendable {
  /// Size of the upright picture as it was sent.
  let width: Int
  let height: Int
  /// Largest first.
  let cards: [SeenCard]
}

/// One document as it was seen, without the lines that were read on it. Printing it shows no field.
struct SeenCard: Sendable {
  /// Its corners in the picture as sent.
  let quad: Quad
  /// 0–1.
  let quadConfidence: Double
  /// Size of the rectified document in pixels; boxes are in them.
  let width: Int
  let height: Int
  let portrait: ImageBox?
  var document: InterpretedDocument
  /// What is wrong with the picture of it.
  let pictureWarnings: [DocumentWarning]
  /// What could not be judged.
  let unmeasured: [DocumentWarningSymbol]
  /// 0–100.
  let quality: Double
  let borderScore: Double
  let images: Redacted<CardImages>
  /// Whether the picture shows other documents beside those that are answered with.
  var hasCompany = false

  init(
    _ card: CardReading, _ document: InterpretedDocument, _ images: CardImages,
    _ policy: DocumentPolicy
  ) {
    quad = card.quad
    quadConfidence = card.quadConfidence
    width = card.width
    height = card.height
    portrait = card.portrait
    self.document = document
    let measures = Self.measures(card)
    pictureWarnings = policy.warnings(for: measures)
    unmeasured = policy.unmeasured(in: measures)
    func badness(_ symbol: DocumentWarningSymbol) -> Double {
      guard let limit = policy.thresholds.first(where: { $0.symbol == symbol })?.limit,
        let value = measures[symbol]?.value
      else { return 0 }
      return Self.graded(value, limit: limit)
    }
    quality = 100 - [.blur, .dark, .lowResolution].map(badness).reduce(0, max)
    borderScore = badness(.borderIncomplete)
    self.images = Redacted(images)
  }

  /// The longer side of its outline in the picture, in pixels.
  var longSide: Double {
    let corners = quad.corners
    return (0..<4).map { index in
      let (a, b) = (corners[index], corners[(index + 1) % 4])
      return ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
    }.max() ?? 0
  }

  /// `box` of the rectified document as a part of it.
  func area(_ box: ImageBox) -> DocumentArea {
    DocumentArea(
      x: box.x / Double(width), y: box.y / Double(height), width: box.width / Double(width),
      height: box.height / Double(height))
  }

  private static func measures(
    _ card: CardReading
  ) -> [DocumentWarningSymbol: DocumentMeasure] {
    var measures: [DocumentWarningSymbol: DocumentMeasure] = [:]
    let (width, height) = (Double(card.width), Double(card.height))
    for (kind, measured) in card.condition.measurements {
      guard let symbol = DocumentWarningSymbol(rawValue: kind.rawValue) else { continue }
      measures[symbol] = DocumentMeasure(
        value: measured.value,
        place: measured.place.map {
          DocumentArea(
            x: $0.x / width, y: $0.y / height, width: $0.width / width, height: $0.height / height)
        })
    }
    return measures
  }

  /// A measurement on a scale of 0–100 where 50 is its limit.
  static func graded(_ value: Double, limit: Double) -> Double {
    guard (0...1).contains(value) else { return 100 }
    if value < limit { return 50 * value / limit }
    return limit < 1 ? 50 + 50 * (value - limit) / (1 - limit) : 50
  }
}
