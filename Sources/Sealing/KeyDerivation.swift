// Keys from a secret: HKDF (RFC 5869), also over SM3.

internal import COpenSSL

/// Draws keys and nonces for named uses from one secret: who learns one learns no other. Any thread.
package struct KeyDerivation: Sendable {
  private let key: SecretBytes
  private let algorithm: DigestAlgorithm

  /// HKDF's extract.
  package init(secret: SecretBytes, salt: [UInt8], _ algorithm: DigestAlgorithm) {
    self.algorithm = algorithm
    // An empty salt stands for one of zeros, and HMAC fills keys up with zeros.
    key = secret.withUnsafeBytes { Self.code(algorithm, key: salt.isEmpty ? [0] : salt, $0) }
  }

  /// HKDF's expand.
  /// - Parameter count: at most 255 digests.
  package func bytes(_ count: Int, for use: [UInt8]) -> SecretBytes {
    let length = algorithm.byteCount
    precondition((1...255 * length).contains(count), "HKDF gives no more")
    return SecretBytes(count: count) { result in
      var block: SecretBytes?
      var at = 0
      var number: UInt8 = 1
      while at < count {
        var message: [UInt8] = []
        message.reserveCapacity(length + use.count + 1)
        block?.withUnsafeBytes { message.append(contentsOf: $0) }
        message += use
        message.append(number)
        let next = key.withUnsafeBytes { key in
          message.withUnsafeBytes { Self.code(algorithm, key: Array(key), $0) }
        }
        message.withUnsafeMutableBytes { wipe($0) }
        next.withUnsafeBytes { bytes in
          let taken = min(length, count - at)
          result[at..<at + taken].copyBytes(from: bytes[0..<taken])
          at += taken
        }
        block = next
        number &+= 1
      }
    }
  }

  private static func code(
    _ algorithm: DigestAlgorithm, key: [UInt8], _ message: UnsafeRawBufferPointer
  ) -> SecretBytes {
    var key = key
    defer { key.withUnsafeMutableBytes { wipe($0) } }
    return SecretBytes(count: algorithm.byteCount) { result in
      var count: UInt32 = 0
      let done = HMAC(
        algorithm.description, key, Int32(key.count),
        message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count,
        result.baseAddress?.assumingMemoryBound(to: UInt8.self), &count)
      precondition(done != nil && Int(count) == algorithm.byteCount, "libcrypto has no HMAC")
    }
  }
}
