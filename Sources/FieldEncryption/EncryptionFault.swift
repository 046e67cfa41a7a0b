// What is wrong with encrypted fields, in the caller's words. Names of fields come from our schema, never from the
// message; what was encrypted is in none of them.

internal import Vocabulary

extension ServiceError {
  /// `field` of the envelope is not what it should be.
  static func envelopeMalformed(_ field: String, _ limit: String) -> ServiceError {
    ServiceError(
      .invalidArgument, "header.encryption.\(field) must be \(limit).",
      ErrorDetail(
        .encryptionMalformed, field: "header.encryption." + field, limit: limit,
        advice: .correctInput))
  }

  /// The path at `position` leads to no field that may be encrypted. What it says may be anything, so it is not
  /// repeated.
  static func encryptedFieldUnknown(_ position: Int, isKnown: Bool) -> ServiceError {
    ServiceError(
      .invalidArgument,
      isKnown
        ? "This field is not one that may be encrypted; send it as it is."
        : "The path leads to no field of this message; compare the client's .proto with the server's.",
      ErrorDetail(
        .encryptionFieldUnknown, field: "header.encryption.fields[\(position)].path",
        advice: .correctInput))
  }

  /// - Parameter path: as resolved by the schema.
  static func encryptedFieldGivenTwice(_ path: String) -> ServiceError {
    ServiceError(
      .invalidArgument,
      "\(path) is given in plaintext and encrypted, or encrypted twice; give it once.",
      ErrorDetail(.encryptionFieldGivenTwice, field: path, advice: .correctInput))
  }

  static let encryptionKeyUnknown = ServiceError(
    .failedPrecondition,
    "The server has no such key; ask Keys.GetEncryptionKeys which it has and encrypt again.",
    ErrorDetail(
      .encryptionKeyUnknown, field: "header.encryption.key_id", advice: .correctInput))

  static let encryptionKeyRetired = ServiceError(
    .failedPrecondition,
    "The key is used no more; ask Keys.GetEncryptionKeys for the present one and encrypt again.",
    ErrorDetail(
      .encryptionKeyRetired, field: "header.encryption.key_id", advice: .correctInput))

  static func encryptionOutOfTime(_ terms: ReplayTerms) -> ServiceError {
    ServiceError(
      .failedPrecondition,
      "The message is too old, from before this server began, or from the future; check the clock and encrypt again.",
      ErrorDetail(
        .encryptionOutOfTime, field: "header.encryption.created_at_ms",
        limit: "\(terms.ageMaxMillis / 1000) s old, \(terms.aheadMaxMillis / 1000) s ahead",
        advice: .correctInput))
  }

  static let encryptionReplayed = ServiceError(
    .alreadyExists,
    "A message of this id was read before; encrypt anew for each call and each try.",
    ErrorDetail(
      .encryptionReplayed, field: "header.encryption.message_id", advice: .correctInput))

  static let encryptionMemoryFull = ServiceError(
    .resourceExhausted, "Too many encrypted messages in the last minutes; wait and call again.",
    ErrorDetail(
      .encryptionMemoryFull, advice: .waitAndRetry, retryable: true, retryAfterMillis: 5000))

  static let encryptionOverloaded = ServiceError(
    .resourceExhausted, "Too many encrypted messages wait to be read; wait and call again.",
    ErrorDetail(.overloaded, advice: .waitAndRetry, retryable: true, retryAfterMillis: 200))

  static let encryptionTooLate = ServiceError(
    .deadlineExceeded, "Time ran out before the message could be decrypted; allow more.",
    ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))

  /// Whatever did not fit: key, nonce, bound data, ciphertext or tag. One answer for all of them: the difference would
  /// help nobody but those who guess.
  static func decryptionFailed(_ path: String) -> ServiceError {
    ServiceError(
      .invalidArgument,
      "\(path.isEmpty ? "The message" : path) cannot be decrypted: encrypt it for this account, method, field and key.",
      ErrorDetail(.decryptionFailed, field: path, advice: .correctInput))
  }

  /// - Parameter path: a field that came in plaintext; empty when it is the answer that must not.
  static func encryptionRequired(_ path: String) -> ServiceError {
    ServiceError(
      .failedPrecondition,
      path.isEmpty
        ? "This account or scene wants personal fields encrypted; give header.encryption."
        : "This account or scene wants personal fields encrypted, and \(path) is not.",
      ErrorDetail(
        .encryptionRequired, field: path.isEmpty ? "header.encryption" : path,
        advice: .correctInput))
  }

  static let encryptionUnsupported = ServiceError(
    .unimplemented,
    "Methods with streams take no encrypted fields; use the one with single messages.",
    ErrorDetail(
      .encryptionUnsupported, field: "header.encryption", advice: .useOtherChannel))

  static let encryptionUnavailable = ServiceError(
    .failedPrecondition,
    "This server has no encryption key; send fields in plaintext or ask its operator.",
    ErrorDetail(
      .encryptionKeyUnknown, field: "header.encryption.key_id", advice: .contactSupport))
}
