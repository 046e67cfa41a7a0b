// Compresses and decompresses messages: at once where that is quick, otherwise on threads of its own.

internal import Compression
internal import NIOPosix
internal import RPC
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

  /// What `message` holds, at most `bytesMax` bytes.
  /// - Throws: what the client is told.
  static func unpack(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) async throws(ServiceError) -> Bytes {
    let quick = min(bytesMax, CompressionLimits.inlineOutputBytesMax)
    switch unpackNow(message, encoding, bytesMax: quick) {
    case .success(let unpacked): return unpacked
    case .failure(.tooLarge(let limit)) where limit == quick && quick < bytesMax: break
    case .failure(let error): throw ServiceError(unpacking: error, field: "message")
    }
    let result = await aside { unpackNow(message, encoding, bytesMax: bytesMax) }
    return try result.mapError { ServiceError(unpacking: $0, field: "message") }.get()
  }

  private static func unpackNow(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) -> Result<Bytes, CompressionError> {
    do throws(CompressionError) {
      return .success(try Compression.unpack(message, encoding, bytesMax: bytesMax))
    } catch {
      return .failure(error)
    }
  }

  /// `message` as it is to be sent: packed if that is worth it. One over `bytesMax`, which the client does not take,
  /// is left as it is and will be refused.
  static func pack(
    _ message: [Bytes], _ encoding: MessageEncoding, bytesMax: Int
  ) async -> OutgoingMessage {
    let plain = OutgoingMessage(message)
    guard encoding != .identity, plain.count >= CompressionLimits.messageBytesMin,
      plain.count <= bytesMax
    else { return plain }
    let packed =
      plain.count <= CompressionLimits.inlineBytesMax
      ? Compression.pack(message, encoding) : await aside { Compression.pack(message, encoding) }
    return packed.map { OutgoingMessage($0, encoding: encoding) } ?? plain
  }

  /// Runs `body` on one of the threads.
  private static func aside<Value: Sendable>(
    _ body: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      threads.submit { _ in continuation.resume(returning: body()) }
    }
  }
}
