// One call as the client sees it.

package import Vocabulary

/// Where a call stands on the client. A call in no phase is over, or was never started.
package enum ClientPhase: Sendable, Hashable, CaseIterable {
  /// No call: the record is unused.
  case vacant
  /// REQUEST is out; messages of ours, or our close, are still to be sent. Next: waiting, or closed.
  case sending
  /// Everything is sent; the answer is awaited, or more of it. Next: closed.
  case waiting
}

/// One call. Kept small: a call that fits two frames never has the two parts.
struct ClientStream: StreamRecord {
  var id: UInt32 = 0
  var phase = ClientPhase.vacant
  var kind = MethodKind.unary
  /// Whether the slot is in the send queue.
  var isQueued = false
  var deadline: Moment?
  /// Bytes counted against the connection's memory for this call.
  var incomingBytes = 0
  var outgoingBytes = 0
  /// What we may send (native).
  var sendWindow = SendWindow(0)
  var responseBytesMax = 0
  /// What those of the server's messages that say so are packed with, as its HEADERS named it.
  var answerEncoding = MessageEncoding.identity
  /// While messages of ours wait to be sent.
  var outgoing: OutgoingQueue?
  /// Once something of the answer has come ahead of the RESPONSE.
  var incoming: IncomingAnswer?

  static var vacant: ClientStream { ClientStream() }
}

/// What has come of an answer before its RESPONSE. Owned by one stream.
final class IncomingAnswer {
  var headers: Metadata?
  var assembly: MessageAssembly
  /// Whether a message, or a piece of one, has come.
  var hasData = false
  /// The whole message of an answer that is one, once it is here.
  var message: Bytes?
  /// Whether `message`, or the one that is being put together, is compressed.
  var isMessagePacked = false

  init(bytesMax: Int, windowBytes: Int) {
    assembly = MessageAssembly(bytesMax: bytesMax, windowBytes: windowBytes)
  }
}

/// The name of a method with its place in the request envelope encoded once. Make one a method and keep it.
package struct MethodName: Sendable, Hashable {
  package let service: String
  package let method: String
  /// Fields 1 and 2 of the request envelope.
  let envelopeHead: [UInt8]

  package init(service: String, method: String) {
    self.service = service
    self.method = method
    let size =
      ProtoWriter.fieldSize(1, service.utf8.count) + ProtoWriter.fieldSize(2, method.utf8.count)
    envelopeHead = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var writer = ProtoWriter(UnsafeMutableRawPointer(buffer.baseAddress!))
      writer.textField(1, service)
      writer.textField(2, method)
      count = size
    }
  }
}

/// Why a call could not be started. Nothing was sent.
package enum CallRefusal: Error, Sendable, Hashable {
  /// The server takes no more calls at a time; wait for `.slotsChanged`.
  case noSlot
  /// The connection ends; use another.
  case goingAway
  /// The connection is closed.
  case closed
  /// The message is over what the server takes.
  case messageTooLarge(limitBytes: Int)
  /// Metadata that breaks the rules, or is over the server's limit.
  case badMetadata
  /// The deadline has passed already.
  case deadlinePassed
}

/// How a call failed.
package struct CallFailure: Error, Sendable, Equatable {
  /// The status, from the server or made here.
  package let error: ServiceError
  package let trailers: Metadata
  /// The server never started it: calling again is safe whatever the method does.
  package let neverStarted: Bool

  package init(_ error: ServiceError, trailers: Metadata = Metadata(), neverStarted: Bool = false) {
    self.error = error
    self.trailers = trailers
    self.neverStarted = neverStarted
  }
}
