// The service idv.v1.Basic: what it needs, and how its answers are put together.

package import Decisions
internal import Messages
internal import Observability
internal import RPC
package import Vision
internal import Vocabulary

/// Handles `idv.v1.Basic`. Stateless; safe from any thread.
package struct BasicHandlers: Sendable {
  let analyzer: FaceAnalyzer
  let policy: FaceComparePolicy
  let scenes: Scenes

  /// - Parameters:
  ///   - analyzer: the shared inference core.
  ///   - policy: decides on what the analyzer measured.
  package init(analyzer: FaceAnalyzer, policy: FaceComparePolicy, scenes: Scenes) {
    self.analyzer = analyzer
    self.policy = policy
    self.scenes = scenes
  }

  /// The header of an answer.
  func header(
    _ call: CallContext, _ request: CheckedHeader, _ resultClass: ResultClass,
    advice: Vocabulary.NextAction, policy: String
  ) -> ResponseHeader {
    var header = ResponseHeader()
    header.requestId = call.id.description
    header.clientRequestId = request.clientRequestID
    header.resultClass = resultClass
    header.advice = Messages.NextAction(rawValue: advice.rawValue)
    header.serverTimeMs = UInt32(
      clamping: call.received.duration(to: Moment(.now)).microseconds / 1000)
    header.models = analyzer.models.map(ModelVersion.init)
    header.policy = policy
    return header
  }
}
