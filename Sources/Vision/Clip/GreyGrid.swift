// A small grey copy of a frame.

internal import Media

/// Means of luma over square blocks of a frame's pixels. Small enough to keep several.
struct GreyGrid: Sendable {
  /// Pixels along a block's side.
  let block: Int
  /// Blocks; what does not fill one at the right and lower edge is left out.
  let width: Int
  let height: Int
  /// 0–255, row after row.
  let values: [Float]

  /// Blocks that leave about `FingerprintLimits.gridSide` along the longer side.
  init(_ pixels: borrowing PixelBuffer) {
    let long = max(pixels.width, pixels.height)
    let block = max(
      1, min(long / FingerprintLimits.gridSide, min(pixels.width, pixels.height)))
    let (width, height) = (pixels.width / block, pixels.height / block)
    let rowBytes = pixels.width * 3
    var values = [Float](repeating: 0, count: width * height)
    pixels.withUnsafeBytes { bytes in
      var sums = [UInt32](repeating: 0, count: width)
      for row in 0..<height {
        for column in 0..<width { sums[column] = 0 }
        for y in row * block..<(row + 1) * block {
          var at = y * rowBytes
          for column in 0..<width {
            var sum: UInt32 = 0
            for _ in 0..<block {
              // BT.601, in 256ths.
              sum +=
                77 * UInt32(bytes[at]) + 150 * UInt32(bytes[at + 1]) + 29 * UInt32(bytes[at + 2])
              at += 3
            }
            sums[column] += sum
          }
        }
        let scale = 1 / Float(256 * block * block)
        for column in 0..<width { values[row * width + column] = Float(sums[column]) * scale }
      }
    }
    self.init(block: block, width: width, height: height, values: values)
  }

  init(block: Int, width: Int, height: Int, values: [Float]) {
    precondition(width > 0 && height > 0 && values.count == width * height)
    self.block = block
    self.width = width
    self.height = height
    self.values = values
  }

  /// Whether both are of frames of one size.
  func fits(_ other: GreyGrid) -> Bool {
    width == other.width && height == other.height && block == other.block
  }

  /// Mean size of the difference of two copies that fit, 0–255.
  func meanChange(from other: GreyGrid) -> Double {
    let sum = zip(values, other.values).reduce(0) { $0 + abs($1.0 - $1.1) }
    return Double(sum) / Double(values.count)
  }

  /// `cells` × `cells` means over a square of the frame, each of 2 × 2 samples between blocks; beyond the frame its
  /// outermost blocks continue.
  func view(_ place: FingerprintPlace, cells: Int) -> [Float] {
    let samples = cells * 2
    let step = place.side / Double(samples)
    // From pixel centres to centres of blocks.
    func block(_ pixel: Double) -> Double { (pixel + 0.5) / Double(self.block) - 0.5 }
    let left = place.centre.x - place.side / 2
    let top = place.centre.y - place.side / 2
    let columns = (0..<samples).map { weight(block(left + (Double($0) + 0.5) * step), width) }
    let rows = (0..<samples).map { weight(block(top + (Double($0) + 0.5) * step), height) }
    var result = [Float](repeating: 0, count: cells * cells)
    for (y, row) in rows.enumerated() {
      for (x, column) in columns.enumerated() {
        let (a, b) = (row.first * width, row.second * width)
        let upper =
          values[a + column.first] * (1 - column.share) + values[a + column.second] * column.share
        let lower =
          values[b + column.first] * (1 - column.share) + values[b + column.second] * column.share
        result[(y / 2) * cells + x / 2] += (upper * (1 - row.share) + lower * row.share) / 4
      }
    }
    return result
  }

  /// The two blocks beside a place, and how near it is to the second.
  private func weight(_ place: Double, _ count: Int) -> (first: Int, second: Int, share: Float) {
    let inside = min(max(place.isFinite ? place : 0, 0), Double(count - 1))
    let first = Int(inside)
    return (first, min(first + 1, count - 1), Float(inside - Double(first)))
  }
}
