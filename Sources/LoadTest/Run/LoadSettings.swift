// What a load test is asked to do.

package import RPC
package import Vocabulary

/// How calls arrive.
package enum LoadPace: Sendable {
  /// Open loop: calls come at their own times.
  case open([RateStage], Spacing)
  /// Closed loop: every stream sends its next call when the last one has ended.
  case closed
}

/// Everything about a load test but its payloads and connections. A value.
package struct LoadSettings: Sendable {
  package var method: MethodName
  package var kind = MethodKind.unary
  package var pace: LoadPace
  package var connections = 1
  /// Calls at a time on each connection.
  package var streams = 64
  /// Seconds before anything counts.
  package var warmUp = 0.0
  /// Seconds that count; nil when `calls` or the pace's own end decide.
  package var seconds: Double?
  /// Calls that count; nil when time decides.
  package var calls: Int?
  /// Messages of calls that stream requests, and the seconds between two of them.
  package var messagesPerCall = 1
  package var messageInterval = 0.0
  /// Seconds that a call gets from being handed to its connection.
  package var timeout = 30.0
  /// Seconds that calls in flight get after the last one was sent; then they are abandoned.
  package var grace = 5.0
  /// Pairs sent with every call; values may be templates.
  package var metadata: [(key: String, value: Template)] = []
  /// Bounds at which the test ends early, and bounds that decide whether it has failed.
  package var stopIf: [Bound] = []
  package var failIf: [Bound] = []
  /// Seconds in which all calls have found no server before the test ends.
  package var goneAfter = 3.0
  /// Calls that may wait for a free stream.
  package var waitingMax = 1_000_000
  package var seed: UInt64 = 1
  /// Length of one point of the time series, in seconds.
  package var interval = 1.0

  package init(method: MethodName, pace: LoadPace) {
    self.method = method
    self.pace = pace
  }

  /// The asked rate over time, warm-up included; nil in a closed loop.
  package var plan: ArrivalPlan? {
    guard case .open(let stages, _) = pace else { return nil }
    return ArrivalPlan(stages, warmUp: warmUp)
  }

  /// Seconds from the start until no call is sent any more; infinite when `calls` alone decide.
  package var sendingSeconds: Double {
    min(plan?.seconds ?? .infinity, seconds.map { $0 + warmUp } ?? .infinity)
  }

  /// What decides which call is sent when.
  func makeQueue() -> SendQueue {
    let arrival: Arrival =
      switch pace {
      case .closed: .closed
      case .open(let stages, let spacing):
        .open(ArrivalTimes(ArrivalPlan(stages, warmUp: warmUp), spacing, seed: seed))
      }
    let bounds = SendQueue.Bounds(
      time: Self.nanoseconds(sendingSeconds), calls: calls ?? .max,
      countFrom: Self.nanoseconds(warmUp), waitingMax: waitingMax)
    return SendQueue(arrival, connections: connections, streams: streams, bounds: bounds)
  }

  /// Nanoseconds; the largest number when there are too many.
  static func nanoseconds(_ seconds: Double) -> Int64 {
    seconds < 9e9 ? Int64(seconds * 1e9) : .max
  }
}
