// What liveness is made of in this process: keys, challenges, uploads, devices, the memory of films.

internal import Decisions
internal import FoundationEssentials
internal import Inference
internal import Liveness
internal import Sealing
internal import Services
internal import Vision
internal import Vocabulary

/// Made once, when models are loaded.
struct LivenessParts: Sendable {
  let captures: CaptureDesk
  let intent: IntentDesk
  let devices: DeviceDesk
  let uploads: UploadStore
  /// Films that were verified.
  let films: MemoryReplayRecords
  let challengeMemory: ChallengeMemory
  let clock: ServiceClock
  /// Roles of models without which captures are not read.
  let missing: [String]
  /// What is missing without which nothing is heard.
  let speechMissing: [String]
  /// The models that hear; none while any is missing.
  let speechModels: [VoiceModel]

  /// - Throws: `InferenceStartupError` or `SettingsError`, one line for the operator.
  init(
    _ settings: ServerSettings, engine: InferenceEngine, analyzer: FaceAnalyzer,
    elements: ElementDesk, observer: any CaptureObserver
  ) throws {
    let numbers: @Sendable () -> any RandomNumberGenerator & Sendable = {
      SystemRandomNumberGenerator()
    }
    clock = ServiceClock(
      unixMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
      moment: { .now })
    let secret = try LivenessSecret(file: settings.livenessKeyFile)
    let stills = try PresentationReader(
      engine: engine, imageBytesMax: settings.imageBytesMax, imageSideMax: settings.imageSideMax)
    missing = ClipReader.missingModels(of: engine).map(\.rawValue)
    let reader: any CaptureReader =
      missing.isEmpty
      ? VisionCaptureReader(
        clips: try ClipReader(engine: engine, videoBytesMax: UploadLimits().fileBytesMax),
        stills: stills)
      : MissingCaptureReader(missing: missing)
    let speech = try SpeechParts(settings, engine: engine)
    speechMissing = speech.missing
    speechModels = speech.voices.models
    let recordings: any CaptureReader =
      missing.isEmpty
      ? VisionCaptureReader(
        clips: try ClipReader(
          engine: engine, videoBytesMax: UploadLimits().fileBytesMax,
          secondsMax: IntentLimits.recordingSecondsMax), stills: stills)
      : MissingCaptureReader(missing: missing)
    films = MemoryReplayRecords(
      ReplayRetention(
        milliseconds: Int64(settings.replayHours) * 3_600_000, bytes: settings.replayBytesMax))
    let replays = ReplayWindow(key: ReplayKey(secret.key(for: "replays")), records: films)
    var uploadLimits = UploadLimits()
    uploadLimits.filesPerAccountMax = settings.accountUploadsMax
    uploads = UploadStore(
      limits: uploadLimits, memory: MediaMemory(bytesMax: settings.mediaBytesMax)
    ) {
      var numbers = SystemRandomNumberGenerator()
      return CallID.random(using: &numbers).description
    }
    // Judging takes a small part of the time that reading takes on a lane.
    let threads = JudgeThreads(JudgeQueues(count: max(1, settings.lanes / 2)))
    challengeMemory = ChallengeMemory(attemptsMax: settings.attemptsMax)
    let challenges = Challenges(
      book: ChallengeBook(store: challengeMemory, signer: secret.key(for: "challenges")),
      clock: clock, numbers: numbers)
    captures = CaptureDesk(
      challenges: challenges, uploads: uploads,
      pipeline: LivenessPipeline(
        reader: reader, replays: replays, voices: speech.voices, clock: clock, threads: threads,
        looks: secret.key(for: "looks")),
      analyzer: analyzer, faces: FaceComparePolicy(quality: .standard), clock: clock,
      elements: elements, observer: observer)
    intent = IntentDesk(
      captures: CaptureDesk(
        challenges: challenges, uploads: uploads,
        pipeline: LivenessPipeline(
          reader: recordings, replays: replays, clock: clock, threads: threads,
          looks: secret.key(for: "looks")),
        analyzer: analyzer, faces: FaceComparePolicy(quality: .standard), clock: clock,
        elements: elements, observer: observer),
      voices: speech.voices)
    devices = DeviceDesk(
      book: DeviceBook(), verifier: try DeviceTrustFile.verifier(file: settings.deviceAppsFile),
      clock: clock, numbers: numbers)
  }
}

/// The secret that challenges are signed and films are remembered under. Printing it shows nothing.
struct LivenessSecret {
  private let master: HMACKey

  /// Least and most bytes of the file.
  static let bytes = 32...4096

  /// - Parameter file: nil draws a secret that ends with the process.
  init(file: String?) throws(SettingsError) {
    guard let file else {
      var numbers = SystemRandomNumberGenerator()
      master = HMACKey((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &numbers) })
      return
    }
    do throws(SecretFile.Failure) {
      master = HMACKey(try SecretFile.read(file, bytes: Self.bytes).withUnsafeBytes { Array($0) })
    } catch { throw SettingsError(description: "liveness.keyFile \(file) \(error)") }
  }

  /// The key for one use: who learns one learns no other.
  func key(for use: String) -> SecretKey {
    SecretKey(HMACKey(master.code(of: Array("idv liveness \(use)".utf8))))
  }
}

/// A key of one use.
struct SecretKey: ChallengeSigner, KeyedDigest {
  private let key: HMACKey

  init(_ key: HMACKey) { self.key = key }

  func code(of message: [UInt8]) -> [UInt8] { key.code(of: message) }
}

/// The applications whose devices may be believed, as an operator lists them.
struct DeviceTrustFile: Decodable {
  private struct App: Decodable {
    let id: String
    let platform: Platform
    /// SHA-256 of the publisher's certificates, hexadecimal.
    let signers: [String]
    let requiresAttestation: Bool
    /// SubjectPublicKeyInfo of devices enrolled beforehand, base64.
    let keys: [String]
    /// The publisher's team at Apple.
    let team: String?

    enum Key: String, CodingKey, CaseIterable {
      case id, platform, signers, requiresAttestation, keys, team
    }

    init(from decoder: any Decoder) throws {
      try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
      let object = try decoder.container(keyedBy: Key.self)
      id = try object.decode(String.self, forKey: .id)
      platform = try object.decode(Platform.self, forKey: .platform)
      signers = try object.decodeIfPresent([String].self, forKey: .signers) ?? []
      // Whoever does not say otherwise wants the device's maker to vouch for its key.
      requiresAttestation =
        try object.decodeIfPresent(Bool.self, forKey: .requiresAttestation) ?? true
      keys = try object.decodeIfPresent([String].self, forKey: .keys) ?? []
      team = try object.decodeIfPresent(String.self, forKey: .team)
    }
  }

  private enum Platform: String, Decodable {
    case android, ios, harmony, web

    var known: DevicePlatform {
      switch self {
      case .android: .android
      case .ios: .ios
      case .harmony: .harmony
      case .web: .web
      }
    }
  }

  private let apps: [App]
  /// Certificates of the makers of Android devices, DER in base64.
  private let androidRoots: [String]
  /// The same of Apple's.
  private let appleRoots: [String]
  /// Serial numbers of certificates that are no longer believed, hexadecimal.
  private let revokedSerials: [String]

  private enum Key: String, CodingKey, CaseIterable {
    case apps, androidRoots, appleRoots, revokedSerials
  }

  init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: Key.allCases.map(\.rawValue))
    let object = try decoder.container(keyedBy: Key.self)
    apps = try object.decode([App].self, forKey: .apps)
    androidRoots = try object.decodeIfPresent([String].self, forKey: .androidRoots) ?? []
    appleRoots = try object.decodeIfPresent([String].self, forKey: .appleRoots) ?? []
    revokedSerials = try object.decodeIfPresent([String].self, forKey: .revokedSerials) ?? []
  }

  /// Largest file that is read, in bytes.
  private static let bytesMax = 16 << 20

  /// What believes the devices of `file`; of none without one.
  static func verifier(file: String?) throws -> DeviceEvidenceVerifier {
    let cryptography = SealedDeviceCryptography()
    guard let file else {
      return DeviceEvidenceVerifier(
        apps: [], keys: ListedDeviceKeys([:], cryptography: cryptography),
        attestation: AttestationVerifiers(), cryptography: cryptography)
    }
    guard let data = try? Data(contentsOf: URL(filePath: file)) else {
      throw SettingsError(description: "cannot read enhanced.appsFile \(file)")
    }
    let trust = try decodeStrictly(
      DeviceTrustFile.self, from: data, named: "enhanced.appsFile \(file)", bytesMax: bytesMax)
    var keys: [String: [[UInt8]]] = [:]
    for app in trust.apps { keys[app.id] = try app.keys.map(base64) }
    let android = AndroidAttestationVerifier(
      roots: try trust.androidRoots.map { Bytes(try base64($0)) },
      revokedSerials: Set(try trust.revokedSerials.map(serial)), cryptography: cryptography)
    let apple = AppleAttestationVerifier(
      roots: try trust.appleRoots.map { Bytes(try base64($0)) }, cryptography: cryptography)
    return DeviceEvidenceVerifier(
      apps: try trust.apps.map { app in
        DeviceApp(
          id: app.id, platform: app.platform.known, signers: try app.signers.map(hexadecimal),
          requiresAttestation: app.requiresAttestation, team: app.team)
      }, keys: ListedDeviceKeys(keys, cryptography: cryptography),
      attestation: AttestationVerifiers([.androidKey: android, .appleAppAttest: apple]),
      cryptography: cryptography)
  }

  private static func base64(_ text: String) throws(SettingsError) -> [UInt8] {
    guard let data = Data(base64Encoded: text), !data.isEmpty else {
      throw SettingsError(description: "enhanced.appsFile: a value is not base64")
    }
    return Array(data)
  }

  /// A serial number as certificates' are compared: without zeros before it, which lists write or leave out as they like.
  static func serial(_ text: String) throws(SettingsError) -> [UInt8] {
    let digits = text.filter { $0 != ":" }
    return Array(try hexadecimal(digits.count % 2 == 0 ? digits : "0" + digits).drop { $0 == 0 })
  }

  private static func hexadecimal(_ text: String) throws(SettingsError) -> [UInt8] {
    guard let bytes = Hexadecimal.bytes(of: text.filter { $0 != ":" }), !bytes.isEmpty else {
      throw SettingsError(description: "enhanced.appsFile: a value is not hexadecimal")
    }
    return bytes
  }
}
