// One call as the server sees it.

package import Vocabulary

/// Where a call stands on the server. A call that is in no phase was never opened (its id is above every id
/// seen) or is closed. PROTOCOL.md, "States of a stream", has the table of state × event.
package enum ServerPhase: Sendable, Hashable, CaseIterable {
  /// No call: the record is unused.
  case vacant
  /// The call is open and its message incomplete; no handler yet. Next: running, or closed by an error.
  case receiving
  /// A handler has the call. Next: replying, or lingering when the call ends without its answer.
  case running
  /// The answer waits for its turn or for the peer's windows. Next: lingering, or closed.
  case replying
  /// Closed on the wire, but the handler has not ended: the call still counts. Next: closed.
  case lingering
}

/// One call. Kept small: a call that fits two frames never has the two parts.
struct ServerStream: StreamRecord {
  var id: UInt32 = 0
  var phase = ServerPhase.vacant
  /// The client may still send DATA.
  var remoteOpen = false
  /// A handler has the call and has not ended.
  var handlerRunning = false
  var headersSent = false
  /// Whether the slot is in the send queue.
  var isQueued = false
  var deadline: Moment?
  /// Bytes counted against the connection's memory for this call.
  var chargedBytes = 0
  /// What we may send (native).
  var sendWindow = SendWindow(0)
  /// While the message arrives in pieces.
  var incoming: IncomingMessage?
  /// While the answer waits to be sent.
  var reply: PendingReply?

  static var vacant: ServerStream { ServerStream() }
}

/// The message of a call that came in more than its REQUEST. Owned by one stream.
final class IncomingMessage {
  /// Position in the method table.
  let method: Int
  let bytesMax: Int
  let metadata: Metadata
  var receiveWindow: ReceiveWindow
  var buffer = MessageBuffer()
  /// The whole message, once it is here.
  var message: Bytes?
  /// Stream credit kept back because memory is full.
  var withheldBytes = 0

  init(method: Int, bytesMax: Int, metadata: Metadata, windowBytes: Int, message: Bytes?) {
    self.method = method
    self.bytesMax = bytesMax
    self.metadata = metadata
    self.message = message
    receiveWindow = ReceiveWindow(windowBytes)
  }
}

/// An answer that waits for its turn. Owned by one stream.
final class PendingReply {
  var cursor: OutgoingCursor
  let trailers: Metadata

  init(_ message: OutgoingMessage, _ trailers: Metadata) {
    cursor = OutgoingCursor(message)
    self.trailers = trailers
  }
}

/// A call that a handler is to be started for.
package struct IncomingCall: Sendable, Equatable {
  package let stream: StreamID
  /// Position of the method in the `MethodTable`.
  package let method: Int
  /// The serialised request. Shares memory that is released when the last slice of it is.
  package let message: Bytes
  package let metadata: Metadata
  let expiry: Moment

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
  /// The connection failed or was lost.
  case connectionLost
  /// The server stops, and the grace is over.
  case drainEnded
}

/// How a handler answers.
package enum Reply: Sendable {
  case success(OutgoingMessage, trailers: Metadata = Metadata())
  case failure(ServiceError, trailers: Metadata = Metadata())
}
