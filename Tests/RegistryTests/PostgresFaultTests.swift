// What a PostgreSQL server can do wrong: each is a named way to be unavailable, and passes by itself.

import Foundation
import Glibc
import Registry
import RegistryPostgres
import Testing
import Vocabulary

@Suite(
  .serialized, .enabled(if: RegistryKind.present.contains(.postgres), "no PostgreSQL server here"))
struct PostgresFaultTests {
  static let asked = question(.phone, people[0].phone, [(.name, people[0].name)])
  static let file = "phone,name\n\(people[0].phone),\(people[0].name)\n"

  @Test("nobody at the address, or somebody who does not speak")
  func nobody() async throws {
    let hash = RegistryHashTests.hash()
    let silent = PostgresRegistry.open(
      "postgresql://127.0.0.1:1/x?user=idv&sslmode=disable", hash: hash, lanes: 1)
    await expect(.connection) { _ = try await silent.answer(Self.asked, before: soon) }
    await silent.shutdown()
    // Listens, and never answers.
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> UInt16 in
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard bind(socket, pointer, length) == 0, listen(socket, 8) == 0,
          getsockname(socket, pointer, &length) == 0
        else { return 0 }
        return UInt16(bigEndian: UnsafeRawPointer(pointer).load(fromByteOffset: 2, as: UInt16.self))
      }
    }
    let dumb = PostgresRegistry.open(
      "postgresql://127.0.0.1:\(port)/x?user=idv&sslmode=disable", hash: hash, lanes: 1)
    await expect(.deadline) {
      _ = try await dumb.answer(Self.asked, before: .after(.milliseconds(300)))
    }
    await dumb.shutdown()
    let wrong = PostgresRegistry.open("postgresql://%", hash: hash, lanes: 1)
    await expect(.connection) { _ = try await wrong.answer(Self.asked, before: soon) }
    await wrong.shutdown()
  }

  @Test("over a network TLS with the server's name is asked for unless the settings say otherwise")
  func tls() throws {
    func mode(_ settings: String, _ variables: [String: String] = [:]) throws -> String? {
      try PostgresSettings.parameters(settings, 5) { variables[$0] }.last { $0.0 == "sslmode" }?.1
    }
    for remote in [
      "postgresql://db.example/x", "host=10.0.0.1", "hostaddr=192.0.2.1 dbname=x", "service=prod",
      "service=prod host=/tmp", "host=/tmp,db.remote", "host=db.remote,/tmp",
      "postgresql://localhost,db.remote/x", "host=/tmp hostaddr=192.0.2.1",
      "hostaddr=127.0.0.1,192.0.2.1",
    ] { #expect(try mode(remote) == "verify-full", "\(remote)") }
    for (name, value) in [
      ("PGHOST", "db.remote"), ("PGHOST", "/tmp,db.remote"), ("PGHOSTADDR", "192.0.2.1"),
      ("PGSERVICE", "prod"),
    ] { #expect(try mode("dbname=x", [name: value]) == "verify-full", "\(name)=\(value)") }
    // What the string says counts.
    #expect(try mode("host=/tmp", ["PGHOST": "db.remote"]) == nil)
    for other in [
      "postgresql:///x", "postgresql://localhost/x", "host=/run/postgresql", "host=127.0.0.1",
      "postgresql://db.example/x?sslmode=require", "host=/tmp,/run/postgresql,localhost",
      "hostaddr=127.0.0.1,::1", "host=@idv", "dbname=x", "service=prod sslmode=verify-ca",
    ] { #expect(try mode(other) == nil) }
    let words = Dictionary(uniqueKeysWithValues: try PostgresSettings.parameters("host=a", 5))
    #expect(words["options"] == "-c statement_timeout=5")
    #expect(throws: RegistryFault.self) { try PostgresSettings.parameters("nonsense", 5) }
  }

  @Test("whoever might read the registry may read the one that takes its place, and nobody else")
  func privileges() throws {
    let server = try #require(TestServer.shared)
    let place = try RegistryPlace(.postgres)
    try place.load(Self.file)
    let (reader, column, other) = ("reader \"Ä", "column", "other")
    let database = try server.database(of: place.registry)
    try server.run(
      database,
      """
      CREATE ROLE "reader ""Ä" LOGIN; CREATE ROLE "\(column)" LOGIN; CREATE ROLE "\(other)" LOGIN;
      GRANT SELECT ON idv_registry_entry, idv_registry_about TO "reader ""Ä";
      GRANT SELECT (key) ON idv_registry_entry TO "\(column)";
      ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "\(other)"
      """)
    func may(_ role: String, _ what: String) throws -> Bool {
      let sql = "SELECT has_any_column_privilege('\(role)', 'idv_registry_entry', '\(what)')"
      return try server.run(database, sql).hasPrefix("t")
    }
    for _ in 0..<2 {
      try place.load(Self.file)
      #expect(try may(reader, "SELECT") && !may(reader, "INSERT"))
      #expect(try may(column, "SELECT") && !may(other, "SELECT"))
      let whole = "SELECT has_table_privilege('\(column)', 'idv_registry_entry', 'SELECT')"
      #expect(try server.run(database, whole).hasPrefix("f"))
      let read = "SET ROLE \"reader \"\"Ä\"; SELECT count(*) FROM idv_registry_entry"
      #expect(try server.run(database, read).hasPrefix("1"))
    }
  }

  @Test("a connection that the server ends is made anew")
  func ended() async throws {
    let place = try RegistryPlace(.postgres)
    try place.load(Self.file)
    let store = place.store(lanes: 1)
    #expect(try await store.answer(Self.asked, before: soon) != nil)
    try Locker.run(
      place.registry,
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
    var (faults, isBack) = (0, false)
    while faults < 3 && !isBack {
      do {
        isBack = try await store.answer(Self.asked, before: soon) != nil
      } catch {
        #expect(error.reason == .connection)
        faults += 1
      }
    }
    #expect(isBack && faults <= 1)
    await store.shutdown()
  }

  @Test("a table that is locked costs the caller's time and no more; then it answers")
  func locked() async throws {
    let place = try RegistryPlace(.postgres)
    try place.load(Self.file)
    let store = place.store(lanes: 1)
    #expect(try await store.answer(Self.asked, before: soon) != nil)
    let locker = try Locker(place.registry)
    await expect(.deadline) {
      _ = try await store.answer(Self.asked, before: .after(.milliseconds(300)))
    }
    locker.end()
    #expect(try await store.answer(Self.asked, before: soon) != nil)
    await store.shutdown()
  }

  @Test("tables that are gone, damaged values and two imports at once")
  func damaged() async throws {
    let place = try RegistryPlace(.postgres)
    try place.load(Self.file)
    let store = place.store(lanes: 1)
    func run(_ sql: String) throws { try Locker.run(place.registry, sql) }
    try run("UPDATE idv_registry_entry SET value = set_byte(value, 3, get_byte(value, 3) # 1)")
    await expect(.corrupt) { _ = try await store.answer(Self.asked, before: soon) }
    try run("UPDATE idv_registry_entry SET value = value || repeat('x', 99)::bytea")
    await expect(.corrupt) { _ = try await store.answer(Self.asked, before: soon) }
    try run("DELETE FROM idv_registry_about WHERE word = 'key_check'")
    await expect(.corrupt) { _ = try await store.answer(Self.asked, before: soon) }
    try run("DROP TABLE idv_registry_about")
    await expect(.notARegistry) { _ = try await store.answer(Self.asked, before: soon) }
    await store.shutdown()
    let locker = try Locker(place.registry, "SELECT pg_advisory_lock(\(0x6964_7672_6567_6973))")
    await expect(.locked) { try place.load(Self.file) }
    locker.end()
  }
}

/// psql in a process of its own, that holds what its first statement takes until it is ended.
final class Locker {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(_ url: String, _ sql: String = "BEGIN; LOCK TABLE idv_registry_entry") throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
    process.arguments = ["-qAtX", "-d", url]
    (process.standardInput, process.standardOutput) = (input, output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("\(sql); SELECT 'held';\n".utf8))
    var said = Data()
    while said.range(of: Data("held".utf8)) == nil {
      let more = output.fileHandleForReading.availableData
      try #require(!more.isEmpty, "psql ended")
      said += more
    }
  }

  func end() {
    try? input.fileHandleForWriting.close()
    // Until it has ended; `waitUntilExit` needs the thread that started it.
    _ = output.fileHandleForReading.readDataToEndOfFile()
  }

  static func run(_ url: String, _ sql: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
    process.arguments = ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "psql")
  }
}
