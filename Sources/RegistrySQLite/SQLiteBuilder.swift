// A new SQLite registry, written in order beside the old one and put in its place by rename.

internal import FoundationEssentials
internal import GRDB
internal import GRDBSQLite
internal import Glibc
package import Registry

/// Writes `PATH.new` without a journal, because nobody reads it before it is complete; syncs it; renames it. Used on one
/// thread.
package final class SQLiteBuilder: RegistryTarget {
  private let path: String
  private var fresh: String { path + ".new" }
  private var old: DatabaseQueue?
  private var new: DatabaseQueue?
  private var keyCheck = EntryKey(high: 0, low: 0)
  /// Entries of the old registry that were read ahead, as one piece: keys and values of `existing`.
  private var existing: [(key: EntryKey, value: [UInt8])] = []
  private var nextExisting = 0
  private var lastExisting: EntryKey?
  /// Entries that wait for the next insert: keys, and where their values end.
  private var keys: [EntryKey] = []
  private var ends: [Int] = []
  private var values: [UInt8] = []

  private static let batch = 4096

  package init(_ path: String) { self.path = path }

  package func existing(_ check: EntryKey) throws(RegistryFault) -> RegistrySummary? {
    guard let (queue, summary) = try opened(check) else { return nil }
    return try RegistryFault.wrapping("reading the registry that is to be added to") {
      try queue.close()
      return summary
    }
  }

  private func opened(
    _ check: EntryKey
  ) throws(RegistryFault) -> (DatabaseQueue, RegistrySummary)? {
    guard FileMark(path) != nil else { return nil }
    return try RegistryFault.wrapping("opening the registry that is to be added to") {
      let queue = try DatabaseQueue(path: path, configuration: SQLiteSchema.readOnly())
      return (queue, try queue.read { try SQLiteSchema.check($0, check) })
    }
  }

  package func begin(_ check: EntryKey) throws(RegistryFault) {
    keyCheck = check
    old = try opened(check)?.0
    unlink(fresh)
    new = try RegistryFault.wrapping("beginning the new registry") {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      configuration.allowsUnsafeTransactions = true
      configuration.prepareDatabase { db in
        try db.execute(
          sql: """
            PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -32768;
            """)
      }
      let queue = try DatabaseQueue(path: fresh, configuration: configuration)
      chmod(fresh, 0o600)
      try queue.inDatabase { db in
        try db.execute(sql: "PRAGMA application_id = \(SQLiteSchema.applicationID)")
        try db.execute(sql: SQLiteSchema.tables)
        try db.execute(sql: "BEGIN")
      }
      return queue
    }
  }

  package func nextExisting(_ value: inout EntryValue) throws(RegistryFault) -> EntryKey? {
    guard let old else { return nil }
    if nextExisting == existing.count {
      try readExisting(old)
      if existing.isEmpty { return nil }
    }
    defer { nextExisting += 1 }
    let entry = existing[nextExisting]
    guard entry.value.withUnsafeBytes({ value.set($0) }) else {
      throw RegistryFault(.corrupt, "the registry that is to be added to has a damaged entry")
    }
    return entry.key
  }

  private func readExisting(_ old: DatabaseQueue) throws(RegistryFault) {
    existing.removeAll(keepingCapacity: true)
    nextExisting = 0
    try RegistryFault.wrapping("reading the registry that is to be added to") {
      try old.read { db in
        let from = lastExisting?.bytes ?? []
        let rows = try Row.fetchCursor(
          db, sql: "SELECT key, value FROM entry WHERE key > ? ORDER BY key LIMIT \(Self.batch)",
          arguments: [Data(from)])
        while let row = try rows.next() {
          guard let key = try row.withUnsafeData(atIndex: 0, { $0.map { [UInt8]($0) } }),
            key.count == RegistryLimits.entryKeyBytes,
            let value = try row.withUnsafeData(atIndex: 1, { $0.map { [UInt8]($0) } })
          else {
            throw RegistryFault(.corrupt, "the registry that is to be added to has a damaged entry")
          }
          existing.append((key.withUnsafeBytes { EntryKey($0) }, value))
        }
      }
    }
    lastExisting = existing.last?.key ?? lastExisting
  }

  package func append(_ key: EntryKey, _ value: UnsafeRawBufferPointer) throws(RegistryFault) {
    keys.append(key)
    values.append(contentsOf: value)
    ends.append(values.count)
    if keys.count == Self.batch { try insert() }
  }

  private func insert() throws(RegistryFault) {
    guard let new else { return }
    try RegistryFault.wrapping("writing the new registry") {
      try new.inDatabase { db in
        let statement = try db.cachedStatement(sql: "INSERT INTO entry (key, value) VALUES (?, ?)")
        try values.withUnsafeBytes { try insert($0, statement.sqliteStatement) }
      }
    }
    keys.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  private func insert(_ values: UnsafeRawBufferPointer, _ statement: OpaquePointer) throws {
    defer { sqlite3_clear_bindings(statement) }
    try withUnsafeTemporaryAllocation(byteCount: RegistryLimits.entryKeyBytes, alignment: 8) {
      key in
      // Both are lent until the next bind: no destructor.
      sqlite3_bind_blob(statement, 1, key.baseAddress, Int32(key.count), nil)
      var start = 0
      for (index, end) in ends.enumerated() {
        keys[index].write(to: key)
        sqlite3_bind_blob(
          statement, 2, values.baseAddress.map { $0 + start }, Int32(end - start), nil)
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else {
          throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
        start = end
      }
    }
  }

  package func commit(_ summary: RegistrySummary) throws(RegistryFault) {
    try insert()
    guard let new else { return }
    try RegistryFault.wrapping("completing the new registry") {
      try new.inDatabase { db in
        let words: [(String, any DatabaseValueConvertible)] = [
          ("format", SQLiteSchema.format), ("key_check", Data(keyCheck.bytes)),
          ("entries", summary.entries), ("imported_at", summary.importedAt),
          ("digests", summary.digestText),
        ]
        for (word, value) in words {
          try db.execute(
            sql: "INSERT INTO about (word, value) VALUES (?, ?)", arguments: [word, value])
        }
        try db.execute(sql: "COMMIT")
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM entry")
        guard count == summary.entries else {
          throw RegistryFault(
            .inputOutput, "the new registry has not the entries that were written")
        }
      }
      try new.close()
      try old?.close()
    }
    self.new = nil
    old = nil
    try replace()
  }

  /// From here on the new one is there, whatever happens to the machine.
  private func replace() throws(RegistryFault) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard Self.sync(fresh), rename(fresh, path) == 0, Self.sync(folder.isEmpty ? "/" : folder)
    else {
      throw RegistryFault(
        .inputOutput,
        "the new registry could not be put in place: \(String(cString: strerror(errno)))")
    }
  }

  private static func sync(_ path: String) -> Bool {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return fsync(file) == 0
  }

  package func abandon() {
    try? new?.close()
    try? old?.close()
    new = nil
    old = nil
    unlink(fresh)
  }
}
