// What waits to be sent on one stream: messages in order, then how the stream ends.

internal import Vocabulary

/// The sending side of a stream, of either end. Owned by one stream.
final class OutgoingQueue {
  /// How this side of the stream ends once the messages are out.
  enum End {
    /// A server's stream: RESPONSE, or the close of a compat stream.
    case reply(ServiceError?, trailers: Metadata)
    /// A client's side: DATA[RC].
    case close
  }

  private var messages: [OutgoingCursor] = []
  private var head = 0
  /// Set once nothing more will be added.
  var end: End?
  /// Whether the owner was told to wait for room.
  var isWaitedFor = false
  /// Whether a message, or a piece of one, has been sent as DATA.
  private(set) var hasSentData = false
  /// Bytes of the messages that wait, each with its overhead.
  private(set) var pendingBytes = 0

  init() {}

  convenience init(_ message: OutgoingMessage, end: End) {
    self.init()
    append(message)
    self.end = end
  }

  /// Messages that have not been sent whole.
  var count: Int { messages.count - head }

  func append(_ message: OutgoingMessage) {
    messages.append(OutgoingCursor(message))
    pendingBytes += MessageAssembly.cost(message.count)
  }

  /// The message whose turn it is; nil when all are sent.
  var next: OutgoingMessage? { head < messages.count ? messages[head].message : nil }

  /// Bytes of it that are left.
  var nextRemaining: Int { messages[head].remaining }

  /// Takes a piece of at most `limit` bytes of the message whose turn it is; an empty message is one empty piece.
  func takePiece(_ limit: Int) -> (piece: Bytes, isLast: Bool) {
    hasSentData = true
    let piece = messages[head].remaining == 0 ? .empty : messages[head].take(limit)
    return (piece, messages[head].remaining == 0)
  }

  /// Removes the message whose turn it was. Returns what it counted.
  func removeNext() -> Int {
    let cost = MessageAssembly.cost(messages[head].message.count)
    messages[head] = .none
    head += 1
    // Moving what is left has to be paid for by as many messages that have gone.
    if head == messages.count || (head >= 64 && head * 2 >= messages.count) {
      messages.removeFirst(head)
      head = 0
    }
    pendingBytes -= cost
    return cost
  }
}
