// The service idv.v1.Intent: what it needs, the challenge, and the verdict on a whole recording.

internal import Decisions
internal import Liveness
package import Messages
internal import Observability
package import RPC
package import Stubs
internal import Vision
package import Vocabulary

/// Handles `idv.v1.Intent`. Safe from any thread.
package struct IntentHandlers: IntentService {
  let desk: IntentDesk
  let scenes: Scenes

  package init(desk: IntentDesk, scenes: Scenes) {
    self.desk = desk
    self.scenes = scenes
  }

  /// Says what the person is to read, answer or nod to.
  package func createChallenge(
    _ request: CreateIntentChallengeRequest, in call: CallContext
  ) async throws(ServiceError) -> CreateIntentChallengeResponse {
    // 1. Past this line every field is within its limits, and what is to be said can be.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let session = try checkedSession(request.sessionId)
    let script = try IntentScript(request, contrasts: header.scene.contrasts)
    let speed = try request.speed.known
    if script.mode.speaks { _ = try desk.voices.parts(of: script) }

    // 2. Kept here whole, told without its answers.
    let challenge = try await desk.captures.challenges.issue(
      ChallengeRequest(
        mode: script.mode == .nod ? .action : .silent, account: call.account.id.name,
        session: session, script: script, scriptDigits: Int(request.confirmDigits)))
    var response = CreateIntentChallengeResponse()
    response.header = ResponseHeader(
      call, header, .information, advice: .none, policy: IntentPolicy.version, models: [])
    response.challenge = IntentChallenge(challenge, speed)
    return response
  }

  /// Says whether the person of a recording said or did what was asked.
  package func verify(
    _ requests: RequestStream<VerifyIntentPart>, in call: CallContext
  ) async throws(ServiceError) -> VerifyIntentResponse {
    var parts = IntentParts(
      bytesMax: desk.captures.uploads.limits.fileBytesMax, share: try desk.captures.share(call))
    while let part = try await requests.next() { try parts.add(part) }
    let (request, media) = try parts.whole(desk.captures.access(call))
    let ask = try IntentAsk(request, scenes: scenes)

    // A mistake in the fields leaves the challenge as it was.
    let (_, script) = try await challenge(ask, call, using: false)
    try ask.check(script, ask.shown)
    // From here on it is answered, whatever the answer is worth.
    let (challenge, _) = try await challenge(ask, call, using: true)
    return try await answer(ask, media, challenge, script, call)
  }

  /// The challenge that a recording answers.
  func challenge(
    _ ask: IntentAsk, _ call: CallContext, using: Bool
  ) async throws(ServiceError) -> (LivenessChallenge, IntentScript) {
    let challenges = desk.captures.challenges
    let challenge =
      using
      ? try await challenges.redeem(
        ask.challengeID, modes: Set(Vocabulary.LivenessMode.allCases), scripted: true,
        account: call.account.id, session: ask.session)
      : try await challenges.look(
        at: ask.challengeID, scripted: true, account: call.account.id, session: ask.session)
    // Challenges without a script were refused already.
    guard let script = challenge.script else { throw ServiceError(.modeWrong) }
    return (challenge, script)
  }

  /// Decides, and tells it.
  func answer(
    _ ask: IntentAsk, _ media: IntentMedia, _ challenge: LivenessChallenge,
    _ script: IntentScript, _ call: CallContext
  ) async throws(ServiceError) -> VerifyIntentResponse {
    let decided = try await desk.decide(ask, media, answering: challenge, script, call)
    desk.captures.log(decided.decision, script.mode, face: decided.face, call)
    var response = VerifyIntentResponse()
    response.header = ResponseHeader(
      call, ask.header, decided.decision.verdict == .inconclusive ? .noResult : .verdict,
      advice: decided.decision.advice, policy: IntentPolicy.version,
      models: desk.captures.models)
    response.header?.models += desk.voices.models.map(ModelVersion.init)
    response.verdict = Messages.Verdict(rawValue: decided.decision.verdict.rawValue)
    response.reasons = decided.decision.reasons.map(Reason.init)
    let frames = decided.face.frames(ask.bestFrames)
    let original = try await desk.original(ask, media, decided.voice)
    let room = AnswerRoom(
      ask.omitsAudio ? nil : decided.voice, original: original.count,
      frames: frames.map(\.jpeg.count))
    if !room.holdsParts || room.frames < frames.count {
      call.log.info("intent answer without the sound of parts, or with fewer best frames")
    }
    var result = IntentResult(
      decided, omitsAudio: ask.omitsAudio, holdsParts: room.holdsParts)
    result.originalAudio = original
    response.intent = result
    response.score = decided.face.score(desk.captures.analyzer.calibration)
    response.captureFace = decided.face.captureFace.map {
      Face($0, quality: desk.captures.policy.faces.quality)
    }
    response.photoFace = decided.face.photoFace.map {
      Face($0, quality: desk.captures.policy.faces.quality)
    }
    response.bestFrames = Array(frames.prefix(room.frames))
    return response
  }
}

extension PlaybackSpeed {
  /// - Throws: for a number that this server does not know.
  fileprivate var known: PlaybackSpeed {
    get throws(ServiceError) {
      switch self {
      case .unspecified, .normal, .faster, .fastest: self
      case .unrecognized: throw .unknownValue("speed")
      }
    }
  }
}
