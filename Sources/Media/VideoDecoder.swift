// From a caller's bytes to upright pictures with their times, within limits.

internal import CVideo
package import Vocabulary

/// One picture of a clip, upright.
package struct VideoFrame: ~Copyable, Sendable {
  /// Since the clip's first picture.
  package let seconds: Double
  package let pixels: PixelBuffer

  package init(seconds: Double, pixels: consuming PixelBuffer) {
    self.seconds = seconds
    self.pixels = pixels
  }

  /// Hands over the pixels.
  package consuming func takePixels() -> PixelBuffer { pixels }
}

/// Decodes MP4/MOV, WebM/Matroska, AVI and FLV with H.264, HEVC, VP8, VP9, MJPEG and MPEG-4.
///
/// - The container is told by the first bytes alone. Memory is the only input: nothing in a clip opens a file or a
///   connection.
/// - First all packets are read, which costs next to nothing: times and sizes are known, and checked, before anything
///   is decoded. Then pictures are decoded one by one; each is handed out before the next one is made.
/// - Damaged or cut-off pictures are refused, not patched.
/// - Rotation and mirroring that the container asks for are applied; edit lists too. Times are the container's.
/// - Colours: the stream's matrix and range, else those that are usual for its size and codec.
///
/// Blocks for the whole clip: call it on a thread of ours. No state; any thread.
package enum VideoDecoder {
  /// What is known without decoding. The size and the counts of frames are 0.
  package static func inspect(
    _ bytes: Bytes, limits: VideoLimits = VideoLimits()
  ) throws(VideoError) -> VideoInfo {
    try withClip(bytes, limits) { (bytes, format) throws(VideoError) in
      try scan(bytes, format, limits).info
    }
  }

  /// Hands the wanted frames to `each`, in order of time, until it answers false.
  @discardableResult
  package static func decode(
    _ bytes: Bytes, limits: VideoLimits = VideoLimits(), wanted: FrameChoice = .all,
    _ each: (consuming VideoFrame) -> Bool
  ) throws(VideoError) -> VideoInfo {
    try withClip(bytes, limits) { (bytes, format) throws(VideoError) in
      let scan = try scan(bytes, format, limits)
      return try read(bytes, format, limits, FramePicker(wanted), scan, each)
    }
  }

  private static func withClip<R>(
    _ bytes: Bytes, _ limits: VideoLimits,
    _ body: (UnsafeRawBufferPointer, ClipFormat) throws(VideoError) -> R
  ) throws(VideoError) -> R {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= limits.bytesMax else { throw .bytes(limits) }
    return try bytes.withUnsafeBytes { (bytes) throws(VideoError) in
      guard
        let format = ClipFormat(bytes, allowsEvaluationFormats: limits.allowsEvaluationFormats),
        format.container != nil
      else { throw VideoError.container }
      return try body(bytes, format)
    }
  }

  // MARK: The first pass

  private struct Scan {
    var info: VideoInfo
    var traits: ClipTraits
    var nanos: Int64
    /// In a container that tells only when pictures are decoded: the times in order, the k-th shown picture's
    /// being the k-th.
    var order: [Double]?

    /// When the picture is shown that is decoded as number `index`, and whose own time is `pts`.
    func seconds(_ pts: Double, _ index: Int) -> Double {
      guard let order else { return pts - info.startSeconds }
      return index < order.count ? order[index] : .nan
    }
  }

  /// Reads all packets and checks what they promise.
  private static func scan(
    _ bytes: UnsafeRawBufferPointer, _ format: ClipFormat, _ limits: VideoLimits
  ) throws(VideoError) -> Scan {
    if format.demuxer == idv_container_mov { try MovieScan.check(bytes, limits) }
    var clip = try Clip(bytes, format, use: idv_clip_packets, limits)
    var timing: [PacketTiming] = []
    var hasTimes = true
    while let step = try clip.next() {
      guard timing.count < limits.framesMax else { throw .frames(limits) }
      timing.append(PacketTiming(step))
      hasTimes = hasTimes && step.pts.isFinite
    }
    let start = try origin(timing, limits)
    for index in timing.indices { timing[index].shift(by: -start) }
    let last = timing.lazy.filter { !$0.isHidden }.map(\.seconds).max() ?? 0
    guard last <= limits.secondsMax else { throw .seconds(limits) }
    let traits = clip.traits
    guard let container = format.container, let codec = traits.videoCodec else { throw .codec }
    let (degrees, isMirrored) = traits.turn
    let info = VideoInfo(
      container: container, videoCodec: codec, audioCodec: traits.audioCodec,
      hasSound: traits.hasSound, width: 0, height: 0, rotationDegrees: degrees,
      isMirrored: isMirrored, seconds: last, framesDecoded: 0, framesDelivered: 0,
      framesMistimed: 0, startSeconds: start, timing: timing,
      decodeMillis: Double(clip.cpuNanos) / 1_000_000)
    return Scan(
      info: info, traits: traits, nanos: clip.cpuNanos,
      order: hasTimes ? nil : timing.map(\.seconds).sorted())
  }

  /// When the first picture is shown.
  private static func origin(
    _ timing: [PacketTiming], _ limits: VideoLimits
  ) throws(VideoError) -> Double {
    let shown = timing.filter { !$0.isHidden }
    guard shown.count >= max(1, limits.framesMin) else { throw .short(limits) }
    // A clip without times says nothing about what happened when.
    guard shown.allSatisfy(\.seconds.isFinite), let start = shown.map(\.seconds).min() else {
      throw .times
    }
    return start
  }

  // MARK: The second pass

  /// Decodes what the picker wants, and what that needs.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ format: ClipFormat, _ limits: VideoLimits,
    _ picker: FramePicker, _ scan: Scan, _ each: (consuming VideoFrame) -> Bool
  ) throws(VideoError) -> VideoInfo {
    var (info, picker) = (scan.info, picker)
    var clip = try Clip(bytes, format, use: idv_clip_pictures, limits, spentNanos: scan.nanos)
    var last = -Double.infinity
    while picker.next < .infinity,
      let step = try clip.next(wantedFrom: info.startSeconds + picker.next)
    {
      if info.framesDecoded == 0 { try measure(step, scan.traits, limits, &info) }
      let seconds = scan.seconds(step.pts, info.framesDecoded)
      info.framesDecoded += 1
      // A picture far before the first that the packets tell of has no time either.
      guard seconds > last, seconds >= -limits.secondsMax else {
        info.framesMistimed += 1
        continue
      }
      guard seconds <= limits.secondsMax else { throw .seconds(limits) }
      last = seconds
      guard picker.takes(seconds) else { continue }
      let stored = try clip.pixels(step)
      info.framesDelivered += 1
      let upright =
        scan.traits.orientation > 1 ? stored.oriented(scan.traits.orientation) : stored
      guard each(VideoFrame(seconds: seconds, pixels: upright)) else { break }
    }
    info.decodeMillis += Double(clip.cpuNanos) / 1_000_000
    guard info.framesDecoded > 0 || picker.next == .infinity else { throw .damaged }
    let mistimedMax = 1 + Double(info.framesDecoded) * TimeLimits.mistimedShareMax
    guard Double(info.framesMistimed) <= mistimedMax else { throw .times }
    return info
  }

  /// Takes the size of the upright pictures from the first one and checks it.
  private static func measure(
    _ step: idv_clip_step, _ traits: ClipTraits, _ limits: VideoLimits, _ info: inout VideoInfo
  ) throws(VideoError) {
    let swaps = traits.orientation >= 5
    info.width = Int(swaps ? step.height : step.width)
    info.height = Int(swaps ? step.width : step.height)
    try checkLeast(info, limits)
  }

  /// Whether the pictures are large enough.
  static func checkLeast(_ info: VideoInfo, _ limits: VideoLimits) throws(VideoError) {
    guard
      min(info.width, info.height) >= max(1, limits.shortSideMin),
      max(info.width, info.height) >= limits.longSideMin
    else { throw .small(limits) }
  }
}

extension PacketTiming {
  /// Times as the container has them.
  fileprivate init(_ step: idv_clip_step) {
    self.init(
      seconds: step.pts.isFinite ? step.pts : step.dts,
      decodeSeconds: step.dts.isFinite ? step.dts : nil, bytes: Int(step.bytes),
      isKey: step.is_key != 0, isHidden: step.is_hidden != 0)
  }

  fileprivate mutating func shift(by seconds: Double) {
    self.seconds += seconds
    decodeSeconds = decodeSeconds.map { $0 + seconds }
  }
}
