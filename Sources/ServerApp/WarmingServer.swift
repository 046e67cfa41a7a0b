// What there is before the models are loaded, and what stands in for it.

internal import Inference
internal import Messages
internal import RPC
internal import Services
internal import Stubs
internal import Synchronization
internal import Vocabulary

/// The parts of the server that need models. Set once; safe from any thread.
final class WarmingServer: Sendable {
  /// Everything that loading makes.
  struct Loaded: Sendable {
    let engine: InferenceEngine
    let facts: ServerFacts
    let basic: BasicHandlers
  }

  private let state = Mutex<Loaded?>(nil)

  /// What was loaded; nil while models warm.
  var current: Loaded? { state.withLock { $0 } }

  /// Loading has finished.
  func loaded(_ loaded: Loaded) { state.withLock { $0 = loaded } }
}

/// Handles `idv.v1.Basic` once its models are loaded. Admission lets no call through before; this is the second line.
struct WarmingBasic: BasicService {
  private let server: WarmingServer

  init(_ server: WarmingServer) { self.server = server }

  func compareFaces(
    _ request: CompareFacesRequest, in call: CallContext
  ) async throws(ServiceError) -> CompareFacesResponse {
    try await handlers().compareFaces(request, in: call)
  }

  func detectFaces(
    _ request: DetectFacesRequest, in call: CallContext
  ) async throws(ServiceError) -> DetectFacesResponse {
    try await handlers().detectFaces(request, in: call)
  }

  private func handlers() throws(ServiceError) -> BasicHandlers {
    guard let loaded = server.current else {
      throw ServiceError(
        .unavailable, "The server's models are not loaded yet; wait and call again.",
        Vocabulary.ErrorDetail(
          .notServing, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000))
    }
    return loaded.basic
  }
}
