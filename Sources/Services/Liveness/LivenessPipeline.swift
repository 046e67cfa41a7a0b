// From a capture to the numbers of a verdict: read it once, then let every judge say what it sees.

package import Decisions
package import Liveness
internal import Vision
internal import Vocabulary

/// What every handler of captures shares. Safe from any thread.
package struct LivenessPipeline: Sendable {
  let reader: any CaptureReader
  let policy: LivenessPolicy
  private let replays: ReplayWindow
  private let clock: ServiceClock
  /// Hears digits.
  private let voices: any VoiceReader
  /// Where the judges work.
  let threads: JudgeThreads
  /// What the times of looks are drawn with; nil draws the same for every capture.
  private let looks: (any KeyedDigest)?

  /// - Parameter looks: the composition root's secret: who knows it knows when along a capture it is looked whose face
  ///   it is.
  package init(
    reader: any CaptureReader, policy: LivenessPolicy = .standard, replays: ReplayWindow,
    voices: any VoiceReader = MissingVoiceReader(missing: []), clock: ServiceClock,
    threads: JudgeThreads = JudgeThreads(), looks: (any KeyedDigest)? = nil
  ) {
    self.looks = looks
    self.voices = voices
    self.threads = threads
    self.reader = reader
    self.policy = policy
    self.replays = replays
    self.clock = clock
  }

  /// What a scene asks for, with the limits that go with the models in use.
  func terms(_ scene: Scene) -> LivenessTerms {
    var terms = scene.liveness
    terms.limits.merge(reader.limits) { configured, _ in configured }
    return terms
  }
}

/// A capture as it was judged.
struct JudgedCapture: Sendable {
  var evidence: LivenessEvidence
  /// Of the actions that were asked for, in that order.
  var actions: [AskedAction]
  var events: [TrackEvent]
  var bestFrames: [ChosenFrame]
  /// The template of the person who was followed along the capture; nil of a picture.
  var template: FaceTemplate?
  /// The mouth along the capture, and how loud it is; for Intent.
  var mouths: [MouthShape] = []
  var loudness: [TimedValue] = []
  /// Of the first picture, on the line of time of the file that the sound is on, too.
  var startSeconds = 0.0
  /// When there were pictures.
  var pictures = PicturedTime(first: nil, last: nil)
  /// Whether the file has sound of its own.
  var hasSound = false
}

extension JudgedCapture {
  /// A single picture: nothing was asked, and nothing moved.
  init(
    still signals: [LivenessSignal: Double], faces: Int, of image: Bytes,
    capabilities: Set<LivenessCapability>
  ) {
    var signals = signals
    signals[.faceShare] = faces > 0 ? 1 : 0
    signals[.severalFacesShare] = faces > 1 ? 1 : 0
    self.init(
      evidence: LivenessEvidence(
        mode: .silent, isStill: true, challenged: false, signals: signals,
        capabilities: capabilities),
      actions: [], events: [], bestFrames: [ChosenFrame(jpeg: image, seconds: 0, quality: 0)])
  }
}

extension LivenessPipeline {
  /// Reads a capture on a lane and judges it on the judges' threads.
  /// - Parameters:
  ///   - challenge: what it answers; nil if nothing was asked.
  ///   - deviceMicroseconds: when the device's sensor took each frame, as far as the device is believed.
  ///   - windows: of each action that was asked for, when it may begin, seconds since the first frame; nil for any time.
  ///   - bestFrames: how many to choose; one is always chosen.
  ///   - isRemembered: whether a capture that answers no challenge is kept in mind; one that answers one always is.
  func judge(
    _ capture: CheckedCapture, answering challenge: LivenessChallenge?,
    deviceMicroseconds: [Int64] = [], windows: [ClosedRange<Double>]? = nil, bestFrames: Int,
    isRemembered: Bool = true, before deadline: Deadline
  ) async throws(ServiceError) -> JudgedCapture {
    let mode = challenge?.mode ?? .silent
    var wants = CaptureWants()
    wants.light = mode.hasColors
    wants.loudness = mode == .lip
    wants.fingerprints = true
    wants.bestFrames = max(bestFrames, 1)
    if let looks { wants.lookSeed = { Self.lookSeed(of: capture, looks) } }
    let found = try await reader.read(
      capture.source, field: capture.field, wants: wants, before: deadline)
    return try await threads.run { () async throws(ServiceError) in
      try await judged(
        found, of: capture, answering: challenge, deviceMicroseconds: deviceMicroseconds,
        windows: windows, bestFrames: bestFrames, isRemembered: isRemembered, before: deadline)
    }
  }

  /// The same for the same media, and unknown to whoever made them. Takes a digest of the whole capture.
  private static func lookSeed(of capture: CheckedCapture, _ looks: any KeyedDigest) -> UInt64 {
    looks.code(of: Array("idv looks v1".utf8) + capture.digest).prefix(8)
      .reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What every judge says to what was read.
  private func judged(
    _ found: CaptureFindings, of capture: CheckedCapture, answering challenge: LivenessChallenge?,
    deviceMicroseconds: [Int64], windows: [ClosedRange<Double>]?, bestFrames: Int,
    isRemembered: Bool, before deadline: Deadline
  ) async throws(ServiceError) -> JudgedCapture {
    let mode = challenge?.mode ?? .silent
    var signals = found.signals
    func add(_ more: [LivenessSignal: Double]) { signals.merge(more) { _, later in later } }
    add(found.track.signals)
    let asked = challenge?.actions ?? []
    var windows = windows
    if let challenge, mode == .distance {
      let distance = DistanceJudge.judge(found.track, asked: challenge.distanceSteps)
      add(distance.signals)
      windows = asked.map { _ in distance.afterwards }
    }
    let actions = ActionJudge(found.track).judge(asked: asked, windows: windows)
    add(actions.signals)
    if let challenge { add(answers(found, challenge, capture)) }
    add(
      TimingJudge.read(
        TimingEvidence(
          packets: found.packets, deviceMicroseconds: deviceMicroseconds, changes: found.changes,
          fingerprints: found.fingerprints)
      ).signals)
    if let challenge {
      add(try await replay(found, capture, challenge))
    } else if isRemembered {
      try await replays.remember(
        found.fingerprints, mediaSHA256: capture.digest, owner: capture.owner,
        at: clock.monotonicMilliseconds)
    }
    if let challenge { add(try await digits(found, capture, challenge, before: deadline)) }
    return JudgedCapture(
      evidence: LivenessEvidence(
        mode: mode, challenged: challenge != nil, actions: asked,
        signals: signals,
        capabilities: reader.capabilities.union(mode == .lip ? voices.capabilities : [])),
      actions: actions.perAction, events: found.track.events,
      bestFrames: Array(found.bestFrames.prefix(max(bestFrames, 1))), template: found.template,
      mouths: challenge?.script == nil ? [] : MouthShape.all(in: found.track),
      loudness: found.loudness, startSeconds: found.startSeconds,
      pictures: PicturedTime(found.track), hasSound: found.hasSound)
  }

  /// Whether colours and lips answer the challenge.
  private func answers(
    _ found: CaptureFindings, _ challenge: LivenessChallenge, _ capture: CheckedCapture
  ) -> [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [:]
    if let sequence = challenge.reflectSequence {
      let window = ReflectJudge.windowDefault
      let start = capture.colorsShown ?? 0
      let reading = ReflectJudge.judge(
        track: found.track, sequence: sequence,
        window: start + window.lowerBound...start + window.upperBound)
      signals.merge(reading.signals) { _, later in later }
    }
    if challenge.mode == .lip {
      let reading = LipJudge.judge(
        openings: LipJudge.openings(in: found.track), loudness: found.loudness)
      signals.merge(reading.signals) { _, later in later }
      let together = VoiceFaceJudge.judge(
        mouths: MouthShape.all(in: found.track), loudness: found.loudness)
      signals.merge(together) { _, later in later }
    }
    return signals
  }

  /// Whether the digits were said, by one voice. Without sound, or on a server that cannot hear, there is nothing.
  private func digits(
    _ found: CaptureFindings, _ capture: CheckedCapture, _ challenge: LivenessChallenge,
    before deadline: Deadline
  ) async throws(ServiceError) -> [LivenessSignal: Double] {
    guard challenge.mode == .lip, voices.capabilities.contains(.digitRecognition),
      let code = challenge.liveCode, case .video(let bytes) = capture.source
    else { return [:] }
    let script = IntentScript(mode: .read, digits: code.compactMap(\.wholeNumberValue))
    let voice: VoiceFindings
    do throws(ServiceError) {
      voice = try await voices.read(
        .file(bytes, firstFrameSeconds: found.startSeconds), script: script, windows: [],
        field: capture.field, before: deadline)
    } catch {
      if error.detail.symbol == .audioMissing { return [:] }
      throw error
    }
    // What is heard where there are no pictures was said by nobody on them.
    let pictures = PicturedTime(found.track)
    var signals: [LivenessSignal: Double] = [:]
    signals[.speakerSimilarityMin] = voice.signals[.speakerSimilarityMin]
    signals[.voiceInPicturesShare] = pictures.share(of: voice.voiced)
    // A voice from before the first picture, or after the last, is a voice without a mouth.
    signals[.lipVoiceCoverage] =
      VoiceFaceJudge.judge(
        mouths: MouthShape.all(in: found.track), loudness: found.loudness, voiced: voice.voiced)[
        .lipVoiceCoverage]
    guard let digits = voice.parts.first(where: { $0.part.kind == .digits }),
      pictures.holds(digits, voice.voiced)
    else { return signals }
    signals[.digitProbabilityMin] = digits.part.signals[.digitProbabilityMin]
    if digits.part.signals[.digitProbabilityMin] != nil {
      signals[.digitsAlone] = digits.part.outcome == .said ? 1 : 0
    }
    return signals
  }

  /// Whether the film was here before, and remembers it. A challenge is answered once, so that its id names the
  /// submission.
  private func replay(
    _ found: CaptureFindings, _ capture: CheckedCapture, _ challenge: LivenessChallenge
  ) async throws(ServiceError) -> [LivenessSignal: Double] {
    try await replays.seen(
      found.fingerprints, mediaSHA256: capture.digest, origin: Array(challenge.id.utf8),
      owner: challenge.account, at: clock.monotonicMilliseconds
    ).signals
  }
}
