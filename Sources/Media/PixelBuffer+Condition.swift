// What the condition of a picture is measured from: cells, edges, spectra. The loops are in C.

internal import CImageCodecs

/// Statistics of one cell of a picture. Colours and lumas (BT.601) are 0–255.
package struct PixelCell: Sendable, Equatable {
  /// Mean colour.
  package var red: Float
  package var green: Float
  package var blue: Float
  /// Mean colour of the brightest three tenths: the paper between strokes.
  package var paperRed: Float
  package var paperGreen: Float
  package var paperBlue: Float
  /// The luma that a twentieth of the pixels does not exceed: the darkest stroke.
  package var floor: Float
  /// Share of pixels with all channels at 250 or more, 0–1.
  package var full: Float
  /// Mean size of half the second difference across the diagonals: grain. White noise of deviation σ gives 0.8 σ.
  package var detail: Float

  /// Luma of the paper.
  package var paper: Float { 0.299 * paperRed + 0.587 * paperGreen + 0.114 * paperBlue }
}

/// Widths of edges, weighted by their heights.
package struct EdgeWidths: Sendable, Equatable {
  /// Sums of heights by width; the last bin takes all wider ones.
  package var bins: [Float]
  /// Pixels a bin.
  package let binWidth: Float

  /// The width in the middle of the bin in which the weighted median lies; nil without edges.
  package var median: Double? {
    let total = bins.reduce(0, +)
    guard total > 0 else { return nil }
    var sum: Float = 0
    for (index, bin) in bins.enumerated() {
      sum += bin
      if sum >= total / 2 { return (Double(index) + 0.5) * Double(binWidth) }
    }
    return nil
  }
}

/// What spectra of several windows have in common, as logarithms of power over the neighbourhood.
package struct SpectrumCoherence: Sendable, Equatable {
  /// The largest mean over the windows: a grid that is the same everywhere.
  package var mean: Double
  /// The largest median over the windows when each one's peak may stray by two of 128 frequencies.
  package var median: Double
}

extension PixelBuffer {
  /// Statistics of `columns` × `rows` cells that cover the picture, row after row. Cells of a picture with
  /// fewer pixels than cells are zero where they hold none.
  package borrowing func cells(columns: Int, rows: Int) -> [PixelCell] {
    precondition(columns > 0 && rows > 0)
    var raw = [idv_condition_cell](repeating: idv_condition_cell(), count: columns * rows)
    withUnsafeBytes {
      let done = idv_condition_cells(
        $0.baseAddress, Int32(width), Int32(height), Int32(columns), Int32(rows), &raw)
      precondition(done != 0, "no memory for a plane")
    }
    return raw.map {
      PixelCell(
        red: $0.red, green: $0.green, blue: $0.blue, paperRed: $0.paper_red,
        paperGreen: $0.paper_green, paperBlue: $0.paper_blue, floor: $0.floor, full: $0.full,
        detail: $0.detail)
    }
  }

  /// Widths of the luma edges in a rectangle of the picture, met along rows and down columns. An edge is a
  /// run that only rises or only falls by at least `heightMin`; its width is its height over its steepest
  /// step, in pixels.
  package borrowing func edgeWidths(
    columns: Range<Int>, rows: Range<Int>, heightMin: Float, bins: Int, binWidth: Float
  ) -> (across: EdgeWidths, down: EdgeWidths) {
    precondition(0 <= columns.lowerBound && columns.upperBound <= width)
    precondition(0 <= rows.lowerBound && rows.upperBound <= height)
    precondition(bins > 0 && binWidth > 0)
    var across = [Float](repeating: 0, count: bins)
    var down = across
    withUnsafeBytes {
      let done = idv_condition_edges(
        $0.baseAddress, Int32(width), Int32(height), Int32(columns.lowerBound),
        Int32(rows.lowerBound), Int32(columns.upperBound), Int32(rows.upperBound), heightMin,
        Int32(bins), binWidth, &across, &down)
      precondition(done != 0, "no memory for a plane")
    }
    return (
      EdgeWidths(bins: across, binWidth: binWidth), EdgeWidths(bins: down, binWidth: binWidth)
    )
  }

  /// How steep luma is within a rectangle and outside of a larger one: mean sizes of Sobel's gradient, 8-bit luma a
  /// pixel. Parts beyond the picture count as not there.
  package struct Steepness: Sendable, Equatable {
    package var inside: Double
    package var outside: Double
    /// Part of the picture that lies outside, 0–1.
    package var outsideShare: Double
  }

  /// Pixels that `steepness` looks at, about: of larger pictures it takes fewer lines.
  private static let steepnessPixelsMax: Int32 = 1 << 20

  /// See `Steepness`.
  package borrowing func steepness(
    inside inner: (columns: Range<Int>, rows: Range<Int>),
    outsideOf outer: (columns: Range<Int>, rows: Range<Int>)
  ) -> Steepness {
    func corners(_ part: (columns: Range<Int>, rows: Range<Int>)) -> [Int32] {
      [
        part.columns.lowerBound, part.rows.lowerBound, part.columns.upperBound,
        part.rows.upperBound,
      ].map { Int32(clamping: $0) }
    }
    let (near, far) = (corners(inner), corners(outer))
    var (inside, outside, share): (Float, Float, Float) = (0, 0, 0)
    withUnsafeBytes {
      idv_condition_gradients(
        $0.baseAddress, Int32(width), Int32(height), near, far, Self.steepnessPixelsMax, &inside,
        &outside, &share)
    }
    return Steepness(
      inside: Double(inside), outside: Double(outside), outsideShare: Double(share))
  }

  /// Side of the windows that `coherence` compares.
  package static let spectrumSide = Int(IDV_CONDITION_WINDOW)
  /// Most windows that `coherence` compares.
  package static let spectrumWindowsMax = Int(IDV_CONDITION_WINDOWS_MAX)

  /// What the spectra of windows whose upper left corners are `corners` have in common. Frequencies below
  /// `frequencyMin` cycles a pixel and those within `axisGap` of an axis do not count, nor those within `blockGap`
  /// of the harmonics that blocks of 8 × 8 pixels leave.
  ///
  /// - Precondition: every window lies in the picture; at least one, at most `spectrumWindowsMax`.
  package borrowing func coherence(
    at corners: [(x: Int, y: Int)], frequencyMin: Float, axisGap: Float, blockGap: Float = 0
  ) -> SpectrumCoherence {
    let side = Self.spectrumSide
    precondition((1...Self.spectrumWindowsMax).contains(corners.count))
    let size = side * (side / 2 + 1)
    var (mean, median): (Float, Float) = (0, 0)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: size * corners.count) { maps in
      for (index, corner) in corners.enumerated() {
        precondition(corner.x >= 0 && corner.y >= 0)
        precondition(corner.x + side <= width && corner.y + side <= height)
        withUnsafeBytes {
          idv_condition_spectrum(
            $0.baseAddress, Int32(width), Int32(corner.x), Int32(corner.y),
            maps.baseAddress! + index * size)
        }
      }
      let done = idv_condition_coherence(
        maps.baseAddress, Int32(corners.count), frequencyMin, axisGap, blockGap, &mean,
        &median)
      precondition(done != 0, "no memory for spectra")
    }
    return SpectrumCoherence(mean: Double(mean), median: Double(median))
  }
}
