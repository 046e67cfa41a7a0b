// Sound heard by Speech on the shared inference core, in the words of Intent.

internal import Decisions
package import Liveness
package import Speech
package import SpokenText
package import Vocabulary

/// Hears with the models that are installed. Safe from any thread.
package struct SpeechVoiceReader: VoiceReader {
  private let speech: SpeechReader
  private let pinyin: PinyinTable
  private let point: SpeechPoint

  /// - Parameter point: the limits that texts are held to.
  package init(speech: SpeechReader, pinyin: PinyinTable, point: SpeechPoint = .standard) {
    self.speech = speech
    self.pinyin = pinyin
    self.point = point
  }

  package var models: [VoiceModel] {
    speech.models.map {
      VoiceModel(
        role: $0.role, name: $0.name, sha256: $0.sha256, preprocessing: $0.preprocessing)
    }
  }

  package var capabilities: Set<LivenessCapability> {
    [.speechRecognition, .speakerComparison, .digitRecognition]
  }

  package func parts(of script: IntentScript) throws(ServiceError) -> Int {
    guard Self.pairs(script).allSatisfy({ $0.isAudible(pinyin) }) else {
      throw .outOfRange("contrasts", "words that do not sound alike, of a request or a scene")
    }
    return switch script.mode {
    case .read:
      try (script.text.isEmpty ? 0 : text(script).parts.count) + (script.digits.isEmpty ? 0 : 1)
    case .answer: try answers(script).count
    case .nod: script.prompts.count
    }
  }

  package func read(
    _ source: VoiceSource, script: IntentScript, windows: [ClosedRange<Double>], field: String,
    before deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings {
    let (sound, shift) = Self.sound(source)
    switch script.mode {
    case .read:
      return try await readText(script, sound, shift, field, deadline)
    case .answer:
      return try await readAnswers(script, windows, sound, shift, field, deadline)
    case .nod:
      throw ServiceError(
        .internal, "Nobody listens to nods.", ErrorDetail(.internalFault, advice: .contactSupport))
    }
  }

  package func track(of video: Bytes, bytesMax: Int) -> Bytes? {
    speech.track(of: video, bytesMax: bytesMax)
  }

  /// Sound, and what its own times are ahead of the pictures' clock.
  private static func sound(_ source: VoiceSource) -> (SoundSource, shift: Double) {
    switch source {
    case .file(let bytes, let first): (.encoded(bytes), first)
    case .samples(let samples, let start):
      (.samples(samples.map { Float($0) / 32768 }, startSeconds: start), 0)
    }
  }

  // MARK: A text

  private func readText(
    _ script: IntentScript, _ sound: SoundSource, _ shift: Double, _ field: String,
    _ deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings {
    let text = script.text.isEmpty ? nil : try text(script)
    let expected: ExpectedSpeech =
      switch text {
      case let text?: script.digits.isEmpty ? .text(text) : .textThenCode(text, script.digits)
      // A code alone, for liveness.
      case nil: .code(script.digits)
      }
    let task = SpeechTask(expected: expected, pairs: Self.pairs(script), keepsSamples: true)
    let reading = try await speech.read(sound, task, field: field, before: deadline)
    let start = reading.startSeconds - shift
    var findings = findings(reading, start)
    for part in reading.parts { findings.parts.append(spoken(part, start, kind: .sentence)) }
    while findings.parts.count < text?.parts.count ?? 0 {
      findings.parts.append(SpokenPart(part: IntentPart(kind: .sentence, outcome: .nothing)))
    }
    if !script.digits.isEmpty {
      findings.parts.append(digits(reading.code, start))
    }
    findings.transcript = reading.parts.map(\.hypothesis).joined()
    findings.similarity = findings.parts.compactMap(\.similarity).min()
    findings.signals[.speechRate] = reading.syllablesPerSecond
    return findings
  }

  private func digits(_ code: CodeReading?, _ start: Double) -> SpokenPart {
    guard let code, !code.digits.isEmpty else {
      return SpokenPart(part: IntentPart(kind: .digits, outcome: .nothing))
    }
    let least = code.leastProbability
    let limit = IntentPolicy.standard.rules.first { $0.name == "intent.digits" }?.rule.limit ?? 1
    let outcome: SpokenOutcome = least >= limit ? code.isAlone ? .said : .unclear : .other
    return SpokenPart(
      part: IntentPart(
        kind: .digits, outcome: outcome, code: Self.reason(outcome, code),
        signals: [.digitProbabilityMin: least]),
      span: Self.moved(code.span, start), transcript: code.heardDigits.map(String.init).joined())
  }

  /// Why a code is not said; nil if it is.
  private static func reason(_ outcome: SpokenOutcome, _ code: CodeReading) -> ReasonCode? {
    switch outcome {
    case .said: nil
    case .unclear: code.isWhole ? .textUnclear : .textIncomplete
    case .other, .nothing: .digitsMismatch
    }
  }

  /// What was heard of one stretch of text.
  package func spoken(_ part: PartReading, _ start: Double, kind: IntentPartKind) -> SpokenPart {
    let scores = part.scores
    let judgement = SpeechJudgement([part], point)
    var signals: [LivenessSignal: Double] = [
      .textEvidence: scores.pmi, .textEvidenceWindow: scores.w4, .textEvidenceTail: scores.tail,
      .textBehindBest: scores.fg, .textCoverage: scores.cov, .textLength: Double(scores.length),
      .textContrastsShare: scores.contrastsDue == 0
        ? 1 : Double(scores.contrastsScored) / Double(scores.contrastsDue),
    ]
    signals[.textContrastMargin] = scores.contrastMargin
    signals[.textUncoveredTail] = scores.uncoveredTail.map { Double($0) }
    signals[.textAlternativeMargin] = part.measures.alternativeMargin
    signals[.textOmissionMargin] = part.measures.omissionMargin
    signals[.textDeficit] = part.measures.deficit
    let similarity = SpeechSimilarity.of(part)
    signals[.textSimilarity] = similarity
    return SpokenPart(
      part: IntentPart(
        kind: kind, outcome: SpokenOutcome(judgement.verdict),
        code: judgement.reasons.first?.code.reason,
        signals: signals),
      range: kind == .sentence ? part.range : nil, span: Self.moved(part.span, start),
      transcript: part.hypothesis, similarity: similarity)
  }

  // MARK: Answers

  private func readAnswers(
    _ script: IntentScript, _ windows: [ClosedRange<Double>], _ sound: SoundSource,
    _ shift: Double, _ field: String, _ deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings {
    let sets = try answers(script)
    let whole = try await speech.read(
      sound, SpeechTask(wantVoice: false, keepsSamples: true), field: field, before: deadline)
    let start = whole.startSeconds - shift
    var findings = findings(whole, start)
    // Between answers the device may speak.
    findings.voiced = findings.voiced.flatMap { voiced in
      windows.filter { $0.overlaps(voiced) }.map { $0.clamped(to: voiced) }
    }
    findings.signals[.speechSeconds] = findings.voiced.reduce(0) {
      $0 + $1.upperBound - $1.lowerBound
    }
    let samples = SoundSource.samples(whole.samples, startSeconds: 0)
    var voices: [VoiceReading] = []
    for (set, window) in zip(sets, windows) {
      let (part, voice) = try await answer(
        set, window, samples, whole, start, script, field, deadline)
      findings.parts.append(part)
      if let voice { voices.append(voice) }
    }
    findings.signals[.speakerSimilarityMin] = VoiceReading.leastSimilarity(of: voices)
    return findings
  }

  private func answer(
    _ set: AnswerSet, _ window: ClosedRange<Double>, _ sound: SoundSource,
    _ whole: SpeechReading, _ start: Double, _ script: IntentScript, _ field: String,
    _ deadline: Deadline
  ) async throws(ServiceError) -> (SpokenPart, VoiceReading?) {
    let from = max(window.lowerBound - start, 0)
    let to = min(window.upperBound - start, whole.condition.seconds)
    let voiced = whole.segments.reduce(0.0) { $0 + max(min($1.end, to) - max($1.start, from), 0) }
    let nothing = SpokenPart(
      part: IntentPart(
        kind: .answer, outcome: .nothing, signals: [.answerSpeechSeconds: max(voiced, 0)]))
    guard to - from > 0.3, voiced > 0 else { return (nothing, nil) }
    let heard = try await speech.read(
      sound,
      SpeechTask(
        expected: .oneOf(set.answers.map { SpokenChoice(part: $0.part, others: $0.opposites) }),
        within: from...to,
        pairs: Self.pairs(script)), field: field, before: deadline)
    guard let best = heard.answers.first, set.answers.indices.contains(best.index) else {
      return (nothing, nil)
    }
    var found = spoken(best.reading, start + heard.startSeconds, kind: .answer)
    found.part.signals[.answerSpeechSeconds] = voiced
    if found.part.outcome == .other { found.part.code = .answerMismatch }
    if found.part.outcome == .said { found.answer = set.answers[best.index].given }
    return (found, heard.voice)
  }

  // MARK: The whole

  /// What is known of the sound apart from words.
  package func findings(_ reading: SpeechReading, _ start: Double) -> VoiceFindings {
    let condition = reading.condition
    var signals: [LivenessSignal: Double] = [
      .audioSeconds: condition.seconds, .speechSeconds: reading.voicedSeconds,
      .speechShare: reading.voicedRatio, .audioClippedShare: condition.clippedShare,
    ]
    signals[.audioLevel] = condition.levelDB
    signals[.audioNoiseRatio] = condition.signalToNoiseDB
    if let voice = reading.voice {
      signals[.speakerHalves] = voice.halves
      signals[.speakerSimilarityMin] = voice.leastSimilarity
    }
    return VoiceFindings(
      sound: WaveSound(
        samples: reading.samples.map { sample in
          Int16(max(min(sample * 32768, 32767), -32768))
        }, startSeconds: start),
      voiced: reading.segments.map { $0.start + start...max($0.end, $0.start) + start },
      signals: signals, parts: [])
  }

  private static func moved(_ span: ClosedRange<Double>, _ start: Double) -> ClosedRange<Double> {
    span.lowerBound + start...span.upperBound + start
  }

  // MARK: What is expected

  private func text(_ script: IntentScript) throws(ServiceError) -> ExpectedText {
    do throws(UnreadableText) {
      return try ExpectedText(script.text, field: "text", pinyin: pinyin, names: script.names)
    } catch { throw ServiceError(error) }
  }

  private func answers(_ script: IntentScript) throws(ServiceError) -> [AnswerSet] {
    try script.questions.enumerated().map { (index, question) throws(ServiceError) in
      do throws(UnreadableText) {
        return try AnswerSet(
          question: question.question, answers: question.answers,
          acceptsNearMeaning: question.acceptsNearMeaning, field: "questions[\(index)]",
          pinyin: pinyin)
      } catch { throw ServiceError(error) }
    }
  }

  private static func pairs(_ script: IntentScript) -> [ContrastPair] {
    script.pairs.map {
      ContrastPair(said: $0.word, other: $0.other, label: "scene", bothWays: true)
    }
  }
}

extension ServiceError {
  fileprivate init(_ error: UnreadableText) {
    self.init(
      .invalidArgument, "\(error.description).",
      ErrorDetail(.outOfRange, field: error.field, advice: .correctInput))
  }
}

extension SpokenOutcome {
  fileprivate init(_ verdict: SpokenTextJudgement.Verdict) {
    self =
      switch verdict {
      case .accept: .said
      case .unclear: .unclear
      case .reject: .other
      }
  }
}

extension SpokenTextJudgement.Code {
  fileprivate var reason: ReasonCode {
    switch self {
    case .otherText: .textMismatch
    case .contrastFits: .textMeaningChanged
    case .endMissing: .textIncomplete
    case .contrastClose, .contrastsMissing, .wordsUnclear, .syllablesMissing, .otherWords,
      .moreSaid, .takenBack, .notMeasured:
      .textUnclear
    }
  }
}
