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

  @Test func resizingKeepsFlatColourAndSize() {
    let flat = PixelBuffer(width: 33, height: 21, red: 9, green: 200, blue: 255)
    for (width, height) in [(33, 21), (16, 10), (7, 5), (1, 1), (66, 42), (50, 3), (32, 20)] {
      for resized in [0, 1] {
        let result =
          resized == 0
          ? flat.resized(width: width, height: height)
          : flat.resizedLinear(width: width, height: height)
        #expect((result.width, result.height) == (width, height))
        let expected = (0..<width * height).flatMap { _ in [UInt8](arrayLiteral: 9, 200, 255) }
        #expect(bytes(result) == expected)
      }
    }
  }

  @Test func halvingAverages() {
    let picture = ramp(8, 8).resized(width: 4, height: 4)
    // Columns 2 and 3 average to 2.5, rounded up.
    #expect(picture[1, 0] == (3, 1, 77))
    let same = ramp(8, 8).resizedLinear(width: 8, height: 8)
    #expect(bytes(same) == bytes(ramp(8, 8)))
  }

  @Test func warpingSamplesWhereItIsTold() {
    let picture = ramp(20, 20)
    let moved = picture.warped(
      SamplingMap(a: 1, b: 0, c: 5, d: 0, e: 1, f: -2), width: 20, height: 20)
    #expect(moved[0, 2] == (5, 0, 77))
    #expect(moved[10, 12] == (15, 10, 77))
    #expect(moved[0, 0] == (0, 0, 0))
    #expect(moved[19, 19] == (0, 0, 0))
    let replicated = picture.warped(
      SamplingMap(a: 1, b: 0, c: 5, d: 0, e: 1, f: -2), width: 20, height: 20, replicateEdge: true)
    #expect(replicated[0, 0] == (5, 0, 77))
    #expect(replicated[19, 19] == (19, 17, 77))
    let half = picture.warped(
      SamplingMap(a: 1, b: 0, c: 0.5, d: 0, e: 1, f: 0), width: 10, height: 10)
    #expect(half[3, 3] == (4, 3, 77))
    let wild = picture.warped(
      SamplingMap(a: 1e300, b: .nan, c: 0, d: -1e300, e: 0, f: .infinity), width: 4, height: 4,
      replicateEdge: true)
    #expect(wild.count == 48)
  }

  @Test func planesAreOrderedAndPadded() {
    let picture = ramp(3, 2)
    let planes = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3 * 5 * 4)
    defer { planes.deallocate() }
    picture.write(
      to: planes, order: .bgr, planeWidth: 5, planeHeight: 4, left: 1, top: 2, fill: -1)
    #expect(planes[0] == -1)
    #expect(planes[2 * 5 + 1] == 77)
    #expect(planes[40 + 2 * 5 + 3] == 2)
    #expect(planes[20 + 3 * 5 + 3] == 1)
    #expect(planes.count(where: { $0 == -1 }) == 3 * (20 - 6))
    let grey = PixelBuffer(width: 2, height: 1, red: 100, green: 100, blue: 100).luma()
    #expect(grey.allSatisfy { abs($0 - 100) < 0.01 })
  }
}
