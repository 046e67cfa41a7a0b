// From a recording to the numbers of a verdict on its person's will: the face first, then the voice, then both.

package import Decisions
internal import Liveness
internal import Messages
internal import RPC
internal import Vision
internal import Vocabulary

/// What handlers of Intent share. Safe from any thread.
package struct IntentDesk: Sendable {
  /// With a reader for recordings of `IntentLimits.recordingSecondsMax`.
  let captures: CaptureDesk
  let voices: any VoiceReader
  let policy: IntentPolicy

  package init(
    captures: CaptureDesk, voices: any VoiceReader, policy: IntentPolicy = .standard
  ) {
    self.captures = captures
    self.voices = voices
    self.policy = policy
  }
}

/// What is asked about a recording, past its checks.
struct IntentAsk: Sendable {
  let header: CheckedHeader
  let session: String?
  let challengeID: String
  let photo: PhotoQuestion?
  let bestFrames: Int
  let omitsAudio: Bool
  let wantsOriginal: Bool
  /// When each prompt had been shown, seconds since the first frame.
  var shown: [Double]
  /// Of a conversation: longest time by which it and the server's clock ran apart, seconds.
  var lag: Double?

  init(_ request: VerifyIntentRequest, scenes: Scenes) throws(ServiceError) {
    let header = try CheckedHeader(request.header, scenes: scenes)
    self.header = header
    session = try checkedSession(request.sessionId)
    guard !request.challengeId.isEmpty else { throw .missing("challenge_id") }
    challengeID = request.challengeId
    bestFrames = try checkedBestFrames(request.bestFrames)
    photo = try request.photo.map { (photo) throws(ServiceError) in
      try PhotoQuestion(
        photo, level: request.qualityControl, threshold: request.threshold,
        request.faceSelection, header.scene)
    }
    omitsAudio = request.omitAudio
    wantsOriginal = request.wantOriginalAudio
    guard request.shownMs.count <= IntentLimits.prompts.upperBound,
      request.shownMs.allSatisfy({ $0 <= IntentLimits.shownMax }),
      zip(request.shownMs, request.shownMs.dropFirst()).allSatisfy(<)
    else {
      throw .outOfRange("shown_ms", "rising, at most \(IntentLimits.shownMax)")
    }
    shown = request.shownMs.map { Double($0) / 1000 }
  }

  /// From each prompt to the next one, or as long as an answer may take: one for each that was asked.
  func windows(_ script: IntentScript) -> [ClosedRange<Double>] {
    let latest = IntentLimits.recordingSecondsMax
    let known = shown.indices.map { index in
      let end = index + 1 < shown.count ? shown[index + 1] : latest
      return shown[index]...min(max(end, shown[index]), shown[index] + Double(script.answerSeconds))
    }
    guard script.mode != .read, known.count < script.count else { return known }
    // What was never shown has no time to be answered in.
    return known + repeatElement(latest...latest, count: script.count - known.count)
  }

  /// - Throws: unless there is a time for every prompt.
  func check(_ script: IntentScript, _ shown: [Double]) throws(ServiceError) {
    let wanted = script.mode == .read ? 0 : script.count
    guard shown.count == wanted else {
      throw .outOfRange(
        "shown_ms", wanted == 0 ? "empty if mode is READ" : "one for each of \(wanted)")
    }
  }
}

/// A recording with its verdict, ready to be told.
struct DecidedIntent: Sendable {
  var decided: IntentCase
  var decision: IntentDecision
  var face: DecidedCapture
  /// Nil where the sound was not looked at.
  var voice: VoiceFindings?
  var script: IntentScript
  /// Of the file that the sound is from.
  var soundDigest: [UInt8]
}

extension IntentDesk {
  /// Looks at a recording that answers `challenge`, and decides.
  func decide(
    _ ask: IntentAsk, _ media: IntentMedia, answering challenge: LivenessChallenge,
    _ script: IntentScript, _ call: CallContext
  ) async throws(ServiceError) -> DecidedIntent {
    let windows = ask.windows(script)
    // 1. The face: one person throughout, as alive as the scene demands and, with a photo, the one of the photo.
    let judged = try await captures.pipeline.judge(
      media.capture, answering: challenge, windows: script.mode == .nod ? windows : nil,
      bestFrames: ask.bestFrames, before: call.deadline)
    try media.refuseSecondSound(judged)
    let demand = ask.header.scene.faceDemand
    let face = try await captures.decide(
      judged, terms: captures.pipeline.terms(ask.header.scene), photo: ask.photo,
      rules: IntentCase.rules(of: demand, script.mode, captures.pipeline.policy), call)

    // 2. The will. Nobody listens to a recording whose face has failed.
    var decided = IntentCase(
      face: face.decided, demand: demand, terms: ask.header.scene.intent)
    var voice: VoiceFindings?
    let threads = captures.pipeline.threads
    switch face.decision.verdict {
    case .reject, .inconclusive, .unknown:
      if script.mode == .nod { decided.will = nods(judged, script) }
    case .pass, .review:
      if script.mode == .nod {
        decided.will = nods(judged, script)
      } else {
        voice = try await listen(media, judged, script, windows, before: call.deadline)
        decided.will = try await threads.run { [voice] in words(judged, script, voice, windows) }
      }
    }

    decided.will?.signals[.conversationLagSecondsMax] = ask.lag

    // 3. Pure and versioned.
    return DecidedIntent(
      decided: decided, decision: decided.decide(policy, liveness: captures.pipeline.policy),
      face: face, voice: voice, script: script,
      soundDigest: try await threads.run { media.soundDigest })
  }

  /// The sound as it was sent, if it was asked for and listened to, and has room beside that which was judged. A
  /// conversation's samples are that.
  func original(
    _ ask: IntentAsk, _ media: IntentMedia, _ voice: VoiceFindings?
  ) async throws(ServiceError) -> Bytes {
    guard ask.wantsOriginal, let voice else { return .empty }
    let judged = ask.omitsAudio ? 0 : WaveSound.headerBytes + 2 * voice.sound.samples.count
    let room = IntentLimits.answerMediaBytesMax - judged
    switch media.sound {
    case .none, .samples: return .empty
    case .file(let bytes, _): return bytes.count <= room ? bytes : .empty
    case .ofVideo:
      guard case .video(let bytes) = media.capture.source else { return .empty }
      return try await captures.pipeline.threads.run { [voices] in
        voices.track(of: bytes, bytesMax: room) ?? .empty
      }
    }
  }

  /// Whether each prompt was nodded to.
  private func nods(_ judged: JudgedCapture, _ script: IntentScript) -> IntentEvidence {
    var signals: [LivenessSignal: Double] = [:]
    for signal in [LivenessSignal.headShakes, .timingGapSecondsMax] {
      signals[signal] = judged.evidence.signals[signal]
    }
    return IntentEvidence(
      mode: .nod, challenged: judged.evidence.challenged, signals: signals,
      parts: judged.actions.map { nod in
        IntentPart(
          kind: .prompt, outcome: nod.performed ? .said : .nothing,
          signals: [.actionScoreMin: nod.score])
      }, partsAsked: script.prompts.count)
  }

  /// The sound, if there is any that can be heard. That there is none is a finding, not an error.
  private func listen(
    _ media: IntentMedia, _ judged: JudgedCapture, _ script: IntentScript,
    _ windows: [ClosedRange<Double>], before deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings? {
    guard voices.capabilities.contains(.speechRecognition) else { return nil }
    let source: VoiceSource
    switch media.sound {
    case .none: return nil
    case .samples(let sound):
      source = .samples(sound.samples, startSeconds: sound.startSeconds)
    case .file(let bytes, let start): source = .file(bytes, firstFrameSeconds: -start)
    case .ofVideo:
      guard case .video(let bytes) = media.capture.source else { return nil }
      source = .file(bytes, firstFrameSeconds: judged.startSeconds)
    }
    let isOfVideo = if case .ofVideo = media.sound { true } else { false }
    do throws(ServiceError) {
      var voice = try await voices.read(
        source, script: script, windows: windows, field: isOfVideo ? "video" : "audio",
        before: deadline)
      let pictures = judged.pictures
      let voiced = voice.voiced
      voice.parts = voice.parts.map { pictures.judged($0, voiced) }
      voice.signals[.voiceInPicturesShare] = pictures.share(of: voiced)
      return voice
    } catch {
      if isOfVideo, error.detail.symbol == .audioMissing { return nil }
      throw error
    }
  }

  /// What was said, by whose mouth. Between answers a device may speak: what is heard then is nobody's mouth.
  private func words(
    _ judged: JudgedCapture, _ script: IntentScript, _ voice: VoiceFindings?,
    _ windows: [ClosedRange<Double>]
  ) -> IntentEvidence {
    var will = IntentEvidence(
      mode: script.mode, challenged: judged.evidence.challenged, partsAsked: max(script.count, 1),
      capabilities: voices.capabilities)
    will.signals[.timingGapSecondsMax] = judged.evidence.signals[.timingGapSecondsMax]
    guard let voice else { return will }
    if let count = try? voices.parts(of: script) { will.partsAsked = count }
    will.signals.merge(voice.signals) { _, later in later }
    func isAnswered(_ seconds: Double) -> Bool {
      script.mode == .read || windows.contains { $0.contains(seconds) }
    }
    will.signals.merge(
      VoiceFaceJudge.judge(
        mouths: judged.mouths.filter { isAnswered($0.seconds) },
        loudness: voice.sound.loudness.filter { isAnswered($0.seconds) }, voiced: voice.voiced)
    ) { _, later in later }
    if let seconds = judged.evidence.signals[.clipSeconds], seconds > 0 {
      let overlap = min(voice.sound.endSeconds, seconds) - max(voice.sound.startSeconds, 0)
      will.signals[.audioCoverage] = min(max(overlap / seconds, 0), 1)
    }
    if let first = voice.voiced.first, let last = voice.voiced.last {
      will.signals[.audioSilenceSecondsMax] = voice.sound.longestSilence(
        in: first.lowerBound...max(first.lowerBound, last.upperBound))
    }
    will.parts = voice.parts.map(\.part)
    return will
  }
}

extension IntentMedia {
  /// What a person says on a video must not be covered by a file of sound beside it.
  func refuseSecondSound(_ judged: JudgedCapture) throws(ServiceError) {
    guard judged.hasSound, case .file = sound else { return }
    throw .outOfRange("audio", "empty if the video has sound of its own: send one of the two")
  }

  /// SHA-256 of the file that the sound is from; of the samples where they came one after the other.
  var soundDigest: [UInt8] {
    switch sound {
    case .none: []
    case .ofVideo: capture.digest
    case .file(let bytes, _): FaceAnalyzer.sha256(of: bytes)
    case .samples(let sound): FaceAnalyzer.sha256(of: sound.wav)
    }
  }
}
