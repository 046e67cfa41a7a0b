// Documents.ClassifyDocument: request → documents of the picture → their kinds and places.

internal import Documents
package import Messages
package import RPC
internal import Vision
package import Vocabulary

extension DocumentsHandlers {
  /// Says which documents a picture shows and where. That there is none is an answer.
  package func classifyDocument(
    _ request: ClassifyDocumentRequest, in call: CallContext
  ) async throws(ServiceError) -> ClassifyDocumentResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let image = try checkedImage(request.image, field: "image")

    // 2. The shared core. Waiting counts against the caller's deadline.
    let seen = try await pipeline.read(
      image, field: "image", options: DocumentReadOptions(), as: nil, before: call.deadline)

    // 3. The answer.
    var response = ClassifyDocumentResponse()
    let cards = seen.cards.filter(\.isSurelyCard).sorted { $0.quad.bounds.y < $1.quad.bounds.y }
    let isEmpty = cards.isEmpty
    response.header = self.header(
      call, header, isEmpty ? .noResult : .information, advice: isEmpty ? .retryCapture : .none)
    response.width = UInt32(seen.width)
    response.height = UInt32(seen.height)
    response.documents = cards.map { card in
      var document = ClassifiedDocument()
      document.kind = Messages.DocumentKind(card.document.kind)
      let confidence = card.document.kind.flatMap { card.document.scores[$0] } ?? 0
      document.confidence = rounded(confidence * 100)
      document.outline = Polygon(card.quad)
      document.outlineConfidence = rounded(card.quadConfidence * 100)
      return document
    }
    return response
  }
}
