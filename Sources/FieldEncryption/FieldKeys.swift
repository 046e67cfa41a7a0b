// What the fields of one message are encrypted with: one key a direction, a nonce and bound data for each field.

package import Messages
package import Sealing
internal import Vocabulary

/// What every field of a message and its answer is bound to.
package struct MessageBinding: Sendable {
  package let cipher: ContentCipher
  package let keyID: String
  package let account: String
  /// `package.Service/Method`.
  package let method: String
  package let messageID: [UInt8]
  package let createdAtMillis: Int64

  package init(
    cipher: ContentCipher, keyID: String, account: String, method: String, messageID: [UInt8],
    createdAtMillis: Int64
  ) {
    self.cipher = cipher
    self.keyID = keyID
    self.account = account
    self.method = method
    self.messageID = messageID
    self.createdAtMillis = createdAtMillis
  }

  /// Every item with its length in front: no two bindings have the same bytes.
  var encoded: [UInt8] {
    item(Array("idv field encryption 1".utf8)) + item(Array(cipher.name.utf8))
      + item(Array(keyID.utf8)) + item(Array(account.utf8)) + item(Array(method.utf8))
      + item(messageID) + item(bigEndian(UInt64(bitPattern: createdAtMillis)))
  }
}

/// Keys, nonces and bound data of one direction of a message.
struct FieldKeys: Sendable {
  private let binding: [UInt8]
  private let direction: [UInt8]
  private let fieldSet: [UInt8]
  private let derivation: KeyDerivation
  private let key: ContentKey

  /// - Parameters:
  ///   - salt: of an answer, which makes its keys its own; empty for a request, whose message id does that.
  ///   - paths: of all fields that are encrypted: none can be left out unnoticed.
  init(
    secret: SecretBytes, _ binding: MessageBinding, _ direction: Direction, salt: [UInt8],
    paths: [String]
  ) {
    self.binding = binding.encoded
    self.direction = item(Array(direction.rawValue.utf8)) + item(salt)
    let sorted = paths.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    fieldSet = digest(sorted.flatMap(item), binding.cipher.digest)
    derivation = KeyDerivation(secret: secret, salt: binding.messageID, binding.cipher.digest)
    key = ContentKey(
      derivation.bytes(
        binding.cipher.keyBytes,
        for: item(Array("key".utf8)) + self.direction + self.binding), binding.cipher)
  }

  func seal(_ plain: UnsafeRawBufferPointer, path: String) -> [UInt8] {
    key.seal(plain, nonce: nonce(path), aad: bound(path))
  }

  func open(_ sealed: Bytes, path: String, into buffer: WipedBuffer) -> Bool {
    key.open(sealed, nonce: nonce(path), aad: bound(path), into: buffer)
  }

  private func nonce(_ path: String) -> [UInt8] {
    derivation.bytes(
      ContentCipher.nonceBytes,
      for: item(Array("nonce".utf8)) + direction + item(Array(path.utf8)) + binding
    ).withUnsafeBytes { Array($0) }
  }

  private func bound(_ path: String) -> [UInt8] {
    item(Array("field".utf8)) + direction + item(Array(path.utf8)) + item(fieldSet) + binding
  }
}

private func item(_ bytes: [UInt8]) -> [UInt8] {
  let count = UInt32(bytes.count)
  return [
    UInt8(count >> 24), UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF),
  ]
    + bytes
}

private func bigEndian(_ value: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(value >> (56 - 8 * UInt64($0)) & 0xFF) }
}

extension ContentCipher {
  /// As the standards write it.
  package var name: String { self == .aes256GCM ? "AES-256-GCM" : "SM4-GCM" }

  package init?(_ algorithm: ContentAlgorithm) {
    switch algorithm {
    case .aes256Gcm: self = .aes256GCM
    case .sm4Gcm: self = .sm4GCM
    case .unspecified, .unrecognized: return nil
    }
  }

  package var algorithm: ContentAlgorithm { self == .aes256GCM ? .aes256Gcm : .sm4Gcm }
}
