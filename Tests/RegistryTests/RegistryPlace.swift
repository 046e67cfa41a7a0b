// Where the suite's registries are: a file, and a PostgreSQL server of the tests' own.

import Foundation
import Registry
import RegistryPostgres
import RegistrySQLite
import Testing
import Vocabulary

/// A kind of database. Each test gets a place of its own in it.
enum RegistryKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgres

  var testDescription: String { rawValue }

  /// Those that are here.
  static var present: [RegistryKind] {
    TestServer.shared == nil ? [.sqlite] : [.sqlite, .postgres]
  }
}

/// A place for one registry and its files; removed with the value.
final class RegistryPlace {
  let kind: RegistryKind
  let folder: String
  /// A file's path, or a connection string.
  let registry: String
  let hash = RegistryHashTests.hash()

  init(_ kind: RegistryKind) throws {
    self.kind = kind
    folder = NSTemporaryDirectory() + "registry-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    switch kind {
    case .sqlite: registry = folder + "/registry.db"
    case .postgres:
      let server = try #require(TestServer.shared)
      registry = try server.makeDatabase()
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func target() throws -> any RegistryTarget {
    kind == .sqlite ? SQLiteBuilder(registry) : try PostgresBuilder(registry)
  }

  func store(_ hash: RegistryHash? = nil, lanes: Int = 2) -> LookupLanes {
    kind == .sqlite
      ? SQLiteRegistry.open(registry, hash: hash ?? self.hash, lanes: lanes)
      : PostgresRegistry.open(registry, hash: hash ?? self.hash, lanes: lanes)
  }

  func file(_ text: String) throws -> String {
    let path = folder + "/" + UUID().uuidString + ".csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @discardableResult
  func load(
    _ text: String, hash: RegistryHash? = nil, now: Int64 = 1000,
    _ change: (inout ImportOptions) -> Void = { _ in },
    progress: (ImportProgress) -> Bool = { _ in true }
  ) throws -> ImportReport {
    try load(file: try file(text), hash: hash, now: now, change, progress: progress)
  }

  @discardableResult
  func load(
    file: String, hash: RegistryHash? = nil, now: Int64 = 1000,
    _ change: (inout ImportOptions) -> Void = { _ in },
    progress: (ImportProgress) -> Bool = { _ in true }
  ) throws -> ImportReport {
    var options = ImportOptions(workers: 2)
    options.kinds = Set(EntryKind.allCases)
    change(&options)
    let work = RegistryImport(hash: hash ?? self.hash, options: options, folder: folder + "/import")
    return try work.run(file, into: try target(), now: now, progress: progress)
  }
}

/// A PostgreSQL server on a socket in a temporary folder, if Debian's package is installed; without one the tests of
/// PostgreSQL are skipped. It ends with the process.
final class TestServer: Sendable {
  static let shared = TestServer()

  private let folder: String
  private let counter = Counter()

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0

    func next() -> Int {
      lock.withLock {
        value += 1
        return value
      }
    }
  }

  private init?() {
    let roots = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    guard let newest = roots.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else { return nil }
    let bin = "/usr/lib/postgresql/\(newest)/bin"
    folder = NSTemporaryDirectory() + "pg-" + UUID().uuidString.prefix(8)
    let script = """
      set -e
      mkdir -p "$1"
      if [ "$(id -u)" = 0 ]; then chown postgres "$1"; as="setpriv --reuid postgres --regid postgres --clear-groups"; fi
      cd "$1"
      $as "$2/initdb" -D "$1/data" -A trust -U idv --no-sync >/dev/null
      $as "$2/pg_ctl" -s -w -t 60 -D "$1/data" -l "$1/log" \\
        -o "-k $1 -c listen_addresses= -c fsync=off -c max_connections=60" start
      echo ready
      # It ends when the tests do: this reads the pipe that they hold.
      cat >/dev/null || true
      $as "$2/pg_ctl" -s -D "$1/data" -m immediate stop || true
      rm -rf "$1"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, "sh", folder, bin]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let answer = output.fileHandleForReading.availableData
    guard String(decoding: answer, as: UTF8.self).hasPrefix("ready") else { return nil }
    // Held until the process ends.
    _ = Unmanaged.passRetained(input)
    _ = Unmanaged.passRetained(process)
  }

  func url(_ database: String) -> String { "postgresql:///\(database)?host=\(folder)&user=idv" }

  func makeDatabase() throws -> String {
    let name = "test\(counter.next())"
    try run("postgres", "CREATE DATABASE \(name)")
    return url(name)
  }

  /// The database that a connection string of `url` names.
  func database(of url: String) throws -> String {
    String(try #require(url.dropFirst("postgresql:///".count).split(separator: "?").first))
  }

  /// Runs SQL with psql.
  @discardableResult
  func run(_ database: String, _ sql: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
    process.arguments = ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url(database), "-c", sql]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "psql")
    return String(decoding: answer, as: UTF8.self)
  }
}
