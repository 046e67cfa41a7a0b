// Who may call, and how much at once.

internal import Synchronization
package import Vocabulary

/// A customer of this server, as far as admitting a call needs to know it.
package struct Account: Sendable {
  package let id: AccountID
  /// Calls that may be in progress at the same time.
  package let concurrentCallsMax: Int
  /// SHA-256 of the public keys (`PeerIdentity.keyFingerprint`) whose certificates are accepted for this
  /// account, whoever signed them; empty accepts every key.
  package let keyFingerprints: [String]
  /// Calls in progress now; shared by all copies of the value.
  let inProgress = CallCount()

  package init(id: AccountID, concurrentCallsMax: Int, keyFingerprints: [String] = []) {
    self.id = id
    self.concurrentCallsMax = concurrentCallsMax
    self.keyFingerprints = keyFingerprints
  }

  /// Whether `peer`, whose certificate names this account, may act for it.
  func accepts(_ peer: PeerIdentity) -> Bool {
    keyFingerprints.isEmpty || keyFingerprints.contains(peer.keyFingerprint)
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
  private let accounts: [AccountID: Account]

  package init(_ accounts: [Account]) {
    self.accounts = Dictionary(
      accounts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func account(_ id: AccountID) -> Account? { accounts[id] }
}
