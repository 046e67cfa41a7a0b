// One call on its way, from the caller's task to the answer.

internal import NIOCore
internal import Vocabulary
internal import Wire

/// A call that has not been answered. Confined to the client's event loop once submitted.
final class PendingCall: @unchecked Sendable {
  // Unchecked: the mutable fields are touched on the loop only.
  let method: Wire.MethodName
  let message: OutgoingMessage
  let deadline: Deadline
  let metadata: Metadata

  var attempts = 0
  /// The connection and stream it was sent on.
  weak var link: ServerLink?
  var stream: StreamID?
  /// Ends the wait for a connection.
  var timer: Scheduled<Void>?
  private var continuation: CheckedContinuation<Result<Bytes, ServiceError>, Never>?
  private var isCancelled = false

  init(
    method: Wire.MethodName, message: OutgoingMessage, deadline: Deadline, metadata: Metadata
  ) {
    self.method = method
    self.message = message
    self.deadline = deadline
    self.metadata = metadata
  }

  /// Takes the continuation; false if the call was cancelled already and has been answered so.
  func begin(_ continuation: CheckedContinuation<Result<Bytes, ServiceError>, Never>) -> Bool {
    if isCancelled {
      continuation.resume(returning: .failure(Self.cancelled))
      return false
    }
    self.continuation = continuation
    return true
  }

  /// The caller gave up.
  func cancel() {
    isCancelled = true
    finish(.failure(Self.cancelled))
  }

  /// Answers the caller; later answers are ignored.
  func finish(_ result: Result<Bytes, ServiceError>) {
    timer?.cancel()
    timer = nil
    continuation?.resume(returning: result)
    continuation = nil
  }

  /// Whether the caller has its answer.
  var isFinished: Bool { continuation == nil }

  private static let cancelled = ServiceError(
    .cancelled, "The caller cancelled the call.", ErrorDetail(.cancelled))
}
