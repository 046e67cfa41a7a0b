// The service idv.v1.Documents: what it needs, and how its answers are headed.

internal import Decisions
internal import Messages
internal import Observability
internal import RPC
internal import Vision
internal import Vocabulary

/// Handles `idv.v1.Documents`. Stateless; safe from any thread.
package struct DocumentsHandlers: Sendable {
  let pipeline: DocumentPipeline
  let scenes: Scenes

  package init(pipeline: DocumentPipeline, scenes: Scenes) {
    self.pipeline = pipeline
    self.scenes = scenes
  }

  /// Roles of models that are not installed; without any of them every call is refused.
  package var missing: [String] { pipeline.missing }

  /// The header of an answer that says something.
  func header(
    _ call: CallContext, _ request: CheckedHeader, _ resultClass: ResultClass = .information,
    advice: Vocabulary.NextAction = .none
  ) -> ResponseHeader {
    ResponseHeader(
      call, request, resultClass, advice: advice, policy: DocumentPolicy.version,
      models: pipeline.models)
  }
}

extension ResponseHeader {
  /// The header of an answer to `call`, which ends now.
  init(
    _ call: CallContext, _ request: CheckedHeader, _ resultClass: ResultClass,
    advice: Vocabulary.NextAction, policy: String, models: [VisionModel]
  ) {
    self.init()
    requestId = call.id.description
    clientRequestId = request.clientRequestID
    self.resultClass = resultClass
    self.advice = Messages.NextAction(rawValue: advice.rawValue)
    serverTimeMs = UInt32(
      clamping: call.received.duration(to: Moment(.now)).microseconds / 1000)
    self.models = models.map(ModelVersion.init)
    self.policy = policy
  }
}
