// From a caller's bytes to sound of one rate and one channel, within limits.

internal import CVideo
package import Vocabulary

/// Decoded sound. A voice is personal data: it stays in this process.
package struct PCM: Sendable, Equatable {
  /// One channel, −1 to 1, `AudioLimits.rate` a second.
  package var samples: [Float]
  /// When the first sample sounds on the container's line of time, in seconds: less `VideoInfo.startSeconds` it is
  /// the time since the clip's first picture.
  package var startSeconds: Double

  package init(samples: [Float], startSeconds: Double) {
    self.samples = samples
    self.startSeconds = startSeconds
  }

  package var sampleRate: Int { AudioLimits.rate }
  package var seconds: Double { Double(samples.count) / Double(AudioLimits.rate) }
}

extension PCM: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Only the length.
  package var description: String { "<\(samples.count) samples>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Decodes AAC, Opus, MP3, AMR and PCM from a clip's container, or from WAV, Ogg, MP3, AAC or AMR.
///
/// Pauses in the container's line of time are filled with silence, so that a sample's place is its time. Blocks: call it
/// on a thread of ours. No state; any thread.
package enum AudioDecoder {
  package static func decode(
    _ bytes: Bytes, limits: VideoLimits = VideoLimits()
  ) throws(VideoError) -> PCM {
    try open(bytes, limits) { (clip) throws(VideoError) in try decode(&clip, limits) }
  }

  /// The track of sound as it is encoded, in a file of its own (MP4; MOV of PCM and AMR); nil if that would have more than
  /// `bytesMax` bytes. ADTS, which no video has, is not copied.
  package static func track(
    of bytes: Bytes, bytesMax: Int, limits: VideoLimits = VideoLimits()
  ) throws(VideoError) -> Bytes? {
    try open(bytes, limits) { (clip) throws(VideoError) in
      try clip.copiedSound(bytesMax: bytesMax)
    }
  }

  private static func open<R>(
    _ bytes: Bytes, _ limits: VideoLimits, _ body: (inout Clip) throws(VideoError) -> R
  ) throws(VideoError) -> R {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= limits.bytesMax else { throw .bytes(limits) }
    return try bytes.withUnsafeBytes { (bytes) throws(VideoError) in
      guard
        let format = ClipFormat(bytes, allowsEvaluationFormats: limits.allowsEvaluationFormats)
      else { throw VideoError.soundContainer }
      if format.demuxer == idv_container_mov { try MovieScan.check(bytes, limits) }
      var clip = try Clip(bytes, format, use: idv_clip_sound, limits)
      return try body(&clip)
    }
  }

  private static func decode(
    _ clip: inout Clip, _ limits: VideoLimits
  ) throws(VideoError) -> PCM {
    var pcm = PCM(samples: [], startSeconds: 0)
    let most = Int(limits.secondsMax * Double(AudioLimits.rate))
    while let step = try clip.next() {
      let run = UnsafeBufferPointer(start: step.samples, count: Int(step.sample_count))
      let time = step.pts.isFinite ? step.pts : nil
      if let time, abs(time) > AudioLimits.secondsFromZeroMax { throw .soundTimes }
      if pcm.samples.isEmpty { pcm.startSeconds = time ?? 0 }
      let gap = time.map { $0 - pcm.startSeconds - pcm.seconds } ?? 0
      if gap > AudioLimits.gapSecondsMin {
        guard gap <= limits.secondsMax else { throw .seconds(limits) }
        let silent = Int(gap * Double(AudioLimits.rate))
        guard pcm.samples.count + silent <= most else { throw .seconds(limits) }
        pcm.samples.append(contentsOf: repeatElement(0, count: silent))
      }
      guard pcm.samples.count + run.count <= most else { throw .seconds(limits) }
      guard run.allSatisfy(\.isFinite) else { throw .soundDamaged }
      pcm.samples.append(contentsOf: run)
    }
    guard !pcm.samples.isEmpty else { throw .noSound }
    return pcm
  }
}
