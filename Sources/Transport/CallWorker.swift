// The tasks that answer calls, one after the other.

internal import NIOCore
internal import RPC
internal import Vocabulary
internal import Wire

/// A call that waits for a task to answer it.
struct WaitingCall {
  let connection: ConnectionHandler
  let place: Int32
  let call: RPC.IncomingCall
}

/// A task that answers calls, one at a time, and waits for the next in between.
///
/// A task for each call is a third of what a small call costs; this way a call that need not wait costs none.
/// To its handler nothing differs: it has the task for itself until it returns, and the task's cancellation is
/// the call's. A cancelled task is never used again. Confined to its loop, but for the handler.
final class CallWorker: CallSource, @unchecked Sendable {
  // Unchecked: touched on the loop only. That holds for exclusivity too, which is not checked at run time: nothing
  // here is called while it is at work on its own state.
  private let executor: LoopExecutor
  private var task: Task<Void, Never>?
  @exclusivity(unchecked) private var continuation: UnsafeContinuation<Void, Never>?
  /// Whose call is being answered.
  @exclusivity(unchecked) private var connection: ConnectionHandler?
  @exclusivity(unchecked) private var place: Int32 = 0
  @exclusivity(unchecked) private var isCancelled = false

  /// Starts a task; it answers what waits at `executor`.
  init(_ executor: LoopExecutor) {
    self.executor = executor
    // Detached: the calls are nobody's children.
    task = Task.detached(executorPreference: executor) { await self.work() }
  }

  /// Asks the handler at work to stop.
  func cancel() {
    isCancelled = true
    task?.cancel()
  }

  /// Goes on: a call waits, or it is time to end.
  func wake() {
    let waiting = continuation.take()
    waiting?.resume()
  }

  private func work() async {
    while true {
      await executor.dispatcher.answerCalls(of: self)
      guard executor.loop.inEventLoop, !isCancelled, executor.park(self) else { return }
      await withUnsafeContinuation { continuation = $0 }
    }
  }

  func next() -> RPC.IncomingCall? {
    guard let next = executor.nextCall() else { return nil }
    next.connection.calls.begin(next.place, self)
    place = next.place
    connection = next.connection
    return next.call
  }

  func answered(_ outcome: consuming CallOutcome) -> Bool {
    guard let connection = connection.take() else { return false }
    guard executor.loop.inEventLoop else {
      // A dispatcher that left the executor and did not come back.
      let (place, outcome) = (place, consume outcome)
      executor.loop.execute { connection.finish(place, outcome) }
      return false
    }
    connection.finish(place, outcome)
    return !isCancelled
  }
}
