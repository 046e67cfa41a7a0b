// A head of points in space before a pinhole camera, and a flat picture of it, as a face mesh sees them.

internal import Glibc
package import Vision

/// What a head does at one moment.
package struct HeadState: Sendable {
  /// Degrees; signs of `HeadPose`.
  package var pitch = 0.0
  package var yaw = 0.0
  package var roll = 0.0
  /// How shut the eyes are, 0–1.
  package var eyesShut = 0.0
  /// Gap between the lips over the mouth's width.
  package var mouth = 0.02
  /// From the camera to the head's middle, cm.
  package var distance = 45.0
  /// Where the head's middle is seen, cm beside and below the camera's axis.
  package var x = 0.0
  package var y = 0.0

  package init() {}
}

/// What is before the camera.
package enum HeadSurface: Sendable {
  /// A head.
  case solid
  /// A picture of it, tilted by the state's angles. What a landmark model makes of it: the points where they are seen,
  /// depths of a head, and a pose of a share of the tilt (eight photos, tilted by 20–50° in simulation, were seen
  /// at 0.4 of the yaw and 0.28 of the pitch).
  case flat
}

/// The points of MediaPipe's canonical face model (Apache-2.0) that idv looks at, in cm: x to the person's left, y up, z to
/// the front.
package struct HeadModel: Sendable {
  /// How open the eyes are when open, height over width.
  package var eyeOpening = 0.3
  /// Focal length in pixels.
  package var focalLength = 600.0
  package var width = 480
  package var height = 640
  /// Standard deviation of a point's place, pixels, and of an angle, degrees.
  package var pointNoise = 0.0
  package var angleNoise = 0.0

  package init() {}

  /// How much of a picture's tilt a landmark model takes for a turned head.
  private static let pictureYawShare = 0.4
  private static let picturePitchShare = 0.28
  /// Heads turn about the neck, cm from the origin.
  private static let neck = SIMD3(0, -6, -6.0)
  private static let openingOfModel = 0.239
  private static let mouthWidth = 4.31
  private static let lipLine = -4.27

  /// How the face in `state` is tracked.
  package func face(
    _ state: HeadState, _ surface: HeadSurface = .solid,
    using numbers: inout some RandomNumberGenerator
  ) -> TrackedFace {
    var mesh = [MeshPoint](repeating: MeshPoint(x: 0, y: 0, z: 0), count: 478)
    let pitch = (surface == .flat ? Self.picturePitchShare : 1) * state.pitch
    let yaw = (surface == .flat ? Self.pictureYawShare : 1) * state.yaw
    let seen = Rotation(pitch: pitch, yaw: yaw, roll: state.roll)
    let held = Rotation(pitch: state.pitch, yaw: state.yaw, roll: state.roll)
    for (index, place) in Self.points {
      let point = shaped(index, place, state)
      let turned = seen.applied(to: point - Self.neck) + Self.neck
      var place = turned
      if surface == .flat { place = held.applied(to: SIMD3(point.x, point.y, 0)) }
      let scale = focalLength / max(state.distance - place.z, 1)
      mesh[index] = MeshPoint(
        x: Float(Double(width) / 2 + scale * (place.x + state.x) + pointNoise * numbers.normal()),
        y: Float(Double(height) / 2 - scale * (place.y - state.y) + pointNoise * numbers.normal()),
        z: Float(-turned.z * focalLength / state.distance + pointNoise * numbers.normal()))
    }
    func angle(_ value: Double, _ rough: Double) -> Double {
      value + rough * angleNoise * numbers.normal()
    }
    var blendshapes = [Float](repeating: 0, count: 52)
    blendshapes[9] = Float(min(max(0.08 + 0.7 * state.eyesShut + 0.02 * numbers.normal(), 0), 1))
    blendshapes[10] = Float(min(max(0.08 + 0.7 * state.eyesShut + 0.02 * numbers.normal(), 0), 1))
    blendshapes[25] = Float(min(max(0.95 * state.mouth + 0.02 * numbers.normal(), 0), 1))
    return TrackedFace(
      box: Self.box(mesh), presence: 0.98,
      pose: HeadPose(
        pitch: angle(pitch, 1), yaw: angle(yaw, 0.8),
        roll: angle(state.roll, 0.5)), mesh: mesh, blendshapes: blendshapes)
  }

  /// The place of a point with lids and lips where they are in `state`.
  private func shaped(_ index: Int, _ place: SIMD3<Double>, _ state: HeadState) -> SIMD3<Double> {
    var place = place
    if Self.lids.contains(index) {
      // Shut lids still leave a fifth between the points.
      let open = eyeOpening / Self.openingOfModel * (1 - 0.8 * state.eyesShut)
      let line = 2.63
      place.y = line + open * (place.y - line)
    }
    let gap = state.mouth * Self.mouthWidth
    switch index {
    case 13:
      place.y = Self.lipLine + 0.3 * gap
      place.z = 5.3
    case 14:
      place.y = Self.lipLine - 0.7 * gap
      place.z = 5.3
    case 152: place.y -= 0.6 * gap
    default: break
    }
    return place
  }

  private static func box(_ mesh: [MeshPoint]) -> ImageBox {
    let seen = points.map { mesh[$0.0] }
    let (left, right) = (seen.map(\.x).min() ?? 0, seen.map(\.x).max() ?? 0)
    let (top, bottom) = (seen.map(\.y).min() ?? 0, seen.map(\.y).max() ?? 0)
    return ImageBox(
      x: Double(left), y: Double(top), width: Double(right - left), height: Double(bottom - top))
  }

  private static let lids: Set<Int> = [160, 159, 158, 144, 145, 153, 385, 386, 387, 380, 374, 373]

  private static let points: [(Int, SIMD3<Double>)] = table.map { ($0.0, SIMD3($0.1, $0.2, $0.3)) }

  private static let table: [(Int, Double, Double, Double)] = [
    (1, 0.00, -1.13, 7.48), (2, 0.00, -2.09, 6.06), (4, 0.00, -0.46, 7.59), (5, 0.00, 0.37, 7.24),
    (6, 0.00, 2.47, 5.79), (9, 0.00, 4.89, 5.39), (10, 0.00, 8.26, 4.48), (13, 0.00, -3.99, 5.22),
    (14, 0.00, -4.54, 5.40), (33, -4.45, 2.66, 3.17), (50, -4.77, -0.70, 3.53),
    (54, -6.28, 6.62, 1.43), (61, -2.46, -4.34, 4.28), (67, -3.52, 8.01, 3.73),
    (78, -2.15, -4.28, 4.04), (98, -1.41, -1.71, 5.24), (116, -6.47, 0.94, 1.69),
    (117, -5.26, 0.95, 2.97), (119, -3.30, 0.86, 3.87), (121, -1.82, 1.47, 4.22),
    (127, -7.74, 2.36, -2.01), (129, -1.79, -0.98, 4.85), (132, -7.27, -2.89, -2.25),
    (133, -1.86, 2.59, 3.76), (136, -5.09, -7.18, 0.71), (143, -6.41, 2.24, 1.56),
    (144, -3.67, 2.36, 3.64), (145, -3.18, 2.29, 3.78), (147, -6.23, -1.94, 1.66),
    (151, 0.00, 6.55, 5.03), (152, 0.00, -9.40, 4.26), (153, -2.72, 2.32, 3.78),
    (158, -2.72, 2.96, 3.87), (159, -3.18, 2.96, 3.88), (160, -3.67, 2.93, 3.72),
    (168, 0.00, 3.27, 5.24), (197, 0.00, 1.73, 6.32), (198, -1.25, 0.23, 5.68),
    (205, -3.83, -1.54, 4.14), (234, -7.66, 0.67, -2.44), (263, 4.45, 2.66, 3.17),
    (280, 4.77, -0.70, 3.53), (284, 6.28, 6.62, 1.43), (291, 2.46, -4.34, 4.28),
    (297, 3.52, 8.01, 3.73), (308, 2.15, -4.28, 4.04), (327, 1.41, -1.71, 5.24),
    (345, 6.47, 0.94, 1.69), (346, 5.26, 0.95, 2.97), (348, 3.30, 0.86, 3.87),
    (350, 1.82, 1.47, 4.22), (356, 7.74, 2.36, -2.01), (358, 1.79, -0.98, 4.85),
    (361, 7.27, -2.89, -2.25), (362, 1.86, 2.59, 3.76), (365, 5.09, -7.18, 0.71),
    (372, 6.41, 2.24, 1.56), (373, 3.67, 2.36, 3.64), (374, 3.18, 2.29, 3.78),
    (376, 6.23, -1.94, 1.66), (380, 2.72, 2.32, 3.78), (385, 2.72, 2.96, 3.87),
    (386, 3.18, 2.96, 3.88), (387, 3.67, 2.93, 3.72), (420, 1.25, 0.23, 5.68),
    (425, 3.83, -1.54, 4.14), (454, 7.66, 0.67, -2.44),
  ]
}

/// Pitch first, then yaw, then roll.
private struct Rotation {
  private let rows: [SIMD3<Double>]

  init(pitch: Double, yaw: Double, roll: Double) {
    let radians = Double.pi / 180
    let (sp, cp) = (sin(pitch * radians), cos(pitch * radians))
    let (sy, cy) = (sin(yaw * radians), cos(yaw * radians))
    let (sr, cr) = (sin(roll * radians), cos(roll * radians))
    let first = SIMD3(cy, -sy * sp, sy * cp)
    let second = SIMD3(0, cp, sp)
    rows = [
      cr * first + sr * second, cr * second - sr * first, SIMD3(-sy, -cy * sp, cy * cp),
    ]
  }

  func applied(to point: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3((rows[0] * point).sum(), (rows[1] * point).sum(), (rows[2] * point).sum())
  }
}

extension RandomNumberGenerator {
  /// Mean 0, standard deviation 1 (Box and Muller 1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude...1, using: &self)))
      .squareRoot()
    return radius * cos(Double.random(in: 0...(2 * .pi), using: &self))
  }

  mutating func even(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &self)
  }
}
