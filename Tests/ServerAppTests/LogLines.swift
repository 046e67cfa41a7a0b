// Collects what is logged.

import Logging
import Observability
import Synchronization

/// The lines of a log, with their values in brackets.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  /// A log that writes here.
  var log: Log { Log(Logger(label: "test", factory: { _ in Handler(lines: self) })) }

  /// What was written since the last call.
  func take() -> [String] {
    lines.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }

  private struct Handler: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]
    let lines: LogLines

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }
        .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
      lines.lines.withLock { $0.append("\(event.level) \(event.message) [\(values)]") }
    }
  }
}
