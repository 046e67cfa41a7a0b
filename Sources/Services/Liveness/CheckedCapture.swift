// A capture past its checks: where its frames come from, and nothing that needs a second look.

internal import Messages
internal import Synchronization
internal import Vision
internal import Vocabulary

/// Bounds of captures that no other layer knows.
package enum CaptureLimits {
  /// Largest video, or sum of frames, in one message; uploads and streams may have `UploadLimits.fileBytesMax`.
  package static let inlineBytesMax = 8 << 20
  /// Memory that a capture in pieces has as soon as it begins: a usual one of some seconds.
  static let streamReserveBytes = 512 << 10
  /// What comes before such a capture, beside its photo: a device's evidence of 64 KiB and some words.
  static let requestBytesMax = 80 << 10
  /// Frames of a capture that is sent frame by frame: 20 s at 60 a second.
  static let framesMax = 1200
  /// Latest moment at which the first colour may be shown, in milliseconds.
  static let colorsShownMax: UInt32 = 20_000
  /// Best frames that may be asked for; as Tencent Cloud's FaceID has.
  static let bestFramesMax: UInt32 = 10
  /// Of best frames, and of sound with them, in one answer: with the rest it stays within the 4 MiB that every client
  /// takes.
  package static let answerMediaBytesMax = 7 << 19
  /// Longest name of a session, in bytes.
  static let sessionBytesMax = 64
  /// Longest id of a challenge or upload that is looked up, in bytes.
  static let idBytesMax = 128
}

/// What a camera recorded.
struct CheckedCapture: Sendable {
  let source: ClipSource
  /// When the first colour was shown, seconds since the first frame; nil if that was not told.
  let colorsShown: Double?
  /// The request field, for errors.
  let field: String
  /// The account that sent it; where a film answers a challenge, that of the challenge counts.
  let owner: String

  private let hashed: CaptureDigest

  /// SHA-256 of the file, or of the frames' files one after the other. Computed once, by whoever asks first: not on an
  /// event loop.
  var digest: [UInt8] { hashed.value }

  /// - Parameter digest: SHA-256 of the file or of all frames, where it is known already.
  init(
    source: ClipSource, colorsShown: Double?, field: String, owner: String = "",
    digest: [UInt8]? = nil
  ) {
    self.source = source
    self.colorsShown = colorsShown
    self.field = field
    self.owner = owner
    hashed = CaptureDigest(source, known: digest)
  }
}

/// The digest of a capture. Any thread; who asks while it is computed waits.
private final class CaptureDigest: Sendable {
  private let source: ClipSource
  private let known: Mutex<[UInt8]?>

  init(_ source: ClipSource, known: [UInt8]?) {
    self.source = source
    self.known = Mutex(known)
  }

  var value: [UInt8] {
    known.withLock { known in
      if let known { return known }
      let digest = MediaDigest()
      switch source {
      case .video(let bytes): digest.add(bytes)
      case .frames(let frames): for frame in frames { digest.add(frame.picture) }
      }
      let value = digest.end()
      known = value
      return value
    }
  }
}

/// Where uploads are found.
struct UploadAccess {
  let store: UploadStore
  let account: AccountID
  let now: Moment
}

extension CheckedCapture {
  /// - Parameters:
  ///   - bytesMax: of a video or of all frames in the message itself.
  ///   - digest: of these, where it is known already.
  init(
    _ capture: Capture?, field: String = "capture", uploads: UploadAccess,
    bytesMax: Int = CaptureLimits.inlineBytesMax, digest: [UInt8]? = nil
  ) throws(ServiceError) {
    guard let capture else { throw .missing(field) }
    let given = [capture.video != nil, !capture.uploadId.isEmpty, !capture.frames.isEmpty]
    guard given.count(where: \.self) == 1 else {
      throw .outOfRange(field, "exactly one of video, upload_id and frames")
    }
    var colorsShown: Double?
    if let shown = capture.colorsShownMs {
      guard shown <= CaptureLimits.colorsShownMax else {
        throw .outOfRange(field + ".colors_shown_ms", "at most \(CaptureLimits.colorsShownMax)")
      }
      colorsShown = Double(shown) / 1000
    }
    let source: ClipSource
    var digest = digest
    if let video = capture.video {
      let bytes = try checkedImage(video, field: field + ".video")
      guard bytes.count <= bytesMax else { throw .captureTooLarge(field + ".video", bytesMax) }
      source = .video(bytes)
    } else if !capture.uploadId.isEmpty {
      let file = try Self.uploaded(capture.uploadId, field + ".upload_id", uploads)
      source = .video(file.bytes)
      digest = file.sha256
    } else {
      source = .frames(try Self.frames(capture.frames, field + ".frames", bytesMax))
    }
    self.init(
      source: source, colorsShown: colorsShown, field: field, owner: uploads.account.name,
      digest: digest)
  }

  private static func uploaded(
    _ id: String, _ field: String, _ uploads: UploadAccess
  ) throws(ServiceError) -> (bytes: Bytes, sha256: [UInt8]) {
    guard id.utf8.count <= CaptureLimits.idBytesMax else {
      throw .outOfRange(field, "at most \(CaptureLimits.idBytesMax) bytes")
    }
    do throws(UploadError) {
      return try uploads.store.checked(id, account: uploads.account, now: uploads.now)
    } catch { throw ServiceError(error, field: field) }
  }

  private static func frames(
    _ frames: [CapturedFrame], _ field: String, _ bytesMax: Int
  ) throws(ServiceError) -> [(picture: Bytes, seconds: Double)] {
    guard frames.count <= CaptureLimits.framesMax else {
      throw .outOfRange(field, "at most \(CaptureLimits.framesMax) frames")
    }
    guard frames.reduce(0, { $0 + $1.jpeg.count }) <= bytesMax else {
      throw .captureTooLarge(field, bytesMax)
    }
    for (earlier, later) in zip(frames, frames.dropFirst())
    where later.deviceTimeMs <= earlier.deviceTimeMs {
      throw .outOfRange(field + ".device_time_ms", "rising from frame to frame")
    }
    let first = frames[0].deviceTimeMs
    return frames.map { ($0.jpeg, Double($0.deviceTimeMs - first) / 1000) }
  }
}

extension ServiceError {
  fileprivate static func captureTooLarge(_ field: String, _ bytesMax: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted,
      "\(field) has more than \(bytesMax) bytes; record fewer bits a second, or upload it first.",
      ErrorDetail(
        .videoBytesExceeded, field: field, limit: "\(bytesMax) bytes", advice: .correctInput))
  }
}

/// The number of best frames that is asked for.
func checkedBestFrames(_ count: UInt32) throws(ServiceError) -> Int {
  guard count <= CaptureLimits.bestFramesMax else {
    throw .outOfRange("best_frames", "at most \(CaptureLimits.bestFramesMax)")
  }
  return Int(count)
}

/// The session's name; nil for none.
func checkedSession(_ name: String) throws(ServiceError) -> String? {
  guard name.utf8.count <= CaptureLimits.sessionBytesMax else {
    throw .outOfRange("session_id", "at most \(CaptureLimits.sessionBytesMax) bytes")
  }
  return name.isEmpty ? nil : name
}

extension CapturedFrame {
  /// The same, but for what this server does not know, in memory of its own.
  func copy(from share: MediaShare) throws(MediaShortage) -> CapturedFrame {
    CapturedFrame(jpeg: try share.copy(jpeg), deviceTimeMs: deviceTimeMs)
  }
}
