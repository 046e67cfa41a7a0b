// A real idv-server as a child process, for measurements from outside.

internal import Foundation
internal import Synchronization

/// The server beside this tool, started on a free loopback port. Owned by a bench; `stop` must be called.
final class LaunchedServer: Sendable {
  /// Where it listens, `127.0.0.1:PORT`.
  let address: String
  /// Its process id.
  let pid: Int32
  private let process: Mutex<Process>

  struct StartFailed: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts the server and waits until it says that it listens.
  /// - Parameter arguments: further flags.
  init(_ arguments: [String] = []) throws {
    let tool = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = tool.deletingLastPathComponent().appendingPathComponent("idv-server")
    process.arguments = ["--port", "0"] + arguments
    let log = Pipe()
    process.standardError = log
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw StartFailed(description: "cannot start \(process.executableURL?.path ?? "idv-server")")
    }
    var text = ""
    var found: String?
    while found == nil {
      let data = log.fileHandleForReading.availableData
      guard !data.isEmpty else { throw StartFailed(description: "the server ended:\n\(text)") }
      text += String(decoding: data, as: UTF8.self)
      found = Self.address(in: text)
    }
    // The pipe must not fill while the server runs.
    log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    address = found ?? ""
    pid = process.processIdentifier
    self.process = Mutex(process)
  }

  private static func address(in log: String) -> String? {
    for line in log.split(separator: "\n") where line.contains("msg=\"listening\"") {
      for word in line.split(separator: " ") where word.hasPrefix("address=") {
        return String(word.dropFirst("address=".count))
      }
    }
    return nil
  }

  /// Resident memory now, in bytes.
  var residentBytes: Int {
    guard let statm = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8) else {
      return 0
    }
    let fields = statm.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
  }

  /// Stops it in good order and waits for its end.
  func stop() {
    process.withLock { process in
      process.terminate()
      process.waitUntilExit()
    }
  }
}
