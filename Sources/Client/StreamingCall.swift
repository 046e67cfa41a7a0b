// A call with a stream in at least one direction.

internal import NIOCore
internal import RPC
internal import Synchronization
internal import Vocabulary
internal import Wire

/// The loop's end of a streaming call.
final class StreamingCall: PendingCall, @unchecked Sendable {
  // Unchecked: as its parent.
  /// Set when the call has been sent, or could not be.
  let start = Latch<Result<Void, ServiceError>>()
  let head = Latch<Result<Metadata, ServiceError>>()
  /// Messages that came and have not been taken. Bounded by the stream's window, not by a number.
  let incoming = Mailbox(countMax: .max)
  let room = RoomSignal()
  let trailers = Mutex(Metadata())
  private var hasReceived = false

  override var canRestart: Bool { super.canRestart && !hasReceived }

  override func started() { start.set(.success(())) }

  override func failed(_ failure: CallFailure) {
    trailers.withLock { $0 = failure.trailers }
    start.set(.failure(failure.error))
    head.set(.failure(failure.error))
    room.end(failure.error)
    incoming.finish(failing: failure.error)
  }

  override func answered(_ message: Bytes, headers: Metadata, trailers: Metadata) {
    guard finish() else { return }
    head.set(.success(headers))
    incoming.put(message)
    end(trailers)
  }

  override func headersCame(_ headers: Metadata) {
    hasReceived = true
    head.set(.success(headers))
  }

  override func messageCame(_ message: Bytes) {
    hasReceived = true
    head.set(.success(Metadata()))
    incoming.put(message)
  }

  override func ended(trailers: Metadata) {
    guard finish() else { return }
    head.set(.success(Metadata()))
    end(trailers)
  }

  private func end(_ trailers: Metadata) {
    self.trailers.withLock { $0 = trailers }
    room.end(CallEnd.ended)
    incoming.finish()
  }

  override func roomCame() { room.open() }
}

/// The caller's end of a streaming call. Safe from any thread.
final class ClientStreamHandle: OpenCall {
  private let call: StreamingCall
  private let pool: LinkPool

  init(_ call: StreamingCall, _ pool: LinkPool) {
    self.call = call
    self.pool = pool
  }

  deinit { cancel() }

  func send(_ message: [Bytes]) async throws(ServiceError) {
    let call = call
    let result = await onLoop { () -> SendResult in
      guard let link = call.link, let stream = call.stream else { return .closed }
      let result = link.send(stream, OutgoingMessage(message))
      if case .taken(hasRoom: false) = result { call.room.close() }
      return result
    }
    switch result {
    case .taken(hasRoom: true): return
    case .taken(hasRoom: false), .closed: try await call.room.pass()
    case .tooLarge(let error): throw error
    }
    // The call is over, but the signal does not say so: this side was closed.
    if result == .closed { throw CallEnd.ended }
  }

  /// Runs `body` on the loop and waits for what it returns.
  private func onLoop<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      pool.loop.execute { continuation.resume(returning: body()) }
    }
  }

  func closeSend() {
    let call = call
    pool.loop.execute {
      guard let stream = call.stream else { return }
      call.link?.closeSend(stream)
    }
  }

  func headers() async throws(ServiceError) -> Metadata { try await call.head.value.get() }

  func next() async throws(ServiceError) -> Bytes? {
    guard let message = try await call.incoming.next() else { return nil }
    let call = call
    pool.loop.execute {
      guard let stream = call.stream else { return }
      call.link?.taken(stream, message.count)
    }
    return message
  }

  var trailers: Metadata { call.trailers.withLock { $0 } }

  func cancel() {
    let (call, pool) = (call, pool)
    pool.loop.execute { pool.cancel(call) }
  }
}
