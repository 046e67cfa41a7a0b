// Which pictures are good enough: five levels, each including the one before it.

internal import Vocabulary

/// What was measured on one face, in the units of `idv.v1.FaceQuality`. Made by Vision, judged here.
package struct FaceMeasures: Sendable, Equatable {
  /// How sure the close looks were, 0–1; falls with turning and covering.
  package var confidence: Double
  /// Shorter side of the face's box in pixels.
  package var sizePixels: Double
  /// Degrees; turned to the person's left is positive.
  package var yaw: Double
  /// Degrees; looking up is positive.
  package var pitch: Double
  /// Degrees; leaning clockwise in the picture is positive.
  package var roll: Double
  /// 0–100, 100 is sharpest.
  package var sharpness: Double
  /// 0–100; 30–70 is normal.
  package var brightness: Double
  /// 0–100: share of the least complete of all regions inside the picture.
  package var completeness: Double
  /// The same over eyes, nose and mouth alone.
  package var coreCompleteness: Double
  /// 0–100: how covered the lower face looks. Advisory.
  package var maskSuspicion: Double

  package init(
    confidence: Double, sizePixels: Double, yaw: Double, pitch: Double, roll: Double,
    sharpness: Double, brightness: Double, completeness: Double, coreCompleteness: Double,
    maskSuspicion: Double
  ) {
    self.confidence = confidence
    self.sizePixels = sizePixels
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.sharpness = sharpness
    self.brightness = brightness
    self.completeness = completeness
    self.coreCompleteness = coreCompleteness
    self.maskSuspicion = maskSuspicion
  }

  /// Every number, for the check that none is NaN or infinite.
  var numbers: [Double] {
    [
      confidence, sizePixels, yaw, pitch, roll, sharpness, brightness, completeness,
      coreCompleteness, maskSuspicion,
    ]
  }
}

/// The bounds of one quality level. A bound is met when the value lies on it.
package struct FaceQualityBounds: Sendable, Equatable {
  package var confidenceMin: Double
  package var sizePixelsMin: Double
  package var yawMax: Double
  package var pitchMax: Double
  package var rollMax: Double
  package var sharpnessMin: Double
  package var brightnessMin: Double
  package var brightnessMax: Double
  package var completenessMin: Double
  package var coreCompletenessMin: Double

  package init(
    confidenceMin: Double, sizePixelsMin: Double, yawMax: Double, pitchMax: Double,
    rollMax: Double, sharpnessMin: Double, brightnessMin: Double, brightnessMax: Double,
    completenessMin: Double, coreCompletenessMin: Double
  ) {
    self.confidenceMin = confidenceMin
    self.sizePixelsMin = sizePixelsMin
    self.yawMax = yawMax
    self.pitchMax = pitchMax
    self.rollMax = rollMax
    self.sharpnessMin = sharpnessMin
    self.brightnessMin = brightnessMin
    self.brightnessMax = brightnessMax
    self.completenessMin = completenessMin
    self.coreCompletenessMin = coreCompletenessMin
  }
}

/// Names the first thing that is wrong with a face at a level. Pure; a value.
package struct FaceQualityPolicy: Sendable {
  /// Bounds by level, index 0 to 4; level 0 has none.
  package let levels: [FaceQualityBounds?]
  /// From this suspicion on a covered lower face is mentioned, never decided on.
  package let maskSuspicionNoted: Double

  /// The highest level.
  package static let levelMax = 4

  /// - Precondition: `levels` has five entries.
  package init(levels: [FaceQualityBounds?], maskSuspicionNoted: Double) {
    precondition(levels.count == Self.levelMax + 1, "five levels are needed")
    self.levels = levels
    self.maskSuspicionNoted = maskSuspicionNoted
  }

  /// What fails first at `level`, in a fixed order; nil if nothing does. A number that is not finite fails
  /// at every level as `faceUncertain`.
  package func firstFailure(of face: FaceMeasures, level: Int) -> DecisionReason? {
    guard face.numbers.allSatisfy(\.isFinite) else { return DecisionReason(.faceUncertain) }
    guard let bounds = levels[min(max(level, 0), Self.levelMax)] else { return nil }
    return lowest(.faceTooSmall, face.sizePixels, bounds.sizePixelsMin)
      ?? lowest(.faceIncomplete, face.coreCompleteness, bounds.coreCompletenessMin)
      ?? lowest(.faceIncomplete, face.completeness, bounds.completenessMin)
      ?? highest(.faceTurned, abs(face.yaw), bounds.yawMax)
      ?? highest(.faceTilted, abs(face.pitch), bounds.pitchMax)
      ?? highest(.faceRolled, abs(face.roll), bounds.rollMax)
      ?? lowest(.faceTooDark, face.brightness, bounds.brightnessMin)
      ?? highest(.faceTooBright, face.brightness, bounds.brightnessMax)
      ?? lowest(.faceBlurred, face.sharpness, bounds.sharpnessMin)
      ?? lowest(.faceUncertain, face.confidence, bounds.confidenceMin)
  }

  /// The advisory remark on a lower face that looks covered; nil if it does not.
  package func maskRemark(on face: FaceMeasures) -> DecisionReason? {
    guard face.maskSuspicion >= maskSuspicionNoted else { return nil }
    return DecisionReason(
      .faceMaskSuspected, measured: face.maskSuspicion, limit: maskSuspicionNoted, advisory: true)
  }

  private func lowest(_ code: ReasonCode, _ value: Double, _ bound: Double) -> DecisionReason? {
    value >= bound ? nil : DecisionReason(code, measured: value, limit: bound)
  }

  private func highest(_ code: ReasonCode, _ value: Double, _ bound: Double) -> DecisionReason? {
    value <= bound ? nil : DecisionReason(code, measured: value, limit: bound)
  }
}
