// Verifies Apple App Attest: that a key lives in the secure enclave of an Apple device, was made for this nonce, and
// is used by this app.

package import Vocabulary

/// The reference verifier. Fails closed: without roots, or without the app's team, nothing is believed.
///
/// The root (Apple's App Attestation root, or a test's) comes from configuration. The app passes SHA-256 of the server's
/// nonce as client data hash when it has its key attested, once for each key. Keys of the development service are refused.
/// What an attested key signs are assertions (`AppleAssertion`): their counter is above that of the attestation, 0; that
/// it rises from one to the next need not be remembered, because every statement answers a nonce that is used once.
package struct AppleAttestationVerifier: AttestationVerifier {
  /// Names the production service: "appattest" and zeros.
  private static let service = Array("appattest".utf8) + [UInt8](repeating: 0, count: 7)
  /// Before the point of a key on P-256 in its SubjectPublicKeyInfo.
  private static let keyHead: [UInt8] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08,
    0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
  ]

  private let roots: [Bytes]
  private let cryptography: any DeviceCryptography

  /// - Parameter roots: certificates in DER.
  package init(roots: [Bytes], cryptography: any DeviceCryptography) {
    self.roots = roots
    self.cryptography = cryptography
  }

  package func verify(
    _ statement: DeviceAttestation, nonce: [UInt8], app: DeviceApp, nowMilliseconds: Int64
  ) throws(AttestationFault) -> AttestedKey {
    guard statement.kind == .appleAppAttest else { throw .unsupportedKind }
    guard !roots.isEmpty else { throw .noRoots }
    guard statement.statement.count == 1, let bytes = statement.statement.first,
      let object = AppleAttestationObject(bytes.array),
      (1...DeviceLimits.certificatesMax).contains(object.certificates.count),
      object.certificates.allSatisfy({
        (1...DeviceLimits.certificateBytesMax).contains($0.count)
      }), let data = AppleAuthenticatorData(object.authenticatorData),
      let credential = data.credential
    else { throw .malformed }
    let certificates = object.certificates.map { Bytes($0) }
    guard let chain = cryptography.chain(certificates, roots: roots, at: nowMilliseconds / 1000),
      let first = chain.certificates.first
    else { throw .untrusted }
    guard let extensionValue = first.appleNonce, let named = Self.nonce(extensionValue) else {
      throw .malformed
    }
    let hash = cryptography.sha256(nonce)
    guard !nonce.isEmpty, named == cryptography.sha256(object.authenticatorData + hash) else {
      throw .wrongNonce
    }
    guard chain.publicKey == Self.keyHead + credential.point,
      credential.id == cryptography.sha256(credential.point), data.counter == 0,
      credential.service == Self.service
    else { throw .unfitKey }
    guard let name = app.appleID, app.platform == .ios,
      data.appHash == cryptography.sha256(Array(name.utf8))
    else { throw .wrongApp }
    return AttestedKey(
      publicKey: chain.publicKey, place: .secureElement, patchMonth: nil,
      assertsFor: data.appHash)
  }

  /// The 32 bytes in SEQUENCE { [1] { OCTET STRING } }.
  private static func nonce(_ der: [UInt8]) -> [UInt8]? {
    do throws(DERFault) {
      var outer = DERReader(der[...])
      var sequence = try outer.inside(.sequence)
      try outer.end()
      var tagged = try sequence.inside(.context(1))
      try sequence.end()
      let octets = try tagged.next(.octets)
      try tagged.end()
      return octets.count == DeviceLimits.digestBytes ? Array(octets) : nil
    } catch { return nil }
  }
}

extension AppleAssertion {
  /// Whether the key `publicKey` of the app `appHash` asserted `message`, and had asserted something or nothing since
  /// it was attested.
  func asserts(
    _ message: [UInt8], appHash: [UInt8], publicKey: [UInt8],
    _ cryptography: any DeviceCryptography
  ) -> Bool {
    guard let data = AppleAuthenticatorData(authenticatorData), data.credential == nil,
      data.appHash == appHash, data.counter > 0
    else { return false }
    let nonce = cryptography.sha256(authenticatorData + cryptography.sha256(message))
    return cryptography.isValid(
      signature, of: nonce, algorithm: .ecdsaP256, publicKey: publicKey)
  }
}
