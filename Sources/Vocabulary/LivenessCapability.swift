// What a server can do about liveness beyond what needs no model of its own.

/// A capability by the name that `Operations.GetStatus` and records give it. Raw values never change their meaning.
package enum LivenessCapability: String, Sendable, CaseIterable, Codable {
  /// Models that tell a live face from a shown one on single frames: without them nothing passes unasked.
  case passiveLiveness = "passive-liveness"
  /// Tells faces that were generated or swapped.
  case syntheticFaces = "synthetic-faces"
  /// Recognition of spoken digits.
  case digitRecognition = "digit-recognition"
  /// Hears whether an expected text is said.
  case speechRecognition = "speech-recognition"
  /// Tells one voice from another.
  case speakerComparison = "speaker-comparison"
}
