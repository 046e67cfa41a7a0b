// Lets a test hold a lane until it says go.

@testable internal import Inference

/// A job passes when the test opens it; the test can wait until a job has arrived at it.
final class Gate: @unchecked Sendable {
  // Unchecked: the variables are only touched under the lock.
  private let lock = ConditionLock(conditions: 1)
  private var isOpen = false
  private var arrivals = 0

  /// Called by a job: says that it has arrived and blocks its lane until `open`.
  func pass() {
    lock.withLock {
      arrivals += 1
      while !isOpen { lock.wait(for: 0) }
    }
  }

  /// Returns when `count` jobs have arrived. Yields instead of blocking: a test's thread is not its
  /// own.
  func waitForArrivals(_ count: Int) async {
    while lock.withLock({ arrivals }) < count { await Task.yield() }
  }

  func open() {
    lock.withLock {
      isOpen = true
      lock.broadcast(0)
    }
  }
}
