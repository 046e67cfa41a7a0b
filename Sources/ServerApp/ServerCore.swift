// The composition root: which parts the server is made of and how they know each other.

internal import Decisions
internal import FieldEncryption
internal import FoundationEssentials
package import Inference
internal import Liveness
internal import Messages
package import Observability
package import RPC
package import RealName
package import Services
internal import Speech
internal import Stubs
internal import Vision
internal import Vocabulary

/// The whole server without a socket: services routed, models loaded and warmed. Tests and tools call it
/// through `InProcessTransport`; `ServerApp` puts a listener before it.
///
/// It answers health and reflection as soon as it is made. Everything else is refused UNAVAILABLE until `load` and
/// `startServing`. Safe from any thread.
package final class ServerCore: Sendable {
  /// Answers calls.
  package let router: Router
  private let settings: ServerSettings
  private let inferenceObserver: any InferenceObserver
  private let captureObserver: any CaptureObserver
  private let state: ServingState
  private let accounts: FixedAccounts
  private let admission: Admission
  private let health: HealthBoard
  private let stop = StopNotice()
  private let warming = WarmingServer()
  private let realName: RealNameParts
  private let encryption: EncryptionDesk
  private let log: Log

  /// Loads and warms everything; blocks for about a second.
  /// - Throws: `InferenceStartupError` or `SettingsError`, one line for the operator.
  package convenience init(
    _ settings: ServerSettings, metrics: MetricsRegistry?, log: Log,
    inferenceObserver: any InferenceObserver = SilentInferenceObserver(),
    sourceMakers: [String: SourceMaker] = [:]
  ) throws {
    try self.init(
      cold: settings, metrics: metrics, log: log, inferenceObserver: inferenceObserver,
      sourceMakers: sourceMakers)
    try load()
  }

  /// Loads nothing yet.
  /// - Parameter sourceMakers: makes the sources of real-name checks that the settings list, by kind.
  /// - Throws: `SettingsError` for a key or a source that cannot be used, one line for the operator.
  package init(
    cold settings: ServerSettings, metrics: MetricsRegistry?, log: Log,
    inferenceObserver: any InferenceObserver = SilentInferenceObserver(),
    captureObserver: any CaptureObserver = SilentCaptureObserver(),
    sourceMakers: [String: SourceMaker] = [:]
  ) throws {
    let state = ServingState()
    let accounts = FixedAccounts(
      Set(settings.accounts + settings.operators).map {
        Account(
          id: $0, concurrentCallsMax: settings.concurrentCallsMax,
          keyFingerprints: settings.accountKeys[$0] ?? [])
      })
    let admission = Admission(accounts: accounts, isServing: { state.isServing })
    let open: Set<String> = [HealthMethods.service, ServerReflectionMethods.service]
    var names = [
      BasicMethods.service, DocumentsMethods.service, EnhancedMethods.service,
      IntentMethods.service, UploadsMethods.service, RealNameMethods.service,
      KeysMethods.service, OperationsMethods.service, HealthMethods.service,
    ]
    if settings.reflectionEnabled { names.append(ServerReflectionMethods.service) }
    let health = HealthBoard(services: names)
    let realName = try RealNameParts(
      settings, makers: sourceMakers, metrics: RealNameMetrics(log: log))
    let encryption = EncryptionDesk(
      keys: EncryptionKeys(try EncryptionParts.ring(settings)),
      terms: EncryptionParts.terms(settings), threads: min(settings.lanes, 8),
      unixMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) })
    var services = Self.mediaServices(settings, warming)
    services += [
      OwnedService(
        RealNameRoutes(
          RealNameHandlers(
            desk: realName.desk, scenes: Scenes(default: Self.scene(settings)),
            documents: { [warming] in warming.current?.documentPipeline }),
          limits: Self.pictureLimits(1, settings))),
      KeysRoutes(
        KeysHandlers(desk: encryption, scenes: Scenes(default: Self.scene(settings))),
        limits: Self.smallRequests),
      OperationsRoutes(Self.operations(settings, metrics, admission, state, warming)),
      HealthEndpoint(health, limits: Self.smallRequests),
    ]
    if settings.reflectionEnabled {
      let schema = try ServedSchema(services: names, files: Catalog.descriptorFiles())
      services.append(
        ServerReflectionRoutes(
          ReflectionHandlers(schema, until: stop), limits: Self.smallRequests))
    }
    // One step for all services: what is encrypted is read before they decode it.
    services = services.map { Self.encrypted($0, encryption) }
    self.encryption = encryption
    self.settings = settings
    self.inferenceObserver = inferenceObserver
    self.captureObserver = captureObserver
    self.state = state
    self.accounts = accounts
    self.admission = admission
    self.health = health
    self.realName = realName
    self.log = log
    router = Router(
      services: services, openServices: open, admission: admission, metrics: CallMetrics(),
      log: log, newID: CallIDs().next)
  }

  /// The services that look at recordings and pictures.
  private static func mediaServices(
    _ settings: ServerSettings, _ warming: WarmingServer
  ) -> [any Service] {
    let services: [any Service] = [
      // Admission lets no call through before the models are loaded; asking here is the second line.
      MediaService(
        BasicRoutes(limits: captureLimits(settings)) { [warming] () throws(ServiceError) in
          try warming.loaded().basic
        }),
      MediaService(
        DocumentsRoutes(limits: pictureLimits(1, settings)) {
          [warming] () throws(ServiceError) in
          try warming.loaded().documents
        }),
      MediaService(
        EnhancedRoutes(limits: captureLimits(settings)) {
          [warming] () throws(ServiceError) in
          try warming.loaded().enhanced
        }),
      MediaService(
        IntentRoutes(limits: intentLimits(settings)) {
          [warming] () throws(ServiceError) in
          try warming.loaded().intent
        }),
      MediaService(
        UploadsRoutes(limits: uploadLimits) { [warming] () throws(ServiceError) in
          try warming.loaded().uploads
        }),
    ]
    return services.map { OwnedService($0) }
  }

  /// Loads and warms the models; blocks for about a second. Once.
  /// - Throws: `InferenceStartupError`, one line for the operator.
  package func load() throws {
    let engine = try InferenceEngine(
      manifest: try ModelManifest.bundled(),
      folder: ModelFolder(
        models: settings.modelsDirectory, additions: settings.modelAdditions,
        runtimeLibrary: settings.runtimeLibrary),
      uses: FaceAnalyzer.modelUses + DocumentReader.modelUses + ClipReader.modelUses
        + PresentationMeter.modelUses + SpeechReader.modelUses,
      options: InferenceOptions(
        lanes: settings.lanes, queueDepthMax: settings.queueDepth,
        longQueueDepthMax: settings.clipQueueDepth),
      observer: inferenceObserver)
    let analyzer = try FaceAnalyzer(
      engine: engine, imageBytesMax: settings.imageBytesMax, imageSideMax: settings.imageSideMax)
    let scenes = Scenes(default: Self.scene(settings))
    let documents = try Self.documents(engine, settings)
    let liveness = try LivenessParts(
      settings, engine: engine, analyzer: analyzer, elements: realName.desk,
      observer: captureObserver)
    var models = analyzer.models
    for model in documents.models + liveness.captures.models where !models.contains(model) {
      models.append(model)
    }
    let facts = ServerFacts(
      version: ServerApp.version,
      models: models.map { ModelVersion($0) } + liveness.speechModels.map(Self.version),
      capabilities: Self.capabilities(engine, documents, liveness) + realName.capabilities,
      policies: [
        FaceComparePolicy.version, IDCardPhotoPolicy.version, DocumentPolicy.version,
        LivenessPolicy.version, CaptureComparePolicy.version, DeviceRiskPolicy.version,
        FakeFacePolicy.version, IntentPolicy.version, RealNamePolicy.version,
      ])
    let policy = FaceComparePolicy(quality: .standard)
    warming.set(
      WarmingServer.Loaded(
        engine: engine, facts: facts,
        basic: BasicHandlers(
          analyzer: analyzer, documents: documents, captures: liveness.captures, policy: policy,
          scenes: scenes),
        documents: DocumentsHandlers(pipeline: documents, scenes: scenes),
        documentPipeline: documents,
        enhanced: EnhancedHandlers(
          captures: liveness.captures, devices: liveness.devices, policy: policy, scenes: scenes),
        intent: IntentHandlers(desk: liveness.intent, scenes: scenes),
        uploads: UploadsHandlers(
          store: liveness.uploads, scenes: scenes, clock: liveness.clock),
        liveness: liveness))
    let roles = Set(engine.models.map(\.role))
    var lacking: Set<String> = []
    if !FaceAnalyzer.modelUses.allSatisfy({ roles.contains($0.role) }) {
      lacking.insert(BasicMethods.service)
    }
    if !documents.missing.isEmpty { lacking.insert(DocumentsMethods.service) }
    if !liveness.missing.isEmpty {
      lacking.formUnion([EnhancedMethods.service, IntentMethods.service])
    }
    if realName.desk.profiles.isEmpty, !realName.desk.hasSandbox {
      lacking.insert(RealNameMethods.service)
    }
    health.setLacking(lacking)
  }

  private static func capabilities(
    _ engine: InferenceEngine, _ documents: DocumentPipeline, _ liveness: LivenessParts
  ) -> [Capability] {
    [
      capability("face-comparison"), capability("face-detection"),
      capability("document-reading", lacking: documents.missing),
      capability("liveness", lacking: liveness.missing),
      capability(
        LivenessCapability.passiveLiveness.rawValue, lacking: livenessMissing(engine)),
      unavailable(
        LivenessCapability.syntheticFaces.rawValue, "not part of this version"),
      capability(
        LivenessCapability.digitRecognition.rawValue, lacking: liveness.speechMissing),
      capability(
        LivenessCapability.speechRecognition.rawValue, lacking: liveness.speechMissing),
      capability(
        LivenessCapability.speakerComparison.rawValue, lacking: liveness.speechMissing),
    ]
  }

  /// Roles of models without which documents are not read; empty if all are there or nothing is loaded yet.
  package var modelsMissing: [String] { warming.current?.documents.missing ?? [] }

  /// Roles of models without which captures are not read; the same.
  package var captureModelsMissing: [String] { warming.current?.liveness.missing ?? [] }

  /// What is missing without which nothing that is said is heard; the same.
  package var speechMissing: [String] { warming.current?.liveness.speechMissing ?? [] }

  /// Roles of models without which nobody is alive for a picture alone; empty if all are there or nothing is
  /// loaded yet.
  package var livenessModelsMissing: [String] { engine.map(Self.livenessMissing) ?? [] }

  /// What the operator should know once models are loaded.
  package func startNotices(_ fileLimit: FileLimit?) -> StartNotices {
    StartNotices(
      settings, livenessModelsMissing: livenessModelsMissing,
      sources: realName.desk.profiles.map(\.name),
      hasEncryptionKey: !encryption.keys.current.active.isEmpty, fileLimit: fileLimit)
  }

  /// Deletes uploads that are too old and tells of refused calls and of films that had to be forgotten, now and then,
  /// until cancelled.
  package func keepHouse() async {
    var forgotten: UInt64 = 0
    while (try? await Task.sleep(for: .seconds(20))) != nil {
      guard let liveness = warming.current?.liveness else { continue }
      liveness.uploads.dropExpired(now: .now)
      router.tellRefusals()
      let early = liveness.films.load.forgottenEarly
      if early > forgotten {
        log.warning(
          "films were forgotten before liveness.replayHours: raise liveness.replayBytesMax",
          [.count: .count(Int(clamping: early - forgotten))])
        forgotten = early
      }
    }
  }

  private static func livenessMissing(_ engine: InferenceEngine) -> [String] {
    PresentationMeter.missingModels(of: engine).map(\.rawValue)
  }

  /// Without all of its models the pipeline refuses, and everything else works.
  private static func documents(
    _ engine: InferenceEngine, _ settings: ServerSettings
  ) throws -> DocumentPipeline {
    let missing = DocumentReader.missingModels(of: engine).map(\.rawValue)
    guard missing.isEmpty else {
      return DocumentPipeline(missing: missing, today: DocumentDay.today)
    }
    return DocumentPipeline(
      reader: try DocumentReader(
        engine: engine, imageBytesMax: settings.imageBytesMax, imageSideMax: settings.imageSideMax),
      today: DocumentDay.today)
  }

  private static func scene(_ settings: ServerSettings) -> Scene {
    Scene(
      threshold: settings.compareThreshold, thresholdFloor: settings.compareThresholdFloor,
      qualityLevel: settings.compareQualityLevel,
      portraitQualityLevel: settings.cardQualityLevel,
      cardWarnings: CardWarningTerms(
        stopOn: Set(settings.cardStopOn), reviewOn: Set(settings.cardReviewOn)),
      liveness: LivenessTerms(
        limits: settings.livenessLimits, advisory: Set(settings.livenessAdvisory),
        allowsUnverifiedDevice: settings.unknownDevice == .allow),
      unknownDevice: settings.unknownDevice == .refuse ? .refused : .asMid,
      intent: IntentTerms(
        limits: settings.intentLimits, advisory: Set(settings.intentAdvisory)),
      faceDemand: settings.intentFace, contrasts: settings.intentContrasts)
  }

  /// The process-wide inference core, once loaded.
  package var engine: InferenceEngine? { warming.current?.engine }

  /// Begins to admit calls. Until then, and after `stopServing`, calls are answered UNAVAILABLE.
  /// - Precondition: `load` has returned.
  package func startServing() {
    state.start()
    health.setServing(true)
  }

  /// Says that the server is about to stop, while calls are still admitted: health becomes NOT_SERVING. Returns when those
  /// who watch it have been told, or after a second.
  package func announceStop() async {
    health.setServing(false)
    await health.allTold(within: .seconds(1))
  }

  /// Ends the watches of health and the streams of reflection, which would keep a drain until its grace is over, once
  /// no other call is in progress.
  /// - Parameter notice: how long new calls may still come.
  package func endWatchesWhenIdle(after notice: Duration) async {
    try? await Task.sleep(for: notice)
    while admission.callsInFlight > 0, (try? await Task.sleep(for: .milliseconds(50))) != nil {}
    health.endWatches()
    stop.give()
  }

  /// Binds the known accounts to the keys of `settings` from the next call on. Nothing else of them is taken over.
  package func bindAccounts(as settings: ServerSettings) {
    for id in Set(self.settings.accounts + self.settings.operators) {
      accounts.account(id)?.bind(to: settings.accountKeys[id] ?? [])
    }
  }

  /// Takes the keys for encrypting fields from `settings`, for messages that come from now on.
  /// - Throws: `SettingsError` for a key that cannot be used; then nothing changes.
  package func replaceEncryptionKeys(as settings: ServerSettings) throws {
    encryption.keys.replace(by: try EncryptionParts.ring(settings))
  }

  private static func encrypted(
    _ service: any Service, _ desk: EncryptionDesk
  ) -> any Service {
    guard let types = Catalog.services.first(where: { $0.name == service.serviceName }) else {
      return service
    }
    return EncryptedService(service, types, desk: desk)
  }

  /// Admits no new calls; those in progress go on.
  package func stopServing() {
    state.stop()
    health.setServing(false)
  }

  private static func operations(
    _ settings: ServerSettings, _ metrics: MetricsRegistry?, _ admission: Admission,
    _ state: ServingState, _ warming: WarmingServer
  ) -> OperationsHandlers {
    OperationsHandlers(
      operators: Set(settings.operators),
      facts: {
        warming.current?.facts
          ?? ServerFacts(version: ServerApp.version, models: [], capabilities: [], policies: [])
      },
      readings: {
        ServerReadings(
          serving: state.isServing, uptime: state.uptime,
          callsInFlight: admission.callsInFlight, residentBytes: ProcessMemory.residentBytes)
      },
      metricsText: {
        (metrics?.prometheusText ?? "")
          + "# TYPE idv_calls_in_flight gauge\nidv_calls_in_flight \(admission.callsInFlight)\n"
          + (warming.current.map { mediaMetrics($0.liveness) } ?? "")
      })
  }

  /// What uploads, streamed captures and challenges hold, as metrics.
  private static func mediaMetrics(_ liveness: LivenessParts) -> String {
    let uploads = liveness.uploads
    let load = uploads.memory.load
    let challenges = liveness.challengeMemory.load
    let films = liveness.films.load
    return """
      # TYPE idv_media_bytes gauge
      idv_media_bytes \(load.bytes)
      # TYPE idv_media_bytes_max gauge
      idv_media_bytes_max \(uploads.memory.bytesMax)
      # TYPE idv_media_refused_total counter
      idv_media_refused_total \(load.refused)
      # TYPE idv_uploads gauge
      idv_uploads \(uploads.load.files)
      # TYPE idv_challenges gauge
      idv_challenges \(challenges.challenges)
      # TYPE idv_challenge_text_bytes gauge
      idv_challenge_text_bytes \(challenges.scriptBytes)
      # TYPE idv_replay_films gauge
      idv_replay_films \(films.clips)
      # TYPE idv_replay_forgotten_early_total counter
      idv_replay_forgotten_early_total \(films.forgottenEarly)

      """
  }

  /// Health and reflection ask by names.
  private static let smallRequests = DecodingLimits(messageBytesMax: 4096, memoryBytesMax: 1 << 20)

  /// Requests that carry `count` pictures and little else.
  private static func pictureLimits(_ count: Int, _ settings: ServerSettings) -> DecodingLimits {
    var limits = DecodingLimits.standard
    limits.messageBytesMax = max(
      limits.messageBytesMax, count * settings.imageBytesMax + (64 << 10))
    return limits
  }

  /// Requests that carry a video and a picture.
  private static func captureLimits(_ settings: ServerSettings) -> DecodingLimits {
    var limits = pictureLimits(2, settings)
    limits.messageBytesMax = max(
      limits.messageBytesMax, CaptureLimits.inlineBytesMax + settings.imageBytesMax + (64 << 10))
    return limits
  }

  /// A piece of a recording and, in the first, a picture.
  private static func intentLimits(_ settings: ServerSettings) -> DecodingLimits {
    var limits = pictureLimits(1, settings)
    limits.messageBytesMax = max(
      limits.messageBytesMax,
      settings.imageBytesMax + 2 * IntentLimits.partBytesMax + (64 << 10))
    return limits
  }

  /// Parts of a file.
  private static let uploadLimits: DecodingLimits = {
    var limits = DecodingLimits.standard
    limits.messageBytesMax = UploadLimits().partBytesMax + (64 << 10)
    return limits
  }()

  private static func version(_ model: VoiceModel) -> ModelVersion {
    ModelVersion(
      role: model.role, name: model.name, sha256: model.sha256, preprocessing: model.preprocessing)
  }

  private static func unavailable(_ name: String, _ reason: String) -> Capability {
    var capability = Capability()
    capability.name = name
    capability.reason = reason
    return capability
  }

  private static func capability(_ name: String, lacking models: [String] = []) -> Capability {
    var capability = Capability()
    capability.name = name
    capability.available = models.isEmpty
    if !models.isEmpty {
      let added = models.allSatisfy { ModelRole(rawValue: $0)?.isOperatorSupplied ?? false }
      capability.reason =
        "not installed: \(models.joined(separator: ", ")); "
        + (added ? "add the files (models.additions)" : "run `make setup`")
    }
    return capability
  }
}
