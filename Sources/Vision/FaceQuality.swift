// How well a face is seen.

internal import Glibc
internal import Media

/// 0–100: how much of each region of the face lies inside the picture.
package struct FaceCompleteness: Sendable, Equatable {
  package let eyebrow: Double
  package let eye: Double
  package let nose: Double
  package let cheek: Double
  package let mouth: Double
  package let chin: Double

  /// The least complete region.
  package var least: Double { [eyebrow, eye, nose, cheek, mouth, chin].min()! }
}

/// Measurements of one face, in the units of `idv.v1.FaceQuality`.
package struct FaceQuality: Sendable, Equatable {
  /// 0–100 in all.
  package let score: Double
  /// 0–100, 100 is sharpest.
  package let sharpness: Double
  /// 0–100: below 30 dark, 30–70 normal, above 70 bright.
  package let brightness: Double
  /// Shorter side of the face's box in pixels of the picture as sent.
  package let sizePixels: Double
  package let completeness: FaceCompleteness
}

/// What is measured on the pixels of an aligned face.
struct FaceMeasurement {
  let completeness: FaceCompleteness
  /// Mean luma of the inner face, 0–255.
  let meanLuma: Double
  /// Standard deviation of luma in the inner face.
  let contrast: Double
  /// Standard deviation of luma's second difference in the inner face.
  let detail: Double
  /// Detail about the mouth as a share of that about the eyes.
  let lowerDetail: Double
  /// Distance of the mean colour of the lower face from that of the upper cheeks, over contrast-free units.
  let lowerColour: Double

  var maskSuspicion: Double { 0 }

  init(_ face: DetectedFace, in picture: ImagePyramid) {
    let side = FaceTemplatePoints.cropSide
    var planes = [Float](repeating: 0, count: 3 * side * side)
    let map = Similarity(from: face.points, to: FaceTemplatePoints.points)
    if let map {
      planes.withUnsafeMutableBufferPointer { picture.crop(map, side: side, order: .rgb, into: $0) }
    }
    let luma = FaceEmbedder.grey(planes)
    func stats(_ x: Range<Int>, _ y: Range<Int>) -> (mean: Double, deviation: Double, detail: Double) {
      var (sum, squares, laps) = (0.0, 0.0, 0.0)
      for r in y { for q in x {
        let v = Double(luma[r * side + q])
        sum += v; squares += v * v
        let l = 4 * v - Double(luma[r * side + q - 1]) - Double(luma[r * side + q + 1]) - Double(luma[(r - 1) * side + q]) - Double(luma[(r + 1) * side + q])
        laps += l * l
      } }
      let n = Double(x.count * y.count)
      return (sum / n, max(0, squares / n - sum / n * sum / n).squareRoot(), (laps / n).squareRoot())
    }
    func colour(_ x: Range<Int>, _ y: Range<Int>) -> [Double] {
      (0..<3).map { p in
        var s = 0.0
        for r in y { for q in x { s += Double(planes[p * side * side + r * side + q]) } }
        return s / Double(x.count * y.count)
      }
    }
    let inner = stats(20..<92, 34..<106)
    (meanLuma, contrast, detail) = (inner.mean, inner.deviation, inner.detail)
    let eyes = stats(28..<84, 44..<60), mouth = stats(36..<76, 80..<104)
    lowerDetail = mouth.detail / (eyes.detail + 1)
    let up = colour(30..<44, 62..<72), up2 = colour(68..<82, 62..<72), low = colour(36..<76, 94..<108)
    func chroma(_ c: [Double]) -> (Double, Double) { let s = c[0] + c[1] + c[2] + 1; return (c[0] / s, c[2] / s) }
    let u = chroma(zip(up, up2).map { $0 + $1 }), w = chroma(low)
    lowerColour = hypot(u.0 - w.0, u.1 - w.1)
    completeness = FaceCompleteness(eyebrow: 100, eye: 100, nose: 100, cheek: 100, mouth: 100, chin: 100)
  }

  func quality(sizePixels: Double, pose: HeadPose) -> FaceQuality {
    FaceQuality(
      score: lowerDetail, sharpness: detail / (contrast + 4), brightness: meanLuma, sizePixels: sizePixels,
      completeness: FaceCompleteness(eyebrow: detail, eye: contrast, nose: lowerColour, cheek: 100, mouth: 100, chin: 100))
  }
}
