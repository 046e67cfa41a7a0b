// A clip that a device sent as JPEG pictures with times.

internal import CVideo
package import Vocabulary

/// One picture of a stream, as it was sent.
package struct TimedPicture: Sendable, Equatable {
  package let jpeg: Bytes
  /// When the device captured it, in seconds on a clock of its own.
  package let seconds: Double

  package init(jpeg: Bytes, seconds: Double) {
    self.jpeg = jpeg
    self.seconds = seconds
  }
}

extension VideoDecoder {
  /// What is known without decoding: every picture's time and length. The size is 0.
  package static func inspect(
    _ pictures: [TimedPicture], limits: VideoLimits = VideoLimits()
  ) throws(VideoError) -> VideoInfo {
    guard !pictures.isEmpty else { throw .noFrames }
    guard pictures.count <= limits.framesMax else { throw .frames(limits) }
    guard pictures.count >= limits.framesMin else { throw .short(limits) }
    var sum = 0
    var last = -Double.infinity
    for (index, picture) in pictures.enumerated() {
      // No sum of lengths overflows: each is checked first.
      guard picture.jpeg.count <= limits.bytesMax - sum else { throw .bytes(limits) }
      sum += picture.jpeg.count
      guard picture.seconds.isFinite, picture.seconds > last else {
        throw VideoError.times.at(frame: index)
      }
      last = picture.seconds
    }
    let start = pictures[0].seconds
    guard last - start <= limits.secondsMax else { throw .seconds(limits) }
    let timing = pictures.map { picture in
      let seconds = picture.seconds - start
      return PacketTiming(
        seconds: seconds, decodeSeconds: seconds, bytes: picture.jpeg.count, isKey: true)
    }
    return VideoInfo(
      container: .pictures, videoCodec: .mjpeg, audioCodec: nil, width: 0, height: 0,
      rotationDegrees: 0, isMirrored: false, seconds: last - start, framesDecoded: 0,
      framesDelivered: 0, framesMistimed: 0, startSeconds: start, timing: timing, decodeMillis: 0)
  }

  /// Hands the wanted pictures to `each`, in order of time, until it answers false. Pictures that are not wanted are
  /// not decoded. EXIF orientation is applied; all must have the same size.
  @discardableResult
  package static func decode(
    _ pictures: [TimedPicture], limits: VideoLimits = VideoLimits(), wanted: FrameChoice = .all,
    _ each: (consuming VideoFrame) -> Bool
  ) throws(VideoError) -> VideoInfo {
    var info = try inspect(pictures, limits: limits)
    var picker = FramePicker(wanted)
    for (index, picture) in pictures.enumerated() {
      let seconds = info.timing[index].seconds
      guard picker.takes(seconds) else { continue }
      let began = idv_clip_thread_nanos()
      let image = try decode(picture, index, limits)
      info.framesDecoded += 1
      info.decodeMillis += Double(idv_clip_thread_nanos() - began) / 1_000_000
      guard info.decodeMillis <= Double(limits.decodeMillisMax) else { throw .time(limits) }
      if info.width == 0 {
        (info.width, info.height) = (image.fullWidth, image.fullHeight)
        try checkLeast(info, limits)
      }
      guard info.width == image.fullWidth, info.height == image.fullHeight else {
        throw VideoError.sizeChanged.at(frame: index)
      }
      info.framesDelivered += 1
      guard each(VideoFrame(seconds: seconds, pixels: image.takePixels())) else { break }
    }
    return info
  }

  private static func decode(
    _ picture: TimedPicture, _ index: Int, _ limits: VideoLimits
  ) throws(VideoError) -> DecodedImage {
    guard picture.jpeg.count > 2, picture.jpeg[0] == 0xFF, picture.jpeg[1] == 0xD8 else {
      throw VideoError(picture.jpeg.isEmpty ? .empty : .notJPEG, frame: index)
    }
    let bounds = ImageLimits(
      sideMax: limits.sideMax, sideMin: 1, pixelsMax: limits.pixelsMax,
      memoryBytesMax: limits.memoryBytesMax, decodeMillisMax: limits.decodeMillisMax)
    do throws(ImageError) {
      return try ImageDecoder.decode(picture.jpeg, limits: bounds)
    } catch {
      throw VideoError(error, frame: index)
    }
  }
}
