// A serialised message on its way out.

package import Vocabulary

/// A serialised message as one or more segments of memory. Segments are referenced until they are written,
/// never joined. Most messages have one.
package struct OutgoingMessage: Sendable {
  /// The first segment; the only one for most messages.
  package let first: Bytes
  /// The others. Nil when there are none: every copy of an empty array is counted.
  let others: [Bytes]?
  /// Bytes of the whole message.
  package let count: Int
  /// What it is packed with; a stream sends messages as they are and packed with the one encoding that it names.
  package let encoding: MessageEncoding

  package init(_ bytes: Bytes, encoding: MessageEncoding = .identity) {
    first = bytes
    others = nil
    count = bytes.count
    self.encoding = encoding
  }

  package init(_ segments: [Bytes]) {
    encoding = .identity
    first = segments.first ?? .empty
    // Most messages have one segment: no slice, no copy.
    others = segments.count > 1 ? Array(segments.dropFirst()) : nil
    count = others?.reduce(first.count) { $0 + $1.count } ?? first.count
  }

  /// The segments after the first.
  package var rest: [Bytes] { others ?? [] }

  /// What the flag of a frame says that begins with this message.
  var flag: FrameFlags { encoding == .identity ? [] : .compressed }

  /// The empty message.
  package static var empty: OutgoingMessage { OutgoingMessage(Bytes.empty) }
}

extension MessageEncoding {
  /// Bytes of its name as field `number` of an envelope; none for messages as they are.
  func nameSize(field number: UInt64) -> Int {
    self == .identity ? 0 : ProtoWriter.fieldSize(number, name.utf8.count)
  }

  /// Writes its name as field `number`.
  func writeName(field number: UInt64, to writer: inout ProtoWriter) {
    if self != .identity { writer.textField(number, name) }
  }
}

/// How far a message has been sent.
struct OutgoingCursor {
  private(set) var message: OutgoingMessage
  /// Bytes not handed out yet.
  private(set) var remaining: Int
  /// 0 is `first`; n is `others[n - 1]`.
  private var segment = 0
  private var offset = 0

  static var none: OutgoingCursor { OutgoingCursor(.empty) }

  init(_ message: OutgoingMessage) {
    self.message = message
    remaining = message.count
  }

  /// The next bytes, at most `limit`, from one segment. Not to be called with nothing remaining.
  mutating func take(_ limit: Int) -> Bytes {
    var current = segment == 0 ? message.first : message.others![segment - 1]
    while offset == current.count {
      segment += 1
      offset = 0
      current = message.others![segment - 1]
    }
    let count = min(limit, current.count - offset)
    let piece = current[offset..<offset + count]
    offset += count
    remaining -= count
    return piece
  }
}
