// Projective views of a picture, laid flat; parts of a map of probabilities; crops as JPEG.

internal import CImageCodecs
internal import Glibc
package import Vocabulary

extension PixelBuffer {
  /// How a view is sampled.
  package struct Sampling: Sendable, Equatable {
    /// Samples each way for one pixel of the view, whose mean it is.
    package let samples: Int
    /// Cubic samples, which keep thin strokes; else bilinear ones, at a quarter of the cost.
    package let isCubic: Bool

    package init(samples: Int, isCubic: Bool) {
      precondition((1...MediaLimits.samplesMax).contains(samples))
      self.samples = samples
      self.isCubic = isCubic
    }

    /// For a view each of whose pixels stands for `step` pixels of the picture: enough samples that
    /// none of them is left out.
    package init(step: Double, wantCubic: Bool) {
      let samples = (step - 0.25).rounded(.up)
      self.init(
        samples: samples >= 1 ? Int(min(samples, Double(MediaLimits.samplesMax))) : 1,
        isCubic: wantCubic && step < 2)
    }
  }

  /// The view of `newWidth` × `newHeight` pixels whose place (x, y) shows this picture's place
  /// ((a·x + b·y + c) / w, (d·x + e·y + f) / w) with w = g·x + h·y + i.
  /// Beyond the picture its outermost pixels continue.
  /// - Parameter map: a to i.
  package borrowing func rectified(
    _ map: [Double], sampling: Sampling, width newWidth: Int, height newHeight: Int
  ) -> PixelBuffer {
    precondition(map.count == 9)
    let result = PixelBuffer(uninitializedWidth: newWidth, height: newHeight)
    withOutput { base in
      result.withOutput { out in
        idv_pixels_perspective(
          base, Int32(width), Int32(height), map, Int32(sampling.samples),
          sampling.isCubic ? 1 : 0, out, Int32(newWidth), Int32(newHeight))
      }
    }
    return result
  }

  /// The same into the first `newWidth` columns of three planes of floats, `planeWidth` ×
  /// `planeHeight`, each value times `scale` plus `shift`; zeros beside them.
  package borrowing func rectify(
    _ map: [Double], sampling: Sampling, order: PlaneOrder, scale: Float, shift: Float,
    planes: UnsafeMutableBufferPointer<Float>, planeWidth: Int, planeHeight: Int,
    width newWidth: Int
  ) {
    precondition(map.count == 9 && planes.count == 3 * planeWidth * planeHeight)
    precondition((1...planeWidth).contains(newWidth))
    withOutput { base in
      idv_planes_perspective(
        base, Int32(width), Int32(height), map, Int32(sampling.samples), sampling.isCubic ? 1 : 0,
        order == .bgr ? 1 : 0, scale, shift, planes.baseAddress, Int32(planeWidth),
        Int32(planeHeight), Int32(newWidth))
    }
  }

  /// The picture as a JPEG file.
  /// - Parameter quality: 1–100; 92 keeps what a card's print shows.
  package borrowing func jpeg(quality: Int = 92) -> Bytes {
    precondition((1...100).contains(quality) && max(width, height) <= MediaLimits.encodedSideMax)
    var count = 0
    let encoded = withOutput {
      idv_jpeg_encode($0, Int32(width), Int32(height), Int32(quality), &count)
    }
    guard let encoded else { preconditionFailure("no memory for a JPEG") }
    defer { free(encoded) }
    return Bytes(copying: UnsafeRawBufferPointer(start: encoded, count: count))
  }
}

/// A connected part of a map of probabilities.
package struct MapComponent: Sendable, Equatable {
  /// Its first row.
  package let top: Int
  /// Its leftmost and rightmost columns, row by row.
  package let extents: [ClosedRange<Int>]
  /// How many places it has.
  package let pixelCount: Int

  package init(top: Int, extents: [ClosedRange<Int>], pixelCount: Int) {
    self.top = top
    self.extents = extents
    self.pixelCount = pixelCount
  }
}

/// A map of probabilities, row after row, lent for as long as its memory is.
package struct ProbabilityMap {
  package let width: Int
  package let height: Int
  private let values: UnsafeBufferPointer<Float>

  /// - Precondition: there are `width` × `height` values.
  package init(_ values: UnsafeBufferPointer<Float>, width: Int, height: Int) {
    precondition(width > 0 && height > 0 && values.count == width * height)
    self.values = values
    self.width = width
    self.height = height
  }

  /// The parts where a value, or that of its left, upper or upper left neighbour, is above
  /// `threshold`; neighbours by side or corner belong together. Those with fewer than `pixelsMin`
  /// places are left out, and of the others the `most` largest are given, largest first.
  package func components(above threshold: Float, pixelsMin: Int, most: Int) -> [MapComponent] {
    let pairs = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * height * (width / 2 + 1))
    defer { pairs.deallocate() }
    var found = [idv_component](repeating: idv_component(), count: most)
    let count = idv_components(
      values.baseAddress, Int32(width), Int32(height), threshold, Int32(pixelsMin), Int32(most),
      &found, pairs)
    precondition(count >= 0, "no memory for a map's parts")
    return found.prefix(Int(count)).map { part in
      MapComponent(
        top: Int(part.top),
        extents: (0..<Int(part.rows)).map { row in
          let pair = pairs + 2 * (Int(part.first) + row)
          return Int(pair[0])...Int(pair[1])
        }, pixelCount: Int(part.pixels))
    }
  }

  /// Mean over the places inside a convex quadrangle; 0 if there are none.
  /// - Parameter corners: x0, y0 … x3, y3.
  package func mean(inside corners: [Double]) -> Double {
    precondition(corners.count == 8)
    return Double(idv_map_mean(values.baseAddress, Int32(width), Int32(height), corners))
  }
}
