// What handlers of captures share: challenges and uploads, the judges, and the comparison that may follow.

package import Decisions
internal import Liveness
internal import Messages
internal import Observability
internal import RPC
internal import RealName
package import Vision
internal import Vocabulary

/// Takes captures from request to verdict. Safe from any thread.
package struct CaptureDesk: Sendable {
  let challenges: Challenges
  let uploads: UploadStore
  let pipeline: LivenessPipeline
  let analyzer: FaceAnalyzer
  let policy: CaptureComparePolicy
  let clock: ServiceClock
  /// Asks authorities for portraits; nil: there are none.
  let elements: ElementDesk?
  private let observer: any CaptureObserver

  package init(
    challenges: Challenges, uploads: UploadStore, pipeline: LivenessPipeline,
    analyzer: FaceAnalyzer, faces: FaceComparePolicy, clock: ServiceClock,
    elements: ElementDesk? = nil, observer: any CaptureObserver = SilentCaptureObserver()
  ) {
    self.challenges = challenges
    self.uploads = uploads
    self.pipeline = pipeline
    self.analyzer = analyzer
    policy = CaptureComparePolicy(faces: faces)
    self.clock = clock
    self.elements = elements
    self.observer = observer
  }

  /// The models that may have taken part.
  package var models: [VisionModel] {
    analyzer.models + pipeline.reader.models.filter { !analyzer.models.contains($0) }
  }

  func access(_ call: CallContext) -> UploadAccess {
    UploadAccess(store: uploads, account: call.account.id, now: clock.moment())
  }

  /// What a recording that comes in pieces is paid from. Some is reserved, so that who finds no room learns it before
  /// anything was used up.
  func share(_ call: CallContext) throws(ServiceError) -> MediaShare {
    do throws(MediaShortage) {
      return try uploads.memory.share(
        of: call.account.id, reserving: CaptureLimits.streamReserveBytes)
    } catch { throw ServiceError(error, field: "video") }
  }
}

/// A photo to hold against a capture, past its checks.
struct PhotoQuestion: Sendable {
  /// Where the photo is from.
  enum Record: Sendable {
    case given(Bytes)
    /// The authority's, of the person of name and number.
    case authority(ElementQuestion, LimitGroup)
  }

  let record: Record
  let terms: FaceCompareTerms
  let choice: FaceChoice
}

/// A capture with its verdict, ready to be told.
struct DecidedCapture: Sendable {
  var decided: LivenessCase
  var decision: LivenessCaseDecision
  var judged: JudgedCapture
  /// The faces compared.
  var captureFace: FaceObservation?
  var photoFace: FaceObservation?
  /// Who was asked for the portrait; nil if nobody was.
  var portraitSource: SourceProfile?
  /// Whether the other side is a template that the authority keeps.
  var isTemplateCompared = false
  /// How often the authority may still be asked; empty if nothing was counted.
  var portraitLimits: [LimitReading] = []
}

extension CaptureDesk {
  /// Decides on a judged capture and, once liveness has passed, on its person.
  /// - Parameters:
  ///   - picture: the capture where it is one picture: held against a photo of the same bytes, whoever gave that one,
  ///     it says nothing about a person.
  ///   - rules: other rules than the pipeline's.
  func decide(
    _ judged: JudgedCapture, terms: LivenessTerms, photo: PhotoQuestion?,
    picture: Bytes? = nil, rules: LivenessPolicy? = nil, _ call: CallContext
  ) async throws(ServiceError) -> DecidedCapture {
    var decided = LivenessCase(evidence: judged.evidence, terms: terms)
    let faces = policy.faces
    let rules = rules ?? pipeline.policy
    guard let photo else {
      let decision = decided.decide(rules, faces: faces)
      return DecidedCapture(decided: decided, decision: decision, judged: judged)
    }
    decided.comparison = LivenessCase.Comparison(
      score: nil, threshold: photo.terms.threshold, obstacles: [])
    let liveness = rules.decide(judged.evidence, terms: terms)
    guard liveness.verdict == .pass else {
      let decision = decided.decide(rules, faces: faces)
      return DecidedCapture(decided: decided, decision: decision, judged: judged)
    }
    // A similarity is formed only when nothing stands against it.
    let found = try await recordPhoto(photo, call)
    guard let portrait = found.photo else {
      decided.comparison?.obstacles = found.obstacles
      let decision = decided.decide(rules, faces: faces)
      return DecidedCapture(
        decided: decided, decision: decision, judged: judged, portraitSource: found.source,
        portraitLimits: found.limits)
    }
    let frame = try await bestFrame(judged, before: call.deadline)
    // Who was followed has to be who is compared: a frame may show another face, or another's.
    if let template = frame?.template {
      decided.evidence.signals[.comparedSimilarity] = judged.template?.similarity(to: template)
    }
    var evidence = CaptureCompareEvidence(
      capture: frame.map(FaceEvidence.init), photo: portrait.analysis.map(FaceEvidence.init))
    evidence.isPhotoEnrolled = portrait.analysis == nil
    evidence.followed = decided.followed
    var obstacles = policy.obstacles(in: evidence, terms: photo.terms)
    if let picture, portrait.picture == picture {
      obstacles.insert(DecisionReason(.identicalImages), at: 0)
    }
    decided.comparison?.obstacles = obstacles
    if obstacles.isEmpty, let template = portrait.template,
      let similarity = frame?.template?.similarity(to: template)
    {
      decided.comparison?.score = analyzer.calibration.score(ofSimilarity: similarity)
    }
    let decision = decided.decide(rules, faces: faces)
    return DecidedCapture(
      decided: decided, decision: decision, judged: judged, captureFace: frame?.chosen,
      photoFace: portrait.analysis?.chosen, portraitSource: found.source,
      isTemplateCompared: portrait.analysis == nil, portraitLimits: found.limits)
  }

  /// The best frame, looked at as closely as a picture of a comparison: of the face that was followed along the capture,
  /// or of the largest one where the capture is one picture.
  private func bestFrame(
    _ judged: JudgedCapture, before deadline: Deadline
  ) async throws(ServiceError) -> FaceAnalysis? {
    guard let best = judged.bestFrames.first else { return nil }
    return try await analyzer.analyze(
      best.jpeg, field: "capture",
      options: FaceAnalysisOptions(
        choice: best.box.map(FaceChoice.within) ?? .largest, wantTemplate: true), before: deadline)
  }

  /// The challenge that a capture answers; nil where nothing was asked.
  func redeem(
    _ id: String, mode: Vocabulary.LivenessMode?, session: String?, _ call: CallContext
  ) async throws(ServiceError) -> LivenessChallenge? {
    if id.isEmpty {
      guard mode == nil || mode == .silent else {
        throw ServiceError(
          .invalidArgument, "challenge_id is required for every mode but SILENT.",
          ErrorDetail(.missingField, field: "challenge_id", advice: .correctInput))
      }
      return nil
    }
    let modes = mode.map { [$0] } ?? Set(Vocabulary.LivenessMode.allCases)
    return try await challenges.redeem(
      id, modes: modes, account: call.account.id, session: session)
  }

  /// One line and one count without anything of the person.
  func log(_ decided: DecidedCapture, _ call: CallContext) {
    logLine(decided, call)
    let decision = decided.decision
    observer.decided(
      decision.verdict, mode: decided.decided.evidence.mode, tags: decision.liveness.tags)
  }

  /// The same of a recording, whose face was decided on first.
  func log(
    _ decision: IntentDecision, _ mode: Vocabulary.IntentMode, face: DecidedCapture,
    _ call: CallContext
  ) {
    logLine(face, call)
    call.log.info(
      "intent decided",
      [.verdict: .code(decision.verdict), .reason: .code(decision.reasons[0].code)])
    observer.decided(
      decision.verdict, intent: mode, code: decision.code, tags: face.decision.liveness.tags)
  }

  private func logLine(_ decided: DecidedCapture, _ call: CallContext) {
    call.log.info(
      "capture decided",
      [
        .verdict: .code(decided.decision.verdict),
        .reason: .code(decided.decision.reasons[0].code),
      ])
  }
}

// MARK: - Answers

extension DecidedCapture {
  /// The verdict with its record.
  var result: LivenessResult {
    var result = LivenessResult(decision.liveness, decided)
    result.actions = judged.actions.map(ActionResult.init)
    result.events = judged.events.map(CaptureEvent.init)
    return result
  }

  /// The frames asked for, the best first, as many as an answer has room for: a verdict is not lost because they are too
  /// large. None of a capture whose person is in doubt.
  func frames(_ count: Int) -> [Messages.BestFrame] {
    let room = AnswerRoom.holds(
      judged.bestFrames.prefix(count).map(\.jpeg.count),
      bytesMax: CaptureLimits.answerMediaBytesMax)
    return judged.bestFrames.prefix(room).map { frame in
      var message = Messages.BestFrame()
      message.jpeg = frame.jpeg
      message.timeMs = milliseconds(frame.seconds)
      message.quality = FrameQuality(score: rounded(frame.quality))
      return message
    }
  }

  /// Whether a verdict on a person was produced.
  var resultClass: ResultClass {
    decision.verdict == .inconclusive ? .noResult : .verdict
  }

  /// The similarity, if there is one to tell.
  func score(_ calibration: FaceScoreCalibration) -> Score? {
    guard decision.verdict != .inconclusive, let comparison = decided.comparison,
      let score = comparison.score
    else { return nil }
    return Score(score, threshold: comparison.threshold, calibration)
  }
}

extension ActionResult {
  init(_ asked: AskedAction) {
    self.init()
    action = Messages.FaceAction(asked.action)
    performed = asked.performed
    startMs = asked.startSeconds.map(milliseconds)
    endMs = asked.endSeconds.map(milliseconds)
    score = rounded(asked.score)
  }
}

extension CaptureEvent {
  init(_ event: TrackEvent) {
    self.init()
    kind = CaptureEventKind(event.kind)
    startMs = milliseconds(event.start)
    endMs = milliseconds(event.end)
  }
}

/// Whole milliseconds of seconds that may be before the first frame; 0 of what is no number, the nearest there is of
/// what is too far.
func signedMilliseconds(_ seconds: Double) -> Int32 {
  guard seconds.isFinite else { return 0 }
  return Int32(min(max((seconds * 1000).rounded(), Double(Int32.min)), Double(Int32.max)))
}

/// Whole milliseconds of seconds since the first frame.
func milliseconds(_ seconds: Double) -> UInt32 {
  guard seconds.isFinite, seconds > 0 else { return 0 }
  return UInt32(clamping: Int64(min(seconds * 1000, 4e9)))
}
