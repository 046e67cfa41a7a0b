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
    self.init(error, late: "Time ran out before the recording was listened to; allow more.")
  }
}
