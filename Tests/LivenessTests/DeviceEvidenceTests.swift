// A device's evidence: whose word is taken, and what it amounts to.

import Liveness
import Testing
import Vocabulary

private let nonce = [UInt8](repeating: 7, count: 32)
private let media = [UInt8](repeating: 9, count: 32)
private let issued: Int64 = 1_795_651_200_000
private let present = issued + 20_000
private let key: [UInt8] = [1, 2, 3]

/// SHA-256 is the bytes and zeros; a signature is valid if it is the key followed by "signed".
private struct PretendCryptography: DeviceCryptography {
  func sha256(_ bytes: [UInt8]) -> [UInt8] {
    Array((bytes + [UInt8](repeating: 0, count: 32)).prefix(32))
  }

  func isValid(
    _ signature: [UInt8], of message: [UInt8], algorithm: DeviceSignatureAlgorithm,
    publicKey: [UInt8]
  ) -> Bool { signature == publicKey + Array("signed".utf8) + message.suffix(1) }

  func chain(_ certificates: [Bytes], roots: [Bytes], at seconds: Int64) -> AttestationChain? {
    nil
  }
}

/// Vouches for `key` if the statement has one part.
private struct PretendAttestation: AttestationVerifier {
  func verify(
    _ statement: DeviceAttestation, nonce: [UInt8], app: DeviceApp, nowMilliseconds: Int64
  ) throws(AttestationFault) -> AttestedKey {
    guard statement.statement.count == 1 else { throw .untrusted }
    return AttestedKey(publicKey: key, place: .secureElement, patchMonth: nil)
  }
}

private let goodCamera = DeviceCamera(
  sensorIDHash: [UInt8](repeating: 5, count: 32), facing: .front,
  sizes: [.init(width: 1920, height: 1080), .init(width: 640, height: 480)],
  captureSize: .init(width: 480, height: 640), frameRateMax: 30)

private let clearChecks = DeviceCheckKind.allCases.filter { $0 != .unknown }
  .map { DeviceCheck($0, .clear) }

private func evidence(_ change: (inout DeviceEvidence) -> Void = { _ in }) -> DeviceEvidence {
  var evidence = DeviceEvidence(
    nonce: nonce, madeAtMilliseconds: present - 500, appID: "app", platform: .android,
    checks: clearChecks, camera: goodCamera,
    attestation: DeviceAttestation(kind: .androidKey, statement: [Bytes([1])]),
    mediaSHA256: media, frameMicroseconds: [0, 33_000, 66_000], captureStartedMilliseconds: 1000,
    evidenceMadeMilliseconds: 9000)
  change(&evidence)
  return evidence
}

private func envelope(
  _ change: (inout DeviceEnvelope) -> Void = { _ in }
) -> DeviceEnvelope {
  var envelope = DeviceEnvelope(
    evidence: Bytes([42]), algorithm: .ed25519, keyID: PretendCryptography().sha256(key),
    signature: key + Array("signed".utf8) + [42])
  change(&envelope)
  return envelope
}

private func expectation(
  _ change: (inout DeviceExpectation) -> Void = { _ in }
) -> DeviceExpectation {
  var expected = DeviceExpectation(
    nonce: nonce, issuedMilliseconds: issued, nowMilliseconds: present, mediaSHA256: media)
  change(&expected)
  return expected
}

private func verifier(requiresAttestation: Bool = false) -> DeviceEvidenceVerifier {
  let apps = [
    DeviceApp(
      id: "app", platform: .android, signers: [], requiresAttestation: requiresAttestation)
  ]
  return DeviceEvidenceVerifier(
    apps: apps, keys: ListedDeviceKeys(["app": [key]], cryptography: PretendCryptography()),
    attestation: AttestationVerifiers([.androidKey: PretendAttestation()]),
    cryptography: PretendCryptography())
}

private func read(
  _ evidence: DeviceEvidence = evidence(), _ envelope: DeviceEnvelope = envelope(),
  _ expected: DeviceExpectation = expectation(), requiresAttestation: Bool = false
) -> DeviceEvidenceReading {
  verifier(requiresAttestation: requiresAttestation).verify(
    envelope, evidence, expected: expected)
}

@Test("A sound device is believed and safe; one with an enrolled key alone is of low risk")
func soundDevice() {
  let attested = read(requiresAttestation: true)
  #expect(attested.trust == .attested(.secureElement))
  #expect(attested.risk == DeviceRisk(level: .safe, cameraLevel: .safe, tags: [], score: 0))
  #expect(attested.signals[.deviceVerified] == 1)
  #expect(attested.clockSkewSeconds == -0.5)
  let enrolled = read(evidence { $0.attestation = nil })
  #expect(enrolled.trust == .enrolled)
  #expect(enrolled.risk.level == .low)
}

@Test("Everything that makes evidence worthless, by name")
func faults() {
  let cases: [(DeviceFault, DeviceEvidenceReading)] = [
    (.unsupportedVersion, read(evidence { $0.version = 2 })),
    (.unsupportedVersion, read(evidence { $0.version = 0 })),
    (.malformed, read(evidence { $0.checks.append($0.checks[0]) })),
    (.malformed, read(evidence { $0.frameMicroseconds = [5, 5] })),
    (.malformed, read(evidence { $0.frameMicroseconds = Array(0...4096) })),
    (.malformed, read(evidence { $0.appID = "" })),
    (.malformed, read(evidence { $0.mediaSHA256 = [1] })),
    (.malformed, read(evidence { $0.camera?.captureSize = .init(width: 0, height: 1) })),
    (.malformed, read(evidence(), envelope { $0.signature = [] })),
    (.malformed, read(evidence(), envelope { $0.keyID = [1] })),
    (
      .malformed,
      read(evidence(), envelope { $0.evidence = Bytes([UInt8](repeating: 0, count: 65_537)) })
    ),
    (.malformed, read(evidence { $0.nonce = [1] })),
    (.wrongNonce, read(evidence { $0.nonce[0] = 0 })),
    (.wrongNonce, read(evidence(), envelope(), expectation { $0.nonce = [] })),
    (.unknownApp, read(evidence { $0.appID = "other" })),
    (.unknownApp, read(evidence { $0.platform = .ios })),
    (.attestationRefused, read(evidence { $0.attestation?.statement = [] })),
    (.attestationRefused, read(evidence { $0.attestation?.kind = .appleAppAttest })),
    (.attestationMissing, read(evidence { $0.attestation = nil }, requiresAttestation: true)),
    (.unknownKey, read(evidence(), envelope { $0.keyID[31] = 1 })),
    (.unknownKey, read(evidence { $0.attestation = nil }, envelope { $0.keyID[31] = 1 })),
    (.otherKey, read(evidence(), envelope(), expectation { $0.keyID = media })),
    (.wrongSignature, read(evidence(), envelope { $0.signature[0] = 0 })),
    (.wrongSignature, read(evidence(), envelope { $0.evidence = Bytes([43]) })),
    (.mediaNotBound, read(evidence { $0.mediaSHA256 = nil })),
    (.mediaNotBound, read(evidence { $0.mediaSHA256?[0] = 0 })),
    (.mediaNotBound, read(evidence(), envelope(), expectation { $0.mediaSHA256 = nil })),
    (.malformed, read(evidence { $0.captureStartedMilliseconds = nil })),
    (.malformed, read(evidence { $0.captureStartedMilliseconds = 9001 })),
    (.malformed, read(evidence { $0.captureStartedMilliseconds = -1 })),
    (.capturedBefore, read(evidence { $0.evidenceMadeMilliseconds = 1000 + 21_001 })),
    (
      .capturedBefore,
      read(evidence(), envelope(), expectation { $0.issuedMilliseconds = present + 1 })
    ),
    (.capturedBefore, read(evidence(), envelope(), expectation { $0.issuedMilliseconds = .min })),
  ]
  for (index, (fault, reading)) in cases.enumerated() {
    #expect(reading.fault == fault, "case \(index)")
    #expect(reading.trust == nil && reading.risk == .notObtained)
    #expect(reading.signals == [.deviceVerified: 0])
  }
  #expect(Set(cases.map(\.0)) == Set(DeviceFault.allCases))
}

@Test("Just in time is in time")
func captureBounds() {
  #expect(read(evidence { $0.evidenceMadeMilliseconds = 1000 + 21_000 }).fault == nil)
  #expect(read(evidence(), envelope(), expectation { $0.keyID = envelope().keyID }).fault == nil)
}

@Test("Before the capture there is no media to name")
func beforeCapture() {
  let opening = evidence {
    $0.mediaSHA256 = nil
    $0.captureStartedMilliseconds = nil
    $0.frameMicroseconds = []
  }
  #expect(read(opening, envelope(), expectation { $0.mediaSHA256 = nil }).fault == nil)
}

@Test("Each finding has its tag and its level", arguments: DeviceCheckKind.allCases)
func findings(kind: DeviceCheckKind) {
  func risk(_ finding: DeviceFinding) -> DeviceRisk {
    read(
      evidence {
        $0.checks.removeAll { $0.kind == kind }
        $0.checks.append(DeviceCheck(kind, finding))
      }
    ).risk
  }
  let ofCamera = kind == .virtualCamera || kind == .cameraHijack
  let (suspected, found) = (risk(.suspected), risk(.found))
  #expect(found.tags.count == 1 && suspected.tags == found.tags)
  #expect(suspected.level ?? .safe > .safe)
  #expect(found.level ?? .safe >= suspected.level ?? .high)
  #expect((found.cameraLevel != .safe) == ofCamera)
  if DeviceRisk.attacks.contains(found.tags[0]) || found.tags == [.rooted] {
    #expect(found.level == .high)
  }
}

@Test("A check that did not run is a doubt where it is needed")
func missingChecks() {
  #expect(read(evidence { $0.checks = [] }).risk.level == .mid)
  #expect(
    read(evidence { $0.checks = $0.checks.map { DeviceCheck($0.kind, .notRun) } }).risk.level
      == .mid)
  #expect(read(evidence { $0.checks.removeAll { $0.kind == .root } }).risk.level == .mid)
  #expect(read(evidence { $0.checks.removeAll { $0.kind == .farmDevice } }).risk.level == .safe)
}

@Test("What a camera says of itself")
func cameras() {
  func level(_ change: (inout DeviceCamera) -> Void) -> DeviceLevel? {
    var camera = goodCamera
    change(&camera)
    return read(evidence { $0.camera = camera }).risk.cameraLevel
  }
  #expect(level { _ in } == .safe)
  #expect(level { $0.facing = .external } == .mid)
  #expect(level { $0.facing = .unknown } == .mid)
  #expect(level { $0.sensorIDHash = [] } == .mid)
  #expect(level { $0.sensorIDHash = [UInt8](repeating: 0, count: 32) } == .mid)
  #expect(level { $0.captureSize = .init(width: 1000, height: 1000) } == .mid)
  #expect(level { $0.captureSize = nil } == .mid)
  #expect(level { $0.frameRateMax = 0 } == .low)
  let none = read(evidence { $0.camera = nil }).risk
  #expect(none.cameraLevel == nil && none.level == .mid)
}

@Test("A clock far off is noticed")
func clocks() {
  #expect(
    read(evidence { $0.madeAtMilliseconds = present + 601_000 }).risk.tags == [.riskyOperation])
  #expect(read(evidence { $0.madeAtMilliseconds = .max }).risk.level == .low)
  #expect(read(evidence { $0.madeAtMilliseconds = .min }).risk.level == .low)
}

@Test("More findings never lower level or score")
func monotone() {
  var random = SystemRandomNumberGenerator()
  for _ in 0..<500 {
    var checks = clearChecks.map {
      DeviceCheck($0.kind, DeviceFinding.allCases.randomElement(using: &random) ?? .clear)
    }
    let before = read(evidence { $0.checks = checks }).risk
    let at = Int.random(in: checks.indices, using: &random)
    guard checks[at].finding == .clear || checks[at].finding == .suspected else { continue }
    checks[at].finding = checks[at].finding == .clear ? .suspected : .found
    let after = read(evidence { $0.checks = checks }).risk
    #expect(after.level ?? .safe >= before.level ?? .high)
    #expect(after.score ?? 0 >= before.score ?? 100)
    #expect((0...100).contains(after.score ?? -1))
    #expect(Set(before.tags).isSubset(of: after.tags))
  }
}
