// Fuzzes what devices send to prove themselves: key descriptions, certificates, keys and signatures.

import Liveness
import Sealing
import Vocabulary

let attestationEntries = [
  FuzzEntry(name: "attestation-description") { feedDescription($0) },
  FuzzEntry(name: "attestation-hardware") { feedHardware($0) },
  FuzzEntry(name: "attestation-chain") { feedChain($0) },
  FuzzEntry(name: "attestation-apple") { feedApple($0) },
]

/// Traps once a list of authorisations with a purpose is accepted.
let attestationCanary = FuzzEntry(name: "canary-attestation") { feedHardware($0, isCanary: true) }

private func feedDescription(_ input: UnsafeRawBufferPointer) {
  guard let description = AndroidKeyDescription(der: Array(input)) else { return }
  precondition(description.challenge.count <= input.count)
  precondition(description.signers.allSatisfy { $0.count <= input.count })
}

/// The input is what hardware enforces, in a description that is otherwise sound.
private func feedHardware(_ input: UnsafeRawBufferPointer, isCanary: Bool = false) {
  guard input.count < 1 << 14 else { return }
  let head: [UInt8] = [2, 1, 4, 10, 1, 1, 2, 1, 4, 10, 1, 1, 4, 1, 7, 4, 0, 0x30, 0]
  let description = AndroidKeyDescription(der: sequence(head + sequence(Array(input))))
  guard let description else { return }
  precondition(description.challenge == [7] && description.packages.isEmpty)
  precondition(!isCanary || description.purposes.isEmpty, "the canary was found")
}

private func sequence(_ content: [UInt8]) -> [UInt8] {
  let count = content.count
  let length: [UInt8] =
    count < 0x80
    ? [UInt8(count)]
    : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
  return [0x30] + length + content
}

/// As an attestation object, as an assertion, and as the authenticator data of an object that is otherwise sound.
private func feedApple(_ input: UnsafeRawBufferPointer) {
  let bytes = Array(input)
  if let object = AppleAttestationObject(bytes) {
    precondition(object.certificates.reduce(0) { $0 + $1.count } < bytes.count)
    precondition(object.authenticatorData.count < bytes.count)
  }
  if let assertion = AppleAssertion(bytes) {
    precondition(assertion.signature.count + assertion.authenticatorData.count < bytes.count)
  }
  guard bytes.count < 1 << 14 else { return }
  func head(_ major: UInt8, _ count: Int) -> [UInt8] {
    count < 24
      ? [major << 5 | UInt8(count)]
      : count < 256
        ? [major << 5 | 24, UInt8(count)]
        : [major << 5 | 25, UInt8(count >> 8), UInt8(count & 255)]
  }
  func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }
  var object: [UInt8] = head(5, 3) + text("fmt") + text("apple-appattest")
  object += text("attStmt") + head(5, 2) + text("x5c") + head(4, 1) + head(2, 1)
  object.append(1)
  object += text("receipt") + head(2, 0) + text("authData") + head(2, bytes.count) + bytes
  precondition(AppleAttestationObject(object)?.authenticatorData == bytes, "not read")
  let verifier = AppleAttestationVerifier(
    roots: [Bytes([1])], cryptography: SealedDeviceCryptography())
  let app = DeviceApp(id: "a", platform: .ios, signers: [], requiresAttestation: true, team: "T")
  let key = try? verifier.verify(
    DeviceAttestation(kind: .appleAppAttest, statement: [Bytes(object)]), nonce: [1], app: app,
    nowMilliseconds: 1_800_000_000_000)
  precondition(key == nil, "believed without a chain")
}

/// As a certificate, as a root, as a key and as a signature.
private func feedChain(_ input: UnsafeRawBufferPointer) {
  let bytes = Array(input)
  let half = Bytes(bytes.prefix(bytes.count / 2))
  let rest = Bytes(bytes.dropFirst(bytes.count / 2))
  // Any certificate leads to itself.
  for chain in [[Bytes(bytes)], [half, rest]] {
    guard let verified = CertificateChain(chain, roots: chain, at: 1_800_000_000) else { continue }
    for index in 0..<verified.count {
      _ = verified.serial(index)
      _ = verified.publicKey(index)
      _ = verified.extensionValue("1.3.6.1.4.1.11129.2.1.17", index)
    }
  }
  for algorithm in SignatureAlgorithm.allCases {
    guard let key = VerifyingKey(der: bytes, algorithm: algorithm) else { continue }
    precondition(!key.isValid(bytes, of: bytes), "a key that is its own signature")
  }
}
