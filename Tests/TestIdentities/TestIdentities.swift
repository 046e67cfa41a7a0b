// Certificates for tests, made afresh in a temporary folder by the openssl command; nothing is
// committed.

internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A folder of throw-away P-256 certificates and keys, removed when the value goes.
///
/// `ca` signs `server`, `client`, `expired` and `elsewhere`; `other-ca` signs `stranger`.
package final class TestIdentities: Sendable {
  /// One identity: PEM files of a certificate and its key.
  package struct Identity: Sendable {
    package let certificate: String
    package let key: String
  }

  package struct CommandFailed: Error, CustomStringConvertible {
    package let description: String
  }

  private let folder: URL

  /// Made once for the whole test process, which takes about 0.2 s, and removed at its end.
  package static let shared: Result<TestIdentities, any Error> = Result {
    atexit { try? TestIdentities.shared.get().remove() }
    return try TestIdentities()
  }

  package init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-test-identities-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["ca", "other-ca"] { try makeAuthority(name) }
    let local = "DNS:localhost,IP:127.0.0.1,IP:::1"
    try makeLeaf("server", by: "ca", names: local, usage: "serverAuth", days: 2)
    try makeLeaf(
      "client", by: "ca", names: "URI:idv:account:dev", usage: "clientAuth", days: 2)
    try makeLeaf("expired", by: "ca", names: local, usage: "serverAuth,clientAuth", days: -1)
    try makeLeaf("elsewhere", by: "ca", names: "DNS:elsewhere.test", usage: "serverAuth", days: 2)
    try makeLeaf(
      "stranger", by: "other-ca", names: "URI:idv:account:dev", usage: "clientAuth", days: 2)
  }

  deinit { remove() }

  private func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The identity called `name`; its files may not exist.
  package subscript(name: String) -> Identity {
    Identity(certificate: file("\(name).crt"), key: file("\(name).key"))
  }

  /// The certificate file of the authority that signs the good ones.
  package var authority: String { self["ca"].certificate }

  /// Path of a file in the folder, existing or not.
  package func file(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Writes a file into the folder; returns its path.
  package func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    return file(name)
  }

  /// Runs `openssl` with `arguments` in the folder; returns what it writes to standard output.
  @discardableResult
  package func openssl(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let errors = Pipe()
    process.standardError = errors
    // Our commands write little there: it fits the pipe.
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailed(
        description: "openssl \(arguments.joined(separator: " ")): "
          + String(decoding: said, as: UTF8.self))
    }
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

  private func makeAuthority(_ name: String) throws {
    try openssl(
      ["req", "-x509"] + Self.newKey + [
        "-keyout", "\(name).key", "-out", "\(name).crt", "-days", "2", "-subj", "/CN=\(name)",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
      ])
  }

  /// Makes a key and a certificate that `authority` signs.
  package func makeLeaf(
    _ name: String, by authority: String, names: String, usage: String, days: Int
  ) throws {
    try openssl(
      ["req"] + Self.newKey + [
        "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=idv test \(name)",
      ])
    let extensions = try write(
      "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
        + "subjectAltName=\(names)\nextendedKeyUsage=\(usage)\n", to: "\(name).ext")
    try openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).crt", "-CAkey",
      "\(authority).key", "-CAcreateserial", "-days", "\(days)", "-extfile", extensions, "-out",
      "\(name).crt",
    ])
  }
}
