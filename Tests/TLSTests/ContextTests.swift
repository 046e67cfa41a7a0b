// Settings that cannot work say in one line which file is wrong and why.

internal import TLS
internal import TestIdentities
internal import Testing

@Suite struct ContextTests {
  private let identities: TestIdentities
  private var settings: Settings

  init() throws {
    identities = try TestIdentities.shared.get()
    settings = Settings()
  }

  private func complaint(_ settings: TLSServerSettings) -> String {
    do {
      _ = try TLSContext(server: settings)
      return "no complaint"
    } catch {
      return error.description
    }
  }

  private func expect(_ complaint: String, _ file: String, _ words: String) {
    #expect((file.isEmpty || complaint.contains(file)) && complaint.contains(words), "\(complaint)")
    #expect(!complaint.contains("\n"))
  }

  @Test func missingFiles() {
    let missing = identities.file("absent.pem")
    var spoilt = settings.server
    spoilt.certificateChainFile = missing
    expect(complaint(spoilt), missing, "certificate of the server does not exist")
    spoilt = settings.server
    spoilt.privateKeyFile = missing
    expect(complaint(spoilt), missing, "private key of the server does not exist")
    spoilt = settings.server
    spoilt.clientAuthorityFile = missing
    expect(complaint(spoilt), missing, "authorities of clients does not exist")
    spoilt.clientAuthorityFile = nil
    expect(complaint(spoilt), "", "file of authorities is needed")
  }

  @Test func filesOfTheWrongKind() throws {
    let nonsense = try identities.write("nonsense\n", to: "nonsense.pem")
    var spoilt = settings.server
    spoilt.certificateChainFile = nonsense
    expect(complaint(spoilt), nonsense, "is not a chain of PEM certificates")
    spoilt.certificateChainFile = identities.file("")
    expect(complaint(spoilt), "", "is a folder")
    spoilt = settings.server
    spoilt.privateKeyFile = nonsense
    expect(complaint(spoilt), nonsense, "is not a PEM private key")
    spoilt.privateKeyFile = identities["server"].certificate
    expect(complaint(spoilt), identities["server"].certificate, "is not a PEM private key")
    spoilt = settings.server
    spoilt.clientAuthorityFile = nonsense
    expect(complaint(spoilt), nonsense, "is not a list of PEM certificates")
  }

  @Test func keyOfAnother() throws {
    var spoilt = settings.server
    spoilt.privateKeyFile = identities["client"].key
    expect(complaint(spoilt), identities["client"].key, "does not belong to the certificate")
    try identities.openssl(["genpkey", "-algorithm", "ed25519", "-out", "ed25519.key"])
    spoilt.privateKeyFile = identities.file("ed25519.key")
    expect(complaint(spoilt), "ed25519.key", "does not belong to the certificate")
  }

  @Test func encryptedKey() throws {
    try identities.openssl([
      "pkey", "-in", "server.key", "-aes128", "-passout", "pass:word", "-out", "locked.key",
    ])
    var spoilt = settings.server
    spoilt.privateKeyFile = identities.file("locked.key")
    expect(complaint(spoilt), "locked.key", "is encrypted")
  }

  /// OpenSSL 3.0 reads SM2 certificates but cannot use them in TLS; one that can makes this test fail, and the
  /// documentation wrong.
  @Test func sm2IsRefusedInOneLineThatSaysWhatIsMissing() throws {
    try identities.openssl(["genpkey", "-algorithm", "SM2", "-out", "sm2.key"])
    try identities.openssl([
      "req", "-x509", "-key", "sm2.key", "-sm3", "-out", "sm2.crt", "-days", "2", "-subj",
      "/CN=localhost",
    ])
    var spoilt = settings.server
    spoilt.certificateChainFile = identities["sm2"].certificate
    spoilt.privateKeyFile = identities["sm2"].key
    expect(complaint(spoilt), "sm2.crt", "has an SM2 key; this libssl has no SM2 in TLS")
    // As an authority it is loaded, for nothing says that clients use it; but the operator is told.
    var authority = settings.server
    authority.clientAuthorityFile = identities["sm2"].certificate
    let warnings = try TLSContext(server: authority).warnings
    #expect(warnings.contains { $0.contains("authorities of clients has an SM2 key") })
  }

  @Test func keysThatTLSHasNoUseForAreNamed() throws {
    try identities.openssl(["genpkey", "-algorithm", "X25519", "-out", "x25519.key"])
    try identities.openssl(["pkey", "-in", "x25519.key", "-pubout", "-out", "x25519.pub"])
    try identities.openssl([
      "x509", "-new", "-force_pubkey", "x25519.pub", "-subj", "/CN=odd", "-CA", "ca.crt", "-CAkey",
      "ca.key", "-days", "2", "-out", "odd.crt",
    ])
    var spoilt = settings.server
    spoilt.certificateChainFile = identities["odd"].certificate
    expect(complaint(spoilt), "odd.crt", "a kind of key that TLS has no use for")
  }

  @Test func halfAClientIdentity() {
    var spoilt = settings.client
    spoilt.privateKeyFile = nil
    #expect(throws: TLSSettingsError.self) { try TLSContext(client: spoilt) }
  }

  @Test func oldAndYoungCertificatesAreWarnedOf() throws {
    // All test certificates live two days, so they expire soon already.
    let soon = try TLSContext(server: settings.server).warnings
    #expect(soon.contains { $0.contains("certificate of the server expires on 20") })
    var old = settings.server
    old.certificateChainFile = identities["expired"].certificate
    old.privateKeyFile = identities["expired"].key
    let warnings = try TLSContext(server: old).warnings
    #expect(warnings.contains { $0.contains("expired on 20") })
    let early = try TLSContext(server: settings.server, clock: { 1_000_000_000 }).warnings
    #expect(early.contains { $0.contains("not valid yet") })
  }

  @Test func protocolNamesAreBounded() {
    var spoilt = settings.server
    spoilt.applicationProtocols = [""]
    expect(complaint(spoilt), "", "1 to 255 bytes")
  }
}
