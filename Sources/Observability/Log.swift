// Structured logging that cannot carry personal data: constant messages, known keys, closed value types.

package import Logging

/// A logger whose messages are compile-time constants and whose values come from `LogValue`.
/// A string from a caller, a name, a number or a picture has no way in. Cheap to copy, usable anywhere.
package struct Log: Sendable {
  /// One reference: a copy travels with every call.
  private let base: Base

  private final class Base: Sendable {
    let logger: Logger
    let isVerbose: Bool

    init(_ logger: Logger) {
      self.logger = logger
      isVerbose = logger.logLevel <= .debug
    }
  }

  /// Wraps `logger`, which decides destination and, from then on, level.
  package init(_ logger: Logger) { base = Base(logger) }

  /// Whether debug lines are written; lets hot paths skip making their values. The level as it was
  /// when the logger was made: asking the handler means two dynamic calls.
  package var isVerbose: Bool { base.isVerbose }

  /// A logger that drops everything; for tests.
  package static var silent: Log {
    Log(Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  /// The process's own, where the application has said where lines go; before that they go to standard error.
  package static var process: Log { Log(Logger(label: "idv")) }

  /// A copy that adds `key` to every line.
  package func with(_ key: LogKey, _ value: LogValue) -> Log {
    var logger = base.logger
    logger[metadataKey: key.rawValue] = .string(value.text)
    return Log(logger)
  }

  /// Something useful only while developing.
  package func debug(_ message: StaticString, _ values: [LogKey: LogValue] = [:]) {
    write(.debug, message, values)
  }

  /// Normal operation.
  package func info(_ message: StaticString, _ values: [LogKey: LogValue] = [:]) {
    write(.info, message, values)
  }

  /// Works, but somebody should look at it.
  package func warning(_ message: StaticString, _ values: [LogKey: LogValue] = [:]) {
    write(.warning, message, values)
  }

  /// Something failed.
  package func error(_ message: StaticString, _ values: [LogKey: LogValue] = [:]) {
    write(.error, message, values)
  }

  private func write(
    _ level: Logger.Level, _ message: StaticString, _ values: [LogKey: LogValue]
  ) {
    let logger = base.logger
    guard logger.logLevel <= level else { return }
    var metadata = Logger.Metadata(minimumCapacity: values.count)
    for (key, value) in values { metadata[key.rawValue] = .string(value.text) }
    logger.log(level: level, Logger.Message(stringLiteral: "\(message)"), metadata: metadata)
  }
}

/// Every key a log line may have.
package enum LogKey: String, Sendable {
  case account
  case address
  case advice
  case bytes
  case call
  case certificate
  case code
  case connections
  case count
  case dropped
  case field
  case file
  case limit
  case method
  case micros
  case millis
  case model
  case port
  case reason
  case role
  case sha256
  case signal
  case source
  case state
  case symbol
  case verdict
  case version
}

/// What a log value may be. There is no case for text from a peer.
package enum LogValue: Sendable {
  /// A name from a closed set in the source: an enumeration's raw value, a method that is registered.
  case name(StaticString)
  /// Text that the operator wrote (configuration, file names, accounts) or that we made (ids, digests).
  case operatorText(String)
  /// A count.
  case count(Int)
  /// A duration.
  case duration(Duration)
  /// A status, reason or symbol of ours.
  case code(any RawRepresentable & Sendable)

  var text: String {
    switch self {
    case .name(let name): "\(name)"
    case .operatorText(let text): text
    case .count(let count): String(count)
    case .duration(let duration): String(duration.microseconds)
    case .code(let code): "\(code.rawValue)"
    }
  }
}

extension Duration {
  /// Whole microseconds, rounded down.
  package var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
