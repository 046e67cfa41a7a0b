// Bounds of what Intent is asked with, unit last.

/// As Tencent Cloud's FaceID has them where not said otherwise.
package enum IntentLimits {
  /// Characters, as a reader sees them, of a text that is read.
  package static let textCharactersMax = 120
  /// Digits that may be read after it.
  package static let confirmDigits = 4
  package static let names = 0...8
  package static let pairsMax = 32
  package static let pairCharactersMax = 10
  package static let questions = 1...10
  package static let questionCharactersMax = 250
  package static let answers = 1...50
  package static let answerCharactersMax = 10
  package static let prompts = 1...10
  package static let promptCharactersMax = 250
  package static let answerSeconds: ClosedRange<UInt32> = 3...30
  package static let answerSecondsDefault: UInt32 = 10
  /// Bytes of one text, however few its characters: marks can be piled on a character without end.
  package static let bytesOfCharacterMax = 32

  /// Longest recording: a text of 120 characters read slowly, ten short answers. As many frames as actions are looked for
  /// in (`LivenessLimits.actionFramesMax`) at 25 a second.
  package static let recordingSecondsMax = 48.0
  /// Of a recording in all, and of sound that was recorded apart.
  package static let audioBytesMax = 4 << 20
  package static let partBytesMax = 1 << 20
  /// Of sound and best frames in one answer.
  package static let answerMediaBytesMax = CaptureLimits.answerMediaBytesMax
  /// When separate sound may begin, milliseconds since the first frame.
  static let audioStart: ClosedRange<Int32> = -5000...5000
  /// Latest moment at which a prompt may have been shown, milliseconds.
  static let shownMax = UInt32(recordingSecondsMax * 1000)

  // MARK: Conversations

  /// Sound in one message.
  package static let pcmBytesMax = 64 << 10
  /// Samples a second of sound in messages.
  package static let pcmRate = 16_000
  /// Frames of a conversation.
  package static let framesMax = 1200
  /// How far a conversation's own time and the server's may run apart, seconds; longer ends it. The policy's rule
  /// `intent.conversationLag` has the same.
  static let conversationLagSecondsMax = 10.0
  /// How often a face is looked for on the way, seconds: as Tencent Cloud's face check; nods need more.
  static let lookSeconds = 0.5
  static let nodLookSeconds = 0.1
}
