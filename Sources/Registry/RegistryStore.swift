// What a database must do to be a registry, for lookups and for imports.

package import Vocabulary

/// A registry that answers. Any thread; blocking work happens on threads of its own.
package protocol RegistryStore: Sendable {
  /// The record under `key`; nil if there is none. A fault is no answer: never taken for "none".
  func record(_ key: EntryKey, before deadline: Deadline) async throws(RegistryFault)
    -> RegistryRecord?

  /// Whether it answers now; throws why not. Asks the database.
  func check(before deadline: Deadline) async throws(RegistryFault) -> RegistrySummary

  /// Ends its threads when the lookups that run have ended. Later lookups are refused.
  func shutdown() async
}

/// What a registry says of itself.
package struct RegistrySummary: Sendable, Equatable {
  /// Entries: one for each identity, number and card, and one more for each of their digests.
  package let entries: Int
  /// Seconds since 1970 of the import that made it what it is.
  package let importedAt: Int64
  /// The digests by which phone numbers are found too.
  package let digests: Set<ElementHash>

  package init(entries: Int, importedAt: Int64, digests: Set<ElementHash> = []) {
    self.entries = entries
    self.importedAt = importedAt
    self.digests = digests
  }

  /// Names of digests as a registry holds them, with commas; words that are none are left out.
  package static func digests(_ text: String) -> Set<ElementHash> {
    Set(text.split(separator: ",").compactMap { ElementHash(rawValue: String($0)) })
  }

  /// Those names.
  package var digestText: String { digests.map(\.rawValue).sorted().joined(separator: ",") }
}

/// A registry while an import replaces it: it reads what there is, in order, and writes what there will be. What it has
/// written takes the old one's place at once in `commit`; until then nothing is seen of it, and a process that dies leaves
/// the old one as it was. Used on one thread.
package protocol RegistryTarget: AnyObject {
  /// What the old registry says of itself; nil if there is none. May be asked before `begin`, and leaves nothing open.
  /// - Parameter check: of the key; an old registry with another one is a fault.
  func existing(_ check: EntryKey) throws(RegistryFault) -> RegistrySummary?
  /// Opens the old registry, if there is one, and begins the new.
  /// - Parameter check: of the key; an old registry with another one is a fault.
  func begin(_ check: EntryKey) throws(RegistryFault)
  /// The old registry's next entry in the order of keys: the key, and the value in `value`'s first bytes; nil at the end.
  func nextExisting(_ value: inout EntryValue) throws(RegistryFault) -> EntryKey?
  /// The new registry's next entry; keys only grow.
  func append(_ key: EntryKey, _ value: UnsafeRawBufferPointer) throws(RegistryFault)
  func commit(_ summary: RegistrySummary) throws(RegistryFault)
  /// Forgets what was written. May be called after a fault, and is when the import ends without `commit`.
  func abandon()
}

/// The bytes of one value, reused.
package struct EntryValue: Sendable {
  private var bytes = [UInt8](repeating: 0, count: RegistryLimits.valueBytesMax)
  package private(set) var count = 0

  package init() {}

  /// False if there are more bytes than a value has.
  package mutating func set(_ value: UnsafeRawBufferPointer) -> Bool {
    guard value.count <= bytes.count else { return false }
    bytes.withUnsafeMutableBytes { $0.copyMemory(from: value) }
    count = value.count
    return true
  }

  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try bytes.withLent { (all) throws(E) -> R in
      try body(UnsafeRawBufferPointer(rebasing: all[..<count]))
    }
  }
}

extension [UInt8] {
  /// Lends the bytes; what `body` throws keeps its type.
  package func withLent<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try withUnsafeBufferPointer { (bytes) throws(E) -> R in try body(UnsafeRawBufferPointer(bytes))
    }
  }
}
