// The whole server without a socket: for tests and for tools that embed it.

internal import Synchronization
package import Vocabulary

/// Calls a dispatcher directly. Deadlines, cancellation and back-pressure behave as over a connection.
package struct InProcessTransport: Caller {
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
    let call = try await open(method, kind: .unary, request, options: options)
    return try await withTaskCancellation(of: call) { () async throws(ServiceError) -> Bytes in
      do throws(ServiceError) {
        let answer = try await call.next() ?? .empty
        options.response?.headers = try await call.headers()
        options.response?.trailers = call.trailers
        return answer
      } catch {
        options.response?.trailers = call.trailers
        throw error
      }
    }
  }

  package func open(
    _ method: MethodName, kind: MethodKind, _ request: [Bytes]?, options: CallOptions
  ) async throws(ServiceError) -> any OpenCall {
    let message = Bytes(joining: request ?? [])
    let limit =
      dispatcher.methods.first { $0.name == method }?.requestBytesMax ?? requestBytesMax
    guard message.count <= limit else { throw Self.tooLarge(limit) }
    let exchange = InProcessCall(requestBytesMax: limit)
    if request != nil { exchange.closeSend() }
    let incoming = IncomingCall(
      method: method, message: message, deadline: options.deadline ?? .never,
      metadata: options.metadata, peer: peer, channel: InProcessCall.Server(call: exchange))
    exchange.start(incoming, dispatcher)
    return exchange
  }

  /// Runs `body`; when the task is cancelled meanwhile, so is `call`.
  private func withTaskCancellation<Value: Sendable>(
    of call: any OpenCall, _ body: () async throws(ServiceError) -> Value
  ) async throws(ServiceError) -> Value {
    let result = await withTaskCancellationHandler {
      do throws(ServiceError) {
        return Result<Value, ServiceError>.success(try await body())
      } catch {
        return .failure(error)
      }
    } onCancel: {
      call.cancel()
    }
    return try result.get()
  }

  fileprivate static func tooLarge(_ limit: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "The request message is larger than this method allows.",
      ErrorDetail(.payloadTooLarge, limit: "\(limit) bytes", advice: .correctInput))
  }
}

/// One call without a wire: both ends in one object.
private final class InProcessCall: OpenCall {
  private let requests = Mailbox()
  private let answers = Mailbox()
  private let head = Latch<Result<Metadata, ServiceError>>()
  private let end = Mutex(Metadata())
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let requestBytesMax: Int

  init(requestBytesMax: Int) { self.requestBytesMax = requestBytesMax }

  func start(_ call: IncomingCall, _ dispatcher: any CallDispatcher) {
    let running = Task { [weak self, requests, answers, head] in
      let outcome = await Self.race(call, dispatcher)
      switch outcome {
      case .success(let segments, let trailers):
        requests.fail(CallEnd.ended)
        self?.end.withLock { $0.pairs += trailers.pairs }
        head.set(.success(Metadata()))
        if !segments.isEmpty { answers.put(Bytes(joining: segments)) }
        answers.finish()
      case .failure(let error, let trailers):
        requests.fail(error)
        self?.end.withLock { $0.pairs += trailers.pairs }
        head.set(.failure(error))
        answers.finish(failing: error)
      }
    }
    task.withLock { $0 = running }
  }

  /// The dispatcher's answer, or the deadline's. Returns only when the handler has ended.
  private static func race(
    _ call: IncomingCall, _ dispatcher: any CallDispatcher
  ) async -> CallOutcome {
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

  deinit { cancel() }

  // MARK: The caller's end

  func send(_ message: [Bytes]) async throws(ServiceError) {
    let message = Bytes(joining: message)
    guard message.count <= requestBytesMax else {
      throw InProcessTransport.tooLarge(requestBytesMax)
    }
    requests.put(message)
    try await requests.waitForRoom()
  }

  func closeSend() { requests.finish() }

  func headers() async throws(ServiceError) -> Metadata { try await head.value.get() }

  func next() async throws(ServiceError) -> Bytes? { try await answers.next() }

  var trailers: Metadata { end.withLock { $0 } }

  func cancel() {
    task.withLock { $0 }?.cancel()
    requests.fail(CallEnd.cancelled)
  }

  // MARK: The handler's end

  /// What the handler is given. It does not keep the call alive: a caller that drops it cancels it.
  struct Server: CallChannel {
    private let requests: Mailbox
    private let answers: Mailbox
    private let head: Latch<Result<Metadata, ServiceError>>
    private let addToEnd: @Sendable (Metadata) -> Void

    init(call: InProcessCall) {
      requests = call.requests
      answers = call.answers
      head = call.head
      addToEnd = { [weak call] trailers in call?.end.withLock { $0.pairs += trailers.pairs } }
    }

    func nextMessage() async throws(ServiceError) -> Bytes? { try await requests.next() }

    func send(_ message: [Bytes]) async throws(ServiceError) {
      head.set(.success(Metadata()))
      answers.put(Bytes(joining: message))
      try await answers.waitForRoom()
    }

    func sendHeaders(_ headers: Metadata) { head.set(.success(headers)) }

    func addTrailers(_ trailers: Metadata) { addToEnd(trailers) }
  }
}
