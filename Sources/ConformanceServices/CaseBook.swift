// What handlers of the conformance service saw, for clients that ask afterwards.

internal import ConformanceMessages
internal import Synchronization

/// Observations by case id. One a server; safe from any thread.
package final class CaseBook: Sendable {
  private struct Waiter {
    let caseID: String
    let until: Until
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var observations: [String: Observation] = [:]
    var waiters: [Int: Waiter] = [:]
    var lastWaiter = 0
  }

  /// Cases kept; beyond it the book is emptied.
  private static let casesMax = 10_000

  private let state = Mutex(State())

  package init() {}

  /// Changes what is known of a case and wakes who waits for that.
  func note(_ caseID: String, _ change: (inout Observation) -> Void) {
    guard !caseID.isEmpty else { return }
    let ready = state.withLock { state -> [Waiter] in
      if state.observations.count >= Self.casesMax { state.observations = [:] }
      change(&state.observations[caseID, default: Observation()])
      let ready = state.waiters.filter { Self.isOver($0.value, state.observations) }
      for id in ready.keys { state.waiters[id] = nil }
      return Array(ready.values)
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  /// What is known of a case once `until` holds, or the task is cancelled.
  func observation(of caseID: String, until: Until) async -> Observation {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = Waiter(caseID: caseID, until: until, continuation: continuation)
        let isOver = state.withLock { state in
          if Task.isCancelled || Self.isOver(waiter, state.observations) { return true }
          state.waiters[id] = waiter
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
    }
    return state.withLock { $0.observations[caseID] ?? Observation() }
  }

  private static func isOver(_ waiter: Waiter, _ known: [String: Observation]) -> Bool {
    switch waiter.until {
    case .started: known[waiter.caseID]?.started ?? false
    case .ended: known[waiter.caseID]?.ended ?? false
    case .now, .unrecognized: true
    }
  }
}
