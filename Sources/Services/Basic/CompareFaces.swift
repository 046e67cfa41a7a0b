// Basic.CompareFaces: request → two faces → one similarity → verdict → response.

internal import Decisions
package import Messages
internal import Observability
package import RPC
internal import Stubs
internal import Vision
package import Vocabulary

extension BasicHandlers: BasicService {
  /// Says whether two pictures show the same person.
  package func compareFaces(
    _ request: CompareFacesRequest, in call: CallContext
  ) async throws(ServiceError) -> CompareFacesResponse {
    // 1. Past this line every field is within its limits.
    let asked = try CompareQuestion(request, scenes: scenes)

    // 2. The shared core, both pictures at once. Waiting counts against the caller's deadline.
    let (a, b) = try await analyzer.analyzeBoth(
      asked.imageA, asked.imageB, options: asked.options, before: call.deadline)

    // 3. A similarity is formed only when nothing stands against it.
    var evidence = FaceCompareEvidence(
      a: FaceEvidence(a), b: FaceEvidence(b), score: nil,
      identicalImages: asked.imageA == asked.imageB)
    let obstacles = policy.obstacles(a: evidence.a, b: evidence.b, terms: asked.terms)
    if obstacles.isEmpty, let similarity = a.similarity(to: b) {
      evidence.score = analyzer.calibration.score(ofSimilarity: similarity)
    }

    // 4. Pure and versioned: the same numbers give the same verdict.
    let decision = policy.decide(evidence, terms: asked.terms)

    call.log.info(
      "face comparison decided",
      [.verdict: .code(decision.verdict), .reason: .code(decision.reasons[0].code)])
    return response(decision, evidence, a, b, asked, call)
  }

  private func response(
    _ decision: FaceCompareDecision, _ evidence: FaceCompareEvidence, _ a: FaceAnalysis,
    _ b: FaceAnalysis, _ asked: CompareQuestion, _ call: CallContext
  ) -> CompareFacesResponse {
    let decided = decision.verdict != .inconclusive
    var response = CompareFacesResponse()
    response.header = header(
      call, asked.header, decided ? .verdict : .noResult, advice: decision.advice,
      policy: FaceComparePolicy.version)
    response.verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    response.reasons = decision.reasons.map(Reason.init)
    if decided, let score = evidence.score {
      response.score = Score(score, threshold: asked.terms.threshold, analyzer.calibration)
    }
    response.aFace = a.chosen.map { Face($0, quality: policy.quality) }
    response.bFace = b.chosen.map { Face($0, quality: policy.quality) }
    return response
  }
}

/// A comparison request past its checks.
private struct CompareQuestion {
  let header: CheckedHeader
  let imageA: Bytes
  let imageB: Bytes
  let terms: FaceCompareTerms
  let options: FaceAnalysisOptions

  init(_ request: CompareFacesRequest, scenes: Scenes) throws(ServiceError) {
    header = try CheckedHeader(request.header, scenes: scenes)
    imageA = try checkedImage(request.a, field: "a")
    imageB = try checkedImage(request.b, field: "b")
    let faces = try checkedFaceTerms(
      level: request.qualityControl, threshold: request.threshold, request.faceSelection,
      header.scene)
    terms = faces.terms
    options = FaceAnalysisOptions(
      choice: faces.choice, rotateDetect: request.rotateDetect, wantTemplate: true)
  }
}
