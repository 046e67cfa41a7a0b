// When a test should end before its time.

internal import Vocabulary

/// Why a test ended.
package enum StopReason: Sendable, Equatable {
  /// All that was asked for has been done.
  case completed
  /// By the person who runs it.
  case interrupted
  /// A bound of `--stop-if`.
  case bound(String)
  /// Nobody has answered for this many seconds.
  case serverGone(Double)
  /// A filled template was no message.
  case badPayload(String)
}

/// Judges a test second by second. Pure.
package struct StopRules: Sendable {
  /// Shares and latencies of fewer calls say nothing; more seconds are taken together.
  package static let callsMin = 10

  private let bounds: [Bound]
  private let goneAfter: Double
  private var recent = Tally()
  private var recentSeconds = 0.0
  private var recentAsked = 0.0
  private var recentUnsent = 0
  private var errors = 0
  private var ended = 0
  private var unsent = 0
  private var goneSeconds = 0.0

  package init(_ bounds: [Bound], goneAfter: Double) {
    self.bounds = bounds
    self.goneAfter = goneAfter
  }

  /// Takes the next point; returns why the test should end, if it should.
  package mutating func judge(_ point: LoadPoint) -> StopReason? {
    let away = point.tally.ends.reduce(0) { sum, end in
      end.key.code == .unavailable ? sum + end.value.count : sum
    }
    if away > 0, away == point.tally.ended {
      goneSeconds += point.to - point.from
    } else if point.tally.ended > 0 {
      goneSeconds = 0
    }
    if goneSeconds >= goneAfter - 1e-3 { return .serverGone(goneSeconds) }
    return point.isWarmUp ? nil : judgeBounds(point)
  }

  private mutating func judgeBounds(_ point: LoadPoint) -> StopReason? {
    let seconds = point.to - point.from
    recent.merge(point.tally)
    recentSeconds += seconds
    recentAsked += (point.asked ?? 0) * seconds
    recentUnsent += point.unsent
    errors += point.tally.errors
    ended += point.tally.ended
    unsent += point.unsent
    let total = BoundedFigures(
      response: LatencyHistogram(), ended: ended, errors: errors, unsent: unsent, rate: 0,
      rateAsked: nil)
    if let broken = bounds.first(where: { !$0.isOfInterval && $0.isBroken(by: total) }) {
      return .bound(broken.description)
    }
    guard recent.ended + recentUnsent >= Self.callsMin else { return nil }
    let interval = BoundedFigures(
      response: recent.response, ended: recent.ended, errors: recent.errors,
      unsent: recentUnsent, rate: Double(recent.ended) / max(recentSeconds, 1e-9),
      rateAsked: point.asked == nil ? nil : recentAsked / max(recentSeconds, 1e-9))
    recent = Tally()
    recentSeconds = 0
    recentAsked = 0
    recentUnsent = 0
    return bounds.first { $0.isOfInterval && $0.isBroken(by: interval) }.map {
      .bound($0.description)
    }
  }
}
