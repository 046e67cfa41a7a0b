// Edges of drawn pictures: places, runs, cover, and samples across a line.

internal import Media
internal import Testing

@Suite struct EdgeMapTests {
  /// The edges of a picture whose three channels are `value`.
  private func edges(
    _ width: Int, _ height: Int, _ value: (_ x: Double, _ y: Double) -> Float
  ) -> EdgeMap {
    let planes = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3 * width * height)
    defer { planes.deallocate() }
    for index in planes.indices {
      let at = index % (width * height)
      planes[index] = value(Double(at % width), Double(at / width))
    }
    return EdgeMap(
      planes: UnsafeBufferPointer(planes), width: width, height: height,
      threshold: .init(factor: 1.6, range: 1.2...6))
  }

  /// 40 to 200 across the line a·x + b·y = c, three pixels wide.
  private func step(_ a: Double, _ b: Double, _ c: Double) -> (Double, Double) -> Float {
    { x, y in Float(40 + 160 * max(0, min(1, 0.5 + (a * x + b * y - c) / 3))) }
  }

  @Test(arguments: [(1.0, 0.0, 30.25), (0, 1, 20.5), (0.8, 0.6, 41.7), (-0.6, 0.8, -3.2)])
  func aStepIsOneRunOnItsLine(_ a: Double, _ b: Double, _ c: Double) throws {
    let map = edges(80, 60, step(a, b, c))
    let runs = map.runs(shortest: 20, most: 9)
    try #require(runs.count == 1)
    let line = runs[0].line()
    #expect(abs(a * line.x + b * line.y - c) < 0.05)
    #expect(abs(a * line.dx + b * line.dy) < 0.005)
    #expect(abs(line.dx * line.dx + line.dy * line.dy - 1) < 1e-9)
    #expect(runs[0].length > 40)
    // The runs of both halves together give the same line.
    let both = runs[0].line(with: [runs[0]])
    #expect(abs(both.dx - line.dx) < 1e-9 && abs(both.x - line.x) < 1e-9)
    let cover = map.cover(x: line.x, y: line.y, dx: line.dx, dy: line.dy, reach: 100)
    #expect(cover.sums.count == 202 && cover.strengths.count == 202)
    #expect(
      cover.sums[0] == 0 && zip(cover.sums, cover.sums.dropFirst()).allSatisfy { $1 - $0 <= 1 })
    #expect(Double(cover.sums[201]) >= runs[0].length - 2)
    // 160 over three pixels, smoothed.
    let mean = cover.strengths[201] / Float(cover.sums[201])
    #expect((30...54).contains(mean))
    // A line four pixels aside, or turned by half a right angle, has next to nothing.
    let aside = map.cover(
      x: line.x + 4 * a, y: line.y + 4 * b, dx: line.dx, dy: line.dy, reach: 100)
    #expect(aside.sums[201] == 0)
    let turned = map.cover(
      x: line.x, y: line.y, dx: 0.7071 * (line.dx - line.dy), dy: 0.7071 * (line.dx + line.dy),
      reach: 100)
    #expect(turned.sums[201] == 0)
  }

  @Test func onePaleChannelIsEnough() {
    var planes = [Float](repeating: 100, count: 3 * 40 * 40)
    for index in 2 * 1600..<3 * 1600 where index % 40 >= 20 { planes[index] = 110 }
    let count = planes.withUnsafeBufferPointer { planes in
      EdgeMap(planes: planes, width: 40, height: 40, threshold: .init(factor: 1.6, range: 1.2...6))
        .count
    }
    #expect((30...40).contains(count))
  }

  @Test func nothingHasNoEdges() {
    let plain = edges(30, 20) { _, _ in 77 }
    let (count, runs) = (plain.count, plain.runs(shortest: 1, most: 5))
    #expect(count == 0 && runs.isEmpty)
    let smallest = edges(8, 8) { x, _ in x < 4 ? 0 : 255 }
    let few = smallest.count
    #expect(few <= 64)
    // What is no number is no edge, and no trap.
    let odd = edges(20, 20) { x, y in x == y ? .nan : x > y ? .infinity : 0 }
    _ = odd.runs(shortest: 2, most: 5)
    _ = odd.cover(x: .nan, y: 0, dx: 1, dy: 0, reach: 30)
  }

  @Test func runsAreAtMostSoMany() {
    let stripes = edges(64, 64) { x, _ in Int(x) / 8 % 2 == 0 ? 20 : 220 }
    let all = stripes.runs(shortest: 20, most: 100).count
    let some = stripes.runs(shortest: 20, most: 3).count
    let none = stripes.runs(shortest: 65, most: 100).count
    #expect([all, some, none] == [7, 3, 0])
  }

  @Test func aProfileSamplesAcross() {
    var pixels = PixelBuffer(width: 20, height: 10, red: 0, green: 0, blue: 0)
    pixels.withUnsafeMutableBytes { bytes in
      for index in 0..<200 {
        bytes[index * 3] = UInt8(10 * (index % 20))
        bytes[index * 3 + 1] = UInt8(20 * (index / 20))
      }
    }
    // Along y, across x, centred at 7.5.
    let samples = pixels.profile(
      x: 7.5, y: 2, ux: 0, uy: 1, vx: 0.5, vy: 0, smooth: 0, along: 4, across: 5)
    #expect(samples.count == 60)
    for i in 0..<4 {
      for k in 0..<5 {
        let at = (i * 5 + k) * 3
        #expect(abs(samples[at] - Float(75 + 5 * (k - 2))) < 1e-3)
        #expect(abs(samples[at + 1] - Float(20 * (2 + i))) < 1e-3)
        #expect(samples[at + 2] == 0)
      }
    }
    // Beyond the border, the border.
    let beyond = pixels.profile(
      x: 300, y: -40, ux: 1, uy: 0, vx: 0, vy: 1, smooth: 3, along: 2, across: 3)
    for at in stride(from: 0, to: 18, by: 3) {
      #expect(abs(beyond[at] - 190) < 1e-3 && beyond[at + 1] == 0)
    }
    let nowhere = pixels.profile(
      x: .nan, y: .infinity, ux: .nan, uy: 0, vx: 0, vy: 1, smooth: 3, along: 2, across: 3)
    #expect(nowhere.count == 18)
  }
}
