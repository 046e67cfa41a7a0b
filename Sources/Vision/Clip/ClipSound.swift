// How loud a clip is, along its time: what lips are held against.

internal import Glibc
internal import Media
internal import Vocabulary

/// How loud a clip is over a short time.
package struct SoundLevel: Sendable, Equatable {
  /// Its middle, since the clip's first frame.
  package var seconds: Double
  /// Mean power against full scale.
  package var decibels: Double

  package init(seconds: Double, decibels: Double) {
    self.seconds = seconds
    self.decibels = decibels
  }
}

/// Takes levels from a clip's sound.
enum ClipSound {
  /// Length of one level.
  private static let levelSeconds = 0.025

  /// Short-time levels in dB of full scale, on the pictures' line of time; empty without sound that is decoded.
  ///
  /// Sound is not what the verdict on pictures rests on: sound that is missing or damaged is no sound.
  static func levels(of bytes: Bytes, limits: VideoLimits, startSeconds: Double) -> [SoundLevel] {
    let pcm: PCM
    do throws(VideoError) {
      pcm = try AudioDecoder.decode(bytes, limits: limits)
    } catch { return [] }
    let count = Int(levelSeconds * Double(pcm.sampleRate))
    return stride(from: 0, to: pcm.samples.count - count + 1, by: count).map { start in
      let power = pcm.samples[start..<start + count].reduce(0.0) { $0 + Double($1) * Double($1) }
      return SoundLevel(
        seconds: pcm.startSeconds - startSeconds
          + (Double(start) + Double(count) / 2) / Double(pcm.sampleRate),
        decibels: 10 * log10(power / Double(count) + 1e-12))
    }
  }
}
