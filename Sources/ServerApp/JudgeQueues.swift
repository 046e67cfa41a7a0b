// The threads that captures are judged on.

internal import Dispatch
internal import Synchronization

/// A few queues with a thread each: neither an event loop nor the cooperative pool is held up by what is done on them. Any
/// thread.
final class JudgeQueues: TaskExecutor {
  private let queues: [DispatchQueue]
  private let next = Atomic(0)

  /// - Parameter count: threads.
  init(count: Int) {
    queues = (0..<max(1, count)).map { DispatchQueue(label: "idv.judges.\($0)") }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
    let queue = queues[Int(place.magnitude % UInt(queues.count))]
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
