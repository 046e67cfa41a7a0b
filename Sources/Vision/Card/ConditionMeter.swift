// What the pixels of a card say about the condition of its picture: one number a kind, none a verdict.
//
// Every measurement is of something physical (share of the card that is covered, width of strokes against
// their height, luma of the paper …), so that its bound in Decisions can be argued about. Numbers below were set
// on rendered cards and on pictures spoiled on purpose in ways the renderer does not know; they are no fit.

internal import Media

/// Measures the condition of a card's picture.
enum CardConditionMeter {
  /// Measures one card.
  ///
  /// - Parameters:
  ///   - picture: The picture as decoded.
  ///   - quad: The card in it, corners as the card is read; those outside the picture extrapolated.
  ///   - rectified: The card seen straight on, upright; its corners are `quad`'s.
  ///   - lines: What was read on it, in pixels of `rectified`. May be empty.
  ///
  /// A kind is absent when the picture does not allow it to be measured: recapture on a card without sharp
  /// pixels, light on a card without paper (a bank card).
  static func measure(
    picture: ImagePyramid, quad: Quad, rectified: ImagePyramid, lines: [TextLine]
  ) -> CardCondition {
    var condition = CardCondition()
    let side = CardSide(lines)
    let size = ImagePoint(x: Double(rectified.width), y: Double(rectified.height))
    guard let map = Homography(ofCard: quad) else { return condition }
    let grid = rectified.withPixels { pixels in
      ConditionGrid(pixels, map: map, picture: (picture.width, picture.height), side: side)
    }
    condition.measurements[.borderIncomplete] = ConditionBorder.measure(
      quad, width: picture.width, height: picture.height, map: map, size: size)
    condition.measurements[.lowResolution] = ConditionDetail.lowResolution(quad, size: size)
    let usable = grid.indices(grid.isInside)
    guard usable.count >= ConditionGrid.cellsMin else { return condition }

    condition.measurements[.dark] = ConditionLight.dark(grid)
    condition.measurements[.photocopy] = ConditionLight.photocopy(grid)
    let light = PaperLight(grid)
    if let light, light.share >= ConditionLight.paperShareMin {
      condition.measurements[.glare] = ConditionLight.glare(grid, light, size: size)
      condition.measurements[.occlusion] = ConditionLight.occlusion(grid, light, size: size)
    }
    let blur = rectified.withPixels { ConditionDetail.blur($0, grid) }
    condition.measurements[.blur] = blur
    if let blur, blur.value < ConditionSpectrum.blurMax {
      condition.measurements[.screenRecapture] = picture.withPixels {
        ConditionSpectrum.recapture($0, map)
      }
    }
    condition.measurements[.editing] = ConditionTraces.editing(grid, lines: lines, size: size)
    condition.measurements[.watermark] = ConditionTraces.watermark(lines, size: size)
    // What is blurred has lost its grain.
    if let blur, blur.value < ConditionTraces.sharpMax {
      condition.measurements[.electronic] = ConditionTraces.electronic(grid, quad)
    }
    return condition
  }
}

/// Which side of a card is seen, as far as its words tell.
enum CardSide: Sendable {
  case front, back, unknown

  init(_ lines: [TextLine]) {
    let text = lines.map(\.text).joined(separator: "\n")
    func has(_ words: [String]) -> Bool { words.contains { text.contains($0) } }
    if has(["签发机关", "有效期限", "居民身份证", "中华人民共和国"]) {
      self = .back
    } else if has(["公民身份", "姓名", "性别", "民族", "住址", "出生"]) {
      self = .front
    } else {
      self = .unknown
    }
  }

  /// Where something other than print on paper is expected, 0–1 across and down the card.
  var coloured: [ImageBox] {
    let portrait = ImageBox(x: 0.61, y: 0.11, width: 0.35, height: 0.67)
    let emblem = ImageBox(x: 0.04, y: 0.06, width: 0.24, height: 0.36)
    return switch self {
    case .front: [portrait]
    case .back: [emblem]
    case .unknown: [portrait, emblem]
    }
  }
}

extension Homography {
  /// From places on a card, 0–1 across and down, to those of its picture. Nil unless the corners make a convex quad that
  /// runs clockwise.
  init?(ofCard quad: Quad) {
    guard quad.isConvex, quad.signedArea > 0 else { return nil }
    self.init(unitSquareTo: quad)
  }
}

extension ConditionGrid {
  /// The grid is this fine: a cell is about 0.86 mm of a card, twice the width of a stroke.
  static let columnsStandard = 100
  static let rowsStandard = 63
  /// Share of the card at its border that is not looked at: corners are not found to the pixel.
  private static let border = (across: 0.025, down: 0.035)

  init(
    _ pixels: borrowing PixelBuffer, map: Homography, picture: (width: Int, height: Int),
    side: CardSide
  ) {
    columns = Self.columnsStandard
    rows = Self.rowsStandard
    cells = pixels.cells(columns: columns, rows: rows)
    let coloured = side.coloured
    var inside = [Bool](repeating: false, count: columns * rows)
    var paper = inside
    for index in inside.indices {
      let place = ImagePoint(
        x: (Double(index % columns) + 0.5) / Double(columns),
        y: (Double(index / columns) + 0.5) / Double(rows))
      let there = map(place)
      let isOnCard =
        place.x > Self.border.across && place.x < 1 - Self.border.across
        && place.y > Self.border.down && place.y < 1 - Self.border.down
      inside[index] =
        isOnCard && there.x >= 1 && there.y >= 1 && there.x < Double(picture.width - 2)
        && there.y < Double(picture.height - 2)
      paper[index] =
        inside[index]
        && !coloured.contains {
          place.x > $0.x && place.x < $0.x + $0.width && place.y > $0.y
            && place.y < $0.y + $0.height
        }
    }
    isInside = inside
    isPaper = paper
  }

  /// The smallest rectangle around some cells, in pixels of a card of `size`.
  func place(of cells: [Int], size: ImagePoint) -> ImageBox? {
    guard let first = cells.first else { return nil }
    var (left, right) = (first % columns, first % columns)
    var (top, bottom) = (first / columns, first / columns)
    for cell in cells {
      left = min(left, cell % columns)
      right = max(right, cell % columns)
      top = min(top, cell / columns)
      bottom = max(bottom, cell / columns)
    }
    let (x, y) = (size.x / Double(columns), size.y / Double(rows))
    return ImageBox(
      x: Double(left) * x - 0.5, y: Double(top) * y - 0.5, width: Double(right - left + 1) * x,
      height: Double(bottom - top + 1) * y)
  }
}
