// Sessions are resumed, but nobody comes back who would not be let in today.

internal import Foundation
internal import Synchronization
internal import TLS
internal import TestIdentities
internal import Testing

extension Int {
  /// Seconds since 1970.
  static var now: Int { time(nil) }
}

/// A clock that tests move.
final class TestClock: Sendable {
  private let seconds: Mutex<Int>

  init(_ start: Int) { seconds = Mutex(start) }

  var now: Int { seconds.withLock { $0 } }
  @Sendable func read() -> Int { now }
  func advance(by count: Int) { seconds.withLock { $0 += count } }
}

@Suite final class ResumptionTests {
  private let identities: TestIdentities
  private let clock = TestClock(.now)
  private var settings: Settings

  init() throws {
    identities = try TestIdentities()
    settings = Settings(identities)
  }

  private func server(_ settings: Settings) throws -> TLSContext {
    try TLSContext(server: settings.server, clock: clock.read)
  }

  private func client(_ settings: Settings) throws -> TLSContext {
    try TLSContext(client: settings.client)
  }

  /// One connection from handshake to close notices; whether it was resumed.
  @discardableResult
  private func connect(
    _ client: TLSContext, _ server: TLSContext, host: String = "localhost", closing: Bool = true
  ) throws -> Bool {
    let pair = try Pair(client: client, server: server, host: host)
    pair.connect()
    #expect(pair.client.failure == nil && pair.server.failure == nil)
    #expect(pair.client.isResumed == pair.server.isResumed)
    pair.client.send([1])
    pair.server.send([2])
    pair.run()
    #expect(pair.server.inbox == [1] && pair.client.inbox == [2])
    #expect(try pair.server.identity()?.account?.name == "dev")
    #expect(try pair.server.identity()?.keyFingerprint.count == 64)
    if closing {
      pair.client.close()
      pair.run()
      pair.server.close()
      pair.run()
    }
    return pair.server.isResumed
  }

  @Test func secondConnectionIsResumedAndKnowsWhoCalls() throws {
    let (client, server) = (try client(settings), try server(settings))
    #expect(try !connect(client, server))
    for _ in 0..<5 { #expect(try connect(client, server)) }
  }

  @Test func aConnectionThatIsCutLeavesItsSession() throws {
    let (client, server) = (try client(settings), try server(settings))
    try connect(client, server, closing: false)
    #expect(try connect(client, server))
  }

  @Test func sessionsBelongToOneHost() throws {
    let (client, server) = (try client(settings), try server(settings))
    try connect(client, server)
    #expect(try !connect(client, server, host: "127.0.0.1"))
    #expect(try connect(client, server))
  }

  @Test func eitherSideMayDoWithout() throws {
    var without = settings
    without.server.resumesSessions = false
    let stubborn = try server(without)
    let client = try client(settings)
    try connect(client, stubborn)
    #expect(try !connect(client, stubborn))
    without.client.resumesSessions = false
    let forgetful = try TLSContext(client: without.client)
    let server = try server(settings)
    try connect(forgetful, server)
    #expect(try !connect(forgetful, server))
  }

  @Test func oldVersionsAreNeverResumed() throws {
    var old = settings
    old.server.lowestVersion = .v12
    old.client.lowestVersion = .v12
    old.client.highestVersion = .v12
    let (client, server) = (try client(old), try server(old))
    try connect(client, server)
    #expect(try !connect(client, server))
  }

  @Test func ticketKeysRotate() throws {
    let (client, server) = (try client(settings), try server(settings))
    try connect(client, server)
    server.rotateTicketKeys()
    #expect(try connect(client, server))
    // What the client has now is one old ticket of the first connection and one of the second.
    server.rotateTicketKeys()
    server.rotateTicketKeys()
    #expect(try !connect(client, server))
  }

  @Test func theSourceRotatesWhenItIsTime() throws {
    let source = try TLSContextSource(settings.server, clock: clock.read)
    let client = try client(settings)
    try connect(client, source.current)
    for _ in 0..<3 { source.rotateTicketKeysWhenDue() }
    #expect(try connect(client, source.current))
    for _ in 0..<2 {
      clock.advance(by: TLSLimits.ticketSeconds)
      source.rotateTicketKeysWhenDue()
    }
    #expect(try !connect(client, source.current))
  }

  @Test func aDayAfterTheCertificateWasShownItMustBeShownAgain() throws {
    let (client, server) = (try client(settings), try server(settings))
    try connect(client, server)
    clock.advance(by: 43_200)
    #expect(try connect(client, server))
    clock.advance(by: 43_200)
    #expect(try !connect(client, server))
    #expect(try connect(client, server))
  }

  @Test func anExpiredCertificateDoesNotComeBack() throws {
    // The certificate ends in a few hours, before a day is over.
    try identities.openssl([
      "req", "-new", "-key", "client.key", "-out", "brief.csr", "-subj", "/CN=brief",
    ])
    try identities.makeBriefLeaf("brief", from: "client.ext", by: "ca", seconds: 7200)
    settings.client.certificateChainFile = identities["brief"].certificate
    let (client, server) = (try client(settings), try server(settings))
    try connect(client, server)
    clock.advance(by: 3600)
    #expect(try connect(client, server))
    clock.advance(by: 3601)
    #expect(try !connect(client, server))
  }

  @Test func anEndedRevocationListEndsSessions() throws {
    settings.server.revocationFiles = [try identities.makeRevocationList("list.pem", by: "ca")]
    let (client, server) = (try client(settings), try server(settings))
    try connect(client, server)
    clock.advance(by: 86_300)
    #expect(try connect(client, server))
    clock.advance(by: 99)
    #expect(try connect(client, server))
    clock.advance(by: 10)
    #expect(try !connect(client, server))
  }

  @Test func aRevokedClientDoesNotComeBackAfterTheReload() throws {
    let list = try identities.makeRevocationList("list.pem", by: "ca")
    settings.server.revocationFiles = [list]
    let source = try TLSContextSource(settings.server)
    let client = try client(settings)
    try connect(client, source.current)
    #expect(try connect(client, source.current))
    _ = try identities.makeRevocationList("list.pem", by: "ca", revoking: ["client"])
    guard case .replaced = source.refresh(isForced: true) else {
      Issue.record("not reloaded")
      return
    }
    let pair = try Pair(client: client, server: source.current, host: "localhost")
    pair.connect()
    #expect(pair.server.failure == .certificateRevoked)
  }

  @Test func aTakenOutAuthorityEndsSessionsToo() throws {
    let source = try TLSContextSource(settings.server)
    let client = try client(settings)
    try connect(client, source.current)
    _ = try identities.write(try identities.text("other-ca.crt"), to: "ca-of-clients.crt")
    var other = settings
    other.server.clientAuthorityFile = identities.file("ca-of-clients.crt")
    let pair = try Pair(
      client: client, server: try TLSContext(server: other.server), host: "localhost")
    pair.connect()
    #expect(pair.server.failure == .certificateUntrusted)
    #expect(!pair.server.isResumed)
  }
}
