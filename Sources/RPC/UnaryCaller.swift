// The caller's side: what generated clients are written against.

package import Vocabulary

/// What a caller may set for one call.
package struct CallOptions: Sendable {
  /// When to give up; nil means the caller's default.
  package var deadline: Deadline?
  package var metadata: Metadata

  package init(deadline: Deadline? = nil, metadata: Metadata = Metadata()) {
    self.deadline = deadline
    self.metadata = metadata
  }

  /// No deadline of its own, no metadata.
  package static var standard: CallOptions { CallOptions() }
}

/// Carries one request to a server and brings the answer back. Implemented by `Client` over TLS and by
/// `InProcessTransport` without a socket. Safe from any thread. Cancelling the task cancels the call.
package protocol UnaryCaller: Sendable {
  /// - Throws: the server's error, or `unavailable` when no server could be reached.
  func call(
    _ method: MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes
}
