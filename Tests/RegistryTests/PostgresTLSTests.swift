// A registry over a network: TLS with the authority and the name that were given, or nothing.

import Foundation
import Glibc
import Registry
import RegistryPostgres
import TestIdentities
import Testing
import Vocabulary

/// A PostgreSQL server that listens on a port of 127.0.0.1, takes TLS alone and calls itself elsewhere.test. It ends with the
/// value.
private final class TLSServer {
  let port: Int
  private let input = Pipe()
  private let process = Process()

  /// Nil if Debian's package is not installed.
  init?(_ identities: TestIdentities, hasTLS: Bool = true) throws {
    let roots = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    guard let newest = roots.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else { return nil }
    port = Self.freePort()
    let own = identities["elsewhere"]
    // Whoever runs the server must own its key: it reads copies.
    let script = """
      set -e
      mkdir -p "$1"
      if [ "$(id -u)" = 0 ]; then as="setpriv --reuid postgres --regid postgres --clear-groups"; fi
      install -m 644 "$4" "$1/tls.crt"; install -m 600 "$5" "$1/tls.key"
      if [ "$(id -u)" = 0 ]; then chown -R postgres "$1"; fi
      cd "$1"
      $as "$2/initdb" -D "$1/data" -A trust -U idv --no-sync >/dev/null
      echo "$6 all all 127.0.0.1/32 trust" > "$1/hba"
      if [ "$(id -u)" = 0 ]; then chown postgres "$1/hba"; fi
      if [ "$6" = hostssl ]; then ssl="-c ssl=on -c ssl_cert_file=$1/tls.crt -c ssl_key_file=$1/tls.key"; fi
      $as "$2/pg_ctl" -s -w -t 60 -D "$1/data" -l "$1/log" \\
        -o "-k $1 -c listen_addresses=127.0.0.1 -c port=$3 -c hba_file=$1/hba -c fsync=off $ssl" start
      echo ready
      cat >/dev/null || true
      $as "$2/pg_ctl" -s -D "$1/data" -m immediate stop || true
      rm -rf "$1"
      """
    let folder = NSTemporaryDirectory() + "pgtls-" + UUID().uuidString.prefix(8)
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", script, "sh", folder, "/usr/lib/postgresql/\(newest)/bin", "\(port)", own.certificate,
      own.key, hasTLS ? "hostssl" : "host",
    ]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let answer = output.fileHandleForReading.availableData
    try #require(String(decoding: answer, as: UTF8.self).hasPrefix("ready"), "no server")
  }

  deinit {
    // It stops and removes its folder by itself.
    try? input.fileHandleForWriting.close()
  }

  func url(_ host: String, _ settings: String) -> String {
    "postgresql://idv@\(host):\(port)/postgres?hostaddr=127.0.0.1&\(settings)"
  }

  /// One that was free a moment ago.
  private static func freePort() -> Int {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard bind(socket, pointer, length) == 0, getsockname(socket, pointer, &length) == 0 else {
          return 0
        }
        return Int(
          UInt16(bigEndian: UnsafeRawPointer(pointer).load(fromByteOffset: 2, as: UInt16.self)))
      }
    }
  }
}

@Suite(
  .serialized, .enabled(if: RegistryKind.present.contains(.postgres), "no PostgreSQL server here"))
struct PostgresTLSTests {
  private static let asked = question(.phone, people[0].phone, [(.name, people[0].name)])
  private static let hash = RegistryHashTests.hash()

  /// Imports one phone and looks it up, over connections of these settings.
  private static func use(_ settings: String) async throws {
    let folder = NSTemporaryDirectory() + "tls-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/p.csv"
    try Data("phone,name\n\(people[0].phone),\(people[0].name)\n".utf8).write(
      to: URL(fileURLWithPath: file))
    let work = RegistryImport(
      hash: hash, options: ImportOptions(workers: 1), folder: folder + "/import")
    let report = try work.run(file, into: try PostgresBuilder(settings), now: 1)
    #expect(report.entries == 1)
    try await ask(settings)
  }

  private static func ask(_ settings: String) async throws {
    let store = PostgresRegistry.open(settings, hash: hash, lanes: 1)
    let answer: RegistryAnswer?
    do throws(RegistryFault) {
      answer = try await store.answer(asked, before: soon)
    } catch {
      await store.shutdown()
      throw error
    }
    await store.shutdown()
    guard case .phone(_, _, _, _, .matches, _) = answer else {
      Issue.record("not found")
      return
    }
  }

  @Test("a server of the right name and authority is used over TLS, any other refused")
  func verified() async throws {
    let identities = try TestIdentities.shared.get()
    let server = try #require(try TLSServer(identities))
    let good = "sslrootcert=\(identities.authority)"
    // Without sslmode: TLS with the server's name is what a network gets.
    try await Self.use(server.url("elsewhere.test", good))
    let refused = [
      // Somebody else's name; another authority; none that is known.
      server.url("other.test", good),
      server.url("elsewhere.test", "sslrootcert=\(identities["other-ca"].certificate)"),
      server.url("elsewhere.test", "sslrootcert=\(identities.authority).none"),
      // The server itself takes nobody without TLS.
      server.url("elsewhere.test", "sslmode=disable"),
    ]
    for settings in refused {
      await expect(.connection) { try await Self.ask(settings) }
      await expect(.connection) { try await Self.use(settings) }
    }
    // It is still there, and answers.
    try await Self.ask(server.url("elsewhere.test", good))
  }

  @Test("a server without TLS is refused unless the settings ask for no TLS")
  func plain() async throws {
    let identities = try TestIdentities.shared.get()
    let server = try #require(try TLSServer(identities, hasTLS: false))
    await expect(.connection) {
      try await Self.use(
        server.url("elsewhere.test", "sslrootcert=\(identities.authority)"))
    }
    try await Self.use(server.url("elsewhere.test", "sslmode=disable"))
  }
}
