// Basic.DetectLiveness: request → challenge → capture → judges → verdict → response.

internal import Decisions
package import Messages
package import RPC
package import Vocabulary

extension BasicHandlers {
  /// Says whether a capture shows a live person who did what was asked.
  package func detectLiveness(
    _ request: DetectLivenessRequest, in call: CallContext
  ) async throws(ServiceError) -> DetectLivenessResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let asked = try CaptureQuestion(
      request.capture, mode: request.mode, challengeID: request.challengeId,
      session: request.sessionId, bestFrames: request.bestFrames, captures.access(call))

    // 2. From here on the challenge is answered, whatever the answer is worth.
    let challenge = try await captures.redeem(
      asked.challengeID, mode: asked.mode, session: asked.session, call)

    // 3. Every judge says what it sees.
    let judged = try await captures.pipeline.judge(
      asked.capture, answering: challenge, bestFrames: asked.bestFrames, before: call.deadline)

    // 4. Pure and versioned: the same numbers give the same verdict.
    let decided = try await captures.decide(
      judged, terms: captures.pipeline.terms(header.scene), photo: nil, call)

    captures.log(decided, call)
    var response = DetectLivenessResponse()
    response.header = ResponseHeader(
      call, header, decided.resultClass, advice: decided.decision.advice,
      policy: LivenessPolicy.version, models: captures.models)
    response.liveness = decided.result
    response.verdict = Messages.Verdict(rawValue: decided.decision.verdict.rawValue)
    response.reasons = decided.decision.reasons.map(Reason.init)
    response.bestFrames = decided.frames(asked.bestFrames)
    return response
  }
}

/// A capture and what it answers, past their checks.
struct CaptureQuestion {
  let capture: CheckedCapture
  /// Nil: as the challenge has it.
  let mode: Vocabulary.LivenessMode?
  let challengeID: String
  let session: String?
  let bestFrames: Int

  init(
    _ capture: Capture?, mode: Messages.LivenessMode, challengeID: String, session: String,
    bestFrames: UInt32, _ uploads: UploadAccess
  ) throws(ServiceError) {
    self.mode = try mode.known("mode")
    self.session = try checkedSession(session)
    self.bestFrames = try checkedBestFrames(bestFrames)
    self.challengeID = challengeID
    self.capture = try CheckedCapture(capture, uploads: uploads)
  }
}
