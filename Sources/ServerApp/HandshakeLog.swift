// Failed handshakes in the log: by reason, without a word about who failed, and never more than a few lines.

package import Observability
internal import TLS
package import Transport

/// Writes one line the first time handshakes fail for a reason, then at most one per reason and
/// `pacedLinesInterval` with the number of failures since: a scanner costs no more lines than there are reasons.
/// Safe from any thread.
package final class HandshakeLog: Sendable {
  private let reasons = PacedLines<String, Void>()
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
    if let due = reasons.note(name, (), at: now) { say(due.kind, due.count) }
  }

  /// Writes what waits longer than the interval. Called now and then, so that the last failures of a burst are told of
  /// too.
  package func flush(at now: ContinuousClock.Instant = .now) {
    for due in reasons.takeDue(at: now).sorted(by: { $0.kind < $1.kind }) {
      say(due.kind, due.count)
    }
  }

  private func say(_ name: String, _ count: Int) {
    log.info("TLS handshakes failed", [.reason: .operatorText(name), .count: .count(count)])
  }
}
