// How much a picture or a film looks made or replayed: numbers in, a level out. Information, no verdict.

package import Vocabulary

/// What is said about a picture or a film.
package struct FakeFaceFinding: Sendable, Equatable {
  package enum Level: Sendable, CaseIterable { case low, mid, high }

  /// Nil: too little could be measured to say.
  package var level: Level?
  /// Strongest first; 50 is the limit of a rule.
  package var details: [(tag: AttackTag, score: Double)]
  /// What nothing is said about.
  package var unmeasured: [LivenessSignal]
  /// Nothing is said, and another picture or film could change that: it is not only for want of capabilities.
  package var asksAnotherCapture: Bool

  package static func == (a: FakeFaceFinding, b: FakeFaceFinding) -> Bool {
    a.level == b.level && a.unmeasured == b.unmeasured
      && a.asksAnotherCapture == b.asksAnotherCapture
      && a.details.map(\.tag) == b.details.map(\.tag)
      && a.details.map(\.score) == b.details.map(\.score)
  }
}

/// Version 1 of the rule for `Enhanced.DetectFakeFace`. Pure. No server of this version tells made faces, so none says LOW.
///
/// 1. Rules of liveness that tell of an attack, and ask for nothing, are held against the numbers.
/// 2. One that rejects and fails is HIGH; another that fails is MID.
/// 3. Without a face, or with a number that cannot be, nothing is said. LOW is said only where every such rule that is
///    required of unasked liveness could be measured, and the server can tell living faces from shown and from made ones.
package struct FakeFacePolicy: Sendable {
  package static let version = "fake-face@1"

  /// What is measured with models that a server may lack.
  private static let capabilities: [LivenessSignal: LivenessCapability] = [
    .presentationScore: .passiveLiveness
  ]

  private let rules: [LivenessRule]

  /// - Parameter rules: of liveness.
  package init(rules: [LivenessRule]) {
    // A face with its eyes closed is no made one.
    self.rules = rules.filter {
      $0.tag.map { $0 != .eyesClosed } ?? false && $0.modes.contains(.silent) && !$0.enhancedOnly
    }
  }

  package func decide(_ evidence: LivenessEvidence, terms: LivenessTerms) -> FakeFaceFinding {
    let policy = LivenessPolicy(rules: rules)
    var scores: [AttackTag: Double] = [:]
    var unmeasured: [LivenessSignal] = []
    var grade = FakeFaceFinding.Level.low
    var isSound = evidence.signals[.faceShare].map { $0 > 0 } ?? false
    // A capture shows less than one can.
    var isPoor = false
    var isWhole = evidence.capabilities.isSuperset(of: [.passiveLiveness, .syntheticFaces])
    for rule in rules where !evidence.isStill || rule.forStills {
      guard let tag = rule.tag else { continue }
      let limit = policy.limit(of: rule, terms)
      switch rule.check(evidence.signals, limit: limit) {
      case .kept, .failed:
        let score = Self.score(evidence.signals[rule.signal] ?? .nan, rule, limit)
        scores[tag] = max(scores[tag] ?? 0, score)
        if score > 50, grade != .high { grade = rule.failing == .reject ? .high : .mid }
      case .silent, .missing:
        if !unmeasured.contains(rule.signal) { unmeasured.append(rule.signal) }
        if case .missing = rule.check(evidence.signals, limit: limit) {
          isWhole = false
          let needed = Self.capabilities[rule.signal]
          if needed.map(evidence.capabilities.contains) ?? true { isPoor = true }
        }
      case .invalid: isSound = false
      }
    }
    let level: FakeFaceFinding.Level? = !isSound || grade == .low && !isWhole ? nil : grade
    let details = AttackTag.allCases.compactMap { tag in scores[tag].map { (tag: tag, score: $0) } }
      .sorted { $0.score > $1.score }
    return FakeFaceFinding(
      level: level, details: details, unmeasured: unmeasured,
      asksAnotherCapture: level == nil && (!isSound || isPoor))
  }

  /// 0 at the good end of the range, 50 at the limit, 100 at the bad end.
  private static func score(_ value: Double, _ rule: LivenessRule, _ limit: Double) -> Double {
    let (good, bad) =
      rule.side == .atLeast
      ? (rule.range.upperBound, rule.range.lowerBound)
      : (rule.range.lowerBound, rule.range.upperBound)
    func share(_ a: Double, _ b: Double) -> Double { a == b ? 1 : min(max(a / b, 0), 1) }
    let isKept = rule.side == .atLeast ? value >= limit : value <= limit
    // A count or a flag that is kept says nothing; one that is not, everything.
    if limit == good { return isKept ? 0 : 100 }
    if isKept { return 50 * share(good - value, good - limit) }
    return 50 + max(50 * share(limit - value, limit - bad), .leastNonzeroMagnitude)
  }
}
