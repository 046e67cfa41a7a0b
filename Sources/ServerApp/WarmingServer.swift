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
    let documents: DocumentsHandlers
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

  func verifyIdCardPhoto(
    _ request: VerifyIdCardPhotoRequest, in call: CallContext
  ) async throws(ServiceError) -> VerifyIdCardPhotoResponse {
    try await handlers().verifyIdCardPhoto(request, in: call)
  }

  private func handlers() throws(ServiceError) -> BasicHandlers { try server.loaded().basic }
}

/// Handles `idv.v1.Documents` once its models are loaded.
struct WarmingDocuments: DocumentsService {
  private let server: WarmingServer

  init(_ server: WarmingServer) { self.server = server }

  func recognizeIdCard(
    _ request: RecognizeIdCardRequest, in call: CallContext
  ) async throws(ServiceError) -> RecognizeIdCardResponse {
    try await handlers().recognizeIdCard(request, in: call)
  }

  func recognizeBankCard(
    _ request: RecognizeBankCardRequest, in call: CallContext
  ) async throws(ServiceError) -> RecognizeBankCardResponse {
    try await handlers().recognizeBankCard(request, in: call)
  }

  func recognizePassport(
    _ request: RecognizePassportRequest, in call: CallContext
  ) async throws(ServiceError) -> RecognizePassportResponse {
    try await handlers().recognizePassport(request, in: call)
  }

  func recognizePermit(
    _ request: RecognizePermitRequest, in call: CallContext
  ) async throws(ServiceError) -> RecognizePermitResponse {
    try await handlers().recognizePermit(request, in: call)
  }

  func classifyDocument(
    _ request: ClassifyDocumentRequest, in call: CallContext
  ) async throws(ServiceError) -> ClassifyDocumentResponse {
    try await handlers().classifyDocument(request, in: call)
  }

  private func handlers() throws(ServiceError) -> DocumentsHandlers {
    try server.loaded().documents
  }
}
