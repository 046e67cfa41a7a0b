// How much detail a card's picture has: pixels, sharpness, the border, and grids of other origin.

internal import Glibc
internal import Media

/// Whether all of the card is in the picture.
enum ConditionBorder {
  /// Steps along each side of the card at which it is asked whether a place lies in the picture.
  private static let steps = 64

  /// Share of the card outside the picture, and where.
  static func measure(
    _ quad: Quad, width: Int, height: Int, map: Homography, size: ImagePoint
  ) -> CardCondition.Measurement {
    var outside = 0
    var (left, top, right, bottom) = (steps, steps, -1, -1)
    for row in 0..<steps {
      for column in 0..<steps {
        let place = map(
          ImagePoint(
            x: (Double(column) + 0.5) / Double(steps), y: (Double(row) + 0.5) / Double(steps)))
        let isInside =
          place.x >= -0.5 && place.y >= -0.5 && place.x <= Double(width) - 0.5
          && place.y <= Double(height) - 0.5
        if isInside { continue }
        outside += 1
        (left, right) = (min(left, column), max(right, column))
        (top, bottom) = (min(top, row), max(bottom, row))
      }
    }
    let (x, y) = (size.x / Double(steps), size.y / Double(steps))
    let box =
      outside == 0
      ? nil
      : ImageBox(
        x: Double(left) * x - 0.5, y: Double(top) * y - 0.5, width: Double(right - left + 1) * x,
        height: Double(bottom - top + 1) * y)
    return CardCondition.Measurement(
      value: Double(outside) / Double(steps * steps), place: box)
  }
}

/// Pixels and sharpness.
enum ConditionDetail {
  /// Height of the main writing as a share of the card's width: 3.2 of 85.6 mm on cards, 2.5 of 125 mm on the
  /// passport's page, which is told by its shape.
  static func writingShare(_ size: ImagePoint) -> Double { size.x / size.y > 1.5 ? 0.0375 : 0.02 }

  /// 8 pixels over the height of the main writing in the picture: at 8 pixels the strokes of a Chinese
  /// character run together, whatever the lens.
  static func lowResolution(_ quad: Quad, size: ImagePoint) -> CardCondition.Measurement {
    func length(_ a: ImagePoint, _ b: ImagePoint) -> Double { hypot(a.x - b.x, a.y - b.y) }
    let across =
      (length(quad.topLeft, quad.topRight) + length(quad.bottomLeft, quad.bottomRight)) / 2
    let height = across * writingShare(size)
    return CardCondition.Measurement(value: height <= 8 ? 1 : 8 / height)
  }

  /// Width of strokes' edges as a share of the height of the main writing, across and down averaged, so that
  /// motion along one direction counts half: characters survive it. 1 at most; nil on a card without edges.
  static func blur(
    _ pixels: borrowing PixelBuffer, _ grid: ConditionGrid
  ) -> CardCondition.Measurement? {
    let cells = grid.indices(grid.isInside).map { grid.cells[$0] }
    let paper = ConditionGrid.percentile(cells.map(\.paper), 0.6)
    let ink = ConditionGrid.percentile(cells.map(\.floor), 0.03)
    let writing =
      Double(pixels.width)
      * writingShare(
        ImagePoint(x: Double(pixels.width), y: Double(pixels.height)))
    let bins = 240
    let (x, y) = (pixels.width * 3 / 100, pixels.height * 47 / 1000)
    let widths = pixels.edgeWidths(
      columns: x..<pixels.width - x, rows: y..<pixels.height - y,
      heightMin: max(8, 0.3 * (paper - ink)), bins: bins,
      binWidth: Float(1.6 * writing / Double(bins)))
    guard let across = widths.across.median, let down = widths.down.median else { return nil }
    return CardCondition.Measurement(value: min(1, (across + down) / 2 / writing))
  }
}

/// Grids that a card does not have.
enum ConditionSpectrum {
  /// A card as blurred as this has no fine grid any more, and motion leaves stripes in the spectrum.
  static let blurMax = 0.25
  /// Fewer windows than this that fit into the picture say nothing.
  private static let windowsMin = 4
  /// Lower frequencies are the card's own print; those near the axes are straight edges and a JPEG's blocks.
  private static let frequencyMin: Float = 0.11
  private static let axisGap: Float = 0.012

  /// How far regular patterns stand out of the spectrum in the same place all over the card, as x / (x + 1),
  /// where 1 is a pattern of 36-fold power over its neighbourhood that is exactly regular, or of 100-fold power
  /// that strays. A screen's pixels and the moiré they make with a camera's are such; fine print is curved, and
  /// its windows disagree.
  static func recapture(
    _ pixels: borrowing PixelBuffer, _ map: Homography
  ) -> CardCondition.Measurement? {
    let side = PixelBuffer.spectrumSide
    var corners: [(x: Int, y: Int)] = []
    for row in 0..<3 {
      for column in 0..<5 {
        let place = map(
          ImagePoint(x: 0.12 + 0.19 * Double(column), y: 0.16 + 0.34 * Double(row)))
        let (left, top) = (Int(place.x) - side / 2, Int(place.y) - side / 2)
        if left >= 0, top >= 0, left + side <= pixels.width, top + side <= pixels.height {
          corners.append((left, top))
        }
      }
    }
    guard corners.count >= windowsMin else { return nil }
    let found = pixels.coherence(at: corners, frequencyMin: frequencyMin, axisGap: axisGap)
    let mean = found.mean * (Double(corners.count) / 15).squareRoot()
    let evidence = max(mean / 3.6, found.median / 4.6)
    return CardCondition.Measurement(value: evidence / (1 + evidence))
  }
}
