// What is known of a clip beside its pixels.

/// A clip as it was decoded: format, size, times.
package struct VideoInfo: Sendable, Equatable {
  package var container: VideoContainer
  package var videoCodec: VideoCodec
  /// The first sound's codec; nil without sound, or with one that is not decoded.
  package var audioCodec: AudioCodec?
  /// Whether there is sound, of whatever codec.
  package var hasSound = false
  /// Size of the upright pictures.
  package var width: Int
  package var height: Int
  /// How the stored pictures were turned to be upright: clockwise by 0, 90, 180 or 270 degrees …
  package var rotationDegrees: Int
  /// … after they were mirrored left to right.
  package var isMirrored: Bool
  /// From the first picture to the last.
  package var seconds: Double
  /// Pictures that were decoded and handed out. Fewer than there are packets if the reader stopped, or where pictures
  /// that nobody wanted were left out.
  package var framesDecoded: Int
  package var framesDelivered: Int
  /// Decoded pictures that were left out because their time was not after that of the one before.
  package var framesMistimed: Int
  /// When the first picture is shown on the container's line of time, in seconds.
  package var startSeconds: Double
  /// Every packet of the pictures, in the order of the file, whether its picture was wanted or not.
  package var timing: [PacketTiming]
  /// Processor time of decoding, in milliseconds.
  package var decodeMillis: Double
}

/// One packet of a clip: what a camera's encoder wrote for one picture.
package struct PacketTiming: Sendable, Equatable {
  /// When its picture is shown, since the clip's first picture; the container's time for decoding where it tells none.
  package var seconds: Double
  /// When it has to be decoded, on the same line; nil where the container does not tell.
  package var decodeSeconds: Double?
  package var bytes: Int
  /// Whether its picture needs no other.
  package var isKey: Bool
  /// Whether it is decoded for others only: an edit list cuts it off.
  package var isHidden: Bool

  package init(
    seconds: Double, decodeSeconds: Double?, bytes: Int, isKey: Bool, isHidden: Bool = false
  ) {
    self.seconds = seconds
    self.decodeSeconds = decodeSeconds
    self.bytes = bytes
    self.isKey = isKey
    self.isHidden = isHidden
  }
}

/// Containers that are read.
package enum VideoContainer: String, Sendable, CaseIterable {
  case mov, matroska, avi, flv
  /// Pictures with times that a device sent one by one.
  case pictures
  /// Only for evaluation.
  case mpegProgram = "mpeg-ps"
  case mpegVideo = "mpeg-video"
}

/// Codecs of pictures that are decoded.
package enum VideoCodec: String, Sendable, CaseIterable {
  case h264, hevc, vp8, vp9, mjpeg, mpeg4
  /// Only for evaluation.
  case mpeg1video, mpeg2video
}

/// Codecs of sound that are decoded.
package enum AudioCodec: String, Sendable, CaseIterable {
  case aac, opus, mp3, amr, pcm
  /// Only for evaluation.
  case mp2
}

/// Which frames of a clip are handed out. The others are not converted, nor decoded where no other needs them.
package enum FrameChoice: Sendable, Equatable {
  case all
  /// The first frame at or after each step of a grid of so many seconds, which begins at the first frame.
  case every(seconds: Double)
  /// The first frame at or after each of these times, in rising order, in seconds since the first frame.
  case at([Double])
}

/// Goes through a clip's times and says which are wanted.
struct FramePicker {
  private let choice: FrameChoice
  /// Earliest time of the next wanted frame; infinite when none is.
  private(set) var next: Double
  private var index = 0
  /// Times are sums of rounded ones: a frame this little early, in seconds, is on time.
  private static let slack = 0.001

  init(_ choice: FrameChoice) {
    self.choice = choice
    switch choice {
    case .all: next = -.infinity
    case .every: next = 0
    case .at(let times): next = times.first ?? .infinity
    }
    if next.isFinite { next -= Self.slack }
  }

  /// Whether the frame at `seconds` is wanted; frames come in order of time.
  mutating func takes(_ seconds: Double) -> Bool {
    guard seconds >= next else { return false }
    switch choice {
    case .all: break
    case .every(let gap):
      guard gap > 0 else { break }
      next = ((seconds + Self.slack) / gap).rounded(.down) * gap + gap - Self.slack
    case .at(let times):
      while index < times.count, times[index] - Self.slack <= seconds { index += 1 }
      next = index < times.count ? times[index] - Self.slack : .infinity
    }
    return true
  }
}
