// Why a video or a recording was refused, in words a caller may see.

package import Vocabulary

/// A video, a stream of pictures or a recording that was not decoded. Carries no content of it.
package struct VideoError: Error, Sendable, Equatable {
  package let symbol: ErrorSymbol
  /// The limit that was broken with its unit, empty if none.
  package let limit: String
  /// One English sentence that follows the field's name and says what to do.
  package let message: String
  /// Number of the offending picture of a stream, from 0; nil for a video.
  package var frame: Int?

  static let empty = VideoError(.videoEmpty, "has no bytes; send the video")

  static let noFrames = VideoError(.videoEmpty, "has no pictures; send at least a few")

  static let container = VideoError(
    .videoFormatUnsupported,
    "is not an MP4, MOV, WebM, Matroska, AVI or FLV video; record it as MP4 with H.264")

  static let codec = VideoError(
    .videoFormatUnsupported,
    "uses a codec, or a variant of one, that is not decoded; record it as MP4 with H.264")

  static let noPictures = VideoError(
    .videoFormatUnsupported, "has no pictures; record it with the camera on")

  static let plain = VideoError(
    .videoFormatUnsupported,
    "refers to other files, is packed or has more parts than a clip needs; save it as a plain MP4")

  static let sizeChanged = VideoError(
    .videoFormatUnsupported,
    "changes the size of its pictures; record it with the same size throughout")

  static let damaged = VideoError(
    .videoDamaged, "is damaged or cut off; record or upload it again")

  static let times = VideoError(
    .videoDamaged, "has pictures whose times do not rise; record or upload it again")

  static let noSound = VideoError(.audioMissing, "has no sound; record it with the microphone on")

  static let soundContainer = VideoError(
    .audioFormatUnsupported,
    "is not a WAV, MP4, WebM, Ogg, MP3, AAC or AMR recording; save it as WAV or MP4")

  static let soundCodec = VideoError(
    .audioFormatUnsupported,
    "has sound of a codec, or a variant of one, that is not decoded; record it as AAC or WAV")

  static let severalSounds = VideoError(
    .audioFormatUnsupported, limit: "1 track of sound",
    "has more than one track of sound, of which people may hear another than is judged; record or save it with one"
  )

  static let soundDamaged = VideoError(
    .audioDamaged, "has sound that is damaged or cut off; record or upload it again")

  static let soundTimes = VideoError(
    .audioDamaged,
    "has sound whose times lie more than an hour from the recording's zero; record it again")

  static func bytes(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoBytesExceeded, limit: "\(limits.bytesMax) bytes",
      "has more than \(limits.bytesMax) bytes; record fewer pixels or fewer bits a second")
  }

  static func pixels(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoDimensionsExceeded,
      limit: "\(limits.sideMax) pixels a side, \(limits.pixelsMax) pixels",
      "has more than \(limits.sideMax) pixels a side or \(limits.pixelsMax) in all; "
        + "record it at 1080p or less")
  }

  static func small(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoTooSmall, limit: "\(limits.shortSideMin) × \(limits.longSideMin) pixels",
      "has a shorter side below \(limits.shortSideMin) or a longer side below "
        + "\(limits.longSideMin) pixels; record it at 480 × 640 or more")
  }

  static func seconds(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoDurationExceeded, limit: "\(limits.secondsMax) s",
      "is longer than \(limits.secondsMax) s; send only the part that was asked for")
  }

  static func frames(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoDurationExceeded, limit: "\(limits.framesMax) frames",
      "has more than \(limits.framesMax) frames; record at 25 to 30 frames a second")
  }

  static func short(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoTooShort, limit: "\(limits.framesMin) frames",
      "has fewer than \(limits.framesMin) frames; record longer")
  }

  static func memory(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoDecodeBudgetExceeded, limit: "\(limits.memoryBytesMax) bytes of memory",
      "needs too much memory to decode; record fewer pixels, as MP4 with H.264")
  }

  static func time(_ limits: VideoLimits) -> VideoError {
    VideoError(
      .videoDecodeBudgetExceeded, limit: "\(limits.decodeMillisMax) ms",
      "takes too long to decode; record fewer pixels, as MP4 with H.264")
  }

  /// A picture of a stream that was refused.
  init(_ error: ImageError, frame: Int) {
    let symbol: ErrorSymbol =
      switch error.symbol {
      case .imageEmpty: .videoEmpty
      case .imageFormatUnsupported: .videoFormatUnsupported
      case .imageBytesExceeded: .videoBytesExceeded
      case .imageDimensionsExceeded: .videoDimensionsExceeded
      case .imageTooSmall: .videoTooSmall
      case .imageDecodeBudgetExceeded: .videoDecodeBudgetExceeded
      default: .videoDamaged
      }
    self.init(symbol, limit: error.limit, "has a picture that " + error.message)
    self.frame = frame
  }

  /// The same, about a picture of a stream.
  func at(frame: Int) -> VideoError {
    var copy = self
    copy.frame = frame
    return copy
  }

  init(_ symbol: ErrorSymbol, limit: String = "", _ message: String) {
    self.symbol = symbol
    self.limit = limit
    self.message = message
  }
}
