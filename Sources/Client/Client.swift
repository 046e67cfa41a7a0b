// Calls an idv server over TLS.

internal import NIOCore
internal import NIOPosix
package import RPC
package import TLS
package import Vocabulary
internal import Wire

/// A client of one server. Connects when the first call needs it, reconnects when the server goes
/// away, and spreads calls over a few connections. Safe from any thread; make one and share it.
///
/// `close` ends it in good order. A client that is dropped without it leaves its connections to the
/// server's idle timeout.
package final class Client: Caller {
  private let pool: LinkPool
  private let settings: ClientSettings
  private let throttle: RetryThrottle

  /// - Parameters:
  ///   - settings: where to connect.
  ///   - tls: the client's certificate and whom it trusts. Its protocols must name the profile of
  ///     `settings`.
  package init(_ settings: ClientSettings, tls: TLSContext) {
    self.settings = settings
    throttle = RetryThrottle(settings.limits.retry)
    pool = LinkPool(MultiThreadedEventLoopGroup.singleton.next(), settings, tls)
  }

  package func call(
    _ method: RPC.MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes {
    var options = options
    // One deadline for all attempts.
    let deadline = options.deadline ?? .after(settings.limits.deadlineDefault)
    options.deadline = deadline
    let packed =
      options.encoding == .identity ? nil : await MessagePacking.pack(request, options.encoding)
    if let policy = settings.hedging[method], policy.hedges(options) {
      return try await hedge(policy, method, request, packed, options, deadline)
    }
    var attempt = 1
    while true {
      switch await attemptCall(method, request, packed, options) {
      case .success(let answer):
        throttle.succeeded()
        return try await take(answer, options.response, deadline)
      case .failure(let failure):
        options.response?.trailers = failure.trailers
        guard
          let pause = throttle.pause(
            after: failure, attempt: attempt, isIdempotent: options.isIdempotent),
          deadline.remaining().map({ $0 > pause }) ?? true,
          (try? await Task.sleep(for: pause)) != nil
        else { throw failure.error }
        attempt += 1
      }
    }
  }

  private func hedge(
    _ policy: HedgingPolicy, _ method: RPC.MethodName, _ request: [Bytes],
    _ packed: OutgoingMessage?, _ options: CallOptions, _ deadline: Deadline
  ) async throws(ServiceError) -> Bytes {
    var call = HedgedCall(policy, throttle, deadline) { [self, options] in
      await attemptCall(method, request, packed, options)
    }
    switch await call.run() {
    case .success(let answer): return try await take(answer, options.response, deadline)
    case .failure(let failure):
      options.response?.trailers = failure.trailers
      throw failure.error
    }
  }

  /// What an answer holds.
  private func take(
    _ answer: UnaryCall.Answer, _ response: ResponseMetadata?, _ deadline: Deadline
  ) async throws(ServiceError) -> Bytes {
    response?.headers = answer.headers
    response?.trailers = answer.trailers
    response?.encoding = answer.message.encoding
    if answer.message.encoding == .identity { return answer.message.bytes }
    return try await MessagePacking.unpack(
      answer.message.bytes, answer.message.encoding,
      bytesMax: settings.limits.wire.messageBytesMax, before: deadline)
  }

  private func attemptCall(
    _ method: RPC.MethodName, _ request: [Bytes], _ packed: OutgoingMessage?,
    _ options: CallOptions
  ) async -> UnaryCall.Outcome {
    let call = UnaryCall(method, .unary, request, packed: packed, options, settings.limits)
    let pool = pool
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        pool.loop.execute { if call.begin(continuation) { pool.submit(call) } }
      }
    } onCancel: {
      pool.loop.execute { pool.cancel(call) }
    }
  }

  package func open(
    _ method: RPC.MethodName, kind: MethodKind, _ request: [Bytes]?, options: CallOptions
  ) async throws(ServiceError) -> any OpenCall {
    var packed: OutgoingMessage?
    if let request, options.encoding != .identity {
      packed = await MessagePacking.pack(request, options.encoding)
    }
    let call = StreamingCall(method, kind, request, packed: packed, options, settings.limits)
    let pool = pool
    let started = await withTaskCancellationHandler {
      pool.loop.execute { if !call.isFinished { pool.submit(call) } }
      return await call.start.value
    } onCancel: {
      pool.loop.execute { pool.cancel(call) }
    }
    return ClientStreamHandle(
      call, pool, encoding: try started.get(), answerBytesMax: settings.limits.wire.messageBytesMax)
  }

  /// Lets running calls finish, then closes all connections. Later calls fail.
  package func close() async {
    let pool = pool
    await withCheckedContinuation { continuation in
      pool.loop.execute { pool.close(continuation) }
    }
  }
}
