// What the workers, the pacer and the ticker of a run share.

internal import Synchronization
internal import Vocabulary

/// The queue and those who wait for it. Safe from any thread.
final class RunState: Sendable {
  private struct Guarded {
    var queue: SendQueue
    /// By slot: the worker that waits, or the order that came before it did.
    var parked: [CheckedContinuation<SendOrder?, Never>?]
    var mail: [SendOrder?]
    var isFinished = false
    var reason: StopReason?
    var whenFinished: CheckedContinuation<Void, Never>?
    /// Nothing is sent after it. Calls that end later do not count as reached.
    var sendingEnds: Int64
  }

  struct Counts {
    var started: Int
    var sent: Int
    var unsent: Int
    var inFlight: Int
    var waiting: Int
  }

  private let streams: Int
  private let guarded: Mutex<Guarded>

  init(_ queue: SendQueue, connections: Int, streams: Int, sendingEnds: Int64) {
    self.streams = streams
    let slots = connections * streams
    guarded = Mutex(
      Guarded(
        queue: queue, parked: Array(repeating: nil, count: slots),
        mail: Array(repeating: nil, count: slots), sendingEnds: sendingEnds))
  }

  private func index(_ slot: StreamSlot) -> Int { slot.connection * streams + slot.stream }

  // MARK: Workers

  /// The first call of a stream that is free; nil at the end of the run.
  func order(for slot: StreamSlot) async -> SendOrder? {
    let place = index(slot)
    return await withCheckedContinuation { continuation in
      let known: SendOrder?? = guarded.withLock { state in
        if let order = state.mail[place] {
          state.mail[place] = nil
          return .some(order)
        }
        if state.isFinished { return .some(nil) }
        state.parked[place] = continuation
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  /// The call of `slot` has ended; the one that follows at once, if there is one.
  func ended(_ slot: StreamSlot, at now: Int64) -> SendOrder? {
    guarded.withLock { $0.queue.ended(slot, at: now) }
  }

  // MARK: The pacer

  /// Hands out all calls that are due; returns when to come again, nil when no call is to come.
  func sendDue(at now: Int64) -> Int64? {
    let (woken, next) = guarded.withLock { state in
      var woken: [(CheckedContinuation<SendOrder?, Never>, SendOrder)] = []
      for (slot, order) in state.queue.send(at: now) {
        let place = index(slot)
        if let worker = state.parked[place] {
          state.parked[place] = nil
          woken.append((worker, order))
        } else {
          state.mail[place] = order
        }
      }
      if now >= state.sendingEnds { state.queue.stop() }
      if state.reason != nil { state.sendingEnds = min(state.sendingEnds, now) }
      return (woken, state.queue.nextDue)
    }
    for (worker, order) in woken { worker.resume(returning: order) }
    return next
  }

  /// Whether nothing will be sent any more, and whether nothing is in flight either.
  func progress(at now: Int64) -> (isSendingOver: Bool, isIdle: Bool) {
    guarded.withLock { ($0.queue.isDone(at: now), $0.queue.inFlight == 0) }
  }

  /// Lets all workers go, and the one who waits in `waitUntilFinished`.
  func finish() {
    let (workers, waiter) = guarded.withLock { state in
      state.isFinished = true
      state.queue.stop()
      let workers = state.parked.compactMap { $0 }
      state.parked = Array(repeating: nil, count: state.parked.count)
      let waiter = state.whenFinished
      state.whenFinished = nil
      return (workers, waiter)
    }
    for worker in workers { worker.resume(returning: nil) }
    waiter?.resume()
  }

  func waitUntilFinished() async {
    await withCheckedContinuation { continuation in
      let isFinished = guarded.withLock { state in
        if !state.isFinished { state.whenFinished = continuation }
        return state.isFinished
      }
      if isFinished { continuation.resume() }
    }
  }

  var isFinished: Bool { guarded.withLock { $0.isFinished } }

  // MARK: Anybody

  /// Sends nothing more. The first reason counts.
  func stop(_ reason: StopReason) {
    guarded.withLock { state in
      if state.reason == nil { state.reason = reason }
      state.queue.stop()
    }
  }

  var reason: StopReason { guarded.withLock { $0.reason } ?? .completed }

  var sendingEnds: Int64 { guarded.withLock { $0.sendingEnds } }

  var counts: Counts {
    guarded.withLock { state in
      Counts(
        started: state.queue.started, sent: state.queue.sent, unsent: state.queue.unsent,
        inFlight: state.queue.inFlight, waiting: state.queue.waitingCount)
    }
  }
}

/// The statistics of one connection. Safe from any thread.
final class RunLane: Sendable {
  struct Taken: Sendable {
    /// Calls that count, and those of the warm-up.
    var counted = Tally()
    var warmUp = Tally()
    /// Calls that count and ended while calls were still sent.
    var inTime = 0
    /// Calls that were given up because the grace was over.
    var abandoned = 0
  }

  private let taken = Mutex(Taken())

  func update(_ body: (inout Taken) -> Void) { taken.withLock { body(&$0) } }

  /// What was recorded since the last time.
  func take() -> Taken {
    taken.withLock { taken in
      defer { taken = Taken() }
      return taken
    }
  }
}
