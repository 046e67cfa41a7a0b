// Statistics of cells, widths of edges and coherent spectra, against numbers worked out by hand.

internal import Foundation
internal import Testing

@testable internal import Media

@Suite struct ConditionKernelTests {
  private func picture(
    _ width: Int, _ height: Int, _ grey: (Int, Int) -> Double
  ) -> PixelBuffer {
    var result = PixelBuffer(width: width, height: height, red: 0, green: 0, blue: 0)
    result.withUnsafeMutableBytes { bytes in
      for y in 0..<height {
        for x in 0..<width {
          let value = UInt8(min(max(grey(x, y).rounded(), 0), 255))
          for channel in 0..<3 { bytes[(y * width + x) * 3 + channel] = value }
        }
      }
    }
    return result
  }

  @Test("cells tell paper from strokes")
  func cells() {
    // 20 × 10 in two cells; the left one has two dark columns of ten.
    let cells = picture(20, 10) { x, _ in x == 4 || x == 5 ? 30 : x < 10 ? 200 : 252 }
      .cells(columns: 2, rows: 1)
    #expect(cells.count == 2)
    #expect(abs(cells[0].paper - 200) < 0.01 && cells[0].floor == 30 && cells[0].full == 0)
    #expect(abs(cells[0].red - 166) < 0.01)
    #expect(abs(cells[1].paper - 252) < 0.01 && cells[1].full == 1)
    #expect(cells[1].detail < 1e-6)
  }

  @Test("cells of one pixel and of none do not go wrong")
  func tinyCells() {
    let cells = picture(3, 2) { x, _ in Double(x) * 100 }.cells(columns: 5, rows: 4)
    #expect(cells.count == 20)
    #expect(cells.allSatisfy { $0.paper >= 0 && $0.paper < 200.01 && $0.detail.isFinite })
  }

  @Test("grain is measured, a slope is not")
  func detail() {
    let slope = picture(64, 64) { x, y in 40 + Double(x) + 2 * Double(y) }.cells(
      columns: 1, rows: 1)
    #expect(slope[0].detail < 1e-6)
    let checks = picture(64, 64) { x, y in (x / 2 + y / 2) % 2 == 0 ? 100 : 110 }
      .cells(columns: 1, rows: 1)
    #expect(checks[0].detail > 5)
  }

  @Test("an edge's width is its height over its steepest step", arguments: [1, 4, 10])
  func edges(width: Int) throws {
    // Light, a ramp of `width` steps, dark, again and again, across; nothing changes down.
    let ramps = picture(400, 40) { x, _ in
      let place = Double(x % 80)
      return 200 - 150 * min(max((place - 20) / Double(width), 0), 1)
        + 150 * min(max((place - 60) / Double(width), 0), 1)
    }
    let found = ramps.edgeWidths(
      columns: 0..<400, rows: 0..<40, heightMin: 40, bins: 100, binWidth: 0.25)
    // Smoothing by 1-2-1 makes a step of one pixel two wide.
    #expect(abs(try #require(found.across.median) - Double(max(width, 2))) < 0.6)
    #expect(found.down.median == nil)
    let high = ramps.edgeWidths(
      columns: 0..<400, rows: 0..<40, heightMin: 200, bins: 100, binWidth: 0.25)
    #expect(high.across.median == nil)
    let tiny = ramps.edgeWidths(columns: 0..<2, rows: 0..<2, heightMin: 1, bins: 4, binWidth: 1)
    #expect(tiny.across.median == nil && tiny.down.median == nil)
  }

  @Test("a regular grid stands out in every window; noise and grids along the axes do not")
  func spectra() {
    var state: UInt64 = 5
    func noise() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) * 12 - 6
    }
    let corners = [(0, 0), (128, 0), (0, 128), (128, 128), (60, 70)].map { (x: $0.0, y: $0.1) }
    func coherence(_ grey: (Int, Int) -> Double) -> SpectrumCoherence {
      picture(256, 256, grey).coherence(at: corners, frequencyMin: 0.11, axisGap: 0.012)
    }
    let plain = coherence { _, _ in 150 + noise() }
    #expect(plain.mean < 2.6 && plain.median < 3.6)
    let grid = coherence { x, y in 150 + noise() + 3 * sin(1.9 * Double(x) + 0.4 * Double(y)) }
    #expect(grid.mean > 5 && grid.median > 5)
    let along = coherence { x, _ in 150 + noise() + 3 * sin(2 * .pi * Double(x) / 8) }
    #expect(along.mean < 2.6)
    // Below the lowest frequency that counts.
    let coarse = coherence { x, y in 150 + noise() + 3 * sin(0.3 * Double(x) + 0.2 * Double(y)) }
    #expect(coarse.mean < 2.6)
  }

  @Test("a flat picture has a flat spectrum")
  func flat() {
    let found = picture(128, 128) { _, _ in 77 }
      .coherence(at: [(x: 0, y: 0)], frequencyMin: 0.11, axisGap: 0.012)
    #expect(abs(found.mean) < 1e-3 && abs(found.median) < 1e-3)
  }
}
