// The server's keys for encrypting fields, by name and state.

package import Sealing
internal import Synchronization

/// The keys as they are at one time. A value.
package struct EncryptionKeyRing: Sendable {
  /// What becomes of messages under a key.
  package enum State: Sendable, Equatable {
    /// Handed out, and used.
    case active
    /// Not handed out any more: messages of those who still have it are read.
    case decryptOnly
  }

  package struct Entry: Sendable {
    package let id: String
    package let state: State
    package let key: UnwrappingKey

    package init(id: String, state: State, key: UnwrappingKey) {
      self.id = id
      self.state = state
      self.key = key
    }
  }

  enum Found {
    case key(UnwrappingKey)
    /// Known, and used no more.
    case retired
    case unknown
  }

  /// In the order in which they are preferred.
  package let entries: [Entry]
  private let byID: [String: Int]
  private let retired: Set<String>

  package static let empty = EncryptionKeyRing(entries: [], retired: [])!

  /// Nil if a name is there twice, is not one (`isName`), or there are too many.
  package init?(entries: [Entry], retired: Set<String>) {
    let names = entries.map(\.id) + retired
    guard Set(names).count == names.count, names.count <= EncryptionLimits.keysMax,
      names.allSatisfy(Self.isName)
    else { return nil }
    self.entries = entries
    self.retired = retired
    byID = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.id, $0) })
  }

  /// Names have 1–64 characters from `a-z A-Z 0-9 . _ -`.
  package static func isName(_ text: String) -> Bool {
    (1...EncryptionLimits.keyIDBytesMax).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D
      }
  }

  /// Those that are handed out.
  package var active: [Entry] { entries.filter { $0.state == .active } }

  func find(_ id: String) -> Found {
    if let at = byID[id] { return .key(entries[at].key) }
    return retired.contains(id) ? .retired : .unknown
  }
}

/// The keys in use, which may be replaced while the server runs. Any thread.
package final class EncryptionKeys: Sendable {
  private let ring: Mutex<EncryptionKeyRing>

  package init(_ ring: EncryptionKeyRing) { self.ring = Mutex(ring) }

  package var current: EncryptionKeyRing { ring.withLock { $0 } }

  /// Counts for messages that come from now on.
  package func replace(by new: EncryptionKeyRing) { ring.withLock { $0 = new } }
}
