// Bounds and fixed numbers of the face pipeline. Where a number was tuned, the text says on what.

/// Bounds of the face pipeline.
package enum VisionLimits {
  /// Most candidates of one look that go into the removal of doubles, best first. A crowd gives
  /// some hundreds; only noise made for the purpose gives thousands.
  package static let candidatesMax = 750
  /// A JPEG is decoded no smaller than this (pixels of its longer side) when it is at least twice
  /// as large: more than twice the detector's larger input, so that small faces keep their pixels.
  package static let decodeLongSideMin = 1600
  /// Largest calibration file that is read.
  package static let calibrationBytesMax = 1 << 20
}
