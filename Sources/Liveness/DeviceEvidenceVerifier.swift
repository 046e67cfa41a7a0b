// Whether a device's evidence may be believed: signed by a known key, for this challenge, now, about this media.

package import Vocabulary

/// What evidence has to fit.
package struct DeviceExpectation: Sendable {
  /// Of the challenge.
  package var nonce: [UInt8]
  /// Server clock, Unix milliseconds: when the challenge was issued, and the present.
  package var issuedMilliseconds: Int64
  package var nowMilliseconds: Int64
  /// SHA-256 of the media that came with it; nil before there is any.
  package var mediaSHA256: [UInt8]?
  /// The key that signed the evidence on which the challenge was issued; nil if there was none.
  package var keyID: [UInt8]?
  /// What the device's maker said of that key then: keys are attested once.
  package var attested: KnownDeviceKey?

  package init(
    nonce: [UInt8], issuedMilliseconds: Int64, nowMilliseconds: Int64,
    mediaSHA256: [UInt8]? = nil, keyID: [UInt8]? = nil, attested: KnownDeviceKey? = nil
  ) {
    self.nonce = nonce
    self.issuedMilliseconds = issuedMilliseconds
    self.nowMilliseconds = nowMilliseconds
    self.mediaSHA256 = mediaSHA256
    self.keyID = keyID
    self.attested = attested
  }
}

/// A key that a device's maker vouched for in evidence that was believed.
package struct KnownDeviceKey: Sendable, Equatable {
  package var key: AttestedKey
  /// The app that it was attested for.
  package var appID: String

  package init(key: AttestedKey, appID: String) {
    self.key = key
    self.appID = appID
  }
}

/// Why evidence is not believed.
package enum DeviceFault: String, Error, Sendable, CaseIterable {
  /// Of a version that this server does not know.
  case unsupportedVersion
  /// Breaks a bound, repeats a check, or contradicts itself.
  case malformed
  /// Not for this challenge.
  case wrongNonce
  /// An app that is not registered, or on another platform than it is registered for.
  case unknownApp
  /// No enrolled key has this id and no statement vouches for it.
  case unknownKey
  /// Another key than the one the challenge was issued to.
  case otherKey
  /// The signature does not fit bytes and key.
  case wrongSignature
  /// Not about the media it came with.
  case mediaNotBound
  /// The capture began before the challenge was issued.
  case capturedBefore
  /// The app has to prove its key and did not.
  case attestationMissing
  /// A statement came and does not hold.
  case attestationRefused
}

/// Who vouches for the key.
package enum DeviceTrust: Sendable, Equatable {
  /// Its maker, by a statement.
  case attested(AttestedKey.Place)
  /// The operator, who enrolled it.
  case enrolled
}

/// What became of a device's evidence.
package struct DeviceEvidenceReading: Sendable {
  /// Nil if the evidence is not believed.
  package var trust: DeviceTrust?
  /// Why not; nil if it is.
  package var fault: DeviceFault?
  /// Of `attestationRefused`: why.
  package var attestationFault: AttestationFault?
  package var risk: DeviceRisk
  /// Device clock less server clock, seconds; nil if the evidence is not believed.
  package var clockSkewSeconds: Double?
  /// The key, if its maker vouched for it.
  package var attested: KnownDeviceKey? = nil

  /// The numbers for a verdict. Of evidence that is not believed there is only that.
  package var signals: [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [.deviceVerified: trust == nil ? 0 : 1]
    signals[.deviceRiskScore] = risk.score
    signals[.deviceCameraLevel] = risk.cameraLevel.map { Double($0.rawValue) }
    signals[.deviceClockSkewSeconds] = clockSkewSeconds
    return signals
  }

  /// Nothing was sent, or nothing that can be believed.
  package static func refused(
    _ fault: DeviceFault?, attestation: AttestationFault? = nil
  ) -> DeviceEvidenceReading {
    DeviceEvidenceReading(
      trust: nil, fault: fault, attestationFault: attestation, risk: .notObtained,
      clockSkewSeconds: nil)
  }
}

/// Verifies evidence. Pure; any thread. Built once with the operator's apps and keys.
package struct DeviceEvidenceVerifier: Sendable {
  private let apps: [String: DeviceApp]
  private let keys: any DeviceKeyRing
  private let attestation: any AttestationVerifier
  private let cryptography: any DeviceCryptography

  /// - Parameter apps: if two have the same id the last one holds.
  package init(
    apps: [DeviceApp], keys: any DeviceKeyRing, attestation: any AttestationVerifier,
    cryptography: any DeviceCryptography
  ) {
    self.apps = Dictionary(apps.map { ($0.id, $0) }) { _, last in last }
    self.keys = keys
    self.attestation = attestation
    self.cryptography = cryptography
  }

  /// Verifies `envelope`, whose bytes were decoded as `evidence`, and weighs what it says.
  package func verify(
    _ envelope: DeviceEnvelope, _ evidence: DeviceEvidence, expected: DeviceExpectation
  ) -> DeviceEvidenceReading {
    do throws(DeviceRefusal) {
      let (trust, attested) = try trust(envelope, evidence, expected)
      // Both bounded by what a millisecond count can hold, so the difference is of doubles.
      let skew =
        (Double(evidence.madeAtMilliseconds) - Double(expected.nowMilliseconds)) / 1000
      return DeviceEvidenceReading(
        trust: trust, fault: nil, attestationFault: nil,
        risk: DeviceAssessor.risk(of: evidence, trust: trust, clockSkewSeconds: skew),
        clockSkewSeconds: skew, attested: attested)
    } catch { return .refused(error.fault, attestation: error.attestation) }
  }

  private func trust(
    _ envelope: DeviceEnvelope, _ evidence: DeviceEvidence, _ expected: DeviceExpectation
  ) throws(DeviceRefusal) -> (DeviceTrust, KnownDeviceKey?) {
    guard evidence.version == DeviceLimits.version else { throw DeviceRefusal(.unsupportedVersion) }
    guard evidence.isWellFormed, envelope.isWellFormed else { throw DeviceRefusal(.malformed) }
    guard DeviceLimits.nonceBytes.contains(expected.nonce.count),
      evidence.nonce == expected.nonce
    else { throw DeviceRefusal(.wrongNonce) }
    guard let app = apps[evidence.appID], app.platform == evidence.platform else {
      throw DeviceRefusal(.unknownApp)
    }
    let (publicKey, attested) = try key(envelope, evidence, app, expected)
    guard cryptography.sha256(publicKey) == envelope.keyID else { throw DeviceRefusal(.unknownKey) }
    if let bound = expected.keyID, bound != envelope.keyID { throw DeviceRefusal(.otherKey) }
    guard isSigned(envelope, publicKey, attested?.assertsFor) else {
      throw DeviceRefusal(.wrongSignature)
    }
    guard evidence.mediaSHA256 == expected.mediaSHA256 else { throw DeviceRefusal(.mediaNotBound) }
    if expected.mediaSHA256 != nil { try checkCapture(evidence, expected) }
    guard let attested else { return (.enrolled, nil) }
    return (.attested(attested.place), KnownDeviceKey(key: attested, appID: app.id))
  }

  /// A statement that does not hold is never made up for, by an enrolled key or by an earlier one.
  private func key(
    _ envelope: DeviceEnvelope, _ evidence: DeviceEvidence, _ app: DeviceApp,
    _ expected: DeviceExpectation
  ) throws(DeviceRefusal) -> (publicKey: [UInt8], attested: AttestedKey?) {
    if let statement = evidence.attestation {
      do throws(AttestationFault) {
        let key = try attestation.verify(
          statement, nonce: expected.nonce, app: app, nowMilliseconds: expected.nowMilliseconds)
        return (key.publicKey, key)
      } catch { throw DeviceRefusal(.attestationRefused, attestation: error) }
    }
    if let known = expected.attested, known.appID == app.id {
      if let bound = expected.keyID, bound != envelope.keyID { throw DeviceRefusal(.otherKey) }
      return (known.key.publicKey, known.key)
    }
    guard !app.requiresAttestation else { throw DeviceRefusal(.attestationMissing) }
    guard let publicKey = keys.publicKey(id: envelope.keyID, app: app.id) else {
      throw DeviceRefusal(.unknownKey)
    }
    return (publicKey, nil)
  }

  /// - Parameter assertsFor: see `AttestedKey`.
  private func isSigned(
    _ envelope: DeviceEnvelope, _ publicKey: [UInt8], _ assertsFor: [UInt8]?
  ) -> Bool {
    guard let assertsFor else {
      return cryptography.isValid(
        envelope.signature, of: envelope.signedBytes, algorithm: envelope.algorithm,
        publicKey: publicKey)
    }
    guard envelope.algorithm == .ecdsaP256, let assertion = AppleAssertion(envelope.signature)
    else { return false }
    return assertion.asserts(
      envelope.signedBytes, appHash: assertsFor, publicKey: publicKey, cryptography)
  }

  /// The device's own clock since start cannot show more time since the first frame than has passed since the challenge.
  private func checkCapture(
    _ evidence: DeviceEvidence, _ expected: DeviceExpectation
  ) throws(DeviceRefusal) {
    guard let started = evidence.captureStartedMilliseconds,
      let made = evidence.evidenceMadeMilliseconds, started >= 0, made >= started
    else { throw DeviceRefusal(.malformed) }
    let (passed, overflow) = expected.nowMilliseconds.subtractingReportingOverflow(
      expected.issuedMilliseconds)
    guard !overflow, passed >= 0, passed <= Int64.max - DeviceLimits.captureSlackMilliseconds,
      made - started <= passed + DeviceLimits.captureSlackMilliseconds
    else { throw DeviceRefusal(.capturedBefore) }
  }
}

/// A fault with what caused it.
private struct DeviceRefusal: Error {
  let fault: DeviceFault
  let attestation: AttestationFault?

  init(_ fault: DeviceFault, attestation: AttestationFault? = nil) {
    self.fault = fault
    self.attestation = attestation
  }
}

extension DeviceEnvelope {
  /// Within the bounds.
  fileprivate var isWellFormed: Bool {
    evidence.count <= DeviceLimits.evidenceBytesMax && keyID.count == DeviceLimits.digestBytes
      && (1...DeviceLimits.signatureBytesMax).contains(signature.count)
  }
}

extension DeviceEvidence {
  /// Within the bounds and without contradiction. Whether it is true is another matter.
  var isWellFormed: Bool {
    DeviceLimits.nonceBytes.contains(nonce.count)
      && (1...DeviceLimits.appIDBytesMax).contains(appID.utf8.count)
      && checks.count <= DeviceLimits.checksMax
      && Set(checks.map(\.kind)).subtracting([.unknown]).count
        == checks.count { $0.kind != .unknown }
      && mediaSHA256.map { $0.count == DeviceLimits.digestBytes } ?? true
      && frameMicroseconds.count <= DeviceLimits.framesMax
      && zip(frameMicroseconds, frameMicroseconds.dropFirst()).allSatisfy { $0 < $1 }
      && camera?.isWellFormed ?? true
  }
}

extension DeviceCamera {
  fileprivate var isWellFormed: Bool {
    let sides = 1...DeviceLimits.cameraSideMax
    return sizes.count <= DeviceLimits.cameraSizesMax
      && (sizes + [captureSize].compactMap(\.self)).allSatisfy {
        sides.contains($0.width) && sides.contains($0.height)
      }
  }
}
