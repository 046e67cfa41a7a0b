// Keys under which secrets travel: a pair whose public half wraps and whose private half unwraps.

internal import COpenSSL

/// How a secret is wrapped.
package enum KeyWrapping: Sendable, CaseIterable {
  /// RFC 8017, with SHA-256 for both hashes and no label; keys of 3072 bits at least.
  case rsaOAEP
  /// GB/T 32918.4 with SM3; ciphertext C1 || C3 || C2, C1 uncompressed.
  case sm2
  /// RFC 7748: what travels is the sender's key of this one message, and the secret is HKDF-SHA-256 of what both agree
  /// on.
  case x25519

  fileprivate init?(_ kind: copenssl_key_kind) {
    switch kind {
    case copenssl_key_rsa: self = .rsaOAEP
    case copenssl_key_sm2: self = .sm2
    case copenssl_key_x25519: self = .x25519
    default: return nil
    }
  }

  fileprivate var inC: copenssl_key_kind {
    switch self {
    case .rsaOAEP: copenssl_key_rsa
    case .sm2: copenssl_key_sm2
    case .x25519: copenssl_key_x25519
    }
  }

  /// What the secret of X25519 is drawn for; both public keys follow.
  static let agreementUse = Array("idv field encryption 1 x25519".utf8)
}

/// Owns an EVP_PKEY, which is not changed once it is made: libcrypto lets several threads use it then, each with a
/// context of its own.
private final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  init(owned: OpaquePointer) { pointer = owned }
  deinit { EVP_PKEY_free(pointer) }
}

/// The private half. Any thread. Printing it shows nothing.
package struct UnwrappingKey: Sendable {
  package let wrapping: KeyWrapping
  /// SubjectPublicKeyInfo of the public half, DER.
  package let publicKey: [UInt8]
  private let handle: KeyHandle

  /// Length of every secret in bytes.
  package static let secretBytes = 32
  /// Bits of RSA keys: the least that are taken, and what `generate` makes.
  package static let rsaBitsMin = 3072

  /// - Parameter pem: a private key without a passphrase. Nil if it is none, or of a kind or length that is not used.
  package init?(pem: [UInt8]) {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    guard let key = copenssl_read_private_key(pem, pem.count) else { return nil }
    self.init(KeyHandle(owned: key))
  }

  private init?(_ handle: KeyHandle) {
    guard let wrapping = KeyWrapping(copenssl_kind(handle.pointer)),
      wrapping != .rsaOAEP || EVP_PKEY_get_bits(handle.pointer) >= Self.rsaBitsMin
    else { return nil }
    var der = [UInt8](repeating: 0, count: SealingLimits.publicKeyBytesMax)
    let count = copenssl_write_public_key(handle.pointer, &der, der.count)
    guard count > 0 else { return nil }
    self.wrapping = wrapping
    publicKey = Array(der.prefix(count))
    self.handle = handle
  }

  /// A new key, as PKCS #8 in PEM. The caller wipes it.
  package static func generate(_ wrapping: KeyWrapping) -> [UInt8]? {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    guard let key = copenssl_generate_key(wrapping.inC, Int32(rsaBitsMin)) else { return nil }
    let handle = KeyHandle(owned: key)
    var pem = [UInt8](repeating: 0, count: SealingLimits.privateKeyBytesMax)
    let count = copenssl_write_private_key(handle.pointer, &pem, pem.count)
    guard count > 0 else { return nil }
    defer { pem.withUnsafeMutableBytes { wipe($0) } }
    return Array(pem.prefix(count))
  }

  /// The secret that `wrapped` holds; nil if it is not one that was wrapped for this key. RSA takes about two
  /// milliseconds, the others much less.
  package func secret(of wrapped: [UInt8]) -> SecretBytes? {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    switch wrapping {
    case .rsaOAEP:
      return decrypted(wrapped)
    case .sm2:
      var der = [UInt8](repeating: 0, count: SealingLimits.sm2BytesMax)
      let count = copenssl_sm2_der(wrapped, wrapped.count, &der, der.count)
      return count < 0 ? nil : decrypted(Array(der.prefix(count)))
    case .x25519:
      guard wrapped.count == 32 else { return nil }
      var own = [UInt8](repeating: 0, count: 32)
      guard copenssl_x25519_public(handle.pointer, &own) == 1,
        let shared = agreed(handle.pointer, wrapped)
      else { return nil }
      return agreedSecret(shared, ephemeral: wrapped, recipient: own)
    }
  }

  private func decrypted(_ sealed: [UInt8]) -> SecretBytes? {
    var plain = [UInt8](repeating: 0, count: SealingLimits.wrappedBytesMax)
    defer { plain.withUnsafeMutableBytes { wipe($0) } }
    let count = copenssl_decrypt(handle.pointer, sealed, sealed.count, &plain, plain.count)
    guard count == Self.secretBytes else { return nil }
    return plain.withUnsafeBytes {
      SecretBytes(copying: UnsafeRawBufferPointer(rebasing: $0[0..<count]))
    }
  }
}

extension UnwrappingKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<key>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The public half. Any thread.
package struct WrappingKey: Sendable {
  package let wrapping: KeyWrapping
  private let handle: KeyHandle

  /// - Parameter der: SubjectPublicKeyInfo. Nil if it is none, or of a kind that is not used.
  package init?(der: [UInt8]) {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    let key = der.withUnsafeBufferPointer { bytes -> KeyHandle? in
      var at = bytes.baseAddress
      guard let key = d2i_PUBKEY(nil, &at, bytes.count) else { return nil }
      let handle = KeyHandle(owned: key)
      return at == bytes.baseAddress.map { $0 + bytes.count } ? handle : nil
    }
    guard let key, let wrapping = KeyWrapping(copenssl_kind(key.pointer)) else { return nil }
    self.wrapping = wrapping
    handle = key
  }

  /// Draws a secret and wraps it; nil if libcrypto cannot.
  package func newSecret() -> (secret: SecretBytes, wrapped: [UInt8])? {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    guard wrapping == .x25519 else {
      let secret = SecretBytes(randomBytes(UnwrappingKey.secretBytes))
      var sealed = [UInt8](repeating: 0, count: SealingLimits.wrappedBytesMax)
      let count = secret.withUnsafeBytes { plain in
        copenssl_encrypt(
          handle.pointer, plain.baseAddress?.assumingMemoryBound(to: UInt8.self), plain.count,
          &sealed, sealed.count)
      }
      guard count > 0 else { return nil }
      guard wrapping == .sm2 else { return (secret, Array(sealed.prefix(count))) }
      var raw = [UInt8](repeating: 0, count: SealingLimits.sm2BytesMax)
      let length = copenssl_sm2_raw(sealed, count, &raw, raw.count)
      return length < 0 ? nil : (secret, Array(raw.prefix(length)))
    }
    guard let pair = copenssl_generate_key(copenssl_key_x25519, 0) else { return nil }
    let own = KeyHandle(owned: pair)
    var (ephemeral, recipient) = (
      [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32)
    )
    guard copenssl_x25519_public(own.pointer, &ephemeral) == 1,
      copenssl_x25519_public(handle.pointer, &recipient) == 1,
      let shared = agreed(own.pointer, recipient)
    else { return nil }
    return (agreedSecret(shared, ephemeral: ephemeral, recipient: recipient), ephemeral)
  }
}

/// What both sides of X25519 come to; nil for a point of small order.
private func agreed(_ own: OpaquePointer, _ peer: [UInt8]) -> SecretBytes? {
  var good: Int32 = 0
  let shared = SecretBytes(count: 32) {
    good = copenssl_agree(own, peer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
  }
  return good == 1 ? shared : nil
}

private func agreedSecret(
  _ shared: SecretBytes, ephemeral: [UInt8], recipient: [UInt8]
) -> SecretBytes {
  KeyDerivation(secret: shared, salt: [], .sha256)
    .bytes(UnwrappingKey.secretBytes, for: KeyWrapping.agreementUse + ephemeral + recipient)
}
