// A handler's end of its call over a connection.

internal import NIOCore
internal import RPC
internal import Synchronization
internal import Vocabulary
internal import Wire

/// What a call may compress, and within which bounds.
struct CallPacking: Sendable {
  /// What answers may be packed with.
  let answers: MessageEncoding
  /// The largest request message that the method takes.
  let requestBytesMax: Int
  /// The largest answer message that the client takes.
  let answerBytesMax: Int
}

/// The messages of one call that streams or compresses, between the loop and the handler's task. Safe from any
/// thread.
final class StreamTraffic: Sendable {
  /// Messages that came and have not been taken. Bounded by the stream's window, not by a number.
  let incoming = Mailbox(countMax: .max)
  private let room = RoomSignal()
  let packing: CallPacking
  private let isPacking = Atomic(true)
  private let over = Atomic(false)
  private let lastEncoding = Atomic(MessageEncoding.identity.rawValue)

  init(_ packing: CallPacking) { self.packing = packing }

  /// What the next message may be packed with.
  var answerEncoding: MessageEncoding {
    isPacking.load(ordering: .relaxed) ? packing.answers : .identity
  }

  /// Whether messages may be packed from now on.
  func compress(_ isOn: Bool) { isPacking.store(isOn, ordering: .relaxed) }

  /// What the message that the handler has taken last came packed with.
  var messageEncoding: MessageEncoding {
    get { MessageEncoding(rawValue: lastEncoding.load(ordering: .relaxed)) ?? .identity }
    set { lastEncoding.store(newValue.rawValue, ordering: .relaxed) }
  }

  /// The state machine has room for the next message.
  func roomCame() { room.open() }

  /// Sending has to pause.
  func roomWent() { room.close() }

  /// Waits until there is room, or the call is over.
  func waitForRoom() async throws(ServiceError) { try await room.pass() }

  /// Whether the call is over.
  var isOver: Bool { over.load(ordering: .relaxed) }

  /// The call is over: nobody waits any longer.
  func end(_ error: ServiceError) {
    over.store(true, ordering: .relaxed)
    incoming.fail(error)
    room.end(error)
  }
}

/// What a handler of a connection's call is given. 24 bytes: what is larger is allocated when it is passed.
struct ConnectionChannel: CallChannel {
  let connection: ConnectionHandler
  let place: Int32
  let stream: StreamID
  let traffic: StreamTraffic?

  func nextMessage() async throws(ServiceError) -> Bytes? {
    guard let traffic, let message = try await traffic.incoming.nextReceived() else { return nil }
    onLoop { $0.taken(message.bytes.count, on: stream) }
    traffic.messageEncoding = message.encoding
    if message.encoding == .identity { return message.bytes }
    do throws(ServiceError) {
      return try await MessagePacking.unpackInTime(
        message.bytes, message.encoding, bytesMax: traffic.packing.requestBytesMax)
    } catch {
      // The call ends with this, whatever the handler makes of it.
      traffic.end(error)
      onLoop { $0.fail(error, on: stream) }
      throw error
    }
  }

  func compress(_ isOn: Bool) { traffic?.compress(isOn) }

  var messageEncoding: MessageEncoding { traffic?.messageEncoding ?? .identity }

  func send(_ message: [Bytes]) async throws(ServiceError) {
    guard let traffic else { throw CallEnd.ended }
    let encoding = traffic.answerEncoding
    let outgoing =
      encoding == .identity
      ? OutgoingMessage(message)
      : await MessagePacking.packInTime(message, encoding, bytesMax: traffic.packing.answerBytesMax)
    switch await result(of: outgoing, traffic) {
    case .taken(hasRoom: true): return
    case .taken(hasRoom: false): try await traffic.waitForRoom()
    case .tooLarge(let error): throw error
    case .closed: throw CallEnd.cancelled
    }
  }

  /// Hands a message to the state machine. The signal is closed there, before the loop can open it again.
  private func result(of message: OutgoingMessage, _ traffic: StreamTraffic) async -> SendResult {
    if connection.executor.loop.inEventLoop { return hand(over: message, traffic) }
    return await withCheckedContinuation { continuation in
      connection.executor.loop.execute {
        continuation.resume(returning: hand(over: message, traffic))
      }
    }
  }

  private func hand(over message: OutgoingMessage, _ traffic: StreamTraffic) -> SendResult {
    let result = connection.send(message, on: stream)
    if case .taken(hasRoom: false) = result { traffic.roomWent() }
    return result
  }

  func sendHeaders(_ headers: Metadata) { onLoop { $0.sendHeaders(headers, on: stream) } }

  func addTrailers(_ trailers: Metadata) {
    onLoop { $0.calls.addTrailers(trailers, at: place, of: stream) }
  }

  /// Runs `body` on the connection's loop: at once from a handler that has not left it.
  private func onLoop(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
    let connection = connection
    if connection.executor.loop.inEventLoop {
      body(connection)
    } else {
      connection.executor.loop.execute { body(connection) }
    }
  }
}
