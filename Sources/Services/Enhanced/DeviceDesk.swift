// Evidence of devices: decoded, verified, and weighed.

internal import Decisions
package import Liveness
internal import Messages
internal import Vocabulary

/// What handlers of Enhanced share about devices. Any thread.
package struct DeviceDesk: Sendable {
  let book: DeviceBook
  private let verifier: DeviceEvidenceVerifier
  private let policy = DeviceRiskPolicy()
  private let clock: ServiceClock
  private let numbers: @Sendable () -> any RandomNumberGenerator & Sendable

  /// - Parameter numbers: a source of unpredictable numbers, except in tests.
  package init(
    book: DeviceBook, verifier: DeviceEvidenceVerifier, clock: ServiceClock,
    numbers: @escaping @Sendable () -> any RandomNumberGenerator & Sendable
  ) {
    self.book = book
    self.verifier = verifier
    self.clock = clock
    self.numbers = numbers
  }

  /// A nonce for evidence that comes before there is a challenge, and when it expires, Unix milliseconds.
  func nonce(account: AccountID, session: String?) -> (bytes: [UInt8], expires: Int64) {
    var numbers = numbers()
    let nonce = (0..<DeviceBookLimits.nonceBytes).map { _ in
      UInt8(truncatingIfNeeded: numbers.next())
    }
    let expires = clock.moment() + DeviceBookLimits.lifetime
    book.keep(
      nonce: nonce, account: account, session: session, issued: clock.unixMilliseconds(),
      expires: expires)
    return (nonce, clock.unixMilliseconds(at: expires))
  }

  /// Judges evidence that came before a challenge: its nonce is used up.
  func read(
    _ signed: SignedDeviceEvidence?, account: AccountID, session: String?
  ) -> DeviceEvidenceReading {
    guard let signed else { return .refused(nil) }
    guard let evidence = Self.evidence(signed) else { return .refused(.malformed) }
    let issued = book.take(
      nonce: evidence.nonce, account: account, session: session, now: clock.moment())
    guard let issued else { return .refused(.wrongNonce) }
    return verify(
      signed, evidence,
      DeviceExpectation(
        nonce: evidence.nonce, issuedMilliseconds: issued,
        nowMilliseconds: clock.unixMilliseconds()))
  }

  /// Judges evidence that goes with a capture.
  /// - Parameter before: the device as it was when it got the challenge.
  func read(
    _ signed: SignedDeviceEvidence?, for challenge: LivenessChallenge, mediaSHA256: [UInt8],
    before: ChallengedDevice?
  ) -> (reading: DeviceEvidenceReading, frameMicroseconds: [Int64]) {
    guard let signed else { return (.refused(nil), []) }
    guard let evidence = Self.evidence(signed) else { return (.refused(.malformed), []) }
    let reading = verify(
      signed, evidence,
      DeviceExpectation(
        nonce: challenge.nonce, issuedMilliseconds: challenge.issuedAt,
        nowMilliseconds: clock.unixMilliseconds(), mediaSHA256: mediaSHA256,
        keyID: before?.keyID, attested: before?.attested))
    return (reading, reading.trust == nil ? [] : evidence.frameMicroseconds)
  }

  private func verify(
    _ signed: SignedDeviceEvidence, _ evidence: Liveness.DeviceEvidence,
    _ expected: DeviceExpectation
  ) -> DeviceEvidenceReading {
    guard
      let algorithm = Liveness.DeviceSignatureAlgorithm(rawValue: signed.algorithm.rawValue)
    else { return .refused(.malformed) }
    let envelope = DeviceEnvelope(
      evidence: signed.evidence, algorithm: algorithm, keyID: signed.keyId.array,
      signature: signed.signature.array)
    return verifier.verify(envelope, evidence, expected: expected)
  }

  /// What a device's risk demands, and why.
  func demand(
    _ risk: Vocabulary.DeviceRisk, scene: Scene, isAccessible: Bool
  ) -> (mode: Vocabulary.LivenessMode?, reasons: [DecisionReason]) {
    let terms = DeviceRiskTerms(unknownDevice: scene.unknownDevice, isAccessible: isAccessible)
    let isKnown = risk.level != nil && !risk.tags.contains(.unverified)
    let reason = DecisionReason(
      isKnown ? .deviceRisk : .deviceUnverified, measured: risk.score,
      signal: isKnown ? .deviceRiskScore : nil)
    switch policy.outcome(for: risk, terms: terms) {
    case .challenge(.action): return (.action, [])
    case .challenge(let mode): return (mode, [reason])
    case .refused: return (nil, [reason])
    }
  }

  // MARK: Decoding

  /// Bounds of decoding what a device sent.
  private static let limits = DecodingLimits(
    messageBytesMax: DeviceLimits.evidenceBytesMax, depthMax: 8, fieldsMax: 10_000,
    memoryBytesMax: 4 << 20)

  /// Nil if it cannot be read. Nothing in it is believed yet.
  static func evidence(_ signed: SignedDeviceEvidence) -> Liveness.DeviceEvidence? {
    guard signed.evidence.count <= DeviceLimits.evidenceBytesMax else { return nil }
    let message: Messages.DeviceEvidence
    do throws(DecodingError) {
      message = try Messages.DeviceEvidence(decoding: signed.evidence, limits: limits)
    } catch { return nil }
    return Liveness.DeviceEvidence(
      version: message.version, nonce: message.nonce.array, madeAtMilliseconds: message.madeAtMs,
      appID: message.appId,
      platform: Liveness.DevicePlatform(rawValue: message.platform.rawValue) ?? .unknown,
      checks: message.checks.map(Self.check), camera: message.camera.map(Self.camera),
      attestation: message.attestation.map { statement in
        Liveness.DeviceAttestation(
          kind: .init(rawValue: statement.kind.rawValue) ?? .unknown,
          statement: statement.statement)
      },
      mediaSHA256: message.mediaSha256.isEmpty ? nil : message.mediaSha256.array,
      frameMicroseconds: message.frameTimesUs,
      captureStartedMilliseconds: message.captureStartedMs == 0 ? nil : message.captureStartedMs,
      evidenceMadeMilliseconds: message.evidenceMadeMs == 0 ? nil : message.evidenceMadeMs)
  }

  /// A finding that is not known is taken for the worst.
  private static func check(_ check: Messages.DeviceCheck) -> Liveness.DeviceCheck {
    Liveness.DeviceCheck(
      .init(rawValue: check.kind.rawValue) ?? .unknown,
      .init(rawValue: check.finding.rawValue) ?? .found)
  }

  private static func camera(_ camera: Messages.DeviceCamera) -> Liveness.DeviceCamera {
    func size(_ size: DeviceCameraSize) -> Liveness.DeviceCamera.Size {
      .init(width: Int(size.width), height: Int(size.height))
    }
    return Liveness.DeviceCamera(
      sensorIDHash: camera.sensorIdHash.array,
      facing: .init(rawValue: camera.facing.rawValue) ?? .unknown, sizes: camera.sizes.map(size),
      captureSize: camera.captureSize.map(size), frameRateMax: Int(camera.frameRateMax))
  }
}

extension Messages.DeviceRisk {
  init(_ reading: DeviceEvidenceReading) {
    self.init(
      reading.risk, fault: reading.fault?.rawValue ?? "",
      attestationFault: reading.attestationFault?.rawValue ?? "")
  }
}
