// A device with an attested key from its first evidence to its verdict, with real certificates and signatures.

import Decisions
import Foundation
import Liveness
import Messages
import TestIdentities
import TestSupport
import Testing
import Vision
import Vocabulary

@testable import Services

/// A device whose keys are made and signed with by the openssl command.
private struct Device {
  static let appID = "com.example.bank"
  /// SHA-256 of "publisher".
  static let signer = FaceAnalyzer.sha256(of: Bytes(Array("publisher".utf8)))
  private static let nonceOfDescription = [UInt8](0..<32)
  /// A key description in DER that names app, signer and `nonceOfDescription`, of a locked device's trusted environment.
  private static let description = [UInt8](
    Data(
      base64Encoded: """
        MIIBHwICASwKAQECAgEsCgEBBCAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwQAMFG/hT0IAgYB
        i8/laAC/hUVBBD8wPTEXMBUEEGNvbS5leGFtcGxlLmJhbmsCAQcxIgQgTwOgYLfrAyly3LMn8smJsU1ec8Nb
        PVkopvh1yjnBWbowgZehBTEDAgECogMCAQOjBAICAQClBTEDAgEEqgMCAQG/g3cCBQC/hT4DAgEAv4VATDBK
        BCAREREREREREREREREREREREREREREREREREREREREREQEB/woBAAQgIiIiIiIiIiIiIiIiIiIiIiIiIiIi
        IiIiIiIiIiIiIiK/hUEFAgMCIuC/hUIFAgMDF3K/hU4GAgQBNSiN
        """, options: .ignoreUnknownCharacters)!)

  let place: TestIdentities

  init() throws { place = try TestIdentities() }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: place.file(name))))
  }

  /// The root that the server trusts, in DER.
  func root() throws -> Bytes {
    try place.openssl(["x509", "-in", "ca.crt", "-outform", "DER", "-out", "ca.der"])
    return Bytes(try bytes("ca.der"))
  }

  /// Makes a key called `name` and a statement about it that names `nonce`.
  func makeKey(_ name: String, for nonce: [UInt8]) throws -> Messages.DeviceAttestation {
    var description = Self.description
    let at = try #require(
      description.indices.first {
        description[$0...].starts(with: Self.nonceOfDescription)
      })
    description.replaceSubrange(at..<at + 32, with: nonce)
    let text = description.map { String(format: "%02X", $0) }.joined(separator: ":")
    let extensions = try place.write(
      "keyUsage=critical,digitalSignature\n1.3.6.1.4.1.11129.2.1.17=DER:\(text)\n",
      to: "\(name).ext")
    try place.openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)",
    ])
    try place.openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", "ca.crt", "-CAkey", "ca.key",
      "-CAcreateserial", "-days", "1", "-extfile", extensions, "-outform", "DER", "-out",
      "\(name).der",
    ])
    try place.openssl([
      "pkey", "-in", "\(name).key", "-pubout", "-outform", "DER", "-out", "\(name).spki",
    ])
    return Messages.DeviceAttestation(
      kind: .androidKey, statement: [Bytes(try bytes("\(name).der"))])
  }

  /// Evidence of a device about which everything is well, signed by the key called `key`.
  func evidence(
    _ nonce: [UInt8], signedBy key: String, _ statement: Messages.DeviceAttestation?,
    about media: Bytes? = nil
  ) throws -> SignedDeviceEvidence {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var evidence = Messages.DeviceEvidence(
      version: 1, nonce: Bytes(nonce), madeAtMs: now, appId: Self.appID, platform: .android)
    evidence.checks = Liveness.DeviceCheckKind.allCases.filter { $0 != .unknown }.map {
      Messages.DeviceCheck(kind: Messages.DeviceCheckKind(rawValue: $0.rawValue), finding: .clear)
    }
    let size = DeviceCameraSize(width: 1280, height: 720)
    evidence.camera = Messages.DeviceCamera(
      sensorIdHash: Bytes([UInt8](repeating: 5, count: 32)), facing: .front,
      sizes: [size, DeviceCameraSize(width: 640, height: 480)], captureSize: size,
      frameRateMax: 30)
    evidence.attestation = statement
    if let media {
      evidence.mediaSha256 = Bytes(FaceAnalyzer.sha256(of: media))
      evidence.captureStartedMs = 1000
      evidence.evidenceMadeMs = 1500
    }
    let encoded = evidence.encoded()
    let signed = Data(Array("idv device evidence v1".utf8) + [0] + encoded.array)
    try signed.write(to: URL(fileURLWithPath: place.file("message")))
    try place.openssl(["dgst", "-sha256", "-sign", "\(key).key", "-out", "signature", "message"])
    return SignedDeviceEvidence(
      evidence: encoded, algorithm: .ecdsaP256Sha256,
      keyId: Bytes(FaceAnalyzer.sha256(of: Bytes(try bytes("\(key).spki")))),
      signature: Bytes(try bytes("signature")))
  }
}

@Suite(
  .serialized, .enabled(if: DeskParts.isInstalled, "models or pictures: run `make setup` first"))
struct AttestedDeviceTests {
  private static let scenes = Scenes(
    default: Scene(
      threshold: 80, thresholdFloor: 70, qualityLevel: 2, portraitQualityLevel: 1,
      cardWarnings: .standard))

  private static func handlers(_ captures: CaptureDesk, root: Bytes) -> EnhancedHandlers {
    let cryptography = SealedDeviceCryptography()
    return EnhancedHandlers(
      captures: captures,
      devices: DeviceDesk(
        book: DeviceBook(),
        verifier: DeviceEvidenceVerifier(
          apps: [
            DeviceApp(
              id: Device.appID, platform: .android, signers: [Device.signer],
              requiresAttestation: true)
          ], keys: ListedDeviceKeys([:], cryptography: cryptography),
          attestation: AttestationVerifiers([
            .androidKey: AndroidAttestationVerifier(roots: [root], cryptography: cryptography)
          ]), cryptography: cryptography),
        clock: DeskParts.clock, numbers: { SystemRandomNumberGenerator() }),
      policy: FaceComparePolicy(quality: .standard), scenes: scenes)
  }

  /// A challenge for the device whose key `name` is made and attested for it; SAFE.
  private func challenge(
    _ name: String, _ device: Device, _ handlers: EnhancedHandlers
  ) async throws -> (challenge: Challenge, statement: Messages.DeviceAttestation) {
    let nonce = try await handlers.getDeviceNonce(
      GetDeviceNonceRequest(), in: DeskParts.call
    ).nonce.array
    let statement = try device.makeKey(name, for: nonce)
    var request = CreateChallengeRequest()
    request.deviceEvidence = try device.evidence(nonce, signedBy: name, statement)
    let created = try await handlers.createChallenge(request, in: DeskParts.call)
    #expect(created.device?.level == .safe && created.device?.fault == "", "\(created.device!)")
    let challenge = try #require(created.challenge)
    #expect(challenge.mode == .action)
    return (challenge, statement)
  }

  private func verify(
    _ challenge: Challenge, _ evidence: SignedDeviceEvidence, _ media: Bytes,
    _ handlers: EnhancedHandlers
  ) async throws -> VerifyResponse {
    var request = VerifyRequest()
    request.challengeId = challenge.id
    request.deviceEvidence = evidence
    request.capture = Capture(frames: [CapturedFrame(jpeg: media, deviceTimeMs: 1)])
    return try await handlers.verify(request, in: DeskParts.call)
  }

  @Test(
    "a key that was attested for the device nonce signs the capture's evidence, and is believed")
  func bothSteps() async throws {
    let device = try Device()
    let media = Bytes(Array("frames".utf8))
    try await DeskParts.withDesk(reader: ToldCapture.nobody) { captures in
      let handlers = Self.handlers(captures, root: try device.root())
      let (challenge, _) = try await challenge("first", device, handlers)
      let answer = try await verify(
        challenge,
        device.evidence(challenge.nonce.array, signedBy: "first", nil, about: media), media,
        handlers)
      #expect(answer.device?.fault == "" && answer.device?.level == .safe, "\(answer.device!)")
      #expect(answer.device?.tags.isEmpty == true)
      // The film shows nobody; the device stands against nothing.
      #expect(!answer.reasons.contains { $0.code == .deviceRisk })
      // But it told no times of its frames, so that they may be anybody's.
      #expect(
        answer.reasons.contains {
          $0.code == .deviceUnverified && $0.signal == "timingDeviceCompared"
        })
      let verified = answer.liveness?.record?.signals.first { $0.name == "deviceVerified" }
      #expect(verified?.value == 1)
    }
  }

  @Test("another key, an old statement, another capture and another challenge are not believed")
  func refused() async throws {
    let device = try Device()
    let media = Bytes(Array("frames".utf8))
    try await DeskParts.withDesk(reader: ToldCapture.nobody) { captures in
      let handlers = Self.handlers(captures, root: try device.root())
      func fault(
        _ name: String,
        _ make: (Challenge, Messages.DeviceAttestation) throws -> SignedDeviceEvidence
      ) async throws -> String? {
        let (challenge, statement) = try await challenge(name, device, handlers)
        let answer = try await verify(challenge, make(challenge, statement), media, handlers)
        #expect(answer.device?.level == .unspecified && answer.verdict != .pass)
        return answer.device?.fault
      }
      let other = try device.makeKey("other", for: [UInt8](repeating: 1, count: 32))
      #expect(
        try await fault("a") { challenge, _ in
          try device.evidence(challenge.nonce.array, signedBy: "other", nil, about: media)
        } == "otherKey")
      #expect(
        try await fault("b") { challenge, statement in
          try device.evidence(challenge.nonce.array, signedBy: "b", statement, about: media)
        } == "attestationRefused")
      #expect(
        try await fault("c") { challenge, _ in
          try device.evidence(challenge.nonce.array, signedBy: "other", other, about: media)
        } == "attestationRefused")
      #expect(
        try await fault("d") { challenge, _ in
          try device.evidence(challenge.nonce.array, signedBy: "d", nil, about: Bytes([1]))
        } == "mediaNotBound")
      #expect(
        try await fault("e") { _, _ in
          try device.evidence(
            [UInt8](repeating: 2, count: 32), signedBy: "e", nil, about: media)
        } == "wrongNonce")
      #expect(
        try await fault("f") { challenge, _ in
          var evidence = try device.evidence(
            challenge.nonce.array, signedBy: "f", nil, about: media)
          evidence.keyId = Bytes(FaceAnalyzer.sha256(of: Bytes(try device.bytes("f.spki"))))
          evidence.signature = try device.evidence(
            challenge.nonce.array, signedBy: "other", nil, about: media
          ).signature
          return evidence
        } == "wrongSignature")
    }
  }

  @Test(
    "without evidence before the challenge, a statement for the challenge's nonce is believed, and needed"
  )
  func oneStep() async throws {
    let device = try Device()
    let media = Bytes(Array("frames".utf8))
    try await DeskParts.withDesk(reader: ToldCapture.nobody) { captures in
      let handlers = Self.handlers(captures, root: try device.root())
      func answer(attested: Bool) async throws -> Messages.DeviceRisk? {
        let created = try await handlers.createChallenge(
          CreateChallengeRequest(), in: DeskParts.call)
        let challenge = try #require(created.challenge)
        let statement = try device.makeKey("late", for: challenge.nonce.array)
        return try await verify(
          challenge,
          device.evidence(
            challenge.nonce.array, signedBy: "late", attested ? statement : nil, about: media),
          media, handlers
        ).device
      }
      #expect(try await answer(attested: true)?.level == .safe)
      #expect(try await answer(attested: false)?.fault == "attestationMissing")
    }
  }
}
