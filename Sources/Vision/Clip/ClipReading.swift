// What one clip showed, in the words of the services.

package import Vocabulary

/// Where a clip's frames come from.
package enum ClipSource: Sendable {
  /// A video file.
  case video(Bytes)
  /// Pictures that a device sent one by one, with their times in seconds, rising.
  case frames([(picture: Bytes, seconds: Double)])
}

/// What to read of a clip.
package struct ClipOptions: Sendable {
  /// Most frames that are analysed a second; the others are not even converted.
  package var framesPerSecond: Double
  /// Whether to measure the colours of face and background on every analysed frame.
  package var wantLight: Bool
  /// Whether to look for signs of presentation attacks.
  package var wantPresentation: Bool
  /// Whether to take what films are known again by, and what their times are judged on.
  package var wantFingerprints: Bool
  /// Whether to measure how loud the sound is.
  package var wantLoudness: Bool
  /// How many of the best frames to give back.
  package var bestFrames: Int
  /// What the times at which it is looked whose face it is are drawn from: who made the clip must not know it. Asked
  /// once, on the lane, because it may take a look at the whole clip.
  package var lookSeed: @Sendable () -> UInt64

  package init(
    framesPerSecond: Double = ClipLimits.framesPerSecond, wantLight: Bool = false,
    wantPresentation: Bool = false, wantFingerprints: Bool = false, wantLoudness: Bool = false,
    bestFrames: Int = 0, lookSeed: @escaping @Sendable () -> UInt64 = { 0 }
  ) {
    self.lookSeed = lookSeed
    precondition(framesPerSecond > 0)
    precondition((0...ClipLimits.bestFramesMax).contains(bestFrames), "bestFrames out of bounds")
    self.framesPerSecond = framesPerSecond
    self.wantLight = wantLight
    self.wantPresentation = wantPresentation
    self.wantFingerprints = wantFingerprints
    self.wantLoudness = wantLoudness
    self.bestFrames = bestFrames
  }
}

/// What is known of a clip beside its pixels.
package struct ClipInfo: Sendable, Equatable {
  /// One packet: what a camera's encoder wrote for one picture, or one picture that was sent.
  package struct Packet: Sendable, Equatable {
    /// When its picture is shown, since the clip's first one.
    package var seconds: Double
    /// When it has to be decoded, on the same line; nil where that is not told.
    package var decodeSeconds: Double?
    package var bytes: Int
    /// Whether its picture needs no other.
    package var isKey: Bool
    /// Whether it is decoded for others only.
    package var isHidden: Bool

    package init(
      seconds: Double, decodeSeconds: Double? = nil, bytes: Int, isKey: Bool = true,
      isHidden: Bool = false
    ) {
      self.seconds = seconds
      self.decodeSeconds = decodeSeconds
      self.bytes = bytes
      self.isKey = isKey
      self.isHidden = isHidden
    }
  }

  /// `mov`, `matroska`, `avi`, `flv`; `pictures` for pictures that were sent one by one.
  package var container: String
  /// `h264`, `hevc`, `vp8`, `vp9`, `mjpeg`, `mpeg4`.
  package var videoCodec: String
  /// Nil without sound that is decoded.
  package var audioCodec: String?
  /// Whether there is sound, of whatever codec.
  package var hasSound: Bool
  /// Size of the upright frames.
  package var width: Int
  package var height: Int
  /// How the stored frames were turned to be upright, clockwise.
  package var rotationDegrees: Int
  /// Of the first frame, on the file's line of time; 0 for pictures that were sent one by one.
  package var startSeconds: Double
  /// From the first frame to the last.
  package var seconds: Double
  /// Every packet, in the order of the file.
  package var packets: [Packet]
  /// Frames that were decoded, and of those the ones that were analysed.
  package var framesDecoded: Int
  package var framesAnalysed: Int
  /// Processor time of decoding, in milliseconds.
  package var decodeMillis: Double

  package init(
    container: String, videoCodec: String, audioCodec: String? = nil, hasSound: Bool = false,
    width: Int, height: Int, rotationDegrees: Int = 0, startSeconds: Double = 0, seconds: Double,
    packets: [Packet], framesDecoded: Int, framesAnalysed: Int, decodeMillis: Double
  ) {
    self.hasSound = hasSound
    self.startSeconds = startSeconds
    self.container = container
    self.videoCodec = videoCodec
    self.audioCodec = audioCodec
    self.width = width
    self.height = height
    self.rotationDegrees = rotationDegrees
    self.seconds = seconds
    self.packets = packets
    self.framesDecoded = framesDecoded
    self.framesAnalysed = framesAnalysed
    self.decodeMillis = decodeMillis
  }
}

/// One of the best frames of a clip.
package struct BestFrame: Sendable {
  /// The whole frame, upright, as a JPEG file.
  package let jpeg: Bytes
  /// Since the clip's first frame.
  package let seconds: Double
  /// How good a portrait it is, 0–100: quality, from the front, eyes open.
  package let quality: Double
  /// The face's box on it.
  package let box: ImageBox
}

/// What one clip showed.
package struct ClipReading: Sendable {
  package let info: ClipInfo
  package let track: FaceTrack
  /// Nil unless it was asked for.
  package let presentation: PresentationReading?
  /// Best first, each from a part of the clip in which one person alone was seen whole, the same as in most of the
  /// clip.
  package let bestFrames: [BestFrame]
  /// Ten a second at most, in order of time; empty unless they were asked for.
  package let fingerprints: [FrameFingerprint]
  /// Of every analysed frame but the first, in order of time; empty unless fingerprints were asked for.
  package let changes: [FrameChange]
  /// Short-time levels of the sound, in order of time; empty without sound, or unless they were asked for.
  package internal(set) var loudness: [SoundLevel] = []
  /// The template of that person; nil if no face was seen well enough.
  package let template: FaceTemplate?
}
