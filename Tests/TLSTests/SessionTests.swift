// Sessions back to back: agreement, refusals with their reasons, transfers cut anywhere, ends.

internal import TLS
internal import TestIdentities
internal import Testing
internal import Vocabulary

@Suite struct SessionTests {
  @Test(arguments: [Int.max, 1, 7, 1000])
  func handshakeCutAnywhere(piece: Int) throws {
    let pair = try Pair()
    pair.connect(piece: piece)
    #expect(pair.client.failure == nil && pair.server.failure == nil)
    #expect(pair.client.established && pair.server.established)
    #expect(pair.server.version == .v13)
    #expect(pair.server.applicationProtocol == "idv/1")
    #expect(pair.client.applicationProtocol == "idv/1")
    pair.client.send([1, 2, 3])
    pair.server.send([4])
    pair.run(piece: piece)
    #expect(pair.server.inbox == [1, 2, 3] && pair.client.inbox == [4])
  }

  @Test func outputRoomOfOneByteSpills() throws {
    let pair = try Pair(outputRoom: 1, plaintextRoom: 1)
    pair.connect()
    pair.client.send(Array(0..<200))
    pair.run()
    #expect(pair.server.inbox == Array(0..<200))
  }

  @Test func identityIsWhatTheCertificateSays() throws {
    let pair = try Pair()
    pair.connect()
    let identity = try #require(try pair.server.identity())
    #expect(identity.uris == ["idv:account:dev"])
    #expect(identity.account?.name == "dev")
    #expect(identity.commonName == "idv test client")
    #expect(identity.fingerprint.count == 64)
    let server = try #require(try pair.client.identity())
    #expect(server.uris.isEmpty && server.commonName == "idv test server")
    #expect(server.fingerprint != identity.fingerprint)
  }

  @Test func serverChoosesTheProtocolItPrefers() throws {
    var settings = Settings()
    settings.client.applicationProtocols = ["h2", "ttrpc/1.2", "idv/1"]
    let pair = try Pair(settings)
    pair.connect()
    #expect(pair.server.applicationProtocol == "idv/1")
  }

  @Test func noProtocolOfferedIsLetIn() throws {
    var settings = Settings()
    settings.client.applicationProtocols = []
    let pair = try Pair(settings)
    pair.connect()
    #expect(pair.server.established)
    #expect(pair.server.applicationProtocol == nil)
  }

  @Test func version12OnlyByOption() throws {
    var settings = Settings()
    settings.client.lowestVersion = .v12
    settings.client.highestVersion = .v12
    let refused = try Pair(settings)
    refused.connect()
    #expect(refused.server.failure == .versionMismatch)
    #expect(refused.client.failure == .versionMismatch)
    settings.server.lowestVersion = .v12
    let accepted = try Pair(settings)
    accepted.connect()
    #expect(accepted.server.version == .v12)
    #expect(try accepted.server.identity()?.account?.name == "dev")
  }

  /// A way to spoil the settings and what both sides then say.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let server: TLSFailure?
    let client: TLSFailure?
    let spoil: @Sendable (inout Settings, TestIdentities) -> Void
  }

  static let refusals: [Refusal] = [
    Refusal(
      testDescription: "wrong authority", server: .peerRefusedCertificate,
      client: .certificateUntrusted
    ) {
      $0.client.authorityFile = $1["other-ca"].certificate
    },
    Refusal(
      testDescription: "stranger", server: .certificateUntrusted, client: .peerRefusedCertificate
    ) {
      $0.client.certificateChainFile = $1["stranger"].certificate
      $0.client.privateKeyFile = $1["stranger"].key
    },
    Refusal(
      testDescription: "no client certificate", server: .certificateMissing,
      client: .peerRequiresCertificate
    ) {
      (settings, _) in
      settings.client.certificateChainFile = nil
      settings.client.privateKeyFile = nil
    },
    Refusal(
      testDescription: "wrong host", server: .peerRefusedCertificate,
      client: .certificateNameMismatch
    ) {
      $0.server.certificateChainFile = $1["elsewhere"].certificate
      $0.server.privateKeyFile = $1["elsewhere"].key
    },
    Refusal(
      testDescription: "wrong address", server: .peerRefusedCertificate,
      client: .certificateNameMismatch
    ) {
      (settings, _) in settings.host = "127.0.0.2"
    },
    Refusal(
      testDescription: "no common protocol", server: .noSharedProtocol, client: .peerRefusedProtocol
    ) {
      (settings, _) in settings.client.applicationProtocols = ["h2"]
    },
    Refusal(
      testDescription: "expired server", server: .peerRefusedCertificate,
      client: .certificateExpired
    ) {
      $0.server.certificateChainFile = $1["expired"].certificate
      $0.server.privateKeyFile = $1["expired"].key
    },
    Refusal(
      testDescription: "expired client", server: .certificateExpired,
      client: .peerRefusedCertificate
    ) {
      $0.client.certificateChainFile = $1["expired"].certificate
      $0.client.privateKeyFile = $1["expired"].key
    },
    Refusal(
      testDescription: "server's certificate as client's", server: .certificateUnsuitable,
      client: .peerRefusedCertificate
    ) {
      $0.client.certificateChainFile = $1["server"].certificate
      $0.client.privateKeyFile = $1["server"].key
    },
  ]

  @Test(arguments: refusals)
  func refusalsAreNamed(_ refusal: Refusal) throws {
    let identities = try TestIdentities.shared.get()
    var settings = Settings()
    refusal.spoil(&settings, identities)
    let pair = try Pair(settings)
    pair.connect()
    #expect(pair.server.failure == refusal.server)
    #expect(pair.client.failure == refusal.client)
  }

  @Test func addressIsVerifiedAsAnAddress() throws {
    var settings = Settings()
    settings.host = "127.0.0.1"
    let pair = try Pair(settings)
    pair.connect()
    #expect(pair.client.failure == nil && pair.client.established)
  }

  @Test func optionalCertificateMayStayAway() throws {
    var settings = Settings()
    settings.server.clientCertificates = .optional
    settings.client.certificateChainFile = nil
    settings.client.privateKeyFile = nil
    let pair = try Pair(settings)
    pair.connect()
    #expect(pair.server.established)
    #expect(try pair.server.identity() == nil)
  }
}
