// Threads and a lock with conditions: work that blocks runs on threads of our own.

internal import CInference
internal import Glibc

/// A mutual-exclusion lock with conditions to wait for. Waiting blocks the thread, so only threads
/// made by `startThread` wait; any thread may lock, for moments.
final class ConditionLock: @unchecked Sendable {
  // Unchecked because of the pointers: POSIX locks and conditions are made for several threads.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let conditions: UnsafeMutablePointer<pthread_cond_t>
  private let conditionCount: Int

  init(conditions conditionCount: Int) {
    self.conditionCount = conditionCount
    mutex = .allocate(capacity: 1)
    conditions = .allocate(capacity: conditionCount)
    var result = pthread_mutex_init(mutex, nil)
    precondition(result == 0, "no memory for a lock")
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    for index in 0..<conditionCount {
      result = pthread_cond_init(conditions + index, &attributes)
      precondition(result == 0, "no memory for a condition")
    }
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    for index in 0..<conditionCount { pthread_cond_destroy(conditions + index) }
    pthread_mutex_destroy(mutex)
    conditions.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` with the lock held.
  func withLock<R>(_ body: () -> R) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Waits until `condition` is signalled, at most `timeout`. Only inside `withLock`; may return
  /// early.
  func wait(for condition: Int, timeout: Duration? = nil) {
    guard let timeout else {
      pthread_cond_wait(conditions + condition, mutex)
      return
    }
    guard timeout > .zero else { return }
    var until = timespec()
    clock_gettime(CLOCK_MONOTONIC, &until)
    let (seconds, attoseconds) = timeout.components
    // Rounded up to a microsecond, so that a wait does not end just before the instant it waits
    // for.
    let nanoseconds = until.tv_nsec + Int(attoseconds / 1_000_000_000) + 1_000
    until.tv_sec += Int(min(seconds, 86_400)) + nanoseconds / 1_000_000_000
    until.tv_nsec = nanoseconds % 1_000_000_000
    pthread_cond_timedwait(conditions + condition, mutex, &until)
  }

  func signal(_ condition: Int) { pthread_cond_signal(conditions + condition) }

  func broadcast(_ condition: Int) { pthread_cond_broadcast(conditions + condition) }
}

/// Starts a detached thread called `name` (at most 15 bytes) that runs `body` once.
/// - Parameter niceSteps: how far it goes behind the process's other threads.
func startThread(_ name: String, niceSteps: Int = 0, _ body: @escaping () -> Void) -> Bool {
  precondition(name.utf8.count <= 15)
  let box = Unmanaged.passRetained(ThreadBody(name: name, niceSteps: niceSteps, run: body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  var thread = pthread_t()
  let status = pthread_create(&thread, &attributes, runThreadBody, box.toOpaque())
  if status != 0 { box.release() }
  return status == 0
}

private final class ThreadBody {
  let name: String
  let niceSteps: Int
  let run: () -> Void

  init(name: String, niceSteps: Int, run: @escaping () -> Void) {
    self.name = name
    self.niceSteps = niceSteps
    self.run = run
  }
}

private func runThreadBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let body = Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue()
  idv_name_thread(body.name)
  // A system that forbids it has all threads alike: slower answers, not other ones.
  if body.niceSteps > 0 { _ = idv_lower_priority(CInt(body.niceSteps)) }
  body.run()
  return nil
}
