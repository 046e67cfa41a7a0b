// What there is before the models are loaded, and what stands in for it.

internal import Inference
internal import RPC
internal import Services
internal import Synchronization
internal import Vocabulary

/// The parts of the server that need models. Set once; safe from any thread.
final class WarmingServer: Sendable {
  /// Everything that loading makes.
  struct Loaded: Sendable {
    let engine: InferenceEngine
    let facts: ServerFacts
    let basic: BasicHandlers
    let documents: DocumentsHandlers
    let documentPipeline: DocumentPipeline
    let enhanced: EnhancedHandlers
    let intent: IntentHandlers
    let uploads: UploadsHandlers
    let liveness: LivenessParts
  }

  private let state = Mutex<Loaded?>(nil)

  /// What was loaded; nil while models warm.
  var current: Loaded? { state.withLock { $0 } }

  /// Loading has finished.
  func set(_ loaded: Loaded) { state.withLock { $0 = loaded } }

  /// What was loaded.
  /// - Throws: `unavailable` while models warm.
  func loaded() throws(ServiceError) -> Loaded {
    guard let loaded = current else {
      throw ServiceError(
        .unavailable, "The server's models are not loaded yet; wait and call again.",
        Vocabulary.ErrorDetail(
          .notServing, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000))
    }
    return loaded
  }
}
