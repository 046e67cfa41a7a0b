// Six close looks at one face: their mean is far more exact than the first look's points, and a
// face that they do not find again is none to compare.

internal import Inference
internal import Media

/// What the close looks found.
struct Confirmation: Equatable {
  /// Mean of the looks that found the face, in pixel-centre coordinates of the picture.
  var points: [ImagePoint]
  /// How many of the six found it.
  var hits: Int
  /// Mean confidence of those, 0–1: lower for faces that are turned or covered.
  var certainty: Double
}

extension FaceDetector {
  /// Close looks at a face: three sizes, each also mirrored.
  static let looks = 6
  /// With fewer hits the face is too incomplete or too unlike one to be compared. On 810 pictures
  /// all good ones had five or six, faces cut in half one or two.
  static let hitsMin = 3
  /// A second face counts if its box has this share of the chosen one's area, and the detector is
  /// this sure of it, or close looks are. Every bystander of the evaluation data of that size
  /// passes; no texture that the detector took for a face does.
  static let secondAreaShare = 0.15
  static let secondConfidence = 0.90
  static let secondHits = 5
  static let secondCertainty = 0.75
  /// Candidates that are looked at, largest first.
  static let secondsMax = 3
  /// Share of the crop's side that the template's width takes.
  private static let shares = [0.35, 0.42, 0.50]
  /// Candidates in a close look may be less sure than in the first.
  private static let closeConfidenceMin = 0.5
  /// Farther than this from the crop's centre (pixels) it is another face.
  private static let offsetMax = 40.0
  /// Points of a mirrored face in the order of an upright one.
  private static let mirroredOrder = [1, 0, 2, 4, 3]

  /// Looks closely at the face whose first points are `points`; nil if no look finds it.
  func confirm(
    _ points: [ImagePoint], in picture: ImagePyramid
  ) throws(InferenceError) -> Confirmation? {
    var sums = [ImagePoint](repeating: ImagePoint(x: 0, y: 0), count: points.count)
    var hits = 0
    var certainty = 0.0
    for share in Self.shares {
      guard let map = Similarity(from: points, to: Self.canonical(share)) else { return nil }
      let back = map.inverse
      for found in try closeLooks(map, in: picture) {
        hits += 1
        certainty += found.confidence
        for (index, point) in found.points.map({ back($0) }).enumerated() {
          sums[index].x += point.x
          sums[index].y += point.y
        }
      }
    }
    guard hits > 0 else { return nil }
    let count = Double(hits)
    return Confirmation(
      points: sums.map { ImagePoint(x: $0.x / count, y: $0.y / count) }, hits: hits,
      certainty: certainty / count)
  }

  /// Where the points of a face belong in a close look.
  static func canonical(_ share: Double) -> [ImagePoint] {
    let side = Double(FaceModels.DetectorInput.crop.side)
    let scale = share * side / Double(FaceTemplatePoints.cropSide)
    return FaceTemplatePoints.points.map {
      ImagePoint(x: ($0.x - 56) * scale + side / 2, y: ($0.y - 66) * scale + side / 2)
    }
  }

  /// The face found in one crop and in its mirror image, in crop coordinates.
  private func closeLooks(
    _ map: Similarity, in picture: ImagePyramid
  ) throws(InferenceError) -> [DetectedFace] {
    let side = FaceModels.DetectorInput.crop.side
    var crop = [Float](repeating: 0, count: 3 * side * side)
    crop.withUnsafeMutableBufferPointer {
      picture.crop(map, side: side, order: .bgr, into: $0)
    }
    let upright = try closeLook { planes in _ = planes.update(fromContentsOf: crop) }
    let mirrored = try closeLook { planes in
      crop.withUnsafeBufferPointer { mirror($0, width: side, height: side, to: planes) }
    }
    let back = mirrored.map { face in
      var turned = face
      turned.points = Self.mirroredOrder.map {
        ImagePoint(x: Double(side - 1) - face.points[$0].x, y: face.points[$0].y)
      }
      return turned
    }
    return [upright, back].compactMap { $0 }
  }

  /// The face nearest to the middle of a crop; nil if there is none near.
  private func closeLook(
    _ fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(InferenceError) -> DetectedFace? {
    let side = FaceModels.DetectorInput.crop.side
    let faces = try lane.run(
      .faceDetection, variant: FaceModels.DetectorInput.crop.variant, fill: fill,
      read: { Self.faces(in: $0, side: side, confidenceMin: Self.closeConfidenceMin) })
    let middle = Double(side) / 2
    func offset(_ face: DetectedFace) -> Double {
      let (x, y) = (face.box.centre.x - middle, face.box.centre.y - middle)
      return (x * x + y * y).squareRoot()
    }
    guard let nearest = faces.min(by: { offset($0) < offset($1) }),
      offset(nearest) <= Self.offsetMax
    else { return nil }
    return nearest
  }

  /// The first of `others`, largest first, that is a second face beyond doubt beside `chosen`; its
  /// index.
  func second(
    beside chosen: DetectedFace, among others: [DetectedFace], in picture: ImagePyramid
  ) throws(InferenceError) -> Int? {
    let large = others.indices.filter {
      others[$0].box.area >= Self.secondAreaShare * chosen.box.area
    }
    for index in large.sorted(by: { others[$0].box.area > others[$1].box.area })
      .prefix(Self.secondsMax)
    where try isBeyondDoubt(others[index], beside: chosen, in: picture) {
      return index
    }
    return nil
  }

  /// Whether `other` is a second face beyond doubt beside `chosen`: large enough, and the detector sure, or close
  /// looks.
  func isBeyondDoubt(
    _ other: DetectedFace, beside chosen: DetectedFace, in picture: ImagePyramid
  ) throws(InferenceError) -> Bool {
    guard other.box.area >= Self.secondAreaShare * chosen.box.area else { return false }
    if other.confidence >= Self.secondConfidence { return true }
    guard let close = try confirm(other.points, in: picture) else { return false }
    return close.hits >= Self.secondHits && close.certainty >= Self.secondCertainty
  }
}
