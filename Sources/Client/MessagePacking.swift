// Compresses and decompresses messages in the caller's own time, never on the event loop.

internal import Compression
internal import RPC
internal import Vocabulary
internal import Wire

/// Packs requests and unpacks answers for callers. Safe from any thread: small messages at once, larger ones away
/// from the caller's actor.
enum MessagePacking {
  /// `message` packed; nil when it is better sent as it is.
  static func pack(_ message: [Bytes], _ encoding: MessageEncoding) async -> OutgoingMessage? {
    let count = message.reduce(0) { $0 + $1.count }
    guard encoding != .identity, count >= CompressionLimits.messageBytesMin else { return nil }
    let packed =
      count <= CompressionLimits.inlineBytesMax
      ? Compression.pack(message, encoding) : await packAside(message, encoding)
    return packed.map { OutgoingMessage($0, encoding: encoding) }
  }

  @concurrent
  private static func packAside(_ message: [Bytes], _ encoding: MessageEncoding) async -> Bytes? {
    Compression.pack(message, encoding)
  }

  /// What `message` holds, at most `bytesMax` bytes, for a caller who waits until `deadline`: unpacking spends its time,
  /// too.
  /// - Throws: what the caller is told.
  static func unpack(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int, before deadline: Deadline
  ) async throws(ServiceError) -> Bytes {
    if encoding == .identity { return message }
    let unpacked = try await unpack(message, encoding, bytesMax: bytesMax)
    if Task.isCancelled { throw CallEnd.cancelled }
    if deadline.hasPassed(at: Moment.now) { throw LinkPool.tooLate }
    return unpacked
  }

  /// The same without a deadline.
  static func unpack(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) async throws(ServiceError) -> Bytes {
    if encoding == .identity { return message }
    let quick = min(bytesMax, CompressionLimits.inlineOutputBytesMax)
    switch unpackNow(message, encoding, quick) {
    case .success(let unpacked): return unpacked
    case .failure(.tooLarge(let limit)) where limit == quick && quick < bytesMax:
      return try await unpackAside(message, encoding, bytesMax)
        .mapError { ServiceError(unpacking: $0, field: "answer") }.get()
    case .failure(let error): throw ServiceError(unpacking: error, field: "answer")
    }
  }

  @concurrent
  private static func unpackAside(
    _ message: Bytes, _ encoding: MessageEncoding, _ bytesMax: Int
  ) async -> Result<Bytes, CompressionError> {
    unpackNow(message, encoding, bytesMax)
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
}
