// Which services take calls now, and who is to be told when that changes.

package import Messages
internal import Synchronization
internal import Vocabulary

/// Bounds of watching.
enum HealthLimits {
  /// Watches of one account at the same time. Our choice: a probe needs one.
  static let watchesPerCallerMax = 16
}

/// The health of the server and of each of its services. Starts as not serving. Safe from any thread.
package final class HealthBoard: Sendable {
  package typealias Status = HealthCheckResponse.ServingStatus

  private struct Watcher {
    let service: String
    let caller: AccountID
    let news: AsyncStream<Status>.Continuation
    /// What it has been given, and what its client has been sent.
    var given: Status
    var told: Status?
  }

  private struct State {
    var isServing = false
    var lacking: Set<String> = []
    var watchers: [Int: Watcher] = [:]
    var nextWatcher = 0
    var waiters: [CheckedContinuation<Void, Never>] = []

    /// Those who wait for the watchers, once there is nothing to wait for.
    mutating func takeWaiters(evenIfUntold: Bool = false) -> [CheckedContinuation<Void, Never>] {
      guard evenIfUntold || watchers.values.allSatisfy({ $0.told == $0.given }) else { return [] }
      defer { waiters = [] }
      return waiters
    }
  }

  private let services: Set<String>
  private let state = Mutex(State())

  /// - Parameter services: full names of everything that is served.
  package init(services: [String]) { self.services = Set(services) }

  /// The status of a service, or of the server as a whole (""); nil when there is no such service.
  package func status(of service: String) -> Status? {
    guard isKnown(service) else { return nil }
    return state.withLock { Self.status(of: service, $0) }
  }

  private func isKnown(_ service: String) -> Bool { service.isEmpty || services.contains(service) }

  private static func status(of service: String, _ state: State) -> Status {
    state.isServing && !state.lacking.contains(service) ? .serving : .notServing
  }

  /// Says whether calls are taken.
  package func setServing(_ isServing: Bool) { change { $0.isServing = isServing } }

  /// Says which services lack a model that they need.
  package func setLacking(_ services: Set<String>) { change { $0.lacking = services } }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { state in
      body(&state)
      for (id, watcher) in state.watchers where isKnown(watcher.service) {
        let status = Self.status(of: watcher.service, state)
        guard status != watcher.given else { continue }
        state.watchers[id]?.given = status
        watcher.news.yield(status)
      }
    }
  }

  // MARK: Watching

  /// Begins a watch, which `HealthWatch.end` ends.
  /// - Throws: `resourceExhausted` when the caller has too many.
  func watch(_ service: String, by caller: AccountID) throws(ServiceError) -> HealthWatch {
    // A watcher that does not keep up learns the latest only.
    let (news, put) = AsyncStream<Status>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state -> Int? in
      let held = state.watchers.values.count { $0.caller == caller }
      guard held < HealthLimits.watchesPerCallerMax else { return nil }
      let status = isKnown(service) ? Self.status(of: service, state) : .serviceUnknown
      defer { state.nextWatcher += 1 }
      state.watchers[state.nextWatcher] = Watcher(
        service: service, caller: caller, news: put, given: status)
      put.yield(status)
      return state.nextWatcher
    }
    guard let id else {
      throw ServiceError(
        .resourceExhausted, "Too many watches of this account; end one first.",
        Vocabulary.ErrorDetail(
          .rateLimited, limit: "\(HealthLimits.watchesPerCallerMax) watches",
          advice: .waitAndRetry, retryable: true))
    }
    return HealthWatch(news: news, id: id, board: self)
  }

  /// The client of watch `id` has been sent `status`.
  fileprivate func told(_ id: Int, _ status: Status) {
    let waiters = state.withLock { state in
      state.watchers[id]?.told = status
      return state.takeWaiters()
    }
    for waiter in waiters { waiter.resume() }
  }

  fileprivate func remove(_ id: Int) {
    let waiters = state.withLock { state in
      state.watchers[id] = nil
      return state.takeWaiters()
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when all watchers have been sent what there is to know, or after `patience`.
  package func allTold(within patience: Duration) async {
    let timeout = Task {
      guard (try? await Task.sleep(for: patience)) != nil else { return }
      for waiter in state.withLock({ $0.takeWaiters(evenIfUntold: true) }) { waiter.resume() }
    }
    await withCheckedContinuation { waiter in
      let ready = state.withLock { state in
        state.waiters.append(waiter)
        return state.takeWaiters()
      }
      for waiter in ready { waiter.resume() }
    }
    timeout.cancel()
  }

  /// Ends all watches: the server stops.
  package func endWatches() {
    for watcher in state.withLock({ $0.watchers }).values { watcher.news.finish() }
  }

  /// Watches in progress.
  package var watches: Int { state.withLock { $0.watchers.count } }
}

/// One watch of the board.
struct HealthWatch {
  /// The status at the beginning and after each change; ends with the server, or with the task.
  let news: AsyncStream<HealthBoard.Status>
  fileprivate let id: Int
  fileprivate let board: HealthBoard

  /// The client has been sent `status`.
  func told(_ status: HealthBoard.Status) { board.told(id, status) }

  /// Nobody watches any more.
  func end() { board.remove(id) }
}
