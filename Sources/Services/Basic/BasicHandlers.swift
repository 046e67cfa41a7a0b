// The service idv.v1.Basic: what it needs, and how its answers are put together.

package import Decisions
internal import Messages
internal import Observability
internal import RPC
package import Vision
internal import Vocabulary

/// Handles `idv.v1.Basic`. Safe from any thread; what is kept between calls is in `captures`.
package struct BasicHandlers: Sendable {
  let analyzer: FaceAnalyzer
  let documents: DocumentPipeline
  let captures: CaptureDesk
  let policy: FaceComparePolicy
  let scenes: Scenes

  /// - Parameters:
  ///   - analyzer: faces, on the shared inference core.
  ///   - documents: cards, on the same.
  ///   - captures: videos, on the same, with challenges and uploads.
  ///   - policy: decides on what the analyzer measured.
  package init(
    analyzer: FaceAnalyzer, documents: DocumentPipeline, captures: CaptureDesk,
    policy: FaceComparePolicy, scenes: Scenes
  ) {
    self.analyzer = analyzer
    self.documents = documents
    self.captures = captures
    self.policy = policy
    self.scenes = scenes
  }

  /// Decides on cards and selfies.
  var cardPolicy: IDCardPhotoPolicy { IDCardPhotoPolicy(faces: policy) }

  /// The header of an answer.
  func header(
    _ call: CallContext, _ request: CheckedHeader, _ resultClass: ResultClass,
    advice: Vocabulary.NextAction, policy: String
  ) -> ResponseHeader {
    ResponseHeader(
      call, request, resultClass, advice: advice, policy: policy, models: analyzer.models)
  }
}
