// What Intent's policy makes of a recording of which there is the sound alone.

internal import Decisions
internal import Services
internal import Speech
internal import SpokenText
internal import Vocabulary

/// The policy's verdict on what is heard: words, voice and sound. Rules about pictures, face and mouth are left out, because
/// they need a film.
package struct SoundDecision: Sendable, Equatable {
  package var isPassed: Bool
  /// What stands against a PASS: the reason's code and, if it is about a number, which one.
  package var reasons: [String]
  /// Numbers of the recording, for tables of scores.
  package var numbers: Numbers

  /// Absent: not measured.
  package struct Numbers: Sendable, Equatable {
    package var voicedSeconds: Double?
    package var speakerSimilarity: Double?
    package var noiseRatio: Double?
    package var clippedShare: Double?
    package var speechRate: Double?

    package init() {}
  }

  package init(isPassed: Bool, reasons: [String], numbers: Numbers = Numbers()) {
    self.isPassed = isPassed
    self.reasons = reasons
    self.numbers = numbers
  }

  /// Of a recording that could not be read, or not be listened to.
  package static let unread = SoundDecision(isPassed: false, reasons: ["unread"])
}

/// What is known of a recording apart from the words that it is held to.
struct HeardSound {
  private let voices: SpeechVoiceReader
  private let signals: [LivenessSignal: Double]
  private let voicedSeconds: Double

  init(_ reading: SpeechReading, _ voices: SpeechVoiceReader) {
    self.voices = voices
    let findings = voices.findings(reading, reading.startSeconds)
    var signals = findings.signals
    if let first = findings.voiced.first, let last = findings.voiced.last {
      signals[.audioSilenceSecondsMax] = findings.sound.longestSilence(
        in: first.lowerBound...max(first.lowerBound, last.upperBound))
    }
    self.signals = signals
    voicedSeconds = reading.voicedSeconds
  }

  /// What rules about pictures are held against.
  private static let pictured: Set<LivenessSignal> = [
    .audioCoverage, .voiceInPicturesShare, .conversationLagSecondsMax, .timingGapSecondsMax,
    .lipVoiceCoverage, .lipVoicedMotion, .lipSilentMotionSeconds, .lipVoiceAgreement,
  ]

  /// The standard policy without them.
  static let policy = IntentPolicy(
    rules: IntentPolicy.standard.rules.filter { !pictured.contains($0.rule.signal) })

  /// The verdict on a text that was read so.
  func decision(on parts: [PartReading], asked: Int) -> SoundDecision {
    var signals = signals
    let syllables = parts.reduce(0) { $0 + $1.form.count }
    if syllables > 0, voicedSeconds > 0 {
      signals[.speechRate] = Double(syllables) / voicedSeconds
    }
    let decision = Self.policy.decide(
      IntentEvidence(
        mode: .read, challenged: true, signals: signals,
        parts: parts.map { voices.spoken($0, 0, kind: .sentence).part }, partsAsked: asked,
        capabilities: voices.capabilities), terms: IntentTerms())
    let reasons = decision.reasons.filter { !$0.advisory }.map { reason in
      "\(reason.code)" + (reason.signal.map { " \($0.rawValue)" } ?? "")
    }
    var numbers = SoundDecision.Numbers()
    numbers.voicedSeconds = signals[.speechSeconds]
    numbers.speakerSimilarity = signals[.speakerSimilarityMin]
    numbers.noiseRatio = signals[.audioNoiseRatio]
    numbers.clippedShare = signals[.audioClippedShare]
    numbers.speechRate = signals[.speechRate]
    let isPassed = decision.verdict == .pass
    return SoundDecision(isPassed: isPassed, reasons: isPassed ? [] : reasons, numbers: numbers)
  }
}
