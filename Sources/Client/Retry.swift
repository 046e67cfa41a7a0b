// When a failed call is tried again, and after how long.

internal import RPC
internal import Synchronization
internal import Vocabulary
internal import Wire

/// Bounds of retries. The values are gRPC's (gRFC A6) and PROTOCOL.md's.
package struct RetryLimits: Sendable {
  /// Times a call is sent in all.
  package var attemptsMax = 4
  /// First pause and the longest; each is twice the one before, spread by `spread` to either side.
  package var pauseFirst: Duration = .milliseconds(100)
  package var pauseMax: Duration = .seconds(1)
  package var spread = 0.2
  /// Tokens that failures spend and successes give back by `tokensPerSuccess`; at half of them or fewer nothing is
  /// tried again, so that retries do not bury a server that is down.
  package var tokensMax = 10.0
  package var tokensPerSuccess = 0.1

  package init() {}
}

/// The retry budget of one client. Safe from any thread.
final class RetryThrottle: Sendable {
  private let limits: RetryLimits
  private let tokens: Mutex<Double>

  init(_ limits: RetryLimits) {
    self.limits = limits
    tokens = Mutex(limits.tokensMax)
  }

  /// A call was answered by the server, well or badly, but not with "unavailable".
  func succeeded() {
    tokens.withLock { $0 = min(limits.tokensMax, $0 + limits.tokensPerSuccess) }
  }

  /// A try failed in a way that may be tried again.
  func failed() { tokens.withLock { $0 = max(0, $0 - 1) } }

  /// Counts `failure`: as the server's answer, unless it is that it cannot be had.
  func note(_ failure: CallFailure) {
    if failure.error.code == .unavailable { failed() } else { succeeded() }
  }

  /// Whether the budget allows another try.
  var isWilling: Bool { tokens.withLock { $0 > limits.tokensMax / 2 } }

  /// What the server says about further tries.
  enum Pushback: Equatable {
    case none
    case wait(Duration)
    case forbidden
  }

  /// Reads the trailer, then the error's own hint.
  static func pushback(of failure: CallFailure) -> Pushback {
    if let named = failure.trailers[CallOutcome.pushbackTrailer] {
      return UInt32(named).map { .wait(.milliseconds(Int($0))) } ?? .forbidden
    }
    let hint = failure.error.detail.retryAfterMillis
    return hint > 0 ? .wait(.milliseconds(Int(hint))) : .none
  }

  /// How long to wait before `failure` is tried again; nil if it is not.
  ///
  /// Only UNAVAILABLE is tried again, and only a call that may be carried out twice: what the server never began has been
  /// sent again before this is asked. A server that names a negative wait forbids it.
  func pause(after failure: CallFailure, attempt: Int, isIdempotent: Bool) -> Duration? {
    note(failure)
    guard failure.error.code == .unavailable, isWilling, isIdempotent,
      attempt < limits.attemptsMax
    else { return nil }
    switch Self.pushback(of: failure) {
    case .forbidden: return nil
    case .wait(let pause): return pause
    case .none: break
    }
    var seconds = limits.pauseFirst / .seconds(1)
    for _ in 1..<attempt { seconds *= 2 }
    seconds = min(seconds, limits.pauseMax / .seconds(1))
    return .seconds(seconds * (1 + Double.random(in: -limits.spread...limits.spread)))
  }
}
