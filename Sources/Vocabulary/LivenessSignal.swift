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
  /// Longest time without a face between two frames with one, seconds; time of which there are no frames counts as well.
  case faceLostSecondsMax
  /// Lowest cosine between the clip's reference template and that of another of its frames, −1 to 1.
  case identitySimilarityMin

  /// How often the face did not fit the reference template, at the tracker's own limits for its pose.
  case personChanges
  /// How often the face changed from one frame to the next as a face does not, where it could not be afforded to look
  /// whose it was.
  case identityJumpsUnseen
  /// Share of the frames with a face on which at least one eye is open, 0–1; 0 or 1 of a picture.
  case eyesOpenShare
  /// Cosine between the template that a photo is held against and that of the person followed along the clip, −1 to 1.
  case comparedSimilarity

  // MARK: Actions

  /// Actions that were asked for and performed, over those asked for, 0–1.
  case actionsPerformedShare
  /// 1 if they came in the order asked for, each in its time; else 0.
  case actionsInOrder
  /// Lowest score of an asked action, 0–1.
  case actionScoreMin
  /// How many nods, shakes, turns and mouth openings were performed that were not asked for. Repetitions of an asked
  /// action right after it do not count.
  case actionsNotAsked
  /// Longest time between two frames with a face whose actions can be read, seconds: what is done in it is not seen.
  case actionGapSecondsMax
  /// How many times the head was shaken.
  case headShakes
  /// How many blinks were not asked for. People blink 10 to 30 times a minute.
  case blinksNotAsked
  /// How many movements of the head were those of a tilted picture, not of a solid head.
  case flatMovements
  /// How solid the head was while it moved, 0–1: the lowest of all its movements. Below 0.88 it was a picture.
  case headSolidityMin

  // MARK: Lips

  /// How fast the lips part and close: root mean square of the change of gap over mouth width, per second.
  case lipMotion
  /// Seconds in which speech was heard.
  case speechSeconds
  /// Highest correlation of loudness and lip opening over all lags that were tried, −1 to 1.
  case lipSpeechCorrelation
  /// How much later the sound comes than the lips at that correlation, seconds.
  case lipSpeechLagSeconds
  /// How well the mouth's movement follows the voice: mean of a rank correlation with loudness and of the chance, less
  /// that of its contrary, that it moves more with voice than without; −1 to 1, 0 is chance.
  case lipVoiceAgreement
  /// How much later the sound comes than the lips at that agreement, seconds.
  case lipVoiceLagSeconds
  /// How fast the lips part and close while there is voice: median, mouth widths a second.
  case lipVoicedMotion
  /// Share of the time with voice in which the mouth moves, 0–1.
  case lipVoicedMovingShare
  /// Share of the time with voice in which the mouth is seen, 0–1.
  case lipVoiceCoverage
  /// Seconds in which the mouth moves as a talker's does, well apart from any voice.
  case lipSilentMotionSeconds

  // MARK: Speech

  /// Length of the sound, seconds.
  case audioSeconds
  /// Share of the pictures' time that the sound reaches over, 0–1.
  case audioCoverage
  /// Share of the voice that is heard between the first picture and the last, 0–1; of answers, of what is in their time.
  case voiceInPicturesShare
  /// Longest time by which what a device said it had captured and the server's own clock ran apart, seconds.
  case conversationLagSecondsMax
  /// Level of speech against full scale, dB.
  case audioLevel
  /// Level of speech over that of the pauses, dB.
  case audioNoiseRatio
  /// Share of samples at full scale, 0–1.
  case audioClippedShare
  /// Longest stretch of digital silence within the speech, seconds. Advisory.
  case audioSilenceSecondsMax
  /// Speech over all of the sound, 0–1.
  case speechShare
  /// Syllables of what was asked for over the seconds of speech.
  case speechRate
  /// Lowest cosine between the voice of a part of the sound and that of the rest, −1 to 1.
  case speakerSimilarityMin
  /// Cosine between the voices of the sound's halves, −1 to 1.
  case speakerHalves
  /// Mean over tokens of how much likelier the expected text is on this sound than on silence, nats.
  case textEvidence
  /// The least of that over four tokens in a row, nats.
  case textEvidenceWindow
  /// The same over the last three tokens, nats.
  case textEvidenceTail
  /// How much less likely the expected text is than what the recogniser would write, nats a token; at most about 0.
  case textBehindBest
  /// Share of the expected syllables that were understood, fuzzy sounds allowed, 0–1.
  case textCoverage
  /// Characters at the end of the expected text of which nothing was understood.
  case textUncoveredTail
  /// Characters of the expected text.
  case textLength
  /// Nats by which the expected text wins over the nearest text of another meaning.
  case textContrastMargin
  /// Texts of another meaning that were held against it, over those that should have been, 0–1.
  case textContrastsShare
  /// Nats by which the expected text beats the best one with a syllable of another sound, at its worst place.
  case textAlternativeMargin
  /// The same against the text without one of its characters.
  case textOmissionMargin
  /// Sum of all margins below 0, nats: several places at once.
  case textDeficit
  /// How well the sound fits the expected text, 0–100.
  case textSimilarity
  /// Lowest probability of an expected digit among the ten, 0–1.
  case digitProbabilityMin
  /// 1 if the digits were said whole, with nothing said beside them; else 0. Of LIP.
  case digitsAlone
  /// Seconds of speech within the time of one answer.
  case answerSpeechSeconds

  // MARK: Reflection

  /// Share of the issued sequence's time for which the face's colours are known, 0–1.
  case reflectCoverage
  /// Correlation of the face's chroma with the issued sequence at the best delay, −1 to 1.
  case reflectCorrelation
  /// Share of random other sequences that fit the clip as well as the issued one or better, in (0, 1]: the chance
  /// that a clip made without knowing the sequence fits so well.
  case reflectChance
  /// How far the issued sequence stands out from others: standard deviations of their Fisher-transformed correlations.
  case reflectMargin
  /// Best delay: when the first colour reached the picture, seconds after the clip's first frame.
  case reflectDelaySeconds
  /// Light of the screen at full over other light on the face, as a ratio.
  case reflectResponse
  /// Standard error of `reflectResponse`.
  case reflectResponseError
  /// The weakest face region's answer over that of the median region; 1 is even.
  case reflectWeakestRegion
  /// Answer of the background over that of the face; 0 does not follow.
  case reflectBackground
  /// Standard error of `reflectBackground`.
  case reflectBackgroundError
  /// How the middle of the face answers more than its sides, in natural logarithms; 0 is flat.
  case reflectRelief
  /// Standard error of `reflectRelief`.
  case reflectReliefError
  /// Root mean square of the face's quick changes of chroma, as a fraction; what follows no sequence counts too.
  case reflectChromaChange
  /// Share of frames in which half the face's regions or more are over-exposed, 0–1.
  case reflectOverexposed

  // MARK: Distance

  /// Steps nearer or farther that were asked for and performed, in order, over those asked for, 0–1.
  case distanceStepsShare
  /// How many steps were made that were not asked for.
  case distanceStepsNotAsked
  /// Size of the face in the nearest tenth of the frames over that in the farthest.
  case distanceScaleChange
  /// How far nose and ears changed sizes against each other, over what a head at these distances shows: about 1 for a
  /// head, about 0 for a picture.
  case distancePerspective

  // MARK: Presentation

  /// How alive the face looks, all presentation signals together, 0–1; only with the liveness models.
  case presentationScore
  /// What the liveness models say: log-odds of their mean probability of a living face, −6.9 to 6.9.
  case presentationModel
  /// How far a regular grid stands out of the spectrum all over the face, as a logarithm of power.
  case presentationGrid
  /// Logarithm of red over blue light from the bare skin.
  case presentationRedness
  /// Logarithm of how steep luma is on the face over how steep it is around it.
  case presentationDetail
  /// How covered the lower face looks, 0–100 (`FaceObservation.maskSuspicion`).
  case presentationCover
  /// How many times the face's box fits into the picture around it, along the tighter direction.
  case presentationRoom
  /// The longer side of the pictures in which the face was looked at, pixels.
  case presentationPictureSide
  /// How far the physical signs of a picture of a face lower the log-odds, 0 for none.
  case presentationEvidence
  /// Pictures of the face that were measured.
  case presentationLooks
  /// How far eyelids and jaw move by themselves along the clip: the larger range of both blendshapes, 0–1.
  case presentationExpression

  // MARK: Injection and replay

  /// 1 if the device's evidence is signed by a known key for this challenge and media; else 0.
  case deviceVerified
  /// 0–100, 100 is riskiest (`DeviceRisk.score`).
  case deviceRiskScore
  /// 1–4 (`DeviceLevel`) of the camera.
  case deviceCameraLevel
  /// Device clock less server clock, seconds. Advisory.
  case deviceClockSkewSeconds
  /// 1 if the same file was sent before; else 0.
  case replayMediaKnown
  /// Frames with motion enough to be compared with earlier clips.
  case replayFramesJudged
  /// 1 if a run of the clip is of an earlier film; else 0. Absent if too little of it moved to have a run.
  case replaySeen
  /// Share of bits in which the likest run of an earlier clip differs, 0–1; 0.5 if none is alike.
  case replayBitErrorMin
  /// Median distance of the times between frames from their median, over that median. Advisory.
  case timingJitter
  /// Longest time between two frames of the file, seconds.
  case timingGapSecondsMax
  /// Share of key frame distances shorter than half of the longest, 0–1. Advisory.
  case timingKeyIrregularity
  /// Share of the file's frames that the device's sensor took when the file says, 0–1.
  case timingDeviceMatchedShare
  /// 1 if the file's times were held against those of the device's sensor, 0 if a believed device told none; absent without
  /// a believed device.
  case timingDeviceCompared
  /// Largest change between two frames over its neighbours; cuts are large. Advisory.
  case timingJumpMax
  /// Share of frames that are to the bit the one before, 0–1. Advisory.
  case timingFrozenShare
  /// Median noise between frames, 8-bit luma. Advisory.
  case cameraNoise
  /// Share of bits in which the clip differs from itself at another time, at best, 0–1: a loop has almost none.
  case loopBitErrorMin
  /// The same against itself running backwards. Advisory.
  case reversalBitErrorMin
}
