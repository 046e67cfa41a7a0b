// How a person can show that they agree.

/// What is asked of the person. Raw values never change their meaning.
package enum IntentMode: String, Sendable, CaseIterable, Codable {
  /// Reads a text aloud.
  case read
  /// Answers questions aloud.
  case answer
  /// Nods to prompts.
  case nod

  /// Whether it can be shown without sound.
  package var speaks: Bool { self != .nod }
}

/// What a scene demands of the face beside its being one person's, there throughout.
package enum FaceDemand: String, Sendable, CaseIterable, Codable {
  /// Shown to be alive by the models for single pictures.
  case live
  /// Nothing: liveness is shown elsewhere.
  case present
}

/// What was heard of one thing that was to be said.
package enum SpokenOutcome: String, Sendable, CaseIterable, Codable {
  case said
  /// Something else.
  case other
  /// Not clear enough to say.
  case unclear
  /// Nothing was said.
  case nothing
}

/// What a verdict on a person's will says in one word. Raw values are those of `idv.v1.IntentCode`: never change one.
package enum IntentCode: Int32, Sendable, CaseIterable {
  case ok = 1
  case faceOutOfFrame = 2
  case severalFaces = 3
  case faceNotDetected = 4
  case faceIncomplete = 5
  case faceCovered = 6
  case personChanged = 7
  case notLive = 8
  case similarityLow = 9
  case compareFailed = 10
  case notConfirmed = 11
  case noMouthOpening = 12
  case noVoice = 13
  case recognitionFailed = 14
  case voiceNotTheirs = 15
  case recordingFailed = 16
  case unavailable = 17
  case notFinished = 18
}

/// A part of what was asked for that is judged by itself.
package enum IntentPartKind: String, Sendable, CaseIterable, Codable {
  case sentence, digits, answer, prompt
}
