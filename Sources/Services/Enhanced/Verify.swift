// Enhanced.Verify and VerifyStream: request → challenge → device → capture → judges → verdict on liveness → comparison →
// response.

internal import Decisions
internal import Liveness
package import Messages
package import RPC
internal import RealName
package import Stubs
internal import Vision
package import Vocabulary

extension EnhancedHandlers {
  /// Says whether the live person of a capture did what was asked, before a real camera, and is that of the photo.
  package func verify(
    _ request: VerifyRequest, in call: CallContext
  ) async throws(ServiceError) -> VerifyResponse {
    let capture = try CheckedCapture(request.capture, uploads: captures.access(call))
    return try await verify(request, capture, call)
  }

  /// The same for captures in pieces.
  package func verifyStream(
    _ requests: RequestStream<VerifyPart>, in call: CallContext
  ) async throws(ServiceError) -> VerifyResponse {
    var parts = CaptureParts(
      bytesMax: captures.uploads.limits.fileBytesMax, share: try captures.share(call))
    while let part = try await requests.next() { try parts.add(part) }
    let (request, capture, digest) = try parts.whole()
    let checked = try CheckedCapture(
      capture, uploads: captures.access(call), bytesMax: captures.uploads.limits.fileBytesMax,
      digest: digest)
    return try await verify(request, checked, call)
  }

  private func verify(
    _ request: VerifyRequest, _ capture: CheckedCapture, _ call: CallContext
  ) async throws(ServiceError) -> VerifyResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let bestFrames = try checkedBestFrames(request.bestFrames)
    let session = try checkedSession(request.sessionId)
    guard !request.challengeId.isEmpty else { throw .missing("challenge_id") }
    let isCompared = request.photo != nil || !request.name.isEmpty || !request.idNumber.isEmpty
    let photo =
      isCompared
      ? try PhotoQuestion(
        request.photo, name: request.name, number: request.idNumber, .videoVerify,
        level: request.qualityControl, threshold: request.threshold, request.faceSelection,
        header.scene, captures, call) : nil

    // 2. From here on the challenge is answered, whatever the answer is worth.
    let challenge = try await captures.challenges.redeem(
      request.challengeId, modes: Set(Vocabulary.LivenessMode.allCases),
      account: call.account.id, session: session)

    // 3. What the device shows, and what that demands.
    let device = try await device(
      request.deviceEvidence, challenge, capture, header.scene, call)

    // 4. Every judge says what it sees.
    var judged = try await captures.pipeline.judge(
      capture, answering: challenge, deviceMicroseconds: device.frameMicroseconds,
      bestFrames: bestFrames, before: call.deadline)
    judged.evidence.signals.merge(device.reading.signals) { _, later in later }
    if device.reading.trust != nil {
      // A believed device that tells no times leaves open whether its sensor took the frames.
      judged.evidence.signals[.timingDeviceCompared] =
        judged.evidence.signals[.timingDeviceMatchedShare] == nil ? 0 : 1
    }
    judged.evidence.enhanced = EnhancedEvidence(
      device: device.reading.risk, demandedMode: device.demanded)

    // 5. Pure and versioned; faces are compared only once liveness has passed.
    var terms = captures.pipeline.terms(header.scene)
    terms.allowsUnverifiedDevice = header.scene.liveness.allowsUnverifiedDevice
    let decided = try await captures.decide(
      judged, terms: terms, photo: photo, call)

    captures.log(decided, call)
    var response = VerifyResponse()
    response.header = ResponseHeader(
      call, header, decided.resultClass, advice: decided.decision.advice,
      policy: photo == nil ? LivenessPolicy.version : CaptureComparePolicy.version,
      models: captures.models)
    response.verdict = Messages.Verdict(rawValue: decided.decision.verdict.rawValue)
    response.reasons = decided.decision.reasons.map(Reason.init)
    response.liveness = decided.result
    response.score = decided.score(captures.analyzer.calibration)
    response.captureFace = decided.captureFace.map { Face($0, quality: policy.quality) }
    response.photoFace = decided.photoFace.map { Face($0, quality: policy.quality) }
    response.portraitSource = decided.portraitSource?.name ?? ""
    response.sandbox = decided.portraitSource?.isSandbox ?? false
    response.portraitTemplate = decided.isTemplateCompared
    response.limits = decided.portraitLimits.map(ElementLimit.init)
    response.device = Messages.DeviceRisk(device.reading)
    response.bestFrames = decided.frames(bestFrames)
    return response
  }

  /// The evidence that came with the capture. What was demanded when the challenge was made is not taken back; a
  /// challenge of another service demands what this device does now.
  private func device(
    _ evidence: SignedDeviceEvidence?, _ challenge: LivenessChallenge, _ capture: CheckedCapture,
    _ scene: Scene, _ call: CallContext
  ) async throws(ServiceError) -> DeviceFinding {
    let before = devices.book.device(
      of: challenge.id, account: call.account.id, now: captures.clock.moment())
    var digest: [UInt8] = []
    // Evidence names what it goes with; without any there is nothing to hold the capture against.
    if evidence != nil { digest = try await captures.pipeline.threads.run { capture.digest } }
    let (reading, times) = devices.read(
      evidence, for: challenge, mediaSHA256: digest, before: before)
    let now = devices.demand(
      reading.risk, scene: scene, isAccessible: challenge.mode.isAccessible
    ).mode
    let demanded = now.map { mode in
      before.map { $0.demanded.isAtLeast(mode) ? $0.demanded : mode } ?? mode
    }
    return DeviceFinding(reading: reading, frameMicroseconds: times, demanded: demanded)
  }
}

/// What came of the evidence with a capture.
private struct DeviceFinding {
  let reading: DeviceEvidenceReading
  let frameMicroseconds: [Int64]
  /// Nil refuses the device.
  let demanded: Vocabulary.LivenessMode?
}

/// A capture that comes in pieces, put together within a bound and the account's share of memory. One task.
struct CaptureParts {
  let bytesMax: Int
  private let share: MediaShare
  private var request: VerifyRequest?
  private let video: MediaBuffer
  private var frames: [CapturedFrame] = []
  private var bytes = 0
  /// Of what came: runs along, so that nobody has to hash all of it at once.
  private let digest = MediaDigest()

  /// Most bytes of one piece.
  static let partBytesMax = 1 << 20

  init(bytesMax: Int, share: MediaShare) {
    self.bytesMax = bytesMax
    self.share = share
    video = MediaBuffer(bytesMax: bytesMax, share: share)
  }

  mutating func add(_ part: VerifyPart) throws(ServiceError) {
    if let request = part.request {
      guard self.request == nil else { throw .outOfRange("request", "in the first piece only") }
      guard request.capture?.video == nil, request.capture?.frames.isEmpty ?? true else {
        throw .outOfRange("request.capture", "without media: they follow in pieces")
      }
      self.request = try request.kept(from: share)
    }
    guard request != nil else { throw .missing("request") }
    guard part.video.count <= Self.partBytesMax else {
      throw .outOfRange("video", "at most \(Self.partBytesMax) bytes a piece")
    }
    bytes += part.video.count + part.frames.reduce(0) { $0 + $1.jpeg.count }
    guard bytes <= bytesMax, frames.count + part.frames.count <= CaptureLimits.framesMax else {
      throw ServiceError(
        .resourceExhausted, "The capture has more than \(bytesMax) bytes, or too many frames.",
        ErrorDetail(
          .videoBytesExceeded, field: "video", limit: "\(bytesMax) bytes", advice: .correctInput))
    }
    // Copies: a slice would keep its whole message, which nobody counts any more.
    do throws(MediaShortage) {
      try video.append(part.video)
      for frame in part.frames { frames.append(try frame.copy(from: share)) }
    } catch { throw ServiceError(error, field: part.frames.isEmpty ? "video" : "frames") }
    digest.add(part.video)
    for frame in part.frames { digest.add(frame.jpeg) }
  }

  /// The whole, and the SHA-256 of its video or its frames. Asked once.
  func whole() throws(ServiceError) -> (VerifyRequest, Capture, [UInt8]) {
    guard let request else { throw .missing("request") }
    var capture = request.capture ?? Capture()
    if video.count > 0 { capture.video = Media(inline: video.whole()) }
    capture.frames = frames
    return (request, capture, digest.end())
  }
}
