// Who is calling: what the client's certificate says, and which account that is.

/// What a verified client certificate says about its holder. Made by TLS only, after verification.
/// One reference: it travels with every call of its connection.
package final class PeerIdentity: Sendable, Hashable {
  /// Subject alternative names of type URI, in certificate order (`idv:account:dev`).
  package let uris: [String]
  /// Subject common name, for display only; never used to decide.
  package let commonName: String
  /// SHA-256 of the certificate (DER), lower-case hexadecimal: names the certificate in audit
  /// records.
  package let fingerprint: String
  /// SHA-256 of the certificate's public key (SubjectPublicKeyInfo, DER), lower-case hexadecimal: what an
  /// account can be bound to. The same for all certificates of one key; empty matches nothing.
  package let keyFingerprint: String

  /// The account that the certificate names by `URI:idv:account:NAME`; nil without exactly one such
  /// name of 1–64 characters from `a-z 0-9 . _ -`. Read once: every call of a connection asks for
  /// it.
  package let account: AccountID?

  package init(
    uris: [String], commonName: String, fingerprint: String, keyFingerprint: String = ""
  ) {
    self.uris = uris
    self.commonName = commonName
    self.fingerprint = fingerprint
    self.keyFingerprint = keyFingerprint
    account = Self.account(among: uris)
  }

  package static func == (a: PeerIdentity, b: PeerIdentity) -> Bool {
    a.fingerprint == b.fingerprint && a.uris == b.uris && a.commonName == b.commonName
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

  private static func account(among uris: [String]) -> AccountID? {
    let prefix = "idv:account:"
    let named = uris.filter { $0.hasPrefix(prefix) }
    guard named.count == 1 else { return nil }
    return AccountID(String(named[0].dropFirst(prefix.count)))
  }
}

/// The name of a customer of this server.
package struct AccountID: Sendable, Hashable, CustomStringConvertible {
  package let name: String
  /// A hash of the name, for tables: accounts are looked up for every call, the name is hashed once.
  package let digest: Int

  /// Nil unless `name` has 1–64 characters from `a-z 0-9 . _ -`.
  package init?(_ name: String) {
    let allowed = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x5F
        || $0 == 0x2D
    }
    guard allowed, (1...64).contains(name.utf8.count) else { return nil }
    self.name = name
    digest = name.hashValue
  }

  package static func == (a: AccountID, b: AccountID) -> Bool {
    a.digest == b.digest && a.name == b.name
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  package var description: String { name }
}

/// Names one call in answers, logs and records: 16 random bytes.
package struct CallID: Sendable, Hashable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A fresh id from `generator`.
  package static func random(using generator: inout some RandomNumberGenerator) -> CallID {
    CallID(high: generator.next(), low: generator.next())
  }

  /// 32 lower-case hexadecimal digits.
  package var description: String { hex(high) + hex(low) }

  /// Reads what `description` writes; nil for anything else.
  package init?(_ digits: String) {
    guard digits.utf8.count == 32,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let high = UInt64(digits.prefix(16), radix: 16),
      let low = UInt64(digits.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
