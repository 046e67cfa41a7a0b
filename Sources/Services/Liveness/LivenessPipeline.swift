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

  package init(
    reader: any CaptureReader, policy: LivenessPolicy = .standard, replays: ReplayWindow,
    clock: ServiceClock
  ) {
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
  /// Reads a capture and judges it.
  /// - Parameters:
  ///   - challenge: what it answers; nil if nothing was asked.
  ///   - deviceMicroseconds: when the device's sensor took each frame, as far as the device is believed.
  ///   - bestFrames: how many to choose; one is always chosen.
  func judge(
    _ capture: CheckedCapture, answering challenge: LivenessChallenge?,
    deviceMicroseconds: [Int64] = [], bestFrames: Int, before deadline: Deadline
  ) async throws(ServiceError) -> JudgedCapture {
    let mode = challenge?.mode ?? .silent
    var wants = CaptureWants()
    wants.light = mode.hasColors
    wants.loudness = mode == .lip
    wants.fingerprints = true
    wants.bestFrames = max(bestFrames, 1)
    let found = try await reader.read(
      capture.source, field: capture.field, wants: wants, before: deadline)

    var signals = found.signals
    func add(_ more: [LivenessSignal: Double]) { signals.merge(more) { _, later in later } }
    add(found.track.signals)
    let actions = ActionJudge(found.track).judge(asked: challenge?.actions ?? [])
    add(actions.signals)
    if let challenge { add(answers(found, challenge, capture)) }
    add(
      TimingJudge.read(
        TimingEvidence(
          packets: found.packets, deviceMicroseconds: deviceMicroseconds, changes: found.changes,
          fingerprints: found.fingerprints)
      ).signals)
    if let challenge { add(try await replay(found, capture, challenge)) }
    return JudgedCapture(
      evidence: LivenessEvidence(
        mode: mode, challenged: challenge != nil, actions: challenge?.actions ?? [],
        signals: signals, capabilities: reader.capabilities),
      actions: actions.perAction, events: found.track.events,
      bestFrames: Array(found.bestFrames.prefix(max(bestFrames, 1))))
  }

  /// Whether colours, distance and lips answer the challenge.
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
    if challenge.mode == .distance {
      let reading = DistanceJudge.judge(found.track, asked: challenge.distanceSteps)
      signals.merge(reading.signals) { _, later in later }
    }
    if challenge.mode == .lip {
      let reading = LipJudge.judge(
        openings: LipJudge.openings(in: found.track), loudness: found.loudness)
      signals.merge(reading.signals) { _, later in later }
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
      at: clock.monotonicMilliseconds
    ).signals
  }
}
