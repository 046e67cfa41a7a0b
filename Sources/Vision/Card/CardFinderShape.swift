// What a rectangle seen by a camera looks like: its proportions from four corners, its fourth side from three.

internal import Glibc

/// Proportions of cards and pages.
enum CardProportions {
  /// ISO/IEC 7810 ID-1: 85.60 × 53.98 mm, bank and identity cards.
  static let card = 85.6 / 53.98
  /// ISO/IEC 7810 ID-3: 125 × 88 mm, a page of a passport.
  static let page = 125.0 / 88.0
}

/// A camera that looks straight ahead, the axis in the picture's middle.
struct CardCamera: Sendable {
  private let centreX: Double
  private let centreY: Double
  private let focus: Double

  /// Focal length over the picture's longer side. Phones have 0.7–0.8 for the wide lens, 1–1.5 when they zoom in
  /// on something near; the shape of a card hardly depends on it.
  static let focusOverSide = 1.1

  /// The camera of a picture whose middle is `centre` and whose longer side is `longSide`.
  init(centre: ImagePoint, longSide: Double) {
    (centreX, centreY) = (centre.x, centre.y)
    focus = Self.focusOverSide * longSide
  }

  /// What four corners say about the rectangle they are.
  struct Shape {
    /// The side from the first to the second corner over the one from the second to the third.
    var ratio: Double
    /// Cosine of the angle between these sides: 0 for a rectangle.
    var skew: Double

    /// How far the ratio is from a card's or a page's, whichever way it lies, as a logarithm. Pages are rarer.
    var strangeness: Double {
      let size = abs(log(ratio))
      return min(
        abs(size - log(CardProportions.card)), abs(size - log(CardProportions.page)) + 0.05)
    }
  }

  /// The shape of `quad`; nil if it has no area.
  func shape(of quad: Quad) -> Shape? {
    let seen = quad.map { ImagePoint(x: ($0.x - centreX) / focus, y: ($0.y - centreY) / focus) }
    let (p, q, r, s) = (seen.topLeft, seen.topRight, seen.bottomRight, seen.bottomLeft)
    let (ax, ay, bx, by) = (q.x - r.x, q.y - r.y, s.x - r.x, s.y - r.y)
    let (sx, sy) = (p.x - q.x + r.x - s.x, p.y - q.y + r.y - s.y)
    let area = ax * by - bx * ay
    guard area != 0 else { return nil }
    let g = (sx * by - bx * sy) / area
    let h = (ax * sy - sx * ay) / area
    // The columns of the map from the unit square are the sides' directions in space.
    let across = Space(x: q.x - p.x + g * q.x, y: q.y - p.y + g * q.y, z: g)
    let down = Space(x: s.x - p.x + h * s.x, y: s.y - p.y + h * s.y, z: h)
    let lengths = across.length * down.length
    guard lengths > 0, lengths.isFinite else { return nil }
    return Shape(ratio: across.length / down.length, skew: abs(across.dot(down)) / lengths)
  }

  /// The rectangle of which `first`, `last` (opposite) and `between` are sides and whose fourth side nobody saw.
  /// `ratio` is the length of `first` over that of `between`; it extends along `first` in the direction of
  /// `forward` (±1). Corners: `between` with `first`, the end of `first`, the end of `last`, `between` with `last`.
  func completed(
    first: SideLine, last: SideLine, between: SideLine, ratio: Double, forward: Double
  ) -> Quad? {
    let (a, b, c) = (plane(first), plane(last), plane(between))
    guard var along = a.cross(b).unit, let down = c.cross(along).unit,
      let normal = along.cross(down).unit, let near = corner(a, c), var far = corner(b, c)
    else { return nil }
    // Both corners lie in the card's plane; the first one's depth is 1.
    let depth = normal.dot(near) / normal.dot(far)
    guard depth > 0, depth.isFinite else { return nil }
    far = far * depth
    // Directions in space point either way; the picture's counts.
    let (vx, vy) = (along.x - near.x * along.z, along.y - near.y * along.z)
    if (vx * first.dx + vy * first.dy) * forward < 0 { along = along * -1 }
    let reach = along * ((far - near).length * ratio)
    let (end, lastEnd) = (near + reach, far + reach)
    guard end.z > 0.1, lastEnd.z > 0.1, far.z > 0.1 else { return nil }
    return Quad(
      topLeft: seen(near), topRight: seen(end), bottomRight: seen(lastEnd), bottomLeft: seen(far))
  }

  /// The plane through the camera and a line of the picture, by its normal.
  private func plane(_ line: SideLine) -> Space {
    let (x, y) = ((line.x - centreX) / focus, (line.y - centreY) / focus)
    return Space(x: -line.dy, y: line.dx, z: line.dy * x - line.dx * y)
  }

  /// Where two such planes meet, at depth 1.
  private func corner(_ a: Space, _ b: Space) -> Space? {
    let ray = a.cross(b)
    guard abs(ray.z) > 1e-9 else { return nil }
    return ray * (1 / ray.z)
  }

  private func seen(_ point: Space) -> ImagePoint {
    ImagePoint(x: point.x / point.z * focus + centreX, y: point.y / point.z * focus + centreY)
  }
}

/// A direction or place in space, as the camera sees it: x to the right, y down, z ahead.
private struct Space {
  var x: Double
  var y: Double
  var z: Double

  var length: Double { dot(self).squareRoot() }
  /// The same direction with length 1; nil if it has none.
  var unit: Space? { length > 1e-12 ? self * (1 / length) : nil }

  func dot(_ other: Space) -> Double { x * other.x + y * other.y + z * other.z }

  func cross(_ other: Space) -> Space {
    Space(
      x: y * other.z - z * other.y, y: z * other.x - x * other.z, z: x * other.y - y * other.x)
  }

  static func * (a: Space, factor: Double) -> Space {
    Space(x: a.x * factor, y: a.y * factor, z: a.z * factor)
  }

  static func + (a: Space, b: Space) -> Space { Space(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z) }
  static func - (a: Space, b: Space) -> Space { a + b * -1 }
}
