// Lets one sender wait until there is room for its next message.

internal import Synchronization
package import Vocabulary

/// A gate that is open while there is room. One task at a time waits at it. Safe from any thread.
package final class RoomSignal: Sendable {
  private typealias Waiter = CheckedContinuation<ServiceError?, Never>

  private struct State {
    var isOpen = true
    var end: ServiceError?
    var waiter: Waiter?

    mutating func takeWaiter() -> Waiter? {
      defer { waiter = nil }
      return waiter
    }
  }

  private let state = Mutex(State())

  package init() {}

  /// There is room again.
  package func open() {
    let waiter = state.withLock { state in
      state.isOpen = true
      return state.takeWaiter()
    }
    waiter?.resume(returning: nil)
  }

  /// There is none for now.
  package func close() { state.withLock { $0.isOpen = false } }

  /// There will be none any more.
  package func end(_ error: ServiceError) {
    let waiter = state.withLock { state in
      if state.end == nil { state.end = error }
      return state.takeWaiter()
    }
    waiter?.resume(returning: error)
  }

  /// Returns when there is room. Cancelling the task ends the wait.
  /// - Throws: why the call ended, if it has.
  package func pass() async throws(ServiceError) {
    let error = await withTaskCancellationHandler {
      await withCheckedContinuation { (waiter: Waiter) in
        let answer = state.withLock { state -> ServiceError?? in
          if let end = state.end { return .some(end) }
          if state.isOpen { return .some(nil) }
          // Asked under the lock: a cancellation that comes after this finds the waiter.
          if Task.isCancelled { return .some(CallEnd.cancelled) }
          precondition(state.waiter == nil, "one task at a time sends")
          state.waiter = waiter
          return nil
        }
        if let answer { waiter.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.takeWaiter() }
      waiter?.resume(returning: CallEnd.cancelled)
    }
    if let error { throw error }
  }
}
