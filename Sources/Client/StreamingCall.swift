// A call with a stream in at least one direction.

internal import NIOCore
internal import RPC
internal import Synchronization
internal import Vocabulary
internal import Wire

/// The loop's end of a streaming call.
final class StreamingCall: PendingCall, @unchecked Sendable {
  // Unchecked: as its parent.
  /// Set when the call has been sent, with what messages may be packed with; or when it could not be.
  let start = Latch<Result<MessageEncoding, ServiceError>>()
  let head = Latch<Result<Metadata, ServiceError>>()
  /// Messages that came and have not been taken. Bounded by the stream's window, not by a number.
  let incoming = Mailbox(countMax: .max)
  let room = RoomSignal()
  let trailers = Mutex(Metadata())
  private var hasReceived = false

  override var canRestart: Bool { super.canRestart && !hasReceived }

  override func started(_ encoding: MessageEncoding) { start.set(.success(encoding)) }

  override func failed(_ failure: CallFailure) {
    trailers.withLock { $0 = failure.trailers }
    start.set(.failure(failure.error))
    head.set(.failure(failure.error))
    room.end(failure.error)
    incoming.finish(failing: failure.error)
  }

  override func answered(_ message: ReceivedMessage, headers: Metadata, trailers: Metadata) {
    guard finish() else { return }
    head.set(.success(headers))
    incoming.put(message)
    end(trailers)
  }

  override func headersCame(_ headers: Metadata) {
    hasReceived = true
    head.set(.success(headers))
  }

  override func messageCame(_ message: ReceivedMessage) {
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
  private let encoding: MessageEncoding
  private let answerBytesMax: Int
  private let isPacking = Atomic(true)
  private let lastEncoding = Atomic(MessageEncoding.identity.rawValue)

  init(_ call: StreamingCall, _ pool: LinkPool, encoding: MessageEncoding, answerBytesMax: Int) {
    self.call = call
    self.pool = pool
    self.encoding = encoding
    self.answerBytesMax = answerBytesMax
  }

  func compress(_ isOn: Bool) { isPacking.store(isOn, ordering: .relaxed) }

  var messageEncoding: MessageEncoding {
    MessageEncoding(rawValue: lastEncoding.load(ordering: .relaxed)) ?? .identity
  }

  deinit { cancel() }

  func send(_ message: [Bytes]) async throws(ServiceError) {
    let call = call
    let encoding = isPacking.load(ordering: .relaxed) ? encoding : .identity
    let packed = encoding == .identity ? nil : await MessagePacking.pack(message, encoding)
    let outgoing = packed ?? OutgoingMessage(message)
    let result = await onLoop { () -> SendResult in
      guard let link = call.link, let stream = call.stream else { return .closed }
      let result = link.send(stream, outgoing)
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
    guard let message = try await call.incoming.nextReceived() else { return nil }
    let call = call
    pool.loop.execute {
      guard let stream = call.stream else { return }
      call.link?.taken(stream, message.bytes.count)
    }
    lastEncoding.store(message.encoding.rawValue, ordering: .relaxed)
    if message.encoding == .identity { return message.bytes }
    do throws(ServiceError) {
      return try await MessagePacking.unpack(
        message.bytes, message.encoding, bytesMax: answerBytesMax)
    } catch {
      // Nothing that comes after it is of use.
      call.incoming.fail(error)
      let pool = pool
      pool.loop.execute { pool.giveUp(call, error) }
      throw error
    }
  }

  var trailers: Metadata { call.trailers.withLock { $0 } }

  func cancel() {
    let (call, pool) = (call, pool)
    pool.loop.execute { pool.cancel(call) }
  }
}
