// Which messages were read already: none is read twice.

internal import Synchronization
internal import Vocabulary

/// How old a message may be, and how many are remembered.
package struct ReplayTerms: Sendable, Equatable {
  /// Age that is still taken, in milliseconds. Our choice: two minutes, as calls end sooner.
  package var ageMaxMillis: Int64 = 120_000
  /// How far a caller's clock may be ahead, in milliseconds; the message is held until its time has come. Our choice.
  package var aheadMaxMillis: Int64 = 60_000
  /// Messages remembered of one account and of all, 16 bytes and some room each: up to about 40 MB. When they are
  /// used up, new ones are refused rather than old ones forgotten. An account may besides hold no more than what is
  /// left: two busy ones a third each, with a third left for others. Our choice.
  package var accountMessagesMax = 500_000
  package var messagesMax = 1_000_000

  package init() {}
}

/// Remembers messages for as long as their age would let them be taken again. In this process only: messages that were
/// made before it began are refused, as one before it may have read them. None is entered before the time at which it
/// says that it was made: so the process before this one has entered none that was made after this one began, and what
/// is refused after a start is no more than that. Any thread.
final class MessageMemory: Sendable {
  enum Verdict: Equatable {
    case new
    /// Too old, from the time before this server began, or from the future.
    case outOfTime
    case seen
    /// There is no room to remember it.
    case full
  }

  private struct Name: Hashable {
    let high, low: UInt64

    /// - Precondition: 16 bytes.
    init(_ bytes: [UInt8]) {
      precondition(bytes.count == EncryptionLimits.messageIDBytes, "not the name of a message")
      high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
      low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// Messages made in the same ten seconds are forgotten together.
  private static let sliceMillis: Int64 = 10_000

  private struct Kept {
    var slices: [Int64: Set<Name>] = [:]
    var count = 0
  }

  private struct State {
    var accounts: [AccountID: Kept] = [:]
    var count = 0
    /// Messages made before this are refused, because those that were read may be forgotten: it never goes back, even
    /// if the clock does.
    var horizon: Int64
    var sweptAt: Int64
  }

  private let terms: ReplayTerms
  private let state: Mutex<State>

  /// - Parameter startedAtMillis: Unix time at which this memory begins.
  init(_ terms: ReplayTerms, startedAtMillis: Int64) {
    self.terms = terms
    state = Mutex(State(horizon: startedAtMillis, sweptAt: startedAtMillis))
  }

  /// What a message would be told, without remembering it: spares the work on one that is not new.
  func look(_ id: [UInt8], of account: AccountID, madeAt: Int64, now: Int64) -> Verdict {
    state.withLock { look(Name(id), account, madeAt, now, &$0) }
  }

  /// The same, and remembers it if it is new and its time has come. Only for messages that are known to be the account's
  /// own.
  func enter(_ id: [UInt8], of account: AccountID, madeAt: Int64, now: Int64) -> Verdict {
    let name = Name(id)
    return state.withLock { state in
      let verdict = look(name, account, madeAt, now, &state)
      guard verdict == .new else { return verdict }
      guard madeAt <= now else { return .outOfTime }
      state.accounts[account, default: Kept()].slices[Self.slice(madeAt), default: []].insert(name)
      state.accounts[account]?.count += 1
      state.count += 1
      return .new
    }
  }

  /// Messages remembered now.
  var count: Int { state.withLock { $0.count } }

  private func look(
    _ name: Name, _ account: AccountID, _ madeAt: Int64, _ now: Int64, _ state: inout State
  ) -> Verdict {
    forget(now, &state)
    guard madeAt >= state.horizon, madeAt >= now - terms.ageMaxMillis,
      madeAt <= now + terms.aheadMaxMillis
    else { return .outOfTime }
    let kept = state.accounts[account]
    if kept?.slices[Self.slice(madeAt)]?.contains(name) == true { return .seen }
    let count = kept?.count ?? 0
    let left = terms.messagesMax - state.count
    return count < min(terms.accountMessagesMax, left) ? .new : .full
  }

  /// Forgets slices whose messages are all too old. At most once a second.
  private func forget(_ now: Int64, _ state: inout State) {
    guard now - state.sweptAt >= 1000 else { return }
    state.sweptAt = now
    let first = Self.slice(now - terms.ageMaxMillis)
    state.horizon = max(state.horizon, first * Self.sliceMillis)
    for account in Array(state.accounts.keys) {
      guard var kept = state.accounts.removeValue(forKey: account) else { continue }
      for slice in kept.slices.keys where slice < first {
        let count = kept.slices.removeValue(forKey: slice)?.count ?? 0
        kept.count -= count
        state.count -= count
      }
      if kept.count > 0 { state.accounts[account] = kept }
    }
  }

  private static func slice(_ millis: Int64) -> Int64 { millis.quotientFloored(by: sliceMillis) }
}

extension Int64 {
  /// Rounded down, for negative numbers too.
  fileprivate func quotientFloored(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
