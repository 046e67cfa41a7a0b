// The tables of a registry in SQLite, and what its first look finds out.

internal import GRDB
internal import Registry

/// One table of entries by their keys, and one of a few words about the whole.
enum SQLiteSchema {
  /// Says in the file's header what it is: `IDVR`.
  static let applicationID = 0x4944_5652
  /// Of the tables and of `RegistryRecord`'s layout: since 2 an entry may hold a portrait.
  static let format = 2
  /// Those that are read.
  private static let formats = 1...2

  static let tables = """
    CREATE TABLE entry (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE about (word TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
    """

  /// Connections of lookups: nothing is written, nothing is waited for.
  static func readOnly() -> Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .immediateError
    configuration.foreignKeysEnabled = false
    return configuration
  }

  /// Whether the file is a registry that was made with this key.
  static func check(_ db: Database, _ keyCheck: EntryKey) throws -> RegistrySummary {
    guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
      throw RegistryFault(.notARegistry, "the file is another program's")
    }
    guard let found = try Int.fetchOne(db, sql: "SELECT value FROM about WHERE word = 'format'"),
      formats.contains(found)
    else {
      throw RegistryFault(.otherFormat, "the registry is of another version; import it anew")
    }
    let check = try [UInt8].fetch(db, "key_check")
    guard check == keyCheck.bytes else {
      throw RegistryFault(.otherKey, "the registry was made with another key; check the key file")
    }
    guard let entries = try Int.fetchOne(db, sql: "SELECT value FROM about WHERE word = 'entries'"),
      let importedAt = try Int64.fetchOne(
        db, sql: "SELECT value FROM about WHERE word = 'imported_at'")
    else { throw RegistryFault(.corrupt, "the registry does not say what it is") }
    let digests = try String.fetchOne(db, sql: "SELECT value FROM about WHERE word = 'digests'")
    return RegistrySummary(
      entries: entries, importedAt: importedAt, digests: RegistrySummary.digests(digests ?? ""))
  }
}

extension [UInt8] {
  fileprivate static func fetch(_ db: Database, _ word: String) throws -> [UInt8]? {
    let row = try Row.fetchOne(
      db, sql: "SELECT value FROM about WHERE word = ?", arguments: [word])
    return try row.flatMap { row in
      try row.withUnsafeData(atIndex: 0) { data in data.map { [UInt8]($0) } }
    }
  }
}
