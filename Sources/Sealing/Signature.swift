// Signatures of others, verified.

internal import COpenSSL

/// A way of signing.
package enum SignatureAlgorithm: Sendable, CaseIterable {
  /// ECDSA on P-256 over SHA-256; signatures in DER.
  case ecdsaP256
  /// Ed25519; signatures of 64 bytes.
  case ed25519
}

/// A public key that signatures are verified with. Used on one thread.
package struct VerifyingKey: ~Copyable {
  private let key: OpaquePointer
  private let algorithm: SignatureAlgorithm

  /// - Parameters:
  ///   - der: SubjectPublicKeyInfo. Nil if it is not one, is of another kind than `algorithm` wants, or has something
  ///     behind it.
  package init?(der: [UInt8], algorithm: SignatureAlgorithm) {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    let key = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var at = bytes.baseAddress
      guard let key = d2i_PUBKEY(nil, &at, bytes.count) else { return nil }
      guard at == bytes.baseAddress.map({ $0 + bytes.count }) else {
        EVP_PKEY_free(key)
        return nil
      }
      return key
    }
    guard let key else { return nil }
    guard Self.fits(key, algorithm) else {
      EVP_PKEY_free(key)
      return nil
    }
    self.key = key
    self.algorithm = algorithm
  }

  deinit { EVP_PKEY_free(key) }

  private static func fits(_ key: OpaquePointer, _ algorithm: SignatureAlgorithm) -> Bool {
    switch algorithm {
    case .ed25519: return EVP_PKEY_is_a(key, "ED25519") == 1
    case .ecdsaP256:
      guard EVP_PKEY_is_a(key, "EC") == 1 else { return false }
      var name = [CChar](repeating: 0, count: SealingLimits.groupNameBytesMax)
      var count = 0
      guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else { return false }
      return name.prefix(count).elementsEqual("prime256v1".utf8.map { CChar($0) })
    }
  }

  /// Whether `signature` is over `message` and by this key.
  package borrowing func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    let digest = algorithm == .ed25519 ? nil : EVP_sha256()
    guard EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

/// SHA-256, 32 bytes.
package func sha256(_ bytes: [UInt8]) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: 32)
  let done = EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
  precondition(done == 1, "libcrypto has no SHA-256")
  return digest
}
