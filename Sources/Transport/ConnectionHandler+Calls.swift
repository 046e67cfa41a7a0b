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
  }

  private var places: [Place?] = []
  private var free: [Int] = []

  var isEmpty: Bool { free.count == places.count }

  /// Takes a place for the call on `stream`.
  mutating func add(_ stream: StreamID) -> Int {
    if let place = free.popLast() {
      places[place] = Place(stream: stream)
      return place
    }
    places.append(Place(stream: stream))
    return places.count - 1
  }

  /// Notes the task that answers the call; it may have ended already.
  mutating func setTask(_ task: Task<Void, Never>, at place: Int, of stream: StreamID) {
    if places[place]?.stream == stream { places[place]?.task = task }
  }

  /// Frees the place; returns whose it was.
  mutating func remove(_ place: Int) -> StreamID? {
    guard let stream = places[place]?.stream else { return nil }
    places[place] = nil
    free.append(place)
    return stream
  }

  /// Asks the handler of `stream` to stop.
  func cancel(_ stream: StreamID) {
    for case .some(let place) in places where place.stream == stream { place.task?.cancel() }
  }

  /// Asks every handler to stop.
  func cancelAll() {
    for case .some(let place) in places { place.task?.cancel() }
  }
}

extension ConnectionHandler {
  /// Does what the state machine asks for, until it asks for nothing.
  func performActions() {
    while let action = wire?.nextAction() {
      switch action {
      case .call(let call): start(call)
      case .cancelled(let stream, _): calls.cancel(stream)
      case .close(let error): beginClosing(error)
      }
    }
  }

  /// Starts the handler on the loop; it runs when the bytes that were read are all taken.
  private func start(_ call: Wire.IncomingCall) {
    let stream = call.stream
    let place = calls.add(stream)
    let incoming = RPC.IncomingCall(
      method: settings.methodNames[call.method], message: call.message, deadline: call.deadline,
      metadata: call.metadata, peer: peer, received: executor.moment, position: call.method)
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
    guard let stream = calls.remove(place) else { return }
    let now = executor.now
    switch outcome {
    case .success(let segments, let trailers):
      wire?.respond(stream, .success(OutgoingMessage(segments), trailers: trailers), now: now)
    case .failure(let error, let trailers):
      wire?.respond(stream, .failure(error, trailers: trailers), now: now)
    }
    wire?.handlerEnded(stream, now: now)
    executor.touch(self)
  }
}
