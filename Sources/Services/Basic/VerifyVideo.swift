// Basic.VerifyVideo: request → challenge → capture → judges → verdict on liveness → comparison → response.

internal import Decisions
package import Messages
package import RPC
internal import RealName
internal import Vision
package import Vocabulary

extension BasicHandlers {
  /// Says whether a capture shows a live person and, if so, whether it is the one of the record.
  package func verifyVideo(
    _ request: VerifyVideoRequest, in call: CallContext
  ) async throws(ServiceError) -> VerifyVideoResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let photo = try PhotoQuestion(
      request.photo, name: request.name, number: request.idNumber, .videoVerify,
      level: request.qualityControl, threshold: request.threshold, request.faceSelection,
      header.scene, captures, call)
    let asked = try CaptureQuestion(
      request.capture, mode: request.mode, challengeID: request.challengeId,
      session: request.sessionId, bestFrames: request.bestFrames, captures.access(call))

    // 2. From here on the challenge is answered, whatever the answer is worth.
    let challenge = try await captures.redeem(
      asked.challengeID, mode: asked.mode, session: asked.session, call)

    // 3. Every judge says what it sees.
    let judged = try await captures.pipeline.judge(
      asked.capture, answering: challenge, bestFrames: asked.bestFrames, before: call.deadline)

    // 4. Pure and versioned; faces are compared only once liveness has passed.
    let decided = try await captures.decide(
      judged, terms: captures.pipeline.terms(header.scene), photo: photo, call)

    captures.log(decided, call)
    var response = VerifyVideoResponse()
    response.header = ResponseHeader(
      call, header, decided.resultClass, advice: decided.decision.advice,
      policy: CaptureComparePolicy.version, models: captures.models)
    response.verdict = Messages.Verdict(rawValue: decided.decision.verdict.rawValue)
    response.reasons = decided.decision.reasons.map(Reason.init)
    response.liveness = decided.result
    response.score = decided.score(analyzer.calibration)
    response.captureFace = decided.captureFace.map { Face($0, quality: policy.quality) }
    response.photoFace = decided.photoFace.map { Face($0, quality: policy.quality) }
    response.portraitSource = decided.portraitSource?.name ?? ""
    response.sandbox = decided.portraitSource?.isSandbox ?? false
    response.portraitTemplate = decided.isTemplateCompared
    response.limits = decided.portraitLimits.map(ElementLimit.init)
    response.bestFrames = decided.frames(asked.bestFrames)
    return response
  }
}

extension PhotoQuestion {
  /// - Parameter level: quality level, nil for the scene's.
  init(
    _ photo: Media?, level: UInt32?, threshold: Double?, _ selection: Messages.FaceSelection,
    _ scene: Scene
  ) throws(ServiceError) {
    let faces = try checkedFaceTerms(level: level, threshold: threshold, selection, scene)
    record = .given(try checkedImage(photo, field: "photo"))
    terms = faces.terms
    choice = faces.choice
  }
}
