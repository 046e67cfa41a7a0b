// The server's context, replaced when its files change.

internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What a look at the files of a context led to.
package enum TLSRefresh: Sendable {
  /// The files are as they were, or changed a moment ago and are looked at again next time.
  case unchanged
  /// New sessions get this context from now on.
  case replaced(TLSContext)
  /// The new files cannot be used; the old context stays.
  case kept(TLSSettingsError)
}

/// Holds the context that new sessions of a server are made from, and makes a new one when its files are
/// replaced. `current` answers at once on any thread; `refresh` blocks and belongs on a thread of its own.
///
/// Each context has ticket keys of its own: whoever was revoked, or whose authority was taken out, cannot
/// come back with a ticket of before.
package final class TLSContextSource: Sendable {
  private struct State {
    var watch: FileWatch
    /// What the files held when a context was last tried to be made of them.
    var tried: FileWatch.Content
    /// Another content seen once.
    var pending: FileWatch.Content?
    /// When tickets got their last key, in seconds since 1970.
    var ticketKeyMade: Int
  }

  private let settings: TLSServerSettings
  private let clock: @Sendable () -> Int
  private let context: Mutex<TLSContext>
  private let state: Mutex<State>

  /// Makes the first context.
  /// - Parameter clock: seconds since 1970.
  package init(
    _ settings: TLSServerSettings, clock: @escaping @Sendable () -> Int = { time(nil) }
  ) throws(TLSSettingsError) {
    self.settings = settings
    self.clock = clock
    var watch = FileWatch(settings.files)
    // Looked at before they are loaded: what changes meanwhile is noticed at the next look.
    let content = watch.look()
    context = Mutex(try TLSContext(server: settings, clock: clock))
    state = Mutex(State(watch: watch, tried: content, pending: nil, ticketKeyMade: clock()))
  }

  /// The context for new sessions.
  package var current: TLSContext { context.withLock { $0 } }

  /// Gives tickets a new key when theirs is `TLSLimits.ticketSeconds` old. Call now and then.
  package func rotateTicketKeysWhenDue() {
    let isDue = state.withLock { state in
      let now = clock()
      // A clock that went back must not keep a key alive.
      guard now >= state.ticketKeyMade + TLSLimits.ticketSeconds || now < state.ticketKeyMade else {
        return false
      }
      state.ticketKeyMade = now
      return true
    }
    if isDue { current.rotateTicketKeys() }
  }

  /// Looks at the files, and makes a new context if they changed. A change found by polling must be seen
  /// twice before it counts, so that a set that is being copied is not taken by halves.
  /// - Parameter isForced: make a new context now, changed or not.
  package func refresh(isForced: Bool) -> TLSRefresh {
    state.withLock { state in
      let content = state.watch.look()
      if !isForced, content == state.tried || content != state.pending {
        state.pending = content
        return .unchanged
      }
      state.pending = nil
      state.tried = content
      do throws(TLSSettingsError) {
        let made = try TLSContext(server: settings, clock: clock)
        let now = clock()
        if let fault = made.ownFault(at: now) { throw TLSSettingsError(fault) }
        state.ticketKeyMade = now
        context.withLock { $0 = made }
        return .replaced(made)
      } catch {
        return .kept(error)
      }
    }
  }
}

extension TLSServerSettings {
  /// Every file that a context of these settings is made from.
  var files: [String] {
    [certificateChainFile, privateKeyFile] + [clientAuthorityFile, responseFile].compactMap { $0 }
      + revocationFiles
  }
}
