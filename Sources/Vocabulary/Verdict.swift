// What was found about a person, apart from how the call went.

/// The answer to "is it this person?". PASS is never the zero value, so that a forgotten field never passes.
package enum Verdict: Int32, Sendable, CaseIterable {
  /// Not decided; never sent.
  case unknown = 0
  /// Yes.
  case pass = 1
  /// No.
  case reject = 2
  /// A human should decide.
  case review = 3
  /// The material does not allow an answer; no score was formed.
  case inconclusive = 4
}

/// Why a verdict is what it is. Raw values are those of `idv.v1.ReasonCode`: never change one.
package enum ReasonCode: Int32, Sendable, CaseIterable {
  /// Score at or above the threshold.
  case scoreAtOrAboveThreshold = 1
  /// Score below the threshold.
  case scoreBelowThreshold = 2
  /// No face was found.
  case noFace = 10
  /// More than one face where one is required.
  case multipleFaces = 11
  /// The face has too few pixels.
  case faceTooSmall = 12
  /// Turned too far to a side.
  case faceTurned = 13
  /// Looks too far up or down.
  case faceTilted = 14
  /// The head leans too far.
  case faceRolled = 15
  /// Cut off by the picture's edge.
  case faceIncomplete = 16
  /// Too blurred.
  case faceBlurred = 17
  /// Too dark.
  case faceTooDark = 18
  /// Too bright.
  case faceTooBright = 19
  /// The lower face looks covered (advisory heuristic).
  case faceMaskSuspected = 20
  /// Detector confidence too low.
  case faceUncertain = 21
  /// Both pictures are byte for byte the same: the score says nothing about a person (advisory).
  case identicalImages = 30
  /// No identity card was found.
  case noIDCard = 40
  /// A card is there, of another kind than asked for.
  case cardKindWrong = 41
  /// The side without the portrait.
  case cardSideWrong = 42
  /// Several cards where one is required.
  case multipleCards = 43
  /// The card has too few pixels to be read.
  case cardTooSmall = 44
  /// Name or number could not be read.
  case cardUnreadable = 45
  /// The card's portrait could not be found, or is covered.
  case cardWithoutPortrait = 46
  /// A warning that the scene or the caller does not let pass.
  case cardWarning = 47
  /// A live person did what was asked.
  case livenessShown = 60
  /// A signal without which nothing passes could not be measured.
  case signalMissing = 61
  /// The server lacks a model without which the mode does not pass.
  case modelMissing = 62
  /// The capture is too short, or has too few frames.
  case captureTooShort = 63
  /// The face was not in the picture all the time.
  case faceLost = 64
  /// Not one person throughout.
  case personChanged = 65
  /// An action that was asked for was not seen.
  case actionNotPerformed = 66
  /// Actions in another order, or not in their time.
  case actionOrderWrong = 67
  /// Actions that were not asked for.
  case actionNotAsked = 68
  /// An action too faint to be sure of.
  case actionUnclear = 69
  /// The face did not follow the screen's colours.
  case reflectionMismatch = 70
  /// The colours were too faint on the face.
  case reflectionUnclear = 71
  /// The face did not come nearer and go farther as asked, or not as a near face does.
  case distanceMismatch = 72
  /// Lips did not move, or not with the voice, or other digits were said.
  case lipMismatch = 73
  /// Looks like a print, a screen or a mask.
  case presentationAttack = 74
  /// Looks generated or swapped.
  case syntheticFace = 75
  /// The same media, or nearly, were seen before.
  case replayedMedia = 76
  /// Not as cameras record.
  case injectedMedia = 77
  /// A still picture, or parts that repeat.
  case staticFace = 78
  /// Nothing passes here without a challenge that was answered.
  case challengeRequired = 79
  /// The challenge asked for less than the device's risk demands.
  case modeTooWeak = 80
  /// The device's risk is too high.
  case deviceRisk = 81
  /// No evidence of the device, or none that can be trusted.
  case deviceUnverified = 82
  /// No frame of the capture can be compared.
  case noUsableFrame = 83
  /// A number out of its range.
  case signalInvalid = 84
  /// The eyes were closed, all or nearly all the time.
  case eyesClosed = 85
  /// One person said, answered or nodded to what was asked.
  case intentShown = 100
  /// Sound is needed, and there is none.
  case audioMissing = 101
  /// Nobody speaks.
  case voiceMissing = 102
  /// Less speech than the shortest answer takes.
  case speechTooShort = 103
  /// Speech too quiet to be understood surely.
  case speechTooQuiet = 104
  /// Sound at the limit of its scale.
  case audioClipped = 105
  /// Too much noise beside the speech.
  case audioNoisy = 106
  /// Spoken too fast to be understood surely.
  case speechTooFast = 107
  /// So slow that it is not one statement.
  case speechTooSlow = 108
  /// Another text was said.
  case textMismatch = 109
  /// The text's end was not said.
  case textIncomplete = 110
  /// The text was said, but for a word that turns its meaning: a negation, an amount, a name.
  case textMeaningChanged = 111
  /// Not clear enough to say whether the text was said.
  case textUnclear = 112
  /// Other digits were said.
  case digitsMismatch = 113
  /// Another voice took over.
  case speakerChanged = 114
  /// Speech is heard, and the mouth rests.
  case mouthStill = 115
  /// The mouth moves as if to speak, and no voice is heard.
  case mouthWithoutVoice = 116
  /// Lips and voice do not belong together.
  case lipVoiceMismatch = 117
  /// Pictures or sound are missing in the middle.
  case recordingCut = 118
  /// None of the answers that count was given.
  case answerMismatch = 119
  /// A question was not answered in its time.
  case answerMissing = 120
  /// No nod came to a prompt in its time.
  case promptNotNodded = 121
  /// The head was shaken.
  case intentRefused = 122
  /// A good synthetic voice cannot be told (advisory).
  case voiceOriginUnknown = 123
  /// The authority says that name and number do not belong together.
  case identityMismatch = 150
  /// The authority has no record of the number.
  case identityNoRecord = 151
  /// The identity is not in force.
  case identityInvalid = 152
  /// Name and number match, and the authority has no portrait, or none that can be used.
  case portraitMissing = 153
  /// The person was asked about as often as may be.
  case identityDailyLimit = 154
  /// The operator's list refuses the person.
  case identityRefusedByList = 155
}
