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
  /// How far the nose tip stands out, as a share of the distance between the eyes and of that
  /// between eyes and mouth. Two profile pictures agree on it: the nose's offset against the
  /// foreshortened eyes.
  private static let noseOut = 0.43
  /// Where between eyes (0) and mouth (1) the nose tip is seen from the front: the median of 750
  /// faces.
  private static let noseLevel = 0.56

  /// From the eyes, nose tip and mouth corners: how far the tip has moved from where it is seen
  /// from the front. Only the roll if the points do not make a face. The detector's points tell too
  /// little of a face that looks up or down: take the pitch lightly.
  init(points: [ImagePoint]) {
    let (rightEye, leftEye, nose) = (points[0], points[1], points[2])
    let angle = atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x)
    let (c, s) = (cos(angle), sin(angle))
    /// Coordinates along and across the line of the eyes.
    func level(_ a: ImagePoint, _ b: ImagePoint) -> ImagePoint {
      let (x, y) = ((a.x + b.x) / 2, (a.y + b.y) / 2)
      return ImagePoint(x: c * x + s * y, y: c * y - s * x)
    }
    let eyes = level(rightEye, leftEye)
    let mouth = level(points[3], points[4])
    let tip = level(nose, nose)
    let between = level(leftEye, leftEye).x - level(rightEye, rightEye).x
    let drop = mouth.y - eyes.y
    let degrees = 180 / Double.pi
    guard between >= 1, drop > 0 else {
      self.init(pitch: 0, yaw: 0, roll: angle * degrees)
      return
    }
    let aside = (tip.x - (eyes.x + mouth.x) / 2) / between
    let below = (tip.y - eyes.y) / drop
    self.init(
      pitch: atan((Self.noseLevel - below) / Self.noseOut) * degrees,
      yaw: atan(aside / Self.noseOut) * degrees, roll: angle * degrees)
  }
}
