// The composition root: which parts the server is made of and how they know each other.

internal import Decisions
package import Inference
internal import Messages
package import Observability
package import RPC
internal import Services
internal import Stubs
internal import Vision
internal import Vocabulary

/// The whole server without a socket: models loaded and warmed, services routed. Tests and tools call it
/// through `InProcessTransport`; `ServerApp` puts a listener before it.
package final class ServerCore: Sendable {
  /// Answers calls.
  package let router: Router
  /// The process-wide inference core.
  package let engine: InferenceEngine
  private let state: ServingState

  /// Loads and warms everything; blocks for about a second.
  /// - Throws: `InferenceStartupError` or `SettingsError`, one line for the operator.
  package init(
    _ settings: ServerSettings, metrics: MetricsRegistry?, log: Log,
    inferenceObserver: any InferenceObserver = SilentInferenceObserver()
  ) throws {
    let engine = try InferenceEngine(
      manifest: try ModelManifest.bundled(),
      folder: ModelFolder(
        models: settings.modelsDirectory, runtimeLibrary: settings.runtimeLibrary),
      uses: FaceAnalyzer.modelUses,
      options: InferenceOptions(lanes: settings.lanes, queueDepthMax: settings.queueDepth),
      observer: inferenceObserver)
    let analyzer = try FaceAnalyzer(
      engine: engine, imageBytesMax: settings.imageBytesMax, imageSideMax: settings.imageSideMax)
    let state = ServingState()
    let admission = Admission(
      accounts: FixedAccounts(
        Set(settings.accounts + settings.operators).map {
          Account(id: $0, concurrentCallsMax: settings.concurrentCallsMax)
        }), isServing: { state.isServing })
    self.engine = engine
    self.state = state
    router = Router(
      services: Self.services(settings, analyzer, metrics, admission, state),
      admission: admission, metrics: CallMetrics(), log: log, newID: CallIDs().next)
  }

  /// Begins to admit calls. Until then, and after `stopServing`, calls are answered UNAVAILABLE.
  package func startServing() { state.start() }

  /// Admits no new calls; those in progress go on.
  package func stopServing() { state.stop() }

  private static func services(
    _ settings: ServerSettings, _ analyzer: FaceAnalyzer, _ metrics: MetricsRegistry?,
    _ admission: Admission, _ state: ServingState
  ) -> [any Service] {
    let scene = Scene(
      threshold: settings.compareThreshold, thresholdFloor: settings.compareThresholdFloor,
      qualityLevel: settings.compareQualityLevel)
    let basic = BasicHandlers(
      analyzer: analyzer, policy: FaceComparePolicy(quality: .standard),
      scenes: Scenes(default: scene))
    let operations = OperationsHandlers(
      operators: Set(settings.operators),
      facts: ServerFacts(
        version: ServerApp.version, models: analyzer.models.map(ModelVersion.init),
        capabilities: [
          capability("face-comparison"), capability("face-detection"),
        ], policies: [FaceComparePolicy.version]),
      readings: {
        ServerReadings(
          serving: state.isServing, uptime: state.uptime,
          callsInFlight: admission.callsInFlight, residentBytes: ProcessMemory.residentBytes)
      },
      metricsText: {
        (metrics?.prometheusText ?? "")
          + "# TYPE idv_calls_in_flight gauge\nidv_calls_in_flight \(admission.callsInFlight)\n"
      })
    return [
      MediaService(BasicRoutes(basic, limits: comparisonLimits(settings))),
      OperationsRoutes(operations),
    ]
  }

  /// A comparison carries two pictures and little else.
  private static func comparisonLimits(_ settings: ServerSettings) -> DecodingLimits {
    var limits = DecodingLimits.standard
    limits.messageBytesMax = max(limits.messageBytesMax, 2 * settings.imageBytesMax + (64 << 10))
    return limits
  }

  private static func capability(_ name: String) -> Capability {
    var capability = Capability()
    capability.name = name
    capability.available = true
    return capability
  }
}
