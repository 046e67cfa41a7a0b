// How failures of listening are told to callers.

internal import Inference
internal import Media
internal import Vocabulary

/// Why a recording gave nothing.
enum SpeechError: Error, Equatable {
  case sound(VideoError)
  case inference(InferenceError)
}

extension ServiceError {
  /// - Parameter field: the request field of the recording.
  init(_ error: SpeechError, field: String) {
    switch error {
    case .sound(let error): self.init(error, field: field)
    case .inference(let error): self.init(error)
    }
  }

  private init(_ error: VideoError, field: String) {
    let code: StatusCode =
      switch error.symbol {
      case .videoBytesExceeded, .videoDimensionsExceeded, .videoDurationExceeded,
        .videoDecodeBudgetExceeded:
        .resourceExhausted
      default: .invalidArgument
      }
    let advice: NextAction =
      switch error.symbol {
      case .audioDamaged, .audioMissing, .videoDamaged, .videoDurationExceeded: .retryCapture
      default: .correctInput
      }
    self.init(
      code, "The recording in \(field) \(error.message).",
      ErrorDetail(error.symbol, field: field, limit: error.limit, advice: advice))
  }

  init(_ error: InferenceError) {
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
        .deadlineExceeded, "Time ran out before the recording was listened to; allow more.",
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
    case .failed:
      self.init(
        .internal, "The analysis failed; report the request id.",
        ErrorDetail(.internalFault, advice: .contactSupport))
    }
  }
}
