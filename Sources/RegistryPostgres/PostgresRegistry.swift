// A registry in PostgreSQL: lookups on lanes, each with a connection.

package import Registry
internal import Vocabulary

/// Makes the lanes of a database.
package enum PostgresRegistry {
  /// - Parameters:
  ///   - settings: a connection string or URI of libpq; TLS by its keywords (`sslmode`, `sslrootcert`, `sslcert`, `sslkey`).
  ///   - lanes: threads with a connection each.
  package static func open(_ settings: String, hash: RegistryHash, lanes: Int) -> LookupLanes {
    LookupLanes(lanes: lanes, hash: hash) {
      (deadline) throws(RegistryFault) -> any RegistryConnection in
      try PostgresConnection(settings, hash.keyCheck, before: deadline)
    }
  }
}

/// The tables. The same idea as in SQLite: entries by their keys, and a few words about the whole.
enum PostgresSchema {
  /// Of the tables and of `RegistryRecord`'s layout: since 2 an entry may hold a portrait.
  static let format = "2"
  /// Those that are read.
  private static let formats = ["1", "2"]
  /// A server ends a statement of a lookup after so long, whoever still waits for it.
  static let lookupMillisMax = 5000

  /// One row always: the key's check, the format, and the entry's value or NULL. So every lookup notices a registry that
  /// was made with another key meanwhile.
  static let find = """
    SELECT a.value, f.value, e.value FROM idv_registry_about a
    JOIN idv_registry_about f ON f.word = 'format'
    LEFT JOIN idv_registry_entry e ON e.key = $1 WHERE a.word = 'key_check'
    """

  static let words = "SELECT word, value FROM idv_registry_about WHERE word <> encode($1, 'escape')"

  static func checkKey(_ check: UnsafeRawBufferPointer?, _ expected: EntryKey) throws(RegistryFault)
  {
    guard let check, check.count == RegistryLimits.entryKeyBytes else {
      throw RegistryFault(.corrupt, "the registry does not say what it is")
    }
    guard EntryKey(check) == expected else {
      throw RegistryFault(.otherKey, "the registry was made with another key; check the key file")
    }
  }

  static func checkFormat(_ found: UnsafeRawBufferPointer?) throws(RegistryFault) {
    guard let found, formats.contains(where: { found.elementsEqual($0.utf8) }) else {
      throw RegistryFault(.otherFormat, "the registry is of another version; import it anew")
    }
  }
}

/// A connection of a lane. Used on the lane's thread.
final class PostgresConnection: RegistryConnection {
  private let link: PostgresLink
  private let keyCheck: EntryKey

  init(_ settings: String, _ keyCheck: EntryKey, before deadline: Deadline) throws(RegistryFault) {
    self.keyCheck = keyCheck
    link = try PostgresLink(
      settings, statementMillisMax: PostgresSchema.lookupMillisMax, before: deadline)
    try link.prepare("find", PostgresSchema.find, before: deadline)
    try link.prepare("words", PostgresSchema.words, before: deadline)
  }

  func find(
    _ key: EntryKey, _ value: inout EntryValue, before deadline: Deadline
  ) throws(RegistryFault) -> Bool {
    var isFound = false
    try ask("find", key.bytes, deadline) { (answer) throws(RegistryFault) in
      guard answer.rows == 1 else {
        throw RegistryFault(.corrupt, "the registry does not say what it is")
      }
      try answer.withField(0, 0) { (check) throws(RegistryFault) in
        try PostgresSchema.checkKey(check, keyCheck)
      }
      try answer.withField(0, 1) { (format) throws(RegistryFault) in
        try PostgresSchema.checkFormat(format)
      }
      isFound = try answer.withField(0, 2) { (found) throws(RegistryFault) -> Bool in
        guard let found else { return false }
        guard value.set(found) else {
          throw RegistryFault(.corrupt, "an entry is longer than any; import the registry anew")
        }
        return true
      }
    }
    return isFound
  }

  func summary(before deadline: Deadline) throws(RegistryFault) -> RegistrySummary {
    var words: [String: [UInt8]] = [:]
    try ask("words", [], deadline) { (answer) throws(RegistryFault) in
      for row in 0..<answer.rows {
        let word = answer.withField(row, 0) { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        words[word] = answer.withField(row, 1) { $0.map { [UInt8]($0) } ?? [] }
      }
    }
    return try PostgresSummary.read(words, keyCheck)
  }

  private func ask(
    _ name: String, _ parameter: [UInt8], _ deadline: Deadline,
    _ take: (borrowing PostgresAnswer) throws(RegistryFault) -> Void
  ) throws(RegistryFault) {
    try parameter.withLent { (bytes) throws(RegistryFault) in
      try link.ask(name, bytes, before: deadline, take)
    }
  }

  /// What a deadline broke off may still be under way.
  func isUsable(after fault: RegistryFault) -> Bool {
    (fault.reason == .locked || fault.reason == .corrupt) && link.isUsable
  }

  var isCurrent: Bool { true }
}

/// What the table about the whole says.
enum PostgresSummary {
  static func read(_ words: [String: [UInt8]], _ keyCheck: EntryKey) throws(RegistryFault)
    -> RegistrySummary
  {
    try (words["format"] ?? []).withLent { (bytes) throws(RegistryFault) in
      try PostgresSchema.checkFormat(bytes)
    }
    try (words["key_check"] ?? []).withLent { (bytes) throws(RegistryFault) in
      try PostgresSchema.checkKey(bytes, keyCheck)
    }
    guard let entries = words["entries"].flatMap({ Int(String(decoding: $0, as: UTF8.self)) }),
      let at = words["imported_at"].flatMap({ Int64(String(decoding: $0, as: UTF8.self)) })
    else { throw RegistryFault(.corrupt, "the registry does not say what it is") }
    let digests = String(decoding: words["digests"] ?? [], as: UTF8.self)
    return RegistrySummary(
      entries: entries, importedAt: at, digests: RegistrySummary.digests(digests))
  }
}
