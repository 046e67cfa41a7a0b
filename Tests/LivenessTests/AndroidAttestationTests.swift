// Android Key Attestation: what is believed, and everything that is not.

import Liveness
import Testing
import Vocabulary

/// 2026-11-26.
private let now: Int64 = 1_795_651_200_000

private let app = DeviceApp(
  id: GoldenAttestation.appID, platform: .android, signers: [GoldenAttestation.signer],
  requiresAttestation: true)

private func statement(_ certificates: [[UInt8]]) -> DeviceAttestation {
  DeviceAttestation(kind: .androidKey, statement: certificates.map { Bytes($0) })
}

private let sound = statement([GoldenAttestation.leaf, GoldenAttestation.intermediate])

private func verdict(
  _ statement: DeviceAttestation = sound, roots: [[UInt8]] = [GoldenAttestation.root],
  revoked: Set<[UInt8]> = [], patchMonthMin: Int? = nil, nonce: [UInt8] = GoldenAttestation.nonce,
  app: DeviceApp = app, at milliseconds: Int64 = now
) -> Result<AttestedKey, AttestationFault> {
  let verifier = AndroidAttestationVerifier(
    roots: roots.map { Bytes($0) }, revokedSerials: revoked, patchMonthMin: patchMonthMin,
    cryptography: SealedDeviceCryptography())
  return Result { () throws(AttestationFault) in
    try verifier.verify(statement, nonce: nonce, app: app, nowMilliseconds: milliseconds)
  }
}

@Test("A sound chain vouches for the key that it is about")
func soundChain() {
  #expect(
    verdict()
      == .success(
        AttestedKey(
          publicKey: GoldenAttestation.leafKey, place: .trustedEnvironment, patchMonth: 202_610)))
  let withRoot = statement([
    GoldenAttestation.leaf, GoldenAttestation.intermediate, GoldenAttestation.root,
  ])
  #expect((try? verdict(withRoot).get()) != nil)
}

@Test("Without roots, or with others, nothing is believed")
func roots() {
  #expect(verdict(roots: []) == .failure(.noRoots))
  #expect(verdict(roots: [GoldenAttestation.otherRoot]) == .failure(.untrusted))
  #expect(verdict(roots: [[1, 2, 3]]) == .failure(.untrusted))
  // A root that the caller brings is none.
  let own = statement([
    GoldenAttestation.leaf, GoldenAttestation.intermediate, GoldenAttestation.root,
  ])
  #expect(verdict(own, roots: [GoldenAttestation.otherRoot]) == .failure(.untrusted))
}

@Test("Missing, strange, too many and outdated certificates")
func chains() {
  #expect(verdict(statement([])) == .failure(.malformed))
  #expect(verdict(statement([GoldenAttestation.leaf])) == .failure(.untrusted))
  #expect(
    verdict(statement(Array(repeating: GoldenAttestation.leaf, count: 9))) == .failure(.malformed))
  #expect(verdict(statement([Array(repeating: 0, count: 10_000)])) == .failure(.malformed))
  #expect(
    verdict(statement([GoldenAttestation.leaf + [0], GoldenAttestation.intermediate]))
      == .failure(.untrusted))
  #expect(verdict(at: 1_500_000_000_000) == .failure(.untrusted))
  #expect(verdict(at: 5_000_000_000_000) == .failure(.untrusted))
  #expect(verdict(at: .min) == .failure(.untrusted))
}

@Test("A certificate without the key description says nothing")
func noDescription() {
  #expect(
    verdict(statement([GoldenAttestation.intermediate])) == .failure(.malformed))
}

@Test("A key that was attested cannot attest one that it made up")
func forged() {
  let chain = statement([
    GoldenAttestation.forgedLeaf, GoldenAttestation.attestingKey, GoldenAttestation.intermediate,
  ])
  #expect(verdict(chain) == .failure(.malformed))
}

@Test("Every byte of the leaf is under the signature")
func leafBytes() {
  for index in stride(from: 0, to: GoldenAttestation.leaf.count, by: 7) {
    var leaf = GoldenAttestation.leaf
    leaf[index] ^= 0x01
    let changed = verdict(statement([leaf, GoldenAttestation.intermediate]))
    #expect((try? changed.get()) == nil, "byte \(index)")
  }
}

@Test("A revoked serial number anywhere on the way")
func revoked() {
  #expect(verdict(revoked: [[0x12, 0x34]]) == .failure(.revoked))
  #expect(verdict(revoked: [[0x12, 0x35]]) == verdict())
}

@Test("Another nonce, app, publisher or an old system")
func terms() {
  #expect(verdict(nonce: Array(repeating: 0, count: 32)) == .failure(.wrongNonce))
  #expect(verdict(nonce: []) == .failure(.wrongNonce))
  var other = app
  other.id = "com.example.bank.clone"
  #expect(verdict(app: other) == .failure(.wrongApp))
  other = app
  other.signers = []
  #expect(verdict(app: other) == .failure(.wrongApp))
  #expect(verdict(patchMonthMin: 202_611) == .failure(.bootNotVerified))
  #expect(verdict(patchMonthMin: 202_610) == verdict())
}

@Test("Kinds without a verifier, or with one of another kind")
func kinds() {
  let none = AttestationVerifiers()
  let apple = AppleAttestationVerifier(
    roots: [Bytes(GoldenAttestation.root)], cryptography: SealedDeviceCryptography())
  let android = AndroidAttestationVerifier(
    roots: [Bytes(GoldenAttestation.root)], cryptography: SealedDeviceCryptography())
  let swapped = AttestationVerifiers([.androidKey: apple, .appleAppAttest: android])
  for kind in DeviceAttestation.Kind.allCases {
    for verifiers in [none, swapped] {
      let result = Result { () throws(AttestationFault) in
        try verifiers.verify(
          DeviceAttestation(kind: kind, statement: sound.statement),
          nonce: GoldenAttestation.nonce, app: app, nowMilliseconds: now)
      }
      #expect(result == .failure(.unsupportedKind))
    }
  }
}

// MARK: The description alone, with a chain that is given

/// Says that any chain holds, with this description.
private struct GivenChain: DeviceCryptography {
  let description: [UInt8]

  func sha256(_ bytes: [UInt8]) -> [UInt8] { [] }

  func isValid(
    _ signature: [UInt8], of message: [UInt8], algorithm: DeviceSignatureAlgorithm,
    publicKey: [UInt8]
  ) -> Bool { false }

  func chain(_ certificates: [Bytes], roots: [Bytes], at seconds: Int64) -> AttestationChain? {
    AttestationChain(
      publicKey: [1],
      certificates: [AttestationCertificate(serial: [1], keyDescription: description)])
  }
}

private func judged(_ description: [UInt8]) -> Result<AttestedKey, AttestationFault> {
  let verifier = AndroidAttestationVerifier(
    roots: [Bytes([0])], cryptography: GivenChain(description: description))
  return Result { () throws(AttestationFault) in
    try verifier.verify(sound, nonce: GoldenAttestation.nonce, app: app, nowMilliseconds: now)
  }
}

/// The golden description with one run of bytes in place of another that occurs once.
private func replacing(_ old: [UInt8], by new: [UInt8]) -> [UInt8] {
  let whole = GoldenAttestation.keyDescription
  let places = whole.indices.filter { whole[$0...].starts(with: old) }
  #expect(places.count == 1 && old.count == new.count)
  guard let place = places.first else { return [] }
  return whole[..<place] + new + whole[(place + old.count)...]
}

@Test("Software keys, imported keys, keys for more than signing")
func unfitKeys() {
  #expect((try? judged(GoldenAttestation.keyDescription).get())?.place == .trustedEnvironment)
  // Version 300, level; version 300, level; then the challenge.
  let levels: [UInt8] = [2, 2, 1, 44, 10, 1, 1, 2, 2, 1, 44, 10, 1, 1]
  func with(_ attestation: UInt8, _ key: UInt8) -> [UInt8] {
    replacing(levels, by: [2, 2, 1, 44, 10, 1, attestation, 2, 2, 1, 44, 10, 1, key])
  }
  #expect(judged(with(0, 1)) == .failure(.unfitKey))
  #expect(judged(with(1, 0)) == .failure(.unfitKey))
  #expect(judged(with(3, 1)) == .failure(.malformed))
  #expect((try? judged(with(2, 2)).get())?.place == .secureElement)
  #expect((try? judged(with(2, 1)).get())?.place == .trustedEnvironment)
  // [702] origin 0 → 2 (imported).
  let origin: [UInt8] = [0xBF, 0x85, 0x3E, 3, 2, 1]
  #expect(judged(replacing(origin + [0], by: origin + [2])) == .failure(.unfitKey))
  // [1] purposes {2} → {3}.
  let purposes: [UInt8] = [0xA1, 5, 0x31, 3, 2, 1]
  #expect(judged(replacing(purposes + [2], by: purposes + [3])) == .failure(.unfitKey))
}

@Test("Unlocked devices, and those that started something else")
func boot() {
  let root: [UInt8] = Array(repeating: 0x11, count: 32)
  #expect(
    judged(replacing(root + [1, 1, 0xFF], by: root + [1, 1, 0])) == .failure(.bootNotVerified))
  #expect(judged(replacing(root + [1, 1, 0xFF], by: root + [1, 1, 1])) == .failure(.malformed))
  let locked: [UInt8] = root + [1, 1, 0xFF, 10, 1]
  for state: UInt8 in 1...4 {
    #expect(
      judged(replacing(locked + [0], by: locked + [state])) == .failure(.bootNotVerified))
  }
}

@Test("A description cut anywhere, or with a byte more, is none")
func truncated() {
  let whole = GoldenAttestation.keyDescription
  #expect(AndroidKeyDescription(der: whole) != nil)
  for count in whole.indices {
    #expect(AndroidKeyDescription(der: Array(whole.prefix(count))) == nil, "\(count) bytes")
  }
  #expect(AndroidKeyDescription(der: whole + [0]) == nil)
}

@Test("No change of a bit makes a description pass that names another nonce, app or state")
func flippedBits() {
  for index in GoldenAttestation.keyDescription.indices {
    for bit in 0..<8 {
      var changed = GoldenAttestation.keyDescription
      changed[index] ^= 1 << UInt8(bit)
      guard (try? judged(changed).get()) != nil,
        let description = AndroidKeyDescription(der: changed)
      else { continue }
      #expect(description.challenge == GoldenAttestation.nonce)
      #expect(description.packages == [app.id])
      #expect(description.signers == [GoldenAttestation.signer])
      #expect(description.rootOfTrust == .some(.init(isLocked: true, bootState: 0)))
    }
  }
}
