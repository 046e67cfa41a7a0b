// Runs the interoperability cases and tells how each went.

internal import Client
internal import Synchronization
internal import TLS
internal import Vocabulary
package import Wire

/// What to run.
package struct InteropOptions: Sendable {
  package var identity: ConformanceIdentity
  /// The server under test; nil starts one on loopback.
  package var server: (host: String, port: Int)?
  package var profiles: [Profile] = [.native, .compat]
  /// Names of cases; empty runs all.
  package var names: [String] = []
  /// Calls of each soak case.
  package var soakCalls = 100
  /// Calls of `concurrent_large_unary`; gRPC's number.
  package var concurrentCalls = 1000
  /// Plant a violation against every case: a server that does all wrong, scripts that are not kept to.
  package var isPlanted = false

  package init(identity: ConformanceIdentity) { self.identity = identity }

  /// The names of all cases.
  package static var knownNames: [String] { InteropCase.all.map(\.name) }
}

/// How one case went over one profile.
package struct InteropResult: Sendable {
  package enum Outcome: Sendable, Equatable {
    case passed
    case failed(String)
    /// The server announces no encoding.
    case notOffered
    /// The profile has no such thing.
    case notInProfile
  }

  package let name: String
  package let profile: Profile
  package let outcome: Outcome
  package let took: Duration
}

/// Runs the cases one after the other.
/// - Parameter progress: told each result as it comes.
package func runInterop(
  _ options: InteropOptions, progress: @Sendable (InteropResult) -> Void
) async throws -> [InteropResult] {
  if let server = options.server {
    return try await runInterop(options, server.host, server.port, progress)
  }
  let server = try await ConformanceServer.start(options.identity, isFaulty: options.isPlanted)
  do {
    let results = try await runInterop(options, "127.0.0.1", server.port, progress)
    await server.shutDown()
    return results
  } catch {
    await server.shutDown()
    throw error
  }
}

private func runInterop(
  _ options: InteropOptions, _ host: String, _ port: Int,
  _ progress: @Sendable (InteropResult) -> Void
) async throws -> [InteropResult] {
  var results: [InteropResult] = []
  for profile in options.profiles {
    let bench = try InteropBench(
      profile, options, host: host, port: port)
    let offersEncoding = try profile == .native && bench.announcesEncoding()
    for test in InteropCase.all where options.names.isEmpty || options.names.contains(test.name) {
      let started = ContinuousClock.now
      let outcome = await outcome(of: test, bench, offersEncoding: offersEncoding)
      let result = InteropResult(
        name: test.name, profile: profile, outcome: outcome,
        took: started.duration(to: .now))
      progress(result)
      results.append(result)
    }
    await bench.client.close()
  }
  return results
}

private func outcome(
  of test: InteropCase, _ bench: InteropBench, offersEncoding: Bool
) async -> InteropResult.Outcome {
  switch test.scope {
  case .native, .compression:
    guard bench.profile == .native else { return .notInProfile }
    if test.scope == .compression && !offersEncoding { return .notOffered }
  case .both: break
  }
  do {
    try await test.run(bench)
    return .passed
  } catch let error as ServiceError {
    return .failed("\(error.code.name): \(error.message)")
  } catch {
    return .failed("\(error)")
  }
}

extension InteropBench {
  /// Whether the server's SETTINGS name an encoding.
  fileprivate func announcesEncoding() throws -> Bool {
    let peer = try FramePeer(
      connecting: settings.host, settings.port, try identity.clientTLS(.native))
    try peer.send(.settings([]))
    // Entry 7, "encodings" (PROTOCOL.md, settings).
    return (try peer.frame()?.setting(7) ?? 0) != 0
  }
}
