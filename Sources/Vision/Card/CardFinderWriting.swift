// What lines of writing say about where a card lies.

internal import Glibc

/// The lines of writing in the working picture.
struct CardWriting: Sendable {
  private let quads: [Quad]
  /// Their corners, a fifth nearer to the middle because detectors draw lines wide: four for each.
  private let corners: [ImagePoint]
  /// How much each counts: the root of its area, so that a headline does not outweigh all else.
  private let weights: [Double]
  private let total: Double
  private let directions: [ImagePoint]

  init(_ quads: [Quad]) {
    self.quads = quads.filter(\.isConvex)
    weights = self.quads.map { abs($0.signedArea).squareRoot() }
    total = weights.reduce(0, +)
    directions = self.quads.map(\.longDirection)
    corners = self.quads.flatMap { line in
      let middle = line.middleOfCorners
      return line.corners.map {
        ImagePoint(x: 0.8 * $0.x + 0.2 * middle.x, y: 0.8 * $0.y + 0.2 * middle.y)
      }
    }
  }

  var isEmpty: Bool { total <= 0 }
  /// How many lines there are.
  var count: Int { quads.count }

  /// −2 … 1: the share of the writing that lies in `quad` and runs along its longer sides (half as much if it runs
  /// along the shorter ones), less twice what its border cuts through. 0 if there is no writing at all.
  func support(for quad: Quad) -> Double {
    guard !isEmpty else { return 0 }
    let long = quad.longDirection
    var sum = 0.0
    for index in quads.indices {
      switch cornersInside(index, quad) {
      case 4:
        let along = directions[index]
        let isAlong = abs(along.x * long.x + along.y * long.y) >= 0.7
        sum += isAlong ? weights[index] : 0.5 * weights[index]
      case 0: break
      default: sum -= 2 * weights[index]
      }
    }
    return sum / total
  }

  /// How many lines lie in `quad` as a whole.
  func lines(in quad: Quad) -> Int { quads.indices.count { cornersInside($0, quad) == 4 } }

  /// How many corners of line number `index` lie in `quad`.
  private func cornersInside(_ index: Int, _ quad: Quad) -> Int {
    corners[4 * index..<4 * index + 4].count { quad.contains($0) }
  }

  /// The part of the picture around all writing, twice as far as a card would reach; nil if that is most of it.
  func surroundings(in frame: WorkFrame) -> ImageBox? {
    guard quads.count >= CardFinderLimits.guessLinesMin else { return nil }
    let bounds = quads.map(\.bounds)
    let (left, top) = (bounds.map(\.x).min()!, bounds.map(\.y).min()!)
    let right = bounds.map { $0.x + $0.width }.max()!
    let bottom = bounds.map { $0.y + $0.height }.max()!
    let room = 0.6 * max(right - left, bottom - top)
    let (x, y) = (max(0, left - room), max(0, top - room))
    let (width, height) = (
      min(Double(frame.width) - 1, right + room) - x,
      min(Double(frame.height) - 1, bottom + room) - y
    )
    guard width > 0, height > 0, max(width, height) < 0.7 * Double(max(frame.width, frame.height))
    else { return nil }
    return ImageBox(x: x, y: y, width: width, height: height)
  }

  /// Where a card must lie if this is its writing and nobody sees its border.
  ///
  /// A picture with a card's proportions that is full of writing is the card, cut out. Else the writing's box in its
  /// own direction is made as large as a card around it. Cards of all kinds have about a twelfth of the width free
  /// left and right, and a tenth of the height above and below.
  func guess(in frame: WorkFrame) -> (quad: Quad, confidence: Double)? {
    guard quads.count >= CardFinderLimits.guessLinesMin, let turn = direction else { return nil }
    let (c, s) = (cos(turn), sin(turn))
    var (left, right) = (Double.infinity, -Double.infinity)
    var (top, bottom) = (Double.infinity, -Double.infinity)
    for corner in quads.flatMap(\.corners) {
      let (u, v) = (c * corner.x + s * corner.y, c * corner.y - s * corner.x)
      (left, right, top, bottom) = (min(left, u), max(right, u), min(top, v), max(bottom, v))
    }
    let (width, height) = (Double(frame.width), Double(frame.height))
    let isUpright = abs(s) > 0.7
    let (across, down) = isUpright ? (height, width) : (width, height)
    let isTurned = min(abs(c), abs(s)) > 0.1
    if !isTurned, abs(log(across / down / CardProportions.card)) < 0.15,
      right - left > 0.5 * across, bottom - top > 0.45 * down
    {
      return (.outline(width: frame.width, height: frame.height), CardFinderLimits.wholeConfidence)
    }
    let wide = max((right - left) / 0.84, (bottom - top) / 0.8 * CardProportions.card)
    let (x, y) = ((left + right) / 2, (top + bottom) / 2)
    let (dx, dy) = (wide / 2, wide / CardProportions.card / 2)
    guard dx > 4 else { return nil }
    let place = { (u: Double, v: Double) in ImagePoint(x: c * u - s * v, y: s * u + c * v) }
    return (
      Quad(
        topLeft: place(x - dx, y - dy), topRight: place(x + dx, y - dy),
        bottomRight: place(x + dx, y + dy), bottomLeft: place(x - dx, y + dy)),
      CardFinderLimits.guessConfidence
    )
  }

  /// The angle of the lines along their longer sides, the longer ones counting more; between −90° and 90°.
  private var direction: Double? {
    // Twice the angle, so that both directions of a line are one.
    var (x, y) = (0.0, 0.0)
    for (line, along) in zip(quads, directions) {
      let length = max(
        line.topLeft.distance(to: line.topRight), line.topLeft.distance(to: line.bottomLeft))
      let angle = 2 * atan2(along.y, along.x)
      x += length * cos(angle)
      y += length * sin(angle)
    }
    guard hypot(x, y) > 0 else { return nil }
    return atan2(y, x) / 2
  }
}

extension Quad {
  /// The direction of its longer sides, of length 1, either way.
  var longDirection: ImagePoint {
    let across = (
      x: topRight.x - topLeft.x + bottomRight.x - bottomLeft.x,
      y: topRight.y - topLeft.y + bottomRight.y - bottomLeft.y
    )
    let down = (
      x: bottomLeft.x - topLeft.x + bottomRight.x - topRight.x,
      y: bottomLeft.y - topLeft.y + bottomRight.y - topRight.y
    )
    let long = hypot(across.x, across.y) >= hypot(down.x, down.y) ? across : down
    let length = hypot(long.x, long.y)
    return length > 0 ? ImagePoint(x: long.x / length, y: long.y / length) : ImagePoint(x: 1, y: 0)
  }

  /// The mean of its corners.
  var middleOfCorners: ImagePoint {
    ImagePoint(
      x: (topLeft.x + topRight.x + bottomRight.x + bottomLeft.x) / 4,
      y: (topLeft.y + topRight.y + bottomRight.y + bottomLeft.y) / 4)
  }
}
