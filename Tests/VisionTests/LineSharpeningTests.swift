// Taking blur out of a line: what must stay, and what must come back.

internal import Foundation
internal import Testing

@testable internal import Vision

@Suite struct LineSharpeningTests {
  private let width = 120
  private let height = 48
  private let planeWidth = 128

  /// Three equal planes of `value`, filtered.
  private func filtered(
    _ filter: LineSharpening?, _ value: (_ x: Int, _ y: Int) -> Float
  ) -> [Float] {
    var planes = [Float](repeating: 0, count: 3 * planeWidth * height)
    for plane in 0..<3 {
      for y in 0..<height {
        for x in 0..<width { planes[(plane * height + y) * planeWidth + x] = value(x, y) }
      }
    }
    planes.withUnsafeMutableBufferPointer {
      filter?.apply(to: $0, planeWidth: planeWidth, height: height, width: width)
    }
    return planes
  }

  @Test func evenGroundStaysAndPaddingToo() {
    for filter in LineSharpening.doubtful {
      let planes = filtered(filter) { _, _ in 0.5 }
      for (index, value) in planes.enumerated() {
        #expect(abs(value - (index % planeWidth < width ? 0.5 : 0)) < 1e-5)
      }
    }
  }

  /// A stroke of ink as a lens of that blur shows it.
  private func stroke(blur: Double) -> (Int, Int) -> Float {
    { x, _ in
      let edges = [52.0, 57.0].map { erf((Double(x) - $0) / (blur * 2.0.squareRoot())) }
      return Float(0.8 - (edges[0] - edges[1]) * 0.6)
    }
  }

  @Test func aBlurredStrokeGetsItsContrastBack() {
    let blurred = filtered(nil, stroke(blur: 1.5))
    for filter in LineSharpening.doubtful {
      let planes = filtered(filter, stroke(blur: 1.5))
      let (middle, edge) = (24 * planeWidth + 54, 24 * planeWidth + 50)
      #expect(planes[middle] < blurred[middle], "ink is darker")
      #expect(planes[edge] > blurred[edge], "paper beside it is lighter")
      #expect(planes.allSatisfy { (-1...1).contains($0) })
    }
  }
}
