// Enhanced.DetectFakeFace: request → signs of a picture, a rendering or a replay → response. Information.

internal import Decisions
package import Messages
package import RPC
package import Vocabulary

extension EnhancedHandlers {
  /// Says how much a picture or video looks made or replayed.
  package func detectFakeFace(
    _ request: DetectFakeFaceRequest, in call: CallContext
  ) async throws(ServiceError) -> DetectFakeFaceResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    guard (request.image == nil) != (request.capture == nil) else {
      throw .outOfRange("image", "given, or else capture")
    }

    // 2. What it looks like. Nothing is remembered: who asks about a film does not submit it.
    let judged: JudgedCapture
    if let image = request.image {
      let bytes = try checkedImage(image, field: "image")
      let still = try await captures.pipeline.reader.readStill(
        bytes, field: "image", before: call.deadline)
      judged = JudgedCapture(
        still: still.signals, faces: still.faces, of: bytes,
        capabilities: captures.pipeline.reader.capabilities)
    } else {
      let capture = try CheckedCapture(request.capture, uploads: captures.access(call))
      judged = try await captures.pipeline.judge(
        capture, answering: nil, bestFrames: 0, isRemembered: false, before: call.deadline)
    }

    // 3. Pure and versioned.
    let fake = FakeFacePolicy(rules: captures.pipeline.policy.rules).decide(
      judged.evidence, terms: captures.pipeline.terms(header.scene))

    var response = DetectFakeFaceResponse()
    response.header = ResponseHeader(
      call, header, fake.level == nil ? .noResult : .information,
      advice: fake.asksAnotherCapture ? .retryCapture : .none, policy: FakeFacePolicy.version,
      models: captures.models)
    response.level =
      switch fake.level {
      case nil: .unspecified
      case .low: .low
      case .mid: .mid
      case .high: .high
      }
    response.details = fake.details.map { detail in
      FakeDetail(
        tag: Messages.AttackTag(rawValue: detail.tag.rawValue), score: rounded(detail.score))
    }
    response.unmeasured = fake.unmeasured.map(\.rawValue)
    let able = judged.evidence.capabilities
    for lacking in [LivenessCapability.passiveLiveness, .syntheticFaces]
    where !able.contains(lacking) {
      response.unmeasured.append(lacking.rawValue)
    }
    response.signals = Vocabulary.LivenessSignal.allCases.compactMap { signal in
      judged.evidence.signals[signal].map { SignalValue(name: signal.rawValue, value: $0) }
    }
    return response
  }
}
