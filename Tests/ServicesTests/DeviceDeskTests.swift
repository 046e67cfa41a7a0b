// Evidence of devices on its way from message to verdict: nonces that work once, bindings, and what is not known.

import Decisions
import Liveness
import Messages
import Testing
import Vocabulary

@testable import Services

struct DeviceDeskTests {
  static let account = AccountID("dev")!
  static let keyID = [UInt8](repeating: 9, count: 32)
  static let unixNow: Int64 = 1_900_000_000_000

  /// Takes every signature for one by the one key: what is tested here is all that comes before and after.
  struct Believing: DeviceCryptography {
    func sha256(_ bytes: [UInt8]) -> [UInt8] { DeviceDeskTests.keyID }

    func isValid(
      _ signature: [UInt8], of message: [UInt8], algorithm: Liveness.DeviceSignatureAlgorithm,
      publicKey: [UInt8]
    ) -> Bool { signature == [1] }

    func chain(_ certificates: [Bytes], roots: [Bytes], at seconds: Int64) -> AttestationChain? {
      nil
    }
  }

  static func desk() -> DeviceDesk {
    let cryptography = Believing()
    return DeviceDesk(
      book: DeviceBook(),
      verifier: DeviceEvidenceVerifier(
        apps: [
          DeviceApp(id: "app", platform: .android, signers: [], requiresAttestation: false)
        ], keys: ListedDeviceKeys(["app": [[3]]], cryptography: cryptography),
        attestation: AttestationVerifiers(), cryptography: cryptography),
      clock: ServiceClock(unixMilliseconds: { unixNow }, moment: { Moment(.now) }),
      numbers: { SystemRandomNumberGenerator() })
  }

  /// Evidence of a device about which everything is well.
  static func evidence(
    _ nonce: [UInt8], _ change: (inout Messages.DeviceEvidence) -> Void = { _ in }
  ) throws -> SignedDeviceEvidence {
    var evidence = Messages.DeviceEvidence(
      version: 1, nonce: Bytes(nonce), madeAtMs: unixNow, appId: "app", platform: .android)
    evidence.checks = [.root, .emulator, .hook, .repackaged, .virtualCamera, .cameraHijack]
      .map { Messages.DeviceCheck(kind: $0, finding: .clear) }
    let size = DeviceCameraSize(width: 1280, height: 720)
    evidence.camera = Messages.DeviceCamera(
      sensorIdHash: Bytes([UInt8](repeating: 5, count: 32)), facing: .front,
      sizes: [size, DeviceCameraSize(width: 640, height: 480)], captureSize: size,
      frameRateMax: 30)
    change(&evidence)
    return SignedDeviceEvidence(
      evidence: evidence.encoded(), algorithm: .ecdsaP256Sha256, keyId: Bytes(keyID),
      signature: Bytes([1]))
  }

  @Test("a nonce works once, for its account and session")
  func nonces() throws {
    let desk = Self.desk()
    let other = AccountID("other")!
    let nonce = desk.nonce(account: Self.account, session: "s").bytes
    #expect(nonce.count == DeviceBookLimits.nonceBytes)
    let signed = try Self.evidence(nonce)
    #expect(desk.read(signed, account: other, session: "s").fault == .wrongNonce)
    let good = desk.read(signed, account: Self.account, session: "s")
    #expect(good.fault == nil && good.trust == .enrolled && good.signals[.deviceVerified] == 1)
    #expect(desk.read(signed, account: Self.account, session: "s").fault == .wrongNonce)
    let second = try Self.evidence(desk.nonce(account: Self.account, session: "s").bytes)
    #expect(desk.read(second, account: Self.account, session: nil).fault == .wrongNonce)
    // And with that it is used up.
    #expect(desk.read(second, account: Self.account, session: "s").fault == .wrongNonce)
  }

  @Test("nothing, and what cannot be read, is not believed")
  func unreadable() throws {
    let desk = Self.desk()
    let nothing = desk.read(nil, account: Self.account, session: nil)
    #expect(nothing.trust == nil && nothing.risk == .notObtained)
    for bytes in [[255], [UInt8](repeating: 0, count: DeviceLimits.evidenceBytesMax + 1)] {
      let signed = SignedDeviceEvidence(evidence: Bytes(bytes))
      #expect(desk.read(signed, account: Self.account, session: nil).fault == .malformed)
    }
    var unsigned = try Self.evidence(desk.nonce(account: Self.account, session: nil).bytes)
    unsigned.algorithm = .unspecified
    #expect(desk.read(unsigned, account: Self.account, session: nil).fault == .malformed)
    var forged = try Self.evidence(desk.nonce(account: Self.account, session: nil).bytes)
    forged.signature = Bytes([2])
    #expect(desk.read(forged, account: Self.account, session: nil).fault == .wrongSignature)
  }

  @Test("findings and kinds of checks that are not known count against the device")
  func unknown() throws {
    let desk = Self.desk()
    func level(
      _ change: (inout Messages.DeviceEvidence) -> Void
    ) throws -> Vocabulary.DeviceLevel? {
      let nonce = desk.nonce(account: Self.account, session: nil).bytes
      return desk.read(
        try Self.evidence(nonce, change), account: Self.account, session: nil
      ).risk.level
    }
    // An enrolled key alone is a low risk.
    #expect(try level { _ in } == .low)
    #expect(try level { $0.checks[0].finding = .unrecognized(9) } == .high)
    #expect(
      try level {
        $0.checks.append(Messages.DeviceCheck(kind: .unrecognized(99), finding: .found))
      } == .mid)
    #expect(try level { $0.checks.removeFirst() } == .mid)
  }

  @Test("what a device demands is told with its reason, and never too little")
  func demands() {
    let scene = Scene(
      threshold: 80, thresholdFloor: 70, qualityLevel: 2, portraitQualityLevel: 1,
      cardWarnings: .standard)
    let desk = Self.desk()
    let safe = Vocabulary.DeviceRisk(level: .safe, cameraLevel: .safe, tags: [], score: 0)
    #expect(desk.demand(safe, scene: scene, isAccessible: false).mode == .action)
    let unknown = desk.demand(.notObtained, scene: scene, isAccessible: false)
    #expect(unknown.mode == .actionReflect)
    #expect(unknown.reasons.map(\.code) == [.deviceUnverified])
    #expect(desk.demand(.notObtained, scene: scene, isAccessible: true).mode == .distance)
    var strict = scene
    strict.unknownDevice = .refused
    #expect(desk.demand(.notObtained, scene: strict, isAccessible: false).mode == nil)
    let rooted = Vocabulary.DeviceRisk(level: .high, cameraLevel: .safe, tags: [.rooted], score: 76)
    let refused = desk.demand(rooted, scene: scene, isAccessible: false)
    #expect(refused.mode == nil && refused.reasons.map(\.code) == [.deviceRisk])
  }

  @Test("a challenged device is found once, by its account")
  func challenged() {
    let book = DeviceBook()
    let now = Moment(.now)
    book.keep(
      ChallengedDevice(keyID: Self.keyID, demanded: .actionReflect), challenge: "c",
      account: Self.account, expires: now + .seconds(5))
    #expect(book.device(of: "c", account: AccountID("other")!, now: now) == nil)
    #expect(book.device(of: "c", account: Self.account, now: now)?.demanded == .actionReflect)
    #expect(book.device(of: "c", account: Self.account, now: now) == nil)
    book.keep(
      ChallengedDevice(keyID: nil, demanded: .action), challenge: "d", account: Self.account,
      expires: now)
    #expect(book.device(of: "d", account: Self.account, now: now) == nil)
  }
}
