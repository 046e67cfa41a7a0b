// Connections that came to nothing, in the log: by reason, without a word about whose they were, and never more than
// a few lines.

package import Observability
internal import TLS
package import Transport

/// Writes one line the first time handshakes fail, or connections are refused, for a reason, then at most one per
/// reason and `pacedLinesInterval` with the number since: a scanner costs no more lines than there are reasons. Safe
/// from any thread.
package final class HandshakeLog: Sendable {
  private let reasons = PacedLines<String, Void>()
  private let refusals = PacedLines<ConnectionRefusal, Void>()
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

  /// A connection was turned away before its handshake. A server that stops has said so.
  package func note(refused why: ConnectionRefusal, at now: ContinuousClock.Instant = .now) {
    guard why != .draining else { return }
    if let due = refusals.note(why, (), at: now) { say(refused: due.kind, due.count) }
  }

  /// Writes what waits longer than the interval. Called now and then, so that the last failures of a burst are told of
  /// too.
  package func flush(at now: ContinuousClock.Instant = .now) {
    for due in reasons.takeDue(at: now).sorted(by: { $0.kind < $1.kind }) {
      say(due.kind, due.count)
    }
    for due in refusals.takeDue(at: now).sorted(by: { $0.kind.rawValue < $1.kind.rawValue }) {
      say(refused: due.kind, due.count)
    }
  }

  private func say(_ name: String, _ count: Int) {
    log.info("TLS handshakes failed", [.reason: .operatorText(name), .count: .count(count)])
  }

  private func say(refused why: ConnectionRefusal, _ count: Int) {
    log.warning("connections refused", [.reason: .code(why), .count: .count(count)])
  }
}
