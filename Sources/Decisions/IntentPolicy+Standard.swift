// The limits for a person's will that the server ships with, and where each is from.

internal import Vocabulary

extension IntentPolicy {
  /// By importance of their reasons. `idv decide --rules` prints them.
  package static let standard = IntentPolicy(rules: sound + voice + mouth + texts + nods)

  // MARK: The sound

  private static let sound = [
    IntentRule(
      "intent.audioSeconds", .audioSeconds, .atLeast, 0.5, in: 0...600, missing: nil,
      failing: .inconclusive, isAboutMaterial: true, code: .audioMissing, message: .microphoneOn,
      meaning: "the shortest answer, and a little around it"),
    IntentRule(
      "intent.speechSeconds.any", .speechSeconds, .atLeast, 0.1, in: 0...600,
      given: heard, missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true,
      code: .voiceMissing, message: .readTextAloud,
      meaning: "any voice at all: the voice detector's shortest stretch"),
    IntentRule(
      "intent.speechSeconds", .speechSeconds, .atLeast, 0.4, in: 0...600,
      given: heard, missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true,
      code: .speechTooShort, message: .readTextAloud,
      meaning: "two syllables: on less the recogniser makes text up"),
    IntentRule(
      "intent.audioLevel", .audioLevel, .atLeast, -50, in: -200...20, given: spoken,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true,
      code: .speechTooQuiet, message: .speakLouder,
      meaning: "half of a phone's 16 bits; recordings that are understood have −35 to −10"),
    IntentRule(
      "intent.audioClippedShare", .audioClippedShare, .atMost, 0.05, in: 0...1, given: spoken,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true,
      code: .audioClipped, message: .speakSofter,
      meaning: "one sample in twenty at full scale"),
    IntentRule(
      "intent.audioNoiseRatio", .audioNoiseRatio, .atLeast, 3, in: -100...200, given: spoken,
      missing: nil, failing: .inconclusive, isAboutMaterial: true, code: .audioNoisy,
      message: .goToQuietPlace,
      meaning: "speech twice as strong as what is beside it; babble at 10 dB is understood"),
    IntentRule(
      "intent.audioCoverage", .audioCoverage, .atLeast, 0.8, in: 0...1, given: heard,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true, code: .recordingCut,
      message: .tryAgain, meaning: "sound for four fifths of the pictures' time at least"),
    IntentRule(
      "intent.voiceInPictures", .voiceInPicturesShare, .atLeast, 0.95, in: 0...1, given: heard,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true, code: .recordingCut,
      message: .faceCameraWhileSpeaking,
      meaning: "what is said before the first picture or after the last has nobody's mouth"),
    IntentRule(
      "intent.conversationLag", .conversationLagSecondsMax, .atMost, 10, in: 0...100_000,
      modes: Set(IntentMode.allCases), missing: nil, failing: .inconclusive,
      isAboutMaterial: true, code: .recordingCut, message: .tryAgain,
      meaning: "a conversation comes as it is captured: later there is time to make it up"),
    IntentRule(
      "intent.timingGap", .timingGapSecondsMax, .atMost, 1, in: 0...600,
      modes: Set(IntentMode.allCases), missing: .inconclusive, failing: .inconclusive,
      isAboutMaterial: true, code: .recordingCut, message: .tryAgain,
      meaning: "no second without a picture: long enough to change places"),
    IntentRule(
      "intent.audioSilence", .audioSilenceSecondsMax, .atMost, 1.5, in: 0...600, given: spoken,
      missing: nil, failing: .review, mayBeAdvisory: true, code: .recordingCut,
      message: .tryAgain,
      meaning: "rooms are never to the bit silent for so long; noise gates of phones may be"),
    IntentRule(
      "intent.speechRate.max", .speechRate, .atMost, 10, in: 0...1000, given: spoken,
      modes: [.read], missing: nil,
      failing: .inconclusive, code: .speechTooFast, message: .speakSlower,
      meaning: "syllables a second: people read at 3 to 7"),
    IntentRule(
      "intent.speechRate.min", .speechRate, .atLeast, 0.8, in: 0...1000, given: spoken,
      modes: [.read], missing: nil,
      failing: .inconclusive, mayBeAdvisory: true, code: .speechTooSlow,
      message: .speakWithoutPauses,
      meaning: "far more voice than the text: something else is said, too; not a measured limit"),
  ]

  private static let heard = [LivenessCondition(.audioSeconds, .atLeast, 0)]
  private static let spoken = [LivenessCondition(.speechSeconds, .atLeast, 0.4)]

  // MARK: The voice

  private static let voice = [
    IntentRule(
      "intent.speakerChanged", .speakerSimilarityMin, .atLeast, 0.25, in: -1...1, given: spoken,
      needs: .speakerComparison, missing: nil, failing: .reject, code: .speakerChanged,
      message: .onlyYouSpeak,
      meaning: "a cosine that parts of one voice hardly fall below and those of two do"),
    IntentRule(
      "intent.speakerSimilarity", .speakerSimilarityMin, .atLeast, 0.45, in: -1...1,
      given: spoken, needs: .speakerComparison, missing: nil, failing: .review,
      code: .speakerChanged, message: .onlyYouSpeak,
      meaning: "halves of a clip: 0.14 % of errors either way at this cosine",
      versions: 1...1),
    // The least of halves and of windows of 1.5 s, which are less alike: among six other voices 10 dB below those of one
    // speaker had 0.38 to 0.71, those of two -0.14 to 0.18 (14 recordings each); the least that was seen of one is 0.31.
    IntentRule(
      "intent.speakerSimilarity", .speakerSimilarityMin, .atLeast, 0.3, in: -1...1,
      given: spoken, needs: .speakerComparison, missing: nil, failing: .review,
      code: .speakerChanged, message: .onlyYouSpeak,
      meaning: "between the voices of one and of two speakers, in noise too",
      versions: 2...3),
    IntentRule(
      "intent.speakerMeasured", .speakerSimilarityMin, .atLeast, -1, in: -1...1,
      modes: [.read], needs: .speakerComparison, missing: .review, failing: .review,
      code: .signalMissing, message: .readTextAloud,
      meaning: "a text that is read is long enough for its voice to be held against itself",
      versions: 1...1),
    // A voice is compared with itself from 1.6 s on, in noise from 2.4 s. Nothing is held against a reading that is shorter
    // because its text is: the voice is compared with nobody else's, so that whoever had a second person say half of such a
    // text could as well have had him say all of it, and face, mouth and words are held to their rules either way. Where there
    // is less voice than the text takes, part of it is missing.
    IntentRule(
      "intent.speechRateKnown", .speechRate, .atLeast, 0, in: 0...1000, modes: [.read],
      needs: .speechRecognition, missing: .review, failing: .review, code: .signalMissing,
      message: .readTextAloud, meaning: "how much voice there is for the text", versions: 2...3),
    IntentRule(
      "intent.voiceMeasured", .speakerSimilarityMin, .atLeast, -1, in: -1...1,
      given: [LivenessCondition(.speechRate, .atLeast, 7.5)], modes: [.read],
      needs: .speakerComparison, missing: .review, failing: .review, code: .signalMissing,
      message: .readTextAloud,
      meaning:
        "twelve syllables in 1.6 s, faster than people read: a voice has to be compared then",
      versions: 2...3),
  ]

  // MARK: The mouth

  private static let mouth = [
    IntentRule(
      "intent.lipVoiceCoverage", .lipVoiceCoverage, .atLeast, 0.8, in: 0...1, given: spoken,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true, code: .faceLost,
      message: .faceCameraWhileSpeaking,
      meaning: "the mouth is seen for four fifths of the speech"),
    IntentRule(
      "intent.mouthStill", .lipVoicedMotion, .atLeast, 0.2, in: 0...1000, given: spoken,
      missing: .inconclusive, failing: .reject, code: .mouthStill,
      message: .faceCameraWhileSpeaking,
      meaning: "mouth widths a second: faces that listen have at most 0.08, talkers 0.39 to 1.3"),
    IntentRule(
      "intent.mouthMotion", .lipVoicedMotion, .atLeast, 0.3, in: 0...1000, given: spoken,
      missing: .inconclusive, failing: .inconclusive, code: .mouthStill,
      message: .faceCameraWhileSpeaking, meaning: "between the two: not to be told"),
    IntentRule(
      "intent.mouthWithoutVoice", .lipSilentMotionSeconds, .atMost, 2.5, in: 0...600,
      given: heard, missing: .inconclusive, failing: .review, code: .mouthWithoutVoice,
      message: .onlyYouSpeak,
      meaning: "speaking that is not heard, for longer than a word: the sound may be another's"),
    IntentRule(
      "intent.lipVoiceAgreement.min", .lipVoiceAgreement, .atLeast, 0.05, in: -1...1,
      given: spoken, missing: .inconclusive, failing: .reject, code: .lipVoiceMismatch,
      message: .faceCameraWhileSpeaking,
      meaning: "no better than chance: no talker of 13, one dubbing in four"),
    IntentRule(
      "intent.lipVoiceAgreement", .lipVoiceAgreement, .atLeast, 0.4, in: -1...1, given: spoken,
      missing: .inconclusive, failing: .review, code: .lipVoiceMismatch,
      message: .faceCameraWhileSpeaking,
      meaning:
        "12 of 13 open talkers reach it, and nearly half of their dubbings: weak evidence"),
  ]

  // MARK: What is said

  private static let texts = [
    IntentRule(
      "intent.textEvidence", .textEvidence, .atLeast, 0.8, in: -1000...1000, modes: [.read],
      kinds: [.sentence], needs: .speechRecognition, missing: .inconclusive, failing: .reject,
      code: .textMismatch, message: .readTextAloud,
      meaning: "nats a token over silence: of 312 other sentences none reaches it"),
    IntentRule(
      "intent.textContrast", .textContrastMargin, .atLeast, 0, in: -10_000...10_000,
      kinds: [.sentence, .answer], needs: .speechRecognition, missing: nil,
      failing: .reject, code: .textMeaningChanged, message: .readTextAloud,
      meaning: "it beats the nearest text of another meaning"),
    IntentRule(
      "intent.textContrastClose", .textContrastMargin, .atLeast, 1, in: -10_000...10_000,
      kinds: [.sentence, .answer], needs: .speechRecognition, missing: nil,
      failing: .inconclusive, code: .textUnclear, message: .readTextAloud,
      meaning: "by a nat; the operating point of texts may ask for more", versions: 1...2),
    IntentRule(
      "intent.textContrastClose", .textContrastMargin, .atLeast, 0, in: -10_000...10_000,
      kinds: [.sentence, .answer], needs: .speechRecognition, missing: nil,
      failing: .inconclusive, code: .textUnclear, message: .readTextAloud,
      meaning: "by as much as a scene asks for, in nats; 0 is what the rule before it asks for",
      versions: 3...3),
    IntentRule(
      "intent.textContrastsShare", .textContrastsShare, .atLeast, 1, in: 0...1, modes: [.read],
      kinds: [.sentence], needs: .speechRecognition, missing: .inconclusive,
      failing: .inconclusive, code: .textUnclear, message: .readTextAloud,
      meaning: "every text of another meaning was held against it"),
    IntentRule(
      "intent.digits", .digitProbabilityMin, .atLeast, 0.05, in: 0...1, modes: [.read],
      kinds: [.digits], needs: .speechRecognition, missing: .inconclusive, failing: .reject,
      code: .digitsMismatch, message: .readDigitsAloud,
      meaning: "of ten digits: what is less likely is another one"),
    IntentRule(
      "intent.digitsUnclear", .digitProbabilityMin, .atLeast, 0.2, in: 0...1, modes: [.read],
      kinds: [.digits], needs: .speechRecognition, missing: nil, failing: .inconclusive,
      code: .digitsMismatch, message: .readDigitsAloud,
      meaning: "119 of 120 open codes reach it, none of 240 with one digit changed"),
    IntentRule(
      "intent.answerSpeech", .answerSpeechSeconds, .atLeast, 0.1, in: 0...600, modes: [.answer],
      kinds: [.answer], missing: .inconclusive, failing: .inconclusive, code: .answerMissing,
      message: .answerAloud, meaning: "something was said in its time"),
  ]

  // MARK: Nods

  private static let nods = [
    IntentRule(
      "intent.headShakes", .headShakes, .atMost, 0, in: 0...1000, modes: [.nod],
      missing: .inconclusive, failing: .reject, code: .intentRefused, message: .nodToEachPrompt,
      meaning: "a shaken head says no"),
    IntentRule(
      "intent.nodScore", .actionScoreMin, .atLeast, 0.5, in: 0...1, modes: [.nod],
      kinds: [.prompt], missing: .inconclusive, failing: .inconclusive, code: .promptNotNodded,
      message: .nodToEachPrompt, meaning: "more likely a nod than not"),
  ]
}
