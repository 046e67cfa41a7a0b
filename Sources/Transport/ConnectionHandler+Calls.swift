// Calls: from the state machine to the router and back.

internal import NIOCore
internal import RPC
internal import Vocabulary
internal import Wire

/// The calls of one connection whose handlers have not ended. A freed place is used again.
struct RunningCalls {
  private struct Place {
    var stream: StreamID
    var task: Task<Void, Never>?
    /// Of a call that streams, either way.
    var traffic: StreamTraffic?
    /// What the handler has added to its answer's trailers.
    var trailers = Metadata()
  }

  private var places: [Place?] = []
  private var free: [Int] = []

  var isEmpty: Bool { free.count == places.count }

  /// Takes a place for the call on `stream`.
  mutating func add(_ stream: StreamID, _ traffic: StreamTraffic?) -> Int {
    if let place = free.popLast() {
      places[place] = Place(stream: stream, traffic: traffic)
      return place
    }
    places.append(Place(stream: stream, traffic: traffic))
    return places.count - 1
  }

  /// Notes the task that answers the call; it may have ended already.
  mutating func setTask(_ task: Task<Void, Never>, at place: Int, of stream: StreamID) {
    if places[place]?.stream == stream { places[place]?.task = task }
  }

  /// Adds to the trailers of the call on `stream`, if it is still at `place`.
  mutating func addTrailers(_ trailers: Metadata, at place: Int, of stream: StreamID) {
    if places[place]?.stream == stream { places[place]?.trailers.pairs += trailers.pairs }
  }

  /// Frees the place; returns whose it was and the trailers it has gathered.
  mutating func remove(_ place: Int) -> (stream: StreamID, trailers: Metadata)? {
    guard let found = places[place] else { return nil }
    places[place] = nil
    free.append(place)
    found.traffic?.end(CallEnd.ended)
    return (found.stream, found.trailers)
  }

  /// The messages of `stream`, if its handler has not ended.
  func traffic(of stream: StreamID) -> StreamTraffic? {
    for case .some(let place) in places where place.stream == stream { return place.traffic }
    return nil
  }

  /// Asks the handler of `stream` to stop.
  func cancel(_ stream: StreamID) {
    for case .some(let place) in places where place.stream == stream {
      place.traffic?.end(CallEnd.cancelled)
      place.task?.cancel()
    }
  }

  /// Asks every handler to stop.
  func cancelAll() {
    for case .some(let place) in places {
      place.traffic?.end(CallEnd.cancelled)
      place.task?.cancel()
    }
  }
}

extension ConnectionHandler {
  /// Does what the state machine asks for, until it asks for nothing.
  func performActions() {
    while let action = wire?.nextAction() {
      switch action {
      case .call(let call): start(call)
      case .message(let stream, let message): calls.traffic(of: stream)?.incoming.put(message)
      case .messagesEnded(let stream): calls.traffic(of: stream)?.incoming.finish()
      case .sendRoom(let stream): calls.traffic(of: stream)?.roomCame()
      case .cancelled(let stream, _): calls.cancel(stream)
      case .close(let error): beginClosing(error)
      }
    }
  }

  /// Starts the handler on the loop; it runs when the bytes that were read are all taken.
  private func start(_ call: Wire.IncomingCall) {
    let stream = call.stream
    let traffic = call.kind == .unary ? nil : StreamTraffic()
    let place = calls.add(stream, traffic)
    let incoming = RPC.IncomingCall(
      method: settings.methodNames[call.method], message: call.message, deadline: call.deadline,
      metadata: call.metadata, peer: peer, received: executor.now, position: call.method,
      channel: ConnectionChannel(connection: self, place: place, stream: stream, traffic: traffic))
    let dispatcher = settings.dispatcher
    let task = Task.immediate(executorPreference: executor) {
      let outcome = await dispatcher.dispatch(incoming)
      self.finish(place, outcome)
    }
    calls.setTask(task, at: place, of: stream)
  }

  private func finish(_ place: Int, _ outcome: CallOutcome) {
    guard executor.loop.inEventLoop else {
      // A dispatcher that left the executor and did not come back.
      return executor.loop.execute { self.finish(place, outcome) }
    }
    guard let ended = calls.remove(place) else { return }
    let stream = ended.stream
    var trailers = ended.trailers
    let now = executor.now
    switch outcome {
    case .success(let segments, let more):
      trailers.pairs += more.pairs
      wire?.respond(stream, .success(OutgoingMessage(segments), trailers: trailers), now: now)
    case .failure(let error, let more):
      trailers.pairs += more.pairs
      wire?.respond(stream, .failure(error, trailers: trailers), now: now)
    }
    wire?.handlerEnded(stream, now: now)
    executor.touch(self)
  }

  // MARK: What handlers ask for while they run; on the loop

  /// Sends one message of a stream.
  func send(_ message: [Bytes], on stream: StreamID) -> SendResult {
    let result = wire?.send(stream, OutgoingMessage(message), now: executor.now) ?? .closed
    executor.touch(self)
    return result
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
