// A response is stapled while it holds and never otherwise.

internal import Foundation
internal import TLS
internal import TestIdentities
internal import Testing

@Suite struct StapleTests {
  private let identities: TestIdentities

  init() throws { identities = try TestIdentities() }

  private func stapled(
    _ response: String?, asks: Bool = true, clock: TestClock = TestClock(.now)
  ) throws -> (bytes: [UInt8]?, warnings: [String]) {
    var settings = Settings(identities)
    settings.server.responseFile = response
    settings.client.requestsStaple = asks
    let server = try TLSContext(server: settings.server, clock: clock.read)
    let pair = try Pair(
      client: try TLSContext(client: settings.client), server: server, host: "localhost")
    pair.connect()
    #expect(pair.client.failure == nil && pair.server.failure == nil)
    return (pair.client.stapledResponse, server.warnings.filter { $0.contains("OCSP") })
  }

  @Test func aGoodResponseIsStapledForThoseWhoAsk() throws {
    let response = try identities.makeResponse("good.der", about: "server", by: "ca")
    let content = try Data(contentsOf: URL(fileURLWithPath: response))
    let asked = try stapled(response)
    #expect(asked.bytes == Array(content))
    #expect(asked.warnings.isEmpty)
    #expect(try stapled(response, asks: false).bytes == nil)
    #expect(try stapled(nil).bytes == nil)
  }

  @Test func aStaleOrEarlyResponseIsNotStapled() throws {
    let response = try identities.makeResponse("good.der", about: "server", by: "ca")
    let late = try stapled(response, clock: TestClock(.now + 90_000))
    #expect(late.bytes == nil)
    #expect(late.warnings.contains { $0.contains("is stale since") })
    let early = try stapled(response, clock: TestClock(.now - 90_000))
    #expect(early.bytes == nil)
    #expect(early.warnings.contains { $0.contains("is not valid yet") })
  }

  @Test func uselessResponsesAreNamedAndNotStapled() throws {
    let nonsense = try identities.write("nonsense", to: "nonsense.der")
    let large = try identities.write(String(repeating: "x", count: 20_000), to: "large.der")
    for (file, words) in [
      (try identities.makeResponse("o.der", about: "client", by: "ca"), "another certificate"),
      (
        try identities.makeResponse("r.der", about: "server", by: "ca", revoking: ["server"]),
        "does not say that the server's certificate is good"
      ),
      (nonsense, "is not one in DER"), (large, "larger than"),
      (identities.file("absent.der"), "cannot be read"),
    ] {
      let outcome = try stapled(file)
      #expect(outcome.bytes == nil)
      #expect(outcome.warnings.contains { $0.contains(file) && $0.contains(words) }, "\(words)")
    }
  }
}
