// The best frames of a clip, chosen while it passes: only a few frames are kept, and fewer still are encoded.

internal import Media
internal import Vocabulary

/// Keeps the best frames seen so far. The clip is cut into short stretches; the best frame of each waits until its
/// stretch is over, and is encoded if it is among the best of all.
struct BestFrameKeeper {
  private let count: Int
  private let kept: Int
  private var stretch = Int.min
  private var candidate: (picture: ImagePyramid, seconds: Double, quality: Double, box: ImageBox)?
  /// Best first.
  private var pool: [BestFrame] = []

  /// - Parameter count: how many are wanted; more are kept, because some may turn out to be another person's.
  init(count: Int) {
    self.count = count
    kept = count == 0 ? 0 : 2 * count + 2
  }

  /// Takes in the next analysed frame.
  mutating func add(_ picture: ImagePyramid, _ frame: TrackFrame) {
    guard count > 0 else { return }
    let now = Int(frame.seconds / ClipLimits.bestFrameStretchSeconds)
    if now != stretch {
      settle()
      stretch = now
    }
    guard let face = frame.face, let quality = face.portraitScore,
      quality > candidate?.quality ?? 0
    else { return }
    candidate = (picture, frame.seconds, quality, face.box)
  }

  /// The best frames of `track`, which has just ended: best first.
  mutating func finish(_ track: FaceTrack) -> [BestFrame] {
    settle()
    let fit = pool.filter { track.isSteady(at: $0.seconds) }
    let last = track.frames.last?.seconds ?? 0
    // Spread over the clip if there are enough; else the next best.
    let gap = min(last / Double(2 * max(count, 1)), ClipLimits.bestFrameGapSecondsMax)
    var chosen: [BestFrame] = []
    for frame in fit where chosen.allSatisfy({ abs($0.seconds - frame.seconds) >= gap }) {
      chosen.append(frame)
    }
    for frame in fit where !chosen.contains(where: { $0.seconds == frame.seconds }) {
      chosen.append(frame)
    }
    return Self.bestFirst(Array(chosen.prefix(count)))
  }

  /// Ends a stretch.
  private mutating func settle() {
    guard let best = candidate else { return }
    candidate = nil
    if pool.count == kept, let worst = pool.last, worst.quality >= best.quality { return }
    let jpeg = best.picture.withPixels { $0.jpeg(quality: ClipLimits.bestFrameJPEGQuality) }
    pool.append(
      BestFrame(jpeg: jpeg, seconds: best.seconds, quality: best.quality, box: best.box))
    pool = Array(Self.bestFirst(pool).prefix(kept))
  }

  private static func bestFirst(_ frames: [BestFrame]) -> [BestFrame] {
    frames.sorted { ($0.quality, $1.seconds) > ($1.quality, $0.seconds) }
  }
}

extension FaceTrack {
  /// Whether one person alone was seen whole at `seconds` and about it: no event is near, and the templates before and
  /// after it are that person's.
  func isSteady(at seconds: Double) -> Bool {
    let isNearEvent = events.contains {
      let margin =
        $0.kind == .severalFaces ? TrackLimits.detectionSeconds : ClipLimits.steadySeconds
      return seconds >= $0.start - margin && seconds <= $0.end + margin
    }
    guard !isNearEvent else { return false }
    let checks = frames.filter { $0.face?.similarity != nil }
    let before = checks.last { $0.seconds <= seconds }
    let after = checks.first { $0.seconds >= seconds }
    guard before != nil || after != nil else { return false }
    let changes = events.filter { $0.kind == .personChanged }
    return [before, after].compactMap { $0 }.allSatisfy { check in
      !changes.contains { check.seconds >= $0.start && check.seconds <= $0.end }
    }
  }
}
