// Whether a film was here before: the same file, or the same film encoded again, cut, scaled, mirrored or lit otherwise.

package import Vision
package import Vocabulary

/// What is remembered of a clip: no picture, no digest that can be tested without the key.
package struct RememberedClip: Sendable, Equatable {
  /// Code of the file (`ReplayKey.mediaCode`); nil if only frames are known.
  package var mediaCode: [UInt8]?
  /// Code of the submission: those with the same one are not held against each other.
  package var originCode: [UInt8]
  /// The account that sent it: where there is no room, who has most makes room.
  package var owner: String
  /// Keyed fingerprints of the frames that moved, in order of time; `ReplayLimits.framesKeptMax` at most.
  package var frames: [AlignedFrame]

  package init(
    mediaCode: [UInt8]?, originCode: [UInt8], owner: String, frames: [AlignedFrame]
  ) {
    self.mediaCode = mediaCode
    self.originCode = originCode
    self.owner = owner
    self.frames = frames
  }
}

/// What a look into the memory gave.
package struct ReplayCandidates: Sendable {
  /// The same file was here under another origin.
  package var isMediaKnown: Bool
  /// Clips of other origins that may be the same, likeliest first.
  package var clips: [RememberedClip]

  package init(isMediaKnown: Bool, clips: [RememberedClip]) {
    self.isMediaKnown = isMediaKnown
    self.clips = clips
  }
}

/// Where clips are remembered. Any thread. `MemoryReplayRecords` keeps them in memory; one that keeps them in a database
/// looks up `ReplayBands` values and needs the clips of the best ones.
package protocol ReplayRecords: Sendable {
  /// Finds what may be the same as `clip` and remembers it, in one step: of two copies that come at once, the second
  /// finds the first.
  /// - Parameters:
  ///   - mirrored: the clip's frames seen in a mirror, keyed; looked for as well, not remembered.
  ///   - milliseconds: the present on a clock that does not go back, any origin.
  func exchange(
    _ clip: RememberedClip, mirrored: [AlignedFrame], at milliseconds: Int64
  ) async throws(ServiceError) -> ReplayCandidates
}

/// What is known about an earlier use of a clip.
package struct ReplayReading: Sendable, Equatable {
  /// The same file was here before; nil if the file was not given.
  package var isMediaKnown: Bool?
  /// Frames that moved enough to be compared.
  package var framesJudged: Int
  /// Some of them are as many, in as short a time, as a run has that is compared.
  package var holdsRun: Bool
  /// How well the likest clip fits; nil if none is like it at all.
  package var best: ReplayAlignment?
  /// It fits in a mirror.
  package var isMirrored: Bool

  /// Whether there was motion enough to say that the film is new. Without it only the same file is known again.
  package var isJudged: Bool { holdsRun }

  /// Whether the film was here before.
  package var wasSeen: Bool {
    isMediaKnown == true || best.map { $0.bitError <= ReplayLimits.bitErrorMax } ?? false
  }

  /// The numbers for a verdict. Frames count only if enough of them moved, near enough together.
  package var signals: [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [:]
    signals[.replayMediaKnown] = isMediaKnown.map { $0 ? 1 : 0 }
    signals[.replayFramesJudged] = Double(framesJudged)
    if isJudged {
      let seen = best.map { $0.bitError <= ReplayLimits.bitErrorMax } ?? false
      signals[.replaySeen] = seen ? 1 : 0
      signals[.replayBitErrorMin] = best?.bitError ?? ReplayLimits.bitErrorUnlike
    }
    return signals
  }
}

/// Knows films again. A value; any thread.
///
/// What it finds: copies of a film that carry at least two seconds of the same motion of the face, whatever was done to
/// the file (`idv evaluate replay` prints how surely). What it does not: a film shot from a screen at an angle, one whose
/// face hardly moves, one that was never sent to this server, or one older than the window.
package struct ReplayWindow: Sendable {
  private let key: ReplayKey
  private let records: any ReplayRecords

  package init(key: ReplayKey, records: any ReplayRecords) {
    self.key = key
    self.records = records
  }

  /// Looks whether the clip was here before, and remembers it.
  /// - Parameters:
  ///   - fingerprints: of the clip's frames in order of time.
  ///   - mediaSHA256: of the file, if there is one.
  ///   - origin: what says that two submissions are one (a challenge's id, a caller's request id): a call that is
  ///     repeated is no replay. Never empty for two different persons.
  ///   - owner: the account that sent it.
  package func seen(
    _ fingerprints: [FrameFingerprint], mediaSHA256: [UInt8]?, origin: [UInt8], owner: String,
    at milliseconds: Int64
  ) async throws(ServiceError) -> ReplayReading {
    let moving = Self.moving(fingerprints)
    let frames = moving.map { keyed($0) }
    let mirrored = moving.map { keyed($0.mirrored) }
    let clip = RememberedClip(
      mediaCode: mediaSHA256.map(key.mediaCode), originCode: key.originCode(origin), owner: owner,
      frames: frames)
    let found = try await records.exchange(clip, mirrored: mirrored, at: milliseconds)
    var reading = ReplayReading(
      isMediaKnown: mediaSHA256 == nil ? nil : found.isMediaKnown, framesJudged: frames.count,
      holdsRun: ReplayAlignment.hasRun(frames), best: nil, isMirrored: false)
    for other in found.clips.prefix(ReplayLimits.candidatesMax) {
      for (view, isMirrored) in [(frames, false), (mirrored, true)] {
        guard let fit = ReplayAlignment.best(view, other.frames) else { continue }
        if fit.bitError < reading.best?.bitError ?? 1 {
          reading.best = fit
          reading.isMirrored = isMirrored
        }
      }
    }
    return reading
  }

  /// Remembers a film that answers nothing, so that it cannot answer a challenge later. Nothing is said of it: a film that
  /// was not asked for may be sent again.
  package func remember(
    _ fingerprints: [FrameFingerprint], mediaSHA256: [UInt8], owner: String,
    at milliseconds: Int64
  ) async throws(ServiceError) {
    let clip = RememberedClip(
      mediaCode: key.mediaCode(mediaSHA256),
      originCode: key.originCode(Array("unasked ".utf8) + mediaSHA256), owner: owner,
      frames: Self.moving(fingerprints).map { keyed($0) })
    _ = try await records.exchange(clip, mirrored: [], at: milliseconds)
  }

  /// The fingerprints that mean something, as many as are kept.
  static func moving(_ fingerprints: [FrameFingerprint]) -> [FrameFingerprint] {
    Array(
      fingerprints.lazy.filter {
        $0.activity >= ReplayLimits.activityMin && $0.seconds.isFinite
          && abs($0.seconds) <= ReplayLimits.secondsMax
      }.prefix(ReplayLimits.framesKeptMax))
  }

  /// The same without a key, for measurements.
  package static func aligned(_ fingerprints: [FrameFingerprint]) -> [AlignedFrame] {
    moving(fingerprints).map { AlignedFrame($0, bits: $0.bits) }
  }

  private func keyed(_ frame: FrameFingerprint) -> AlignedFrame {
    AlignedFrame(frame, bits: key.keyed(frame.bits))
  }
}

extension AlignedFrame {
  /// - Precondition: the frame's time is within `ReplayLimits.secondsMax`.
  init(_ frame: FrameFingerprint, bits: UInt64) {
    self.init(milliseconds: Int((frame.seconds * 1000).rounded()), bits: bits)
  }
}
