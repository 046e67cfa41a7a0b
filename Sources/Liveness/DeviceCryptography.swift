// What verifying a device's word needs of a cryptographic library and of the operator's records.

package import Vocabulary

/// Primitives. Any thread.
package protocol DeviceCryptography: Sendable {
  /// 32 bytes.
  func sha256(_ bytes: [UInt8]) -> [UInt8]

  /// Whether `signature` over `message` was made with the key whose SubjectPublicKeyInfo is `publicKey` (DER). A key of
  /// another kind than the algorithm's, or one that cannot be read, verifies nothing.
  func isValid(
    _ signature: [UInt8], of message: [UInt8], algorithm: DeviceSignatureAlgorithm,
    publicKey: [UInt8]
  ) -> Bool

  /// The chain from `certificates[0]` to one of `roots` (all DER) if every signature and validity holds at `seconds`
  /// (Unix); nil if not. What a caller sends beside the chain is no root. With no roots always nil.
  func chain(_ certificates: [Bytes], roots: [Bytes], at seconds: Int64) -> AttestationChain?
}

/// A chain of certificates that leads to a root.
package struct AttestationChain: Sendable {
  /// SubjectPublicKeyInfo of the first certificate, DER.
  package var publicKey: [UInt8]
  /// The certificates on the way, the first one first, the root last.
  package var certificates: [AttestationCertificate]

  package init(publicKey: [UInt8], certificates: [AttestationCertificate]) {
    self.publicKey = publicKey
    self.certificates = certificates
  }
}

/// What is asked of one certificate.
package struct AttestationCertificate: Sendable {
  /// Big endian, without leading zeros.
  package var serial: [UInt8]
  /// The value of Android's key description (the bytes inside the OCTET STRING); nil without it.
  package var keyDescription: [UInt8]?
  /// The same of Apple's extension with a nonce.
  package var appleNonce: [UInt8]?

  package init(serial: [UInt8], keyDescription: [UInt8]?, appleNonce: [UInt8]? = nil) {
    self.serial = serial
    self.keyDescription = keyDescription
    self.appleNonce = appleNonce
  }
}

/// An app whose devices may be believed.
package struct DeviceApp: Sendable {
  /// Package name or bundle id.
  package var id: String
  package var platform: DevicePlatform
  /// SHA-256 of the certificates that the publisher signs the app with. Without one no Android attestation holds.
  package var signers: [[UInt8]]
  /// Whether an enrolled key is not enough.
  package var requiresAttestation: Bool
  /// The publisher's team at Apple. Without it no Apple attestation holds.
  package var team: String?

  package init(
    id: String, platform: DevicePlatform, signers: [[UInt8]], requiresAttestation: Bool,
    team: String? = nil
  ) {
    self.id = id
    self.platform = platform
    self.signers = signers
    self.requiresAttestation = requiresAttestation
    self.team = team
  }

  /// What Apple calls the app: team and bundle id.
  var appleID: String? { team.flatMap { $0.isEmpty ? nil : "\($0).\(id)" } }
}

/// Keys of devices that were enrolled for an app beforehand. Any thread.
package protocol DeviceKeyRing: Sendable {
  /// The SubjectPublicKeyInfo (DER) of the key `id` (its SHA-256); nil if `app` has none such.
  func publicKey(id: [UInt8], app: String) -> [UInt8]?
}

/// Enrolled keys in memory.
package struct ListedDeviceKeys: DeviceKeyRing {
  private let keys: [String: [[UInt8]: [UInt8]]]

  /// - Parameter keys: app id → SubjectPublicKeyInfo of its devices' keys.
  package init(_ keys: [String: [[UInt8]]], cryptography: some DeviceCryptography) {
    self.keys = keys.mapValues { list in
      Dictionary(list.map { (cryptography.sha256($0), $0) }) { first, _ in first }
    }
  }

  package func publicKey(id: [UInt8], app: String) -> [UInt8]? { keys[app]?[id] }
}
