// Where captures are judged: not on an event loop.

internal import Vocabulary

/// Threads for what takes longer than an event loop may be kept from its connections: the judges of a capture, its digest,
/// and the comparison with films that were here before. What comes here, digests aside, has had a lane before, so that
/// the lanes' bounds hold for it, too. Any thread.
package struct JudgeThreads: Sendable {
  private let executor: any TaskExecutor

  /// - Parameter executor: the composition root's; the process's common pool in tests.
  package init(_ executor: any TaskExecutor = globalConcurrentExecutor) {
    self.executor = executor
  }

  /// Does `work` there. It is a part of the current task: its cancellation and its values are that one's.
  func run<R: Sendable>(
    _ work: @escaping @Sendable () async throws(ServiceError) -> R
  ) async throws(ServiceError) -> R {
    let outcome = await withTaskGroup(of: Result<R, ServiceError>.self) { group in
      group.addTask(executorPreference: executor) {
        do throws(ServiceError) { return .success(try await work()) } catch {
          return .failure(error)
        }
      }
      return await group.next()
    }
    guard let outcome else { preconditionFailure("a group gives the result of its one task") }
    return try outcome.get()
  }
}
