// Revocation lists, OCSP responses, authorities below others: what only some tests need.

internal import Foundation

extension TestIdentities {
  /// A time of a list, relative to now.
  package enum Period: Sendable {
    /// Began an hour ago, ends in a day.
    case current
    /// Ended an hour ago.
    case over
    /// Begins in an hour.
    case future
  }

  /// Makes the list of `authority` that revokes the certificates called `revoked`; returns its path.
  package func makeRevocationList(
    _ name: String, by authority: String, revoking revoked: [String] = [],
    period: Period = .current
  ) throws -> String {
    let config = try writeDatabase(name, authority: authority, revoked: revoked)
    let (from, until) =
      switch period {
      case .current: (-3600.0, 86_400.0)
      case .over: (-7200.0, -3600.0)
      case .future: (3600.0, 86_400.0)
      }
    try openssl([
      "ca", "-gencrl", "-config", config, "-cert", "\(authority).crt", "-keyfile",
      "\(authority).key", "-md", "sha256", "-crl_lastupdate", Self.time(from), "-crl_nextupdate",
      Self.time(until), "-out", name,
    ])
    return file(name)
  }

  /// Makes an OCSP response about `certificate`, good for a day; returns its path.
  package func makeResponse(
    _ name: String, about certificate: String, by authority: String, revoking revoked: [String] = []
  ) throws -> String {
    _ = try writeDatabase(
      name, authority: authority, revoked: revoked,
      good: [certificate].filter { !revoked.contains($0) })
    try openssl([
      "ocsp", "-index", "\(name).index", "-CA", "\(authority).crt", "-rsigner",
      "\(authority).crt", "-rkey", "\(authority).key", "-issuer", "\(authority).crt", "-cert",
      "\(certificate).crt", "-ndays", "1", "-respout", name, "-noverify",
    ])
    return file(name)
  }

  /// Makes an authority that `parent` signs.
  package func makeAuthority(_ name: String, by parent: String) throws {
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)",
    ])
    let extensions = try write(
      "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n",
      to: "\(name).ext")
    try openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", "\(parent).crt", "-CAkey", "\(parent).key",
      "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", "\(name).crt",
    ])
  }

  /// Signs `\(name).csr` with the extensions of a file for `seconds` from now.
  package func makeBriefLeaf(
    _ name: String, from extensions: String, by authority: String, seconds: Double
  ) throws {
    let config = try writeDatabase(name, authority: authority, revoked: [])
    let settings = try String(contentsOfFile: config, encoding: .utf8)
    _ = try write(
      settings + "rand_serial = yes\npolicy = any\n[any]\ncommonName = supplied\n",
      to: "\(name).cnf")
    try openssl([
      "ca", "-batch", "-config", config, "-cert", "\(authority).crt", "-keyfile",
      "\(authority).key", "-md", "sha256", "-in", "\(name).csr", "-startdate", Self.time(-3600),
      "-enddate", Self.time(seconds), "-extfile", extensions, "-outdir", ".", "-notext", "-out",
      "\(name).crt",
    ])
  }

  /// SHA-256 of the public key of the certificate called `name`, as the openssl command computes it.
  package func keyFingerprint(_ name: String) throws -> String {
    let key = try openssl(["x509", "-in", "\(name).crt", "-noout", "-pubkey"])
    _ = try write(key, to: "\(name).pub")
    try openssl(["pkey", "-pubin", "-in", "\(name).pub", "-outform", "DER", "-out", "\(name).spki"])
    let line = try openssl(["dgst", "-sha256", "-r", "\(name).spki"])
    return String(line.prefix(64))
  }

  /// The text of a file in the folder.
  package func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// Writes what `openssl ca` and `openssl ocsp` know of certificates; returns the configuration's path.
  private func writeDatabase(
    _ name: String, authority: String, revoked: [String], good: [String] = []
  ) throws -> String {
    var index = ""
    for (state, names) in [("R", revoked), ("V", good)] {
      for leaf in names {
        let line = try openssl(["x509", "-in", "\(leaf).crt", "-noout", "-serial"])
        let serial = line.split(separator: "=")[1].trimmingCharacters(in: .whitespacesAndNewlines)
        let since = state == "R" ? Self.shortTime(-7200) : ""
        index += "\(state)\t\(Self.shortTime(172_800))\t\(since)\t\(serial)\tunknown\t/CN=\(leaf)\n"
      }
    }
    _ = try write(index, to: "\(name).index")
    _ = try write("01\n", to: "\(name).number")
    return try write(
      """
      [ca]
      default_ca = this
      [this]
      database = \(file("\(name).index"))
      crlnumber = \(file("\(name).number"))

      """, to: "\(name).cnf")
  }

  /// `20260131120000Z`.
  private static func time(_ offset: Double) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyyMMddHHmmss'Z'"
    return formatter.string(from: Date().addingTimeInterval(offset))
  }

  private static func shortTime(_ offset: Double) -> String { String(time(offset).dropFirst(2)) }
}
