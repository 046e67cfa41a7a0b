// Whether a recording shows that its person agrees: numbers in, verdict and reasons out.

package import Vocabulary

/// What was found about one sentence, code, answer or prompt.
package struct IntentPart: Sendable, Equatable {
  package var kind: IntentPartKind
  package var outcome: SpokenOutcome
  /// Why it is not `said`, where more is known than the outcome says.
  package var code: ReasonCode?
  package var signals: [LivenessSignal: Double]

  package init(
    kind: IntentPartKind, outcome: SpokenOutcome, code: ReasonCode? = nil,
    signals: [LivenessSignal: Double] = [:]
  ) {
    self.kind = kind
    self.outcome = outcome
    self.code = code
    self.signals = signals
  }
}

/// Everything a verdict on a person's will rests on, beside the face. Recorded with the verdict, it gives the same verdict
/// again.
package struct IntentEvidence: Sendable, Equatable {
  package var mode: IntentMode
  /// A challenge was issued for this recording and redeemed by it.
  package var challenged: Bool
  /// Of the recording as a whole; absent is not measured.
  package var signals: [LivenessSignal: Double]
  /// In order.
  package var parts: [IntentPart]
  /// How many parts were asked for.
  package var partsAsked: Int
  /// What the server could do.
  package var capabilities: Set<LivenessCapability>

  package init(
    mode: IntentMode, challenged: Bool, signals: [LivenessSignal: Double] = [:],
    parts: [IntentPart] = [], partsAsked: Int, capabilities: Set<LivenessCapability> = []
  ) {
    self.mode = mode
    self.challenged = challenged
    self.signals = signals
    self.parts = parts
    self.partsAsked = partsAsked
    self.capabilities = capabilities
  }
}

/// What a scene sets otherwise than the policy's defaults.
package struct IntentTerms: Sendable, Equatable {
  /// Limits by the names of their rules.
  package var limits: [String: Double]
  /// Names of rules whose failure is remarked and changes nothing. Those that may not be advisory stay strict.
  package var advisory: Set<String>

  package init(limits: [String: Double] = [:], advisory: Set<String> = []) {
    self.limits = limits
    self.advisory = advisory
  }
}

/// A verdict with its reasons.
package struct IntentDecision: Sendable, Equatable {
  package var verdict: Verdict
  /// At least one; remarks last.
  package var reasons: [DecisionReason]
  /// For the person, most important first, each once; empty with PASS.
  package var messages: [UserMessage]
  package var advice: NextAction
  /// The same in one word.
  package var code: IntentCode

  package init(
    verdict: Verdict, reasons: [DecisionReason], messages: [UserMessage], advice: NextAction,
    code: IntentCode
  ) {
    self.verdict = verdict
    self.reasons = reasons
    self.messages = messages
    self.advice = advice
    self.code = code
  }
}

/// Version 3 of the rule for a person's will, and the way back to versions 1 and 2 (`asOf`). Pure: the same evidence and terms
/// give the same decision.
///
/// 1. Nothing passes without a redeemed challenge, nor READ or QA on a server that cannot hear what is said; one that
///    cannot tell voices apart leaves it to REVIEW.
/// 2. Every part that was asked for has to be there and SAID: another text, code or answer rejects, an unclear or missing
///    one is INCONCLUSIVE.
/// 3. Every rule of the mode is held against the numbers, of the whole and of each part. What is missing and required, not
///    finite or out of its range never passes.
/// 4. If a rule about the sound itself fails, the answer is INCONCLUSIVE, whatever else was understood of it.
/// 5. Otherwise the gravest outcome decides: REJECT before REVIEW before INCONCLUSIVE; PASS when nothing fails.
///
/// Since version 2: the rules that say so; and that a voice was too short to be compared with itself is remarked. Since
/// version 3: a text has to be likelier than those of another meaning, no longer by a nat.
package struct IntentPolicy: Sendable {
  /// Versions whose verdicts can be given again; the last one decides.
  package static let versionsKnown = 1...3
  package static let version = name(ofVersion: versionsKnown.upperBound)

  /// The name of a version, as in answers and records.
  package static func name(ofVersion number: Int) -> String { "intent@\(number)" }

  /// Which version this is.
  package let number: Int
  /// By importance of their reasons.
  package let rules: [IntentRule]
  /// Of every version.
  private let all: [IntentRule]

  /// - Parameter all: rules of every version.
  /// - Precondition: no name twice, every limit within its range.
  package init(
    rules all: [IntentRule], number: Int = IntentPolicy.versionsKnown.upperBound
  ) {
    let rules = all.filter { $0.versions.contains(number) }
    self.number = number
    self.all = all
    precondition(Set(rules.map(\.name)).count == rules.count, "a rule's name twice")
    precondition(rules.allSatisfy { $0.rule.range.contains($0.rule.limit) }, "a limit out of range")
    self.rules = rules
  }

  /// The same policy in another version.
  package func asOf(_ number: Int) -> IntentPolicy {
    number == self.number ? self : IntentPolicy(rules: all, number: number)
  }

  /// The decision on `evidence`, the face left aside.
  package func decide(_ evidence: IntentEvidence, terms: IntentTerms) -> IntentDecision {
    var findings = preconditions(evidence) + parts(evidence)
    var remarks: [DecisionReason] = []
    for rule in rules where applies(rule, to: evidence) {
      for (signals, field) in subjects(of: rule, in: evidence) {
        let limit = limit(of: rule, terms)
        guard let finding = finding(rule.rule, signals, limit: limit, field: field) else {
          continue
        }
        if findings.contains(where: { $0.reason == finding.reason }) { continue }
        if finding.isFailure, rule.rule.mayBeAdvisory, terms.advisory.contains(rule.name) {
          var remark = finding.reason
          remark.advisory = true
          remarks.append(remark)
        } else {
          findings.append(finding)
        }
      }
    }
    if evidence.mode.speaks {
      remarks.append(DecisionReason(.voiceOriginUnknown, advisory: true))
      if number > 1, isVoiceUncompared(evidence) {
        remarks.append(
          DecisionReason(.signalMissing, advisory: true, signal: .speakerSimilarityMin))
      }
    }
    return decision(findings, remarks)
  }

  /// Whether a voice was heard, and too little of it to be held against itself.
  private func isVoiceUncompared(_ evidence: IntentEvidence) -> Bool {
    evidence.capabilities.contains(.speakerComparison)
      && evidence.signals[.audioSeconds] != nil && evidence.signals[.speakerSimilarityMin] == nil
  }

  /// The limit of `rule` under `terms`. One that no value can be held against never loosens a rule.
  package func limit(of rule: IntentRule, _ terms: IntentTerms) -> Double {
    guard let limit = terms.limits[rule.name], rule.rule.range.contains(limit) else {
      return rule.rule.limit
    }
    return limit
  }

  private func applies(_ rule: IntentRule, to evidence: IntentEvidence) -> Bool {
    rule.modes.contains(evidence.mode)
      && (rule.needs.map(evidence.capabilities.contains) ?? true)
  }

  /// What the rule is held against, and how it is called.
  private func subjects(
    of rule: IntentRule, in evidence: IntentEvidence
  ) -> [(signals: [LivenessSignal: Double], field: String)] {
    guard let kinds = rule.kinds else { return [(evidence.signals, "")] }
    return evidence.parts.indices.filter { kinds.contains(evidence.parts[$0].kind) }.map {
      (evidence.parts[$0].signals, Self.name(of: $0, in: evidence))
    }
  }

  /// As answers list the parts: `sentences[1]`.
  private static func name(of index: Int, in evidence: IntentEvidence) -> String {
    switch evidence.mode {
    case .read: "sentences[\(index)]"
    case .answer: "answers[\(index)]"
    case .nod: "prompts[\(index)]"
    }
  }

  /// What has to hold before any number is looked at.
  private func preconditions(_ evidence: IntentEvidence) -> [IntentFinding] {
    var findings: [IntentFinding] = []
    if !evidence.challenged {
      findings.append(IntentFinding(.challengeRequired, .inconclusive, .tryAgain))
    }
    if evidence.partsAsked < 1 || evidence.parts.count > evidence.partsAsked {
      findings.append(IntentFinding(.signalInvalid, .inconclusive, .tryAgain))
    }
    guard evidence.mode.speaks else { return findings }
    if !evidence.capabilities.contains(.speechRecognition) {
      findings.append(IntentFinding(.modelMissing, .inconclusive, .useOtherWay))
    } else if !evidence.capabilities.contains(.speakerComparison) {
      findings.append(IntentFinding(.modelMissing, .review, .useOtherWay))
    }
    if evidence.capabilities.contains(.speechRecognition), evidence.signals[.audioSeconds] == nil {
      var finding = IntentFinding(.audioMissing, .inconclusive, .microphoneOn)
      finding.isAboutMaterial = true
      findings.append(finding)
    }
    return findings
  }

  /// Whether all was said that was asked for.
  private func parts(_ evidence: IntentEvidence) -> [IntentFinding] {
    var findings: [IntentFinding] = []
    for index in evidence.parts.indices {
      let part = evidence.parts[index]
      guard part.outcome != .said || part.kind.isOf(evidence.mode) == false else { continue }
      var finding = IntentFinding(
        part.reason, part.outcome == .other ? .reject : .inconclusive, part.kind.message)
      if part.kind == .sentence, part.code == .textIncomplete { finding.message = .readWholeText }
      finding.reason.field = Self.name(of: index, in: evidence)
      findings.append(finding)
    }
    if evidence.parts.count < evidence.partsAsked {
      let kind: IntentPartKind =
        switch evidence.mode {
        case .read: .sentence
        case .answer: .answer
        case .nod: .prompt
        }
      let missing = IntentPart(kind: kind, outcome: .nothing)
      var finding = IntentFinding(missing.reason, .inconclusive, kind.message)
      finding.reason.field = Self.name(of: evidence.parts.count, in: evidence)
      findings.append(finding)
    }
    return findings
  }

  private func finding(
    _ rule: LivenessRule, _ signals: [LivenessSignal: Double], limit: Double, field: String
  ) -> IntentFinding? {
    var finding: IntentFinding
    switch rule.check(signals, limit: limit) {
    case .kept, .silent: return nil
    case .missing(let outcome):
      finding = IntentFinding(.signalMissing, outcome, rule.message)
      finding.isAboutMaterial = rule.isAboutMaterial
    case .invalid:
      finding = IntentFinding(.signalInvalid, .inconclusive, rule.message)
      finding.isAboutMaterial = true
    case .failed(let measured):
      finding = IntentFinding(rule.code, rule.failing, rule.message)
      finding.reason.measured = measured
      finding.reason.limit = limit
      finding.isAboutMaterial = rule.isAboutMaterial
      finding.isFailure = true
    }
    finding.reason.signal = rule.signal
    finding.reason.field = field
    return finding
  }

  private func decision(
    _ findings: [IntentFinding], _ remarks: [DecisionReason]
  ) -> IntentDecision {
    guard !findings.isEmpty else {
      return IntentDecision(
        verdict: .pass, reasons: [DecisionReason(.intentShown)] + remarks, messages: [],
        advice: .none, code: .ok)
    }
    let isSpoiled = findings.contains(where: \.isAboutMaterial)
    let counted = isSpoiled ? findings.filter(\.isAboutMaterial) : findings
    // The gravest first; equally grave ones stay in the rules' order.
    let ordered = LivenessOutcome.allCases.reversed().flatMap { grade in
      counted.filter { $0.outcome == grade }
    }
    let others = isSpoiled ? findings.filter { !$0.isAboutMaterial } : []
    let outcome = counted.map(\.outcome).max() ?? .inconclusive
    var seen: Set<UserMessage> = []
    let messages = ordered.map(\.message).filter { seen.insert($0).inserted }
    let reasons = (ordered + others).map(\.reason) + remarks
    return IntentDecision(
      verdict: outcome.verdict, reasons: reasons, messages: messages,
      advice: messages.contains(.useOtherWay) ? .useOtherChannel : outcome.advice,
      code: IntentCode(reasons[0].code))
  }
}

/// One thing that stands against a PASS.
private struct IntentFinding {
  var reason: DecisionReason
  var outcome: LivenessOutcome
  var message: UserMessage
  var isAboutMaterial = false
  /// A number broke its limit, rather than being missing or invalid.
  var isFailure = false

  init(_ code: ReasonCode, _ outcome: LivenessOutcome, _ message: UserMessage) {
    reason = DecisionReason(code)
    self.outcome = outcome
    self.message = message
  }
}

extension LivenessOutcome {
  fileprivate var verdict: Verdict {
    switch self {
    case .inconclusive: .inconclusive
    case .review: .review
    case .reject: .reject
    }
  }

  fileprivate var advice: NextAction {
    switch self {
    case .inconclusive: .retryCapture
    case .review: .manualReview
    case .reject: .none
    }
  }
}

extension IntentPartKind {
  fileprivate func isOf(_ mode: IntentMode) -> Bool {
    switch self {
    case .sentence, .digits: mode == .read
    case .answer: mode == .answer
    case .prompt: mode == .nod
    }
  }

  fileprivate var message: UserMessage {
    switch self {
    case .sentence: .readTextAloud
    case .digits: .readDigitsAloud
    case .answer: .answerAloud
    case .prompt: .nodToEachPrompt
    }
  }
}

extension IntentPart {
  /// Why it is not said.
  fileprivate var reason: ReasonCode {
    if outcome != .said, let code { return code }
    return switch (kind, outcome) {
    case (.sentence, .other): .textMismatch
    case (.sentence, .unclear): .textUnclear
    case (.sentence, .nothing): .textIncomplete
    case (.digits, .other): .digitsMismatch
    case (.digits, .unclear): .textUnclear
    case (.digits, .nothing): .textIncomplete
    case (.answer, .other): .answerMismatch
    case (.answer, .unclear): .textUnclear
    case (.answer, .nothing): .answerMissing
    case (.prompt, .other): .intentRefused
    case (.prompt, .unclear), (.prompt, .nothing): .promptNotNodded
    // Of a kind that was not asked for.
    case (_, .said): .signalInvalid
    }
  }
}

extension IntentCode {
  /// What a first reason comes to in one word.
  package init(_ reason: ReasonCode) {
    self =
      switch reason {
      case .intentShown, .scoreAtOrAboveThreshold, .livenessShown: .ok
      case .faceLost: .faceOutOfFrame
      case .multipleFaces: .severalFaces
      case .noFace, .faceUncertain: .faceNotDetected
      case .faceIncomplete, .faceTooSmall: .faceIncomplete
      case .faceMaskSuspected: .faceCovered
      case .personChanged: .personChanged
      case .presentationAttack, .syntheticFace, .staticFace, .eyesClosed, .deviceRisk,
        .deviceUnverified, .modeTooWeak:
        .notLive
      case .scoreBelowThreshold: .similarityLow
      case .noUsableFrame, .faceTurned, .faceTilted, .faceRolled, .faceBlurred, .faceTooDark,
        .faceTooBright, .identicalImages:
        .compareFailed
      case .textMismatch, .textMeaningChanged, .digitsMismatch, .answerMismatch,
        .promptNotNodded, .intentRefused, .actionNotPerformed, .actionOrderWrong,
        .actionNotAsked, .actionUnclear:
        .notConfirmed
      case .mouthStill: .noMouthOpening
      case .audioMissing, .voiceMissing, .answerMissing, .mouthWithoutVoice: .noVoice
      case .speechTooShort, .speechTooQuiet, .audioClipped, .audioNoisy, .speechTooFast,
        .speechTooSlow, .textUnclear, .textIncomplete:
        .recognitionFailed
      case .speakerChanged, .lipVoiceMismatch, .voiceOriginUnknown, .lipMismatch: .voiceNotTheirs
      case .captureTooShort, .recordingCut, .replayedMedia, .injectedMedia, .signalMissing,
        .signalInvalid:
        .recordingFailed
      case .modelMissing: .unavailable
      case .challengeRequired: .notFinished
      default: .recordingFailed
      }
  }
}
