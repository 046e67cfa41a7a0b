// Every bound of hearing, in one place.

/// Bounds of recordings and of what is computed on them.
package enum SpeechLimits {
  /// Samples a second of all sound here.
  package static let rate = 16_000
  /// Shortest recording that is listened to, in seconds: less than one syllable.
  package static let secondsMin = 0.2
  /// Longest recording, in seconds: 120 characters read slowly are 60 s.
  package static let secondsMax = 60.0
  /// Least speech in a recording, in seconds: two syllables.
  package static let voicedSecondsMin = 0.4
  /// Most bytes of an encoded recording or clip: as a video's.
  package static let bytesMax = 8 << 20
  /// Most bytes of one that came in chunks.
  package static let streamedBytesMax = 24 << 20
  /// Longest piece that the recogniser hears at once, in seconds: half of what it was trained on, which
  /// costs a quarter.
  static let windowSecondsMax = 15.0
  /// Most tokens of one text, prompt included: the recogniser knows 448 places.
  static let tokensMax = 440
  /// Most tokens that run through the decoder at once.
  static let rowsMax = 64
  /// Tokens by which a hypothesis may be longer than the expected text: the recogniser invents text without end
  /// where nothing is said.
  static let hypothesisTokensOver = 16
  /// Longest hypothesis of a window where nothing is expected, in tokens: 15 s at 8 syllables a second, two tokens each.
  static let hypothesisTokensMax = 240
  /// Most texts whose scores on silence are kept.
  static let baselinesMax = 512
  /// Most windows over which a voice is compared with itself.
  static let voiceWindowsMax = 40
}
