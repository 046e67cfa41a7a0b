// The seam between what brings calls (a transport) and what answers them (the router).

package import Vocabulary

/// One call as a transport hands it over: within the transport's limits, not yet decoded. One reference: it
/// travels through the whole server.
package final class IncomingCall: Sendable {
  /// As the peer named it; it may not exist.
  package let method: MethodName
  /// The request message's bytes; empty where the method takes a stream, which comes from `channel`.
  package let message: Bytes
  /// When the caller stops waiting. Transports replace "none" by their default.
  package let deadline: Deadline
  /// Within the wire's limits, keys checked.
  package let metadata: Metadata
  /// The verified client certificate; nil if the peer showed none.
  package let peer: PeerIdentity?
  /// When the last byte of the request arrived.
  package let received: Moment
  /// The method's position in the dispatcher's `methods`, where the transport knows it; saves a
  /// look-up by name.
  package let position: Int?
  /// The handler's end of the call.
  package let channel: any CallChannel

  package init(
    method: consuming MethodName, message: consuming Bytes, deadline: Deadline,
    metadata: consuming Metadata = Metadata(), peer: consuming PeerIdentity?,
    received: Moment = .now, position: Int? = nil, channel: consuming any CallChannel
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

  /// Answers the calls of `source` one after the other, each as `dispatch` would, until it has none or says stop.
  func answerCalls(of source: any CallSource) async

  /// Every method that exists, in a fixed order; transports make their lookup tables from it.
  var methods: [MethodDescriptor] { get }

  /// Takes note of a call that ended with `error` before it could be dispatched.
  func refused(_ call: IncomingCall, _ error: ServiceError)

  /// Answers a call of a method whose descriptor says `isImmediate`. Does not wait; the call's channel does
  /// nothing.
  func answer(_ call: IncomingCall) -> CallOutcome
}

extension CallDispatcher {
  package func answerCalls(of source: any CallSource) async {
    while let call = source.next() {
      guard source.answered(await dispatch(call)) else { return }
    }
  }

  package func refused(_ call: IncomingCall, _ error: ServiceError) {}

  package func answer(_ call: IncomingCall) -> CallOutcome {
    preconditionFailure("no method of this dispatcher is immediate")
  }
}

/// Calls that wait for a task to answer them. Belongs to one task.
package protocol CallSource: AnyObject, Sendable {
  /// The next call; nil when there is none now.
  func next() -> IncomingCall?

  /// Takes the outcome of the call that `next` gave. False when the task must not answer another.
  func answered(_ outcome: consuming CallOutcome) -> Bool
}
