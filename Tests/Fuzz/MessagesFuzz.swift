// Fuzzes the message codec: whatever decodes must encode, and decode again to the same value; what the
// scan passes must unpack; and proto JSON must carry it there and back.

import Messages
import TestMessages
import Vocabulary

let messageEntries = [
  entry("compare-faces-request", CompareFacesRequest.self),
  entry("compare-faces-response", CompareFacesResponse.self),
  entry("detect-faces-request", DetectFacesRequest.self),
  entry("detect-faces-response", DetectFacesResponse.self),
  entry("error-detail", ErrorDetail.self),
  // Every feature of proto3, and types that hold themselves.
  entry("everything", Everything.self),
  entry("nest", Nest.self),
  FuzzEntry(name: "json") { input in
    // Text that is taken must be a message.
    let text = String(decoding: input, as: UTF8.self)
    guard let wire = try? MessageJSON.wire(from: text, as: Everything.descriptor) else { return }
    decoded(Everything.self, wire, DecodingLimits())
  },
]

/// Traps once the scan passes a message that holds itself twice over.
let scanCanary = FuzzEntry(name: "canary-scan") { input in
  guard let value = try? Nest(decoding: Bytes(copying: input)) else { return }
  precondition(value.encoded().count < 8, "the canary was found")
}

private func entry<M: Message>(_ name: String, _ type: M.Type) -> FuzzEntry {
  FuzzEntry(name: "message-" + name) { input in
    let bytes = Bytes(copying: input)
    // Small values alias too: without this no input would be long enough.
    for limits in [DecodingLimits(), DecodingLimits(aliasBytesMin: 64)] {
      do throws(DecodingError) {
        check(try M(decoding: bytes, limits: limits), bytes)
      } catch {
        precondition(error != .notUnpacked, "the scan passed what protobuf-c refuses")
      }
    }
  }
}

private func check<M: Message>(_ value: M, _ received: Bytes) {
  let bytes = value.encoded()
  // Encodings are compared, not values: a NaN is not equal to itself.
  let again = decoded(M.self, bytes, DecodingLimits())
  precondition(again == bytes, "what was encoded decodes to another value")
  let segments = value.encodedSegments(aliasBytesMin: 64).flatMap(\.array)
  precondition(segments == bytes.array, "the pieces are not the whole")
  guard let text = try? MessageJSON.text(of: bytes, as: M.descriptor, pretty: false),
    let wire = try? MessageJSON.wire(from: text, as: M.descriptor)
  else { preconditionFailure("JSON does not carry the message") }
  // JSON has one NaN only, and decoding writes absent what is zero.
  guard !text.contains("\"NaN\"") else { return }
  precondition(decoded(M.self, wire, DecodingLimits()) == bytes, "JSON changes the message")
}

/// What the value of `bytes` encodes to.
@discardableResult
private func decoded<M: Message>(_: M.Type, _ bytes: Bytes, _ limits: DecodingLimits) -> Bytes {
  do throws(DecodingError) {
    return try M(decoding: bytes, limits: limits).encoded()
  } catch {
    preconditionFailure("what was encoded is refused: \(error)")
  }
}
