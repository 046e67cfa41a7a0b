// When calls should be sent: the rate as a function of time, its integral, and the inverse of that.

/// The asked rate of a test over its time. Pure; a value.
///
/// The rate is piecewise linear, so the calls due by a time, its integral, are piecewise quadratic
/// and can be inverted exactly: call `n` is due when the integral reaches `n`.
package struct ArrivalPlan: Sendable, Equatable {
  private struct Piece: Sendable, Equatable {
    /// Seconds from the start of the test.
    let start: Double
    let seconds: Double
    let from: Double
    let to: Double
    /// Calls due before it begins.
    let before: Double

    var calls: Double { (from + to) / 2 * seconds }
    var end: Double { start + seconds }

    func rate(_ time: Double) -> Double { from + (to - from) * ((time - start) / seconds) }

    func due(_ time: Double) -> Double {
      let t = time - start
      return before + from * t + (to - from) / seconds * t * t / 2
    }

    /// When `calls` calls of this piece are due, in seconds from its start.
    func time(_ calls: Double) -> Double {
      guard calls > 0 else { return 0 }
      let slope = (to - from) / seconds
      guard slope != 0 else { return calls / from }
      // The root that does not lose digits when the slope is small beside the rate.
      return 2 * calls / (from + max(0, from * from + 2 * slope * calls).squareRoot())
    }
  }

  private let pieces: [Piece]
  /// Length in seconds; infinite when the last stage has no end.
  package let seconds: Double

  /// Puts `stages` one after the other, after `warmUp` seconds at the rate with which they begin (a
  /// tenth of their highest if they begin at 0).
  /// - Precondition: only the last stage is without an end.
  package init(_ stages: [RateStage], warmUp: Double = 0) {
    var stages = stages
    if warmUp > 0, let first = stages.first {
      let highest = stages.reduce(0) { max($0, $1.from, $1.to) }
      stages.insert(
        .constant(first.from > 0 ? first.from : highest / 10, seconds: warmUp), at: 0)
    }
    var pieces: [Piece] = []
    var start = 0.0
    var before = 0.0
    for (index, stage) in stages.enumerated() {
      precondition(
        stage.seconds != nil || index == stages.count - 1, "an endless stage is the last")
      let piece = Piece(
        start: start, seconds: stage.seconds ?? .infinity, from: stage.from, to: stage.to,
        before: before)
      pieces.append(piece)
      start = piece.end
      before += piece.calls
    }
    self.pieces = pieces
    seconds = start
  }

  /// The rate asked for at `time`, in calls a second; 0 after the end.
  package func rate(at time: Double) -> Double {
    guard let piece = piece(at: time) else { return 0 }
    return piece.from == piece.to ? piece.from : piece.rate(time)
  }

  /// Calls due by `time`: the integral of the rate from the start.
  package func due(by time: Double) -> Double {
    guard time > 0, let last = pieces.last else { return 0 }
    guard let piece = piece(at: time) else { return last.before + last.calls }
    return piece.seconds.isInfinite
      ? piece.before + piece.from * (time - piece.start) : piece.due(time)
  }

  /// When the integral of the rate reaches `calls`, in seconds from the start; nil if it never does.
  package func time(ofCall calls: Double) -> Double? {
    guard calls >= 0 else { return nil }
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = low + (high - low) / 2
      let end = pieces[middle].before + pieces[middle].calls
      if end > calls { high = middle } else { low = middle + 1 }
    }
    guard low < pieces.count else { return nil }
    let piece = pieces[low]
    let rest = calls - piece.before
    guard !piece.seconds.isInfinite else {
      return piece.from > 0 ? piece.start + rest / piece.from : nil
    }
    return min(piece.end, piece.start + piece.time(max(0, rest)))
  }

  private func piece(at time: Double) -> Piece? {
    guard time >= 0, time < seconds else { return nil }
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = low + (high - low) / 2
      if pieces[middle].end > time { high = middle } else { low = middle + 1 }
    }
    return low < pieces.count ? pieces[low] : nil
  }
}
