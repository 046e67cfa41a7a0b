// A recording that comes in pieces, put together within bounds.

internal import Messages
internal import Vision
internal import Vocabulary

/// What was recorded, past its checks.
struct IntentMedia: Sendable {
  enum Sound: Sendable {
    /// Of the video itself.
    case ofVideo
    /// A file of its own, and when it begins, seconds since the first frame.
    case file(Bytes, startSeconds: Double)
    /// Samples that came one after the other.
    case samples(WaveSound)
    /// Frames alone.
    case none
  }

  let capture: CheckedCapture
  let sound: Sound
}

/// Gathers the pieces of one recording. One task.
///
/// What is kept is copied: a slice would keep its whole message, which nobody counts any more, unknown fields and all.
struct IntentParts {
  let bytesMax: Int
  private let share: MediaShare
  private(set) var request: VerifyIntentRequest?
  private let video: MediaBuffer
  private var frames: [CapturedFrame] = []
  private let audio: MediaBuffer
  private var bytes = 0

  init(bytesMax: Int, share: MediaShare) {
    self.bytesMax = bytesMax
    self.share = share
    video = MediaBuffer(bytesMax: bytesMax, share: share)
    audio = MediaBuffer(bytesMax: IntentLimits.audioBytesMax, share: share)
  }

  mutating func add(_ part: VerifyIntentPart) throws(ServiceError) {
    if let request = part.request {
      guard self.request == nil else { throw .outOfRange("request", "in the first piece only") }
      self.request = try request.kept(from: share)
    }
    guard request != nil else { throw .missing("request") }
    guard part.video.count <= IntentLimits.partBytesMax,
      part.audio.count <= IntentLimits.partBytesMax
    else { throw .outOfRange("video, audio", "at most \(IntentLimits.partBytesMax) bytes a piece") }
    bytes += part.video.count + part.frames.reduce(0) { $0 + $1.jpeg.count }
    guard bytes <= bytesMax, frames.count + part.frames.count <= IntentLimits.framesMax else {
      throw Self.tooLarge("video", bytesMax)
    }
    guard part.audio.count <= IntentLimits.audioBytesMax - audio.count else {
      throw Self.tooLarge("audio", IntentLimits.audioBytesMax)
    }
    do throws(MediaShortage) {
      try video.append(part.video)
      try audio.append(part.audio)
      for frame in part.frames { frames.append(try frame.copy(from: share)) }
    } catch { throw ServiceError(error, field: part.frames.isEmpty ? "video" : "frames") }
  }

  /// The whole, past the checks that need no challenge.
  func whole(_ uploads: UploadAccess) throws(ServiceError) -> (VerifyIntentRequest, IntentMedia) {
    guard let request else { throw .missing("request") }
    var capture = Capture()
    if video.count > 0 { capture.video = Media(inline: video.whole()) }
    capture.uploadId = request.uploadId
    capture.frames = frames
    let checked = try CheckedCapture(
      capture, field: "video", uploads: uploads, bytesMax: bytesMax)
    let start = request.audioStartedMs ?? 0
    guard IntentLimits.audioStart.contains(start) else {
      let range = IntentLimits.audioStart
      throw .outOfRange("audio_started_ms", "from \(range.lowerBound) to \(range.upperBound)")
    }
    let sound: IntentMedia.Sound =
      if audio.count > 0 {
        .file(audio.whole(), startSeconds: Double(start) / 1000)
      } else if case .video = checked.source {
        .ofVideo
      } else {
        .none
      }
    return (request, IntentMedia(capture: checked, sound: sound))
  }

  static func tooLarge(_ field: String, _ bytesMax: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted,
      "\(field) has more than \(bytesMax) bytes, or too many frames; record fewer bits a second.",
      ErrorDetail(
        .videoBytesExceeded, field: field, limit: "\(bytesMax) bytes", advice: .correctInput))
  }
}
