// Documents.RecognizeIdCard: request → cards of the picture → those asked for → response.

internal import Documents
package import Messages
package import RPC
internal import Stubs
package import Vocabulary

extension DocumentsHandlers: DocumentsService {
  /// Reads identity cards.
  package func recognizeIdCard(
    _ request: RecognizeIdCardRequest, in call: CallContext
  ) async throws(ServiceError) -> RecognizeIdCardResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let image = try checkedImage(request.image, field: "image")
    let reading = try CheckedReading(request.options, field: "options")
    let question = CardQuestion(
      kinds: try idCardKinds(request.cardType, request.side),
      anySide: try idCardKinds(request.cardType, .unspecified), several: request.severalCards)

    // 2. The shared core. Waiting counts against the caller's deadline.
    let seen = try await pipeline.read(
      image, field: "image", options: reading.forReader, as: question.onlyKind,
      before: call.deadline)

    // 3. What answers the question; anything else is refused by name.
    let cards = try chosen(question, seen, none: .imageNoIdCard)

    // 4. The answer.
    var response = RecognizeIdCardResponse()
    response.header = self.header(call, header)
    response.width = UInt32(seen.width)
    response.height = UInt32(seen.height)
    response.cards = cards.map { IdCard($0, reading) }
    return response
  }

  /// The documents to answer with, never empty.
  func chosen(
    _ question: CardQuestion, _ seen: SeenPicture, none: ErrorSymbol
  ) throws(ServiceError) -> [SeenCard] {
    do throws(CardProblem) {
      return try question.choose(seen.cards)
    } catch {
      throw ServiceError(error, field: "image", none: none)
    }
  }
}

/// The kinds that a card type and a side allow.
func idCardKinds(
  _ type: IdCardType, _ side: CardSide
) throws(ServiceError) -> Set<Documents.DocumentKind> {
  let types: [(front: Documents.DocumentKind, back: Documents.DocumentKind)]
  switch type {
  case .unspecified:
    types = [
      (.residentIDFront, .residentIDBack), (.temporaryIDFront, .temporaryIDBack),
      (.hmtResidencePermitFront, .hmtResidencePermitBack),
      (.foreignerPermanentResidenceFront, .foreignerPermanentResidenceBack),
    ]
  case .resident: types = [(.residentIDFront, .residentIDBack)]
  case .temporary: types = [(.temporaryIDFront, .temporaryIDBack)]
  case .hmtResidencePermit: types = [(.hmtResidencePermitFront, .hmtResidencePermitBack)]
  case .foreignerPermanentResidence:
    types = [(.foreignerPermanentResidenceFront, .foreignerPermanentResidenceBack)]
  case .unrecognized: throw .unknownValue("card_type")
  }
  switch side {
  case .unspecified: return Set(types.flatMap { [$0.front, $0.back] })
  case .front: return Set(types.map(\.front))
  case .back: return Set(types.map(\.back))
  case .unrecognized: throw .unknownValue("side")
  }
}
