// Compresses and decompresses messages: at once where that is quick, otherwise on threads of its own.

internal import Compression
internal import NIOPosix
internal import Vocabulary
internal import Wire

/// Packs answers and unpacks requests. Safe from any thread; an event loop is never held up by a large message.
enum MessagePacking {
  /// For all listeners of the process. Two: a large message does not wait for another, and what is being unpacked,
  /// which no connection counts yet, is two messages at most.
  private static let threads: NIOThreadPool = {
    let threads = NIOThreadPool(numberOfThreads: 2)
    threads.start()
    return threads
  }()

  /// Runs `body` on one of the threads.
  static func aside(_ body: @escaping @Sendable () -> Void) { threads.submit { _ in body() } }

  private static func aside<Value: Sendable>(
    _ body: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      aside { continuation.resume(returning: body()) }
    }
  }

  // MARK: Unpacking

  /// What `message` holds, at most `bytesMax` bytes, or what the client is told.
  static func unpack(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) -> Result<Bytes, ServiceError> {
    unpackNow(message, encoding, bytesMax).mapError {
      ServiceError(unpacking: $0, field: "message")
    }
  }

  /// The same if that is quick, nil otherwise.
  static func unpackIfQuick(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) -> Result<Bytes, ServiceError>? {
    let quick = min(bytesMax, CompressionLimits.inlineOutputBytesMax)
    let result = unpackNow(message, encoding, quick)
    if case .failure(.tooLarge(quick)) = result, quick < bytesMax { return nil }
    return result.mapError { ServiceError(unpacking: $0, field: "message") }
  }

  /// The same, waiting for a thread if it is not quick.
  static func unpackInTime(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) async throws(ServiceError) -> Bytes {
    if let result = unpackIfQuick(message, encoding, bytesMax: bytesMax) { return try result.get() }
    return try await aside { unpack(message, encoding, bytesMax: bytesMax) }.get()
  }

  private static func unpackNow(
    _ message: Bytes, _ encoding: MessageEncoding, _ bytesMax: Int
  ) -> Result<Bytes, CompressionError> {
    do throws(CompressionError) {
      return .success(try Compression.unpack(message, encoding, bytesMax: bytesMax))
    } catch {
      return .failure(error)
    }
  }

  // MARK: Packing

  /// `message` as it is to be sent: packed if that is worth it. One over `bytesMax`, which the client does not take,
  /// is left as it is and will be refused.
  static func pack(
    _ message: [Bytes], _ encoding: MessageEncoding, bytesMax: Int
  ) -> OutgoingMessage {
    let count = message.reduce(0) { $0 + $1.count }
    guard encoding != .identity, CompressionLimits.messageBytesMin <= count, count <= bytesMax,
      let packed = Compression.pack(message, encoding)
    else { return OutgoingMessage(message) }
    return OutgoingMessage(packed, encoding: encoding)
  }

  /// Whether packing `message` is quick.
  static func isQuick(_ message: [Bytes]) -> Bool {
    message.reduce(0) { $0 + $1.count } <= CompressionLimits.inlineBytesMax
  }

  /// `pack`, waiting for a thread if it is not quick.
  static func packInTime(
    _ message: [Bytes], _ encoding: MessageEncoding, bytesMax: Int
  ) async -> OutgoingMessage {
    if isQuick(message) { return pack(message, encoding, bytesMax: bytesMax) }
    return await aside { pack(message, encoding, bytesMax: bytesMax) }
  }
}
