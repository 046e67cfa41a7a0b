// How well a face is seen: what services and policies are told.

/// 0–100: how much of each region of the face lies inside the picture.
package struct FaceCompleteness: Sendable, Equatable {
  package let eyebrow: Double
  package let eye: Double
  package let nose: Double
  package let cheek: Double
  package let mouth: Double
  package let chin: Double

  /// The least complete of eyes, nose and mouth: what recognition rests on.
  package var leastOfCore: Double { [eye, nose, mouth].reduce(100, min) }

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
  /// A rectangle of the aligned crop of 112 × 112 pixels.
  private struct Region {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    init(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) {
      self.x = x
      self.y = y
    }
  }

  /// Places looked at along each side of a region.
  private static let steps = 8

  /// Measures the face whose points are `points` in a picture of `width` × `height` pixels, all in
  /// pixel-centre coordinates. All zero if the points do not make a face.
  init(points: [ImagePoint], width: Int, height: Int) {
    let map = Similarity(from: points, to: FaceTemplatePoints.points)?.inverse
    func inside(_ regions: Region...) -> Double {
      guard let map else { return 0 }
      let shares = regions.map { Self.share(of: $0, map, width: width, height: height) }
      return 100 * shares.reduce(0, +) / Double(shares.count)
    }
    eyebrow = inside(Region(20...92, 36...46))
    eye = inside(Region(24...88, 46...58))
    nose = inside(Region(46...66, 56...80))
    cheek = inside(Region(12...40, 60...86), Region(72...100, 60...86))
    mouth = inside(Region(38...74, 84...102))
    chin = inside(Region(36...76, 102...120))
  }

  /// How much of `region`, 0 to 1, `map` puts inside the picture.
  private static func share(
    of region: Region, _ map: Similarity, width: Int, height: Int
  ) -> Double {
    func along(_ range: ClosedRange<Double>, _ index: Int) -> Double {
      range.lowerBound
        + (range.upperBound - range.lowerBound) * (Double(index) + 0.5) / Double(steps)
    }
    var count = 0
    for row in 0..<steps {
      for column in 0..<steps {
        let place = map(ImagePoint(x: along(region.x, column), y: along(region.y, row)))
        let isInside =
          place.x >= -0.5 && place.y >= -0.5 && place.x <= Double(width) - 0.5
          && place.y <= Double(height) - 0.5
        if isInside { count += 1 }
      }
    }
    return Double(count) / Double(steps * steps)
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
