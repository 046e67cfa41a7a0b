// Where long encryption is done: neither on an event loop nor on the cooperative pool.

internal import Dispatch
internal import Synchronization
internal import Vocabulary

/// A few queues with a thread each, and a bound on what waits for them. Any thread.
final class CryptoThreads: Sendable {
  private let queues: [DispatchQueue]
  private let next = Atomic(0)
  private let waiting = Atomic(0)
  private let waitingMax: Int

  /// - Parameters:
  ///   - count: threads.
  ///   - waitingMax: jobs that may be there at once, those at work among them.
  init(count: Int, waitingMax: Int) {
    queues = (0..<max(1, count)).map { DispatchQueue(label: "idv.encryption.\($0)") }
    self.waitingMax = waitingMax
  }

  /// Does `work` there; waiting spends the deadline.
  /// - Throws: `resourceExhausted` when too many wait; `deadlineExceeded` when its turn came too late; what `work`
  ///   throws.
  func run<R: Sendable>(
    before deadline: Deadline, _ work: @escaping @Sendable () throws(ServiceError) -> R
  ) async throws(ServiceError) -> R {
    guard waiting.wrappingAdd(1, ordering: .relaxed).oldValue < waitingMax else {
      waiting.wrappingSubtract(1, ordering: .relaxed)
      throw .encryptionOverloaded
    }
    let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
    let queue = queues[Int(place.magnitude % UInt(queues.count))]
    let outcome: Result<R, ServiceError> = await withCheckedContinuation { done in
      queue.async { [self] in
        defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
        guard !deadline.hasPassed() else {
          return done.resume(returning: .failure(.encryptionTooLate))
        }
        do throws(ServiceError) {
          done.resume(returning: .success(try work()))
        } catch {
          done.resume(returning: .failure(error))
        }
      }
    }
    return try outcome.get()
  }
}
