// Fingerprints that only the holder of a key can make, of bytes that are lent and never copied.

internal import COpenSSL
internal import Glibc

/// 32 bytes of HMAC-SHA-256. Says nothing about the message without the key; with the key, guesses can be tried, so that
/// it is as secret as what was hashed while the key lives.
package struct KeyedFingerprint: Sendable, Hashable {
  package let words: (UInt64, UInt64, UInt64, UInt64)

  package static func == (a: KeyedFingerprint, b: KeyedFingerprint) -> Bool {
    // All words are looked at: the time taken says nothing about where they differ.
    (a.words.0 ^ b.words.0) | (a.words.1 ^ b.words.1) | (a.words.2 ^ b.words.2)
      | (a.words.3 ^ b.words.3) == 0
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  package init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
  }

  /// The value of 32 bytes; nil for any other count.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    var words: [UInt64] = [0, 0, 0, 0]
    for (place, byte) in bytes.enumerated() {
      words[place / 8] |= UInt64(byte) << (8 * (place % 8))
    }
    self.init(words: (words[0], words[1], words[2], words[3]))
  }
}

extension KeyedFingerprint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  package var description: String { "<fingerprint>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A key for fingerprints. Its bytes are zeroed when the last reference goes: what was made with it then cannot be made
/// again. Any thread.
package final class FingerprintKey: @unchecked Sendable {
  // Unchecked because of the raw pointer: written in `init`, zeroed in `deinit`, only read in between.
  private let key: UnsafeMutableRawBufferPointer

  /// Bytes of a key that is drawn.
  package static let bytes = 32

  /// A key of its own. `bytes` is the caller's to zero.
  /// - Precondition: the key is not empty.
  package init(_ bytes: some Collection<UInt8>) {
    precondition(!bytes.isEmpty, "a fingerprint without a key hides nothing")
    key = .allocate(byteCount: bytes.count, alignment: 16)
    key.copyBytes(from: bytes)
  }

  /// A key that nobody knows, from the system's generator.
  package init() {
    key = .allocate(byteCount: Self.bytes, alignment: 16)
    var numbers = SystemRandomNumberGenerator()
    for place in stride(from: 0, to: Self.bytes, by: 8) {
      key.storeBytes(of: numbers.next(), toByteOffset: place, as: UInt64.self)
    }
  }

  deinit {
    if let base = key.baseAddress { explicit_bzero(base, key.count) }
    key.deallocate()
  }

  /// The fingerprint of `message`.
  package func fingerprint(of message: UnsafeRawBufferPointer) -> KeyedFingerprint {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var count: UInt32 = 0
    let done = withUnsafeMutableBytes(of: &words) { code in
      HMAC(
        EVP_sha256(), key.baseAddress, Int32(key.count),
        message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count,
        code.baseAddress?.assumingMemoryBound(to: UInt8.self), &count) != nil
    }
    precondition(done && count == 32, "libcrypto has no HMAC")
    return KeyedFingerprint(
      words: (
        words.0.littleEndian, words.1.littleEndian, words.2.littleEndian, words.3.littleEndian
      ))
  }
}

extension FingerprintKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "<key>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
