// Calls that were refused before a handler saw them, in the log: by symbol and account, and never more than a few lines.

internal import Observability
internal import Vocabulary

/// Writes one line the first time an account's calls are refused for a reason, then at most one per account, symbol and
/// `pacedLinesInterval` with the number of refusals since. Safe from any thread.
final class RefusalLog: Sendable {
  private struct Kind: Hashable {
    let symbol: ErrorSymbol
    /// As a certificate that the operator's authority signed names it, whether or not it is known; nil: none.
    let account: AccountID?
  }

  private let lines = PacedLines<Kind, ErrorDetail>()
  private let log: Log

  init(log: Log) { self.log = log }

  /// A call was refused.
  func note(
    _ error: ServiceError, of account: AccountID?, at now: ContinuousClock.Instant = .now
  ) {
    let kind = Kind(symbol: error.detail.symbol, account: account)
    if let due = lines.note(kind, error.detail, at: now) { say(due) }
  }

  /// Writes what waits longer than the interval.
  func flush(at now: ContinuousClock.Instant = .now) {
    for due in lines.takeDue(at: now) { say(due) }
  }

  private func say(_ due: PacedLines<Kind, ErrorDetail>.Due) {
    var values: [LogKey: LogValue] = [
      .symbol: .code(due.kind.symbol), .count: .count(due.count),
    ]
    if let account = due.kind.account { values[.account] = .operatorText(account.name) }
    if !due.last.limit.isEmpty { values[.limit] = .operatorText(due.last.limit) }
    // Of the last one.
    if let id = due.last.requestID { values[.call] = .operatorText(id.description) }
    log.info("calls refused", values)
  }
}
