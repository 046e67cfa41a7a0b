// What an operator reads when certificates are replaced.

import FoundationEssentials
import ServerApp
import TLS
import TestIdentities
import TestSupport
import Testing

struct CertificateWatchTests {
  let identities: TestIdentities
  let lines = LogLines()
  let source: TLSContextSource

  init() throws {
    identities = try TestIdentities()
    try identities.makeLeaf(
      "renewed", by: "ca", names: "DNS:localhost", usage: "serverAuth", days: 100)
    source = try TLSContextSource(
      TLSServerSettings(
        certificateChainFile: identities["server"].certificate,
        privateKeyFile: identities["server"].key, clientAuthorityFile: identities.authority,
        applicationProtocols: ["idv/1"]))
  }

  private func replace(_ name: String, key: String? = nil) throws {
    for (from, to) in [
      (identities[name].certificate, identities["server"].certificate),
      (identities[key ?? name].key, identities["server"].key),
    ] {
      try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: to), options: .atomic)
    }
  }

  @Test("a reload is one line, a set that cannot be used is one line, and the old one stays")
  func lineByLine() throws {
    let watch = CertificateWatch(source, pollSeconds: 5, log: lines.log)
    let first = watch.context
    #expect(lines.take().contains { $0.contains("certificate of the server expires on") })
    for _ in 0..<3 { watch.look(isForced: false) }
    #expect(lines.take().isEmpty)

    try replace("renewed", key: "client")
    for _ in 0..<4 { watch.look(isForced: false) }
    let kept = lines.take()
    #expect(kept.count == 1)
    #expect(
      kept.first?.hasPrefix("error new certificates cannot be used; the old ones stay") == true)
    #expect(kept.first?.contains("does not belong to the certificate") == true)
    #expect(watch.context === first)

    try replace("renewed")
    for _ in 0..<4 { watch.look(isForced: false) }
    #expect(lines.take() == ["info certificates reloaded; new connections use them []"])
    #expect(watch.context !== first)
  }

  @Test("the watching thread reloads when asked and ends when told", .timeLimit(.minutes(1)))
  func thread() async throws {
    let watch = CertificateWatch(source, pollSeconds: 0, log: lines.log)
    let first = watch.context
    watch.start()
    try replace("renewed")
    watch.reload()
    while watch.context === first { await Task.yield() }
    watch.stop()
  }
}
