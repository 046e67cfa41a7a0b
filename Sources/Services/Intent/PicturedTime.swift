// What of a voice is heard while there are pictures: anything else was said by nobody on them.

internal import Decisions
internal import Vocabulary

/// From a recording's first picture to its last, on the pictures' clock.
struct PicturedTime {
  /// Of the last picture, seconds since the first; nil where there is no such time.
  private let end: Double?

  /// How far what is said may begin before the first picture, or end after the last, seconds: clocks of cameras and
  /// microphones start apart.
  static let slackSeconds = 0.5

  /// - Parameter seconds: from the first picture to the last.
  init(seconds: Double?) {
    end = seconds.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
  }

  /// Share of `voiced` that is within the pictures' time, 0–1; nil without voice, or without pictures.
  func share(of voiced: [ClosedRange<Double>]) -> Double? {
    guard let end else { return nil }
    let all = voiced.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    let inside = voiced.reduce(0) {
      $0 + max(min($1.upperBound, end) - max($1.lowerBound, 0), 0)
    }
    guard all.isFinite, all > 0 else { return nil }
    return min(inside / all, 1)
  }

  /// Whether `part` was heard within the pictures' time, a little slack aside. What was heard nowhere was not.
  /// - Parameter voiced: where there is voice: silence at the ends of a part is nobody's.
  func holds(_ part: SpokenPart, _ voiced: [ClosedRange<Double>]) -> Bool {
    guard let end, let span = part.span else { return false }
    let spoken = voiced.filter { $0.overlaps(span) }.map { $0.clamped(to: span) }
    let first = spoken.map(\.lowerBound).min() ?? span.lowerBound
    let last = spoken.map(\.upperBound).max() ?? span.upperBound
    return first >= -Self.slackSeconds && last <= end + Self.slackSeconds
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
