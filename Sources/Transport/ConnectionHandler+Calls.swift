// Calls: from the state machine to the router and back.

internal import NIOCore
internal import RPC
internal import Vocabulary
internal import Wire

/// The calls of one connection whose handlers have not ended. A freed place is used again.
struct RunningCalls {
  private struct Place {
    /// Nil in a free place.
    var stream: StreamID?
    /// Answers the call; nil until it begins to.
    var worker: CallWorker?
    /// Whether nobody waits for the answer any more.
    var isCancelled = false
    /// Of a call that streams, either way.
    var traffic: StreamTraffic?
    /// What the handler has added to its answer's trailers.
    var trailers = Metadata()
  }

  private var places: [Place] = []
  private var free: [Int32] = []
  /// Calls whose answer may have to be packed.
  var packing = 0

  var isEmpty: Bool { free.count == places.count }

  /// Takes a place for the call on `stream`.
  mutating func add(_ stream: StreamID, _ traffic: StreamTraffic?) -> Int32 {
    if let place = free.popLast() {
      places[Int(place)] = Place(stream: stream, traffic: traffic)
      return place
    }
    places.append(Place(stream: stream, traffic: traffic))
    return Int32(places.count - 1)
  }

  /// The worker's task answers the call at `place` from now on.
  mutating func begin(_ place: Int32, _ worker: CallWorker) {
    places[Int(place)].worker = worker
    if places[Int(place)].isCancelled { worker.cancel() }
  }

  /// Adds to the trailers of the call on `stream`, if it is still at `place`.
  mutating func addTrailers(_ trailers: Metadata, at place: Int32, of stream: StreamID) {
    let place = Int(place)
    if places[place].stream == stream { places[place].trailers.pairs += trailers.pairs }
  }

  /// Frees the place; returns whose it was and the trailers it has gathered.
  mutating func remove(_ place: Int32) -> (stream: StreamID, trailers: Metadata)? {
    var found = Place()
    swap(&found, &places[Int(place)])
    guard let stream = found.stream else { return nil }
    free.append(place)
    found.traffic?.end(CallEnd.ended)
    return (stream, found.trailers)
  }

  /// The messages of `stream`, if its handler has not ended.
  func traffic(of stream: StreamID) -> StreamTraffic? {
    places.first { $0.stream == stream }?.traffic
  }

  /// Of the call at `place`, whose task has let go of it.
  mutating func handlerEnded(at place: Int32) -> StreamTraffic? {
    places[Int(place)].worker = nil
    return places[Int(place)].traffic
  }

  /// The messages of the call at `place`.
  func traffic(at place: Int32) -> StreamTraffic? { places[Int(place)].traffic }

  /// Asks the handler of `stream` to stop.
  mutating func cancel(_ stream: StreamID) {
    for place in places.indices where places[place].stream == stream { cancel(at: place) }
  }

  /// Asks every handler to stop.
  mutating func cancelAll() {
    for place in places.indices where places[place].stream != nil { cancel(at: place) }
  }

  private mutating func cancel(at place: Int) {
    places[place].isCancelled = true
    places[place].traffic?.end(CallEnd.cancelled)
    places[place].worker?.cancel()
  }
}

extension Reply {
  /// What the router says, in the words of the wire layer. The trailers that the handler has gathered come
  /// first.
  init(_ outcome: consuming CallOutcome, _ gathered: Metadata) {
    switch consume outcome {
    case .success(let segments, let trailers):
      self = .success(OutgoingMessage(segments), trailers: Self.join(gathered, trailers))
    case .failure(let error, let trailers):
      self = .failure(error, trailers: Self.join(gathered, trailers))
    }
  }

  static func join(_ first: Metadata, _ second: Metadata) -> Metadata {
    if first.isEmpty { return second }
    return Metadata(first.pairs + second.pairs)
  }
}

extension ConnectionHandler {
  /// Does what the state machine asks for, until it asks for nothing.
  func performActions() {
    while let call = wire?.nextCall() { start(call) }
    while let action = wire?.nextAction() {
      switch action {
      case .call(let call): start(call)
      case .message(let stream, let message): calls.traffic(of: stream)?.incoming.put(message)
      case .packedMessage(let stream, let message, let encoding):
        calls.traffic(of: stream)?.incoming.put(ReceivedMessage(message, packed: encoding))
      case .messagesEnded(let stream): calls.traffic(of: stream)?.incoming.finish()
      case .sendRoom(let stream): calls.traffic(of: stream)?.roomCame()
      case .cancelled(let stream, _): calls.cancel(stream)
      case .close(let error): beginClosing(error)
      }
    }
  }

  /// The answer of a method that needs no task. Called while `wire` takes input: touches the dispatcher only.
  func answer(_ call: consuming Wire.IncomingCall) -> Reply {
    Reply(settings.dispatcher.answer(describe(call, NoChannel())), Metadata())
  }

  private func describe(
    _ call: consuming Wire.IncomingCall, _ channel: consuming any CallChannel
  ) -> RPC.IncomingCall {
    RPC.IncomingCall(
      method: settings.methodNames[call.method], message: call.message, deadline: call.deadline,
      metadata: call.metadata, peer: peer, received: executor.now, position: call.method,
      channel: channel)
  }

  /// Has the call answered on the loop, once the bytes that were read are all taken.
  private func start(_ call: consuming Wire.IncomingCall) {
    if call.isPacked { return startPacked(call) }
    let stream = call.stream
    let traffic = call.kind == .unary ? nil : StreamTraffic(packing(of: call))
    let place = calls.add(stream, traffic)
    let described = describe(
      call,
      ConnectionChannel(connection: self, place: place, stream: stream, traffic: traffic))
    executor.start(described, of: self, at: place)
  }

  /// The call at `place` is answered.
  func finish(_ place: Int32, _ outcome: consuming CallOutcome) {
    if calls.packing > 0, let traffic = calls.traffic(at: place),
      traffic.packing.answers != .identity
    {
      return finishPacked(place, outcome)
    }
    guard let ended = calls.remove(place) else { return }
    wire?.conclude(ended.stream, Reply(outcome, ended.trailers), now: executor.now)
    executor.touch(self)
  }

  // MARK: What handlers ask for while they run; on the loop

  /// Sends one message of a stream.
  func send(_ message: OutgoingMessage, on stream: StreamID) -> SendResult {
    let result = wire?.send(stream, message, now: executor.now) ?? .closed
    executor.touch(self)
    return result
  }

  /// Ends a call for what came on it; its handler winds down.
  func fail(_ error: ServiceError, on stream: StreamID) {
    wire?.respond(stream, .failure(error), now: executor.now)
    executor.touch(self)
  }

  /// A handler has taken a message of `bytes`.
  func taken(_ bytes: Int, on stream: StreamID) {
    wire?.messageTaken(stream, bytes: bytes, now: executor.now)
    executor.touch(self)
  }

  /// Sends headers.
  func sendHeaders(_ headers: Metadata, on stream: StreamID) {
    wire?.sendHeaders(stream, headers)
    executor.touch(self)
  }
}
