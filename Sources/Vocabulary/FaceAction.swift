// What a person can be asked to do before the camera, and how a server can ask.

/// An action of the face or head. Left and right are the person's own.
package enum FaceAction: String, Sendable, CaseIterable, Codable {
  case blink, openMouth, nod, shake, turnLeft, turnRight
}

/// How liveness is shown.
package enum LivenessMode: String, Sendable, CaseIterable, Codable {
  /// Nothing is asked.
  case silent
  /// One to three actions in a random order.
  case action
  /// Four digits are read aloud.
  case lip
  /// The screen shows random colours.
  case reflect
  /// Actions, then colours.
  case actionReflect
  /// Nearer to the camera, or farther away.
  case distance
}
