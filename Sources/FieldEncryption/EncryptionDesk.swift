// Reads messages with encrypted fields and encrypts those of answers: everything between the envelope and the message
// that a handler sees.

package import Messages
internal import Sealing
package import Vocabulary

/// Who has to encrypt.
package struct EncryptionTerms: Sendable, Equatable {
  /// Accounts that may not send personal fields in plaintext.
  package var requiredAccounts: Set<AccountID> = []
  /// The same of scenes, by their names in `header.scene_id`.
  package var requiredScenes: Set<String> = []
  package var replays = ReplayTerms()

  package init() {}

  var requiresAny: Bool { !requiredAccounts.isEmpty || !requiredScenes.isEmpty }
}

/// Everything that reading encrypted messages needs. Any thread.
package final class EncryptionDesk: Sendable {
  package let keys: EncryptionKeys
  package let terms: EncryptionTerms
  private let memory: MessageMemory
  private let threads: CryptoThreads
  /// Of answers: the work for them is done and counted, so that none is refused here.
  private let answerThreads: CryptoThreads
  private let pause: @Sendable (Duration) async throws -> Void
  private let unixMilliseconds: @Sendable () -> Int64

  /// - Parameters:
  ///   - threads: for long messages, and as many for long answers.
  ///   - queueDepthMax: long messages that may be there at once.
  ///   - pause: waits, for messages from the future.
  ///   - unixMilliseconds: the time, for the age of messages.
  package init(
    keys: EncryptionKeys, terms: EncryptionTerms, threads: Int,
    queueDepthMax: Int = EncryptionLimits.queueDepthMax,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    unixMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.keys = keys
    self.terms = terms
    self.unixMilliseconds = unixMilliseconds
    self.threads = CryptoThreads(count: threads, waitingMax: queueDepthMax)
    answerThreads = CryptoThreads(count: threads, waitingMax: .max)
    self.pause = pause
    memory = MessageMemory(terms.replays, startedAtMillis: unixMilliseconds())
  }

  /// The time by the server's clock, Unix milliseconds.
  package var now: Int64 { unixMilliseconds() }

  /// A request that was read, and what its answer is encrypted with.
  struct Opened: Sendable {
    let request: Bytes
    let secret: SecretBytes
    let binding: MessageBinding
    /// Whether answering is better left to a thread of its own.
    let isLong: Bool
  }

  /// Reads an encrypted request.
  /// - Parameters:
  ///   - bytes: the whole request, which the scan has passed.
  ///   - envelope: `header.encryption` of it.
  /// - Throws: what the caller is told; see `EncryptionFault.swift`.
  func open(
    _ bytes: Bytes, _ envelope: Encryption, _ type: MessageDescriptor, method: String,
    account: AccountID, before deadline: Deadline
  ) async throws(ServiceError) -> Opened {
    let checked = try CheckedEnvelope(envelope, type, keys.current)
    let now = unixMilliseconds()
    // Replays are refused before they cost anything.
    try judge(
      memory.look(checked.messageID, of: account, madeAt: checked.createdAtMillis, now: now))
    try await wait(for: checked.createdAtMillis, before: deadline)
    let binding = MessageBinding(
      cipher: checked.cipher, keyID: checked.keyID, account: account.name, method: method,
      messageID: checked.messageID, createdAtMillis: checked.createdAtMillis)
    let isLong =
      checked.key.wrapping != .x25519 || checked.sealedBytes > EncryptionLimits.inlineBytesMax
    let opened: Opened
    if isLong {
      opened = try await threads.run(before: deadline) { () throws(ServiceError) in
        try Self.read(bytes, checked, type, binding, isLong: true)
      }
    } else {
      opened = try Self.read(bytes, checked, type, binding, isLong: false)
    }
    // Only what proved to be the account's own is remembered.
    try judge(
      memory.enter(
        checked.messageID, of: account, madeAt: checked.createdAtMillis, now: unixMilliseconds()))
    return opened
  }

  /// Holds a message from the future until its time has come; see `MessageMemory` for what would be lost without.
  private func wait(for madeAt: Int64, before deadline: Deadline) async throws(ServiceError) {
    while true {
      let ahead = Duration.milliseconds(madeAt - unixMilliseconds())
      guard ahead > .zero else { return }
      // Not in vain.
      guard deadline.remaining().map({ $0 > ahead }) ?? true else {
        throw .encryptionOutOfTime(terms.replays)
      }
      do { try await pause(ahead) } catch { throw .encryptionTooLate }
    }
  }

  /// The answer to `opened` with its personal fields encrypted.
  func seal(
    _ answer: [Bytes], to opened: Opened, _ type: MessageDescriptor, _ sensitive: SensitiveTypes
  ) async throws(ServiceError) -> [Bytes] {
    guard sensitive.isAny else { return answer }
    let count = answer.reduce(0) { $0 + $1.count }
    guard count > EncryptionLimits.inlineBytesMax else {
      return try Self.encrypt(answer, opened, type, sensitive)
    }
    // However late: that the caller waits no more is told by others.
    return try await answerThreads.run(before: .never) { () throws(ServiceError) in
      try Self.encrypt(answer, opened, type, sensitive)
    }
  }

  private func judge(_ verdict: MessageMemory.Verdict) throws(ServiceError) {
    switch verdict {
    case .new: return
    case .outOfTime: throw .encryptionOutOfTime(terms.replays)
    case .seen: throw .encryptionReplayed
    case .full: throw .encryptionMemoryFull
    }
  }

  static func read(
    _ bytes: Bytes, _ envelope: CheckedEnvelope, _ type: MessageDescriptor,
    _ binding: MessageBinding, isLong: Bool
  ) throws(ServiceError) -> Opened {
    // A wrapped key that cannot be read is not told apart from a tag that does not fit: whoever could would have an
    // oracle.
    let secret =
      envelope.key.secret(of: envelope.wrappedKey)
      ?? SecretBytes(randomBytes(UnwrappingKey.secretBytes))
    let keys = FieldKeys(secret: secret, binding, .request, salt: [], paths: envelope.paths)
    try envelope.verifyEmptyField(keys)
    let request = try insert(
      bytes, type, .request, envelope.tree, envelope.paths, envelope.sealed, keys)
    return Opened(request: request, secret: secret, binding: binding, isLong: isLong)
  }

  private static func encrypt(
    _ answer: [Bytes], _ opened: Opened, _ type: MessageDescriptor, _ sensitive: SensitiveTypes
  ) throws(ServiceError) -> [Bytes] {
    let salt = randomBytes(EncryptionLimits.saltBytes)
    let plain = WipedBuffer(capacity: answer.reduce(0) { $0 + $1.count })
    for segment in answer { segment.withUnsafeBytes { plain.append($0) } }
    let sealed = extract(plain.bytes, type, sensitive) { taken, wire in
      let keys = FieldKeys(
        secret: opened.secret, opened.binding, .answer, salt: salt, paths: taken.map(\.path))
      var envelope = EncryptedAnswer()
      envelope.salt = Bytes(salt)
      envelope.fields = taken.map { field in
        EncryptedField(
          path: field.path,
          ciphertext: Bytes(
            keys.seal(UnsafeRawBufferPointer(rebasing: wire[field.content]), path: field.path)))
      }
      return WireText.field(Direction.answer.number, envelope.encoded())
    }
    guard let sealed else {
      throw ServiceError(
        .internal, "The answer could not be encrypted; quote the request id to the operator.",
        ErrorDetail(.internalFault, advice: .contactSupport))
    }
    return [sealed]
  }

  /// Decrypts fields into their places.
  static func insert(
    _ bytes: Bytes, _ type: MessageDescriptor, _ direction: Direction, _ tree: FieldTree,
    _ paths: [String], _ sealed: [Bytes], _ keys: FieldKeys
  ) throws(ServiceError) -> Bytes {
    try bytes.withUnsafeBytes { wire throws(ServiceError) in
      let insertion = FieldInsertion(
        wire: wire, direction: direction,
        counts: sealed.map { max(0, $0.count - ContentCipher.tagBytes) })
      let message: RewrittenMessage
      do throws(FieldInsertion.Fault) {
        message = try insertion.message(type, tree)
      } catch {
        switch error {
        case .givenTwice(let field): throw .encryptedFieldGivenTwice(paths[field])
        case .noElement(let field): throw .encryptedFieldUnknown(field, isKnown: false)
        case .malformed: throw .envelopeMalformed("fields", "of a well-formed message")
        }
      }
      let buffer = WipedBuffer(capacity: message.count)
      for piece in message.pieces {
        switch piece {
        case .copy(let range): buffer.append(UnsafeRawBufferPointer(rebasing: wire[range]))
        case .text(let text): text.withUnsafeBytes { buffer.append($0) }
        case .field(let field):
          guard keys.open(sealed[field], path: paths[field], into: buffer) else {
            throw .decryptionFailed(paths[field])
          }
        }
      }
      return buffer.bytes
    }
  }

  /// Takes personal fields out of a message; what `envelope` makes of them goes into the header. Nil if the message is
  /// damaged.
  static func extract(
    _ bytes: Bytes, _ type: MessageDescriptor, _ sensitive: SensitiveTypes,
    _ envelope: ([(path: String, content: Range<Int>)], UnsafeRawBufferPointer) -> [UInt8]
  ) -> Bytes? {
    bytes.withUnsafeBytes { wire -> Bytes? in
      var extraction = FieldExtraction(wire, sensitive)
      guard let left = extraction.remainder(type) else { return nil }
      var header = left.header
      header.text(envelope(extraction.taken, wire))
      var message = left.before
      message.nested(Direction.headerNumber, header)
      var result: [UInt8] = []
      result.reserveCapacity(message.count + left.after.count)
      for piece in message.pieces + left.after.pieces {
        switch piece {
        case .copy(let range): result += wire[range]
        case .text(let text): result += text
        case .field: preconditionFailure("nothing is put in here")
        }
      }
      return Bytes(result)
    }
  }
}

/// An envelope past its checks, before anything is decrypted.
struct CheckedEnvelope: Sendable {
  let cipher: ContentCipher
  let keyID: String
  let key: UnwrappingKey
  let wrappedKey: [UInt8]
  let messageID: [UInt8]
  let createdAtMillis: Int64
  /// Of all fields; the empty one stands for the message alone.
  let paths: [String]
  let sealed: [Bytes]
  let tree: FieldTree
  let sealedBytes: Int
  private let emptyField: Int?

  init(
    _ envelope: Encryption, _ type: MessageDescriptor, _ ring: EncryptionKeyRing
  ) throws(ServiceError) {
    guard let cipher = ContentCipher(envelope.algorithm) else {
      throw .envelopeMalformed("algorithm", "one of AES_256_GCM and SM4_GCM")
    }
    guard !ring.entries.isEmpty else { throw .encryptionUnavailable }
    switch ring.find(envelope.keyId) {
    case .key(let found): key = found
    case .retired: throw .encryptionKeyRetired
    case .unknown: throw .encryptionKeyUnknown
    }
    guard (1...EncryptionLimits.wrappedBytesMax).contains(envelope.wrappedKey.count) else {
      throw .envelopeMalformed("wrapped_key", "1 to \(EncryptionLimits.wrappedBytesMax) bytes")
    }
    guard envelope.messageId.count == EncryptionLimits.messageIDBytes else {
      throw .envelopeMalformed("message_id", "\(EncryptionLimits.messageIDBytes) bytes")
    }
    guard (1...EncryptionLimits.fieldsMax).contains(envelope.fields.count) else {
      throw .envelopeMalformed("fields", "1 to \(EncryptionLimits.fieldsMax) fields")
    }
    self.cipher = cipher
    keyID = envelope.keyId
    wrappedKey = envelope.wrappedKey.array
    messageID = envelope.messageId.array
    createdAtMillis = envelope.createdAtMs
    paths = envelope.fields.map(\.path)
    sealed = envelope.fields.map(\.ciphertext)
    sealedBytes = sealed.reduce(0) { $0 + $1.count }
    (tree, emptyField) = try Self.tree(of: envelope.fields, type)
  }

  /// The tree of all paths, and the field with the empty one.
  static func tree(
    of fields: [EncryptedField], _ type: MessageDescriptor
  ) throws(ServiceError) -> (FieldTree, empty: Int?) {
    var tree = FieldTree()
    var empty: Int?
    for (position, field) in fields.enumerated() {
      guard field.ciphertext.count >= ContentCipher.tagBytes else {
        throw .envelopeMalformed(
          "fields[\(position)].ciphertext", "at least \(ContentCipher.tagBytes) bytes")
      }
      if field.path.isEmpty {
        guard empty == nil, field.ciphertext.count == ContentCipher.tagBytes else {
          throw .envelopeMalformed(
            "fields[\(position)].ciphertext", "a tag alone, once, where the path is empty")
        }
        empty = position
        continue
      }
      let path: FieldPath
      do throws(FieldPath.Fault) {
        path = try FieldPath(field.path, in: type)
      } catch {
        throw .encryptedFieldUnknown(position, isKnown: error == .notSensitive)
      }
      guard tree.insert(path, field: position) else { throw .encryptedFieldGivenTwice(field.path) }
    }
    return (tree, empty)
  }

  /// The field with the empty path has no place to go to; its tag must be right all the same.
  func verifyEmptyField(_ keys: FieldKeys) throws(ServiceError) {
    guard let emptyField else { return }
    let nothing = WipedBuffer(capacity: 0)
    guard keys.open(sealed[emptyField], path: "", into: nothing) else {
      throw .decryptionFailed("")
    }
  }
}

extension EncryptionDesk {
  /// The keys that are handed out, as callers are told them.
  package var publishedKeys: [EncryptionKey] {
    keys.current.active.map { entry in
      EncryptionKey(
        id: entry.id, wrapping: entry.key.wrapping.inMessages,
        publicKey: Bytes(entry.key.publicKey),
        sha256: Bytes(sha256(entry.key.publicKey)))
    }
  }
}

extension Sealing.KeyWrapping {
  fileprivate var inMessages: Messages.KeyWrapping {
    switch self {
    case .rsaOAEP: .rsaOaepSha256
    case .sm2: .sm2
    case .x25519: .x25519
    }
  }
}
