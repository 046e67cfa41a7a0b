// What can go wrong: at start-up (read by an operator) and in a job (turned into a status by the
// caller).

/// Why the inference core cannot start. For the operator's terminal: it names files and commands,
/// so it never travels to a client.
package struct InferenceStartupError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One line: what is wrong with which file, and what to do.
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Why a job gave no result. Carries no personal data.
package enum InferenceError: Error, Sendable, Equatable {
  /// The queue is full. A retry makes sense after about `retryAfter`.
  case overloaded(retryAfter: Duration)
  /// There is room in the queue, but not for more jobs of this account.
  case accountOverloaded(retryAfter: Duration)
  /// The deadline passed while the job waited, or between two of its model runs.
  case deadlineExceeded
  /// The calling task was cancelled while the job waited, or between two of its model runs.
  case cancelled
  /// The engine is shutting down and takes no more work.
  case shuttingDown
  /// The model of this role is not installed.
  case unavailable(ModelRole)
  /// The runtime failed. The text is for the operator's log only.
  case failed(String)
}
