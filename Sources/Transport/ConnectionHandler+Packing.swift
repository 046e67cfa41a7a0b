// Calls whose message or answer is compressed: what comes before and after their handlers.

internal import NIOCore
internal import RPC
internal import Vocabulary
internal import Wire

extension ConnectionHandler {
  /// What a call may compress.
  func packing(of call: borrowing Wire.IncomingCall) -> CallPacking {
    CallPacking(
      answers: call.answerEncoding,
      requestBytesMax: settings.methods.messageBytesMax(call.method, settings.limits.wire),
      answerBytesMax: wire?.messageBytesSendable ?? 0)
  }

  /// Has the call answered once its message is unpacked. Meanwhile its deadline runs, it may be cancelled, and it keeps
  /// its slot.
  func startPacked(_ call: Wire.IncomingCall) {
    let traffic = StreamTraffic(packing(of: call))
    if !call.kind.clientStreams { traffic.incoming.finish() }
    let place = calls.add(call.stream, traffic)
    if call.answerEncoding != .identity { calls.packing += 1 }
    guard call.encoding != .identity else {
      return begin(call, call.message, place, traffic, executor.now)
    }
    traffic.messageEncoding = call.encoding
    let bytesMax = traffic.packing.requestBytesMax
    let received = executor.now
    if let result = MessagePacking.unpackIfQuick(call.message, call.encoding, bytesMax: bytesMax) {
      return unpacked(call, result, place, traffic, received)
    }
    MessagePacking.aside { [self] in
      // A call that ended while others were unpacked costs no thread's time.
      let result: Result<Bytes, ServiceError> =
        traffic.isOver
        ? .failure(CallEnd.cancelled)
        : MessagePacking.unpack(call.message, call.encoding, bytesMax: bytesMax)
      onTurn { $0.unpacked(call, result, place, traffic, received) }
    }
  }

  private func unpacked(
    _ call: Wire.IncomingCall, _ result: Result<Bytes, ServiceError>, _ place: Int32,
    _ traffic: StreamTraffic, _ received: Moment
  ) {
    switch result {
    case .failure(let error): refuse(call, error, place, traffic, received)
    case .success(let message):
      let more = message.count - call.message.count
      // False: there is nobody to answer any more, or no memory, which has been said.
      guard wire?.messageUnpacked(call.stream, more: more, now: executor.now) == true else {
        return refuse(call, CallEnd.cancelled, place, traffic, received)
      }
      begin(call, message, place, traffic, received)
    }
  }

  private func begin(
    _ call: Wire.IncomingCall, _ message: Bytes, _ place: Int32, _ traffic: StreamTraffic,
    _ received: Moment
  ) {
    executor.start(describe(call, message, place, traffic, received), of: self, at: place)
  }

  /// Ends a call whose message could not be unpacked: no handler sees it, but it counts as a call.
  private func refuse(
    _ call: Wire.IncomingCall, _ error: ServiceError, _ place: Int32, _ traffic: StreamTraffic,
    _ received: Moment
  ) {
    settings.dispatcher.refused(describe(call, .empty, place, traffic, received), error)
    finish(place, .failure(error, trailers: Metadata()))
  }

  private func describe(
    _ call: Wire.IncomingCall, _ message: Bytes, _ place: Int32, _ traffic: StreamTraffic,
    _ received: Moment
  ) -> RPC.IncomingCall {
    RPC.IncomingCall(
      method: settings.methodNames[call.method], message: message, deadline: call.deadline,
      metadata: call.metadata, peer: peer, received: received, position: call.method,
      channel: ConnectionChannel(
        connection: self, place: place, stream: call.stream, traffic: traffic))
  }

  /// The handler of the call at `place` has ended: its answer is packed, if that is worth it.
  func finishPacked(_ place: Int32, _ outcome: CallOutcome) {
    calls.packing -= 1
    guard let traffic = calls.handlerEnded(at: place) else { return }
    let encoding = traffic.answerEncoding
    guard case .success(let segments, let trailers) = outcome, encoding != .identity else {
      return conclude(place) { Reply(outcome, $0) }
    }
    let bytesMax = traffic.packing.answerBytesMax
    if MessagePacking.isQuick(segments) {
      let message = MessagePacking.pack(segments, encoding, bytesMax: bytesMax)
      return conclude(place) { .success(message, trailers: Reply.join($0, trailers)) }
    }
    MessagePacking.aside { [self] in
      let message = MessagePacking.pack(segments, encoding, bytesMax: bytesMax)
      onTurn { connection in
        connection.conclude(place) { .success(message, trailers: Reply.join($0, trailers)) }
      }
    }
  }

  /// Answers the call at `place`. `reply` is given the trailers that the handler has gathered.
  private func conclude(_ place: Int32, _ reply: (Metadata) -> Reply) {
    guard let ended = calls.remove(place) else { return }
    wire?.conclude(ended.stream, reply(ended.trailers), now: executor.now)
    executor.touch(self)
  }

  /// Runs `body` on the loop, as a turn of its own.
  private func onTurn(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
    executor.loop.execute { [self] in
      executor.reading { body(self) }
      executor.turn()
    }
  }
}
