// Basic.CompareVideo: as VerifyVideo, against a photo that stays the caller's when authorities' photos join.

package import Messages
package import RPC
package import Vocabulary

extension BasicHandlers {
  /// Says whether a capture shows a live person and, if so, whether it is the one of a photo that the caller brings.
  package func compareVideo(
    _ request: CompareVideoRequest, in call: CallContext
  ) async throws(ServiceError) -> CompareVideoResponse {
    var asked = VerifyVideoRequest()
    asked.header = request.header
    asked.capture = request.capture
    asked.mode = request.mode
    asked.challengeId = request.challengeId
    asked.sessionId = request.sessionId
    asked.bestFrames = request.bestFrames
    asked.photo = request.photo
    asked.qualityControl = request.qualityControl
    asked.faceSelection = request.faceSelection
    asked.threshold = request.threshold
    let answer = try await verifyVideo(asked, in: call)
    var response = CompareVideoResponse()
    response.header = answer.header
    response.verdict = answer.verdict
    response.reasons = answer.reasons
    response.liveness = answer.liveness
    response.score = answer.score
    response.captureFace = answer.captureFace
    response.photoFace = answer.photoFace
    response.bestFrames = answer.bestFrames
    return response
  }
}
