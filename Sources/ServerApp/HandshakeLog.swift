// Failed handshakes in the log: by reason, without a word about who failed, and never more than a few lines.

package import Observability
internal import Synchronization
internal import TLS
package import Transport

/// Writes one line the first time handshakes fail for a reason, then at most one per reason and
/// `interval` with the number of failures since: a scanner costs no more lines than there are reasons.
/// Safe from any thread.
package final class HandshakeLog: Sendable {
  /// Between two lines about one reason. Our choice: what a person can read.
  package static let interval = Duration.seconds(60)

  private struct Reason {
    /// When the last line was written.
    var said: ContinuousClock.Instant
    /// Failures since.
    var count = 0
  }

  private let reasons = Mutex<[String: Reason]>([:])
  private let log: Log

  /// - Parameter log: where lines go.
  package init(log: Log) { self.log = log }

  /// A handshake ended.
  package func note(_ how: HandshakeEnd, at now: ContinuousClock.Instant = .now) {
    let name =
      switch how {
      case .failed(let failure): failure.rawValue
      case .timedOut: "timeout"
      case .abandoned: "abandoned"
      }
    let count = reasons.withLock { reasons -> Int in
      var reason = reasons[name] ?? Reason(said: now - Self.interval)
      reason.count += 1
      defer { reasons[name] = reason }
      guard now >= reason.said + Self.interval else { return 0 }
      defer { reason = Reason(said: now) }
      return reason.count
    }
    if count > 0 { say(name, count) }
  }

  /// Writes what waits longer than `interval`. Called now and then, so that the last failures of a burst are
  /// told of too.
  package func flush(at now: ContinuousClock.Instant = .now) {
    let due = reasons.withLock { reasons in
      let due = reasons.filter { $0.value.count > 0 && now >= $0.value.said + Self.interval }
      for name in due.keys { reasons[name] = Reason(said: now) }
      return due
    }
    for (name, reason) in due.sorted(by: { $0.key < $1.key }) { say(name, reason.count) }
  }

  private func say(_ name: String, _ count: Int) {
    log.info("TLS handshakes failed", [.reason: .operatorText(name), .count: .count(count)])
  }
}
