// What of a voice is heard while there are pictures: anything else was said by nobody on them.

internal import Decisions
internal import Vision
internal import Vocabulary

/// From a recording's first picture to its last, on the pictures' clock.
struct PicturedTime {
  /// From the first picture that was looked at to the last, seconds since the clip's first frame; nil where there is no
  /// such time.
  private let time: ClosedRange<Double>?

  /// How far what is said may begin before the first picture, or end after the last, seconds: clocks of cameras and
  /// microphones start apart.
  static let slackSeconds = 0.5

  /// - Parameters:
  ///   - first: of the first picture, seconds since the clip's first frame; sound may begin long before there is one.
  ///   - last: of the last picture.
  init(first: Double?, last: Double?) {
    guard let first, let last, first.isFinite, last.isFinite, last > first else {
      time = nil
      return
    }
    time = first...last
  }

  /// Of what was looked at of a clip.
  init(_ track: FaceTrack) {
    self.init(first: track.frames.first?.seconds, last: track.frames.last?.seconds)
  }

  /// Share of `voiced` that is within the pictures' time, 0–1; nil without voice, or without pictures.
  func share(of voiced: [ClosedRange<Double>]) -> Double? {
    guard let time else { return nil }
    let all = voiced.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    let inside = voiced.reduce(0) {
      $0 + max(min($1.upperBound, time.upperBound) - max($1.lowerBound, time.lowerBound), 0)
    }
    guard all.isFinite, all > 0 else { return nil }
    return min(inside / all, 1)
  }

  /// Whether `part` was heard within the pictures' time, a little slack aside. What was heard nowhere was not.
  /// - Parameter voiced: where there is voice: silence at the ends of a part is nobody's.
  func holds(_ part: SpokenPart, _ voiced: [ClosedRange<Double>]) -> Bool {
    guard let time, let span = part.span else { return false }
    let spoken = voiced.filter { $0.overlaps(span) }.map { $0.clamped(to: span) }
    let first = spoken.map(\.lowerBound).min() ?? span.lowerBound
    let last = spoken.map(\.upperBound).max() ?? span.upperBound
    return first >= time.lowerBound - Self.slackSeconds
      && last <= time.upperBound + Self.slackSeconds
  }

  /// `part`, not taken for said if it was heard where there are no pictures.
  func judged(_ part: SpokenPart, _ voiced: [ClosedRange<Double>]) -> SpokenPart {
    guard part.part.outcome == .said, !holds(part, voiced) else { return part }
    var part = part
    part.part.outcome = .unclear
    part.part.code = .recordingCut
    part.answer = nil
    return part
  }
}
