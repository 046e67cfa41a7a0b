// The tasks that answer calls, one after the other.

internal import NIOCore
internal import RPC
internal import Vocabulary
internal import Wire

/// A call that waits for a task to answer it.
struct WaitingCall {
  let connection: ConnectionHandler
  let place: Int32
  /// Of a call that streams, either way.
  let traffic: StreamTraffic?
  let call: Wire.IncomingCall
  /// When its last byte arrived.
  let received: Moment

  /// In the words of the router.
  var described: RPC.IncomingCall {
    RPC.IncomingCall(
      method: connection.settings.methodNames[call.method], message: call.message,
      deadline: call.deadline, metadata: call.metadata, peer: connection.peer, received: received,
      position: call.method,
      channel: ConnectionChannel(
        connection: connection, place: place, stream: call.stream, traffic: traffic))
  }
}

/// A task that answers calls, one at a time, and waits for the next in between.
///
/// A task for each call is a third of what a small call costs; this way a call that need not wait costs none.
/// To its handler nothing differs: it has the task for itself until it returns, and the task's cancellation is
/// the call's. A cancelled task is never used again. Confined to its loop, but for the handler.
final class CallWorker: @unchecked Sendable {
  // Unchecked: touched on the loop only.
  private let executor: LoopExecutor
  private var task: Task<Void, Never>?
  private var continuation: UnsafeContinuation<Void, Never>?

  /// Starts a task; it answers what waits at `executor`.
  init(_ executor: LoopExecutor) {
    self.executor = executor
    // Detached: the calls are nobody's children.
    task = Task.detached(executorPreference: executor) { await self.work() }
  }

  /// Asks the handler at work to stop.
  func cancel() { task?.cancel() }

  /// Goes on: a call waits, or it is time to end.
  func wake() {
    let waiting = continuation
    continuation = nil
    waiting?.resume()
  }

  private func work() async {
    while true {
      while let next = executor.nextCall() {
        let connection = next.connection
        let place = next.place
        connection.calls.begin(place, self)
        let outcome = await connection.settings.dispatcher.dispatch(next.described)
        guard executor.loop.inEventLoop else {
          // A dispatcher that left the executor and did not come back.
          return executor.loop.execute { connection.finish(place, outcome) }
        }
        connection.finish(place, outcome)
        if Task.isCancelled { return }
      }
      guard executor.park(self) else { return }
      await withUnsafeContinuation { continuation = $0 }
    }
  }
}
