// What is judged apart is all done, each queue one thing at a time.

import Synchronization
import Testing

@testable import ServerApp

/// How much was done, and how much of it at once.
private final class Seen: Sendable {
  private let running = Atomic(0)
  let most = Atomic(0)
  let done = Atomic(0)

  func note() {
    most.max(running.wrappingAdd(1, ordering: .relaxed).newValue, ordering: .relaxed)
    done.wrappingAdd(1, ordering: .relaxed)
    running.wrappingSubtract(1, ordering: .relaxed)
  }
}

struct JudgeQueuesTests {
  @Test(
    "every piece of work is done, and no more at once than there are queues", arguments: [1, 3])
  func work(count: Int) async {
    let queues = JudgeQueues(count: count)
    let seen = Seen()
    await withTaskGroup { group in
      for _ in 0..<200 {
        group.addTask(executorPreference: queues) {
          for _ in 0..<5 {
            seen.note()
            await Task.yield()
          }
        }
      }
    }
    #expect(seen.done.load(ordering: .relaxed) == 1000)
    #expect((1...count).contains(seen.most.load(ordering: .relaxed)))
  }
}
