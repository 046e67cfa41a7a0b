// Why bytes were not taken for a message.

internal import CProtobufC
package import Vocabulary

/// A message that was refused. Names the field and the limit; holds nothing of the message's
/// content.
package struct DecodingError: Error, Sendable, Equatable {
  /// `malformedMessage`, `messageTooDeep`, `messageTooComplex`, `invalidText` or `payloadTooLarge`.
  package let symbol: ErrorSymbol
  /// Path of the field (`a.inline`); empty when it concerns the message as a whole.
  package let field: String
  /// The limit that was broken, with its unit; empty if none.
  package let limit: String
  /// One English sentence.
  package let message: String

  package init(_ symbol: ErrorSymbol, field: String = "", limit: String = "", _ message: String) {
    self.symbol = symbol
    self.field = field
    self.limit = limit
    self.message = message
  }
}

extension DecodingError {
  static func tooLong(_ limits: DecodingLimits) -> DecodingError {
    DecodingError(
      .payloadTooLarge, limit: "\(limits.messageBytesMax) bytes",
      "The message is longer than \(limits.messageBytesMax) bytes; send less.")
  }

  /// protobuf-c refused what the scan had passed, or memory ran out.
  static let notUnpacked = DecodingError(
    .malformedMessage, "The message could not be unpacked; compare the client's .proto files.")

  /// What `report` says in words; names fields by `descriptor`.
  init(_ report: idv_scan_report, of descriptor: MessageDescriptor, _ limits: DecodingLimits) {
    let path = withUnsafeBytes(of: report.path) { raw in
      raw.bindMemory(to: UInt32.self).prefix(Int(report.path_length)).map(Int32.init)
    }
    let field = descriptor.path(path)
    switch report.code {
    case IDV_SCAN_TOO_DEEP:
      self.init(
        .messageTooDeep, field: field, limit: "\(limits.depthMax) levels",
        "Messages are nested deeper than \(limits.depthMax) levels.")
    case IDV_SCAN_TOO_MANY_FIELDS:
      self.init(
        .messageTooComplex, field: field, limit: "\(limits.fieldsMax) fields",
        "The message has more than \(limits.fieldsMax) fields and elements; split it.")
    case IDV_SCAN_TOO_MUCH_MEMORY:
      self.init(
        .messageTooComplex, field: field, limit: "\(limits.memoryBytesMax) bytes of memory",
        "Decoding the message would take more than \(limits.memoryBytesMax) bytes; split it.")
    case IDV_SCAN_BAD_UTF8:
      self.init(.invalidText, field: field, "A text field is not UTF-8.")
    case IDV_SCAN_NUL_IN_TEXT:
      self.init(.invalidText, field: field, "A text field holds a NUL character.")
    default:
      self.init(.malformedMessage, field: field, Self.explanation(of: report.code))
    }
  }

  private static func explanation(of code: idv_scan_code) -> String {
    switch code {
    case IDV_SCAN_TRUNCATED: "The message ends inside a field."
    case IDV_SCAN_BAD_TAG: "A field number or wire type is outside its range."
    case IDV_SCAN_BAD_VARINT: "A number has more than 64 bits."
    case IDV_SCAN_GROUP: "Groups are not supported."
    case IDV_SCAN_WRONG_WIRE_TYPE:
      "A field has another wire type than its definition; compare the client's .proto files."
    case IDV_SCAN_BAD_PACKED_LENGTH: "A packed field's length is no multiple of its elements'."
    case IDV_SCAN_GIVEN_TWICE: "A singular message field is given twice; give it once."
    default: "The message is not well formed."
    }
  }
}
