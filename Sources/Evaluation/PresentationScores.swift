// Error rates of presentation-attack detection in the words of ISO/IEC 30107-3.

package import Decisions
package import Vocabulary

/// A limit of the server on files that an evaluation does without.
package struct RelaxedLimit: Sendable, Hashable {
  /// The error that the server would answer with.
  package let symbol: String
  /// With its unit; empty for formats.
  package let limit: String

  package init(symbol: String, limit: String) {
    self.symbol = symbol
    self.limit = limit
  }
}

/// What the product said of one clip or picture of which nothing was asked.
package struct ScoredPresentation: Sendable {
  package let truth: LabelledPresentation
  /// Nil for a file that could not be read.
  package let evidence: LivenessEvidence?
  /// As `Basic.DetectLiveness` and `Basic.VerifyPhoto` decide; nil for a file that could not be read.
  package let decision: LivenessDecision?
  /// The server would not have read the file.
  package let relaxed: RelaxedLimit?
  private let terms: LivenessTerms

  /// - Parameter terms: with the limits that go with the models in use.
  package init(
    _ truth: LabelledPresentation, evidence: LivenessEvidence?, terms: LivenessTerms,
    relaxed: RelaxedLimit? = nil
  ) {
    self.truth = truth
    self.evidence = evidence
    self.terms = terms
    self.relaxed = relaxed
    decision = evidence.map { LivenessPolicy.standard.decide($0, terms: terms) }
  }

  /// What was measured; empty for a file that could not be read.
  package var signals: [LivenessSignal: Double] { evidence?.signals ?? [:] }
  /// How alive the face looks, 0–1; nil without the models or a face.
  package var score: Double? { signals[.presentationScore] }

  /// PASS.
  package var isAccepted: Bool { decision?.verdict == .pass }
  /// Neither taken for a living person nor for an attack.
  package var isUnanswered: Bool { !isAccepted && decision?.verdict != .reject }
  /// What stands against a PASS.
  package var refusals: [DecisionReason] {
    isAccepted ? [] : decision?.reasons.filter { !$0.advisory } ?? []
  }

  /// What Enhanced answers to it from a safe device when no challenge was answered.
  package var unchallengedVerdict: Verdict {
    var evidence =
      evidence
      ?? LivenessEvidence(
        mode: .silent, isStill: truth.part != PresentationList.clips, challenged: false,
        signals: [:])
    let safe = DeviceRisk(level: .safe, cameraLevel: .safe, tags: [], score: 0)
    evidence.enhanced = EnhancedEvidence(device: safe, demandedMode: .silent)
    return LivenessPolicy.standard.decide(evidence, terms: terms).verdict
  }

  /// For the order of scores: what has none is the least living.
  package var rank: Double { score ?? -1 }

  /// The same with another score.
  func rescored(_ score: Double) -> ScoredPresentation {
    var evidence = evidence
    evidence?.signals[.presentationScore] = score
    return ScoredPresentation(truth, evidence: evidence, terms: terms, relaxed: relaxed)
  }
}

/// Why living people were refused.
package struct PresentationRefusals: Sendable, Equatable {
  package let code: ReasonCode
  /// What was measured; nil if the reason rests on no number.
  package let signal: LivenessSignal?
  package let limit: Double?
  /// Of each refused one, ascending; without those where it is missing.
  package let measured: [Double]
  package let count: Int

  /// Each reason with those for which it was given, the most frequent first. Several may be given for one.
  static func counted(_ refused: [ScoredPresentation]) -> [PresentationRefusals] {
    struct Key: Hashable {
      let code: ReasonCode
      let signal: LivenessSignal?
    }
    let all = refused.flatMap(\.refusals)
    return Dictionary(grouping: all) { Key(code: $0.code, signal: $0.signal) }
      .map { key, reasons in
        PresentationRefusals(
          code: key.code, signal: key.signal, limit: reasons.first?.limit,
          measured: reasons.compactMap(\.measured).sorted(), count: reasons.count)
      }
      .sorted {
        ($1.count, "\($0.code)", $0.signal?.rawValue ?? "")
          < ($0.count, "\($1.code)", $1.signal?.rawValue ?? "")
      }
  }
}

/// Rates of one part of the data. An attack counts as accepted, a living person as refused, whatever the reason.
package struct PresentationRates: Sendable {
  /// Rates of one species of attack.
  package struct Species: Sendable {
    package let name: String
    /// Accepted among all presentations of it.
    package let accepted: MeasuredRate
    /// Without an answer.
    package let unanswered: MeasuredRate
  }

  /// Attack species by name.
  package let species: [Species]
  /// Living people that were not accepted, those without an answer included.
  package let refused: MeasuredRate
  /// Why they were not.
  package let refusals: [PresentationRefusals]
  /// Living people without an answer.
  package let unanswered: MeasuredRate
  /// Attacks of all species that were accepted.
  package let accepted: MeasuredRate
  /// Attacks of all species without an answer.
  package let attacksUnanswered: MeasuredRate
  /// Probability that a living person scores above an attack, ties counting half; nil without either.
  package let auc: Double?
  /// Lowest score of a living person that got one, and highest of an attack.
  package let leastLive: Double?
  package let mostAttack: Double?
  /// Attacks whose score is at least `leastLive`: accepted if the score alone decided, at the threshold that accepts every
  /// living person. Nil without a living person.
  package let atLeastLive: MeasuredRate?

  package init(_ scored: [ScoredPresentation]) {
    let live = scored.filter { $0.truth.label == .live }
    let attacks = scored.filter { $0.truth.label == .attack }
    func rate(
      _ list: [ScoredPresentation], _ holds: (ScoredPresentation) -> Bool
    ) -> MeasuredRate {
      MeasuredRate(count: list.count(where: holds), total: list.count)
    }
    refused = rate(live) { !$0.isAccepted }
    refusals = PresentationRefusals.counted(live)
    unanswered = rate(live, \.isUnanswered)
    accepted = rate(attacks, \.isAccepted)
    attacksUnanswered = rate(attacks, \.isUnanswered)
    species = Set(attacks.map(\.truth.species)).sorted().map { name in
      let own = attacks.filter { $0.truth.species == name }
      return Species(
        name: name, accepted: rate(own, \.isAccepted), unanswered: rate(own, \.isUnanswered))
    }
    auc = Self.auc(live.map(\.rank), attacks.map(\.rank))
    let least = live.compactMap(\.score).min()
    leastLive = least
    mostAttack = attacks.compactMap(\.score).max()
    atLeastLive = least.map { least in rate(attacks) { $0.rank >= least } }
  }

  /// The attack presentation classification error rate: that of the worst species.
  package var apcer: Double { species.map(\.accepted.value).max() ?? 0 }
  /// The bona fide presentation classification error rate.
  package var bpcer: Double { refused.value }
  /// The mean of both.
  package var acer: Double { (apcer + bpcer) / 2 }

  static func auc(_ live: [Double], _ attacks: [Double]) -> Double? {
    guard !live.isEmpty, !attacks.isEmpty else { return nil }
    var sum = 0.0
    for a in live {
      for b in attacks { sum += a > b ? 1 : a == b ? 0.5 : 0 }
    }
    return sum / Double(live.count * attacks.count)
  }
}
