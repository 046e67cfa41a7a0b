// Every bound on pictures, in one place.

/// What a picture may cost. Checked from its header before memory is reserved.
package struct ImageLimits: Sendable, Equatable {
  /// Most bytes of the encoded picture.
  package var bytesMax: Int
  /// Most pixels a side.
  package var sideMax: Int
  /// Fewest pixels a side: a face needs about 34, and some room around it.
  package var sideMin: Int
  /// Most pixels in all.
  package var pixelsMax: Int
  /// Most scans of a progressive JPEG. Encoders write about ten; each one costs a pass over the
  /// picture.
  package var scansMax: Int
  /// Most memory for decoding, output included. Enough for the largest progressive JPEG with
  /// full-resolution colour (100 MB of coefficients) beside its output.
  package var memoryBytesMax: Int
  /// Longest decoding.
  package var decodeMillisMax: Int

  package init(
    bytesMax: Int = ImageLimits.standardBytesMax, sideMax: Int = ImageLimits.standardSideMax,
    sideMin: Int = ImageLimits.standardSideMin, pixelsMax: Int = ImageLimits.standardPixelsMax,
    scansMax: Int = ImageLimits.standardScansMax,
    memoryBytesMax: Int = ImageLimits.standardMemoryBytesMax,
    decodeMillisMax: Int = ImageLimits.standardDecodeMillisMax
  ) {
    self.bytesMax = bytesMax
    self.sideMax = sideMax
    self.sideMin = sideMin
    self.pixelsMax = pixelsMax
    self.scansMax = scansMax
    self.memoryBytesMax = memoryBytesMax
    self.decodeMillisMax = decodeMillisMax
  }

  package static let standardBytesMax = 3 << 20
  package static let standardSideMax = 4096
  package static let standardSideMin = 64
  package static let standardPixelsMax = standardSideMax * standardSideMax
  package static let standardScansMax = 64
  package static let standardMemoryBytesMax = 160 << 20
  package static let standardDecodeMillisMax = 2000
}

/// What a video, or a stream of pictures, may cost.
package struct VideoLimits: Sendable, Equatable {
  /// Most bytes of the encoded video, or of all pictures of a stream.
  package var bytesMax: Int
  /// From the first picture to the last.
  package var secondsMax: Double
  /// Fewest and most pictures.
  package var framesMin: Int
  package var framesMax: Int
  /// Least length of the upright picture's shorter and longer side, in pixels.
  package var shortSideMin: Int
  package var longSideMin: Int
  /// Most pixels a side, and in all.
  package var sideMax: Int
  package var pixelsMax: Int
  /// Most streams in the container.
  package var streamsMax: Int
  /// Most memory for decoded pictures that are alive at one time, the one that is handed out not counted.
  package var memoryBytesMax: Int
  /// Most processor time for decoding.
  package var decodeMillisMax: Int
  /// Whether MPEG-1 and -2 are decoded too, which no device of today records: some evaluation data are.
  package var allowsEvaluationFormats: Bool

  package init(
    bytesMax: Int = VideoLimits.standardBytesMax,
    secondsMax: Double = VideoLimits.standardSecondsMax,
    framesMin: Int = VideoLimits.standardFramesMin, framesMax: Int = VideoLimits.standardFramesMax,
    shortSideMin: Int = VideoLimits.standardShortSideMin,
    longSideMin: Int = VideoLimits.standardLongSideMin,
    sideMax: Int = VideoLimits.standardSideMax, pixelsMax: Int = VideoLimits.standardPixelsMax,
    streamsMax: Int = VideoLimits.standardStreamsMax,
    memoryBytesMax: Int = VideoLimits.standardMemoryBytesMax,
    decodeMillisMax: Int = VideoLimits.standardDecodeMillisMax,
    allowsEvaluationFormats: Bool = false
  ) {
    self.bytesMax = bytesMax
    self.secondsMax = secondsMax
    self.framesMin = framesMin
    self.framesMax = framesMax
    self.shortSideMin = shortSideMin
    self.longSideMin = longSideMin
    self.sideMax = sideMax
    self.pixelsMax = pixelsMax
    self.streamsMax = streamsMax
    self.memoryBytesMax = memoryBytesMax
    self.decodeMillisMax = decodeMillisMax
    self.allowsEvaluationFormats = allowsEvaluationFormats
  }

  /// For evaluation data only: old codecs, small pictures, long clips.
  package static let evaluation = VideoLimits(
    bytesMax: streamedBytesMax, secondsMax: 120, framesMin: 1, framesMax: 8000, shortSideMin: 1,
    longSideMin: 1, decodeMillisMax: 120_000, allowsEvaluationFormats: true)

  package static let standardBytesMax = 8 << 20
  /// Of a video that came in chunks.
  package static let streamedBytesMax = 24 << 20
  package static let standardSecondsMax = 20.0
  package static let standardFramesMin = 5
  /// 120 pictures a second for the longest clip.
  package static let standardFramesMax = 2400
  package static let standardShortSideMin = 270
  package static let standardLongSideMin = 480
  package static let standardSideMax = 1920
  /// 1080p; encoders round its shorter side up to whole blocks.
  package static let standardPixelsMax = 1920 * 1088
  /// Phones write about six: picture, sound, several tracks of metadata.
  package static let standardStreamsMax = 12
  /// The 16 reference pictures of H.264 at 1080p, some being decoded.
  package static let standardMemoryBytesMax = 72 << 20
  package static let standardDecodeMillisMax = 8000
}

/// Bounds of a movie's boxes.
enum MovieLimits {
  static let depthMax = 12
  /// A phone's clip has about 200; one in fragments of a picture each has ten a picture.
  static let boxesMax = 40_000
  /// Phones write one or two, editors a few.
  static let editsMax = 16
  static let referencesMax = 4
  /// Uncompressed sound of 20 s at 48,000 a second, each of which counts as a sample.
  static let soundSamplesMax = 1 << 20
  static let fragmentSamplesMax = 20_000
}

/// Pictures whose time does not rise are left out, up to this share: clocks of a thousandth round.
enum TimeLimits {
  static let mistimedShareMax = 0.02
}

/// Bounds of decoded sound.
package enum AudioLimits {
  /// Samples a second that everything is converted to.
  package static let rate = 16_000
  /// A pause in the recording's line of time that is filled with silence, in seconds; shorter ones are jitter.
  package static let gapSecondsMin = 0.05
  /// How far from zero on the container's line of time sound may lie, in seconds. Recordings begin near zero; times
  /// beyond are no recorder's, and no number that is reckoned with.
  package static let secondsFromZeroMax = 3600.0
}

/// Bounds of the orientation parser.
enum ExifLimits {
  /// Most segments, chunks or directory entries that are looked at.
  static let segmentsMax = 512
  static let chunksMax = 4096
  static let entriesMax = 512
}

/// Bounds of what is made from pictures.
package enum MediaLimits {
  /// Most samples each way for one pixel of a view: a picture that is shrunk more is halved first.
  package static let samplesMax = 6
  /// Longest side of a picture that is encoded.
  package static let encodedSideMax = 4096
}
