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
      // Never without end: glibc before 2.41 may lose a signal (its bug 25847).
      while !isOpen { lock.wait(for: 0, timeout: .milliseconds(100)) }
    }
  }

  /// Returns when `count` jobs have arrived or the test's time is up. Yields instead of blocking: a test's thread is not its
  /// own.
  func waitForArrivals(_ count: Int) async {
    while lock.withLock({ arrivals }) < count, !Task.isCancelled { await Task.yield() }
  }

  func open() {
    lock.withLock {
      isOpen = true
      lock.broadcast(0)
    }
  }
}
