// Edges of a picture: places where it changes fastest, straight runs of them, how much of a line is one.

internal import CImageCodecs

/// The edges of a picture of three colour planes.
package struct EdgeMap: ~Copyable {
  package let width: Int
  package let height: Int
  private let edgels: UnsafeMutablePointer<idv_edgel>
  private let index: UnsafeMutablePointer<Int32>
  /// How many places there are.
  package let count: Int

  /// Which changes count as edges.
  package struct Threshold: Sendable {
    /// Times the picture's median change a pixel …
    package var factor: Double
    /// … but within these bounds, in units of 0–255 a pixel.
    package var range: ClosedRange<Double>

    package init(factor: Double, range: ClosedRange<Double>) {
      self.factor = factor
      self.range = range
    }
  }

  /// The smallest side a picture with edges has, in pixels.
  package static let sideMin = 8

  /// The edges of `planes` (three of `width` × `height` floats of 0–255, neither side below `sideMin`).
  package init(
    planes: UnsafeBufferPointer<Float>, width: Int, height: Int, threshold: Threshold
  ) {
    precondition(width >= Self.sideMin && height >= Self.sideMin)
    precondition(planes.count == 3 * width * height)
    self.width = width
    self.height = height
    edgels = .allocate(capacity: width * height)
    index = .allocate(capacity: width * height)
    let found = idv_edges_find(
      planes.baseAddress, Int32(width), Int32(height), Float(threshold.factor),
      Float(threshold.range.lowerBound), Float(threshold.range.upperBound), edgels, index)
    precondition(found >= 0, "no memory for edges")
    count = Int(found)
  }

  deinit {
    edgels.deallocate()
    index.deallocate()
  }

  /// Straight runs of at least `shortest` pixels, strongest edges first, at most `most` of them.
  package borrowing func runs(shortest: Int, most: Int) -> [EdgeRun] {
    let found = [idv_edge_run](unsafeUninitializedCapacity: most) { buffer, count in
      let made = idv_edges_runs(
        edgels, Int32(self.count), index, Int32(width), Int32(height), Int32(shortest),
        buffer.baseAddress, Int32(most))
      precondition(made >= 0, "no memory for edges")
      count = Int(made)
    }
    return found.map(EdgeRun.init)
  }

  /// How much of the line through (`x`, `y`) in direction (`dx`, `dy`), of length 1, is an edge, in the steps
  /// −`reach` … `reach` along it.
  package borrowing func cover(x: Double, y: Double, dx: Double, dy: Double, reach: Int) -> Cover {
    let count = 2 * reach + 2
    var strengths: [Float] = []
    let sums = [Int32](unsafeUninitializedCapacity: count) { sums, made in
      strengths = [Float](unsafeUninitializedCapacity: count) { strengths, made in
        idv_edges_cover(
          edgels, index, Int32(width), Int32(height), x, y, dx, dy, Int32(reach), sums.baseAddress,
          strengths.baseAddress)
        made = count
      }
      made = count
    }
    return Cover(sums: sums, strengths: strengths)
  }

  /// The edges along a line. Element k of each is the sum over its first k steps.
  package struct Cover: Sendable {
    /// Steps with an edge beside them.
    package var sums: [Int32]
    /// How fast the picture changes there, in units of 0–255 a pixel.
    package var strengths: [Float]

    package init(sums: [Int32], strengths: [Float]) {
      self.sums = sums
      self.strengths = strengths
    }
  }
}

/// A straight run of edge places.
package struct EdgeRun: Sendable {
  /// Both ends, on the line of least squares.
  package var beginX, beginY, endX, endY: Double
  private var sums: idv_edge_sums

  fileprivate init(_ run: idv_edge_run) {
    (beginX, beginY, endX, endY) = (run.begin_x, run.begin_y, run.end_x, run.end_y)
    sums = run.sums
  }

  /// Its length in pixels.
  package var length: Double {
    let (x, y) = (endX - beginX, endY - beginY)
    return (x * x + y * y).squareRoot()
  }

  /// The line of least squares through this run's places and those of `others`: a place and a direction of
  /// length 1.
  package func line(with others: [EdgeRun] = []) -> (x: Double, y: Double, dx: Double, dy: Double) {
    var all = sums
    for other in others {
      all.count += other.sums.count
      all.x += other.sums.x
      all.y += other.sums.y
      all.xx += other.sums.xx
      all.xy += other.sums.xy
      all.yy += other.sums.yy
    }
    let (x, y) = (all.x / all.count, all.y / all.count)
    let (xx, xy, yy) = (
      all.xx / all.count - x * x, all.xy / all.count - x * y, all.yy / all.count - y * y
    )
    // The eigenvector of the larger eigenvalue, from the steadier of two formulas.
    let half = (xx - yy) / 2
    let root = (half * half + xy * xy).squareRoot()
    var (dx, dy) = half >= 0 ? (root + half, xy) : (xy, root - half)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0 else { return (x, y, 1, 0) }
    dx /= length
    dy /= length
    return (x, y, dx, dy)
  }
}

extension PixelBuffer {
  /// Samples the picture across a line: sample (i, k) is taken at (`x`, `y`) + i · (`ux`, `uy`) +
  /// (k − (`across` − 1) / 2) · (`vx`, `vy`), averaged over at most `smooth` pixels both ways along the line.
  /// Places outside the picture are those at its border. Red, green, blue for each, i by i.
  package borrowing func profile(
    x: Double, y: Double, ux: Double, uy: Double, vx: Double, vy: Double, smooth: Double,
    along: Int, across: Int
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: along * across * 3) { buffer, count in
      withOutput { base in
        idv_pixels_profile(
          base, Int32(width), Int32(height), x, y, ux, uy, vx, vy, smooth, Int32(along),
          Int32(across), buffer.baseAddress)
      }
      count = along * across * 3
    }
  }
}
