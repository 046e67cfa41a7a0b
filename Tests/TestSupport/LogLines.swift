// Collects what is logged.

internal import Logging
package import Observability
internal import Synchronization

/// The lines of a log, with their values in brackets.
package final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  package init() {}

  /// A log that writes here.
  package var log: Log { Log(Logger(label: "test", factory: { _ in Handler(lines: self) })) }

  /// What was written since the last call.
  package func take() -> [String] {
    lines.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }

  /// What was written since the last `take`, which still gives it.
  package var text: String { lines.withLock { $0.joined(separator: "\n") } }

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
