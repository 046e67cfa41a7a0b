// What a device says about itself, and the envelope it is signed in. Values only; nothing here is believed yet.

package import Vocabulary

/// A device's evidence as it came: bytes and a signature over them.
///
/// The signature is over the bytes as they were sent, behind a fixed text: nothing is encoded again to verify it, so no
/// canonical form is needed.
package struct DeviceEnvelope: Sendable {
  /// A serialised `idv.v1.DeviceEvidence`.
  package var evidence: Bytes
  package var algorithm: DeviceSignatureAlgorithm
  /// SHA-256 of the key's SubjectPublicKeyInfo in DER.
  package var keyID: [UInt8]
  /// ECDSA: DER; Ed25519: 64 bytes.
  package var signature: [UInt8]

  package init(
    evidence: Bytes, algorithm: DeviceSignatureAlgorithm, keyID: [UInt8], signature: [UInt8]
  ) {
    self.evidence = evidence
    self.algorithm = algorithm
    self.keyID = keyID
    self.signature = signature
  }

  /// What every signature begins with, so that it is good for nothing else.
  package static let domain = "idv device evidence v1\0"

  /// The bytes that are signed.
  package var signedBytes: [UInt8] { Array(Self.domain.utf8) + evidence.array }
}

/// How evidence is signed. Raw values are those of `idv.v1.DeviceSignatureAlgorithm`.
package enum DeviceSignatureAlgorithm: Int32, Sendable, CaseIterable {
  /// ECDSA on P-256 over SHA-256.
  case ecdsaP256 = 1
  case ed25519 = 2
}

/// What a device says about itself. Field by field `idv.v1.DeviceEvidence`; what is not known is nil or `unknown`.
package struct DeviceEvidence: Sendable, Equatable {
  /// Version of the schema: 1.
  package var version: UInt32
  /// The challenge's nonce.
  package var nonce: [UInt8]
  /// Device clock, Unix milliseconds.
  package var madeAtMilliseconds: Int64
  /// Package name or bundle id.
  package var appID: String
  package var platform: DevicePlatform
  /// Each check at most once.
  package var checks: [DeviceCheck]
  package var camera: DeviceCamera?
  package var attestation: DeviceAttestation?
  /// SHA-256 of the media that goes with it; nil before there is any.
  package var mediaSHA256: [UInt8]?
  /// When the sensor took each frame of that media, microseconds on a clock of its own.
  package var frameMicroseconds: [Int64]
  /// Device clock since start, milliseconds: at the first frame, and when this was made.
  package var captureStartedMilliseconds: Int64?
  package var evidenceMadeMilliseconds: Int64?

  package init(
    version: UInt32 = DeviceLimits.version, nonce: [UInt8], madeAtMilliseconds: Int64,
    appID: String, platform: DevicePlatform, checks: [DeviceCheck], camera: DeviceCamera? = nil,
    attestation: DeviceAttestation? = nil, mediaSHA256: [UInt8]? = nil,
    frameMicroseconds: [Int64] = [], captureStartedMilliseconds: Int64? = nil,
    evidenceMadeMilliseconds: Int64? = nil
  ) {
    self.version = version
    self.nonce = nonce
    self.madeAtMilliseconds = madeAtMilliseconds
    self.appID = appID
    self.platform = platform
    self.checks = checks
    self.camera = camera
    self.attestation = attestation
    self.mediaSHA256 = mediaSHA256
    self.frameMicroseconds = frameMicroseconds
    self.captureStartedMilliseconds = captureStartedMilliseconds
    self.evidenceMadeMilliseconds = evidenceMadeMilliseconds
  }
}

/// What the app runs on. Raw values are those of `idv.v1.DevicePlatform`.
package enum DevicePlatform: Int32, Sendable, CaseIterable {
  case unknown = 0
  case android = 1
  case ios = 2
  case harmony = 3
  case web = 4
}

/// One check that the app made, and what it found.
package struct DeviceCheck: Sendable, Equatable {
  package var kind: DeviceCheckKind
  package var finding: DeviceFinding

  package init(_ kind: DeviceCheckKind, _ finding: DeviceFinding) {
    self.kind = kind
    self.finding = finding
  }
}

/// What is checked. Raw values are those of `idv.v1.DeviceCheckKind`.
package enum DeviceCheckKind: Int32, Sendable, CaseIterable {
  /// A kind that this version does not know. Its finding counts, its absence does not.
  case unknown = 0
  /// Root or jailbreak.
  case root = 1
  case emulator = 2
  /// A hooking or injection framework in the process.
  case hook = 3
  case debugger = 4
  /// The app is not signed by its publisher.
  case repackaged = 5
  case virtualCamera = 6
  /// The camera service or its frames are intercepted.
  case cameraHijack = 7
  /// The screen is recorded, mirrored or driven from afar.
  case screenCapture = 8
  case accessibilityMisuse = 9
  /// Several copies, or the app runs inside another.
  case clonedApp = 10
  case clockTampered = 11
  /// Tools of device farms.
  case farmDevice = 12
}

/// What a check found. Raw values are those of `idv.v1.DeviceFinding`.
package enum DeviceFinding: Int32, Sendable, CaseIterable {
  case notRun = 0
  case clear = 1
  case suspected = 2
  case found = 3
}

/// The camera that took the pictures.
package struct DeviceCamera: Sendable, Equatable {
  /// Raw values are those of `idv.v1.DeviceCameraFacing`.
  package enum Facing: Int32, Sendable, CaseIterable {
    case unknown = 0
    case front = 1
    case back = 2
    case external = 3
  }

  package struct Size: Sendable, Equatable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// SHA-256 over an app secret, the camera's id, model and calibration.
  package var sensorIDHash: [UInt8]
  package var facing: Facing
  /// What the camera offers.
  package var sizes: [Size]
  /// What was used.
  package var captureSize: Size?
  /// Frames a second; 0 unknown.
  package var frameRateMax: Int

  package init(
    sensorIDHash: [UInt8], facing: Facing, sizes: [Size], captureSize: Size?, frameRateMax: Int
  ) {
    self.sensorIDHash = sensorIDHash
    self.facing = facing
    self.sizes = sizes
    self.captureSize = captureSize
    self.frameRateMax = frameRateMax
  }
}

/// A statement by the device's maker about the key that signs.
package struct DeviceAttestation: Sendable, Equatable {
  /// Raw values are those of `idv.v1.DeviceAttestationKind`.
  package enum Kind: Int32, Sendable, CaseIterable {
    case unknown = 0
    /// Android Key Attestation: certificates in DER, the key's own first.
    case androidKey = 1
    /// Apple App Attest: one attestation object in CBOR.
    case appleAppAttest = 2
  }

  package var kind: Kind
  package var statement: [Bytes]

  package init(kind: Kind, statement: [Bytes]) {
    self.kind = kind
    self.statement = statement
  }
}
