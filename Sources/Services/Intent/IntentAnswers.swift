// How verdicts on a person's will are put into messages.

internal import Decisions
internal import Liveness
internal import Messages
internal import Vocabulary

extension IntentChallenge {
  /// What a caller, and through it the device, is told: questions, not answers.
  init(_ challenge: LivenessChallenge, _ speed: PlaybackSpeed) {
    self.init()
    id = challenge.id
    if let script = challenge.script {
      mode = Messages.IntentMode(script.mode)
      text = script.text
      confirmCode = script.digits.map(String.init).joined()
      questions = script.questions.map(\.question)
      prompts = script.prompts
      if script.mode == .answer { answerSeconds = UInt32(clamping: script.answerSeconds) }
    }
    self.speed = speed
    recordingSecondsMax = UInt32(IntentLimits.recordingSecondsMax)
    issuedAtMs = challenge.issuedAt
    expiresAtMs = challenge.expiresAt
  }
}

extension IntentResult {
  /// The verdict with its record and, unless that is left out, the sound.
  /// - Parameter holdsParts: whether the parts' sound has room in the answer, beside that of the whole.
  init(_ decided: DecidedIntent, omitsAudio: Bool, holdsParts: Bool) {
    self.init()
    let (decision, script) = (decided.decision, decided.script)
    mode = Messages.IntentMode(script.mode)
    code = Messages.IntentCode(rawValue: decision.code.rawValue)
    face = decided.face.result
    userMessages = decision.messages.map { Messages.UserMessage(rawValue: $0.rawValue) }
    record = IntentRecord(decided.decided)
    risks = Self.risks(decided)
    measures = SpeechMeasures(decided.decided.will?.signals ?? [:])
    if script.mode == .nod { prompts = decided.face.judged.actions.map(NoddedPrompt.init) }
    guard let voice = decided.voice else { return }
    if script.mode == .read {
      transcript = voice.transcript
      similarity = voice.similarity.map { rounded($0) }
    }
    for part in voice.parts {
      let sound =
        omitsAudio || !holdsParts ? .empty : part.span.map { voice.sound.cut($0).wav } ?? .empty
      if script.mode == .read {
        sentences.append(SpokenSentence(part, sound))
      } else {
        answers.append(SpokenAnswer(part, sound))
      }
    }
    audioSha256 = Bytes(decided.soundDigest)
    audioStartedMs = signedMilliseconds(voice.sound.startSeconds)
    if !omitsAudio { audio = voice.sound.wav }
  }

  /// What the verdict does not exclude, whatever it is.
  private static func risks(_ decided: DecidedIntent) -> [RiskNote] {
    var notes: [RiskNote] = []
    if decided.script.mode.speaks { notes.append(.syntheticVoice) }
    if decided.script.mode == .read && decided.script.digits.isEmpty {
      notes.append(.foreseeableText)
    }
    if decided.decided.demand == .present && decided.script.mode.speaks {
      notes.append(.livenessNotDemanded)
    }
    if decided.decided.face.comparison == nil { notes.append(.personNotCompared) }
    return notes
  }
}

/// What of its media an answer has room for. A verdict is not lost because they are too large.
struct AnswerRoom: Equatable {
  /// Whether each part's sound goes along.
  let holdsParts: Bool
  /// How many of the best frames go along, the best first.
  let frames: Int

  /// - Parameters:
  ///   - voice: nil if no sound is told.
  ///   - original: bytes of the sound as it was sent; they go along.
  ///   - frames: bytes of each best frame.
  init(
    _ voice: VoiceFindings?, original: Int = 0, frames: [Int],
    bytesMax: Int = IntentLimits.answerMediaBytesMax
  ) {
    let all = frames.reduce(0, +)
    let sound = voice?.sound ?? WaveSound(samples: [], startSeconds: 0)
    let whole = WaveSound.headerBytes + 2 * sound.samples.count + original
    let parts = (voice?.parts ?? []).compactMap(\.span).reduce(0) { $0 + sound.wavBytes($1) }
    holdsParts = whole + parts + all <= bytesMax
    self.frames = Self.holds(frames, bytesMax: bytesMax - whole)
  }
}

extension AnswerRoom {
  /// How many of the frames, the first ones first, have so many bytes at most.
  static func holds(_ frames: [Int], bytesMax: Int) -> Int {
    var room = bytesMax
    return frames.prefix { bytes in
      room -= bytes
      return room >= 0
    }.count
  }
}

extension SpokenSentence {
  fileprivate init(_ part: SpokenPart, _ sound: Bytes) {
    self.init()
    range = part.range.map {
      TextRange(start: UInt32($0.lowerBound), length: UInt32($0.count))
    }
    outcome = Messages.SpokenOutcome(part.part.outcome)
    similarity = rounded(part.similarity ?? 0)
    startMs = milliseconds(part.span?.lowerBound ?? 0)
    endMs = milliseconds(part.span?.upperBound ?? 0)
    audio = sound
  }
}

extension SpokenAnswer {
  fileprivate init(_ part: SpokenPart, _ sound: Bytes) {
    self.init()
    outcome = Messages.SpokenOutcome(part.part.outcome)
    transcript = part.transcript
    answer = part.answer.map { UInt32($0) }
    startMs = milliseconds(part.span?.lowerBound ?? 0)
    endMs = milliseconds(part.span?.upperBound ?? 0)
    audio = sound
  }
}

extension NoddedPrompt {
  fileprivate init(_ nod: AskedAction) {
    self.init()
    nodded = nod.performed
    startMs = nod.startSeconds.map(milliseconds)
    endMs = nod.endSeconds.map(milliseconds)
    score = rounded(nod.score)
  }
}

extension SpeechMeasures {
  fileprivate init(_ signals: [Vocabulary.LivenessSignal: Double]) {
    self.init()
    func value(_ signal: Vocabulary.LivenessSignal) -> Double? {
      signals[signal].map { rounded($0) }
    }
    audioSeconds = value(.audioSeconds)
    speechSeconds = value(.speechSeconds)
    voicedRatio = value(.speechShare)
    speechRate = value(.speechRate)
    snrDb = value(.audioNoiseRatio)
    levelDb = value(.audioLevel)
    clippedShare = value(.audioClippedShare)
    speakerSimilarity = value(.speakerSimilarityMin)
    avLagMs = signals[.lipVoiceLagSeconds].map(signedMilliseconds)
    mouthMovingRatio = value(.lipVoicedMovingShare)
    lipVoiceAgreement = value(.lipVoiceAgreement)
  }
}

extension ModelVersion {
  init(_ model: VoiceModel) {
    self.init()
    role = model.role
    name = model.name
    sha256 = model.sha256
    preprocessing = model.preprocessing
  }
}
