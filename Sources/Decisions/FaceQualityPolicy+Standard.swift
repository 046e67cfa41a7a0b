// The quality levels that the server ships with.

extension FaceQualityPolicy {
  /// The level that holds when neither caller nor operator names one.
  package static let levelDefault = 2

  /// Bounds chosen on the evaluation data and on pictures of it made worse on purpose; the README, "Accuracy",
  /// says what each level refuses. No number comes from a standard.
  package static let standard = FaceQualityPolicy(
    levels: [
      nil,
      FaceQualityBounds(
        confidenceMin: 0.75, sizePixelsMin: 34, yawMax: 60, pitchMax: 40, rollMax: 60,
        sharpnessMin: 20, brightnessMin: 12, brightnessMax: 95, completenessMin: 0,
        coreCompletenessMin: 75),
      FaceQualityBounds(
        confidenceMin: 0.8, sizePixelsMin: 50, yawMax: 40, pitchMax: 30, rollMax: 30,
        sharpnessMin: 30, brightnessMin: 20, brightnessMax: 88, completenessMin: 0,
        coreCompletenessMin: 90),
      FaceQualityBounds(
        confidenceMin: 0.85, sizePixelsMin: 80, yawMax: 25, pitchMax: 20, rollMax: 20,
        sharpnessMin: 45, brightnessMin: 28, brightnessMax: 80, completenessMin: 50,
        coreCompletenessMin: 100),
      FaceQualityBounds(
        confidenceMin: 0.9, sizePixelsMin: 100, yawMax: 15, pitchMax: 12, rollMax: 10,
        sharpnessMin: 55, brightnessMin: 35, brightnessMax: 72, completenessMin: 90,
        coreCompletenessMin: 100),
    ], maskSuspicionNoted: 50)
}
