// A quadrangle: where a card or a line of writing lies in a picture, turned and in perspective.

/// Four corners, clockwise from the upper left as the content is read: a card or line that stands on its head
/// has `topLeft` in the lower right of the picture.
package struct Quad: Sendable, Equatable {
  package var topLeft: ImagePoint
  package var topRight: ImagePoint
  package var bottomRight: ImagePoint
  package var bottomLeft: ImagePoint

  package init(
    topLeft: ImagePoint, topRight: ImagePoint, bottomRight: ImagePoint, bottomLeft: ImagePoint
  ) {
    self.topLeft = topLeft
    self.topRight = topRight
    self.bottomRight = bottomRight
    self.bottomLeft = bottomLeft
  }

  /// The rectangle `box`.
  package init(_ box: ImageBox) {
    let (right, bottom) = (box.x + box.width, box.y + box.height)
    self.init(
      topLeft: ImagePoint(x: box.x, y: box.y), topRight: ImagePoint(x: right, y: box.y),
      bottomRight: ImagePoint(x: right, y: bottom), bottomLeft: ImagePoint(x: box.x, y: bottom))
  }

  /// The corners in order.
  package var corners: [ImagePoint] { [topLeft, topRight, bottomRight, bottomLeft] }

  /// The smallest upright rectangle around it.
  package var bounds: ImageBox {
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    return ImageBox(
      x: xs.min()!, y: ys.min()!, width: xs.max()! - xs.min()!, height: ys.max()! - ys.min()!)
  }
}
