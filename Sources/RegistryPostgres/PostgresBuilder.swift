// A new registry in PostgreSQL, copied in order into a table of its own that takes the old one's name in one transaction.

package import Registry
internal import Vocabulary

/// Used on one thread. Two connections: one reads the old table, one copies.
package final class PostgresBuilder: RegistryTarget {
  private let settings: String
  private var old: PostgresLink?
  private var new: PostgresLink?
  private var keyCheck = EntryKey(high: 0, low: 0)
  private var existing: [(key: EntryKey, value: [UInt8])] = []
  private var nextExisting = 0
  private var lastExisting: [UInt8] = []
  private var buffer: [UInt8] = []

  private static let batch = 4096
  /// Gives the new table the privileges of the old one, with those of columns, and takes away what the database gives
  /// to new tables by default. An owner that we stand in for keeps its access.
  private static let carryPrivileges = """
    DO $idv$ DECLARE old oid := 'idv_registry_entry'::regclass; new oid := 'idv_registry_entry_new'::regclass; r record;
    BEGIN
      FOR r IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid = new AND a.grantee <> c.relowner
      LOOP
        EXECUTE format('REVOKE ALL ON idv_registry_entry_new FROM %s', CASE r.grantee WHEN 0 THEN 'PUBLIC'
          ELSE quote_ident(pg_get_userbyid(r.grantee)) END);
      END LOOP;
      FOR r IN
        SELECT a.grantee, a.privilege_type AS what, a.is_grantable FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = old
        UNION SELECT c.relowner, 'ALL', true FROM pg_class c WHERE c.oid = old
        UNION SELECT a.grantee, format('%s (%I)', a.privilege_type, t.attname), a.is_grantable
          FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = old AND NOT t.attisdropped
      LOOP
        CONTINUE WHEN r.grantee = (SELECT relowner FROM pg_class WHERE oid = new);
        EXECUTE format('GRANT %s ON idv_registry_entry_new TO %s%s', r.what, CASE r.grantee WHEN 0 THEN 'PUBLIC'
          ELSE quote_ident(pg_get_userbyid(r.grantee)) END, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' END);
      END LOOP;
    END $idv$
    """
  private static let bufferBytes = 256 << 10
  /// Other programs' locks of this number are no concern of ours: it is drawn by lot.
  private static let importLock: Int64 = 0x6964_7672_6567_6973

  package init(_ settings: String) throws(RegistryFault) { self.settings = settings }

  package func begin(_ check: EntryKey) throws(RegistryFault) {
    keyCheck = check
    let link = try PostgresLink(settings, statementMillisMax: 0, before: .after(.seconds(10)))
    new = link
    try link.run("SET lock_timeout = '30s'; SET client_min_messages = error")
    try takeLock(link)
    try link.run(
      """
      CREATE TABLE IF NOT EXISTS idv_registry_entry (key bytea PRIMARY KEY, value bytea NOT NULL);
      CREATE TABLE IF NOT EXISTS idv_registry_about (word text PRIMARY KEY, value bytea NOT NULL)
      """)
    let reader = try PostgresLink(settings, statementMillisMax: 0, before: .after(.seconds(10)))
    try reader.prepare("words", PostgresSchema.words, before: .never)
    try reader.prepare(
      "next",
      "SELECT key, value FROM idv_registry_entry WHERE key > $1 ORDER BY key LIMIT \(Self.batch)",
      before: .never)
    _ = try summary(reader)
    old = reader
    try link.run(
      """
      BEGIN; DROP TABLE IF EXISTS idv_registry_entry_new;
      CREATE TABLE idv_registry_entry_new (key bytea NOT NULL, value bytea NOT NULL)
      """)
    try link.run("COPY idv_registry_entry_new (key, value) FROM STDIN (FORMAT binary)")
    buffer = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)
  }

  private func takeLock(_ link: PostgresLink) throws(RegistryFault) {
    try link.prepare(
      "lock", "SELECT pg_try_advisory_lock(\(Self.importLock)) WHERE $1::bytea IS NOT NULL",
      before: .never)
    var isTaken = false
    try [UInt8]().withLent { (none) throws(RegistryFault) in
      try link.ask("lock", none, before: .never) { (answer) throws(RegistryFault) in
        isTaken = answer.rows == 1 && answer.withField(0, 0) { $0?.first == 1 }
      }
    }
    guard isTaken else {
      throw RegistryFault(.locked, "another import into this registry is under way")
    }
  }

  package func existing(_ check: EntryKey) throws(RegistryFault) -> RegistrySummary? {
    keyCheck = check
    let reader = try PostgresLink(settings, statementMillisMax: 0, before: .after(.seconds(10)))
    do throws(RegistryFault) {
      try reader.prepare("words", PostgresSchema.words, before: .after(.seconds(30)))
    } catch {
      // There are no such tables yet.
      guard error.reason == .notARegistry else { throw error }
      return nil
    }
    return try summary(reader)
  }

  /// An old registry must be of this key; nil of one that was never filled.
  private func summary(_ reader: PostgresLink) throws(RegistryFault) -> RegistrySummary? {
    var words: [String: [UInt8]] = [:]
    try [UInt8]().withLent { (none) throws(RegistryFault) in
      try reader.ask("words", none, before: .never) { (answer) throws(RegistryFault) in
        for row in 0..<answer.rows {
          let word = answer.withField(row, 0) {
            $0.map { String(decoding: $0, as: UTF8.self) } ?? ""
          }
          words[word] = answer.withField(row, 1) { $0.map { [UInt8]($0) } ?? [] }
        }
      }
    }
    return words.isEmpty ? nil : try PostgresSummary.read(words, keyCheck)
  }

  package func nextExisting(_ value: inout EntryValue) throws(RegistryFault) -> EntryKey? {
    if nextExisting == existing.count {
      try readExisting()
      if existing.isEmpty { return nil }
    }
    defer { nextExisting += 1 }
    let entry = existing[nextExisting]
    guard entry.value.withUnsafeBytes({ value.set($0) }) else { throw Self.damaged }
    return entry.key
  }

  private static let damaged = RegistryFault(
    .corrupt, "the registry that is to be added to has a damaged entry")

  private func readExisting() throws(RegistryFault) {
    existing.removeAll(keepingCapacity: true)
    nextExisting = 0
    guard let old else { return }
    try lastExisting.withLent { (from) throws(RegistryFault) in
      try old.ask("next", from, before: .never) { (answer) throws(RegistryFault) in
        for row in 0..<answer.rows {
          let key = answer.withField(row, 0) { bytes in
            bytes.flatMap { $0.count == RegistryLimits.entryKeyBytes ? EntryKey($0) : nil }
          }
          guard let key else { throw Self.damaged }
          existing.append((key, answer.withField(row, 1) { $0.map { [UInt8]($0) } ?? [] }))
        }
      }
    }
    if let last = existing.last { lastExisting = last.key.bytes }
  }

  package func append(_ key: EntryKey, _ value: UnsafeRawBufferPointer) throws(RegistryFault) {
    buffer.append(contentsOf: [0, 2, 0, 0, 0, UInt8(RegistryLimits.entryKeyBytes)])
    withUnsafeTemporaryAllocation(byteCount: RegistryLimits.entryKeyBytes, alignment: 8) { bytes in
      key.write(to: bytes)
      buffer.append(contentsOf: bytes)
    }
    buffer.append(contentsOf: [0, 0, UInt8(value.count >> 8), UInt8(value.count & 0xFF)])
    buffer.append(contentsOf: value)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  private func flush() throws(RegistryFault) {
    try new?.copy(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  package func commit(_ summary: RegistrySummary) throws(RegistryFault) {
    guard let new else { return }
    buffer.append(contentsOf: [0xFF, 0xFF])
    try flush()
    try new.endCopy()
    old = nil
    let check = Hexadecimal.text(of: keyCheck.bytes)
    try new.run(
      """
      ALTER TABLE idv_registry_entry_new ADD CONSTRAINT idv_registry_entry_new_pkey PRIMARY KEY (key);
      ANALYZE idv_registry_entry_new;
      \(Self.carryPrivileges);
      DROP TABLE idv_registry_entry;
      ALTER TABLE idv_registry_entry_new RENAME TO idv_registry_entry;
      ALTER INDEX idv_registry_entry_new_pkey RENAME TO idv_registry_entry_pkey;
      DELETE FROM idv_registry_about;
      INSERT INTO idv_registry_about VALUES ('format', '\(PostgresSchema.format)'),
        ('key_check', '\\x\(check)'), ('entries', '\(summary.entries)'),
        ('imported_at', '\(summary.importedAt)'), ('digests', '\(summary.digestText)');
      COMMIT
      """)
    self.new = nil
  }

  /// The server takes back what was begun.
  package func abandon() {
    old = nil
    new = nil
  }
}
