// Reading an envelope without a server around it: what the fuzzer feeds.

package import Messages
package import Vocabulary

package enum EnvelopeCheck {
  /// What `EncryptedService` would hand on, for an account `fuzz` and a method `m`; nil if it would refuse.
  package static func read(
    _ bytes: Bytes, _ type: MessageDescriptor, _ ring: EncryptionKeyRing
  ) -> Bytes? {
    guard let checked = checked(bytes, type, ring) else { return nil }
    let binding = MessageBinding(
      cipher: checked.cipher, keyID: checked.keyID, account: "fuzz", method: "m",
      messageID: checked.messageID, createdAtMillis: checked.createdAtMillis)
    return try? EncryptionDesk.read(bytes, checked, type, binding, isLong: false).request
  }

  /// Whether the envelope is one as far as can be told without decrypting.
  package static func isFormed(
    _ bytes: Bytes, _ type: MessageDescriptor, _ ring: EncryptionKeyRing
  ) -> Bool {
    checked(bytes, type, ring) != nil
  }

  private static func checked(
    _ bytes: Bytes, _ type: MessageDescriptor, _ ring: EncryptionKeyRing
  ) -> CheckedEnvelope? {
    guard let envelope = HeaderSight(bytes).encryption,
      (try? type.check(bytes, .standard)) != nil,
      let decoded = try? Encryption(decoding: envelope)
    else { return nil }
    return try? CheckedEnvelope(decoded, type, ring)
  }
}
