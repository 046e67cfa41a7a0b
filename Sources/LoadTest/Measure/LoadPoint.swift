// One second of a test, in figures.

/// One point of the time series. Times are seconds; 0 is the end of the warm-up.
package struct LoadPoint: Sendable {
  package var from: Double
  package var to: Double
  /// Calls a second asked for on average; nil in a closed loop.
  package var asked: Double?
  /// Calls sent in it, whether they count or not.
  package var sent: Int
  /// Calls that became due and will never be sent.
  package var unsent: Int
  /// At the end of the interval: calls in flight, and calls that wait for a free stream.
  package var inFlight: Int
  package var waiting: Int
  /// Calls that ended in it.
  package var tally: Tally

  package init(
    from: Double, to: Double, asked: Double? = nil, sent: Int = 0, unsent: Int = 0,
    inFlight: Int = 0, waiting: Int = 0, tally: Tally = Tally()
  ) {
    self.from = from
    self.to = to
    self.asked = asked
    self.sent = sent
    self.unsent = unsent
    self.inFlight = inFlight
    self.waiting = waiting
    self.tally = tally
  }

  package var isWarmUp: Bool { from < -1e-9 }

  /// Calls that ended, a second.
  package var reached: Double { Double(tally.ended) / Swift.max(to - from, 1e-9) }

  /// This interval and the one right after it as one.
  func joined(with next: LoadPoint) -> LoadPoint {
    var joined = next
    joined.from = from
    if let first = asked, let second = next.asked {
      let calls = first * (to - from) + second * (next.to - next.from)
      joined.asked = calls / Swift.max(next.to - from, 1e-9)
    }
    joined.sent += sent
    joined.unsent += unsent
    joined.tally.merge(tally)
    return joined
  }
}
