// Tells calls that would last as long as their client likes that the server stops.

internal import Synchronization
internal import Vocabulary

/// Given once. Safe from any thread.
package final class StopNotice: Sendable {
  private struct State {
    var isGiven = false
    var nextID = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// The server stops: whoever waits is told.
  package func give() {
    let waiting = state.withLock { state in
      state.isGiven = true
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Returns when the server stops, or when the task is cancelled.
  func wait() async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // Asked under the lock: a cancellation that comes after this finds the waiter.
          if state.isGiven || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
  }

  private var isGiven: Bool { state.withLock { $0.isGiven } }

  /// Runs `body` until it ends or the server stops, and cancels it then.
  /// - Throws: what `body` throws; `unavailable` when the server stops first.
  func race(
    _ body: @escaping @Sendable () async throws(ServiceError) -> Void
  ) async throws(ServiceError) {
    let result = await withTaskGroup(of: Result<Void, ServiceError>?.self) { group in
      group.addTask {
        do throws(ServiceError) {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        await self.wait()
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      // The one that waits ends first when the call itself is cancelled, too.
      var outcome = first
      while let other = await group.next() { outcome = outcome ?? other }
      return first == nil && isGiven && !Task.isCancelled ? .failure(Self.stopping) : outcome
    }
    try result?.get()
  }

  /// What clients of such calls are told.
  static let stopping = ServiceError(
    .unavailable, "The server is stopping; call another one.",
    ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true))
}
