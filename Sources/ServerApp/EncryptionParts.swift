// The keys for encrypting fields, read from their files.

internal import FieldEncryption
internal import Sealing
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#endif

/// A key as the settings name it.
package struct EncryptionKeyFile: Sendable, Equatable {
  /// What callers know it by.
  package let id: String
  /// PEM, without a passphrase.
  package let path: String

  package init(id: String, path: String) {
    self.id = id
    self.path = path
  }

  /// What `make setup` makes for development; the only one that may be missing.
  package static let development = EncryptionKeyFile(id: "dev", path: "Certs/dev/encryption.key")
}

/// Makes a ring of the keys that the settings name.
enum EncryptionParts {
  /// Largest key file in bytes.
  private static let fileBytesMax = 64 << 10

  /// - Throws: `SettingsError`, one line for the operator.
  static func ring(_ settings: ServerSettings) throws(SettingsError) -> EncryptionKeyRing {
    var entries: [EncryptionKeyRing.Entry] = []
    for (files, state) in [
      (settings.encryptionKeys, EncryptionKeyRing.State.active),
      (settings.encryptionDecryptOnlyKeys, .decryptOnly),
    ] {
      for file in files {
        guard let key = try key(file) else { continue }
        entries.append(EncryptionKeyRing.Entry(id: file.id, state: state, key: key))
      }
    }
    let ring = EncryptionKeyRing(
      entries: entries, retired: Set(settings.encryptionRetiredKeys))
    guard let ring else {
      throw SettingsError(
        description:
          "encryption.keys, encryption.decryptOnlyKeys and encryption.retiredKeys: every name once, of 1–64 "
          + "characters a-z A-Z 0-9 . _ -, at most \(EncryptionLimits.keysMax) in all")
    }
    // The development key may be named and missing.
    guard !ring.active.isEmpty || !settings.requiresEncryption else {
      throw SettingsError(
        description:
          "encryption.requiredAccounts or encryption.requiredScenes wants fields encrypted, and none "
          + "of encryption.keys is there; `idv keys create FILE` makes one, encryption.keys names it"
      )
    }
    return ring
  }

  static func terms(_ settings: ServerSettings) -> EncryptionTerms {
    var terms = EncryptionTerms()
    terms.requiredAccounts = Set(settings.encryptionRequiredAccounts)
    terms.requiredScenes = Set(settings.encryptionRequiredScenes)
    terms.replays.ageMaxMillis = Int64(settings.encryptionAgeSeconds) * 1000
    terms.replays.messagesMax = settings.encryptionMessagesMax
    terms.replays.accountMessagesMax = max(1, settings.encryptionMessagesMax / 2)
    return terms
  }

  private static func key(_ file: EncryptionKeyFile) throws(SettingsError) -> UnwrappingKey? {
    if file == .development, access(file.path, F_OK) != 0, errno == ENOENT { return nil }
    var pem: [UInt8]
    do throws(SecretFile.Failure) {
      pem = try SecretFile.read(file.path, bytes: 1...fileBytesMax).withUnsafeBytes { Array($0) }
    } catch {
      guard error == .shared else { throw unreadable(file) }
      throw SettingsError(
        description: "encryption key \(file.id): others may read \(file.path); chmod 600 it")
    }
    defer {
      pem.withUnsafeMutableBytes { bytes in
        if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
      }
    }
    guard let key = UnwrappingKey(pem: pem) else {
      throw SettingsError(
        description:
          "encryption key \(file.id): \(file.path) is no PEM private key without a passphrase, of X25519, SM2 "
          + "or RSA with at least \(UnwrappingKey.rsaBitsMin) bits; `idv keys create` makes one")
    }
    return key
  }

  private static func unreadable(_ file: EncryptionKeyFile) -> SettingsError {
    SettingsError(
      description:
        "encryption key \(file.id): cannot read \(file.path), or it is no file of 1 to "
        + "\(fileBytesMax) bytes")
  }
}
