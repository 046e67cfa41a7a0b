// What is measured on the pixels of an aligned face: light, sharpness, and whether the mouth looks
// covered. Constants were set on the distributions over the evaluation data; they are no fit.

internal import Glibc
internal import Media

/// Measurements of one face's aligned crop of 112 × 112 pixels.
struct FacePixels: Equatable {
  /// 0–100: detail as a share of contrast, so that light and skin do not count. Median 69 on webcam
  /// pictures; blurred by 1, 2, 3 pixels of the crop 46, 22, 6. Noise counts as detail.
  var sharpness = 0.0
  /// 0–100: mean luma.
  var brightness = 0.0
  /// 0–100: how covered the lower face looks; 50 and more is worth a remark. A heuristic: fewer
  /// edges about the mouth than about the eyes, or another colour below than above. On 746 faces
  /// without a mask about one in a hundred is suspected; plain masks painted on 60 faces were
  /// nearly all found, patterned ones are untested, and so are beards and hands.
  var maskSuspicion = 0.0
}

extension FacePixels {
  /// Measures the face whose points are `points`; all zero if they do not make a face.
  init(points: [ImagePoint], in picture: ImagePyramid) {
    let side = FaceTemplatePoints.cropSide
    guard let map = Similarity(from: points, to: FaceTemplatePoints.points) else {
      self.init()
      return
    }
    var planes = [Float](repeating: 0, count: 3 * side * side)
    planes.withUnsafeMutableBufferPointer {
      picture.crop(map, side: side, order: .rgb, into: $0)
    }
    self.init(FaceCrop(planes))
  }

  init(_ crop: FaceCrop) {
    let ratio = crop.detail(FaceCrop.inner) / max(crop.contrast(FaceCrop.inner), 1)
    let edges = crop.edges(FaceCrop.mouth) / max(crop.edges(FaceCrop.eyes), 0.5)
    let colour = crop.colourDistance(FaceCrop.upperSkin, [FaceCrop.lowerFace])
    let bare = max(Self.share(edges, from: 0.45, to: 0.25), Self.share(colour, from: 15, to: 30))
    self.init(
      sharpness: 100 * Self.share(log(max(ratio, 1e-9) / 0.04) / log(20), from: 0, to: 1),
      brightness: crop.mean(FaceCrop.inner) / 255 * 100, maskSuspicion: 100 * bare)
  }

  /// How far `value` is on the way from `zero` to `one`, 0 to 1.
  private static func share(_ value: Double, from zero: Double, to one: Double) -> Double {
    min(max((value - zero) / (one - zero), 0), 1)
  }
}

/// The pixels of an aligned face, and sums over its regions.
struct FaceCrop {
  /// A rectangle of the crop.
  struct Region {
    let columns: Range<Int>
    let rows: Range<Int>

    /// Without its outermost pixels, which have no neighbours inside.
    var interior: Region {
      Region(
        columns: columns.lowerBound + 1..<columns.upperBound - 1,
        rows: rows.lowerBound + 1..<rows.upperBound - 1)
    }
  }

  static let inner = Region(columns: 20..<92, rows: 20..<108)
  static let mouth = Region(columns: 38..<74, rows: 80..<104)
  static let eyes = Region(columns: 26..<86, rows: 44..<58)
  static let upperSkin = [
    Region(columns: 28..<44, rows: 56..<66), Region(columns: 68..<84, rows: 56..<66),
    Region(columns: 48..<64, rows: 40..<50),
  ]
  static let lowerFace = Region(columns: 34..<78, rows: 76..<104)

  private let planes: [Float]
  private let luma: [Float]
  private let side = FaceTemplatePoints.cropSide

  /// - Parameter planes: red, green, blue, 0–255.
  init(_ planes: [Float]) {
    precondition(planes.count == 3 * side * side)
    self.planes = planes
    luma = Array(FaceEmbedder.grey(planes).prefix(side * side))
  }

  /// The mean of `value` over a region.
  private func mean(_ region: Region, _ value: (_ index: Int) -> Float) -> Double {
    var sum = 0.0
    for row in region.rows {
      for column in region.columns { sum += Double(value(row * side + column)) }
    }
    return sum / Double(region.rows.count * region.columns.count)
  }

  /// The standard deviation of `value` over a region.
  private func deviation(_ region: Region, _ value: (_ index: Int) -> Float) -> Double {
    let middle = Float(mean(region, value))
    return mean(region) { (value($0) - middle) * (value($0) - middle) }.squareRoot()
  }

  /// Mean luma.
  func mean(_ region: Region) -> Double { mean(region) { luma[$0] } }

  /// Standard deviation of luma.
  func contrast(_ region: Region) -> Double { deviation(region) { luma[$0] } }

  /// Standard deviation of luma's second difference in the interior.
  func detail(_ region: Region) -> Double {
    deviation(region.interior) { at in
      4 * luma[at] - luma[at - 1] - luma[at + 1] - luma[at - side] - luma[at + side]
    }
  }

  /// Mean slope of luma from row to row.
  func edges(_ region: Region) -> Double {
    let rows = Region(columns: region.columns, rows: region.interior.rows)
    return mean(rows) { abs(luma[$0 + side] - luma[$0 - side]) / 2 }
  }

  /// Distance of the median colours of two sets of regions, in chroma units of 8-bit video
  /// (BT.601).
  func colourDistance(_ a: [Region], _ b: [Region]) -> Double {
    func median(_ regions: [Region], _ plane: Int, _ weight: Float) -> Double {
      var values: [Float] = []
      for region in regions {
        for row in region.rows {
          for column in region.columns {
            let at = row * side + column
            values.append(weight * (planes[plane * side * side + at] - luma[at]))
          }
        }
      }
      values.sort()
      return Double(values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    }
    let red = median(a, 0, 0.713) - median(b, 0, 0.713)
    let blue = median(a, 2, 0.564) - median(b, 2, 0.564)
    return (red * red + blue * blue).squareRoot()
  }
}
