// One call as the server sees it.

package import Vocabulary

/// Where a call stands on the server. A call that is in no phase was never opened (its id is above every id
/// seen) or is closed. PROTOCOL.md, "States of a stream", has the table of state × event.
package enum ServerPhase: Sendable, Hashable, CaseIterable {
  /// No call: the record is unused.
  case vacant
  /// The call is open and its message incomplete; no handler yet. Next: running, or closed by an error.
  case receiving
  /// A handler has the call. Where the method takes a stream, messages may still arrive. Next: replying, or
  /// lingering when the call ends without its answer.
  case running
  /// The handler has answered; what it sent waits for its turn or for the peer's windows. Next: lingering, or
  /// closed.
  case replying
  /// Closed on the wire, but the handler has not ended: the call still counts. Next: closed.
  case lingering
}

/// One call. Kept small: a call that fits two frames never has the two parts.
struct ServerStream: StreamRecord {
  var id: UInt32 = 0
  var phase = ServerPhase.vacant
  var kind = MethodKind.unary
  /// The client may still send DATA.
  var remoteOpen = false
  /// A handler has the call and has not ended.
  var handlerRunning = false
  var headersSent = false
  /// What those of the client's messages that say so are packed with.
  var encoding = MessageEncoding.identity
  /// What our messages may be packed with.
  var answerEncoding = MessageEncoding.identity
  /// Whether the slot is in the send queue.
  var isQueued = false
  var deadline: Moment?
  /// Bytes counted against the connection's memory for this call.
  var incomingBytes = 0
  var outgoingBytes = 0
  /// What we may send (native).
  var sendWindow = SendWindow(0)
  /// While messages arrive in DATA frames.
  var incoming: IncomingMessages?
  /// While messages, or the answer, wait to be sent.
  var outgoing: OutgoingQueue?

  static var vacant: ServerStream { ServerStream() }

  /// Whether messages may still arrive for a handler at work.
  var isReceivingStream: Bool { kind.clientStreams && remoteOpen && incoming != nil }
}

/// The request messages of a call that came in more than its REQUEST. Owned by one stream.
final class IncomingMessages {
  /// Position in the method table.
  let method: Int
  let metadata: Metadata
  var assembly: MessageAssembly
  /// The one message of a method that takes one, once it is here.
  var message: Bytes?
  /// Whether `message`, or the one that is being put together, is compressed.
  var isMessagePacked = false

  init(method: Int, bytesMax: Int, metadata: Metadata, windowBytes: Int, message: Bytes?) {
    self.method = method
    self.metadata = metadata
    self.message = message
    assembly = MessageAssembly(bytesMax: bytesMax, windowBytes: windowBytes)
  }
}

/// A call that a handler is to be started for.
package struct IncomingCall: Sendable, Equatable {
  package let stream: StreamID
  /// Position of the method in the `MethodTable`.
  package let method: Int
  /// How many messages travel each way; where the client streams, they follow as `.message` actions.
  package let kind: MethodKind
  /// The serialised request of a method that takes one message; empty otherwise. Shares memory that is released
  /// when the last slice of it is.
  package let message: Bytes
  package let metadata: Metadata
  let expiry: Moment
  /// What `message` is packed with.
  package var encoding = MessageEncoding.identity
  /// What answers may be packed with: the client has named it, and the method allows it.
  package var answerEncoding = MessageEncoding.identity

  /// Whether the message or the answer may be packed.
  package var isPacked: Bool { encoding != .identity || answerEncoding != .identity }

  /// When the caller stops waiting; the server's default and maximum are applied.
  package var deadline: Deadline { Deadline(expiry) }
}

/// Why a running call need not be answered any more.
package enum CancelReason: Sendable, Hashable {
  /// The client sent CANCEL with this code.
  case byPeer(StatusCode)
  /// The deadline passed; the client has been told.
  case deadlineExceeded
  /// The client broke a rule on this stream; it has been told.
  case protocolViolation
  /// The connection failed or was lost, or the client closed its side in the middle of its messages.
  case connectionLost
  /// The server stops, and the grace is over.
  case drainEnded
  /// The connection has had no memory for the client's messages for too long; the client has been told.
  case outOfMemory
}

/// How a handler answers. The message is not sent where the method streams to the client: there, `send` does it.
package enum Reply: Sendable {
  case success(OutgoingMessage, trailers: Metadata = Metadata())
  case failure(ServiceError, trailers: Metadata = Metadata())
}

/// What became of a message that was to be sent on a stream.
package enum SendResult: Sendable, Equatable {
  /// Taken. Without room, wait for `.sendRoom` before the next one: nothing is lost otherwise, but memory is used.
  case taken(hasRoom: Bool)
  /// Over the peer's limit: not sent, the call goes on.
  case tooLarge(ServiceError)
  /// The call is over, or this side has been closed; nothing is sent.
  case closed
}
