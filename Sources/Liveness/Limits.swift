// Bounds of liveness challenges, unit last.

internal import Vision
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

  /// Steps of a distance challenge, before its action.
  package static let distanceSteps = 1...3

  // MARK: Challenges

  /// Digits of a live code.
  package static let liveCodeDigits = 4
  /// How long a challenge can be redeemed.
  package static let challengeLifetime = Duration.seconds(180)
  /// Challenges of one account that wait to be redeemed.
  package static let challengesPerAccountMax = 10_000
  /// Challenges that one session may have, drawn, whether or not they are answered: who may draw again and again draws
  /// the one that a recording answers. As AWS advises at most five failures.
  package static let attemptsMax = 5
  /// After so long a session begins anew, counted from its first challenge: as long as Tencent Cloud's BizToken lives.
  package static let attemptsLifetime = Duration.seconds(7200)
  /// Sessions whose challenges are counted, of Intent and others apart; the oldest are forgotten first.
  package static let attemptSessionsMax = 200_000
  /// Challenges of all accounts; about a kilobyte each.
  package static let challengesMax = 200_000
  /// Bytes of all texts, questions and prompts that are kept at one time, of each account no more than are left: half for
  /// one, a third each for two. One challenge has 23 KiB at most.
  package static let scriptBytesMax = 64 << 20
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

/// Bounds of a device's evidence.
package enum DeviceLimits {
  /// The schema that is understood.
  package static let version: UInt32 = 1
  /// Largest serialised evidence; a chain of certificates takes about 8 KiB.
  package static let evidenceBytesMax = 1 << 16
  package static let nonceBytes = 16...64
  package static let digestBytes = 32
  package static let signatureBytesMax = 512
  package static let appIDBytesMax = 256
  package static let checksMax = 32
  /// Frames whose sensor times are told: 20 s at 200 a second.
  package static let framesMax = 4096
  package static let cameraSizesMax = 64
  /// A camera that offers fewer sizes is unusual.
  package static let cameraSizesMin = 2
  package static let cameraSideMax = 16_384
  package static let frameRateMax = 960
  /// Device clocks are set by the network; more than this is somebody's doing.
  package static let clockSkewSecondsMax = 600.0
  /// How much older than the challenge a capture may look: rounding, and clocks that differ by parts in a thousand.
  package static let captureSlackMilliseconds: Int64 = 1000
  /// Certificates of one statement, and the size of each.
  package static let certificatesMax = 8
  package static let certificateBytesMax = 1 << 13
}

/// Numbers of the replay window. Set on 34 clips of 26 persons, each encoded again in eleven ways (stronger compression,
/// 0.6 times the size, 6 % cropped, lighter, darker, noise, 20 frames a second from another start, 8 % faster,
/// mirrored): copies of clips within the server's limits differ in at most a fifth of the bits, the best fit of clips
/// that are no copies, the same person before the same camera among them, in at least a third.
package enum ReplayLimits {
  /// Bits of a fingerprint.
  static let bitCount = FrameFingerprint.bitCount
  /// Bytes of a keyed digest.
  static let codeBytes = 32
  /// Frames that moved less are left out: two hundredths of the picture's contrast.
  package static let activityMin = 0.02
  /// Frames of a run, and how long it may be.
  package static let framesMin = 20
  static let runMilliseconds = 3000
  /// Shifts that are tried, and how near frames must meet.
  static let shiftMilliseconds = 100
  static let meetMilliseconds = 90
  /// Up to this share of differing bits two runs are of one film.
  package static let bitErrorMax = 0.26
  /// What stands for "nothing like it": what bits without anything in common have.
  package static let bitErrorUnlike = 0.5
  /// Up to this many differing bits a single frame fits.
  static let frameErrorsMax = 20
  /// Frames of a clip that are kept: ten a second of the longest recording, which is one of Intent's (48 s).
  package static let framesKeptMax = 480
  /// What a frame takes in memory: itself, and eight bytes in each of five lists, with room that arrays keep.
  package static let frameBytes = 64
  static let secondsMax = 60.0
  /// Clips that are compared frame by frame.
  package static let candidatesMax = 16
  /// Bands that have to agree at one shift before a clip is compared.
  static let votesMin: UInt8 = 3
  /// Newest entries of a list that are looked at.
  static let listMax = 4096
  /// Clips that can be remembered at all.
  package static let clipsMax = 1 << 22
}

/// Numbers of the timing judge.
package enum TimingLimits {
  /// Fewer intervals or changes say nothing.
  static let intervalsMin = 10
  static let changesMin = 10
  /// How near the file's and the sensor's time of a frame must be: half a millisecond of rounding in the file, and
  /// encoders that stamp when a frame arrives.
  static let deviceMatchSeconds = 0.012
  /// Sensor frames before the encoder's first.
  static let deviceLeadMax = 8
  /// A change over more than this times the usual gap is not held against its neighbours.
  static let usualGapRatioMax = 1.5
  /// Added to the neighbours of a change: a still picture has no jump.
  static let jumpFloor = 1.5
  /// A clip is held against itself from this shift on.
  static let loopMilliseconds = 1500
  /// Up to this share of differing bits a clip repeats itself. Loops made of 33 clips had 0 to 0.19 (all but one 0);
  /// the clips themselves, whose persons blink and speak again and again, 0.24 and more.
  package static let loopBitErrorMax = 0.15
}
