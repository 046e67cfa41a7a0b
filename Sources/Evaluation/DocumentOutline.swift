// Where a field stands and a warning lies, and whether the two meet. Pure.

/// A convex outline in pixels of the picture, or nothing.
package struct DocumentOutline: Sendable, Equatable {
  /// One corner.
  package struct Corner: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// In order, either way round; fewer than three are nothing.
  package var corners: [Corner]

  package init(_ corners: [Corner] = []) { self.corners = corners }

  /// Whether the two have an area in common: convex shapes have none if a side of one of them has all of the other
  /// beyond it (the separating axis theorem).
  package func overlaps(_ other: DocumentOutline) -> Bool {
    guard corners.count >= 3, other.corners.count >= 3 else { return false }
    return !hasSide(beyondWhich: other) && !other.hasSide(beyondWhich: self)
  }

  private func hasSide(beyondWhich other: DocumentOutline) -> Bool {
    corners.indices.contains { index in
      let (a, b) = (corners[index], corners[(index + 1) % corners.count])
      let (x, y) = (b.y - a.y, a.x - b.x)
      func extent(_ outline: DocumentOutline) -> (least: Double, most: Double) {
        let places = outline.corners.map { $0.x * x + $0.y * y }
        return (places.min() ?? 0, places.max() ?? 0)
      }
      let (own, its) = (extent(self), extent(other))
      return own.most <= its.least || its.most <= own.least
    }
  }
}
