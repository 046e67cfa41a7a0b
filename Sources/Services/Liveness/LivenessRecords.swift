// Verdicts on liveness with every number behind them, and the way back: a record gives its verdict again.

package import Decisions
package import Messages
package import Vocabulary

/// What was decided on about a capture, apart from pixels. Made for an answer, or read from a record.
package struct LivenessCase: Sendable, Equatable {
  package var evidence: LivenessEvidence
  package var terms: LivenessTerms
  package var comparison: Comparison?
  /// Of the policy that decides.
  package var policyNumber = LivenessPolicy.versionsKnown.upperBound

  /// A comparison that was asked for.
  package struct Comparison: Sendable, Equatable {
    /// 0–100; nil when no comparison was made.
    package var score: Double?
    package var threshold: Double
    package var obstacles: [DecisionReason]

    package init(score: Double?, threshold: Double, obstacles: [DecisionReason]) {
      self.score = score
      self.threshold = threshold
      self.obstacles = obstacles
    }
  }

  package init(
    evidence: LivenessEvidence, terms: LivenessTerms, comparison: Comparison? = nil
  ) {
    self.evidence = evidence
    self.terms = terms
    self.comparison = comparison
  }
}

/// A verdict with all its parts.
package struct LivenessCaseDecision: Sendable, Equatable {
  package var liveness: LivenessDecision
  package var verdict: Vocabulary.Verdict
  package var reasons: [DecisionReason]
  package var advice: Vocabulary.NextAction
}

extension LivenessCase {
  /// How the face that is compared is tied to the one that was followed. Versions before 3 of the policy did not ask.
  package var followed: FollowedFace {
    evidence.isStill || policyNumber < 3
      ? .notAsked : .similarity(evidence.signals[.comparedSimilarity])
  }

  /// The verdict. Pure: the same case gives the same one.
  package func decide(
    _ policy: LivenessPolicy = .standard, faces: FaceComparePolicy = .init(quality: .standard)
  ) -> LivenessCaseDecision {
    let liveness = policy.asOf(policyNumber).decide(evidence, terms: terms)
    guard let comparison else {
      return LivenessCaseDecision(
        liveness: liveness, verdict: liveness.verdict, reasons: liveness.reasons,
        advice: liveness.advice)
    }
    let both = CaptureComparePolicy(faces: faces).replay(
      liveness: liveness, score: comparison.score, obstacles: comparison.obstacles,
      followed: followed,
      terms: FaceCompareTerms(
        qualityLevel: 0, threshold: comparison.threshold, rejectMultiple: true))
    return LivenessCaseDecision(
      liveness: liveness, verdict: both.verdict, reasons: both.reasons, advice: both.advice)
  }
}

// MARK: - On the wire

extension LivenessRecord {
  /// Numbers are kept as they are, not rounded: a record that is read decides as the case did.
  package init(_ decided: LivenessCase) {
    self.init()
    let evidence = decided.evidence
    policy = LivenessPolicy.name(ofVersion: decided.policyNumber)
    mode = Messages.LivenessMode(evidence.mode)
    still = evidence.isStill
    challenged = evidence.challenged
    actions = evidence.actions.map(Messages.FaceAction.init)
    signals = Vocabulary.LivenessSignal.allCases.compactMap { signal in
      evidence.signals[signal].map { SignalValue(name: signal.rawValue, value: $0) }
    }
    limits = decided.terms.limits.sorted { $0.key < $1.key }
      .map { SignalValue(name: $0.key, value: $0.value) }
    advisory = decided.terms.advisory.sorted()
    capabilities = LivenessCapability.allCases.filter(evidence.capabilities.contains)
      .map(\.rawValue)
    comparison = decided.comparison.map { comparison in
      var record = ComparisonRecord()
      record.score = comparison.score
      record.threshold = comparison.threshold
      record.obstacles = comparison.obstacles.map(Reason.init)
      return record
    }
    guard let enhanced = evidence.enhanced else { return }
    self.enhanced = true
    device = Messages.DeviceRisk(enhanced.device)
    demandedMode = enhanced.demandedMode.map(Messages.LivenessMode.init) ?? .unspecified
    allowsUnverifiedDevice = decided.terms.allowsUnverifiedDevice
  }
}

/// Why a record cannot be decided again; one line for the person who tries.
package struct RecordError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension LivenessCase {
  /// Reads a record.
  /// - Throws: `RecordError` for anything that this version does not know: leaving it out could change the verdict.
  package init(_ record: LivenessRecord) throws(RecordError) {
    let number = LivenessPolicy.versionsKnown.first {
      LivenessPolicy.name(ofVersion: $0) == record.policy
    }
    guard let number else {
      let known = LivenessPolicy.versionsKnown.map(LivenessPolicy.name).joined(separator: ", ")
      throw RecordError("the record was decided by \"\(record.policy)\", this tool has \(known)")
    }
    policyNumber = number
    let mode: Vocabulary.LivenessMode
    let actions: [Vocabulary.FaceAction]
    let demanded: Vocabulary.LivenessMode?
    do throws(ServiceError) {
      guard let known = try record.mode.known("mode") else {
        throw ServiceError.unknownValue("mode")
      }
      mode = known
      actions = try record.actions.map { (action) throws(ServiceError) in
        try action.known("actions")
      }
      demanded = try record.demandedMode.known("demandedMode")
    } catch { throw RecordError("\(error.detail.field): a value that this tool does not know") }
    let names = try record.capabilities.map { (name) throws(RecordError) in
      guard let known = LivenessCapability(rawValue: name) else {
        throw RecordError("capabilities: unknown name")
      }
      return known
    }
    evidence = LivenessEvidence(
      mode: mode, isStill: record.still, challenged: record.challenged, actions: actions,
      signals: try Self.signals(record.signals), capabilities: Set(names),
      enhanced: record.enhanced
        ? EnhancedEvidence(
          device: try record.device.map { (risk) throws(RecordError) in try risk.known() }
            ?? .notObtained, demandedMode: demanded)
        : nil)
    let rules = Set(LivenessPolicy.standard.asOf(number).rules.map(\.name))
    guard record.limits.allSatisfy({ rules.contains($0.name) }),
      record.advisory.allSatisfy(rules.contains)
    else { throw RecordError("limits, advisory: a rule that this tool does not know") }
    terms = LivenessTerms(
      limits: Dictionary(record.limits.map { ($0.name, $0.value) }) { _, last in last },
      advisory: Set(record.advisory), allowsUnverifiedDevice: record.allowsUnverifiedDevice)
    comparison = try record.comparison.map { (record) throws(RecordError) in
      Comparison(
        score: record.score, threshold: record.threshold,
        obstacles: try record.obstacles.map { (reason) throws(RecordError) in try reason.known() })
    }
  }

  static func signals(
    _ values: [SignalValue]
  ) throws(RecordError) -> [Vocabulary.LivenessSignal: Double] {
    var signals: [Vocabulary.LivenessSignal: Double] = [:]
    for value in values {
      guard let signal = Vocabulary.LivenessSignal(rawValue: value.name) else {
        throw RecordError("signals: a name that this tool does not know")
      }
      guard signals.updateValue(value.value, forKey: signal) == nil else {
        throw RecordError("signals: \(signal.rawValue) twice")
      }
    }
    return signals
  }
}

extension Reason {
  fileprivate func known() throws(RecordError) -> DecisionReason {
    guard let code = Vocabulary.ReasonCode(rawValue: code.rawValue) else {
      throw RecordError("obstacles: a reason that this tool does not know")
    }
    return DecisionReason(
      code, field: field, measured: measured, limit: limit, advisory: advisory,
      warning: Vocabulary.CardWarningCode(rawValue: warning.rawValue),
      signal: Vocabulary.LivenessSignal(rawValue: signal))
  }
}

extension Messages.DeviceRisk {
  init(_ risk: Vocabulary.DeviceRisk, fault: String = "", attestationFault: String = "") {
    self.init()
    level = risk.level.map { Messages.DeviceLevel(rawValue: $0.rawValue) } ?? .unspecified
    cameraLevel =
      risk.cameraLevel.map { Messages.DeviceLevel(rawValue: $0.rawValue) } ?? .unspecified
    tags = risk.tags.map { Messages.DeviceTag(rawValue: $0.rawValue) }
    score = risk.score
    self.fault = fault
    self.attestationFault = attestationFault
  }

  fileprivate func known() throws(RecordError) -> Vocabulary.DeviceRisk {
    Vocabulary.DeviceRisk(
      level: try Self.known(level), cameraLevel: try Self.known(cameraLevel),
      tags: try tags.map { (tag) throws(RecordError) in
        guard let known = Vocabulary.DeviceTag(rawValue: tag.rawValue) else {
          throw RecordError("device: a tag that this tool does not know")
        }
        return known
      }, score: score)
  }

  private static func known(
    _ level: Messages.DeviceLevel
  ) throws(RecordError) -> Vocabulary.DeviceLevel? {
    if level == .unspecified { return nil }
    guard let known = Vocabulary.DeviceLevel(rawValue: level.rawValue) else {
      throw RecordError("device: a level that this tool does not know")
    }
    return known
  }
}
