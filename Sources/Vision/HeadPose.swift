// Which way a head is turned, from five points alone.

internal import Glibc

/// Angles of a head in degrees, good to about ten. Rough by nature: noses differ.
package struct HeadPose: Sendable, Equatable {
  /// Looking up is positive.
  package let pitch: Double
  /// Turned to the person's left is positive.
  package let yaw: Double
  /// Leaning clockwise in the picture is positive.
  package let roll: Double

  package init(pitch: Double, yaw: Double, roll: Double) {
    self.pitch = pitch
    self.yaw = yaw
    self.roll = roll
  }
}

extension HeadPose {
  /// How far the nose tip stands out before the plane of eyes and mouth, as a share of the distance
  /// between the eyes and of that between eyes and mouth.
  private static let noseToEyes = 0.6
  private static let noseToMouth = 0.5
  /// Where between eyes and mouth the nose tip is seen from the front, 0 to 1: the median of 750
  /// faces.
  private static let noseLevel = 0.561

  /// From the eyes, nose tip and mouth corners: how far the tip has moved from where it is seen
  /// from the front. All zero if the points do not make a face.
  init(points: [FacePoint]) {
    let eyes = (points[0], points[1])
    let roll = atan2(eyes.1.y - eyes.0.y, eyes.1.x - eyes.0.x)
    let (c, s) = (cos(roll), sin(roll))
    let level = points.map { FacePoint(x: c * $0.x + s * $0.y, y: c * $0.y - s * $0.x) }
    let between = level[1].x - level[0].x
    let eyeLine = (level[0].y + level[1].y) / 2
    let drop = (level[3].y + level[4].y) / 2 - eyeLine
    guard between > 0, drop > 0 else {
      self.init(pitch: 0, yaw: 0, roll: roll * 180 / .pi)
      return
    }
    let aside = (level[2].x - (level[0].x + level[1].x) / 2) / between
    let below = (level[2].y - eyeLine) / drop
    self.init(
      pitch: atan((Self.noseLevel - below) / Self.noseToMouth) * 180 / .pi,
      yaw: atan(aside / Self.noseToEyes) * 180 / .pi, roll: roll * 180 / .pi)
  }
}
