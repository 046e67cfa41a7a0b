// The limits that the server ships with, and where each is from.

internal import Vocabulary

extension LivenessPolicy {
  /// By importance of their reasons. `idv decide --rules` prints them.
  package static let standard = LivenessPolicy(
    rules: material + files + identity + presentation + actions + reflection + distance
      + distanceActions + lips)

  /// That one person was there throughout, on a film that was not sent before; whether alive is shown elsewhere. For
  /// Intent, where a scene asks for no more.
  package static let presence = LivenessPolicy(
    rules: material + files + identity, isPresenceOnly: true)

  private static let asksActions: Set<LivenessMode> = [.action, .actionReflect]
  private static let showsColors: Set<LivenessMode> = [.reflect, .actionReflect]

  // MARK: The capture and the track

  private static let material = [
    LivenessRule(
      "severalFacesShare", .severalFacesShare, .atMost, 0.1, in: 0...1, forStills: true,
      missing: .inconclusive,
      failing: .inconclusive, isAboutMaterial: true, code: .multipleFaces,
      message: .onlyOnePerson,
      meaning: "one look in ten: what a detector takes for a face once is not a second person"),
    LivenessRule(
      "clipSeconds", .clipSeconds, .atLeast, 1.5, in: 0...600, missing: .inconclusive,
      failing: .inconclusive, isAboutMaterial: true, code: .captureTooShort,
      message: .recordLonger,
      meaning: "the shortest time in which one action can be asked, seen and done"),
    LivenessRule(
      "clipSeconds.silent", .clipSeconds, .atLeast, 2, in: 0...600, modes: [.silent],
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true,
      code: .captureTooShort, message: .recordLonger,
      meaning: "two seconds, as Tencent Cloud's FaceID asks of silent clips"),
    LivenessRule(
      "framesAnalysed", .framesAnalysed, .atLeast, 12, in: 0...100_000, missing: .inconclusive,
      failing: .inconclusive, isAboutMaterial: true, code: .captureTooShort,
      message: .recordLonger, meaning: "a frame every eighth of a second of the shortest clip"),
    LivenessRule(
      "faceShare", .faceShare, .atLeast, 0.9, in: 0...1, forStills: true, missing: .inconclusive,
      failing: .inconclusive, isAboutMaterial: true, code: .faceLost, message: .keepFaceInView,
      meaning: "nine frames in ten show the face: turns and blinks do not lose it"),
    LivenessRule(
      "faceLostSecondsMax", .faceLostSecondsMax, .atMost, 0.5, in: 0...600,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true, code: .faceLost,
      message: .keepFaceInView, meaning: "half a second: too short to change places"),
    LivenessRule(
      "timingGapSecondsMax", .timingGapSecondsMax, .atMost, 0.5, in: 0...600,
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true, code: .recordingCut,
      message: .tryAgain,
      meaning: "the same of the file's frames: slow phones leave out less than half a second",
      since: 3),
  ]

  private static let identity = [
    LivenessRule(
      "identitySimilarityMin", .identitySimilarityMin, .atLeast, 0.25, in: -1...1,
      missing: .inconclusive, failing: .reject, code: .personChanged, tag: .personChanged,
      message: .onlyOnePerson,
      meaning: "a cosine that one pair of different people in twelve reaches (face-score table); "
        + "one person's turned and speaking face stays above it"),
    LivenessRule(
      "personChanges.enhanced", .personChanges, .atMost, 0, in: 0...1000, enhancedOnly: true,
      missing: .inconclusive, failing: .reject, code: .personChanged, tag: .personChanged,
      message: .onlyOnePerson,
      meaning: "the same as the next, where somebody who takes over in the middle is an attack",
      since: 3),
    LivenessRule(
      "personChanges", .personChanges, .atMost, 0, in: 0...1000, missing: .inconclusive,
      failing: .review, code: .personChanged, tag: .personChanged, message: .onlyOnePerson,
      meaning: "no look from the front below a cosine of 0.45, nor a turned one below 0.30"),
    LivenessRule(
      "identityJumpsUnseen", .identityJumpsUnseen, .atMost, 0, in: 0...100_000,
      missing: .inconclusive, failing: .inconclusive, code: .personChanged, message: .holdStill,
      meaning:
        "the face did not change so often from one frame to the next that it could not be looked whose it was",
      since: 4),
  ]

  // MARK: The file

  private static let files = [
    LivenessRule(
      "replayMediaKnown", .replayMediaKnown, .atMost, 0, in: 0...1, missing: nil,
      failing: .reject, code: .replayedMedia, tag: .replayed, message: .tryAgain,
      meaning: "the same file was not sent before, under another challenge"),
    LivenessRule(
      "replayMediaKnown.enhanced", .replayMediaKnown, .atMost, 0, in: 0...1, enhancedOnly: true,
      missing: .inconclusive, failing: .reject, code: .replayedMedia, tag: .replayed,
      message: .tryAgain, meaning: "the same, and it has to be known"),
    LivenessRule(
      "replaySeen", .replaySeen, .atMost, 0, in: 0...1, missing: nil, failing: .reject,
      code: .replayedMedia, tag: .replayed, message: .tryAgain,
      meaning: "no two seconds of it are of an earlier film"),
    LivenessRule(
      "replaySeen.enhanced", .replaySeen, .atMost, 0, in: 0...1, enhancedOnly: true,
      missing: .review, failing: .reject, code: .replayedMedia, tag: .replayed,
      message: .recordLonger, meaning: "the same, and it has to be known", since: 3),
    LivenessRule(
      "loopBitErrorMin", .loopBitErrorMin, .atLeast, 0.15, in: 0...1, missing: nil,
      failing: .reject, code: .staticFace, tag: .looped, message: .tryAgain,
      meaning:
        "no part of it comes again: loops differ by up to 0.19 of the bits, all but one by 0, "
        + "films of people by 0.24 and more"),
    LivenessRule(
      "timingDeviceMatchedShare", .timingDeviceMatchedShare, .atLeast, 0.8, in: 0...1,
      enhancedOnly: true, missing: nil, failing: .reject, code: .injectedMedia, tag: .injected,
      message: .tryAgain,
      meaning:
        "four frames in five are those that the device's sensor took: encoders leave out single ones"
    ),
    LivenessRule(
      "timingDeviceCompared", .timingDeviceCompared, .atLeast, 1, in: 0...1, enhancedOnly: true,
      missing: nil, failing: .review, code: .deviceUnverified, message: .tryAgain,
      meaning: "a believed device tells when its sensor took the frames: else they may be injected",
      since: 4),
  ]

  // MARK: What is before the camera

  private static let unlessNear: Set<LivenessMode> = Set(LivenessMode.allCases)
    .subtracting([.distance])

  private static let presentation = [
    LivenessRule(
      "presentationLooks", .presentationLooks, .atLeast, 1, in: 0...1000, forStills: true,
      missing: .inconclusive,
      failing: .inconclusive, code: .noUsableFrame, message: .keepFaceInView,
      meaning: "it was looked at"),
    LivenessRule(
      "presentationScore", .presentationScore, .atLeast, 0.5, in: 0...1, forStills: true,
      missing: nil,
      failing: .reject, code: .presentationAttack, tag: .recapture, message: .moveToEvenLight,
      meaning: "the calibration's own limit takes the place of this one"),
    LivenessRule(
      "presentationScore.silent", .presentationScore, .atLeast, 0.5, in: 0...1, modes: [.silent],
      forStills: true,
      missing: .inconclusive, failing: .reject, code: .presentationAttack, tag: .recapture,
      message: .moveToEvenLight, meaning: "the same, and it has to be known"),
    LivenessRule(
      "presentationScore.reflect", .presentationScore, .atLeast, 0.5, in: 0...1,
      modes: [.reflect], missing: .review, failing: .reject, code: .presentationAttack,
      tag: .recapture, message: .moveToEvenLight,
      meaning: "the same: a print that is bent like a face follows the colours", since: 4),
    LivenessRule(
      "presentationEvidence", .presentationEvidence, .atMost, 2, in: 0...1000, forStills: true,
      missing: .inconclusive, failing: .reject, mayBeAdvisory: true, code: .presentationAttack,
      tag: .recapture, message: .moveToEvenLight,
      meaning: "physical signs of a picture of a face make it no seven times likelier"),
    LivenessRule(
      "presentationRoom", .presentationRoom, .atLeast, 1.3, in: 0...100, modes: unlessNear,
      forStills: true,
      missing: .inconclusive, failing: .inconclusive, mayBeAdvisory: true,
      code: .faceIncomplete, message: .moveBack,
      meaning: "a screen's or paper's edge would be seen"),
    LivenessRule(
      "presentationPictureSide", .presentationPictureSide, .atLeast, 480, in: 0...100_000,
      modes: [.silent], forStills: true,
      missing: nil, failing: .inconclusive, code: .noUsableFrame, message: .tryAgain,
      meaning:
        "pixels of the longer side, as of a film: what is cut out of a picture has no surroundings",
      since: 3),
    LivenessRule(
      "presentationCover", .presentationCover, .atMost, 50, in: 0...100, forStills: true,
      missing: nil, failing: .inconclusive, mayBeAdvisory: true, code: .faceMaskSuspected,
      tag: .faceCovered, message: .uncoverFace,
      meaning: "the lower face can be seen: half way up the scale of the cover's measure"),
    LivenessRule(
      "presentationExpression", .presentationExpression, .atLeast, 0.1, in: 0...1,
      modes: [.silent], missing: .inconclusive, failing: .inconclusive, code: .staticFace,
      tag: .staticFace, message: .lookStraight,
      meaning:
        "eyes or jaw move by themselves: paper that is moved reaches 0.03 to 0.15, people 0.12 to 0.8"
    ),
    LivenessRule(
      "presentationExpression.reflect", .presentationExpression, .atLeast, 0.1, in: 0...1,
      modes: [.reflect], missing: .inconclusive, failing: .inconclusive, code: .staticFace,
      tag: .staticFace, message: .lookStraight,
      meaning: "the same where nothing is asked but to look at colours", since: 4),
    LivenessRule(
      "eyesOpenShare", .eyesOpenShare, .atLeast, 0.3, in: 0...1, forStills: true,
      missing: .inconclusive, failing: .inconclusive, code: .eyesClosed, tag: .eyesClosed,
      message: .openEyes,
      meaning:
        "an eye is open on three frames in ten: who sleeps, or is made to hold still, has none",
      since: 4),
    LivenessRule(
      "flatMovements", .flatMovements, .atMost, 0, in: 0...1000, missing: .inconclusive,
      failing: .reject, mayBeAdvisory: true, code: .presentationAttack, tag: .recapture,
      message: .tryAgain,
      meaning: "no movement of the head was that of a picture that is tilted"),
  ]

  // MARK: Actions

  /// Of distance, whose steps an action follows: held to the same.
  private static let distanceActions = actions.filter { !$0.modes.contains(.distance) }.map {
    var rule = $0
    rule.name += ".distance"
    rule.modes = [.distance]
    rule.since = 4
    return rule
  }

  private static let actions = [
    LivenessRule(
      "actionGapSecondsMax", .actionGapSecondsMax, .atMost, 0.25, in: 0...600,
      modes: asksActions.union([.distance]), missing: .inconclusive, failing: .inconclusive,
      code: .faceLost, message: .keepFaceInView,
      meaning:
        "a quarter of a second without the face: what is done in a longer one is not seen, asked or not",
      since: 4),
    LivenessRule(
      "actionsPerformedShare", .actionsPerformedShare, .atLeast, 1, in: 0...1,
      modes: asksActions, missing: .inconclusive, failing: .inconclusive,
      code: .actionNotPerformed, tag: .actionNotDone, message: .followActionsInOrder,
      meaning: "all that was asked for"),
    LivenessRule(
      "actionsInOrder", .actionsInOrder, .atLeast, 1, in: 0...1, modes: asksActions,
      missing: .inconclusive, failing: .inconclusive, code: .actionOrderWrong,
      tag: .actionNotDone, message: .followActionsInOrder,
      meaning: "in the order that was asked for, each in its time"),
    LivenessRule(
      "actionScoreMin", .actionScoreMin, .atLeast, 0.5, in: 0...1, modes: asksActions,
      missing: .inconclusive, failing: .inconclusive, code: .actionUnclear,
      tag: .actionNotDone, message: .actClearly, meaning: "more likely done than not, each of them"),
    LivenessRule(
      "actionsNotAsked", .actionsNotAsked, .atMost, 0, in: 0...1000, modes: asksActions,
      missing: .inconclusive, failing: .inconclusive, code: .actionNotAsked, tag: .actionNotDone,
      message: .onlyActionsShown,
      meaning: "nothing else was done: a clip with more answers more than one challenge"),
    LivenessRule(
      "actionsNotAskedMax", .actionsNotAsked, .atMost, 1, in: 0...1000, modes: asksActions,
      missing: .inconclusive, failing: .reject, code: .actionNotAsked, tag: .actionNotDone,
      message: .onlyActionsShown,
      meaning: "one slip; a clip of another challenge, or of all actions in a row, has more"),
  ]

  // MARK: Reflection

  /// As `ReflectThresholds.recommended` has them: chosen on simulated clips, checked on others (`idv evaluate reflect`).
  private static let reflection = [
    LivenessRule(
      "reflectOverexposed", .reflectOverexposed, .atMost, 0.3, in: 0...1, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .lessLight, meaning: "the face is washed out on three frames in ten at most"),
    LivenessRule(
      "reflectCoverage", .reflectCoverage, .atLeast, 0.75, in: 0...1, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .keepFaceInView, meaning: "the face was seen for three quarters of the sequence"),
    LivenessRule(
      "reflectChance", .reflectChance, .atMost, 0.001, in: 0...1, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionMismatch,
      tag: .reflectionFailed,
      message: .screenBrightnessUp,
      meaning: "a clip made without knowing the sequence keeps it once in a thousand times"),
    LivenessRule(
      "reflectMargin", .reflectMargin, .atLeast, 5, in: -1000...1000, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .screenBrightnessUp, meaning: "five standard deviations above other sequences"),
    LivenessRule(
      "reflectCorrelation", .reflectCorrelation, .atLeast, 0.75, in: -1...1, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .moveToEvenLight, meaning: "half of the quick changes of colour are the sequence's"),
    LivenessRule(
      "reflectResponse", .reflectResponse, .atLeast, 0.035, in: -1000...1000, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .comeCloser, meaning: "skin gives back more than the glow of a screen does"),
    LivenessRule(
      "reflectResponseMax", .reflectResponse, .atMost, 5, in: -1000...1000, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .moreLight,
      meaning: "beyond it the screen is all the light there is, and answers cannot be told apart"),
    LivenessRule(
      "reflectWeakestRegion", .reflectWeakestRegion, .atLeast, 0.4, in: -1000...1000,
      modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .holdStill, meaning: "every part of the face answers"),
    LivenessRule(
      "reflectBackground", .reflectBackground, .atMost, 0.5, in: -1000...1000, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .moveToEvenLight, meaning: "what is behind the face answers half as much at most"),
    LivenessRule(
      "reflectRelief", .reflectRelief, .atLeast, 0.12, in: -1000...1000, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .comeCloser, meaning: "the middle of the face answers more than its sides"),
    LivenessRule(
      "reflectReliefMargin", .reflectRelief, .atLeast, 0, in: -1000...1000,
      doubt: (.reflectReliefError, 3), modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .holdStill, meaning: "by three standard errors"),
    LivenessRule(
      "reflectReliefMax", .reflectRelief, .atMost, 1.1, in: -1000...1000, modes: showsColors,
      missing: .inconclusive, failing: .inconclusive, code: .reflectionUnclear,
      tag: .reflectionFailed,
      message: .lookStraight, meaning: "beyond it is no face"),
    LivenessRule(
      "reflectForeign", .reflectChance, .atMost, 0.05, in: 0...1,
      given: [
        LivenessCondition(.reflectCoverage, .atLeast, 0.75),
        LivenessCondition(.reflectChromaChange, .atLeast, 0.08),
      ], modes: showsColors,
      missing: nil, failing: .reject, code: .reflectionMismatch, tag: .reflectionFailed,
      message: .tryAgain, meaning: "quick changes of colour that follow another sequence"),
    LivenessRule(
      "reflectBackgroundFollows", .reflectBackground, .atMost, 0.7, in: -1000...1000,
      doubt: (.reflectBackgroundError, -3), given: followed, modes: showsColors,
      missing: nil, failing: .reject, code: .reflectionMismatch, tag: .reflectionFailed,
      message: .tryAgain,
      meaning: "what is behind the face follows as a picture's does, beyond three standard errors"),
    LivenessRule(
      "reflectFlat", .reflectRelief, .atLeast, 0.12, in: -1000...1000,
      doubt: (.reflectReliefError, -3), given: followed, modes: showsColors,
      missing: nil, failing: .reject, code: .reflectionMismatch, tag: .reflectionFailed,
      message: .tryAgain, meaning: "as flat as a picture, beyond three standard errors"),
  ]

  /// The issued sequence was seen and followed.
  private static let followed = [
    LivenessCondition(.reflectCoverage, .atLeast, 0.75),
    LivenessCondition(.reflectChance, .atMost, 0.001),
  ]

  // MARK: Distance

  private static let distance = [
    LivenessRule(
      "distanceStepsShare", .distanceStepsShare, .atLeast, 1, in: 0...1, modes: [.distance],
      missing: .inconclusive, failing: .inconclusive, code: .distanceMismatch,
      tag: .actionNotDone, message: .followDistance, meaning: "all that was asked for, in order"),
    LivenessRule(
      "distanceStepsNotAsked", .distanceStepsNotAsked, .atMost, 0, in: 0...1000,
      modes: [.distance], missing: .inconclusive, failing: .inconclusive, code: .distanceMismatch,
      tag: .actionNotDone, message: .followDistance,
      meaning: "nothing else was done: a clip with more answers every challenge", since: 3),
    LivenessRule(
      "distanceStepsNotAskedMax", .distanceStepsNotAsked, .atMost, 1, in: 0...1000,
      modes: [.distance], missing: .inconclusive, failing: .reject, code: .distanceMismatch,
      tag: .actionNotDone, message: .followDistance,
      meaning: "one slip; who goes to and fro answers another challenge", since: 3),
    LivenessRule(
      "distancePerspective", .distancePerspective, .atLeast, 0.5, in: -10...10,
      modes: [.distance], missing: .inconclusive, failing: .reject, code: .distanceMismatch,
      tag: .distanceFailed, message: .followDistance,
      meaning: "half way between a picture (0) and a head (1)"),
  ]

  // MARK: Lips

  private static let lips = [
    LivenessRule(
      "speechSeconds", .speechSeconds, .atLeast, 1, in: 0...600, modes: [.lip],
      missing: .inconclusive, failing: .inconclusive, code: .lipMismatch, tag: .lipFailed,
      message: .readDigitsAloud, meaning: "four digits, quickly read"),
    LivenessRule(
      "lipVoicedMotion", .lipVoicedMotion, .atLeast, 0.2, in: 0...1000, modes: [.lip],
      missing: .inconclusive, failing: .reject, code: .mouthStill, tag: .lipFailed,
      message: .readDigitsAloud,
      meaning: "mouth widths a second: faces that listen have at most 0.08, talkers 0.39 to 1.3"),
    LivenessRule(
      "lipVoiceAgreement", .lipVoiceAgreement, .atLeast, 0.4, in: -1...1, modes: [.lip],
      missing: .inconclusive, failing: .inconclusive, code: .lipMismatch, tag: .lipFailed,
      message: .readDigitsAloud,
      meaning: "12 of 13 open talkers reach it, and nearly half of their dubbings: weak evidence"),
    LivenessRule(
      "lipVoiceInPictures", .voiceInPicturesShare, .atLeast, 0.95, in: 0...1, modes: [.lip],
      missing: nil, failing: .inconclusive, isAboutMaterial: true, code: .recordingCut,
      tag: .lipFailed, message: .readDigitsAloud,
      meaning: "what is said before the first picture or after the last has nobody's mouth"),
    LivenessRule(
      "lipVoiceCoverage", .lipVoiceCoverage, .atLeast, 0.8, in: 0...1, modes: [.lip],
      missing: .inconclusive, failing: .inconclusive, isAboutMaterial: true, code: .faceLost,
      tag: .lipFailed, message: .faceCameraWhileSpeaking,
      meaning: "the mouth is seen for four fifths of the speech, as Intent asks", since: 4),
    LivenessRule(
      "lipDigits", .digitProbabilityMin, .atLeast, 0.05, in: 0...1, modes: [.lip],
      missing: .review, failing: .reject, code: .digitsMismatch, tag: .lipFailed,
      message: .readDigitsAloud, meaning: "of ten digits: what is less likely is another one"),
    LivenessRule(
      "lipDigitsUnclear", .digitProbabilityMin, .atLeast, 0.2, in: 0...1, modes: [.lip],
      missing: nil, failing: .inconclusive, code: .digitsMismatch, tag: .lipFailed,
      message: .readDigitsAloud,
      meaning: "119 of 120 open codes reach it, none of 240 with one digit changed"),
    LivenessRule(
      "lipDigitsAlone", .digitsAlone, .atLeast, 1, in: 0...1, modes: [.lip],
      missing: .review, failing: .inconclusive, code: .textUnclear, tag: .lipFailed,
      message: .readDigitsAloud,
      meaning: "the code, to its end, and no word beside it: a sentence that holds it is no answer",
      since: 4),
    LivenessRule(
      "lipSpeaker", .speakerSimilarityMin, .atLeast, 0.25, in: -1...1, modes: [.lip],
      missing: nil, failing: .reject, code: .speakerChanged, tag: .lipFailed,
      message: .onlyYouSpeak,
      meaning: "a cosine that parts of one voice hardly fall below and those of two do"),
  ]
}
