// The primitives that evidence is verified with, as OpenSSL has them.

package import Sealing
package import Vocabulary

extension HMACKey: KeyedDigest {}

/// `DeviceCryptography` on `Sealing`. Any thread.
package struct SealedDeviceCryptography: DeviceCryptography {
  /// Android's key description.
  private static let keyDescription = "1.3.6.1.4.1.11129.2.1.17"

  package init() {}

  package func sha256(_ bytes: [UInt8]) -> [UInt8] { Sealing.sha256(bytes) }

  package func isValid(
    _ signature: [UInt8], of message: [UInt8], algorithm: DeviceSignatureAlgorithm,
    publicKey: [UInt8]
  ) -> Bool {
    let kind: SignatureAlgorithm =
      switch algorithm {
      case .ecdsaP256: .ecdsaP256
      case .ed25519: .ed25519
      }
    guard let key = VerifyingKey(der: publicKey, algorithm: kind) else { return false }
    return key.isValid(signature, of: message)
  }

  package func chain(
    _ certificates: [Bytes], roots: [Bytes], at seconds: Int64
  ) -> AttestationChain? {
    guard let chain = CertificateChain(certificates, roots: roots, at: seconds),
      let publicKey = chain.publicKey(0)
    else { return nil }
    var found: [AttestationCertificate] = []
    for index in 0..<chain.count {
      guard let serial = chain.serial(index) else { return nil }
      switch chain.extensionValue(Self.keyDescription, index) {
      case .absent: found.append(AttestationCertificate(serial: serial, keyDescription: nil))
      case .value(let value):
        found.append(AttestationCertificate(serial: serial, keyDescription: value))
      case .ambiguous: return nil
      }
    }
    return AttestationChain(publicKey: publicKey, certificates: found)
  }
}
