// What callers are told of a fault of the inference core.

package import Vocabulary

extension ServiceError {
  /// - Parameter late: what is said once the deadline has passed.
  package init(_ error: InferenceError, late: String) {
    switch error {
    case .overloaded(let retryAfter):
      self.init(
        .resourceExhausted, "The server's queue for analysis is full; call again after a pause.",
        ErrorDetail(
          .overloaded, advice: .waitAndRetry, retryable: true,
          retryAfterMillis: retryAfter.wholeMillis))
    case .accountOverloaded(let retryAfter):
      self.init(
        .resourceExhausted,
        "As many of the account's pictures or clips wait for analysis as may; call again after a "
          + "pause, and have fewer calls in progress at once.",
        ErrorDetail(
          .overloaded, limit: "the account's share of the queue", advice: .waitAndRetry,
          retryable: true, retryAfterMillis: retryAfter.wholeMillis))
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

extension Duration {
  fileprivate var wholeMillis: UInt32 {
    UInt32(
      clamping: components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
  }
}
