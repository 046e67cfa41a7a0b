// The smallest rectangle around a set of points, and the line of writing it stands for.

internal import Glibc

/// A rectangle that may be turned.
struct LineRectangle: Equatable {
  var centre: ImagePoint
  /// Direction of its first side, of length 1.
  var along: ImagePoint
  /// Length of the side that runs along.
  var length: Double
  /// Length of the other side.
  var thickness: Double

  init(centre: ImagePoint, along: ImagePoint, length: Double, thickness: Double) {
    self.centre = centre
    self.along = along
    self.length = length
    self.thickness = thickness
  }

  /// The rectangle of least area around `points`: one of its sides lies on a side of their hull, so
  /// each of those is tried. Nil without points.
  init?(around points: [ImagePoint]) {
    let hull = convexHull(of: points)
    guard let first = hull.first else { return nil }
    guard hull.count > 1 else {
      self.init(centre: first, along: ImagePoint(x: 1, y: 0), length: 0, thickness: 0)
      return
    }
    var best: LineRectangle?
    for index in hull.indices {
      let (a, b) = (hull[index], hull[(index + 1) % hull.count])
      let length = hypot(b.x - a.x, b.y - a.y)
      let candidate = LineRectangle(
        along: ImagePoint(x: (b.x - a.x) / length, y: (b.y - a.y) / length), around: hull)
      if best.map({ candidate.area < $0.area }) ?? true { best = candidate }
    }
    self = best!
  }

  /// The rectangle in direction `along` around `points`.
  private init(along: ImagePoint, around points: [ImagePoint]) {
    var (least, most) = (Double.infinity, -Double.infinity)
    var (upper, lower) = (Double.infinity, -Double.infinity)
    for point in points {
      let (x, y) = (
        along.x * point.x + along.y * point.y, along.x * point.y - along.y * point.x
      )
      (least, most) = (min(least, x), max(most, x))
      (upper, lower) = (min(upper, y), max(lower, y))
    }
    let (x, y) = ((least + most) / 2, (upper + lower) / 2)
    self.init(
      centre: ImagePoint(x: along.x * x - along.y * y, y: along.y * x + along.x * y),
      along: along, length: most - least, thickness: lower - upper)
  }

  private var area: Double { length * thickness }

  var shorterSide: Double { min(length, thickness) }

  /// The detector marks the middle of a line only: the line is wider on every side by its area over
  /// its outline, times `ratio` (Liao et al., "Real-time Scene Text Detection with Differentiable
  /// Binarization").
  func widened(by ratio: Double) -> LineRectangle {
    let outline = 2 * (length + thickness)
    guard outline > 0 else { return self }
    let distance = area * ratio / outline
    return LineRectangle(
      centre: centre, along: along, length: length + 2 * distance,
      thickness: thickness + 2 * distance)
  }

  /// From this ratio of its sides on, a rectangle is read along its longer one, even if that stands
  /// upright.
  static let longRatio = 1.5

  /// The line it stands for: read along its longer side if that is clearly longer, else along the
  /// side that is more level; from the left, or from above when that side stands upright.
  var quad: Quad {
    let isLevel = abs(along.x) >= abs(along.y)
    let isLong = length >= thickness
    let isClear = max(length, thickness) >= Self.longRatio * shorterSide
    let keeps = isClear ? isLong : isLevel
    var (u, half, across) = (along, length / 2, thickness / 2)
    if !keeps {
      u = ImagePoint(x: -along.y, y: along.x)
      (half, across) = (across, half)
    }
    if abs(u.x) >= abs(u.y) ? u.x < 0 : u.y < 0 { u = ImagePoint(x: -u.x, y: -u.y) }
    func corner(_ a: Double, _ b: Double) -> ImagePoint {
      ImagePoint(x: centre.x + a * u.x - b * u.y, y: centre.y + a * u.y + b * u.x)
    }
    return Quad(
      topLeft: corner(-half, -across), topRight: corner(half, -across),
      bottomRight: corner(half, across), bottomLeft: corner(-half, across))
  }
}

/// The corners of the smallest convex shape around `points`, in order and each once (Andrew's monotone
/// chain).
func convexHull(of points: [ImagePoint]) -> [ImagePoint] {
  let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
  func chain(_ points: some Sequence<ImagePoint>) -> [ImagePoint] {
    var chain: [ImagePoint] = []
    for point in points {
      while chain.count >= 2 {
        let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
        let turn = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
        if turn > 0 { break }
        chain.removeLast()
      }
      if chain.last != point { chain.append(point) }
    }
    return chain
  }
  let (lower, upper) = (chain(sorted), chain(sorted.reversed()))
  guard lower.count > 1 else { return lower }
  return lower.dropLast() + upper.dropLast()
}
