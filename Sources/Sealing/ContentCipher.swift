// Authenticated encryption of contents.

internal import COpenSSL
package import Vocabulary

/// A way of encrypting contents. Tags stand behind the ciphertext.
package enum ContentCipher: Sendable, CaseIterable {
  /// NIST SP 800-38D.
  case aes256GCM
  /// RFC 8998. Its SM4 is libcrypto's; GHASH takes the same time for all contents.
  case sm4GCM

  package static let nonceBytes = 12
  package static let tagBytes = 16

  package var keyBytes: Int { self == .aes256GCM ? 32 : 16 }

  /// The digest that goes with it.
  package var digest: DigestAlgorithm { self == .aes256GCM ? .sha256 : .sm3 }

  fileprivate var inC: copenssl_cipher {
    self == .aes256GCM ? copenssl_aes_256_gcm : copenssl_sm4_gcm
  }
}

/// A key of one cipher. Any thread.
package struct ContentKey: Sendable {
  private let key: SecretBytes
  private let cipher: ContentCipher

  /// - Precondition: the key has the cipher's length.
  package init(_ key: SecretBytes, _ cipher: ContentCipher) {
    precondition(key.count == cipher.keyBytes, "a key of another cipher")
    self.key = key
    self.cipher = cipher
  }

  /// Ciphertext and tag of `plain`.
  /// - Precondition: the nonce has 12 bytes. It must never be used twice with this key.
  package func seal(_ plain: UnsafeRawBufferPointer, nonce: [UInt8], aad: [UInt8]) -> [UInt8] {
    precondition(nonce.count == ContentCipher.nonceBytes, "not a nonce")
    copenssl_clear_errors()
    return [UInt8](unsafeUninitializedCapacity: plain.count + ContentCipher.tagBytes) { to, count in
      let done = key.withUnsafeBytes { key in
        copenssl_seal(
          cipher.inC, key.bytes, nonce, aad, aad.count, plain.bytes, plain.count, to.baseAddress)
      }
      precondition(done == 1, "libcrypto cannot encrypt")
      count = plain.count + ContentCipher.tagBytes
    }
  }

  /// Appends the plaintext of `sealed` to `buffer`, and nothing if it is not what this key sealed with the same nonce
  /// and `aad`.
  /// - Returns: whether it was.
  /// - Precondition: `buffer` has room for it.
  package func open(
    _ sealed: Bytes, nonce: [UInt8], aad: [UInt8], into buffer: WipedBuffer
  ) -> Bool {
    let count = sealed.count - ContentCipher.tagBytes
    guard count >= 0, nonce.count == ContentCipher.nonceBytes else { return false }
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    return buffer.append(count) { plain in
      key.withUnsafeBytes { key in
        sealed.withUnsafeBytes { sealed in
          copenssl_open(
            cipher.inC, key.bytes, nonce, aad, aad.count, sealed.bytes, sealed.count,
            plain.baseAddress?.assumingMemoryBound(to: UInt8.self)) == 1
        }
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
