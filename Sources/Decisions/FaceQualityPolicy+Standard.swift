// The quality levels that the server ships with.

extension FaceQualityPolicy {
  /// Levels 0–4 as calibrated; see README, "Accuracy", for what they refuse on which data.
  package static let standard = FaceQualityPolicy(
    levels: [
      nil,
      FaceQualityBounds(
        confidenceMin: 0.6, sizePixelsMin: 24, yawMax: 60, pitchMax: 50, rollMax: 90,
        sharpnessMin: 5, brightnessMin: 8, brightnessMax: 97, completenessMin: 50),
      FaceQualityBounds(
        confidenceMin: 0.65, sizePixelsMin: 34, yawMax: 40, pitchMax: 35, rollMax: 60,
        sharpnessMin: 12, brightnessMin: 15, brightnessMax: 92, completenessMin: 75),
      FaceQualityBounds(
        confidenceMin: 0.75, sizePixelsMin: 64, yawMax: 25, pitchMax: 25, rollMax: 30,
        sharpnessMin: 25, brightnessMin: 22, brightnessMax: 85, completenessMin: 95),
      FaceQualityBounds(
        confidenceMin: 0.8, sizePixelsMin: 90, yawMax: 12, pitchMax: 15, rollMax: 12,
        sharpnessMin: 40, brightnessMin: 30, brightnessMax: 75, completenessMin: 100),
    ], maskSuspicionNoted: 70)
}
