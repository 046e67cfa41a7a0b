// Fuzzes the message codec: whatever decodes must encode, and decode again to the same value.

import Messages
import Vocabulary

let messageEntries = [
  entry("compare-faces-request", CompareFacesRequest.self),
  entry("compare-faces-response", CompareFacesResponse.self),
  entry("detect-faces-request", DetectFacesRequest.self),
  entry("detect-faces-response", DetectFacesResponse.self),
  entry("error-detail", ErrorDetail.self),
]

private func entry<M: Message>(_ name: String, _ type: M.Type) -> FuzzEntry {
  FuzzEntry(name: "message-" + name) { input in
    guard let value = try? M(decoding: Bytes(copying: input)) else { return }
    let bytes = value.encoded()
    do throws(DecodingError) {
      let again = try M(decoding: bytes)
      // Encodings are compared, not values: a NaN is not equal to itself.
      precondition(again.encoded() == bytes, "what was encoded decodes to another value")
    } catch {
      preconditionFailure("what was encoded is refused: \(error)")
    }
  }
}
