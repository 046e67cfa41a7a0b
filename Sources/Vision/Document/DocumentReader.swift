// The document pipeline as services see it: bytes in, cards with their lines out.

package import Inference
internal import Media
package import Vocabulary

/// What to do with a picture of documents.
package struct DocumentReadOptions: Sendable {
  /// Whether to give back each card, laid flat, as a JPEG file.
  package var wantCardImage: Bool
  /// Whether to give back each card's portrait as a JPEG file.
  package var wantPortraitImage: Bool
  /// Most cards that are read, surest first.
  package var cardsMax: Int
  /// Places of a card, in its own pixels, where a line must stand that was not read or not in full; they are looked
  /// at again. Called once a card with what was read first. Nil: nobody knows.
  package var secondLook: (@Sendable (CardReading) -> [ImageBox])?

  package init(
    wantCardImage: Bool = false, wantPortraitImage: Bool = false,
    cardsMax: Int = CardFinderLimits.cardsMax
  ) {
    precondition((1...CardFinderLimits.cardsMax).contains(cardsMax), "cardsMax out of bounds")
    self.wantCardImage = wantCardImage
    self.wantPortraitImage = wantPortraitImage
    self.cardsMax = cardsMax
  }
}

/// Crops of one card, each a JPEG file; nil if it was not asked for or there is none.
package struct CardImages: Sendable {
  /// The card laid flat.
  package var card: Bytes?
  /// The portrait with its surroundings, as on the card.
  package var portrait: Bytes?

  package init(card: Bytes? = nil, portrait: Bytes? = nil) {
    self.card = card
    self.portrait = portrait
  }
}

/// What one picture of documents showed.
package struct DocumentPictureReading: Sendable {
  /// Size of the picture as it was sent, upright after EXIF orientation.
  package let width: Int
  package let height: Int
  /// Surest first.
  package let cards: [CardReading]
  /// In the order of `cards`.
  package let cardImages: [CardImages]
}

/// Reads pictures of documents on the shared inference core. Stateless; any thread. Owned by the
/// composition root and handed to whoever needs documents.
package struct DocumentReader: Sendable {
  /// The models in use, as they are named to callers.
  package let models: [VisionModel]

  private let engine: InferenceEngine
  private let limits: ImageLimits
  private let alphabet: TextAlphabet

  /// What the engine must load, beside what `FaceAnalyzer` needs.
  package static var modelUses: [ModelUse] {
    [TextModels.detection, TextModels.recognition, TextModels.direction, TextModels.orientation]
  }

  /// Which models of documents `engine` has not loaded because they are not installed; without any of
  /// them documents cannot be read.
  package static func missingModels(of engine: InferenceEngine) -> [ModelRole] {
    modelUses.map(\.role).filter { engine[$0] == nil }
  }

  /// - Throws: if the engine has not the models and preprocessing that this code was made for.
  package init(
    engine: InferenceEngine, imageBytesMax: Int = ImageLimits.standardBytesMax,
    imageSideMax: Int = ImageLimits.standardSideMax
  ) throws(InferenceStartupError) {
    for use in Self.modelUses {
      try requirePreprocessing(TextModels.preprocessing[use.role], of: use.role, in: engine)
    }
    try requirePreprocessing(
      FaceModels.preprocessing[.faceDetection], of: .faceDetection, in: engine)
    models = engine.models.filter { TextModels.preprocessing[$0.role] != nil }.map(VisionModel.init)
    alphabet = try TextAlphabet(
      list: engine.metadata(of: .textRecognition, TextModels.characterKey) ?? "")
    self.engine = engine
    limits = ImageLimits(
      bytesMax: imageBytesMax, sideMax: imageSideMax, pixelsMax: imageSideMax * imageSideMax)
  }

  /// Reads one picture: one job on one lane. Waiting for the lane spends `deadline`.
  ///
  /// - Parameter field: the request field that holds the picture, for errors.
  package func read(
    _ image: Bytes, field: String, options: DocumentReadOptions = DocumentReadOptions(),
    before deadline: Deadline
  ) async throws(ServiceError) -> DocumentPictureReading {
    try await read(image, field: field, options: options, before: deadline) { $0 }
  }

  /// The same, giving back what `understood` makes of the reading: it computes, so it runs in the same job.
  package func read<Understood: Sendable>(
    _ image: Bytes, field: String, options: DocumentReadOptions, before deadline: Deadline,
    understood: @escaping @Sendable (DocumentPictureReading) -> Understood
  ) async throws(ServiceError) -> Understood {
    let task = DocumentTask(image: image, options: options, limits: limits, alphabet: alphabet)
    let outcome: Result<Understood, AnalysisError>
    do throws(InferenceError) {
      outcome = try await engine.run(before: deadline) { lane throws(AnalysisError) in
        understood(try task.run(on: lane))
      }
    } catch { throw ServiceError(error) }
    do throws(AnalysisError) {
      return try outcome.get()
    } catch { throw ServiceError(error, field: field) }
  }
}
