// How a frame differs from the one before it, and the grain of the difference.

internal import Media

/// A frame against the one that was looked at before it.
package struct FrameChange: Sendable, Equatable {
  /// Of the later frame, since the clip's first.
  package var seconds: Double
  /// Between the two.
  package var gapSeconds: Double
  /// Mean size of the difference after both were made small, 8-bit luma: what moved and what became lighter, little noise.
  package var meanChange: Double
  /// Median standard deviation of single pixels within small patches, 8-bit luma, of one frame: the camera's noise, as
  /// far as the encoder left any.
  package var noise: Double
  /// Share of patches that are the same to the bit, 0–1.
  package var unchangedShare: Double

  package init(
    seconds: Double, gapSeconds: Double, meanChange: Double, noise: Double, unchangedShare: Double
  ) {
    self.seconds = seconds
    self.gapSeconds = gapSeconds
    self.meanChange = meanChange
    self.noise = noise
    self.unchangedShare = unchangedShare
  }
}

/// Patches of pixels spread over a frame, in luma.
struct NoisePatches: Sendable {
  /// Patches along a side of the frame, and pixels along a side of a patch.
  static let across = 16
  static let side = 8

  private let width: Int
  private let height: Int
  /// Patch after patch; empty if the frame is too small for them.
  private let values: [Int16]

  init(_ pixels: borrowing PixelBuffer) {
    width = pixels.width
    height = pixels.height
    let (across, side) = (Self.across, Self.side)
    guard pixels.width >= across * side, pixels.height >= across * side else {
      values = []
      return
    }
    var values: [Int16] = []
    values.reserveCapacity(across * across * side * side)
    let (width, height) = (pixels.width, pixels.height)
    pixels.withUnsafeBytes { bytes in
      for row in 0..<across {
        for column in 0..<across {
          let top = row * (height - side) / (across - 1)
          let left = column * (width - side) / (across - 1)
          for y in top..<top + side {
            for x in left..<left + side {
              let at = (y * width + x) * 3
              let luma =
                77 * Int32(bytes[at]) + 150 * Int32(bytes[at + 1]) + 29 * Int32(bytes[at + 2])
              values.append(Int16(luma >> 8))
            }
          }
        }
      }
    }
    self.values = values
  }

  /// Median noise of one frame, and the share of patches without any change. A pair that does not fit, or is too
  /// small, has no noise and no patch unchanged.
  func change(from other: NoisePatches) -> (noise: Double, unchangedShare: Double) {
    let count = Self.side * Self.side
    guard width == other.width, height == other.height, !values.isEmpty else { return (0, 0) }
    var deviations: [Double] = []
    var unchanged = 0
    for start in stride(from: 0, to: values.count, by: count) {
      var (sum, squares) = (0, 0)
      for at in start..<start + count {
        let difference = Int(values[at]) - Int(other.values[at])
        sum += difference
        squares += difference * difference
      }
      if squares == 0 { unchanged += 1 }
      // Two frames' noise is in the difference; the patch's mean is light or motion.
      let variance = (Double(squares) - Double(sum * sum) / Double(count)) / Double(count)
      deviations.append((max(variance, 0) / 2).squareRoot())
    }
    deviations.sort()
    return (
      deviations[deviations.count / 2], Double(unchanged) / Double(deviations.count)
    )
  }
}
