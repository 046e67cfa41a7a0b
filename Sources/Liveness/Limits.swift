// Bounds of liveness challenges, unit last.

package import Vocabulary

package enum LivenessLimits {
  /// Actions of one challenge.
  package static let actions = 1...3
  /// Actions a caller may choose from when it names none.
  package static let actionsOffered = FaceAction.allCases

  // MARK: Actions

  /// Most frames of a track that actions are looked for in; a clip of 20 s at 60 frames a second has 1,200.
  package static let actionFramesMax = 1200
  /// How long an asked action may go on when the next one begins, seconds.
  package static let actionsOverlapSecondsMax = 0.3

  // MARK: Lips

  /// Longest time that lips and sound are compared over, seconds.
  package static let lipSecondsMax = 60.0

  // MARK: Distance

  /// Steps of a distance challenge.
  package static let distanceSteps = 1...2

  // MARK: Challenges

  /// Digits of a live code.
  package static let liveCodeDigits = 4
  /// How long a challenge can be redeemed.
  package static let challengeLifetime = Duration.seconds(180)
  /// Challenges of one account that wait to be redeemed.
  package static let challengesPerAccountMax = 10_000
  /// Challenges of all accounts; about a kilobyte each.
  package static let challengesMax = 200_000
  /// Random bytes of a nonce, and of an id.
  package static let challengeNonceBytes = 32
  package static let challengeIDBytes = 16
  /// Bytes of the account's or session's name that a challenge is bound to.
  package static let challengeBindingBytesMax = 256

  // MARK: Reflection

  /// Colours of one sequence.
  package static let reflectColors = 12
  /// Length of every sequence: four times 340, 400 and 460 ms.
  package static let reflectMilliseconds = 4800
  /// Most frames of a track whose colours are looked at; a clip of 20 s at 60 frames a second has 1,200.
  package static let reflectFramesMax = 1200
  /// Sequences that the issued one is compared with.
  package static let reflectOthers = 1999
  /// Longest time that the start of a sequence is looked for in, seconds.
  package static let reflectWindowSecondsMax = 5.0
}
