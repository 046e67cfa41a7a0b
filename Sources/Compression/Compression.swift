// Packs and unpacks whole messages, within bounds.

internal import CCompression
internal import Glibc
package import Vocabulary

/// Why a message could not be unpacked.
package enum CompressionError: Error, Sendable, Equatable {
  /// Not one whole message of its encoding.
  case damaged
  /// More than the message limit, or more than `CompressionLimits.ratioMax` times what was sent.
  case tooLarge(limitBytes: Int)
  /// No memory for it.
  case noMemory
}

/// Bounds of compression.
package enum CompressionLimits {
  /// Most bytes of output for one of input (PROTOCOL.md, defaults): far above what text gives, far below a bomb.
  package static let ratioMax = 100
  /// Output that is allowed whatever the ratio, because tiny messages may pack well.
  package static let ratioFreeBytes = 64 << 10
  /// Smaller messages are sent as they are: a packet holds them either way.
  package static let messageBytesMin = 1 << 10
  /// What is packed on the caller's thread; larger messages take milliseconds and belong elsewhere.
  package static let inlineBytesMax = 32 << 10
  /// What is unpacked on the caller's thread, bytes of output: unpacking is several times as fast.
  package static let inlineOutputBytesMax = 128 << 10
}

/// Compression of messages. Stateless: safe from any thread; takes time in proportion to the message.
package enum Compression {
  /// `message` packed with `encoding`; nil when that would not make it smaller, or so small that `unpack` would take
  /// it for a bomb.
  /// - Parameter ratioMax: nil makes bombs too.
  package static func pack(
    _ message: [Bytes], _ encoding: MessageEncoding,
    ratioMax: Int? = CompressionLimits.ratioMax
  ) -> Bytes? {
    guard let kind = encoding.kind else { return nil }
    let whole = Bytes(joining: message)
    var result: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = whole.withUnsafeBytes {
      idv_compress(
        kind, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count, &result, &count)
    }
    guard status == idv_compression_ok else { return nil }
    let packed = Bytes(owner: Allocation(result), base: UnsafeRawPointer(result), count: count)
    if let ratioMax, whole.count > outputBytesMax(packed, ratioMax) { return nil }
    return packed.count < whole.count ? packed : nil
  }

  /// The most that an honest sender's message holds.
  private static func outputBytesMax(_ packed: Bytes, _ ratioMax: Int) -> Int {
    max(packed.count * ratioMax, CompressionLimits.ratioFreeBytes)
  }

  /// What `message` holds, at most `bytesMax` bytes of it.
  package static func unpack(
    _ message: Bytes, _ encoding: MessageEncoding, bytesMax: Int
  ) throws(CompressionError) -> Bytes {
    guard let kind = encoding.kind else { return message }
    let limit = min(bytesMax, outputBytesMax(message, CompressionLimits.ratioMax))
    var result: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = message.withUnsafeBytes {
      idv_decompress(
        kind, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count, limit, &result,
        &count)
    }
    switch status {
    case idv_compression_ok:
      return Bytes(owner: Allocation(result), base: UnsafeRawPointer(result), count: count)
    case idv_compression_too_large: throw .tooLarge(limitBytes: limit)
    case idv_compression_no_memory: throw .noMemory
    default: throw .damaged
    }
  }
}

extension MessageEncoding {
  fileprivate var kind: idv_compression? {
    switch self {
    case .identity: nil
    case .gzip: idv_compression_gzip
    case .zstd: idv_compression_zstd
    }
  }
}

extension ServiceError {
  /// What the sender of a message that could not be unpacked is told.
  /// - Parameter field: which message: `message` or `answer`.
  package init(unpacking error: CompressionError, field: String) {
    switch error {
    case .damaged:
      self.init(
        .internal, "The \(field) is damaged: it is not what its encoding says.",
        ErrorDetail(.protocolViolation, field: field))
    case .tooLarge(let limitBytes):
      self.init(
        .resourceExhausted, "The \(field) is over the limit once it is unpacked; send less.",
        ErrorDetail(
          .payloadTooLarge, field: field, limit: "\(limitBytes) bytes", advice: .correctInput))
    case .noMemory:
      self.init(
        .resourceExhausted, "No memory is left to unpack the \(field); try again later.",
        ErrorDetail(
          .overloaded, field: field, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000)
      )
    }
  }
}

/// Owns what C allocated.
private final class Allocation: @unchecked Sendable {
  // Unchecked: never written after it was made.
  private let base: UnsafeMutablePointer<UInt8>?

  init(_ base: UnsafeMutablePointer<UInt8>?) { self.base = base }

  deinit { free(base) }
}
