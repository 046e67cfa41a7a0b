// The seam between what brings calls (a transport) and what answers them (the router).

package import Vocabulary

/// One call as a transport hands it over: within the transport's limits, not yet decoded.
package struct IncomingCall: Sendable {
  /// As the peer named it; it may not exist.
  package var method: MethodName
  /// The request message's bytes; empty where the method takes a stream, which comes from `channel`.
  package var message: Bytes
  /// When the caller stops waiting. Transports replace "none" by their default.
  package var deadline: Deadline
  /// Within the wire's limits, keys checked.
  package var metadata: Metadata
  /// The verified client certificate; nil if the peer showed none.
  package var peer: PeerIdentity?
  /// When the last byte of the request arrived.
  package let received: Moment
  /// The method's position in the dispatcher's `methods`, where the transport knows it; saves a
  /// look-up by name.
  package var position: Int?
  /// The handler's end of the call.
  package let channel: any CallChannel

  package init(
    method: MethodName, message: Bytes, deadline: Deadline, metadata: Metadata = Metadata(),
    peer: PeerIdentity?, received: Moment = .now, position: Int? = nil,
    channel: any CallChannel
  ) {
    self.method = method
    self.message = message
    self.deadline = deadline
    self.metadata = metadata
    self.peer = peer
    self.received = received
    self.position = position
    self.channel = channel
  }
}

/// How a call ended.
package enum CallOutcome: Sendable {
  /// The response message, as segments to be sent one after the other (none where the method streams to the client),
  /// and trailers, which go behind those of the channel.
  case success([Bytes], trailers: Metadata)
  /// No answer could be given.
  case failure(ServiceError, trailers: Metadata)

  /// The status code that the caller sees.
  package var code: StatusCode {
    switch self {
    case .success: .ok
    case .failure(let error, _): error.code
    }
  }
}

/// Answers calls. Implemented by `Router`; transports know nothing else of the server.
package protocol CallDispatcher: Sendable {
  /// Answers one call. Runs on the caller's executor until the handler leaves it; never throws,
  /// never outlives the handler. Cancelling the task asks the handler to stop.
  func dispatch(_ call: IncomingCall) async -> CallOutcome

  /// Every method that exists, in a fixed order; transports make their lookup tables from it.
  var methods: [MethodDescriptor] { get }

  /// Answers a call of a method whose descriptor says `isImmediate`. Does not wait; the call's channel does
  /// nothing.
  func answer(_ call: IncomingCall) -> CallOutcome
}

extension CallDispatcher {
  package func answer(_ call: IncomingCall) -> CallOutcome {
    preconditionFailure("no method of this dispatcher is immediate")
  }
}
