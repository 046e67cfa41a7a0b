// The rule for liveness: what passes, and that nothing passes by what is missing, broken, unasked or skipped.

import Decisions
import Testing
import Vision
import Vocabulary

struct LivenessPolicyTests {
  static let policy = LivenessPolicy.standard
  static let terms = LivenessTerms()

  /// Numbers that keep every rule of every mode with room to spare.
  static let good: [LivenessSignal: Double] = {
    var signals: [LivenessSignal: Double] = [:]
    for rule in policy.rules {
      // Between the limit and the good end of the range, and inside every other rule of the same signal.
      let others = policy.rules.filter { $0.signal == rule.signal }
      let low = others.filter { $0.side == .atLeast }.map(\.limit).max() ?? rule.range.lowerBound
      let high = others.filter { $0.side == .atMost }.map(\.limit).min() ?? rule.range.upperBound
      signals[rule.signal] = low + (high - low) / 2
      if let doubt = rule.doubt { signals[doubt.signal] = 0 }
    }
    return signals
  }()

  static func evidence(
    _ mode: LivenessMode = .action, challenged: Bool = true,
    signals: [LivenessSignal: Double] = good,
    capabilities: Set<LivenessCapability> = Set(LivenessCapability.allCases),
    enhanced: EnhancedEvidence? = nil
  ) -> LivenessEvidence {
    LivenessEvidence(
      mode: mode, challenged: challenged,
      actions: mode == .action || mode == .actionReflect
        ? [.blink, .nod] : mode == .distance ? [.nod] : [], signals: signals,
      capabilities: capabilities, enhanced: enhanced)
  }

  static let safe = DeviceRisk(level: .safe, cameraLevel: .safe, tags: [], score: 0)

  static func decide(_ evidence: LivenessEvidence, _ terms: LivenessTerms = terms)
    -> LivenessDecision
  {
    policy.decide(evidence, terms: terms)
  }

  static func applies(_ rule: LivenessRule, _ mode: LivenessMode) -> Bool {
    rule.modes.contains(mode) && !rule.enhancedOnly
  }

  @Test(
    "every mode passes on good numbers, with one reason and nothing to tell",
    arguments: LivenessMode.allCases)
  func passes(mode: LivenessMode) {
    let decision = Self.decide(Self.evidence(mode))
    #expect(decision.verdict == .pass)
    #expect(decision.reasons == [DecisionReason(.livenessShown)])
    #expect(decision.tags.isEmpty && decision.messages.isEmpty && decision.advice == .none)
  }

  @Test("no signal that a mode needs may be missing", arguments: LivenessMode.allCases)
  func missing(mode: LivenessMode) {
    for rule in Self.policy.rules where Self.applies(rule, mode) && rule.missing != nil {
      var signals = Self.good
      signals[rule.signal] = nil
      let decision = Self.decide(Self.evidence(mode, signals: signals))
      #expect(decision.verdict != .pass, "\(rule.name)")
      #expect(
        decision.reasons.contains { $0.code == .signalMissing && $0.signal == rule.signal },
        "\(rule.name)")
    }
    #expect(Self.decide(Self.evidence(mode, signals: [:])).verdict == .inconclusive)
  }

  @Test("numbers that cannot be are never decided on", arguments: LivenessMode.allCases)
  func invalid(mode: LivenessMode) {
    for rule in Self.policy.rules where Self.applies(rule, mode) {
      for value in [
        Double.nan, .infinity, -.infinity, rule.range.upperBound.nextUp,
        rule.range.lowerBound.nextDown,
      ] {
        var signals = Self.good
        signals[rule.signal] = value
        let decision = Self.decide(Self.evidence(mode, signals: signals))
        #expect(decision.verdict == .inconclusive, "\(rule.name) \(value)")
        #expect(decision.reasons.contains { $0.code == .signalInvalid }, "\(rule.name) \(value)")
      }
    }
  }

  @Test("each rule fails just past its limit and holds on it", arguments: LivenessMode.allCases)
  func limits(mode: LivenessMode) {
    for rule in Self.policy.rules where Self.applies(rule, mode) {
      let past = rule.side == .atLeast ? rule.limit.nextDown : rule.limit.nextUp
      guard rule.range.contains(past) else { continue }
      var signals = Self.good
      for condition in rule.given { signals[condition.signal] = condition.limit }
      signals[rule.signal] = past
      let decision = Self.decide(Self.evidence(mode, signals: signals))
      #expect(decision.verdict != .pass, "\(rule.name)")
      #expect(
        decision.reasons.contains { $0.code == rule.code && $0.limit == rule.limit }, "\(rule.name)"
      )
      #expect(decision.messages.contains(rule.message), "\(rule.name)")
      if let tag = rule.tag { #expect(decision.tags.contains(tag), "\(rule.name)") }
      signals[rule.signal] = rule.limit
      let onIt = Self.decide(Self.evidence(mode, signals: signals))
      #expect(
        !onIt.reasons.contains { $0.code == rule.code && $0.limit == rule.limit }, "\(rule.name)")
    }
  }

  @Test("a standard error counts on the doubtful side, and may not be missing")
  func doubt() {
    for rule in Self.policy.rules {
      guard let doubt = rule.doubt, doubt.times > 0, let mode = rule.modes.first,
        !rule.enhancedOnly
      else { continue }
      var signals = Self.good
      let room = abs(signals[rule.signal]! - rule.limit)
      signals[doubt.signal] = room / doubt.times * 1.01
      #expect(Self.decide(Self.evidence(mode, signals: signals)).verdict != .pass, "\(rule.name)")
      signals[doubt.signal] = nil
      if rule.missing != nil {
        #expect(Self.decide(Self.evidence(mode, signals: signals)).verdict != .pass, "\(rule.name)")
      }
      signals[doubt.signal] = -1
      #expect(
        Self.decide(Self.evidence(mode, signals: signals)).verdict == .inconclusive, "\(rule.name)")
    }
  }

  @Test(
    "what contradicts a live face rejects only beyond its standard error, and where it could be seen"
  )
  func contradiction() {
    var signals = Self.good
    signals[.reflectBackground] = 0.9
    signals[.reflectBackgroundError] = 0.1
    func verdict() -> Verdict { Self.decide(Self.evidence(.reflect, signals: signals)).verdict }
    #expect(verdict() == .inconclusive)
    signals[.reflectBackgroundError] = 0.05
    #expect(verdict() == .reject)
    signals[.reflectCoverage] = 0.5
    #expect(verdict() == .inconclusive)
    signals = Self.good
    signals[.reflectChance] = 0.4
    signals[.reflectChromaChange] = 0.02
    #expect(verdict() == .inconclusive)
    signals[.reflectChromaChange] = 0.2
    #expect(verdict() == .reject)
  }

  @Test("what was asked has to have been asked", arguments: LivenessMode.allCases)
  func unchallenged(mode: LivenessMode) {
    let basic = Self.decide(Self.evidence(mode, challenged: false))
    #expect((basic.verdict == .pass) == (mode == .silent))
    let enhanced = EnhancedEvidence(device: Self.safe, demandedMode: .silent)
    let decision = Self.decide(Self.evidence(mode, challenged: false, enhanced: enhanced))
    #expect(decision.verdict == .inconclusive)
    #expect(decision.reasons.contains { $0.code == .challengeRequired })
  }

  @Test(
    "an action challenge without actions asks nothing", arguments: [LivenessMode.action, .distance])
  func noActions(mode: LivenessMode) {
    var evidence = Self.evidence(mode)
    evidence.actions = []
    #expect(Self.decide(evidence).verdict == .inconclusive)
    let before = Self.policy.asOf(3).decide(evidence, terms: Self.terms)
    #expect((before.verdict == .pass) == (mode == .distance))
  }

  @Test("REFLECT alone passes only where something tells a face from a print that is bent like one")
  func reflectAlone() {
    let alone = Self.decide(Self.evidence(.reflect, capabilities: []))
    #expect(alone.verdict == .review && alone.reasons.map(\.code) == [.modelMissing])
    var unscored = Self.good
    unscored[.presentationScore] = nil
    #expect(Self.decide(Self.evidence(.reflect, signals: unscored)).verdict == .review)
    #expect(Self.decide(Self.evidence(.actionReflect, signals: unscored)).verdict == .pass)
    var paper = Self.good
    paper[.presentationExpression] = 0.05
    #expect(Self.decide(Self.evidence(.reflect, signals: paper)).verdict == .inconclusive)
    #expect(Self.decide(Self.evidence(.actionReflect, signals: paper)).verdict == .pass)
    let before = Self.policy.asOf(3).decide(
      Self.evidence(.reflect, signals: unscored, capabilities: []), terms: Self.terms)
    #expect(before.verdict == .pass)
  }

  @Test("closed eyes pass in no mode, and are told as such", arguments: LivenessMode.allCases)
  func eyesClosed(mode: LivenessMode) {
    var asleep = Self.good
    asleep[.eyesOpenShare] = 0
    for isStill in [false, mode == .silent] {
      var evidence = Self.evidence(mode, signals: asleep)
      evidence.isStill = isStill
      let decision = Self.decide(evidence)
      #expect(decision.verdict == .inconclusive)
      #expect(decision.tags == [.eyesClosed] && decision.messages == [.openEyes])
      #expect(Self.policy.asOf(3).decide(evidence, terms: Self.terms).verdict == .pass)
    }
  }

  @Test("a believed device that tells no times of its frames goes to a human")
  func deviceTimes() {
    let enhanced = EnhancedEvidence(device: Self.safe, demandedMode: .action)
    var silent = Self.good
    silent[.timingDeviceMatchedShare] = nil
    silent[.timingDeviceCompared] = 0
    let decision = Self.decide(Self.evidence(signals: silent, enhanced: enhanced))
    #expect(decision.verdict == .review && decision.reasons.map(\.code) == [.deviceUnverified])
    #expect(Self.decide(Self.evidence(signals: silent)).verdict == .pass)
    let before = Self.policy.asOf(3).decide(
      Self.evidence(signals: silent, enhanced: enhanced), terms: Self.terms)
    #expect(before.verdict == .pass)
  }

  @Test(
    "a gap in which an action has room is another capture, and counts that are missing pass nothing"
  )
  func actionGaps() {
    for mode in [LivenessMode.action, .actionReflect, .distance] {
      var gap = Self.good
      gap[.actionGapSecondsMax] = 0.3
      #expect(Self.decide(Self.evidence(mode, signals: gap)).verdict == .inconclusive)
      for signal in [LivenessSignal.actionGapSecondsMax, .actionsNotAsked, .flatMovements] {
        var blind = Self.good
        blind[signal] = nil
        #expect(Self.decide(Self.evidence(mode, signals: blind)).verdict == .inconclusive)
      }
    }
  }

  @Test("nothing passes unasked without the models for it, nor digits that nobody recognised")
  func capabilities() {
    let silent = Self.decide(Self.evidence(.silent, capabilities: []))
    #expect(silent.verdict == .inconclusive && silent.advice == .useOtherChannel)
    #expect(silent.reasons.map(\.code) == [.modelMissing])
    let lip = Self.decide(Self.evidence(.lip, capabilities: [.passiveLiveness]))
    #expect(lip.verdict == .review)
    #expect(Self.decide(Self.evidence(.action, capabilities: [])).verdict == .pass)
  }

  @Test("a spoiled capture gives no verdict on the person, but a file that was seen before does")
  func spoiled() {
    var signals = Self.good
    signals[.faceShare] = 0.2
    signals[.identitySimilarityMin] = -0.5
    let decision = Self.decide(Self.evidence(signals: signals))
    #expect(decision.verdict == .inconclusive && decision.advice == .retryCapture)
    #expect(decision.reasons.map(\.code) == [.faceLost, .personChanged])
    #expect(decision.tags == [.personChanged])
    #expect(decision.messages == [.keepFaceInView])
    for rule in Self.policy.rules
    where rule.failing == .reject && [.replayedMedia, .injectedMedia].contains(rule.code)
      && Self.applies(rule, .action)
    {
      var both = signals
      both[rule.signal] = rule.side == .atLeast ? rule.range.lowerBound : rule.range.upperBound
      #expect(Self.decide(Self.evidence(signals: both)).verdict == .reject, "\(rule.name)")
    }
  }

  @Test("the gravest outcome decides")
  func gravest() {
    var signals = Self.good
    signals[.actionScoreMin] = 0.1
    #expect(Self.decide(Self.evidence(signals: signals)).verdict == .inconclusive)
    signals[.identitySimilarityMin] = -0.5
    let decision = Self.decide(Self.evidence(signals: signals))
    #expect(decision.verdict == .reject)
    #expect(decision.reasons.map(\.code) == [.personChanged, .actionUnclear])
  }

  @Test("the same person throughout: another beyond doubt rejects, in Enhanced a doubt does, too")
  func person() {
    let enhanced = EnhancedEvidence(device: Self.safe, demandedMode: .action)
    var swapped = Self.good
    swapped[.personChanges] = 1
    let basic = Self.decide(Self.evidence(signals: swapped))
    #expect(basic.verdict == .review && basic.tags == [.personChanged])
    let strict = Self.decide(Self.evidence(signals: swapped, enhanced: enhanced))
    #expect(strict.verdict == .reject && strict.tags == [.personChanged])
    #expect(strict.reasons.map(\.code) == [.personChanged])
    swapped[.identitySimilarityMin] = 0.1
    #expect(Self.decide(Self.evidence(signals: swapped)).verdict == .reject)
    for signal in [LivenessSignal.personChanges, .identitySimilarityMin] {
      var unknown = Self.good
      unknown[signal] = nil
      for evidence in [
        Self.evidence(signals: unknown), Self.evidence(signals: unknown, enhanced: enhanced),
      ] { #expect(Self.decide(evidence).verdict == .inconclusive) }
    }
  }

  @Test(
    "Enhanced passes nothing that answered no challenge: no look, device, scene or lack of a rule makes up for it",
    arguments: LivenessMode.allCases)
  func unaskedInEnhanced(mode: LivenessMode) {
    let advisory = Set(Self.policy.rules.map(\.name))
    for demanded in LivenessMode.allCases {
      for isStill in [false, true] {
        for terms in [
          Self.terms, LivenessTerms(advisory: advisory, allowsUnverifiedDevice: true),
        ] {
          var evidence = Self.evidence(
            mode, challenged: false,
            enhanced: EnhancedEvidence(device: Self.safe, demandedMode: demanded))
          evidence.isStill = isStill
          let decision = Self.decide(evidence, terms)
          #expect(decision.verdict == .inconclusive || decision.verdict == .review)
          #expect(decision.reasons.contains { $0.code == .challengeRequired })
          evidence.challenged = true
          evidence.isStill = false
          let answered = Self.decide(evidence, terms)
          #expect((answered.verdict == .pass) == mode.isAtLeast(demanded))
        }
      }
    }
  }

  @Test("scenes move limits within their ranges; remarks change nothing, and only where they may")
  func scenes() {
    var signals = Self.good
    signals[.faceShare] = 0.95
    let strict = LivenessTerms(limits: ["faceShare": 0.97])
    #expect(Self.decide(Self.evidence(signals: signals), strict).verdict == .inconclusive)
    // A limit that is none does not switch a rule off.
    signals[.faceShare] = 0.5
    for limit in [Double.nan, -Double.infinity, -1] {
      let broken = LivenessTerms(limits: ["faceShare": limit])
      #expect(Self.decide(Self.evidence(signals: signals), broken).verdict == .inconclusive)
    }
    for rule in Self.policy.rules where Self.applies(rule, .action) {
      let past = rule.side == .atLeast ? rule.limit.nextDown : rule.limit.nextUp
      guard rule.range.contains(past) else { continue }
      var failing = Self.good
      for condition in rule.given { failing[condition.signal] = condition.limit }
      failing[rule.signal] = past
      let decision = Self.decide(
        Self.evidence(signals: failing), LivenessTerms(advisory: [rule.name]))
      #expect((decision.verdict == .pass) == rule.mayBeAdvisory, "\(rule.name)")
      // What is missing is no remark.
      failing[rule.signal] = nil
      if rule.missing != nil {
        let without = Self.decide(
          Self.evidence(signals: failing), LivenessTerms(advisory: [rule.name]))
        #expect(without.verdict != .pass, "\(rule.name)")
      }
    }
  }

  @Test(
    "Enhanced: the device's risk demands a mode, and a device that shows nothing goes to a human")
  func enhanced() {
    func decide(
      _ mode: LivenessMode, _ device: DeviceRisk, _ demanded: LivenessMode?,
      _ terms: LivenessTerms = Self.terms
    ) -> LivenessDecision {
      Self.decide(
        Self.evidence(mode, enhanced: EnhancedEvidence(device: device, demandedMode: demanded)),
        terms)
    }
    #expect(decide(.action, Self.safe, .action).verdict == .pass)
    #expect(decide(.actionReflect, Self.safe, .action).verdict == .pass)
    let weak = decide(.action, Self.safe, .actionReflect)
    #expect(weak.verdict == .review && weak.reasons[0].code == .modeTooWeak)
    let refused = decide(.actionReflect, Self.safe, nil)
    #expect(refused.verdict == .reject && refused.advice == .useOtherChannel)
    let unverified = decide(.actionReflect, .notObtained, .actionReflect)
    #expect(unverified.verdict == .review && unverified.advice == .manualReview)
    #expect(unverified.reasons.map(\.code) == [.deviceUnverified])
    let allowed = decide(
      .actionReflect, .notObtained, .actionReflect, LivenessTerms(allowsUnverifiedDevice: true))
    #expect(allowed.verdict == .pass)
  }
}

struct LivenessVersionTests {
  @Test("of two rules that say the same of one number the graver counts; version 2 took the first")
  func sameReason() {
    func rule(_ name: String, _ missing: LivenessOutcome, _ failing: LivenessOutcome)
      -> LivenessRule
    {
      LivenessRule(
        name, .clipSeconds, .atLeast, 2, in: 0...10, missing: missing, failing: failing,
        code: .captureTooShort, message: .recordLonger, meaning: "")
    }
    let mild = rule("mild", .inconclusive, .inconclusive)
    let grave = rule("grave", .reject, .reject)
    for (rules, before) in [([mild, grave], Verdict.inconclusive), ([grave, mild], .reject)] {
      let policy = LivenessPolicy(rules: rules)
      for signals in [[:], [.clipSeconds: 1]] as [[LivenessSignal: Double]] {
        let evidence = LivenessPolicyTests.evidence(signals: signals)
        let decision = policy.decide(evidence, terms: LivenessTerms())
        #expect(decision.verdict == .reject && decision.reasons.count == 1)
        let old = policy.asOf(2).decide(evidence, terms: LivenessTerms())
        #expect(old.verdict == before && old.reasons == decision.reasons)
      }
    }
  }

  @Test("an earlier version has the rules it had")
  func earlier() {
    let policy = LivenessPolicy.standard
    #expect(policy.number == 4 && LivenessPolicy.version == "liveness@4")
    for number in 2...3 {
      let before = policy.asOf(number)
      #expect(before.number == number)
      #expect(before.rules == policy.rules.filter { $0.since <= number })
    }
    #expect(policy.rules.allSatisfy { LivenessPolicy.versionsKnown.contains($0.since) })
    #expect(policy.asOf(4).rules == policy.rules)
  }
}

struct FakeFacePolicyTests {
  let policy = FakeFacePolicy(rules: LivenessPolicy.standard.rules)
  let all = Set(LivenessCapability.allCases)

  func decide(
    _ signals: [LivenessSignal: Double], _ capabilities: Set<LivenessCapability>,
    still: Bool = false
  ) -> FakeFaceFinding {
    policy.decide(
      LivenessEvidence(
        mode: .silent, isStill: still, challenged: false, signals: signals,
        capabilities: capabilities), terms: LivenessTerms())
  }

  @Test(
    "another capture is asked for only where one could say more", arguments: [true, false])
  func anotherCapture(still: Bool) {
    let good = LivenessPolicyTests.good
    // A genuine face, on a server that cannot tell made ones: no capture of it says LOW.
    let able = all.subtracting([.syntheticFaces])
    let genuine = decide(good, able, still: still)
    #expect(genuine.level == nil && !genuine.asksAnotherCapture)
    var unscored = good
    unscored[.presentationScore] = nil
    #expect(!decide(unscored, [], still: still).asksAnotherCapture)
    #expect(decide(unscored, able, still: still).asksAnotherCapture)
    var faceless = good
    faceless[.faceShare] = 0
    #expect(decide(faceless, able, still: still).asksAnotherCapture)
    #expect(!decide(good, all, still: still).asksAnotherCapture)
  }

  @Test(
    "LOW is said only where everything that matters could be looked at", arguments: [true, false])
  func low(still: Bool) {
    let good = LivenessPolicyTests.good
    #expect(decide(good, all, still: still).level == .low)
    for lacking in [LivenessCapability.passiveLiveness, .syntheticFaces] {
      #expect(decide(good, all.subtracting([lacking]), still: still).level == nil)
    }
    var blind = good
    blind[.presentationScore] = nil
    let unseen = decide(blind, all, still: still)
    #expect(unseen.level == nil && unseen.unmeasured.contains(.presentationScore))
    for share in [nil, 0.0] {
      var faceless = good
      faceless[.faceShare] = share
      #expect(decide(faceless, all, still: still).level == nil)
    }
    var broken = good
    broken[.presentationScore] = .nan
    #expect(decide(broken, all, still: still).level == nil)
  }

  @Test("what rejects is HIGH, what only fails is MID, whatever else is missing")
  func levels() {
    var signals = LivenessPolicyTests.good
    signals[.presentationScore] = 0.1
    let shown = decide(signals, [])
    #expect(shown.level == .high && shown.details.first?.tag == .recapture)
    #expect(shown.details.first.map { $0.score > 50 } == true)
    signals = LivenessPolicyTests.good
    signals[.personChanges] = 1
    #expect(decide(signals, []).level == .mid)
    signals[.loopBitErrorMin] = 0
    #expect(decide(signals, []).level == .high)
  }
}

struct CaptureComparePolicyTests {
  let policy = CaptureComparePolicy(faces: FaceComparePolicyTests.policy)
  let terms = FaceComparePolicyTests.terms
  static let live = LivenessDecision(
    verdict: .pass, reasons: [DecisionReason(.livenessShown)], tags: [], messages: [], advice: .none
  )
  static let face = FaceEvidence(
    facesTotal: 1, face: FaceComparePolicyTests.good, isComparable: true)

  static func evidence(
    _ capture: FaceEvidence = face, followed: FollowedFace = .similarity(0.9), score: Double?
  ) -> CaptureCompareEvidence {
    var evidence = CaptureCompareEvidence(capture: capture, photo: face, score: score)
    evidence.followed = followed
    return evidence
  }

  @Test("liveness comes first: without its PASS no score counts", arguments: Verdict.allCases)
  func order(verdict: Verdict) {
    var liveness = Self.live
    liveness.verdict = verdict
    let evidence = Self.evidence(score: 99)
    let decision = policy.decide(liveness: liveness, evidence, terms: terms)
    #expect((decision.verdict == .pass) == (verdict == .pass))
    if verdict != .pass && verdict != .unknown { #expect(decision.verdict == verdict) }
    let replayed = policy.replay(
      liveness: liveness, score: 99, obstacles: [], followed: .similarity(0.9), terms: terms)
    #expect(replayed == decision)
  }

  @Test("at the threshold it is the person, below it somebody else, without a score nobody")
  func score() {
    func decide(_ score: Double?) -> Verdict {
      policy.decide(
        liveness: Self.live,
        Self.evidence(score: score), terms: terms
      ).verdict
    }
    #expect(decide(terms.threshold) == .pass)
    #expect(decide(terms.threshold.nextDown) == .reject)
    for score in [nil, Double.nan, -1, 101] { #expect(decide(score) == .inconclusive) }
  }

  @Test("a missing frame or photo is no comparison")
  func obstacles() {
    for (capture, photo, field) in [
      (nil, Self.face, "capture"), (Self.face, nil, "photo"),
      (FaceEvidence(facesTotal: 0, face: nil, isComparable: false), Self.face, "capture"),
    ] as [(FaceEvidence?, FaceEvidence?, String)] {
      var evidence = CaptureCompareEvidence(capture: capture, photo: photo, score: 99)
      evidence.followed = .similarity(0.9)
      let decision = policy.decide(liveness: Self.live, evidence, terms: terms)
      #expect(decision.verdict == .inconclusive)
      #expect(decision.reasons[0].field == field)
    }
  }

  @Test("the face that is compared is the one that was followed, alone in its frame")
  func followed() {
    func decide(
      _ followed: FollowedFace, _ capture: FaceEvidence = Self.face, multiple: Bool = true
    ) -> FaceCompareDecision {
      var terms = terms
      terms.rejectMultiple = multiple
      return policy.decide(
        liveness: Self.live, Self.evidence(capture, followed: followed, score: 99), terms: terms)
    }
    let least = CaptureComparePolicy.followedSimilarityMin
    #expect(least == TrackLimits.samePersonMin)
    #expect(decide(.similarity(least)).verdict == .pass)
    #expect(decide(.notAsked).verdict == .pass)
    let other = decide(.similarity(least.nextDown))
    #expect(other.verdict == .inconclusive)
    #expect(
      other.reasons[0]
        == DecisionReason(
          .personChanged, field: "capture", measured: least.nextDown, limit: least,
          signal: .comparedSimilarity))
    #expect(decide(.similarity(nil)).reasons[0].code == .signalMissing)
    for number in [Double.nan, .infinity, -2, 2] {
      #expect(decide(.similarity(number)).reasons[0].code == .signalInvalid)
      #expect(decide(.similarity(number)).verdict == .inconclusive)
    }
    // Whatever the caller wants of several faces in its photo.
    let two = FaceEvidence(facesTotal: 2, face: FaceComparePolicyTests.good, isComparable: true)
    #expect(decide(.similarity(1), two, multiple: false).reasons[0].code == .multipleFaces)
    #expect(decide(.similarity(1), two, multiple: false).verdict == .inconclusive)
    // A record with a score and without what ties it to the person gives no verdict on that person.
    for (followed, verdict) in [
      (.similarity(0.9), .pass), (.similarity(nil), .inconclusive),
      (.similarity(0.1), .inconclusive),
      (.notAsked, .pass),
    ] as [(FollowedFace, Verdict)] {
      let replayed = policy.replay(
        liveness: Self.live, score: 99, obstacles: [], followed: followed, terms: terms)
      #expect(replayed.verdict == verdict)
    }
  }
}
