// How failures of an analysis are told to callers.

internal import Inference
internal import Media
internal import Vocabulary

extension ServiceError {
  /// - Parameter field: the request field of the picture's `Media`.
  init(_ error: AnalysisError, field: String) {
    switch error {
    case .image(let error): self.init(error, field: field + ".inline")
    case .inference(let error): self.init(error)
    }
  }

  /// - Parameter field: the request field of the clip.
  init(_ error: ClipError, field: String) {
    switch error {
    case .video(let error): self.init(error, field: field)
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
      case .videoDamaged, .videoTooSmall, .videoTooShort, .videoDurationExceeded: .retryCapture
      default: .correctInput
      }
    let place = error.frame.map { "\(field)[\($0)]" } ?? field
    self.init(
      code, "The video in \(place) \(error.message).",
      ErrorDetail(error.symbol, field: place, limit: error.limit, advice: advice))
  }

  private init(_ error: ImageError, field: String) {
    let code: StatusCode =
      switch error.symbol {
      case .imageBytesExceeded, .imageDimensionsExceeded, .imageDecodeBudgetExceeded:
        .resourceExhausted
      default: .invalidArgument
      }
    let advice: NextAction =
      switch error.symbol {
      case .imageDamaged, .imageTooSmall: .retryCapture
      default: .correctInput
      }
    self.init(
      code, "The picture in \(field) \(error.message).",
      ErrorDetail(error.symbol, field: field, limit: error.limit, advice: advice))
  }

  init(_ error: InferenceError) {
    self.init(error, late: "Time ran out before the pictures were analysed; allow more.")
  }
}
