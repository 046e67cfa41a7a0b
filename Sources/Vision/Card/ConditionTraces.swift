// What hints at another origin than a camera before a card: uneven grain, writing across it, no grain at all.
// Hints only: Decisions labels them advisory.

internal import Glibc
internal import Media

/// Measurements that are never decisive.
enum ConditionTraces {
  typealias Measurement = CardCondition.Measurement

  /// Blur from which on missing grain says nothing.
  static let sharpMax = 0.1

  /// How uneven the grain is between lines of writing, and the line with the least: 0 where all are alike, 0.5
  /// where one has half of the usual, 1 where one has none. A line pasted in from a drawing program has no
  /// grain. Nil with fewer than three lines on visible grain.
  static func editing(
    _ grid: ConditionGrid, lines: [TextLine], size: ImagePoint
  ) -> Measurement? {
    var grains: [(grain: Float, place: ImageBox)] = []
    for line in lines {
      let box = line.quad.bounds
      var values: [Float] = []
      for index in 0..<grid.count where grid.isPaper[index] {
        let cell = grid.cells[index]
        let middle = grid.middle(index)
        let (x, y) = (middle.x * size.x, middle.y * size.y)
        guard x > box.x, x < box.x + box.width, y > box.y, y < box.y + box.height else { continue }
        // Bare paper between strokes that is neither clipped nor black.
        guard cell.floor > 0.85 * cell.paper, cell.full < 0.02, cell.paper > 30 else { continue }
        values.append(cell.detail)
      }
      if values.count >= 6 { grains.append((ConditionGrid.median(values), box)) }
    }
    guard grains.count >= 3 else { return nil }
    let usual = ConditionGrid.median(grains.map(\.grain))
    guard usual > 0.7, let least = grains.min(by: { $0.grain < $1.grain }) else { return nil }
    return Measurement(value: Double(max(0, 1 - least.grain / usual)), place: least.place)
  }

  /// Length of the lines of at least four characters that stand at an angle of 8° or more to the card's, as a
  /// share of its width; 1 at most.
  static func watermark(_ lines: [TextLine], size: ImagePoint) -> Measurement {
    var length = 0.0
    var longest: (length: Double, place: ImageBox)?
    for line in lines where line.characters.count >= 4 {
      let (from, to) = (line.quad.topLeft, line.quad.topRight)
      let own = hypot(to.x - from.x, to.y - from.y)
      let angle = abs(atan2(to.y - from.y, to.x - from.x)) * 180 / .pi
      let off = min(angle, 180 - angle, abs(90 - angle))
      guard off >= 8 else { continue }
      length += own
      if own > longest?.length ?? 0 { longest = (own, line.quad.bounds) }
    }
    return Measurement(value: min(1, length / size.x), place: longest?.place)
  }

  /// How little grain there is on the paper of a card whose sides run exactly along the picture's: 1 for none,
  /// 0.5 for a quarter of a grey level. 0 for a card that stands at any angle: then it was photographed.
  static func electronic(_ grid: ConditionGrid, _ quad: Quad) -> Measurement? {
    let grains = grid.indices(grid.isPaper).compactMap { index -> Float? in
      let cell = grid.cells[index]
      return cell.floor > 0.85 * cell.paper && cell.full < 0.02 ? cell.detail : nil
    }
    guard grains.count >= ConditionGrid.cellsMin / 2 else { return nil }
    let corners = quad.corners
    let slack = 1.5
    let isStraight =
      abs(corners[0].y - corners[1].y) < slack && abs(corners[1].x - corners[2].x) < slack
      && abs(corners[2].y - corners[3].y) < slack && abs(corners[3].x - corners[0].x) < slack
    guard isStraight else { return Measurement(value: 0) }
    return Measurement(value: Double(1 / (1 + ConditionGrid.median(grains) / 0.25)))
  }
}
