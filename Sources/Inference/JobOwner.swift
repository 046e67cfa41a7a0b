// Whose work a task does, so that lanes can be shared among those who wait for them.

package import Vocabulary

/// The account that the current task, and the tasks it waits for, submit jobs for.
///
/// A value of the task, and no parameter, because between a handler and the queue lie readers that have nothing to do with
/// accounts. Set around handlers by the composition root.
package enum JobOwner {
  /// Nil for work of the process itself: it has no share that could be exceeded.
  @TaskLocal package static var account: AccountID?
}
