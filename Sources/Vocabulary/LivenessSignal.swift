// The numbers a liveness verdict rests on, by name. They are what is recorded with a verdict and what a replay of
// it needs: the same numbers under the same policy give the same verdict.

/// One measured number. The raw value is its name in records; names never change their meaning.
///
/// A signal that could not be measured is absent, never zero: policies treat what is absent as failed.
package enum LivenessSignal: String, Sendable, CaseIterable, Codable {
  // MARK: The clip

  /// Length of the clip in seconds, last timestamp less first.
  case clipSeconds
  /// Frames analysed.
  case framesAnalysed

  // MARK: The face track

  /// Share of analysed frames with a face, 0–1.
  case faceShare
  /// Share of analysed frames that showed a second face beyond doubt, 0–1.
  case severalFacesShare
  /// Longest time without a face between two frames with one, seconds.
  case faceLostSecondsMax
  /// Lowest cosine between the clip's reference template and that of another of its frames, −1 to 1.
  case identitySimilarityMin

  // MARK: Actions

  /// Actions that were asked for and performed, over those asked for, 0–1.
  case actionsPerformedShare
  /// 1 if they came in the order asked for, each in its time; else 0.
  case actionsInOrder
  /// Lowest score of an asked action, 0–1.
  case actionScoreMin
  /// How many actions were performed that were not asked for.
  case actionsNotAsked

  // MARK: Reflection

  // MARK: Distance

  // MARK: Presentation

  // MARK: Injection and replay
}
