// The owner of one clip's decoder.

internal import CVideo
internal import Vocabulary

/// A clip that is being read: what C knows of it, freed with the value. One thread at a time.
struct Clip: ~Copyable {
  private let handle: OpaquePointer
  private let use: idv_clip_use
  private let limits: VideoLimits

  /// - Parameters:
  ///   - bytes: must outlive the value.
  ///   - spentNanos: processor time that other passes over the same clip have spent.
  init(
    _ bytes: UnsafeRawBufferPointer, _ format: ClipFormat, use: idv_clip_use, _ limits: VideoLimits,
    spentNanos: Int64 = 0
  ) throws(VideoError) {
    self.use = use
    self.limits = limits
    var bounds = idv_clip_limits(
      side_max: Int32(clamping: limits.sideMax), pixels_max: Int64(limits.pixelsMax),
      streams_max: Int32(clamping: limits.streamsMax),
      picture_bytes_max: Int64(limits.memoryBytesMax),
      cpu_nanos_max: Int64(limits.decodeMillisMax) * 1_000_000 - spentNanos,
      evaluation: limits.allowsEvaluationFormats ? 1 : 0)
    var opened: OpaquePointer?
    let status = idv_clip_open(
      bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, format.demuxer, use, &bounds,
      &opened)
    guard let opened else { throw Self.error(status, use, limits) }
    handle = opened
  }

  deinit { idv_clip_close(handle) }

  /// The next packet, frame or run of samples; nil at the end.
  mutating func next(wantedFrom: Double = -.infinity) throws(VideoError) -> idv_clip_step? {
    var step = idv_clip_step()
    let status = idv_clip_next(handle, wantedFrom, &step)
    if status == idv_clip_end { return nil }
    guard status == idv_clip_ok else { throw Self.error(status, use, limits) }
    return step
  }

  /// The sound as it is encoded, in a file of its own; nil if that would have more than `bytesMax` bytes. In place of any
  /// `next`.
  mutating func copiedSound(bytesMax: Int) throws(VideoError) -> Bytes? {
    var (copy, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
    let status = idv_clip_copy_sound(handle, bytesMax, &copy, &count)
    if status == idv_clip_too_large { return nil }
    guard status == idv_clip_ok, let copy else { throw Self.error(status, use, limits) }
    defer { idv_clip_free_copy(copy) }
    return Bytes(copying: UnsafeRawBufferPointer(start: copy, count: count))
  }

  /// The frame of the last step, as it is stored.
  mutating func pixels(_ step: idv_clip_step) throws(VideoError) -> PixelBuffer {
    let pixels = PixelBuffer(
      uninitializedWidth: Int(step.width), height: Int(step.height), spare: Int(IDV_CLIP_SPARE))
    let status = pixels.withOutput { idv_clip_rgb(handle, $0) }
    guard status == idv_clip_ok else { throw Self.error(status, use, limits) }
    return pixels
  }

  /// What is known once a step has brought something.
  var traits: ClipTraits {
    var traits = idv_clip_traits()
    idv_clip_describe(handle, &traits)
    return ClipTraits(traits)
  }

  /// Processor time spent so far.
  var cpuNanos: Int64 { idv_clip_cpu_nanos(handle) }

  private static func error(
    _ status: idv_clip_status, _ use: idv_clip_use, _ limits: VideoLimits
  ) -> VideoError {
    let isSound = use == idv_clip_sound
    return switch status {
    case idv_clip_codec: isSound ? .soundCodec : .codec
    case idv_clip_no_stream: isSound ? .noSound : .noPictures
    case idv_clip_too_large: .pixels(limits)
    case idv_clip_size_changed: .sizeChanged
    case idv_clip_memory_exceeded: .memory(limits)
    case idv_clip_time_exceeded: .time(limits)
    case idv_clip_several_sounds: .severalSounds
    default: isSound ? .soundDamaged : .damaged
    }
  }
}

/// Formats inside a container.
struct ClipTraits {
  let videoCodec: VideoCodec?
  let audioCodec: AudioCodec?
  /// Whether there is sound, of whatever codec.
  let hasSound: Bool
  /// An EXIF orientation.
  let orientation: Int

  init(_ traits: idv_clip_traits) {
    videoCodec = traits.video_codec.flatMap { VideoCodec(rawValue: String(cString: $0)) }
    audioCodec = traits.audio_codec.flatMap { AudioCodec(rawValue: String(cString: $0)) }
    hasSound = traits.has_sound != 0
    orientation = Int(traits.orientation)
  }

  /// The same as a mirroring left to right, then a turn clockwise.
  var turn: (degrees: Int, isMirrored: Bool) {
    switch orientation {
    case 2: (0, true)
    case 3: (180, false)
    case 4: (180, true)
    case 5: (270, true)
    case 6: (90, false)
    case 7: (90, true)
    case 8: (270, false)
    default: (0, false)
    }
  }
}
