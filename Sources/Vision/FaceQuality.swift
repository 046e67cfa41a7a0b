// How well a face is seen: what services and policies are told.

/// 0–100: how much of each region of the face lies inside the picture.
package struct FaceCompleteness: Sendable, Equatable {
  package let eyebrow: Double
  package let eye: Double
  package let nose: Double
  package let cheek: Double
  package let mouth: Double
  package let chin: Double

  /// The least complete region.
  package var least: Double { [eyebrow, eye, nose, cheek, mouth, chin].reduce(100, min) }
}

/// Measurements of one face, in the units of `idv.v1.FaceQuality`.
package struct FaceQuality: Sendable, Equatable {
  /// 0–100 in all: 0–40 poor, 40–60 fair, 60–80 good, 80–100 very good.
  package let score: Double
  /// 0–100, 100 is sharpest.
  package let sharpness: Double
  /// 0–100: below 30 dark, 30–70 normal, above 70 bright.
  package let brightness: Double
  /// Shorter side of the face's box in pixels of the picture as sent.
  package let sizePixels: Double
  package let completeness: FaceCompleteness
}

extension FaceCompleteness {
  /// Measures the face whose points are `points` in a picture of `width` × `height` pixels, all in
  /// pixel-centre coordinates.
  init(points: [FacePoint], width: Int, height: Int) {
    let map = Similarity(from: FaceTemplatePoints.points, to: points)
    func inside(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Double {
      guard let map else { return 0 }
      let steps = 10
      var count = 0
      for row in 0..<steps {
        for column in 0..<steps {
          func along(_ range: ClosedRange<Double>, _ index: Int) -> Double {
            range.lowerBound
              + (range.upperBound - range.lowerBound) * (Double(index) + 0.5) / Double(steps)
          }
          let place = map(FacePoint(x: along(x, column), y: along(y, row)))
          let isInside =
            place.x >= -0.5 && place.y >= -0.5 && place.x <= Double(width) - 0.5
            && place.y <= Double(height) - 0.5
          if isInside { count += 1 }
        }
      }
      return 100 * Double(count) / Double(steps * steps)
    }
    // Places in the aligned crop of 112 × 112 pixels.
    eyebrow = inside(26...86, 36...45)
    eye = inside(28...84, 46...58)
    nose = inside(44...68, 56...80)
    cheek = inside(22...90, 62...86)
    mouth = inside(36...76, 84...100)
    chin = inside(38...74, 101...112)
  }
}

extension FaceQuality {
  init(
    sizePixels: Double, pose: HeadPose, pixels: FacePixels, completeness: FaceCompleteness
  ) {
    self.sizePixels = sizePixels
    self.completeness = completeness
    sharpness = pixels.sharpness
    brightness = pixels.brightness
    // Each part is 1 for a good portrait and 0 for a useless one. The worst part counts as much as
    // the mean of all, so that one bad part cannot be made up for.
    let parts = [
      sharpness / 50,
      (45 - abs(brightness - 50)) / 25,
      1.15 - max(abs(pose.yaw) / 60, abs(pose.pitch) / 50, abs(pose.roll) / 90),
      sizePixels / 100,
      completeness.least / 100,
    ].map { min(max($0, 0), 1) }
    let mean = parts.reduce(0, +) / Double(parts.count)
    score = 100 * (mean + parts.reduce(1, min)) / 2
  }
}
