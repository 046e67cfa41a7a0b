// idv interop: gRPC's interoperability cases over our two profiles.

internal import ArgumentParser
internal import Conformance
internal import Wire

struct InteropCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interop",
    abstract: "Runs gRPC's interoperability cases against a server.",
    discussion: """
      Without --server the command serves idv.test.v1.TestService itself, on loopback. Cases of HTTP/2 frames \
      (goaway … no_df_padding) test this build's client against a server that is told every frame. The exit \
      status is 1 if a case fails.
      """)

  @Option(help: ArgumentHelp("A server of idv.test.v1.TestService.", valueName: "host:port"))
  var server: String?

  @Option(help: "Folder of ca.crt, server.crt, server.key, client.crt and client.key.")
  var certs = "Certs/dev"

  @Option(help: "Only this profile: native or compat.")
  var profile: ConnectionOptions.ProfileOption?

  @Option(parsing: .upToNextOption, help: "Only these cases.")
  var cases: [String] = []

  @Option(help: "Calls of each soak case.")
  var soak = 100

  @Option(help: "Calls of concurrent_large_unary.")
  var concurrent = 1000

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Plant a violation against every case, and fail if one is not noticed.")
  var selfTest = false

  private struct Line: Encodable {
    let name: String
    let profile: String
    let result: String
    let reason: String?
    let millis: Double

    enum CodingKeys: String, CodingKey {
      case name = "case"
      case profile, result, reason, millis
    }
  }

  func run() async throws {
    let options = try options()
    let results: [InteropResult]
    do {
      results = try await runInterop(options) { [selfTest] result in
        if !selfTest, case .failed(let why) = result.outcome {
          note("idv: \(result.name) over \(result.profile.word): \(why)")
        }
      }
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if selfTest { return try judgePlanted(results) }
    if json { try printJSON(results.map(line)) } else { print(table(results)) }
    let hasFailed = results.contains { if case .failed = $0.outcome { true } else { false } }
    if hasFailed { throw ExitCode(1) }
  }

  /// Every case that ran must have failed.
  private func judgePlanted(_ results: [InteropResult]) throws {
    let missed = results.filter { $0.outcome == .passed }
    for result in missed {
      note("idv: planted and not noticed: \(result.name) over \(result.profile.word)")
    }
    if !missed.isEmpty { throw ExitCode(1) }
    let caught = results.count { if case .failed = $0.outcome { true } else { false } }
    print("interop: \(caught) planted violations caught")
  }

  private func options() throws -> InteropOptions {
    guard server == nil || !selfTest else {
      throw ValidationError("--self-test needs its own server.")
    }
    guard soak > 0, concurrent > 0 else {
      throw ValidationError("--soak and --concurrent must be positive.")
    }
    let known = InteropOptions.knownNames
    if let unknown = cases.first(where: { !known.contains($0) }) {
      throw ValidationError("No case \(unknown); there are: \(known.joined(separator: ", ")).")
    }
    var options = InteropOptions(identity: ConformanceIdentity(folder: certs))
    options.names = cases
    options.soakCalls = soak
    options.concurrentCalls = concurrent
    options.isPlanted = selfTest
    if let profile { options.profiles = [profile.profile] }
    if let server {
      let parts = server.split(separator: ":")
      guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) else {
        throw ValidationError("--server takes host:port.")
      }
      options.server = (String(parts[0]), port)
    }
    return options
  }

  private func table(_ results: [InteropResult]) -> String {
    var names: [String] = []
    for result in results where !names.contains(result.name) { names.append(result.name) }
    let profiles = [Profile.native, .compat].filter { p in results.contains { $0.profile == p } }
    var lines = [left("case", 32) + profiles.map { left($0.word, 22) }.joined()]
    for name in names {
      let cells = profiles.map { profile in
        results.first { $0.name == name && $0.profile == profile }.map(cell) ?? ""
      }
      lines.append(left(name, 32) + cells.map { left($0, 22) }.joined())
    }
    let passed = results.count { $0.outcome == .passed }
    let failed = results.count { if case .failed = $0.outcome { true } else { false } }
    lines.append("\(passed) passed, \(failed) failed")
    return lines.joined(separator: "\n")
  }

  private func cell(_ result: InteropResult) -> String {
    switch result.outcome {
    case .passed: "passed \(fixed(result.took / .milliseconds(1), 0)) ms"
    case .failed: "FAILED"
    case .notOffered: "not offered"
    case .notInProfile: "–"
    }
  }

  private func line(_ result: InteropResult) -> Line {
    let (word, reason): (String, String?) =
      switch result.outcome {
      case .passed: ("passed", nil)
      case .failed(let why): ("failed", why)
      case .notOffered: ("not offered", "the server announces no encoding")
      case .notInProfile: ("not applicable", "the profile has no such thing")
      }
    return Line(
      name: result.name, profile: result.profile.word, result: word, reason: reason,
      millis: result.took / .milliseconds(1))
  }
}

extension Profile {
  /// As options name it.
  var word: String {
    switch self {
    case .native: "native"
    case .compat: "compat"
    }
  }
}
