// Crops from a picture and what is measured on them.

internal import Testing

@testable internal import Media
@testable internal import Vision

@Suite struct CropTests {
  /// A picture whose red is x and whose green is y, up to 255.
  private func ramp(_ side: Int) -> ImagePyramid {
    var picture = PixelBuffer(width: side, height: side, red: 0, green: 0, blue: 50)
    picture.withUnsafeMutableBytes { bytes in
      for y in 0..<side {
        for x in 0..<side {
          bytes[(y * side + x) * 3] = UInt8(min(x, 255))
          bytes[(y * side + x) * 3 + 1] = UInt8(min(y, 255))
        }
      }
    }
    return ImagePyramid(picture)
  }

  /// Whatever the scale, and so whether halves are used or not, a crop shows the place it should.
  @Test(arguments: [0.5, 1.0, 3.9, 4.1, 9.0, 17.0])
  func cropsShowTheirPlace(step: Double) {
    let picture = ramp(256)
    let side = 8
    // Crop pixel (q, r) is centred on picture place (100 + step·(q − 3.5), 90 + step·(r − 3.5)).
    let map = Similarity(a: 1 / step, b: 0, tx: 3.5 - 100 / step, ty: 3.5 - 90 / step)
    var planes = [Float](repeating: -1, count: 3 * side * side)
    planes.withUnsafeMutableBufferPointer {
      picture.crop(map, side: side, order: .rgb, into: $0)
    }
    for r in 0..<side {
      for q in 0..<side {
        let place = (100 + step * (Double(q) - 3.5), 90 + step * (Double(r) - 3.5))
        // Within half a grey level: halves are rounded to 8 bits.
        #expect(abs(Double(planes[r * side + q]) - place.0) <= 0.51)
        #expect(abs(Double(planes[64 + r * side + q]) - place.1) <= 0.51)
      }
    }
  }

  /// An aligned face of flat grey, changed by `change` at (column, row).
  private func crop(_ change: (Int, Int) -> (Float, Float, Float)?) -> FaceCrop {
    let side = FaceTemplatePoints.cropSide
    var planes = [Float](repeating: 128, count: 3 * side * side)
    for row in 0..<side {
      for column in 0..<side {
        guard let (red, green, blue) = change(column, row) else { continue }
        planes[row * side + column] = red
        planes[side * side + row * side + column] = green
        planes[2 * side * side + row * side + column] = blue
      }
    }
    return FaceCrop(planes)
  }

  @Test func brightnessIsMeanLuma() {
    #expect(abs(FacePixels(crop { _, _ in (255, 255, 255) }).brightness - 100) < 0.01)
    #expect(abs(FacePixels(crop { _, _ in (0, 0, 0) }).brightness) < 0.01)
    #expect(abs(FacePixels(crop { _, _ in nil }).brightness - 50.2) < 0.01)
  }

  @Test func fineStripesAreSharpAndCoarseOnesAreNot() {
    func stripes(_ width: Int) -> Double {
      FacePixels(
        crop { column, _ in
          // A triangle wave, so that coarse stripes have no hard edges.
          let phase = Float(column % (2 * width)) / Float(width)
          let value = 60 + 120 * (phase < 1 ? phase : 2 - phase)
          return (value, value, value)
        }
      ).sharpness
    }
    #expect(stripes(2) == 100)
    #expect(stripes(24) < 30)
    #expect(FacePixels(crop { _, _ in nil }).sharpness == 0)
  }

  @Test func aFlatGreyLowerFaceUnderWarmCheeksLooksCovered() {
    let covered = crop { column, row in
      row < 78 ? (190 + Float(column % 2) * 30, 140, 110) : (150, 165, 180)
    }
    #expect(FacePixels(covered).maskSuspicion >= 70)
    let bare = crop { column, row in
      let isLips = (86..<98).contains(row) && (40..<72).contains(column)
      if row == 92 && isLips { return (60, 20, 20) }
      return isLips ? (190, 90, 90) : (200 + Float(column % 2) * 20, 150, 120)
    }
    #expect(FacePixels(bare).maskSuspicion < 40)
  }

  @Test func oneBadPartCannotBeMadeUpFor() {
    let whole = FaceCompleteness(
      points: FaceTemplatePoints.points, width: 112, height: 112)
    let frontal = HeadPose(pitch: 0, yaw: 0, roll: 0)
    let good = FacePixels(sharpness: 80, brightness: 50, maskSuspicion: 0)
    let best = FaceQuality(
      sizePixels: 200, pose: frontal, pixels: good, completeness: whole)
    #expect(best.score == 100)
    let blurred = FaceQuality(
      sizePixels: 200, pose: frontal,
      pixels: FacePixels(sharpness: 0, brightness: 50, maskSuspicion: 0), completeness: whole)
    #expect(blurred.score <= 40)
    let turned = FaceQuality(
      sizePixels: 200, pose: HeadPose(pitch: 0, yaw: 70, roll: 0), pixels: good,
      completeness: whole)
    #expect(turned.score <= 40)
  }
}
