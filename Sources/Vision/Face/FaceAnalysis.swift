// What one picture showed, in the words of the services.

/// What to do with several faces.
package enum FaceChoice: Sendable {
  /// The one that the picture is most likely about: large, sure and near the middle.
  case prominent
  /// The one with the largest box.
  case largest
  /// The one the detector is surest of.
  case mostConfident
  /// The one that lies most in this box, in pixels of the upright picture as it was sent; none if no face lies there.
  case within(ImageBox)
}

/// What to look for in a picture.
package struct FaceAnalysisOptions: Sendable {
  /// Faces whose box's shorter side has fewer pixels of the picture are left out.
  package var facePixelsMin: Int
  /// Which face to choose.
  package var choice: FaceChoice
  /// Whether to try the picture turned by 90, 180 and 270 degrees as well; four times the
  /// detections.
  package var rotateDetect: Bool
  /// Whether to measure each face's quality.
  package var wantQuality: Bool
  /// Whether to make the chosen face's template. Without it every face is looked for with more
  /// care, however small.
  package var wantTemplate: Bool

  package init(
    facePixelsMin: Int = 0, choice: FaceChoice = .prominent, rotateDetect: Bool = false,
    wantQuality: Bool = true, wantTemplate: Bool = false
  ) {
    self.facePixelsMin = facePixelsMin
    self.choice = choice
    self.rotateDetect = rotateDetect
    self.wantQuality = wantQuality
    self.wantTemplate = wantTemplate
  }
}

/// One face. Coordinates are pixels of the upright picture as it was sent, from its upper left
/// corner; they may lie outside the picture when the face is cut off.
package struct FaceObservation: Sendable {
  package let box: ImageBox
  /// Detector confidence 0–1; for a chosen face that was measured the mean of six close looks,
  /// which falls with turning and covering. A face that they did not find again has a third at
  /// most, and no template.
  package let confidence: Double
  /// Right eye, left eye, nose tip, right and left mouth corner (the person's right).
  package let landmarks: [ImagePoint]
  package let pose: HeadPose
  /// Nil unless it was asked for.
  package let quality: FaceQuality?
  /// 0–100: how covered the lower face looks. A heuristic without bounded error rates; 0 unless
  /// quality was asked for.
  package let maskSuspicion: Double
}

/// What one picture showed.
package struct FaceAnalysis: Sendable {
  /// Size of the picture as it was sent, upright (after EXIF orientation and `rotationDegrees`).
  package let width: Int
  package let height: Int
  /// Clockwise turn that made the faces upright: 0, 90, 180 or 270.
  package let rotationDegrees: Int
  /// Largest first. When a template was asked for: the chosen face and, if there is one, another
  /// that is a second face beyond doubt, so that more than one means several people; else every
  /// face.
  package let faces: [FaceObservation]
  /// The chosen one; nil without faces.
  package let chosen: FaceObservation?
  /// The chosen one's template; nil if none was asked for or none could be made.
  package let template: FaceTemplate?

  /// How alike the chosen faces are (see `FaceTemplate.similarity`); nil if either has no template.
  package func similarity(to other: FaceAnalysis) -> Double? {
    guard let template, let theirs = other.template else { return nil }
    return template.similarity(to: theirs)
  }
}
