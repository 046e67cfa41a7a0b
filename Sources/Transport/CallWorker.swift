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
  var described: RPC.IncomingCall { described(call.message) }

  private func described(_ message: Bytes) -> RPC.IncomingCall {
    RPC.IncomingCall(
      method: connection.settings.methodNames[call.method], message: message,
      deadline: call.deadline, metadata: call.metadata, peer: connection.peer, received: received,
      position: call.method,
      channel: ConnectionChannel(
        connection: connection, place: place, stream: call.stream, traffic: traffic))
  }

  /// Unpacks the message, has the call answered, packs the answer. Meanwhile the call's deadline and its
  /// cancellation count as ever.
  func answerPacked() async {
    let (outcome, packed) = await outcomeOfPacked()
    let loop = connection.executor.loop
    let (connection, place) = (connection, place)
    if loop.inEventLoop {
      connection.finish(place, outcome, packed: packed)
    } else {
      loop.execute { connection.finish(place, outcome, packed: packed) }
    }
  }

  private func outcomeOfPacked() async -> (CallOutcome, OutgoingMessage?) {
    guard let traffic else { return (.failure(CallEnd.cancelled, trailers: Metadata()), nil) }
    var message = call.message
    if !call.kind.clientStreams { traffic.incoming.finish() }
    if call.encoding != .identity {
      do throws(ServiceError) {
        message = try await MessagePacking.unpack(
          message, call.encoding, bytesMax: traffic.packing.requestBytesMax)
      } catch {
        return (.failure(error, trailers: Metadata()), nil)
      }
      traffic.messageEncoding = call.encoding
      guard connection.unpacked(more: message.count - call.message.count, on: call.stream) else {
        return (.failure(CallEnd.cancelled, trailers: Metadata()), nil)
      }
    }
    let outcome = await connection.settings.dispatcher.dispatch(described(message))
    guard case .success(let segments, _) = outcome, !call.kind.serverStreams else {
      return (outcome, nil)
    }
    let packed = await MessagePacking.pack(
      segments, traffic.answerEncoding, bytesMax: traffic.packing.answerBytesMax)
    return (outcome, packed)
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
        if next.call.isPacked {
          await next.answerPacked()
          if Task.isCancelled { return }
          continue
        }
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
