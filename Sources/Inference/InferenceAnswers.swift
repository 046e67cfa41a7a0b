// What callers are told of a fault of the inference core.

package import Vocabulary

extension ServiceError {
  /// - Parameter late: what is said once the deadline has passed.
  package init(_ error: InferenceError, late: String) {
    switch error {
    case .overloaded(let retryAfter):
      let millis = UInt32(
        clamping: retryAfter.components.seconds * 1000
          + retryAfter.components.attoseconds / 1_000_000_000_000_000)
      self.init(
        .resourceExhausted, "The server's queue for analysis is full; call again after a pause.",
        ErrorDetail(
          .overloaded, advice: .waitAndRetry, retryable: true, retryAfterMillis: millis))
    case .deadlineExceeded:
      self.init(
        .deadlineExceeded, late,
        ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))
    case .cancelled:
      self.init(.cancelled, "The caller cancelled.", ErrorDetail(.cancelled, retryable: true))
    case .shuttingDown:
      self.init(
        .unavailable, "The server is stopping; call another one.",
        ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true))
    case .unavailable:
      self.init(
        .failedPrecondition, "A model that this call needs is not installed on the server.",
        ErrorDetail(.modelUnavailable, advice: .contactSupport))
    case .failed(let reason):
      self.init(
        .internal, "The analysis failed; report the request id.",
        ErrorDetail(.internalFault, advice: .contactSupport), cause: reason)
    }
  }
}
