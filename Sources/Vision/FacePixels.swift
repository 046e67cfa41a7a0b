// What is measured on the pixels of an aligned face: light, sharpness, and whether the mouth looks
// covered.

internal import Glibc
internal import Media

/// Measurements of one face's aligned crop of 112 × 112 pixels.
///
/// The constants were set by looking at the distributions over about 750 portraits of the
/// evaluation data (webcam pictures, pictures in the wild) and a handful with known faults; they
/// are no fit.
struct FacePixels: Equatable {
  /// 0–100: detail as a share of contrast, so that light and skin do not count.
  var sharpness = 0.0
  /// 0–100: mean luma of the inner face.
  var brightness = 0.0
  /// 0–100: how covered the lower face looks. A heuristic: no line between the lips, little red in
  /// them, less colour below than above. Blind for grey pictures.
  var maskSuspicion = 0.0
}

extension FacePixels {
  /// Measures the face whose points are `points`; all zero if they do not make a face.
  init(points: [FacePoint], in picture: ImagePyramid) {
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
    self.init()
    let contrast = crop.contrast(FaceCrop.inner)
    let ratio = crop.detail(FaceCrop.inner) / (contrast + Self.contrastFloor)
    sharpness = 100 * Self.share(ratio, from: 0.14, to: 0.46)
    brightness = crop.mean(FaceCrop.inner) / 255 * 100
    maskSuspicion = Self.maskSuspicion(crop, contrast: contrast + Self.contrastFloor)
  }

  /// Keeps the noise of a flat surface from looking like detail.
  private static let contrastFloor = 4.0

  /// How far `value` is on the way from `zero` to `one`, 0 to 1.
  private static func share(_ value: Double, from zero: Double, to one: Double) -> Double {
    min(max((value - zero) / (one - zero), 0), 1)
  }

  /// Four signs, weighted. Over 730 faces without a mask 70 is rare; see the README for the rate.
  private static func maskSuspicion(_ crop: FaceCrop, contrast: Double) -> Double {
    let rows = FaceCrop.lips.rows.map { row in
      crop.mean(FaceCrop.Region(columns: FaceCrop.lips.columns, rows: row..<row + 1))
    }.sorted()
    let line = (rows[rows.count / 2] - rows[0]) / contrast
    let steps = crop.verticalSteps(FaceCrop.mouth) / contrast
    let cheeks = [FaceCrop.rightCheek, FaceCrop.leftCheek]
    let redness = crop.redness([FaceCrop.lipMiddle]) - crop.redness(cheeks)
    let warmth = crop.warmth(FaceCrop.lower) - crop.warmth(cheeks)
    return 40 * share(steps, from: 0.40, to: 0.15) + 15 * share(line, from: 0.75, to: 0.25)
      + 20 * share(redness, from: 0.05, to: -0.07) + 25 * share(warmth, from: -0.005, to: -0.045)
  }
}

/// The pixels of an aligned face, and sums over its regions.
struct FaceCrop {
  /// A rectangle of the crop.
  struct Region {
    var columns: Range<Int>
    var rows: Range<Int>
  }

  static let inner = Region(columns: 20..<92, rows: 30..<106)
  static let mouth = Region(columns: 42..<70, rows: 83..<101)
  static let lips = Region(columns: 44..<68, rows: 82..<104)
  static let lipMiddle = Region(columns: 46..<66, rows: 88..<97)
  static let rightCheek = Region(columns: 28..<42, rows: 60..<74)
  static let leftCheek = Region(columns: 70..<84, rows: 60..<74)
  static let lower = [
    Region(columns: 26..<40, rows: 84..<104), Region(columns: 72..<86, rows: 84..<104),
    Region(columns: 44..<68, rows: 100..<110),
  ]

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

  /// Mean luma.
  func mean(_ region: Region) -> Double { mean(region) { luma[$0] } }

  /// Standard deviation of luma.
  func contrast(_ region: Region) -> Double {
    let middle = Float(mean(region))
    return mean(region) { (luma[$0] - middle) * (luma[$0] - middle) }.squareRoot()
  }

  /// Root mean square of luma's second difference.
  func detail(_ region: Region) -> Double {
    mean(region) { at in
      let around = luma[at - 1] + luma[at + 1] + luma[at - side] + luma[at + side]
      let difference = 4 * luma[at] - around
      return difference * difference
    }.squareRoot()
  }

  /// Mean size of luma's steps from row to row but one.
  func verticalSteps(_ region: Region) -> Double {
    mean(region) { abs(luma[$0 + side] - luma[$0 - side]) }
  }

  /// Mean colour of some regions, each counting alike.
  private func colour(_ regions: [Region]) -> (red: Double, green: Double, blue: Double) {
    func channel(_ plane: Int) -> Double {
      regions.reduce(0) { $0 + mean($1) { planes[plane * side * side + $0] } }
        / Double(regions.count)
    }
    return (channel(0), channel(1), channel(2))
  }

  /// Logarithm of red over green: lips have more of it than skin.
  func redness(_ regions: [Region]) -> Double {
    let (red, green, _) = colour(regions)
    return log((red + 5) / (green + 5))
  }

  /// Red less blue as a share of all: skin has more of it than cloth.
  func warmth(_ regions: [Region]) -> Double {
    let (red, green, blue) = colour(regions)
    return (red - blue) / (red + green + blue + 10)
  }
}
