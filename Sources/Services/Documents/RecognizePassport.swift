// Documents.RecognizePassport: request → documents of the picture → the one asked for → response.

internal import Documents
package import Messages
package import RPC
package import Vocabulary

extension DocumentsHandlers {
  /// Reads a passport's data page.
  package func recognizePassport(
    _ request: RecognizePassportRequest, in call: CallContext
  ) async throws(ServiceError) -> RecognizePassportResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let image = try checkedImage(request.image, field: "image")
    let reading = try CheckedReading(request.options, field: "options")
    let question = CardQuestion(kinds: [.passport], anySide: [.passport], several: false)

    // 2. The shared core. Waiting counts against the caller's deadline.
    let seen = try await pipeline.read(
      image, field: "image", options: reading.forReader, as: question.onlyKind,
      before: call.deadline)

    // 3. What answers the question; anything else is refused by name.
    let card = try chosen(question, seen, none: .imageNoIdCard)[0]

    // 4. The answer.
    var response = RecognizePassportResponse()
    response.header = self.header(call, header)
    response.width = UInt32(seen.width)
    response.height = UInt32(seen.height)
    response.passport = Passport(card, reading)
    return response
  }
}
