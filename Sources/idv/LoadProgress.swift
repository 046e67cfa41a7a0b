// Live progress of idv load on standard error.

internal import Glibc
internal import LoadTest
internal import Synchronization

/// One line that is refreshed on a terminal; a line a second elsewhere. Safe from any thread.
final class LoadProgress: LoadObserver {
  /// A line that a terminal breaks cannot be refreshed; this fits the narrowest that is usual.
  private static let columnsMax = 79

  private let settings: LoadSettings
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let width = Mutex(0)

  init(_ settings: LoadSettings) { self.settings = settings }

  func passed(_ point: LoadPoint, total: Tally) {
    let whole = line(point, total)
    guard isTerminal else { return note(whole) }
    let text = String(whole.prefix(Self.columnsMax))
    // Blanks cover what a longer line before it left behind.
    width.withLock { width in
      noteInPlace(left(text, width))
      width = text.count
    }
  }

  func finished() {
    if isTerminal, width.withLock({ $0 }) > 0 { note("") }
  }

  private func line(_ point: LoadPoint, _ total: Tally) -> String {
    let end = settings.sendingSeconds - settings.warmUp
    var when = "\(right(fixed(point.to, 0), 4))"
    if end.isFinite { when += "/\(fixed(end, 0))" }
    when += point.isWarmUp ? " s warming up" : " s"
    var parts = [when]
    let reached = DecimalText.rate(point.reached)
    parts.append(
      point.asked.map { "\(reached)/s of \(DecimalText.rate($0))" } ?? "\(reached)/s")
    let response = point.tally.response
    if response.count > 0 {
      let shown = [("p50", response.percentile(0.5)), ("p99", response.percentile(0.99))]
      parts += shown.map { "\($0.0) \(TimeText.latency($0.1))" }
    }
    if total.errors > 0 { parts.append("errors \(DecimalText.grouped(total.errors))") }
    if point.waiting > 0 { parts.append("waiting \(DecimalText.grouped(point.waiting))") }
    parts.append("in flight \(point.inFlight)")
    if response.count > 0 { parts.append("max \(TimeText.latency(response.max))") }
    return parts.joined(separator: " · ")
  }
}
