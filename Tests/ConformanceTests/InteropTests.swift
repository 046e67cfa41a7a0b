// The interoperability cases in this process: all pass against our server, and none against a faulty one.

internal import Conformance
internal import TestIdentities
internal import Testing
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct InteropTests {
  private func results(isPlanted: Bool) async throws -> [InteropResult] {
    let identities = try TestIdentities.shared.get()
    var options = InteropOptions(
      identity: ConformanceIdentity(
        authority: identities.authority, serverCertificate: identities["server"].certificate,
        serverKey: identities["server"].key, clientCertificate: identities["client"].certificate,
        clientKey: identities["client"].key))
    options.soakCalls = 2
    options.concurrentCalls = 50
    options.isPlanted = isPlanted
    return try await runInterop(options) { _ in }
  }

  @Test func everyCasePasses() async throws {
    let results = try await results(isPlanted: false)
    #expect(results.count == 2 * InteropOptions.knownNames.count)
    for result in results {
      if case .failed(let why) = result.outcome {
        Issue.record("\(result.name) over \(result.profile): \(why)")
      }
    }
    #expect(results.count { $0.outcome == .passed } >= 38)
  }

  @Test func everyPlantedViolationIsNoticed() async throws {
    for result in try await results(isPlanted: true) {
      #expect(result.outcome != .passed, "\(result.name) over \(result.profile)")
    }
  }
}
