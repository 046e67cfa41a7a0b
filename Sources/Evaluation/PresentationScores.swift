// Error rates of presentation-attack detection in the words of ISO/IEC 30107-3.

internal import Decisions
package import Vision
package import Vocabulary

/// What the product said of one clip or picture.
package struct ScoredPresentation: Sendable {
  package let truth: LabelledPresentation
  /// Nil for a file that could not be read.
  package let reading: PresentationReading?
  /// Why it was not accepted although it may look alive: several faces, a track with gaps; empty if nothing.
  package let obstacles: [String]

  package init(
    _ truth: LabelledPresentation, reading: PresentationReading?, obstacles: [String] = []
  ) {
    self.truth = truth
    self.reading = reading
    self.obstacles = obstacles
  }

  /// Taken for a living person: the score is that of one, nothing stands in the way, and the product's rules about
  /// what is before the camera are kept.
  package var isAccepted: Bool {
    guard let reading, obstacles.isEmpty, reading.isLive else { return false }
    let isStill = truth.part != PresentationList.clips
    return Self.rules.filter { !isStill || $0.forStills }
      .allSatisfy { $0.isKept(by: reading.signals) }
  }

  /// Those of unasked liveness that rest on what was looked at, not on the rest of the capture.
  private static let rules = LivenessPolicy.standard.rules.filter {
    $0.modes.contains(.silent) && !$0.enhancedOnly && $0.name.hasPrefix("presentation")
  }

  /// Neither taken for one nor for an attack: no face, too close, covered, unread.
  package var isUnanswered: Bool {
    !isAccepted && (reading.map { !$0.doubts.isEmpty || $0.score == nil } ?? true)
  }
  /// What Enhanced answers to it from a safe device when no challenge was answered.
  package var unchallengedVerdict: Verdict {
    let safe = DeviceRisk(level: .safe, cameraLevel: .safe, tags: [], score: 0)
    let evidence = LivenessEvidence(
      mode: .silent, isStill: truth.part != PresentationList.clips, challenged: false,
      signals: reading?.signals ?? [:],
      capabilities: reading?.score == nil ? [] : [.passiveLiveness],
      enhanced: EnhancedEvidence(device: safe, demandedMode: .silent))
    return LivenessPolicy.standard.decide(evidence, terms: LivenessTerms()).verdict
  }

  /// For the order of scores: what has none is the least living.
  package var rank: Double { reading?.score ?? -1 }
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
  /// Living people without an answer.
  package let unanswered: MeasuredRate
  /// Attacks of all species that were accepted.
  package let accepted: MeasuredRate
  /// Attacks of all species without an answer.
  package let attacksUnanswered: MeasuredRate
  /// Probability that a living person scores above an attack, ties counting half; nil without either.
  package let auc: Double?
  /// Lowest score of a living person that got an answer, and highest of an attack.
  package let leastLive: Double?
  package let mostAttack: Double?

  package init(_ scored: [ScoredPresentation]) {
    let live = scored.filter { $0.truth.label == .live }
    let attacks = scored.filter { $0.truth.label == .attack }
    func rate(
      _ list: [ScoredPresentation], _ holds: (ScoredPresentation) -> Bool
    ) -> MeasuredRate {
      MeasuredRate(count: list.count(where: holds), total: list.count)
    }
    refused = rate(live) { !$0.isAccepted }
    unanswered = rate(live, \.isUnanswered)
    accepted = rate(attacks, \.isAccepted)
    attacksUnanswered = rate(attacks, \.isUnanswered)
    species = Set(attacks.map(\.truth.species)).sorted().map { name in
      let own = attacks.filter { $0.truth.species == name }
      return Species(
        name: name, accepted: rate(own, \.isAccepted), unanswered: rate(own, \.isUnanswered))
    }
    auc = Self.auc(live.map(\.rank), attacks.map(\.rank))
    leastLive = live.compactMap { $0.reading?.score }.min()
    mostAttack = attacks.compactMap { $0.reading?.score }.max()
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
