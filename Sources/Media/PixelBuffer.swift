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
    base = .allocate(capacity: width * height * Self.channels + spare)
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

  /// The picture at another size: by averaging where it gets smaller in both directions, else
  /// bilinear.
  package borrowing func resized(width newWidth: Int, height newHeight: Int) -> PixelBuffer {
    let result = PixelBuffer(uninitializedWidth: newWidth, height: newHeight)
    let (w, h, nw, nh) = (Int32(width), Int32(height), Int32(newWidth), Int32(newHeight))
    if newWidth < width, newHeight < height {
      idv_pixels_resize_area(base, w, h, result.base, nw, nh)
    } else {
      idv_pixels_resize_linear(base, w, h, result.base, nw, nh)
    }
    return result
  }

  /// The picture at another size, always bilinear between pixel centres.
  package borrowing func resizedLinear(width newWidth: Int, height newHeight: Int) -> PixelBuffer {
    let result = PixelBuffer(uninitializedWidth: newWidth, height: newHeight)
    idv_pixels_resize_linear(
      base, Int32(width), Int32(height), result.base, Int32(newWidth), Int32(newHeight))
    return result
  }

  /// Samples a new picture by bilinear interpolation. What lies outside this one is black, or the
  /// nearest pixel of its edge.
  package borrowing func warped(
    _ sampling: SamplingMap, width newWidth: Int, height newHeight: Int, replicateEdge: Bool = false
  ) -> PixelBuffer {
    let result = PixelBuffer(uninitializedWidth: newWidth, height: newHeight)
    idv_pixels_warp(
      base, Int32(width), Int32(height), sampling.coefficients, replicateEdge ? 1 : 0, result.base,
      Int32(newWidth), Int32(newHeight))
    return result
  }

  /// Which way round a model wants its colour planes.
  package enum PlaneOrder: Sendable { case rgb, bgr }

  /// Writes the pixels as three planes of floats 0–255, the picture's corner at (`left`, `top`) and
  /// `fill` around it. `planes` holds 3 × `planeWidth` × `planeHeight` floats.
  package borrowing func write(
    to planes: UnsafeMutableBufferPointer<Float>, order: PlaneOrder, planeWidth: Int,
    planeHeight: Int, left: Int = 0, top: Int = 0, fill: Float = 0
  ) {
    precondition(left >= 0 && top >= 0)
    precondition(left + width <= planeWidth && top + height <= planeHeight)
    precondition(planes.count == 3 * planeWidth * planeHeight)
    idv_pixels_to_planes(
      base, Int32(width), Int32(height), order == .bgr ? 1 : 0, Int32(left), Int32(top), fill,
      planes.baseAddress, Int32(planeWidth), Int32(planeHeight))
  }

  /// Luma 0–255 of each pixel, row after row (BT.601).
  package borrowing func luma() -> [Float] {
    [Float](unsafeUninitializedCapacity: width * height) { buffer, count in
      idv_pixels_luma(base, width * height, buffer.baseAddress)
      count = width * height
    }
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
