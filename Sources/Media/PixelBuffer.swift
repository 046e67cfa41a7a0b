// A decoded picture in memory, and the geometry done on it.

internal import CImageCodecs

/// A picture of 8-bit red, green, blue pixels, row after row without gaps.
///
/// RGB because three of the four models in sight and every file format store it so; the one that
/// wants BGR gets it when pixels are written as planes, at no cost. Owned by whoever holds the
/// value; freed with it.
package struct PixelBuffer: ~Copyable, @unchecked Sendable {
  // Unchecked because of the pointer: the value is its only owner and cannot be copied.
  package let width: Int
  package let height: Int
  private let base: UnsafeMutablePointer<UInt8>

  /// Bytes of one pixel.
  package static let channels = 3

  /// Memory for `width` × `height` pixels, not yet written. `spare` more bytes lie behind them.
  init(uninitializedWidth width: Int, height: Int, spare: Int = 0) {
    precondition(width > 0 && height > 0)
    self.width = width
    self.height = height
    // One byte more, because vector code reads four bytes for a pixel.
    base = .allocate(capacity: width * height * Self.channels + max(1, spare))
  }

  /// A picture of one colour.
  package init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    self.init(uninitializedWidth: width, height: height)
    for index in 0..<width * height {
      base[index * 3] = red
      base[index * 3 + 1] = green
      base[index * 3 + 2] = blue
    }
  }

  deinit { base.deallocate() }

  /// Number of bytes.
  package var count: Int { width * height * Self.channels }

  /// Lends the pixels; the pointer must not escape `body`.
  package borrowing func withUnsafeBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    body(UnsafeBufferPointer(start: base, count: count))
  }

  /// Lends the pixels for writing; the pointer must not escape `body`.
  package mutating func withUnsafeMutableBytes<R>(
    _ body: (UnsafeMutableBufferPointer<UInt8>) -> R
  ) -> R {
    body(UnsafeMutableBufferPointer(start: base, count: count))
  }

  /// Where decoders write.
  borrowing func withOutput<R>(_ body: (UnsafeMutablePointer<UInt8>) -> R) -> R { body(base) }

  /// The picture turned upright for an EXIF orientation of 2 to 8.
  borrowing func oriented(_ orientation: Int) -> PixelBuffer {
    let swaps = orientation >= 5
    let result = PixelBuffer(
      uninitializedWidth: swaps ? height : width, height: swaps ? width : height)
    idv_pixels_orient(base, Int32(width), Int32(height), Int32(orientation), result.base)
    return result
  }

  /// The picture turned clockwise by `degrees`: 90, 180 or 270.
  package borrowing func turned(clockwise degrees: Int) -> PixelBuffer {
    switch degrees {
    case 90: oriented(6)
    case 180: oriented(3)
    case 270: oriented(8)
    default: preconditionFailure("only quarter turns")
    }
  }

  /// The picture at half its size, by averaging blocks of 2 × 2 pixels; an odd last row or column
  /// is dropped. Both sides must be at least 2.
  package borrowing func halved() -> PixelBuffer {
    let result = PixelBuffer(uninitializedWidth: width / 2, height: height / 2)
    idv_pixels_halve(base, Int32(width), Int32(height), result.base)
    return result
  }

  /// Which way round a model wants its colour planes.
  package enum PlaneOrder: Sendable { case rgb, bgr }

  /// Resamples the picture to `newWidth` × `newHeight` with a triangle filter and writes it to the
  /// top left corner of three planes of floats 0–255 of `planeWidth` × `planeHeight`, zeros beside
  /// it.
  package borrowing func resample(
    toWidth newWidth: Int, height newHeight: Int, order: PlaneOrder,
    planes: UnsafeMutableBufferPointer<Float>, planeWidth: Int, planeHeight: Int
  ) {
    precondition((1...planeWidth).contains(newWidth) && (1...planeHeight).contains(newHeight))
    precondition(planes.count == 3 * planeWidth * planeHeight)
    let done = idv_pixels_resample(
      base, Int32(width), Int32(height), Int32(newWidth), Int32(newHeight), order == .bgr ? 1 : 0,
      planes.baseAddress, Int32(planeWidth), Int32(planeHeight))
    precondition(done != 0, "no memory for a filter")
  }

  /// Fills three planes of floats 0–255 of `newWidth` × `newHeight` from where `sampling` says,
  /// each pixel the mean of `samples` × `samples` bilinear samples. Outside the picture is zero.
  package borrowing func warp(
    _ sampling: SamplingMap, samples: Int, order: PlaneOrder,
    planes: UnsafeMutableBufferPointer<Float>, width newWidth: Int, height newHeight: Int
  ) {
    precondition(samples > 0 && planes.count == 3 * newWidth * newHeight)
    idv_pixels_warp(
      base, Int32(width), Int32(height), sampling.coefficients, Int32(samples),
      order == .bgr ? 1 : 0, planes.baseAddress, Int32(newWidth), Int32(newHeight))
  }

  /// Fills pixels of three floats (red, green, blue; 0–255 times `scale`), `newWidth` × `newHeight` of them, with one
  /// bilinear sample each, from where `sampling` says. Beyond the picture its outermost pixels continue.
  package borrowing func sample(
    _ sampling: SamplingMap, scale: Float, into pixels: UnsafeMutableBufferPointer<Float>,
    width newWidth: Int, height newHeight: Int
  ) {
    precondition(width >= 2 && height >= 2 && pixels.count == 3 * newWidth * newHeight)
    idv_pixels_affine(
      base, Int32(width), Int32(height), sampling.coefficients, scale, pixels.baseAddress,
      Int32(newWidth), Int32(newHeight))
  }

  /// The pixel at (`x`, `y`), for tests and tools.
  package subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    precondition((0..<width).contains(x) && (0..<height).contains(y), "outside the picture")
    let at = base + (y * width + x) * 3
    return (at[0], at[1], at[2])
  }
}

/// Where each output pixel is sampled: (x, y) comes from (a·x + b·y + c, d·x + e·y + f), in pixels
/// whose centres have whole coordinates.
package struct SamplingMap: Sendable, Equatable {
  /// a, b, c, d, e, f.
  package let coefficients: [Double]

  package init(a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
    coefficients = [a, b, c, d, e, f]
  }
}

/// Writes three planes of `width` × `height`, mirrored left to right, from `planes` to `mirrored`.
package func mirror(
  _ planes: UnsafeBufferPointer<Float>, width: Int, height: Int,
  to mirrored: UnsafeMutableBufferPointer<Float>
) {
  precondition(planes.count == 3 * width * height && mirrored.count == planes.count)
  idv_planes_mirror(planes.baseAddress, 3, Int32(width), Int32(height), mirrored.baseAddress)
}
