// A context follows its files, however they are replaced, and never gives up a good one for a bad one.

internal import Foundation
internal import TLS
internal import TestIdentities
internal import Testing

@Suite final class ReloadTests {
  private let identities: TestIdentities
  private let folder: URL
  private var settings: Settings

  /// The server reads copies in a folder of its own, reached as mounted secrets are: `live` → `..data` → a set.
  init() throws {
    identities = try TestIdentities()
    folder = URL(fileURLWithPath: identities.file("mount"))
    settings = Settings(identities)
    try makeSet("first", "server")
    try link("..data", to: "first")
    settings.server.certificateChainFile = folder.path + "/..data/tls.crt"
    settings.server.privateKeyFile = folder.path + "/..data/tls.key"
    try identities.makeLeaf(
      "renewed", by: "ca", names: "DNS:localhost", usage: "serverAuth", days: 3)
  }

  private func makeSet(_ set: String, _ certificate: String, key: String? = nil) throws {
    let place = folder.appendingPathComponent(set)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try copy(identities[certificate].certificate, to: "\(set)/tls.crt")
    try copy(identities[key ?? certificate].key, to: "\(set)/tls.key")
  }

  /// In place: the file stays the same file.
  private func copy(_ file: String, to name: String) throws {
    let content = try Data(contentsOf: URL(fileURLWithPath: file))
    try content.write(to: folder.appendingPathComponent(name))
  }

  /// A new link, renamed over the old one.
  private func link(_ name: String, to target: String) throws {
    let fresh = folder.path + "/..fresh"
    try FileManager.default.createSymbolicLink(atPath: fresh, withDestinationPath: target)
    #expect(rename(fresh, folder.path + "/" + name) == 0)
  }

  private func commonName(_ source: TLSContextSource) throws -> String? {
    let pair = try Pair(
      client: try TLSContext(client: settings.client), server: source.current, host: "localhost")
    pair.connect()
    return try pair.client.identity()?.commonName
  }

  /// Polls until a look has an outcome: a change counts when it was seen twice.
  private func poll(_ source: TLSContextSource) -> TLSRefresh {
    for _ in 0..<3 {
      let outcome = source.refresh(isForced: false)
      if case .unchanged = outcome { continue }
      return outcome
    }
    return .unchanged
  }

  private func expectReplaced(_ outcome: TLSRefresh, _ place: SourceLocation = #_sourceLocation) {
    guard case .replaced = outcome else {
      Issue.record("\(outcome)", sourceLocation: place)
      return
    }
  }

  private func fault(_ outcome: TLSRefresh) -> String {
    if case .kept(let error) = outcome { return error.description }
    return "\(outcome)"
  }

  @Test func aSwappedLinkIsNoticed() throws {
    let source = try TLSContextSource(settings.server)
    guard case .unchanged = poll(source) else {
      Issue.record("replaced without a change")
      return
    }
    try makeSet("second", "renewed")
    try link("..data", to: "second")
    expectReplaced(poll(source))
    #expect(try commonName(source) == "idv test renewed")
  }

  @Test func aRenamedFileIsNoticed() throws {
    let source = try TLSContextSource(settings.server)
    for (file, to) in [
      (identities["renewed"].certificate, "tls.crt"), (identities["renewed"].key, "tls.key"),
    ] {
      try copy(file, to: "fresh")
      #expect(rename(folder.path + "/fresh", folder.path + "/first/" + to) == 0)
    }
    expectReplaced(poll(source))
    #expect(try commonName(source) == "idv test renewed")
  }

  @Test func aFileWrittenInPlaceIsNoticedAtOnce() throws {
    // Twice within the granularity of file times, and of the same length.
    let source = try TLSContextSource(settings.server)
    for name in ["renewed", "server", "renewed"] {
      try makeSet("first", name)
      expectReplaced(poll(source))
      #expect(try commonName(source) == "idv test \(name)")
    }
  }

  @Test func aTouchedFileIsNotReloaded() throws {
    let source = try TLSContextSource(settings.server)
    try makeSet("second", "server")
    try link("..data", to: "second")
    guard case .unchanged = poll(source) else {
      Issue.record("reloaded for the same content")
      return
    }
  }

  @Test func halfASetIsNotTakenWhileItIsBeingCopied() throws {
    let source = try TLSContextSource(settings.server)
    try copy(identities["renewed"].certificate, to: "first/tls.crt")
    guard case .unchanged = source.refresh(isForced: false) else {
      Issue.record("half a set was tried")
      return
    }
    try copy(identities["renewed"].key, to: "first/tls.key")
    expectReplaced(poll(source))
    #expect(try commonName(source) == "idv test renewed")
  }

  @Test func aBrokenSetKeepsTheOldOneAndIsToldOnce() throws {
    let source = try TLSContextSource(settings.server)
    let before = source.current
    try makeSet("first", "renewed", key: "client")
    #expect(fault(poll(source)).contains("does not belong to the certificate"))
    #expect(source.current === before)
    guard case .unchanged = poll(source) else {
      Issue.record("told twice")
      return
    }
    #expect(try commonName(source) == "idv test server")
    try makeSet("first", "renewed")
    expectReplaced(poll(source))
    #expect(try commonName(source) == "idv test renewed")
  }

  @Test func missingAndExpiredSetsKeepTheOldOne() throws {
    let source = try TLSContextSource(settings.server)
    let before = source.current
    try makeSet("first", "expired")
    #expect(fault(source.refresh(isForced: true)).contains("expired on"))
    try FileManager.default.removeItem(at: folder.appendingPathComponent("first/tls.key"))
    #expect(fault(source.refresh(isForced: true)).contains("does not exist"))
    try copy(try identities.write("", to: "empty"), to: "first/tls.crt")
    #expect(fault(source.refresh(isForced: true)).contains("is not a chain"))
    #expect(source.current === before)
    #expect(try commonName(source) == "idv test server")
  }

  @Test func authoritiesAndListsFollowToo() throws {
    settings.server.clientAuthorityFile = try identities.write(
      try identities.text("ca.crt"), to: "clients.crt")
    settings.server.revocationFiles = [try identities.makeRevocationList("list.pem", by: "ca")]
    let source = try TLSContextSource(settings.server)
    #expect(try failure(source) == nil)
    _ = try identities.makeRevocationList("list.pem", by: "ca", revoking: ["client"])
    expectReplaced(poll(source))
    #expect(try failure(source) == .certificateRevoked)
    _ = try identities.write(try identities.text("other-ca.crt"), to: "clients.crt")
    expectReplaced(poll(source))
    #expect(try failure(source) == .certificateUntrusted)
  }

  private func failure(_ source: TLSContextSource) throws -> TLSFailure? {
    let pair = try Pair(
      client: try TLSContext(client: settings.client), server: source.current, host: "localhost")
    pair.connect()
    return pair.server.failure
  }
}
