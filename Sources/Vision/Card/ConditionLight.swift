// Light and colour on a card: darkness, missing colour, glare, and things that lie over it.

internal import Media

/// Measurements of light and colour, on the grid of a rectified card.
enum ConditionLight {
  typealias Measurement = CardCondition.Measurement

  /// Light is measured against the paper's; a card on which less than this share is plain paper has none.
  static let paperShareMin = 0.4

  /// 1 − luma of the brighter tenth of the card: the paper's, even under a shade, and the writing's on a dark
  /// bank card.
  static func dark(_ grid: ConditionGrid) -> Measurement {
    let luma = ConditionGrid.percentile(
      grid.indices(grid.isInside).map { grid.cells[$0].paper }, 0.9)
    return Measurement(value: Double(1 - min(luma, 255) / 255))
  }

  /// How little colour there is: 1 for grey, 0 where the most coloured fiftieth of the card is as coloured as the
  /// labels, the portrait or the emblem of a card are at least. Colours are taken against the paper's, so that
  /// the light's colour does not count, and as shares of its brightness, so that darkness does not.
  static func photocopy(_ grid: ConditionGrid) -> Measurement {
    let cells = grid.indices(grid.isInside).map { grid.cells[$0] }
    let white = (
      red: max(ConditionGrid.median(cells.map(\.paperRed)), 1),
      green: max(ConditionGrid.median(cells.map(\.paperGreen)), 1),
      blue: max(ConditionGrid.median(cells.map(\.paperBlue)), 1)
    )
    var reds: [Float] = []
    var blues: [Float] = []
    for cell in cells {
      let (red, green, blue) = (
        cell.red / white.red, cell.green / white.green, cell.blue / white.blue
      )
      let luma = 0.299 * red + 0.587 * green + 0.114 * blue
      reds.append(red - luma)
      blues.append(blue - luma)
    }
    let (red, blue) = (ConditionGrid.median(reds), ConditionGrid.median(blues))
    let colour = zip(reds, blues).map {
      (($0 - red) * ($0 - red) + ($1 - blue) * ($1 - blue)).squareRoot()
    }
    return Measurement(value: 1 - min(1, Double(ConditionGrid.percentile(colour, 0.98)) / 0.12))
  }

  /// Light that washes out part of the card: the area of the brightest hill on the paper's light times its
  /// height, against a hill of 0.13 % of the card (2 % of the card at 6.5 % above its surroundings), as
  /// x / (x + 0.13 %).
  ///
  /// A hill that is not as bright as the card's bright paper is a lit place in the shade. One whose middle has
  /// dark strokes as often as the rest of the card is light, not glare: glare fills strokes. And a card of which
  /// much is clipped elsewhere says little about where its paper ends and glare begins.
  static func glare(
    _ grid: ConditionGrid, _ light: PaperLight, size: ImagePoint
  ) -> Measurement {
    let filter = GridFilter(columns: grid.columns, rows: grid.rows)
    let smooth = filter.mean(light.excess)
    // Beside the paper, nothing stands out.
    let open = smooth.indices.map { grid.isPaper[$0] ? smooth[$0] : min(smooth[$0], 0) }
    let hills = filter.hills(open, across: 22, down: 15)
    let height = zip(open, hills).map { min($0, $1) }
    let mask = height.indices.map {
      grid.isPaper[$0] && height[$0] > 0.02 && grid.cells[$0].paper >= 0.95 * light.brightest
    }
    let (hill, weight) = filter.heaviestGroup(mask, weights: height.map { min($0, 0.2) })
    guard !hill.isEmpty else { return Measurement(value: 0) }
    let papers = grid.indices(grid.isPaper)
    func strokes(_ cells: some Collection<Int>) -> Double {
      let count = cells.count {
        let cell = grid.cells[$0]
        return cell.paper > 20 && cell.floor < 0.45 * cell.paper
      }
      return Double(count) / Double(max(cells.count, 1))
    }
    let inner = strokes(core(of: hill, height, grid)) / max(strokes(papers), 0.03)
    let filled = min(max(1.2 - 1.2 * inner, 0), 1)
    let inHill = Set(hill)
    let clipped = papers.count { !inHill.contains($0) && grid.cells[$0].paper >= 252 }
    let trust = max(0, 1 - 1.5 * Double(clipped) / Double(papers.count))
    let share = 100 * weight / Double(papers.count) * filled * trust
    return Measurement(value: share / (share + 0.13), place: grid.place(of: hill, size: size))
  }

  /// The quarter of a hill's cells nearest to its middle.
  private static func core(
    of hill: [Int], _ height: [Float], _ grid: ConditionGrid
  ) -> ArraySlice<Int> {
    var (sum, x, y) = (0.0, 0.0, 0.0)
    for cell in hill {
      let weight = Double(height[cell])
      sum += weight
      x += weight * Double(cell % grid.columns)
      y += weight * Double(cell / grid.columns)
    }
    func distance(_ cell: Int) -> Double {
      let (dx, dy) = (Double(cell % grid.columns) - x / sum, Double(cell / grid.columns) - y / sum)
      return dx * dx + dy * dy
    }
    return hill.sorted { distance($0) < distance($1) }.prefix(hill.count / 4 + 1)
  }

  /// Share of the paper that something of another brightness or colour covers, the largest piece of it. Only
  /// what is darker or differently coloured is seen; white paper over white paper is not.
  static func occlusion(
    _ grid: ConditionGrid, _ light: PaperLight, size: ImagePoint
  ) -> Measurement {
    let filter = GridFilter(columns: grid.columns, rows: grid.rows)
    let excess = filter.median(light.excess)
    var tint = filter.median(light.tint)
    for index in tint.indices {
      let cell = grid.cells[index]
      let isClipped = max(cell.paperRed, cell.paperGreen, cell.paperBlue) >= 252
      // Where a channel is clipped, colour fades by itself; and glare is white, whatever the paper.
      if (isClipped && tint[index] <= 0.3) || excess[index] >= 0.015 { tint[index] = 0 }
    }
    let mask = excess.indices.map {
      grid.isPaper[$0] && (excess[$0] < -0.15 || tint[$0] > 0.09)
    }
    // A cell counts in full when it is a quarter darker or clearly of another colour.
    let weights = excess.indices.map { min(1, (max(-excess[$0], 0) + tint[$0]) / 0.3) }
    let (piece, weight) = filter.heaviestGroup(mask, weights: weights)
    let papers = grid.isPaper.count { $0 }
    return Measurement(
      value: min(1, weight / Double(papers)), place: grid.place(of: piece, size: size))
  }
}
