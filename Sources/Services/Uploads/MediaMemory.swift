// How much of uploads and streamed captures is held in memory at one time, of all accounts and of each.

internal import Synchronization
package import Vocabulary

/// Counts what callers have the server keep between messages: announced uploads, and recordings that come in pieces until
/// they are decided on. One for the process. Any thread: one lock, held for a look-up.
///
/// An account may hold no more than what is left: one alone half, two busy ones a third each, and there is always room
/// for another.
package final class MediaMemory: Sendable {
  private struct State {
    var accounts: [AccountID: Int] = [:]
    var total = 0
    var refused = 0
  }

  /// Bytes of all accounts together.
  package let bytesMax: Int
  private let state = Mutex(State())

  /// What it is unless an operator says otherwise: 21 files of the largest size.
  package static let bytesMaxDefault = 512 << 20

  package init(bytesMax: Int = MediaMemory.bytesMaxDefault) { self.bytesMax = bytesMax }

  /// Bytes held now, and how often there was no room, since the start.
  package var load: (bytes: Int, refused: Int) { state.withLock { ($0.total, $0.refused) } }

  /// A share that nothing is taken for yet but `reserving` bytes.
  package func share(
    of account: AccountID, reserving bytes: Int = 0
  ) throws(MediaShortage) -> MediaShare {
    try take(bytes, account)
    return MediaShare(self, account, reserved: bytes)
  }

  fileprivate func take(_ bytes: Int, _ account: AccountID) throws(MediaShortage) {
    let hasRoom = state.withLock { state in
      let held = state.accounts[account, default: 0] + bytes
      let left = bytesMax - state.total - bytes
      guard held <= left || bytes == 0 else {
        state.refused += 1
        return false
      }
      state.accounts[account] = held
      state.total += bytes
      return true
    }
    guard hasRoom else { throw MediaShortage(bytesMax: bytesMax) }
  }

  fileprivate func giveBack(_ bytes: Int, _ account: AccountID) {
    state.withLock { state in
      let held = state.accounts[account, default: 0] - bytes
      state.accounts[account] = held > 0 ? held : nil
      state.total -= bytes
    }
  }
}

/// There is no room for more media of the account.
package struct MediaShortage: Error, Sendable, Equatable {
  /// Bytes of all accounts together.
  package let bytesMax: Int

  package init(bytesMax: Int) { self.bytesMax = bytesMax }
}

/// What one upload or one call has of the memory. Buffers keep it: it is given back when the last of them has gone. Any
/// thread.
package final class MediaShare: Sendable {
  private struct State {
    var used = 0
    var taken: Int
  }

  private let memory: MediaMemory
  private let account: AccountID
  private let state: Mutex<State>

  fileprivate init(_ memory: MediaMemory, _ account: AccountID, reserved: Int) {
    self.memory = memory
    self.account = account
    state = Mutex(State(taken: reserved))
  }

  deinit { memory.giveBack(state.withLock { $0.taken }, account) }

  /// Uses `bytes` more: of what is reserved, and then of the account's.
  package func use(_ bytes: Int) throws(MediaShortage) {
    let result: Result<Void, MediaShortage> = state.withLock { state in
      let more = state.used + bytes - state.taken
      do throws(MediaShortage) {
        if more > 0 {
          try memory.take(more, account)
          state.taken += more
        }
        state.used += bytes
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// The same bytes in memory of their own, which this share is kept for: what they were cut from can be let go.
  package func copy(_ bytes: Bytes) throws(MediaShortage) -> Bytes {
    let buffer = MediaBuffer(bytesMax: bytes.count, exactly: true, share: self)
    try buffer.append(bytes)
    return buffer.whole()
  }
}
