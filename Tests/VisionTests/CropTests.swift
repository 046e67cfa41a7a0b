// Crops from a picture and what is measured on them.

internal import Foundation
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
          // A sine, so that coarse stripes have no hard edges.
          let value = 120 + 60 * Float(sin(Double(column) * .pi / Double(width)))
          return (value, value, value)
        }
      ).sharpness
    }
    #expect(stripes(2) == 100)
    #expect((5...60).contains(stripes(10)))
    #expect(stripes(24) == 0)
    #expect(FacePixels(crop { _, _ in nil }).sharpness == 0)
  }

  @Test func aLowerFaceOfAnotherColourOrWithoutEdgesLooksCovered() {
    /// Rows of two greys about the eyes and, fainter, about the mouth.
    func edges(_ atMouth: Float) -> FaceCrop {
      crop { _, row in
        let height: Float = row < 70 ? 20 : atMouth
        let value = 128 + (row / 2 % 2 == 0 ? height : -height)
        return (value, value, value)
      }
    }
    #expect(FacePixels(edges(2)).maskSuspicion == 100)
    #expect(FacePixels(edges(20)).maskSuspicion == 0)
    #expect((1...99).contains(FacePixels(edges(7)).maskSuspicion))
    func lower(_ red: Float, _ green: Float, _ blue: Float) -> FaceCrop {
      crop { _, row in
        let step: Float = row / 2 % 2 == 0 ? 15 : -15
        return row < 70
          ? (200 + step, 150 + step, 120 + step) : (red + step, green + step, blue + step)
      }
    }
    #expect(FacePixels(lower(150, 170, 210)).maskSuspicion == 100)
    #expect(FacePixels(lower(190, 145, 115)).maskSuspicion == 0)
  }

  @Test func oneBadPartCannotBeMadeUpFor() {
    let whole = FaceCompleteness(
      points: FaceTemplatePoints.points, width: 112, height: 121)
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
