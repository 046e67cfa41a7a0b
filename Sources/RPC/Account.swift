// Who may call, and how much at once.

internal import Synchronization
package import Vocabulary

/// A customer of this server, as far as admitting a call needs to know it. One reference: it travels
/// with every call.
package final class Account: Sendable {
  package let id: AccountID
  /// Calls that may be in progress at the same time.
  package let concurrentCallsMax: Int
  let keys: Mutex<[String]>
  /// Whether `keys` has any: most accounts have none, and every call asks. Written under its lock.
  let isBound: Atomic<Bool>
  /// Calls in progress now.
  let inProgress = CallCount()

  /// - Parameter keyFingerprints: as of `bind`.
  package init(id: AccountID, concurrentCallsMax: Int, keyFingerprints: [String] = []) {
    self.id = id
    self.concurrentCallsMax = concurrentCallsMax
    keys = Mutex(keyFingerprints)
    isBound = Atomic(!keyFingerprints.isEmpty)
  }

  /// From the next call on, only certificates with these keys are accepted for this account, whoever signed them; none
  /// accepts every key. Any thread.
  /// - Parameter keyFingerprints: SHA-256 of the public keys, as `PeerIdentity.keyFingerprint`.
  package func bind(to keyFingerprints: [String]) {
    keys.withLock { keys in
      keys = keyFingerprints
      isBound.store(!keyFingerprints.isEmpty, ordering: .releasing)
    }
  }

  /// Whether `peer`, whose certificate names this account, may act for it.
  func accepts(_ peer: PeerIdentity) -> Bool {
    guard isBound.load(ordering: .acquiring) else { return true }
    return keys.withLock { $0.isEmpty || $0.contains(peer.keyFingerprint) }
  }
}

/// Counts calls in progress up to a bound; safe from any thread.
final class CallCount: Sendable {
  private let count = Atomic(0)

  /// The calls in progress.
  var value: Int { count.load(ordering: .relaxed) }

  /// Counts one more call unless `max` are in progress.
  func enter(max: Int) -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).oldValue < max { return true }
    leave()
    return false
  }

  /// Ends what `enter` began.
  func leave() { count.wrappingSubtract(1, ordering: .relaxed) }
}

/// Knows the accounts. Must answer at once from memory: it is asked on an event loop for every call.
package protocol AccountDirectory: Sendable {
  /// The account of that name, nil if there is none.
  func account(_ id: AccountID) -> Account?
}

/// A fixed set of accounts, as the configuration names them.
package struct FixedAccounts: AccountDirectory {
  /// Open addressing by `AccountID.digest`; a power of two, at most half full. A dictionary would hash
  /// the digest again for every call.
  private let places: [Account?]

  /// Of several accounts with one name the first counts.
  package init(_ accounts: [Account]) {
    var size = 4
    while size < accounts.count * 2 { size *= 2 }
    var places = [Account?](repeating: nil, count: size)
    for account in accounts {
      var place = account.id.digest & (size - 1)
      while let other = places[place], other.id != account.id { place = (place + 1) & (size - 1) }
      if places[place] == nil { places[place] = account }
    }
    self.places = places
  }

  package func account(_ id: AccountID) -> Account? {
    var place = id.digest & (places.count - 1)
    while let found = places[place] {
      if found.id == id { return found }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }
}
