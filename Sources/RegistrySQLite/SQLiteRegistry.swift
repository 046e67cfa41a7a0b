// A registry in one SQLite file: lookups on lanes, each with a connection that only reads.

internal import GRDB
internal import GRDBSQLite
internal import Glibc
package import Registry
internal import Vocabulary

/// Makes the lanes of a file. The file may be replaced by an import meanwhile: every lookup notices, and asks the new one.
/// Memory-mapped reading is not used: a file that somebody shortens in place would end the server; read through the
/// system's cache it is a fault like others.
package enum SQLiteRegistry {
  /// - Parameters:
  ///   - path: need not exist yet: lookups say that it is missing until it does.
  ///   - lanes: threads with a connection each.
  package static func open(_ path: String, hash: RegistryHash, lanes: Int) -> LookupLanes {
    LookupLanes(lanes: lanes, hash: hash) { (_) throws(RegistryFault) -> any RegistryConnection in
      try SQLiteConnection(path, hash.keyCheck)
    }
  }
}

/// A connection. Used on one lane's thread.
final class SQLiteConnection: RegistryConnection {
  private let path: String
  private let keyCheck: EntryKey
  private let queue: DatabaseQueue
  private let file: FileMark

  init(_ path: String, _ keyCheck: EntryKey) throws(RegistryFault) {
    self.path = path
    self.keyCheck = keyCheck
    guard let file = FileMark(path) else {
      throw RegistryFault(.missing, "there is no registry; import one, or correct the path")
    }
    self.file = file
    queue = try RegistryFault.wrapping("opening the registry") {
      let queue = try DatabaseQueue(path: path, configuration: SQLiteSchema.readOnly())
      _ = try queue.read { try SQLiteSchema.check($0, keyCheck) }
      return queue
    }
  }

  func find(
    _ key: EntryKey, _ value: inout EntryValue, before deadline: Deadline
  ) throws(RegistryFault) -> Bool {
    try RegistryFault.wrapping("a lookup") {
      try queue.unsafeRead { db in
        let statement = try db.cachedStatement(sql: "SELECT value FROM entry WHERE key = ?")
        return try Self.find(statement.sqliteStatement, key, &value)
      }
    }
  }

  /// Steps the statement itself: values are read where they lie.
  private static func find(
    _ statement: OpaquePointer, _ key: EntryKey, _ value: inout EntryValue
  ) throws -> Bool {
    try withUnsafeTemporaryAllocation(
      byteCount: RegistryLimits.entryKeyBytes, alignment: 8
    ) { bytes in
      key.write(to: bytes)
      // Lent until the reset: no destructor.
      let bound = sqlite3_bind_blob(statement, 1, bytes.baseAddress, Int32(bytes.count), nil)
      guard bound == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: bound)) }
      defer { sqlite3_clear_bindings(statement) }
      defer { sqlite3_reset(statement) }
      switch sqlite3_step(statement) {
      case SQLITE_DONE: return false
      case SQLITE_ROW:
        let count = Int(sqlite3_column_bytes(statement, 0))
        let found = UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, 0), count: count)
        guard value.set(found) else {
          throw RegistryFault(.corrupt, "an entry is longer than any; import the registry anew")
        }
        return true
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
      }
    }
  }

  func summary(before deadline: Deadline) throws(RegistryFault) -> RegistrySummary {
    try RegistryFault.wrapping("looking at the registry") {
      try queue.read { try SQLiteSchema.check($0, keyCheck) }
    }
  }

  /// A fault of the file itself may pass: the next lookup opens it anew.
  func isUsable(after fault: RegistryFault) -> Bool { fault.reason == .locked }

  var isCurrent: Bool { FileMark(path) == file }
}

/// What tells a file from one that took its place.
struct FileMark: Equatable {
  private let device: UInt64
  private let inode: UInt64
  private let bytes: Int
  private let modified: Int

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    bytes = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
  }
}
