// What the thread sanitizer must report (`race`) and what it must not (`lock`): planted for .ci/tsan.sh.

import Glibc
import Synchronization

/// Counts without a lock, or with one that several threads want at the same time.
final class Counter: @unchecked Sendable {
  let isGuarded: Bool
  let guarded = Mutex(0)
  var bare = 0

  init(isGuarded: Bool) { self.isGuarded = isGuarded }

  func count() {
    for _ in 0..<20_000 {
      if isGuarded { guarded.withLock { $0 += 1 } } else { bare += 1 }
    }
  }
}

nonisolated func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  Unmanaged<Counter>.fromOpaque(context!).takeRetainedValue().count()
  return nil
}

let counter = Counter(isGuarded: CommandLine.arguments.last == "lock")
var threads = [pthread_t](repeating: 0, count: 4)
for index in threads.indices {
  pthread_create(&threads[index], nil, run, Unmanaged.passRetained(counter).toOpaque())
}
for thread in threads { pthread_join(thread, nil) }
