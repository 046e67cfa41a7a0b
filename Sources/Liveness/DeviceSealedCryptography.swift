// The primitives that evidence is verified with, as OpenSSL has them.

package import Sealing
package import Vocabulary

extension HMACKey: KeyedDigest {}

/// `DeviceCryptography` on `Sealing`. Any thread.
package struct SealedDeviceCryptography: DeviceCryptography {
  /// Android's key description.
  private static let keyDescription = "1.3.6.1.4.1.11129.2.1.17"
  /// Apple's nonce.
  private static let appleNonce = "1.2.840.113635.100.8.2"

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
      var values: [[UInt8]?] = []
      for oid in [Self.keyDescription, Self.appleNonce] {
        switch chain.extensionValue(oid, index) {
        case .absent: values.append(nil)
        case .value(let value): values.append(value)
        case .ambiguous: return nil
        }
      }
      found.append(
        AttestationCertificate(
          serial: serial, keyDescription: values[0], appleNonce: values[1]))
    }
    return AttestationChain(publicKey: publicKey, certificates: found)
  }
}
