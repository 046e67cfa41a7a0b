// Points, boxes and the similarity transform. Inside the pipeline, coordinates are pixel centres:
// the centre of the first pixel is (0, 0) and a picture spans −0.5 … width − 0.5.

/// A place in a picture.
package struct ImagePoint: Sendable, Equatable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// An upright rectangle.
package struct ImageBox: Sendable, Equatable {
  /// Left edge.
  package var x: Double
  /// Upper edge.
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var area: Double { width * height }
  var shorterSide: Double { min(width, height) }
  var centre: ImagePoint { ImagePoint(x: x + width / 2, y: y + height / 2) }

  /// Shared area over joined area, 0–1; 0 for boxes without area.
  package func overlap(with other: ImageBox) -> Double {
    let across = min(x + width, other.x + other.width) - max(x, other.x)
    let down = min(y + height, other.y + other.height) - max(y, other.y)
    guard across > 0, down > 0 else { return 0 }
    let shared = across * down
    return shared / (area + other.area - shared)
  }
}

/// Rotation, uniform scale and shift: (x, y) ↦ (a·x − b·y + tx, b·x + a·y + ty).
struct Similarity: Equatable {
  var a: Double
  var b: Double
  var tx: Double
  var ty: Double

  /// The least-squares map of `source` onto `target` without reflection, in closed form; nil if the
  /// source points coincide.
  init?(from source: [ImagePoint], to target: [ImagePoint]) {
    precondition(source.count == target.count && !source.isEmpty)
    let (from, to) = (Self.mean(source), Self.mean(target))
    var (spread, along, across) = (0.0, 0.0, 0.0)
    for (s, t) in zip(source, target) {
      let (sx, sy) = (s.x - from.x, s.y - from.y)
      let (dx, dy) = (t.x - to.x, t.y - to.y)
      spread += sx * sx + sy * sy
      along += sx * dx + sy * dy
      across += sx * dy - sy * dx
    }
    guard spread > 0, along * along + across * across > 0 else { return nil }
    a = along / spread
    b = across / spread
    tx = to.x - a * from.x + b * from.y
    ty = to.y - b * from.x - a * from.y
  }

  init(a: Double, b: Double, tx: Double, ty: Double) {
    self.a = a
    self.b = b
    self.tx = tx
    self.ty = ty
  }

  /// Length in the target of a unit in the source.
  var scale: Double { (a * a + b * b).squareRoot() }

  var inverse: Similarity {
    let square = a * a + b * b
    let (c, s) = (a / square, -b / square)
    return Similarity(a: c, b: s, tx: -(c * tx - s * ty), ty: -(s * tx + c * ty))
  }

  func callAsFunction(_ point: ImagePoint) -> ImagePoint {
    ImagePoint(x: a * point.x - b * point.y + tx, y: b * point.x + a * point.y + ty)
  }

  private static func mean(_ points: [ImagePoint]) -> ImagePoint {
    let count = Double(points.count)
    return ImagePoint(
      x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
  }
}

/// The five points of an aligned face: right eye, left eye, nose tip, right and left mouth corner
/// (the person's right) in a 112 × 112 crop, as SFace was trained with (OpenCV, FaceRecognizerSF).
enum FaceTemplatePoints {
  static let cropSide = 112
  static let points = [
    ImagePoint(x: 38.2946, y: 51.6963), ImagePoint(x: 73.5318, y: 51.5014),
    ImagePoint(x: 56.0252, y: 71.7366), ImagePoint(x: 41.5493, y: 92.3655),
    ImagePoint(x: 70.7299, y: 92.2041),
  ]
}
