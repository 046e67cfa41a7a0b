// The perspective map between two quadrangles, and the one that lays a card flat.

/// A map of the plane onto itself that keeps straight lines straight:
/// (x, y) ↦ ((a·x + b·y + c) / (g·x + h·y + i), (d·x + e·y + f) / (g·x + h·y + i)).
package struct Homography: Sendable, Equatable {
  /// a, b, c, d, e, f, g, h, i: the 3 × 3 matrix row by row.
  package let coefficients: [Double]

  /// From the nine numbers, row by row.
  package init(coefficients: [Double]) {
    precondition(coefficients.count == 9)
    self.coefficients = coefficients
  }

  /// The map that takes the corners of `source` to those of `target`, in their order; nil unless both are
  /// convex, have an area and turn the same way round or the opposite one throughout.
  package init?(from source: Quad, to target: Quad) {
    guard source.isConvex, target.isConvex,
      let back = Self(unitSquareTo: source)?.inverse, let forth = Self(unitSquareTo: target)
    else { return nil }
    self = back.followed(by: forth)
    guard coefficients.allSatisfy(\.isFinite) else { return nil }
  }

  /// The unit square (0, 0), (1, 0), (1, 1), (0, 1) onto `quad` (Heckbert 1989, "Fundamentals of Texture
  /// Mapping and Image Warping", 2.2.2); nil if three of its corners lie on a line.
  init?(unitSquareTo quad: Quad) {
    let (p, q, r, s) = (quad.topLeft, quad.topRight, quad.bottomRight, quad.bottomLeft)
    let (ax, ay) = (q.x - r.x, q.y - r.y)
    let (bx, by) = (s.x - r.x, s.y - r.y)
    let (sx, sy) = (p.x - q.x + r.x - s.x, p.y - q.y + r.y - s.y)
    let area = ax * by - bx * ay
    guard area != 0, area.isFinite else { return nil }
    let g = (sx * by - bx * sy) / area
    let h = (ax * sy - sx * ay) / area
    coefficients = [
      q.x - p.x + g * q.x, s.x - p.x + h * s.x, p.x,
      q.y - p.y + g * q.y, s.y - p.y + h * s.y, p.y, g, h, 1,
    ]
  }

  /// Where `point` is taken. Not finite for a point on the map's horizon.
  package func callAsFunction(_ point: ImagePoint) -> ImagePoint {
    let m = coefficients
    let w = m[6] * point.x + m[7] * point.y + m[8]
    return ImagePoint(
      x: (m[0] * point.x + m[1] * point.y + m[2]) / w,
      y: (m[3] * point.x + m[4] * point.y + m[5]) / w)
  }

  /// Where the corners of `quad` are taken, each by itself.
  package func callAsFunction(_ quad: Quad) -> Quad {
    Quad(
      topLeft: self(quad.topLeft), topRight: self(quad.topRight),
      bottomRight: self(quad.bottomRight), bottomLeft: self(quad.bottomLeft))
  }

  /// The map that leads back; nil if this one flattens the plane.
  package var inverse: Homography? {
    let m = coefficients
    let adjugate = [
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
    ]
    let determinant = m[0] * adjugate[0] + m[1] * adjugate[3] + m[2] * adjugate[6]
    guard determinant != 0, determinant.isFinite else { return nil }
    return Homography(coefficients: adjugate.map { $0 / determinant })
  }

  /// This map, then `next`.
  package func followed(by next: Homography) -> Homography {
    let (m, n) = (coefficients, next.coefficients)
    var product = [Double](repeating: 0, count: 9)
    for row in 0..<3 {
      for column in 0..<3 {
        for k in 0..<3 { product[row * 3 + column] += n[row * 3 + k] * m[k * 3 + column] }
      }
    }
    return Homography(coefficients: product)
  }
}

/// How a card lies in a picture: from its place there to the upright rectangle it is read as, and back.
package struct RectifyingMap: Sendable, Equatable {
  /// Size of the rectified card in pixels.
  package let width: Int
  package let height: Int
  /// From places of the rectified card to places of the picture: what a warp samples by.
  package let toPicture: Homography
  /// From places of the picture to places of the rectified card.
  package let toCard: Homography

  /// The card whose outline is `quad` as a picture of `width` × `height` pixels. The outline is where the
  /// outermost pixels end: −0.5 and width − 0.5. Nil unless `quad` is convex and has an area.
  package init?(_ quad: Quad, width: Int, height: Int) {
    precondition(width > 0 && height > 0)
    guard let map = Homography(from: .outline(width: width, height: height), to: quad),
      let back = map.inverse
    else { return nil }
    self.width = width
    self.height = height
    toPicture = map
    toCard = back
  }
}

extension Quad {
  /// The outline of a picture of `width` × `height` pixels.
  package static func outline(width: Int, height: Int) -> Quad {
    let (right, bottom) = (Double(width) - 0.5, Double(height) - 0.5)
    return Quad(
      topLeft: ImagePoint(x: -0.5, y: -0.5), topRight: ImagePoint(x: right, y: -0.5),
      bottomRight: ImagePoint(x: right, y: bottom), bottomLeft: ImagePoint(x: -0.5, y: bottom))
  }

  /// Its area in square pixels; negative if the corners run counter-clockwise as seen in the picture.
  package var signedArea: Double {
    // Relative to one corner, so that far-away quads keep their digits.
    let (p, q, r, s) = (topLeft, topRight, bottomRight, bottomLeft)
    return
      ((q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)
      + (r.x - p.x) * (s.y - p.y) - (s.x - p.x) * (r.y - p.y)) / 2
  }

  /// Whether it bulges at every corner: no corner on or inside the line of its neighbours, no crossing.
  package var isConvex: Bool {
    let places = corners
    var sign = 0.0
    for index in 0..<4 {
      let (a, b, c) = (places[index], places[(index + 1) % 4], places[(index + 2) % 4])
      let turn = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
      guard turn.isFinite, turn != 0, sign * turn >= 0 else { return false }
      sign = turn > 0 ? 1 : -1
    }
    return true
  }

  /// Whether `point` lies in it or on its outline; for convex quads.
  package func contains(_ point: ImagePoint) -> Bool {
    let sign = signedArea < 0 ? -1.0 : 1.0
    func isInside(_ a: ImagePoint, _ b: ImagePoint) -> Bool {
      sign * ((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)) >= 0
    }
    return isInside(topLeft, topRight) && isInside(topRight, bottomRight)
      && isInside(bottomRight, bottomLeft) && isInside(bottomLeft, topLeft)
  }

  /// The same quad beginning at its second corner, `steps` times: what was the top right is then the top left.
  package func startingLater(by steps: Int) -> Quad {
    let places = corners
    let at = { (index: Int) in places[(index + steps % 4 + 4) % 4] }
    return Quad(topLeft: at(0), topRight: at(1), bottomRight: at(2), bottomLeft: at(3))
  }
}
