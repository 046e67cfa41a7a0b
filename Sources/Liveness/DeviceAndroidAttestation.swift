// Verifies Android Key Attestation: that a key lives in the hardware of a device that started its maker's software, was
// made for this nonce, and is used by this app.

package import Vocabulary

/// The reference verifier. Fails closed: without roots nothing is believed.
///
/// The roots (Google's, or a test's) come from configuration; so do the serial numbers of revoked certificates, which
/// Google publishes as a list. The statement's chain is followed to a root; the key description must be in the first
/// certificate and in no other, because a key that may itself attest could otherwise vouch for one that it made up.
package struct AndroidAttestationVerifier: AttestationVerifier {
  private let roots: [Bytes]
  private let revokedSerials: Set<[UInt8]>
  private let patchMonthMin: Int?
  private let cryptography: any DeviceCryptography

  /// - Parameters:
  ///   - roots: certificates in DER.
  ///   - revokedSerials: serial numbers, big endian without leading zeros.
  ///   - patchMonthMin: oldest month of security updates that is accepted, YYYYMM; nil any.
  package init(
    roots: [Bytes], revokedSerials: Set<[UInt8]> = [], patchMonthMin: Int? = nil,
    cryptography: any DeviceCryptography
  ) {
    self.roots = roots
    self.revokedSerials = revokedSerials
    self.patchMonthMin = patchMonthMin
    self.cryptography = cryptography
  }

  package func verify(
    _ statement: DeviceAttestation, nonce: [UInt8], app: DeviceApp, nowMilliseconds: Int64
  ) throws(AttestationFault) -> AttestedKey {
    guard statement.kind == .androidKey else { throw .unsupportedKind }
    guard !roots.isEmpty else { throw .noRoots }
    let certificates = statement.statement
    guard (1...DeviceLimits.certificatesMax).contains(certificates.count),
      certificates.allSatisfy({ (1...DeviceLimits.certificateBytesMax).contains($0.count) })
    else { throw .malformed }
    guard
      let chain = cryptography.chain(certificates, roots: roots, at: nowMilliseconds / 1000),
      let first = chain.certificates.first
    else { throw .untrusted }
    guard chain.certificates.allSatisfy({ !revokedSerials.contains($0.serial) }) else {
      throw .revoked
    }
    guard chain.certificates.dropFirst().allSatisfy({ $0.keyDescription == nil }),
      let extensionValue = first.keyDescription,
      let description = AndroidKeyDescription(der: extensionValue)
    else { throw .malformed }
    let place = try judge(description, nonce: nonce, app: app)
    return AttestedKey(
      publicKey: chain.publicKey, place: place, patchMonth: description.patchMonth)
  }

  private func judge(
    _ description: AndroidKeyDescription, nonce: [UInt8], app: DeviceApp
  ) throws(AttestationFault) -> AttestedKey.Place {
    guard !nonce.isEmpty, description.challenge == nonce else { throw .wrongNonce }
    let levels = [description.attestationLevel, description.keyLevel]
    guard levels.allSatisfy({ $0 != .software }), description.origin == 0,
      description.purposes == [2]
    else { throw .unfitKey }
    guard let root = description.rootOfTrust, root.isLocked, root.bootState == 0 else {
      throw .bootNotVerified
    }
    if let least = patchMonthMin {
      guard let month = description.patchMonth, month >= least else { throw .bootNotVerified }
    }
    // Several packages share a key only if they share a user id; then all of them are asked for.
    guard description.packages == [app.id], !description.signers.isEmpty,
      description.signers.allSatisfy(app.signers.contains)
    else { throw .wrongApp }
    return levels.allSatisfy { $0 == .strongBox } ? .secureElement : .trustedEnvironment
  }
}
