// A child process that says where it listens and then serves.

internal import CBaseline
internal import Foundation
internal import Glibc
internal import Synchronization

/// A server started for a measurement. Owned by a bench; `stop` must be called.
final class BenchChild: Sendable {
  let pid: Int32
  let port: Int
  private let process: Mutex<Process>

  struct StartFailed: Error, CustomStringConvertible {
    let description: String
  }

  /// This program's own file.
  static var tool: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path
  }

  /// Starts `program` and waits for its line `ready PORT` on standard output.
  convenience init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws {
    try self.init(program, arguments, environment: environment, says: .output) {
      BenchChild.readyPort($0)
    }
  }

  /// Starts other people's server, whose complaints are not ours to print.
  convenience init(
    peer program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws {
    try self.init(program, arguments, environment: environment, says: .output, quiet: true) {
      BenchChild.readyPort($0)
    }
  }

  /// The port in a line `ready PORT`; nil in any other line.
  private static func readyPort(_ line: Substring) -> Int? {
    let words = line.split(separator: " ")
    return words.count == 2 && words[0] == "ready" ? Int(words[1]) : nil
  }

  /// Starts the idv-server beside this tool on a free port and waits until its log says that it listens.
  static func server(_ arguments: [String] = []) throws -> BenchChild {
    let server = URL(fileURLWithPath: tool).deletingLastPathComponent()
      .appendingPathComponent("idv-server").path
    return try BenchChild(server, ["--port", "0"] + arguments, says: .errors) { line in
      guard line.contains("msg=\"listening\"") else { return nil }
      return line.split(separator: ":").last.flatMap { Int($0) }
    }
  }

  private enum Stream {
    case output
    case errors
  }

  private init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    says stream: Stream, quiet: Bool = false, port find: (Substring) -> Int?
  ) throws {
    let process = Process()
    // By way of env, so that a name is looked up in PATH.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let said = Pipe()
    switch stream {
    case .output:
      process.standardOutput = said
      if quiet { process.standardError = FileHandle.nullDevice }
    case .errors: process.standardError = said
    }
    try process.run()
    var text = ""
    var found: Int?
    while found == nil {
      let data = said.fileHandleForReading.availableData
      guard !data.isEmpty else {
        process.waitUntilExit()
        throw StartFailed(description: "\(program) ended before it was ready:\n\(text)")
      }
      text += String(decoding: data, as: UTF8.self)
      found = text.split(separator: "\n").compactMap(find).first
    }
    // The pipe must not fill while the child runs.
    said.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    pid = process.processIdentifier
    port = found ?? 0
    self.process = Mutex(process)
  }

  /// User and system time it has used.
  var cpuMicros: Double { Double(baseline_process_micros(pid)) }

  /// Its resident memory in bytes.
  var residentBytes: Int { Int(baseline_process_resident(pid)) }

  /// Waits until it has nothing left to do, at most some seconds: it may be tidying up after many connections.
  func settle() {
    for _ in 0..<settleTurnsMax {
      let before = cpuMicros
      usleep(settleMicros)
      if cpuMicros == before { return }
    }
  }

  /// Ends it and waits for its end. It has nothing to save, and a child may have inherited a blocked SIGTERM.
  func stop() {
    process.withLock { process in
      guard process.isRunning else { return }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }
}

/// The kernel counts time in ticks of 10 ms.
private let settleMicros: UInt32 = 100_000
private let settleTurnsMax = 50

/// Notices what other programs take from a measurement.
struct BenchQuiet {
  private let child: BenchChild
  private let start = ContinuousClock.now
  private let machine = baseline_machine_micros()
  private let own = baseline_own_micros()
  private let childBefore: Double

  /// Begins to watch.
  init(_ child: BenchChild) {
    self.child = child
    childBefore = child.cpuMicros
  }

  /// Share of one core that neither this process nor the server used.
  var othersShare: Double {
    let ours = Double(baseline_own_micros() - own) + child.cpuMicros - childBefore
    let all = Double(baseline_machine_micros() - machine)
    return max(0, all - ours) / max(1, start.duration(to: .now).seconds * 1e6)
  }
}

/// Lets this process and its children open as many files as the system allows; returns how many.
func baselineFiles() -> Int { baseline_raise_files() }

/// Sends what was printed on its way, also into a pipe.
func flushOutput() { fflush(nil) }

/// Where a bench and the servers that it measures run.
enum BenchPlacement {
  /// Wherever and whenever the system likes.
  case shared
  /// The client has one processor, the servers share the others, and both run before all other programs: neither waits
  /// for the other's turn, nor for anybody else's.
  case apart

  /// Threads of a server that may use `threads` where it shares.
  func serverThreads(_ threads: Int) -> Int {
    self == .apart ? max(1, min(threads, Int(baseline_processors()) - 1)) : threads
  }

  /// `apart` where there are processors enough and the system allows it.
  static var apartIfPossible: BenchPlacement {
    let isAllowed =
      baseline_processors() > 1 && baseline_confine(0, 1) != 0 && baseline_go_first(1) != 0
    BenchPlacement.shared.placeClient()
    return isAllowed ? .apart : .shared
  }

  /// From now on what this thread starts runs where servers do.
  func placeServers() {
    let count = baseline_processors()
    _ = self == .apart ? baseline_confine(1, count - 1) : baseline_confine(0, count)
    _ = baseline_go_first(self == .apart ? 1 : 0)
  }

  /// From now on this thread runs where the client does.
  func placeClient() {
    _ = baseline_confine(0, self == .apart ? 1 : baseline_processors())
    _ = baseline_go_first(self == .apart ? 1 : 0)
  }
}
