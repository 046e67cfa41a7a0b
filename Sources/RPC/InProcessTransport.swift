// The whole server without a socket: for tests and for tools that embed it.

package import Vocabulary

/// Calls a dispatcher directly. Deadlines and cancellation behave as over a connection.
package struct InProcessTransport: UnaryCaller {
  private let dispatcher: any CallDispatcher
  private let peer: PeerIdentity?
  private let requestBytesMax: Int

  /// - Parameters:
  ///   - peer: who the calls claim to come from, as if a certificate had said so.
  ///   - requestBytesMax: limit of methods that name none (4 MiB, as gRPC).
  package init(
    _ dispatcher: any CallDispatcher, peer: PeerIdentity?, requestBytesMax: Int = 4 << 20
  ) {
    self.dispatcher = dispatcher
    self.peer = peer
    self.requestBytesMax = requestBytesMax
  }

  package func call(
    _ method: MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes {
    let message = Bytes(joining: request)
    let limit = dispatcher.requestBytesMax(for: method) ?? requestBytesMax
    guard message.count <= limit else {
      throw ServiceError(
        .resourceExhausted, "The request message is larger than this method allows.",
        ErrorDetail(.payloadTooLarge, limit: "\(limit) bytes", advice: .correctInput))
    }
    let call = IncomingCall(
      method: method, message: message, deadline: options.deadline ?? .never,
      metadata: options.metadata, peer: peer)
    switch await race(call) {
    case .success(let segments, _): return Bytes(joining: segments)
    case .failure(let error, _): throw error
    }
  }

  /// The dispatcher's answer, or the deadline's. Returns only when the handler has ended.
  private func race(_ call: IncomingCall) async -> CallOutcome {
    guard let instant = call.deadline.instant else { return await dispatcher.dispatch(call) }
    return await withTaskGroup(of: CallOutcome?.self) { group in
      group.addTask { await dispatcher.dispatch(call) }
      group.addTask {
        try? await ContinuousClock().sleep(until: instant)
        return nil
      }
      let first = await group.next()
      group.cancelAll()
      if case .some(.some(let outcome)) = first { return outcome }
      return .failure(
        ServiceError(
          .deadlineExceeded, "Time ran out before the answer; allow more time.",
          ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true)),
        trailers: Metadata())
    }
  }
}
