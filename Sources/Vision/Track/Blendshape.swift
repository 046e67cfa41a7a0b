// What a face does, in the 52 words of MediaPipe's FaceLandmarker.

/// A blendshape: one movement of a face. The order is the model's; `left` and `right` are the
/// person's.
package enum Blendshape: Int, Sendable, CaseIterable {
  case neutral
  case browDownLeft, browDownRight, browInnerUp, browOuterUpLeft, browOuterUpRight
  case cheekPuff, cheekSquintLeft, cheekSquintRight
  case eyeBlinkLeft, eyeBlinkRight, eyeLookDownLeft, eyeLookDownRight, eyeLookInLeft
  case eyeLookInRight, eyeLookOutLeft, eyeLookOutRight, eyeLookUpLeft, eyeLookUpRight
  case eyeSquintLeft, eyeSquintRight, eyeWideLeft, eyeWideRight
  case jawForward, jawLeft, jawOpen, jawRight
  case mouthClose, mouthDimpleLeft, mouthDimpleRight, mouthFrownLeft, mouthFrownRight, mouthFunnel
  case mouthLeft, mouthLowerDownLeft, mouthLowerDownRight, mouthPressLeft, mouthPressRight
  case mouthPucker, mouthRight, mouthRollLower, mouthRollUpper, mouthShrugLower, mouthShrugUpper
  case mouthSmileLeft, mouthSmileRight, mouthStretchLeft, mouthStretchRight, mouthUpperUpLeft
  case mouthUpperUpRight
  case noseSneerLeft, noseSneerRight
}

extension TrackedFace {
  /// How far the face goes in `shape`, 0–1; 0 for a face without blendshapes.
  package subscript(shape: Blendshape) -> Double {
    shape.rawValue < blendshapes.count ? Double(blendshapes[shape.rawValue]) : 0
  }

  /// From here on an eye is taken for shut (eyeBlinkLeft, eyeBlinkRight).
  package static let eyeShut: Float = 0.6

  /// How closed the eyes are, 0–1: the mean of both.
  package var eyeClosure: Double { (self[.eyeBlinkLeft] + self[.eyeBlinkRight]) / 2 }

  /// How open the jaw is, 0–1.
  package var mouthOpening: Double { self[.jawOpen] }
}
