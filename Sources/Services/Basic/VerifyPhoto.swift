// Basic.VerifyPhoto: request → signs of a picture of a face → verdict on liveness → comparison → response.

internal import Decisions
package import Messages
package import RPC
internal import RealName
internal import Vision
package import Vocabulary

extension BasicHandlers {
  /// Says whether a photo taken of a person shows a live one and, if so, whether it is the one of the record.
  package func verifyPhoto(
    _ request: VerifyPhotoRequest, in call: CallContext
  ) async throws(ServiceError) -> VerifyPhotoResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let image = try checkedImage(request.image, field: "image")
    let photo = try PhotoQuestion(
      request.photo, name: request.name, number: request.idNumber, .photoVerify,
      level: request.qualityControl, threshold: request.threshold, request.faceSelection,
      header.scene, captures, call)

    // 2. What the picture looks like.
    let still = try await captures.pipeline.reader.readStill(
      image, field: "image", before: call.deadline)

    // 3. Pure and versioned; faces are compared only once liveness has passed.
    let judged = JudgedCapture(
      still: still.signals, faces: still.faces, of: image,
      capabilities: captures.pipeline.reader.capabilities)
    let decided = try await captures.decide(
      judged, terms: captures.pipeline.terms(header.scene), photo: photo,
      picture: image, call)

    captures.log(decided, call)
    var response = VerifyPhotoResponse()
    response.header = ResponseHeader(
      call, header, decided.resultClass, advice: decided.decision.advice,
      policy: CaptureComparePolicy.version, models: captures.models)
    response.verdict = Messages.Verdict(rawValue: decided.decision.verdict.rawValue)
    response.reasons = decided.decision.reasons.map(Reason.init)
    response.liveness = decided.result
    response.score = decided.score(analyzer.calibration)
    response.imageFace = decided.captureFace.map { Face($0, quality: policy.quality) }
    response.photoFace = decided.photoFace.map { Face($0, quality: policy.quality) }
    response.portraitSource = decided.portraitSource?.name ?? ""
    response.sandbox = decided.portraitSource?.isSandbox ?? false
    response.portraitTemplate = decided.isTemplateCompared
    response.limits = decided.portraitLimits.map(ElementLimit.init)
    return response
  }
}
