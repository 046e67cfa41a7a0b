// The caller's side: encrypts the fields of requests and reads those of answers. For tools and tests; callers in other
// languages do the same (PROTOCOL.md).

package import Messages
package import Sealing
package import Vocabulary

/// Encrypts for one account and key. Any thread.
package struct FieldEncryptor: Sendable {
  private let key: WrappingKey
  private let keyID: String
  private let account: String
  private let cipher: ContentCipher

  package init(key: WrappingKey, keyID: String, account: String, cipher: ContentCipher) {
    self.key = key
    self.keyID = keyID
    self.account = account
    self.cipher = cipher
  }

  /// An encrypted request, and what reads its answer.
  package struct Sealed: Sendable {
    package let request: Bytes
    package let answer: AnswerReader
  }

  /// Encrypts every personal field of `request`. Each call and each try needs a new one.
  /// - Parameters:
  ///   - type: of the request.
  ///   - method: `package.Service/Method`.
  ///   - answer: the type of the answer.
  /// - Returns: nil if the request is damaged, or libcrypto fails.
  package func seal(
    _ request: Bytes, _ type: MessageDescriptor, method: String, answer: MessageDescriptor,
    createdAtMillis: Int64, change: (inout Encryption) -> Void = { _ in }
  ) -> Sealed? {
    guard let drawn = key.newSecret() else { return nil }
    let binding = MessageBinding(
      cipher: cipher, keyID: keyID, account: account, method: method,
      messageID: randomBytes(EncryptionLimits.messageIDBytes), createdAtMillis: createdAtMillis)
    let sealed = EncryptionDesk.extract(request, type, SensitiveTypes(type)) { taken, wire in
      // The empty path: a message without personal fields proves itself all the same.
      let paths = taken.isEmpty ? [""] : taken.map(\.path)
      let keys = FieldKeys(
        secret: drawn.secret, binding, .request, salt: [], paths: paths)
      var envelope = Encryption()
      envelope.algorithm = cipher.algorithm
      envelope.keyId = keyID
      envelope.wrappedKey = Bytes(drawn.wrapped)
      envelope.messageId = Bytes(binding.messageID)
      envelope.createdAtMs = createdAtMillis
      envelope.fields = paths.enumerated().map { position, path in
        let content = taken.isEmpty ? 0..<0 : taken[position].content
        return EncryptedField(
          path: path,
          ciphertext: Bytes(
            keys.seal(UnsafeRawBufferPointer(rebasing: wire[content]), path: path)))
      }
      change(&envelope)
      return WireText.field(Direction.request.number, envelope.encoded())
    }
    return sealed.map {
      Sealed(
        request: $0, answer: AnswerReader(secret: drawn.secret, binding: binding, type: answer))
    }
  }
}

/// Reads the answer to one encrypted request.
package struct AnswerReader: Sendable {
  let secret: SecretBytes
  let binding: MessageBinding
  let type: MessageDescriptor

  /// The answer with its fields decrypted; as it is when nothing of it was encrypted.
  /// - Throws: `decryptionFailed` and others, as the server does for requests.
  package func open(_ answer: Bytes) throws(ServiceError) -> Bytes {
    guard let envelope = try envelope(of: answer) else { return answer }
    let (tree, _) = try CheckedEnvelope.tree(of: envelope.fields, type)
    let keys = FieldKeys(
      secret: secret, binding, .answer, salt: envelope.salt.array,
      paths: envelope.fields.map(\.path))
    return try EncryptionDesk.insert(
      answer, type, .answer, tree, envelope.fields.map(\.path),
      envelope.fields.map(\.ciphertext), keys)
  }

  private func envelope(of answer: Bytes) throws(ServiceError) -> EncryptedAnswer? {
    let place = answer.withUnsafeBytes { wire -> Range<Int>? in
      var fields = WireFields(wire, wire.indices)
      while let field = fields.next() {
        guard field.number == Direction.headerNumber, field.wireType == 2 else { continue }
        var inner = WireFields(wire, field.content)
        while let next = inner.next() {
          if next.number == Direction.answer.number, next.wireType == 2 { return next.content }
        }
      }
      return nil
    }
    guard let place else { return nil }
    do throws(Messages.DecodingError) {
      return try EncryptedAnswer(decoding: answer[place])
    } catch {
      throw .envelopeMalformed("fields", "of a well-formed answer")
    }
  }
}

extension WireText {
  /// A whole field.
  static func field(_ number: Int32, _ content: Bytes) -> [UInt8] {
    opening(number, content.count) + content.array
  }
}
