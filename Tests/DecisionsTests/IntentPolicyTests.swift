// The rule for a person's will: what passes, and that nothing passes by what is missing, broken, unasked or not heard.

import Decisions
import Testing
import Vocabulary

struct IntentPolicyTests {
  static let policy = IntentPolicy.standard
  static let terms = IntentTerms()

  /// Numbers that keep every rule with room to spare.
  static func good(_ mode: IntentMode, _ kind: IntentPartKind?) -> [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [:]
    let rules = policy.rules.filter {
      $0.modes.contains(mode) && ($0.kinds.map { kind.map($0.contains) ?? false } ?? (kind == nil))
    }.map(\.rule)
    for rule in rules {
      let others = rules.filter { $0.signal == rule.signal }
      let low = others.filter { $0.side == .atLeast }.map(\.limit).max() ?? rule.range.lowerBound
      let high = others.filter { $0.side == .atMost }.map(\.limit).min() ?? rule.range.upperBound
      signals[rule.signal] = low + (high - low) / 2
    }
    return signals
  }

  static func kinds(_ mode: IntentMode) -> [IntentPartKind] {
    switch mode {
    case .read: [.sentence, .sentence, .digits]
    case .answer: [.answer, .answer]
    case .nod: [.prompt, .prompt, .prompt]
    }
  }

  static func evidence(_ mode: IntentMode) -> IntentEvidence {
    let parts = kinds(mode).map {
      IntentPart(kind: $0, outcome: .said, signals: good(mode, $0))
    }
    return IntentEvidence(
      mode: mode, challenged: true, signals: good(mode, nil), parts: parts,
      partsAsked: parts.count, capabilities: Set(LivenessCapability.allCases))
  }

  static func decide(_ evidence: IntentEvidence, _ terms: IntentTerms = terms) -> IntentDecision {
    policy.decide(evidence, terms: terms)
  }

  @Test(
    "every mode passes on good numbers, and says what it cannot know",
    arguments: IntentMode.allCases)
  func passes(mode: IntentMode) {
    let decision = Self.decide(Self.evidence(mode))
    #expect(decision.verdict == .pass)
    #expect(decision.reasons.first == DecisionReason(.intentShown))
    #expect(decision.reasons.contains { $0.code == .voiceOriginUnknown } == mode.speaks)
    #expect(decision.messages.isEmpty && decision.advice == .none && decision.code == .ok)
  }

  @Test("no number that is required may be missing", arguments: IntentMode.allCases)
  func missing(mode: IntentMode) {
    let whole = Self.evidence(mode)
    for rule in Self.policy.rules where rule.rule.missing != nil && rule.modes.contains(mode) {
      var evidence = whole
      // Where the rule holds.
      for condition in rule.rule.given where condition.signal == .speechRate {
        evidence.signals[.speechRate] = condition.limit
      }
      if rule.kinds == nil {
        evidence.signals[rule.rule.signal] = nil
      } else {
        for index in evidence.parts.indices {
          evidence.parts[index].signals[rule.rule.signal] = nil
        }
        guard evidence != whole else { continue }
      }
      #expect(Self.decide(evidence).verdict != .pass, "\(rule.name)")
    }
  }

  @Test(
    "every rule that is broken keeps from PASS, for its own reason", arguments: IntentMode.allCases)
  func broken(mode: IntentMode) {
    let whole = Self.evidence(mode)
    for rule in Self.policy.rules where rule.modes.contains(mode) {
      let bound = rule.rule
      for value in [
        bound.side == .atLeast ? bound.limit - 1e-6 : bound.limit + 1e-6, .nan, .infinity,
        -.infinity,
      ] {
        var evidence = whole
        if let kinds = rule.kinds {
          guard let index = evidence.parts.firstIndex(where: { kinds.contains($0.kind) }) else {
            continue
          }
          evidence.parts[index].signals[bound.signal] = value
        } else {
          evidence.signals[bound.signal] = value
        }
        let decision = Self.decide(evidence)
        #expect(decision.verdict != .pass, "\(rule.name) at \(value)")
        #expect(decision.reasons.contains { $0.signal == bound.signal }, "\(rule.name)")
      }
    }
  }

  @Test("READ and QA never pass without sound, speech or somebody to hear it")
  func needsSound() {
    for mode in [IntentMode.read, .answer] {
      var evidence = Self.evidence(mode)
      evidence.signals[.audioSeconds] = nil
      #expect(Self.decide(evidence).reasons[0].code == .audioMissing)
      #expect(Self.decide(evidence).code == .noVoice)
      evidence = Self.evidence(mode)
      evidence.signals = [.audioSeconds: 5, .audioCoverage: 1, .timingGapSecondsMax: 0.1]
      evidence.signals[.speechSeconds] = 0
      #expect(Self.decide(evidence).reasons[0].code == .voiceMissing)
      evidence = Self.evidence(mode)
      evidence.capabilities = []
      #expect(Self.decide(evidence).verdict == .inconclusive)
      #expect(Self.decide(evidence).reasons.contains { $0.code == .modelMissing })
      #expect(Self.decide(evidence).advice == .useOtherChannel)
      evidence.capabilities = [.speechRecognition]
      #expect(Self.decide(evidence).verdict == .review)
      evidence = IntentEvidence(
        mode: mode, challenged: true, partsAsked: 1,
        capabilities: Set(LivenessCapability.allCases))
      #expect(Self.decide(evidence).verdict == .inconclusive)
    }
  }

  @Test("nothing passes without a challenge, or with more or fewer parts than were asked for")
  func parts() {
    for mode in IntentMode.allCases {
      var evidence = Self.evidence(mode)
      evidence.challenged = false
      #expect(Self.decide(evidence).verdict == .inconclusive)
      evidence = Self.evidence(mode)
      evidence.parts.removeLast()
      #expect(Self.decide(evidence).verdict == .inconclusive)
      evidence = Self.evidence(mode)
      evidence.partsAsked -= 1
      #expect(Self.decide(evidence).verdict == .inconclusive)
      evidence.partsAsked = 0
      evidence.parts = []
      #expect(Self.decide(evidence).verdict != .pass)
      evidence = Self.evidence(mode)
      evidence.parts[0].kind = mode == .nod ? .answer : .prompt
      #expect(Self.decide(evidence).verdict != .pass)
    }
  }

  @Test("each outcome of each kind has its verdict and reason")
  func outcomes() {
    func reason(
      _ mode: IntentMode, _ index: Int, _ outcome: SpokenOutcome, _ code: ReasonCode? = nil
    ) -> (Verdict, ReasonCode, String) {
      var evidence = Self.evidence(mode)
      evidence.parts[index].outcome = outcome
      evidence.parts[index].code = code
      let decision = Self.decide(evidence)
      return (decision.verdict, decision.reasons[0].code, decision.reasons[0].field)
    }
    #expect(reason(.read, 1, .other) == (.reject, .textMismatch, "sentences[1]"))
    #expect(
      reason(.read, 0, .other, .textMeaningChanged)
        == (.reject, .textMeaningChanged, "sentences[0]"))
    #expect(reason(.read, 0, .unclear) == (.inconclusive, .textUnclear, "sentences[0]"))
    #expect(
      reason(.read, 0, .unclear, .textIncomplete)
        == (.inconclusive, .textIncomplete, "sentences[0]"))
    #expect(reason(.read, 2, .other) == (.reject, .digitsMismatch, "sentences[2]"))
    #expect(reason(.answer, 1, .other) == (.reject, .answerMismatch, "answers[1]"))
    #expect(reason(.answer, 1, .nothing) == (.inconclusive, .answerMissing, "answers[1]"))
    #expect(reason(.nod, 2, .nothing) == (.inconclusive, .promptNotNodded, "prompts[2]"))
    #expect(reason(.nod, 0, .other) == (.reject, .intentRefused, "prompts[0]"))
  }

  @Test("the defects of the issue, each with its own reason and verdict")
  func defects() {
    func decide(
      _ mode: IntentMode = .read, _ change: (inout IntentEvidence) -> Void
    ) -> (Verdict, ReasonCode) {
      var evidence = Self.evidence(mode)
      change(&evidence)
      let decision = Self.decide(evidence)
      return (decision.verdict, decision.reasons[0].code)
    }
    #expect(decide { $0.signals[.speakerSimilarityMin] = 0.1 } == (.reject, .speakerChanged))
    #expect(decide { $0.signals[.speakerSimilarityMin] = 0.29 } == (.review, .speakerChanged))
    #expect(decide { $0.signals[.lipVoicedMotion] = 0.05 } == (.reject, .mouthStill))
    #expect(decide { $0.signals[.lipSilentMotionSeconds] = 4 } == (.review, .mouthWithoutVoice))
    #expect(decide { $0.signals[.lipVoiceAgreement] = 0 } == (.reject, .lipVoiceMismatch))
    #expect(decide { $0.signals[.lipVoiceAgreement] = 0.3 } == (.review, .lipVoiceMismatch))
    #expect(decide { $0.signals[.audioLevel] = -60 } == (.inconclusive, .speechTooQuiet))
    #expect(decide { $0.signals[.audioClippedShare] = 0.2 } == (.inconclusive, .audioClipped))
    #expect(decide { $0.signals[.audioNoiseRatio] = 0 } == (.inconclusive, .audioNoisy))
    #expect(decide { $0.signals[.speechSeconds] = 0.2 } == (.inconclusive, .speechTooShort))
    #expect(decide { $0.signals[.speechRate] = 14 } == (.inconclusive, .speechTooFast))
    #expect(decide { $0.signals[.audioCoverage] = 0.3 } == (.inconclusive, .recordingCut))
    #expect(decide { $0.signals[.voiceInPicturesShare] = 0.9 } == (.inconclusive, .recordingCut))
    #expect(decide { $0.signals[.voiceInPicturesShare] = nil } == (.inconclusive, .signalMissing))
    #expect(
      decide(.nod) { $0.signals[.conversationLagSecondsMax] = 11 }
        == (.inconclusive, .recordingCut))
    // Recordings that are sent at once have no such number.
    #expect(decide { $0.signals[.conversationLagSecondsMax] = nil } == (.pass, .intentShown))
    #expect(decide { $0.signals[.timingGapSecondsMax] = 3 } == (.inconclusive, .recordingCut))
    #expect(
      decide { $0.parts[0].signals[.textContrastMargin] = -1 } == (.reject, .textMeaningChanged))
    #expect(
      decide { $0.parts[2].signals[.digitProbabilityMin] = 0.01 } == (.reject, .digitsMismatch))
    #expect(decide(.nod) { $0.signals[.headShakes] = 1 } == (.reject, .intentRefused))
    // Sound that is no good spoils what was understood of it: nobody is rejected for it.
    #expect(
      decide {
        $0.signals[.audioLevel] = -60
        $0.parts[0].outcome = .other
      } == (.inconclusive, .speechTooQuiet))
  }

  @Test("a short text passes without a voice to compare, and says so; missing voice does not")
  func voices() {
    func decide(_ rate: Double?, _ similarity: Double?, _ version: Int) -> IntentDecision {
      var evidence = Self.evidence(.read)
      evidence.signals[.speechRate] = rate
      evidence.signals[.speakerSimilarityMin] = similarity
      return Self.policy.asOf(version).decide(evidence, terms: Self.terms)
    }
    let remark = DecisionReason(.signalMissing, advisory: true, signal: .speakerSimilarityMin)
    let short = decide(7.4, nil, 2)
    #expect(short.verdict == .pass && short.reasons.contains(remark))
    #expect(decide(7.5, nil, 2).verdict == .review && decide(16, nil, 2).verdict == .review)
    #expect(decide(nil, nil, 2).verdict == .review && decide(nil, 0.9, 2).verdict == .review)
    #expect(decide(.nan, nil, 2).verdict != .pass)
    #expect(decide(5, 0.29, 2).verdict == .review && decide(5, 0.1, 2).verdict == .reject)
    #expect(decide(8, 0.9, 2).verdict == .pass && !decide(8, 0.9, 2).reasons.contains(remark))
    // Version 1 asked for it of every text.
    #expect(decide(5, nil, 1).verdict == .review && decide(nil, 0.9, 1).verdict == .pass)
    #expect(
      IntentPolicy.versionsKnown.map(IntentPolicy.name) == ["intent@1", "intent@2", "intent@3"])
  }

  @Test(
    "the likelier text is the one that was read; to version 2 by a nat, or by as much as a scene asks for"
  )
  func contrasts() {
    func decide(
      _ margin: Double, _ version: Int = 3, _ terms: IntentTerms = Self.terms
    ) -> Verdict {
      var evidence = Self.evidence(.read)
      evidence.parts[0].signals[.textContrastMargin] = margin
      return Self.policy.asOf(version).decide(evidence, terms: terms).verdict
    }
    #expect(decide(0.1) == .pass && decide(-0.1) == .reject && decide(.nan) != .pass)
    #expect([1, 2].map { decide(0.9, $0) } == [.inconclusive, .inconclusive])
    #expect([1, 2].map { decide(1, $0) } == [.pass, .pass])
    let strict = IntentTerms(limits: ["intent.textContrastClose": 3])
    #expect(
      [1, 2, 3].map { decide(2.9, $0, strict) } == [.inconclusive, .inconclusive, .inconclusive])
  }

  @Test("terms change limits within their ranges, and remarks only where that may be")
  func terms() {
    var evidence = Self.evidence(.read)
    evidence.signals[.lipVoiceAgreement] = 0.3
    let looser = IntentTerms(limits: ["intent.lipVoiceAgreement": 0.2])
    #expect(Self.decide(evidence, looser).verdict == .pass)
    #expect(
      Self.decide(evidence, IntentTerms(limits: ["intent.lipVoiceAgreement": .nan])).verdict
        == .review)
    #expect(
      Self.decide(evidence, IntentTerms(advisory: ["intent.lipVoiceAgreement"])).verdict
        == .review)
    evidence = Self.evidence(.read)
    evidence.signals[.audioSilenceSecondsMax] = 5
    #expect(Self.decide(evidence).verdict == .review)
    let decision = Self.decide(evidence, IntentTerms(advisory: ["intent.audioSilence"]))
    #expect(decision.verdict == .pass)
    #expect(decision.reasons.contains { $0.code == .recordingCut && $0.advisory })
  }

  static let face = FaceVerdict(
    verdict: .pass, reasons: [DecisionReason(.livenessShown)], messages: [], advice: .none)

  static func face(_ verdict: Verdict, _ code: ReasonCode) -> FaceVerdict {
    FaceVerdict(
      verdict: verdict, reasons: [DecisionReason(code)], messages: [.tryAgain],
      advice: .retryCapture)
  }

  @Test("face and will pass together or not at all; the graver one decides")
  func together() {
    let said = Self.decide(Self.evidence(.read))
    var other = Self.evidence(.read)
    other.parts[0].outcome = .other
    let refused = Self.decide(other)
    func both(_ face: FaceVerdict, _ will: IntentDecision?, _ mode: IntentMode = .read)
      -> IntentDecision
    {
      Self.policy.together(face: face, will: will, mode: mode)
    }
    let pass = both(Self.face, said)
    #expect(pass.verdict == .pass && pass.reasons[0].code == .intentShown)
    #expect(pass.reasons.contains { $0.code == .livenessShown })
    #expect(both(Self.face, refused).verdict == .reject)
    #expect(both(Self.face, refused).reasons[0].code == .textMismatch)
    // A face that failed is the answer, whatever was said; and not having listened is never PASS.
    #expect(both(Self.face(.inconclusive, .faceLost), nil).code == .faceOutOfFrame)
    #expect(both(Self.face(.reject, .personChanged), nil).verdict == .reject)
    #expect(both(Self.face, nil).verdict == .inconclusive)
    #expect(both(Self.face(.unknown, .faceLost), said).verdict == .inconclusive)
    let review = both(Self.face(.review, .personChanged), said)
    #expect(review.verdict == .review && review.reasons[0].code == .personChanged)
    #expect(both(Self.face(.review, .personChanged), refused).reasons[0].code == .textMismatch)
    #expect(
      both(Self.face(.reject, .scoreBelowThreshold), refused).code == .similarityLow)
    // That nods are missing is said of the prompts.
    var nods = Self.evidence(.nod)
    nods.parts[1].outcome = .nothing
    let missing = both(Self.face(.inconclusive, .actionNotPerformed), Self.decide(nods), .nod)
    #expect(missing.verdict == .inconclusive)
    #expect(missing.reasons.map(\.code) == [.promptNotNodded])
    let lost = both(Self.face(.inconclusive, .faceLost), Self.decide(nods), .nod)
    #expect(lost.reasons.map(\.code) == [.faceLost, .promptNotNodded])
    #expect(lost.messages == [.tryAgain, .nodToEachPrompt])
    for verdict in Verdict.allCases where verdict != .pass {
      #expect(both(Self.face(verdict, .faceLost), said).verdict != .pass)
      #expect(both(Self.face(verdict, .faceLost), nil).verdict != .pass)
    }
  }

  @Test("what the face lacks is told as such, not as a fault of the recording")
  func codesOfTheFace() {
    #expect(IntentCode(.eyesClosed) == .notLive)
    #expect(IntentCode(.staticFace) == .notLive)
    #expect(IntentCode(.recordingCut) == .recordingFailed)
  }

  @Test("presence asks for one person throughout, not for liveness")
  func presence() {
    let signals = LivenessPolicyTests.good
    var evidence = LivenessEvidence(mode: .silent, challenged: true, signals: signals)
    #expect(LivenessPolicy.presence.decide(evidence, terms: LivenessTerms()).verdict == .pass)
    #expect(LivenessPolicy.standard.decide(evidence, terms: LivenessTerms()).verdict != .pass)
    for signal in [
      LivenessSignal.faceShare, .severalFacesShare, .identitySimilarityMin, .clipSeconds,
    ] {
      evidence.signals = signals
      evidence.signals[signal] = nil
      #expect(LivenessPolicy.presence.decide(evidence, terms: LivenessTerms()).verdict != .pass)
    }
  }
}
