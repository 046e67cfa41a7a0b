// A rectified card as a grid of cells: which of them lie in the picture, what light falls on the paper, and
// what stands out of it. Everything here is arithmetic on some thousands of numbers.

internal import Glibc
internal import Media

/// A rectified card's cells, and whether they can be used.
struct ConditionGrid {
  let columns: Int
  let rows: Int
  let cells: [PixelCell]
  /// Cells that lie in the picture and not on the card's border.
  let isInside: [Bool]
  /// Those of them where plain paper is expected: not the portrait, not the emblem.
  let isPaper: [Bool]

  /// Cells with fewer of their kind are too few to say anything.
  static let cellsMin = 400

  var count: Int { columns * rows }

  /// Indices of the cells for which `mask` holds.
  func indices(_ mask: [Bool]) -> [Int] { mask.indices.filter { mask[$0] } }

  /// The middle of cell `index`, 0–1 across and down the card.
  func middle(_ index: Int) -> ImagePoint {
    ImagePoint(
      x: (Double(index % columns) + 0.5) / Double(columns),
      y: (Double(index / columns) + 0.5) / Double(rows))
  }

  /// The value below which `share` of `values` lie.
  static func percentile(_ values: [Float], _ share: Double) -> Float {
    guard !values.isEmpty else { return 0 }
    return ranked(values, min(values.count - 1, Int(share * Double(values.count))))
  }

  /// The value that would stand at `rank` if `values` were sorted, which they need not be for it (Hoare's selection).
  /// Values are numbers.
  private static func ranked(_ values: [Float], _ rank: Int) -> Float {
    var values = values
    var (first, last) = (0, values.count - 1)
    while first < last {
      let pivot = values[first + (last - first) / 2]
      var (low, high) = (first, last)
      while low <= high {
        while values[low] < pivot { low += 1 }
        while pivot < values[high] { high -= 1 }
        guard low <= high else { break }
        values.swapAt(low, high)
        low += 1
        high -= 1
      }
      if rank <= high { last = high } else if rank >= low { first = low } else { break }
    }
    return values[rank]
  }

  static func median(_ values: [Float]) -> Float { percentile(values, 0.5) }
}

// MARK: - Light on the paper

/// Logarithm of the paper's brightness, fitted by a surface of second order in the place on the card, and what
/// deviates from it. Light from one side, vignetting and soft shades are in the surface; what covers or washes
/// out the paper is not.
struct PaperLight {
  /// Brightness over the surface, as a natural logarithm, by cell.
  let excess: [Float]
  /// How far the colour, as logarithms of red and blue over green, is off the paper's, by cell.
  let tint: [Float]
  /// Share of the paper's cells that lie on the surface, 0–1.
  let share: Double
  /// Luma that the brightest tenth of the cells on the surface reach.
  let brightest: Float

  /// Paper at this luma and more may be clipped, so that it tells nothing of the light.
  private static let clippedFrom: Float = 252
  private static let rounds = 8

  /// Nil if there is too little paper.
  init?(_ grid: ConditionGrid) {
    let paper = grid.cells.map(\.paper)
    let all = grid.indices(grid.isPaper)
    guard all.count >= ConditionGrid.cellsMin else { return nil }
    let unclipped = all.filter { paper[$0] < Self.clippedFrom }
    let usable = unclipped.count * 10 >= all.count * 3 ? unclipped : all
    // A surface of second order bends in any way beyond what it was fitted to; a plane does not.
    let terms = (all.count - unclipped.count) * 100 > all.count * 12 ? 3 : 6
    let bright = paper.map { Glibc.log(max($0, 1)) }
    let middle = ConditionGrid.median(usable.map { bright[$0] })
    var fitted = usable.filter { abs(bright[$0] - middle) < 0.5 }
    var excess = [Float](repeating: 0, count: grid.count)
    let ceiling = Glibc.log(Self.clippedFrom + 1)
    for round in 0..<Self.rounds {
      guard
        let surface = Surface(
          fitted.map { (grid.middle($0), Double(bright[$0])) }, terms: round < 3 ? 3 : terms)
      else { return nil }
      for index in 0..<grid.count {
        // Nothing is brighter than the picture's white.
        excess[index] = bright[index] - min(Float(surface(grid.middle(index))), ceiling)
      }
      let spread = max(0.006, 1.48 * ConditionGrid.median(usable.map { abs(excess[$0]) }))
      // What is too bright leaves sooner than what is too dark: print darkens, only glare brightens.
      let next = usable.filter {
        excess[$0] > -max(3 * spread, 0.03) && excess[$0] < max(1.5 * spread, 0.012)
      }
      guard next.count >= ConditionGrid.cellsMin / 2 else { break }
      fitted = next
    }
    self.excess = excess
    share = Double(fitted.count) / Double(usable.count)
    brightest = ConditionGrid.percentile(fitted.map { paper[$0] }, 0.9)
    // A few grey levels more, so that grain in the dark does not count as colour.
    let lift: Float = 4
    let red = grid.cells.map { Glibc.log(($0.paperRed + lift) / ($0.paperGreen + lift)) }
    let blue = grid.cells.map { Glibc.log(($0.paperBlue + lift) / ($0.paperGreen + lift)) }
    guard let reds = Self.tints(red, fitted, grid), let blues = Self.tints(blue, fitted, grid)
    else {
      return nil
    }
    tint = zip(reds, blues).map { ($0 * $0 + $1 * $1).squareRoot() }
  }

  /// How far `values` are off the plane on which most of `cells` lie. What covers the paper may be as bright as
  /// it is and so be among `cells`: what is far off the plane leaves, and the plane is fitted again.
  private static func tints(
    _ values: [Float], _ cells: [Int], _ grid: ConditionGrid
  ) -> [Float]? {
    let middle = ConditionGrid.median(cells.map { values[$0] })
    var off = values.map { $0 - middle }
    for _ in 0..<3 {
      let spread = 1.48 * ConditionGrid.median(cells.map { abs(off[$0]) })
      let near = cells.filter { abs(off[$0]) <= max(3 * spread, 0.03) }
      guard
        let plane = Surface(near.map { (grid.middle($0), Double(values[$0])) }, terms: 3)
      else { return nil }
      off = values.indices.map { values[$0] - Float(plane(grid.middle($0))) }
    }
    return off
  }
}

/// A polynomial in the place on the card, fitted by least squares.
struct Surface {
  private var coefficients: [Double]

  /// - Parameter terms: 3 for a plane, 6 for second order.
  init?(_ samples: [(place: ImagePoint, value: Double)], terms: Int) {
    var matrix = [Double](repeating: 0, count: terms * terms)
    var right = [Double](repeating: 0, count: terms)
    var basis = [Double](repeating: 1, count: 6)
    for sample in samples {
      let (x, y) = (sample.place.x - 0.5, sample.place.y - 0.5)
      (basis[1], basis[2]) = (x, y)
      (basis[3], basis[4], basis[5]) = (x * x, x * y, y * y)
      for i in 0..<terms {
        right[i] += basis[i] * sample.value
        for j in 0...i { matrix[i * terms + j] += basis[i] * basis[j] }
      }
    }
    // Cholesky, in the lower triangle.
    for i in 0..<terms {
      for j in 0...i {
        var sum = matrix[i * terms + j]
        for k in 0..<j { sum -= matrix[i * terms + k] * matrix[j * terms + k] }
        if i == j {
          guard sum > 1e-9 * Double(max(1, samples.count)) else { return nil }
          matrix[i * terms + i] = sum.squareRoot()
        } else {
          matrix[i * terms + j] = sum / matrix[j * terms + j]
        }
      }
    }
    for i in 0..<terms {
      for k in 0..<i { right[i] -= matrix[i * terms + k] * right[k] }
      right[i] /= matrix[i * terms + i]
    }
    for i in (0..<terms).reversed() {
      for k in i + 1..<max(terms, i + 1) { right[i] -= matrix[k * terms + i] * right[k] }
      right[i] /= matrix[i * terms + i]
    }
    coefficients = right
  }

  func callAsFunction(_ place: ImagePoint) -> Double {
    let (x, y) = (place.x - 0.5, place.y - 0.5)
    var value = coefficients[0] + coefficients[1] * x + coefficients[2] * y
    if coefficients.count == 6 {
      value += coefficients[3] * x * x + coefficients[4] * x * y + coefficients[5] * y * y
    }
    return value
  }
}

// MARK: - Neighbourhoods

/// Filters over a grid of numbers. Outside the grid there is nothing: neighbourhoods are smaller there.
struct GridFilter {
  let columns: Int
  let rows: Int

  /// The mean of 3 × 3.
  func mean(_ values: [Float]) -> [Float] {
    around(values) { near, count in
      var sum: Float = 0
      for index in 0..<count { sum += near[index] }
      return sum / Float(count)
    }
  }

  /// The median of 3 × 3; the lower middle of an even number.
  func median(_ values: [Float]) -> [Float] {
    around(values) { near, count in
      for index in 1..<count {
        let value = near[index]
        var place = index
        while place > 0, near[place - 1] > value {
          near[place] = near[place - 1]
          place -= 1
        }
        near[place] = value
      }
      return near[(count - 1) / 2]
    }
  }

  /// What `body` makes of each value's neighbourhood, itself included: the first so many of nine, row by row.
  private func around(
    _ values: [Float], _ body: (inout InlineArray<9, Float>, Int) -> Float
  ) -> [Float] {
    var result = values
    var near = InlineArray<9, Float>(repeating: 0)
    for row in 0..<rows {
      for column in 0..<columns {
        var count = 0
        for y in max(0, row - 1)...min(rows - 1, row + 1) {
          for x in max(0, column - 1)...min(columns - 1, column + 1) {
            near[count] = values[y * columns + x]
            count += 1
          }
        }
        result[row * columns + column] = body(&near, count)
      }
    }
    return result
  }

  /// The least (or most) value within `across` columns and `down` rows to every side.
  func extreme(_ values: [Float], across: Int, down: Int, least: Bool) -> [Float] {
    func better(_ a: Float, _ b: Float) -> Float { least ? min(a, b) : max(a, b) }
    var between = values
    for row in 0..<rows {
      for column in 0..<columns {
        var best = values[row * columns + column]
        for x in max(0, column - across)...min(columns - 1, column + across) {
          best = better(best, values[row * columns + x])
        }
        between[row * columns + column] = best
      }
    }
    var result = between
    for row in 0..<rows {
      for column in 0..<columns {
        var best = between[row * columns + column]
        for y in max(0, row - down)...min(rows - 1, row + down) {
          best = better(best, between[y * columns + column])
        }
        result[row * columns + column] = best
      }
    }
    return result
  }

  /// How far each value stands out of the brightest plateau of the given size that holds it: narrow hills
  /// stay, wide ones go.
  func hills(_ values: [Float], across: Int, down: Int) -> [Float] {
    let opened = extreme(
      extreme(values, across: across, down: down, least: true), across: across, down: down,
      least: false)
    return zip(values, opened).map { $0 - $1 }
  }

  /// The heaviest group of cells that touch by their sides, by the sum of `weights`; empty if there is none.
  func heaviestGroup(_ mask: [Bool], weights: [Float]) -> (cells: [Int], weight: Double) {
    var seen = mask.map { !$0 }
    var best: (cells: [Int], weight: Double) = ([], 0)
    for start in mask.indices where !seen[start] {
      seen[start] = true
      var group = [start]
      var at = 0
      while at < group.count {
        let index = group[at]
        at += 1
        let (row, column) = (index / columns, index % columns)
        for next in [
          column > 0 ? index - 1 : -1, column + 1 < columns ? index + 1 : -1,
          row > 0 ? index - columns : -1, row + 1 < rows ? index + columns : -1,
        ] where next >= 0 && !seen[next] {
          seen[next] = true
          group.append(next)
        }
      }
      let weight = group.reduce(0.0) { $0 + Double(weights[$1]) }
      if weight > best.weight { best = (group, weight) }
    }
    return best
  }
}
