// A child process that says "ready PORT" on standard output and then serves.

internal import CBaseline
internal import Foundation
internal import Synchronization

/// A server started for a measurement. Owned by a bench; `stop` must be called.
final class BenchChild: Sendable {
  let pid: Int32
  let port: Int
  private let process: Mutex<Process>

  struct StartFailed: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts `program` and waits for its line.
  init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    let process = Process()
    // By way of env, so that a name is looked up in PATH.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.contains("\n") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else {
        process.waitUntilExit()
        throw StartFailed(
          description: "\(program) \(arguments.prefix(3)) ended before it was ready")
      }
      text += String(decoding: data, as: UTF8.self)
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0] == "ready", let port = Int(words[1]) else {
      process.terminate()
      throw StartFailed(description: "\(program) said something else than its port")
    }
    pid = process.processIdentifier
    self.port = port
    self.process = Mutex(process)
  }

  /// User and system time it has used.
  var cpuMicros: Double { Double(baseline_process_micros(pid)) }

  /// Its resident memory in bytes.
  var residentBytes: Int { Int(baseline_process_resident(pid)) }

  /// Ends it and waits for its end.
  func stop() {
    process.withLock { process in
      process.terminate()
      process.waitUntilExit()
    }
  }
}

/// Sends what was printed on its way, also into a pipe.
func flushOutput() { fflush(nil) }
