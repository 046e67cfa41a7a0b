// Verdicts on a person's will with every number behind them, and the way back: a record gives its verdict again.

package import Decisions
package import Messages
package import Vocabulary

/// What was decided on about a recording, apart from pixels and sound. Made for an answer, or read from a record.
package struct IntentCase: Sendable, Equatable {
  package var face: LivenessCase
  package var demand: Vocabulary.FaceDemand
  /// Nil where the face had failed already.
  package var will: IntentEvidence?
  package var terms: IntentTerms
  /// Of the policy that decides on the will.
  package var policyNumber = IntentPolicy.versionsKnown.upperBound

  package init(
    face: LivenessCase, demand: Vocabulary.FaceDemand, will: IntentEvidence? = nil,
    terms: IntentTerms
  ) {
    self.face = face
    self.demand = demand
    self.will = will
    self.terms = terms
  }

  /// The rules that the face is held to. A nod is an action of the face as others are; what is read is none.
  static func rules(
    of demand: Vocabulary.FaceDemand, _ mode: Vocabulary.IntentMode, _ liveness: LivenessPolicy
  ) -> LivenessPolicy {
    mode != .nod && demand == .present ? .presence : liveness
  }

  private var mode: Vocabulary.IntentMode {
    will?.mode ?? (face.evidence.mode == .action ? .nod : .read)
  }

  /// The face's verdict alone.
  package func faceDecision(
    _ liveness: LivenessPolicy = .standard, faces: FaceComparePolicy = .init(quality: .standard)
  ) -> LivenessCaseDecision {
    face.decide(Self.rules(of: demand, mode, liveness), faces: faces)
  }

  /// The verdict. Pure: the same case gives the same one.
  package func decide(
    _ policy: IntentPolicy = .standard, liveness: LivenessPolicy = .standard
  ) -> IntentDecision {
    let decision = faceDecision(liveness)
    return policy.together(
      face: FaceVerdict(
        verdict: decision.verdict, reasons: decision.reasons,
        messages: decision.liveness.messages, advice: decision.advice),
      will: will.map { policy.asOf(policyNumber).decide($0, terms: terms) }, mode: mode)
  }
}

// MARK: - On the wire

extension IntentRecord {
  /// Numbers are kept as they are, not rounded: a record that is read decides as the case did.
  package init(_ decided: IntentCase) {
    self.init()
    policy = IntentPolicy.name(ofVersion: decided.policyNumber)
    faceDemand = decided.demand == .live ? .live : .present
    face = LivenessRecord(decided.face)
    limits = decided.terms.limits.sorted { $0.key < $1.key }
      .map { SignalValue(name: $0.key, value: $0.value) }
    advisory = decided.terms.advisory.sorted()
    guard let will = decided.will else { return }
    mode = Messages.IntentMode(will.mode)
    challenged = will.challenged
    signals = Self.values(will.signals)
    parts = will.parts.map { part in
      IntentPartRecord(
        kind: Messages.IntentPartKind(part.kind), outcome: Messages.SpokenOutcome(part.outcome),
        code: part.code.map { Messages.ReasonCode(rawValue: $0.rawValue) } ?? .unspecified,
        signals: Self.values(part.signals))
    }
    partsAsked = UInt32(clamping: will.partsAsked)
    capabilities = LivenessCapability.allCases.filter(will.capabilities.contains)
      .map(\.rawValue)
  }

  private static func values(
    _ signals: [Vocabulary.LivenessSignal: Double]
  ) -> [SignalValue] {
    Vocabulary.LivenessSignal.allCases.compactMap { signal in
      signals[signal].map { SignalValue(name: signal.rawValue, value: $0) }
    }
  }
}

extension IntentCase {
  /// Reads a record.
  /// - Throws: `RecordError` for anything that this version does not know: leaving it out could change the verdict.
  package init(_ record: IntentRecord) throws(RecordError) {
    let number = IntentPolicy.versionsKnown.first {
      IntentPolicy.name(ofVersion: $0) == record.policy
    }
    guard let number else {
      let known = IntentPolicy.versionsKnown.map(IntentPolicy.name).joined(separator: ", ")
      throw RecordError("the record was decided by \"\(record.policy)\", this tool has \(known)")
    }
    policyNumber = number
    guard let kept = record.face else { throw RecordError("face: missing") }
    face = try LivenessCase(kept)
    switch record.faceDemand {
    case .live: demand = .live
    case .present: demand = .present
    case .unspecified, .unrecognized:
      throw RecordError("faceDemand: a value that this tool does not know")
    }
    let rules = Set(IntentPolicy.standard.asOf(number).rules.map(\.name))
    guard record.limits.allSatisfy({ rules.contains($0.name) }),
      record.advisory.allSatisfy(rules.contains)
    else { throw RecordError("limits, advisory: a rule that this tool does not know") }
    terms = IntentTerms(
      limits: Dictionary(record.limits.map { ($0.name, $0.value) }) { _, last in last },
      advisory: Set(record.advisory))
    guard record.mode != .unspecified else { return }
    let mode: Vocabulary.IntentMode
    do throws(ServiceError) {
      mode = try record.mode.known("mode")
    } catch { throw RecordError("mode: a value that this tool does not know") }
    let names = try record.capabilities.map { (name) throws(RecordError) in
      guard let known = LivenessCapability(rawValue: name) else {
        throw RecordError("capabilities: unknown name")
      }
      return known
    }
    will = IntentEvidence(
      mode: mode, challenged: record.challenged,
      signals: try LivenessCase.signals(record.signals),
      parts: try record.parts.map { (part) throws(RecordError) in try Self.part(part) },
      partsAsked: Int(record.partsAsked), capabilities: Set(names))
  }

  private static func part(_ part: IntentPartRecord) throws(RecordError) -> IntentPart {
    guard let kind = part.kind.known, let outcome = part.outcome.known else {
      throw RecordError("parts: a value that this tool does not know")
    }
    let code = Vocabulary.ReasonCode(rawValue: part.code.rawValue)
    guard code != nil || part.code == .unspecified else {
      throw RecordError("parts: a reason that this tool does not know")
    }
    return IntentPart(
      kind: kind, outcome: outcome, code: code, signals: try LivenessCase.signals(part.signals))
  }
}

// MARK: - Words

extension Messages.IntentPartKind {
  init(_ kind: Vocabulary.IntentPartKind) {
    self =
      switch kind {
      case .sentence: .sentence
      case .digits: .digits
      case .answer: .answer
      case .prompt: .prompt
      }
  }

  fileprivate var known: Vocabulary.IntentPartKind? {
    switch self {
    case .sentence: .sentence
    case .digits: .digits
    case .answer: .answer
    case .prompt: .prompt
    case .unspecified, .unrecognized: nil
    }
  }
}

extension Messages.SpokenOutcome {
  init(_ outcome: Vocabulary.SpokenOutcome) {
    self =
      switch outcome {
      case .said: .said
      case .other: .other
      case .unclear: .unclear
      case .nothing: .nothing
      }
  }

  fileprivate var known: Vocabulary.SpokenOutcome? {
    switch self {
    case .said: .said
    case .other: .other
    case .unclear: .unclear
    case .nothing: .nothing
    case .unspecified, .unrecognized: nil
    }
  }
}
