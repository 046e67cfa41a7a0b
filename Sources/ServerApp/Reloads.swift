// What is read again while the server runs, one time after the other.

/// Does its work as often as it is asked to, and never twice at the same time: what is asked for meanwhile is done
/// once, afterwards. So a slow reading cannot take the place of one that began later. Any thread; ends with its owner.
package final class Reloads: Sendable {
  private let requests: AsyncStream<Void>.Continuation

  package init(_ work: @escaping @Sendable () async -> Void) {
    let (waiting, requests) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.requests = requests
    Task { for await _ in waiting { await work() } }
  }

  deinit { requests.finish() }

  /// Asks for the work, soon.
  package func ask() { requests.yield() }
}
