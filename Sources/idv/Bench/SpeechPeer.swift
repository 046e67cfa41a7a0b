// Another program that listens to the same recording, beside which ours is measured.

internal import Foundation
internal import Glibc

/// A program that reads lines from standard input, each a file of raw 32-bit floats (one channel, 16,000 a second), a tab
/// and what should be said in it, and listens to each. It may be a script that begins one.
struct SpeechPeer {
  let program: String
  let samples: [Float]
  let text: String

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Processor time of one listening in milliseconds: of a process that listens `rounds` times and once more, less that of
  /// one that listens once, so that neither its start nor what only the first one needs counts.
  func millisEach(rounds: Int) throws -> Double {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-bench-\(UUID().uuidString).f32")
    let bytes = samples.withUnsafeBytes { Data($0) }
    guard
      FileManager.default.createFile(
        atPath: file.path, contents: bytes, attributes: [.posixPermissions: 0o600])
    else { throw Failed(description: "\(file.path) cannot be written") }
    defer { try? FileManager.default.removeItem(at: file) }
    let line = "\(file.path)\t\(text)\n"
    let once = try seconds([line])
    let all = try seconds([String](repeating: line, count: rounds + 1))
    return (all - once) / Double(rounds) * 1000
  }

  /// Processor time of one process that is given `lines`.
  private func seconds(_ lines: [String]) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let before = Self.childrensSeconds
    do { try process.run() } catch {
      throw Failed(description: "--peer \(program) cannot be run")
    }
    try? input.fileHandleForWriting.write(contentsOf: Data(lines.joined().utf8))
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(description: "--peer \(program) ended with \(process.terminationStatus)")
    }
    return Self.childrensSeconds - before
  }

  /// Processor time of all children that have ended.
  private static var childrensSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(truncatingIfNeeded: RUSAGE_CHILDREN.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
  }
}
