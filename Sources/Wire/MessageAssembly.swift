// Puts one direction of a stream together again: fragments in, whole messages out, credit back.

internal import Vocabulary

/// The receiving side of a stream, of either end. Owned by one stream.
///
/// Credit for a fragment is due as soon as it is in the buffer, not when its message is whole: a message larger than
/// the window would never become so. It is withheld while messages that are whole wait unread, and while the
/// connection's memory is full; so a slow reader holds back its peer, and a large message never waits for itself.
struct MessageAssembly {
  /// Largest message taken.
  let bytesMax: Int
  var receiveWindow: ReceiveWindow
  private var buffer = MessageBuffer()
  /// Whether a message has begun and not ended: its last fragment said MORE.
  private(set) var isMidMessage = false
  /// Bytes admitted whose credit has not been returned.
  private(set) var withheldBytes = 0
  /// What whole messages that nobody has taken yet count.
  private(set) var unreadBytes = 0
  private let unreadBytesMax: Int

  /// Half of what a buffer reserves at first.
  private static let copiedBytesMax = 2048

  /// Charged for each unread message beside its bytes, so that small ones are not free.
  static let messageOverheadBytes = 128

  init(bytesMax: Int, windowBytes: Int) {
    self.bytesMax = bytesMax
    unreadBytesMax = windowBytes
    receiveWindow = ReceiveWindow(windowBytes)
  }

  /// Bytes of the message being put together.
  var heldBytes: Int { buffer.count }

  /// Appends a piece of the current message, which must fit `bytesMax`.
  mutating func append(_ piece: UnsafeRawBufferPointer) {
    buffer.append(piece, expected: bytesMax)
    withheldBytes += piece.count
  }

  /// The frame that carried the last piece has ended; `more` says that the message goes on.
  mutating func frameEnded(more: Bool) { isMidMessage = more }

  /// Hands the message out and begins the next. A small one is copied, so that it does not hold a large block.
  mutating func takeMessage() -> Bytes {
    if buffer.count <= Self.copiedBytesMax { return buffer.copyOut() }
    let message = buffer.finish()
    buffer = MessageBuffer()
    return message
  }

  /// What `message` counts while nobody has taken it.
  static func cost(_ messageBytes: Int) -> Int { messageBytes + messageOverheadBytes }

  /// A whole message waits to be taken.
  mutating func isUnread(_ messageBytes: Int) { unreadBytes += Self.cost(messageBytes) }

  /// It has been taken. Returns what it counted; an owner who takes more than there was gets no more than that.
  mutating func wasRead(_ messageBytes: Int) -> Int {
    let cost = min(unreadBytes, Self.cost(messageBytes))
    unreadBytes -= cost
    return cost
  }

  /// Whether credit should be kept back because too much waits unread.
  var isBehind: Bool { unreadBytes >= unreadBytesMax }

  /// Whether something of it waits for us: credit that is due, or messages that should have been taken.
  var isHeldBack: Bool { withheldBytes > 0 || isBehind }

  /// Returns all withheld credit: the increment to send, if it is due.
  mutating func releaseWithheld() -> Int? {
    guard withheldBytes > 0 else { return nil }
    defer { withheldBytes = 0 }
    return receiveWindow.release(withheldBytes)
  }
}
