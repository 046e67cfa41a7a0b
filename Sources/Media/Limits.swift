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
