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

/// One call: which phase, what has arrived, what is still to be sent.
struct ServerStream: StreamRecord {
  var id: UInt32 = 0
  var phase = ServerPhase.vacant
  /// The client may still send DATA.
  var remoteOpen = false
  /// A handler has the call and has not ended.
  var handlerRunning = false
  var headersSent = false
  /// The last DATA had MORE: the message goes on.
  var isMidMessage = false
  /// One whole message is here; the call is waited on only for its close.
  var hasMessage = false
  /// Position in the method table.
  var method = 0
  var messageBytesMax = 0
  var deadline: ContinuousClock.Instant?
  var metadata = Metadata()
  var assembly: MessageBuffer?
  /// The message, when it came inside the REQUEST of a call that is not closed yet.
  var message = Bytes.empty
  /// Bytes counted against the connection's memory for this call.
  var chargedBytes = 0
  var receiveWindow = ReceiveWindow(0)
  /// Stream credit kept back because memory is full.
  var withheldBytes = 0
  // The answer.
  var reply = OutgoingCursor.none
  var trailers = Metadata()
  var sendWindow = SendWindow(0)
  /// Whether the slot is in the send queue.
  var isQueued = false

  static var vacant: ServerStream { ServerStream() }
}

/// A call that a handler is to be started for.
package struct IncomingCall: Sendable, Equatable {
  package let stream: StreamID
  /// Position of the method in the `MethodTable`.
  package let method: Int
  /// The serialised request. Shares memory that is released when the last slice of it is.
  package let message: Bytes
  /// When the caller stops waiting; the server's default and maximum are applied.
  package let deadline: Deadline
  package let metadata: Metadata
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
