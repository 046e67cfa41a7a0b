// Bounds of decoding. Every one is checked before memory is reserved for what it bounds.

/// What a message may cost to decode. A value; the same limits serve every call.
package struct DecodingLimits: Sendable, Equatable {
  /// Longest message on the wire, in bytes.
  package var messageBytesMax: Int
  /// Deepest nesting; the message itself is depth 1. At most `depthCeiling`.
  package var depthMax: Int
  /// Most fields in all, elements of repeated fields and unknown fields included. Elements of
  /// packed fields are bounded by `memoryBytesMax` alone.
  package var fieldsMax: Int
  /// Most memory that the decoded value and the work on it may take together, in bytes. Large bytes
  /// fields that alias the message do not count.
  package var memoryBytesMax: Int
  /// Bytes fields of at least this length are not copied: they alias the message's buffer.
  package var aliasBytesMin: Int

  /// Deepest nesting that any limits may allow: the scan keeps its frames on the stack.
  package static let depthCeiling = 100

  /// 8 MiB is the most a unary call may carry in either direction; the rest leaves room
  /// for everything the services' messages need and stops a message of empty submessages at about
  /// 1.6 MB.
  package static let standard = DecodingLimits()

  package init(
    messageBytesMax: Int = 8 << 20, depthMax: Int = depthCeiling, fieldsMax: Int = 100_000,
    memoryBytesMax: Int = 32 << 20, aliasBytesMin: Int = 64 << 10
  ) {
    precondition(depthMax >= 1 && depthMax <= Self.depthCeiling, "depth outside the scan's stack")
    precondition(aliasBytesMin >= 64, "a token is not shorter than what it stands for")
    self.messageBytesMax = messageBytesMax
    self.depthMax = depthMax
    self.fieldsMax = fieldsMax
    self.memoryBytesMax = memoryBytesMax
    self.aliasBytesMin = aliasBytesMin
  }
}

/// Bounds of reading JSON (`idv call --data`), against slips rather than attacks.
enum JSONLimits {
  /// Longest text, in bytes: a request of 8 MiB in base64 with room for the rest.
  static let textBytesMax = 16 << 20
  /// Deepest nesting of objects and arrays: a message in a repeated field or a map is two levels deeper than the
  /// message that holds it, and every message that may be decoded must come through JSON.
  static let depthMax = 2 * DecodingLimits.depthCeiling
}
