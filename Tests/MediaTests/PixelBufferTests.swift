// Geometry on pixels: sizes, exact cases, and the inverse of what was done.

internal import Testing

@testable internal import Media

@Suite struct PixelBufferTests {
  /// A picture whose colours say where they are.
  private func ramp(_ width: Int, _ height: Int) -> PixelBuffer {
    var picture = PixelBuffer(width: width, height: height, red: 0, green: 0, blue: 0)
    picture.withUnsafeMutableBytes { bytes in
      for y in 0..<height {
        for x in 0..<width {
          bytes[(y * width + x) * 3] = UInt8(x)
          bytes[(y * width + x) * 3 + 1] = UInt8(y)
          bytes[(y * width + x) * 3 + 2] = 77
        }
      }
    }
    return picture
  }

  private func bytes(_ picture: borrowing PixelBuffer) -> [UInt8] {
    picture.withUnsafeBytes { Array($0) }
  }

  @Test func quarterTurnsAddUp() {
    let picture = ramp(40, 30)
    let once = picture.turned(clockwise: 90)
    #expect((once.width, once.height) == (30, 40))
    // Clockwise: the top left corner goes to the top right.
    #expect(once[29, 0] == (0, 0, 77))
    #expect(once[0, 0] == (0, 29, 77))
    #expect(bytes(once.turned(clockwise: 90)) == bytes(picture.turned(clockwise: 180)))
    #expect(bytes(once.turned(clockwise: 270)) == bytes(picture))
  }

  /// Runs `body` with three planes of `width` × `height` and gives them back.
  private func planes(
    _ width: Int, _ height: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [[Float]] {
    var all = [Float](repeating: -1, count: 3 * width * height)
    all.withUnsafeMutableBufferPointer { body($0) }
    return (0..<3).map { Array(all[$0 * width * height..<($0 + 1) * width * height]) }
  }

  private func resampled(_ picture: borrowing PixelBuffer, _ width: Int, _ height: Int) -> [[Float]]
  {
    planes(width, height) {
      picture.resample(
        toWidth: width, height: height, order: .rgb, planes: $0, planeWidth: width,
        planeHeight: height)
    }
  }

  @Test func resamplingKeepsFlatColour() {
    let flat = PixelBuffer(width: 33, height: 21, red: 9, green: 200, blue: 255)
    for (width, height) in [(33, 21), (16, 10), (7, 5), (1, 1), (66, 42), (50, 3), (32, 20)] {
      let result = resampled(flat, width, height)
      for (plane, value) in zip(result, [9, 200, 255] as [Float]) {
        #expect(plane.allSatisfy { abs($0 - value) < 0.001 }, "\(width) × \(height)")
      }
    }
  }

  @Test func resamplingIsATriangleFilter() {
    #expect(resampled(ramp(5, 4), 5, 4)[0] == (0..<20).map { Float($0 % 5) })
    // Twice as large: between pixel centres at quarter steps, the edge repeated.
    let larger = resampled(ramp(4, 4), 8, 8)
    #expect(Array(larger[0][0..<8]) == [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
    #expect(larger[1][8 * 3] == 1.25)
    // Half as large: weights 1, 3, 3, 1 over 8 within the picture, and those that are left at its
    // edge.
    let smaller = resampled(ramp(8, 8), 4, 4)
    #expect(abs(smaller[0][1] - 2.5) < 1e-5)
    #expect(abs(smaller[0][0] - (0 * 3 + 1 * 3 + 2 * 1) / 7) < 1e-5)
  }

  @Test func planesAreOrderedAndPadded() {
    let picture = ramp(3, 2)
    let result = planes(5, 4) {
      picture.resample(
        toWidth: 3, height: 2, order: .bgr, planes: $0, planeWidth: 5, planeHeight: 4)
    }
    #expect(result[0][5 + 2] == 77)
    #expect(result[1][5 + 2] == 1)
    #expect(result[2][5 + 2] == 2)
    #expect(result.joined().count(where: { $0 == 0 }) == 3 * (20 - 6) + 3 + 2)
  }

  @Test func halvingAverages() {
    let picture = ramp(9, 8).halved()
    #expect((picture.width, picture.height) == (4, 4))
    // Columns 2 and 3 average to 2.5, rounded up.
    #expect(picture[1, 0] == (3, 1, 77))
  }

  @Test func samplesContinueBeyondTheEdge() {
    let picture = ramp(30, 25)
    /// Red is the column and green the row that a pixel shows.
    func sampled(_ map: SamplingMap, scale: Float = 1) -> [[Float]] {
      var pixels = [Float](repeating: -1, count: 3 * 20 * 20)
      pixels.withUnsafeMutableBufferPointer {
        picture.sample(map, scale: scale, into: $0, width: 20, height: 20)
      }
      return stride(from: 0, to: pixels.count, by: 3).map { Array(pixels[$0..<$0 + 3]) }
    }
    let moved = sampled(SamplingMap(a: 1, b: 0, c: 5, d: 0, e: 1, f: 3))
    #expect(moved[20 + 2] == [7, 4, 77])
    let between = sampled(SamplingMap(a: 1, b: 0, c: 0.25, d: 0, e: 1, f: 0.5), scale: 2)
    #expect(between[3 * 20 + 3] == [6.5, 7, 154])
    let turned = sampled(SamplingMap(a: 0, b: 1, c: 2, d: -1, e: 0, f: 19))
    #expect(turned[5 * 20 + 4] == [7, 15, 77])
    let below = sampled(SamplingMap(a: 1, b: 0, c: -8, d: 0, e: 1, f: 1000))
    #expect(below[0][0] == 0 && abs(below[0][1] - 24) < 0.01)
    let right = sampled(SamplingMap(a: 1, b: 0, c: 1000, d: 0, e: 1, f: -1000))
    #expect(abs(right[0][0] - 29) < 0.01 && right[0][1] == 0)
    let wild = sampled(SamplingMap(a: 1e300, b: .nan, c: 0, d: -1e300, e: 0, f: .infinity))
    #expect(wild.joined().allSatisfy { $0 >= 0 && $0 <= 77 })
  }

  @Test func warpingSamplesWhereItIsTold() {
    let picture = ramp(20, 20)
    func warped(_ map: SamplingMap, samples: Int = 1) -> [[Float]] {
      planes(20, 20) {
        picture.warp(map, samples: samples, order: .rgb, planes: $0, width: 20, height: 20)
      }
    }
    let moved = warped(SamplingMap(a: 1, b: 0, c: 5, d: 0, e: 1, f: -2))
    #expect((moved[0][2 * 20], moved[1][2 * 20]) == (5, 0))
    #expect((moved[0][12 * 20 + 10], moved[1][12 * 20 + 10]) == (15, 10))
    #expect((moved[2][0], moved[2][399]) == (0, 0))
    let between = warped(SamplingMap(a: 1, b: 0, c: 0.25, d: 0, e: 1, f: 0.5))
    #expect((between[0][3 * 20 + 3], between[1][3 * 20 + 3]) == (3.25, 3.5))
    // A quarter of the pixel beyond the edge is nothing.
    #expect(between[2][3 * 20 + 19] == 77 * 0.75)
    // The mean over a pixel of a slope is its middle.
    let spread = warped(SamplingMap(a: 3, b: 0, c: 2, d: 0, e: 3, f: 2), samples: 3)
    #expect(abs(spread[0][20 * 4 + 4] - 14) < 1e-4)
    let wild = warped(SamplingMap(a: 1e300, b: .nan, c: 0, d: -1e300, e: 0, f: .infinity))
    #expect(wild.joined().allSatisfy { $0 == 0 })
  }

  @Test func mirroringTurnsEachRow() {
    let once = resampled(ramp(5, 3), 5, 3).flatMap { $0 }
    var twice = [Float](repeating: 0, count: once.count)
    once.withUnsafeBufferPointer { from in
      twice.withUnsafeMutableBufferPointer { mirror(from, width: 5, height: 3, to: $0) }
    }
    #expect(Array(twice[5..<10]) == [4, 3, 2, 1, 0])
    #expect(Array(twice[15..<20]) == [0, 0, 0, 0, 0])
  }
}
