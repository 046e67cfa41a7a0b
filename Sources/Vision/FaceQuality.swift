// How well a face is seen.

internal import Inference
internal import Media

/// 0–100: how much of each region of the face lies inside the picture.
package struct FaceCompleteness: Sendable, Equatable {
  package let eyebrow: Double
  package let eye: Double
  package let nose: Double
  package let cheek: Double
  package let mouth: Double
  package let chin: Double

  /// The least complete region.
  package var least: Double { [eyebrow, eye, nose, cheek, mouth, chin].min()! }
}

/// Measurements of one face, in the units of `idv.v1.FaceQuality`.
package struct FaceQuality: Sendable, Equatable {
  /// 0–100 in all.
  package let score: Double
  /// 0–100, 100 is sharpest.
  package let sharpness: Double
  /// 0–100: below 30 dark, 30–70 normal, above 70 bright.
  package let brightness: Double
  /// Shorter side of the face's box in pixels of the picture as sent.
  package let sizePixels: Double
  package let completeness: FaceCompleteness
}

/// What is measured on a face's pixels.
struct FaceMeasurement {
  var maskSuspicion: Double { 0 }

  init(_ face: DetectedFace, in picture: ImagePyramid) {}

  func quality(sizePixels: Double, pose: HeadPose) -> FaceQuality {
    FaceQuality(
      score: 0, sharpness: 0, brightness: 0, sizePixels: sizePixels,
      completeness: FaceCompleteness(eyebrow: 100, eye: 100, nose: 100, cheek: 100, mouth: 100, chin: 100))
  }
}
