// A face's appearance on one frame, small and aligned: whether the next frame shows the same one.

internal import Media

/// The luminance of an aligned face, without its coarse light and shade and of unit length, so that two of them are compared
/// by one product. Personal data; it is dropped when the next frame is there.
struct FacePatch {
  /// Pixels along its side: a fifth of an eye's distance each. More costs more and tells the same.
  static let side = 28

  private let values: [Float]

  /// - Parameter points: of the face, as templates are made from.
  init?(_ points: [ImagePoint], in picture: ImagePyramid) {
    let side = Self.side
    let share = Double(side) / Double(FaceTemplatePoints.cropSide)
    let places = FaceTemplatePoints.points.map { point in
      ImagePoint(x: (point.x + 0.5) * share - 0.5, y: (point.y + 0.5) * share - 0.5)
    }
    guard let map = Similarity(from: points, to: places) else { return nil }
    var planes = [Float](repeating: 0, count: 3 * side * side)
    planes.withUnsafeMutableBufferPointer {
      picture.crop(map, side: side, order: .rgb, into: $0)
    }
    let count = side * side
    let luma = (0..<count).map {
      0.299 * planes[$0] + 0.587 * planes[count + $0] + 0.114 * planes[2 * count + $0]
    }
    guard let unit = FaceEmbedder.unit(Self.detail(luma, side)) else { return nil }
    values = unit
  }

  /// What is left when the mean of a window is taken off each pixel: light that comes from elsewhere changes little of it.
  private static func detail(_ luma: [Float], _ side: Int) -> [Float] {
    let reach = 4
    // Sums of all above and to the left.
    var sums = [Float](repeating: 0, count: (side + 1) * (side + 1))
    for y in 0..<side {
      var row: Float = 0
      for x in 0..<side {
        row += luma[y * side + x]
        sums[(y + 1) * (side + 1) + x + 1] = sums[y * (side + 1) + x + 1] + row
      }
    }
    var result = [Float](repeating: 0, count: luma.count)
    for y in 0..<side {
      let (top, bottom) = (max(y - reach, 0), min(y + reach + 1, side))
      for x in 0..<side {
        let (left, right) = (max(x - reach, 0), min(x + reach + 1, side))
        let sum =
          sums[bottom * (side + 1) + right] - sums[top * (side + 1) + right]
          - sums[bottom * (side + 1) + left] + sums[top * (side + 1) + left]
        result[y * side + x] = luma[y * side + x] - sum / Float((bottom - top) * (right - left))
      }
    }
    return result
  }

  /// Correlation with another face's, −1 to 1.
  func likeness(to other: FacePatch) -> Double {
    Double(zip(values, other.values).reduce(Float(0)) { $0 + $1.0 * $1.1 })
  }
}
