// Clients that were revoked are refused, and so are those of whom nobody can say.

internal import TLS
internal import TestIdentities
internal import Testing

@Suite struct RevocationTests {
  private let identities: TestIdentities

  init() throws { identities = try TestIdentities() }

  /// Connects as `client` with `lists`; the server's failure and the client's, after both had their say.
  private func outcome(
    as client: String = "client", lists: [String], usesStale: Bool = false,
    authority: String? = nil, version: TLSVersion = .v13
  ) throws -> (server: TLSFailure?, client: TLSFailure?) {
    var settings = Settings(identities)
    settings.server.revocationFiles = lists
    settings.server.usesStaleRevocation = usesStale
    settings.server.lowestVersion = .v12
    if let authority { settings.server.clientAuthorityFile = authority }
    settings.client.certificateChainFile = identities[client].certificate
    settings.client.privateKeyFile = identities[client].key
    settings.client.lowestVersion = .v12
    settings.client.highestVersion = version
    let pair = try Pair(settings)
    pair.connect()
    return (pair.server.failure, pair.client.failure)
  }

  @Test(arguments: [TLSVersion.v12, .v13])
  func revokedClientIsRefused(version: TLSVersion) throws {
    let list = try identities.makeRevocationList("list.pem", by: "ca", revoking: ["client"])
    let outcome = try outcome(lists: [list], version: version)
    #expect(outcome.server == .certificateRevoked)
    #expect(outcome.client == .peerRefusedCertificate)
  }

  @Test func otherClientsComeIn() throws {
    try identities.makeLeaf(
      "second", by: "ca", names: "URI:idv:account:second", usage: "clientAuth", days: 2)
    let list = try identities.makeRevocationList("list.pem", by: "ca", revoking: ["second"])
    #expect(try outcome(lists: [list]).server == nil)
    #expect(try outcome(as: "second", lists: [list]).server == .certificateRevoked)
  }

  @Test func withoutAListOfTheirAuthorityClientsAreRefused() throws {
    let list = try identities.makeRevocationList("other.pem", by: "other-ca")
    #expect(try outcome(lists: [list]).server == .revocationUnknown)
    var settings = Settings(identities)
    settings.server.revocationFiles = [list]
    let warnings = try TLSContext(server: settings.server).warnings
    #expect(warnings.contains { $0.contains("has no revocation list") })
  }

  @Test func staleListsFailClosedUnlessToldOtherwise() throws {
    let list = try identities.makeRevocationList("list.pem", by: "ca")
    let over = try identities.makeRevocationList("over.pem", by: "ca", period: .over)
    #expect(try outcome(lists: [over]).server == .revocationUnknown)
    #expect(try outcome(lists: [over], usesStale: true).server == nil)
    // A current list beside the old one is the one that counts.
    #expect(try outcome(lists: [over, list]).server == nil)
    var settings = Settings(identities)
    settings.server.revocationFiles = [over]
    #expect(
      try TLSContext(server: settings.server).warnings.contains {
        $0.contains("over.pem") && $0.contains("its authority's clients are refused")
      })
    settings.server.usesStaleRevocation = true
    #expect(
      try TLSContext(server: settings.server).warnings.contains {
        $0.contains("over.pem") && $0.contains("goes on to be used")
      })
  }

  @Test func staleListsStillRevoke() throws {
    let over = try identities.makeRevocationList(
      "over.pem", by: "ca", revoking: ["client"], period: .over)
    #expect(try outcome(lists: [over], usesStale: true).server == .certificateRevoked)
  }

  @Test func listsOfTheFutureAreNotUsed() throws {
    let future = try identities.makeRevocationList("future.pem", by: "ca", period: .future)
    #expect(try outcome(lists: [future]).server == .revocationUnknown)
    #expect(try outcome(lists: [future], usesStale: true).server == .revocationUnknown)
  }

  @Test func listsThatTheAuthorityDidNotSignAreNotUsed() throws {
    // Another authority of the same name.
    try identities.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      "impostor.key", "-out", "impostor.crt", "-days", "2", "-subj", "/CN=ca",
    ])
    let forged = try identities.makeRevocationList("forged.pem", by: "impostor")
    #expect(try outcome(lists: [forged]).server == .revocationUnknown)
  }

  @Test func authoritiesInBetweenAreCheckedToo() throws {
    try identities.makeAuthority("middle", by: "ca")
    try identities.makeLeaf(
      "deep", by: "middle", names: "URI:idv:account:dev", usage: "clientAuth", days: 2)
    _ = try identities.write(
      try identities.text("deep.crt") + identities.text("middle.crt"), to: "deep-chain.crt")
    try identities.openssl(["pkey", "-in", "deep.key", "-out", "deep-chain.key"])
    let root = try identities.makeRevocationList("root.pem", by: "ca")
    let middle = try identities.makeRevocationList("middle.pem", by: "middle")
    #expect(try outcome(as: "deep-chain", lists: [root, middle]).server == nil)
    #expect(try outcome(as: "deep-chain", lists: [root]).server == .revocationUnknown)
    #expect(try outcome(as: "deep-chain", lists: [middle]).server == .revocationUnknown)
    let cut = try identities.makeRevocationList("cut.pem", by: "ca", revoking: ["middle"])
    #expect(try outcome(as: "deep-chain", lists: [cut, middle]).server == .certificateRevoked)
  }

  @Test func filesThatAreNoListsAreNamed() throws {
    var settings = Settings(identities)
    let list = try identities.makeRevocationList("list.pem", by: "ca")
    let cut = try identities.write(
      String(try identities.text("list.pem").dropLast(60)), to: "cut.pem")
    for (file, words) in [
      (identities.file("absent.pem"), "does not exist"), (identities.authority, "is not a list"),
      (cut, "is not a list"),
    ] {
      settings.server.revocationFiles = [list, file]
      let error = #expect(throws: TLSSettingsError.self) {
        try TLSContext(server: settings.server)
      }
      #expect(error?.description.contains(file) == true)
      #expect(error?.description.contains(words) == true)
    }
  }
}
