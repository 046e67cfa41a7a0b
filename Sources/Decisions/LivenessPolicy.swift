// Whether a capture shows a live person who did what was asked: numbers in, verdict and reasons out.

package import Vocabulary

/// Everything a liveness verdict rests on. Recorded with the verdict, it gives the same verdict again.
package struct LivenessEvidence: Sendable, Equatable {
  /// What the challenge asked for, or `silent` without one.
  package var mode: LivenessMode
  /// A single picture, not a clip: shows nothing but what it looks like.
  package var isStill: Bool
  /// A challenge was issued for this capture and redeemed by it.
  package var challenged: Bool
  package var actions: [FaceAction]
  /// What was measured; absent is not measured.
  package var signals: [LivenessSignal: Double]
  /// What the server could do.
  package var capabilities: Set<LivenessCapability>
  /// Present where a real camera has to be shown, too.
  package var enhanced: EnhancedEvidence?

  package init(
    mode: LivenessMode, isStill: Bool = false, challenged: Bool, actions: [FaceAction] = [],
    signals: [LivenessSignal: Double], capabilities: Set<LivenessCapability> = [],
    enhanced: EnhancedEvidence? = nil
  ) {
    self.mode = mode
    self.isStill = isStill
    self.challenged = challenged
    self.actions = actions
    self.signals = signals
    self.capabilities = capabilities
    self.enhanced = enhanced
  }
}

/// What Enhanced knows beside the capture.
package struct EnhancedEvidence: Sendable, Equatable {
  package var device: DeviceRisk
  /// The least that the risk policy demands for this device; nil refuses it.
  package var demandedMode: LivenessMode?

  package init(device: DeviceRisk, demandedMode: LivenessMode?) {
    self.device = device
    self.demandedMode = demandedMode
  }
}

/// What a scene sets otherwise than the policy's defaults.
package struct LivenessTerms: Sendable, Equatable {
  /// Limits by the names of their rules.
  package var limits: [String: Double]
  /// Names of rules whose failure is remarked and changes nothing. Those that may not be advisory stay strict.
  package var advisory: Set<String>
  /// Whether Enhanced may pass without evidence of the device that can be trusted.
  package var allowsUnverifiedDevice: Bool

  package init(
    limits: [String: Double] = [:], advisory: Set<String> = [], allowsUnverifiedDevice: Bool = false
  ) {
    self.limits = limits
    self.advisory = advisory
    self.allowsUnverifiedDevice = allowsUnverifiedDevice
  }
}

/// A verdict on liveness with its reasons.
package struct LivenessDecision: Sendable, Equatable {
  package var verdict: Verdict
  /// At least one; remarks last.
  package var reasons: [DecisionReason]
  /// In order of their numbers, each once.
  package var tags: [AttackTag]
  /// For the person, most important first, each once; empty with PASS.
  package var messages: [UserMessage]
  package var advice: NextAction

  package init(
    verdict: Verdict, reasons: [DecisionReason], tags: [AttackTag], messages: [UserMessage],
    advice: NextAction
  ) {
    self.verdict = verdict
    self.reasons = reasons
    self.tags = tags
    self.messages = messages
    self.advice = advice
  }
}

/// Version 4 of the rule for liveness, and the way back to versions 2 and 3 (`asOf`). Pure: the same evidence and terms give the
/// same decision.
///
/// 1. A mode other than SILENT without a redeemed challenge, SILENT without its models, and in Enhanced any capture without
///    a challenge never pass.
/// 2. Every rule of the mode is held against the numbers. What is missing and required, not finite or out of its range
///    never passes.
/// 3. If a rule about the material itself fails, the answer is INCONCLUSIVE, whatever else was measured on it; what rests
///    on the file rather than on the face (replay, splices) still rejects.
/// 4. Otherwise the gravest outcome decides: REJECT before REVIEW before INCONCLUSIVE; PASS when no rule fails.
/// 5. In Enhanced a device that is refused rejects; one that shows nothing to be trusted, and a challenge weaker than the
///    device's risk demands, go to REVIEW.
///
/// Since version 3: the rules that say so; and where two rules say the same of one number, the graver outcome counts, not
/// the first one's. Since version 4: the rules that say so; REFLECT, which shows no more than that something as round as
/// a face was lit, passes only where the models of passive liveness took part; DISTANCE asks for an action, too.
package struct LivenessPolicy: Sendable {
  /// Versions whose verdicts can be given again; the last one decides.
  package static let versionsKnown = 2...4
  package static let version = name(ofVersion: versionsKnown.upperBound)

  /// The name of a version, as in answers and records.
  package static func name(ofVersion number: Int) -> String { "liveness@\(number)" }

  /// Which version this is.
  package let number: Int
  /// By importance of their reasons.
  package let rules: [LivenessRule]
  /// Whether only presence is asked for: that the face is alive is not held against it.
  private let isPresenceOnly: Bool

  /// - Precondition: no name twice, every limit within its range.
  package init(
    rules: [LivenessRule], isPresenceOnly: Bool = false,
    number: Int = LivenessPolicy.versionsKnown.upperBound
  ) {
    self.number = number
    self.isPresenceOnly = isPresenceOnly
    precondition(Set(rules.map(\.name)).count == rules.count, "a rule's name twice")
    precondition(rules.allSatisfy { $0.range.contains($0.limit) }, "a limit out of range")
    precondition(
      rules.allSatisfy { $0.given.isEmpty || $0.missing == nil }, "a required rule with a condition"
    )
    self.rules = rules
  }

  /// The same policy in an earlier version, without the rules that came later.
  package func asOf(_ number: Int) -> LivenessPolicy {
    number == self.number
      ? self
      : LivenessPolicy(
        rules: rules.filter { $0.since <= number }, isPresenceOnly: isPresenceOnly, number: number)
  }

  /// The decision on `evidence`.
  package func decide(_ evidence: LivenessEvidence, terms: LivenessTerms) -> LivenessDecision {
    var findings = preconditions(evidence, terms)
    var remarks: [DecisionReason] = []
    for rule in rules where applies(rule, to: evidence) {
      let limit = limit(of: rule, terms)
      guard let finding = finding(rule, rule.check(evidence.signals, limit: limit), limit) else {
        continue
      }
      // Two rules may say the same of one number. Version 2 took the first one's word, though the other were graver.
      if number == 2, findings.contains(where: { $0.reason == finding.reason }) { continue }
      if rule.mayBeAdvisory, terms.advisory.contains(rule.name), finding.isFailure {
        remarks.append(finding.reason.asRemark)
      } else {
        findings.append(finding)
      }
    }
    return decision(findings, remarks)
  }

  /// The limit of `rule` under `terms`. One that no value can be held against never loosens a rule.
  package func limit(of rule: LivenessRule, _ terms: LivenessTerms) -> Double {
    guard let limit = terms.limits[rule.name], rule.range.contains(limit) else { return rule.limit }
    return limit
  }

  private func applies(_ rule: LivenessRule, to evidence: LivenessEvidence) -> Bool {
    rule.modes.contains(evidence.mode) && (!rule.enhancedOnly || evidence.enhanced != nil)
      && (!evidence.isStill || rule.forStills)
  }

  /// What has to hold before any number is looked at.
  private func preconditions(
    _ evidence: LivenessEvidence, _ terms: LivenessTerms
  ) -> [LivenessFinding] {
    var findings: [LivenessFinding] = []
    func found(
      _ code: ReasonCode, _ outcome: LivenessOutcome, _ message: UserMessage = .tryAgain
    ) {
      findings.append(
        LivenessFinding(
          reason: DecisionReason(code), outcome: outcome, tag: nil, message: message,
          stands: outcome == .reject))
    }
    if !evidence.challenged && (evidence.mode != .silent || evidence.enhanced != nil) {
      found(.challengeRequired, .inconclusive)
    }
    // A picture answers nothing.
    if evidence.isStill && evidence.mode != .silent { found(.captureTooShort, .inconclusive) }
    if evidence.mode == .silent && !isPresenceOnly
      && !evidence.capabilities.contains(.passiveLiveness)
    {
      found(.modelMissing, .inconclusive, .useOtherWay)
    }
    if evidence.mode == .lip && !evidence.capabilities.contains(.digitRecognition) {
      found(.modelMissing, .review, .useOtherWay)
    }
    if evidence.mode == .reflect && number >= 4
      && !evidence.capabilities.contains(.passiveLiveness)
    {
      found(.modelMissing, .review, .useOtherWay)
    }
    let asksActions =
      evidence.mode == .action || evidence.mode == .actionReflect
      || evidence.mode == .distance && number >= 4
    if asksActions && evidence.actions.isEmpty { found(.challengeRequired, .inconclusive) }
    guard let enhanced = evidence.enhanced else { return findings }
    if let demanded = enhanced.demandedMode {
      if !evidence.mode.isAtLeast(demanded) { found(.modeTooWeak, .review) }
    } else {
      found(.deviceRisk, .reject, .useOtherWay)
    }
    if enhanced.device.tags.contains(.unverified) || enhanced.device.level == nil {
      if !terms.allowsUnverifiedDevice { found(.deviceUnverified, .review) }
    }
    return findings
  }

  private func finding(
    _ rule: LivenessRule, _ check: LivenessCheck, _ limit: Double
  ) -> LivenessFinding? {
    switch check {
    case .kept, .silent: nil
    case .missing(let outcome):
      LivenessFinding(
        reason: DecisionReason(.signalMissing, signal: rule.signal), outcome: outcome, tag: nil,
        message: rule.message, isAboutMaterial: rule.isAboutMaterial)
    case .invalid:
      LivenessFinding(
        reason: DecisionReason(.signalInvalid, signal: rule.signal), outcome: .inconclusive,
        tag: nil, message: rule.message, isAboutMaterial: true)
    case .failed(let measured):
      LivenessFinding(
        reason: DecisionReason(rule.code, measured: measured, limit: limit, signal: rule.signal),
        outcome: rule.failing, tag: rule.tag, message: rule.message,
        isAboutMaterial: rule.isAboutMaterial, isFailure: true,
        stands: rule.failing == .reject && rule.isAboutFile)
    }
  }

  private func decision(
    _ findings: [LivenessFinding], _ remarks: [DecisionReason]
  ) -> LivenessDecision {
    guard !findings.isEmpty else {
      return LivenessDecision(
        verdict: .pass, reasons: [DecisionReason(.livenessShown)] + remarks, tags: [], messages: [],
        advice: .none)
    }
    let isSpoiled = findings.contains(where: \.isAboutMaterial)
    let counted = isSpoiled ? findings.filter { $0.isAboutMaterial || $0.stands } : findings
    let outcome = counted.map(\.outcome).max() ?? .inconclusive
    // The gravest first; equally grave ones stay in the rules' order.
    let ordered = LivenessOutcome.allCases.reversed().flatMap { grade in
      findings.filter { $0.outcome == grade && (!isSpoiled || $0.isAboutMaterial || $0.stands) }
    }
    let others = isSpoiled ? findings.filter { !$0.isAboutMaterial && !$0.stands } : []
    let told = Self.unique((ordered + others).map(\.reason))
    let tags = Set(findings.compactMap(\.tag))
    return LivenessDecision(
      verdict: outcome.verdict, reasons: told + remarks,
      tags: AttackTag.allCases.filter(tags.contains),
      messages: Self.unique(ordered.map(\.message)), advice: Self.advice(outcome, ordered))
  }

  /// Each once, in the order given.
  private static func unique<Element: Equatable>(_ all: [Element]) -> [Element] {
    all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func advice(
    _ outcome: LivenessOutcome, _ findings: [LivenessFinding]
  ) -> NextAction {
    if findings.contains(where: { $0.message == .useOtherWay }) { return .useOtherChannel }
    return switch outcome {
    case .inconclusive: .retryCapture
    case .review: .manualReview
    case .reject: .none
    }
  }
}

/// One thing that stands against a PASS.
private struct LivenessFinding {
  var reason: DecisionReason
  var outcome: LivenessOutcome
  var tag: AttackTag?
  var message: UserMessage
  var isAboutMaterial = false
  /// A number broke its limit, rather than being missing or invalid.
  var isFailure = false
  /// Holds even if the material is not fit to be judged.
  var stands = false
}

extension LivenessRule {
  /// Rests on the file rather than on the face in it.
  fileprivate var isAboutFile: Bool { code == .replayedMedia || code == .injectedMedia }
}

extension LivenessOutcome {
  fileprivate var verdict: Verdict {
    switch self {
    case .inconclusive: .inconclusive
    case .review: .review
    case .reject: .reject
    }
  }
}

extension DecisionReason {
  fileprivate var asRemark: DecisionReason {
    var copy = self
    copy.advisory = true
    return copy
  }
}

extension LivenessMode {
  /// How much a mode shows: what an attacker has to be able to do, least first.
  private var strength: Int {
    switch self {
    case .silent: 0
    case .lip: 1
    case .action: 2
    case .distance: 3
    case .reflect: 4
    case .actionReflect: 5
    }
  }

  /// Whether it shows all that `other` does.
  package func isAtLeast(_ other: LivenessMode) -> Bool { strength >= other.strength }
}
