// The rule for a card and a selfie: what passes, what goes to a human, and that nothing passes by accident.

import Decisions
import Testing
import Vocabulary

struct IDCardPhotoPolicyTests {
  static let policy = IDCardPhotoPolicy(faces: FaceComparePolicyTests.policy)
  static let terms = IDCardPhotoTerms(
    faces: FaceComparePolicyTests.terms, portraitQualityLevel: 1, warnings: .standard)

  static func evidence(
    finding: CardFinding = .read, warnings: [CardWarningEvidence] = [], hasPortrait: Bool = true,
    score: Double? = 90
  ) -> IDCardPhotoEvidence {
    let face = FaceEvidence(facesTotal: 1, face: FaceComparePolicyTests.good, isComparable: true)
    return IDCardPhotoEvidence(
      card: CardEvidence(finding: finding, warnings: warnings, hasPortrait: hasPortrait),
      isPortraitOfCard: true, portrait: face, selfie: face, score: score)
  }

  @Test("the holder passes, somebody else is rejected, at the threshold as in a comparison")
  func plain() {
    let at = Self.policy.decide(Self.evidence(score: 80), terms: Self.terms)
    #expect(at.verdict == .pass && at.advice == .none)
    #expect(at.reasons == [DecisionReason(.scoreAtOrAboveThreshold, measured: 80, limit: 80)])
    let below = Self.policy.decide(Self.evidence(score: 79.99), terms: Self.terms)
    #expect(below.verdict == .reject)
  }

  @Test(
    "no card that was not read gives a verdict, whatever the score", arguments: CardFinding.allCases
  )
  func findings(finding: CardFinding) {
    let decision = Self.policy.decide(Self.evidence(finding: finding), terms: Self.terms)
    guard finding != .read else {
      #expect(decision.verdict == .pass)
      return
    }
    #expect(decision.verdict == .inconclusive)
    #expect(decision.reasons.count == 1 && decision.reasons[0].field == "card")
    #expect(decision.advice == (finding == .wrongKind ? .correctInput : .retryCapture))
  }

  @Test("a card without portrait, or with a covered one, gives no verdict")
  func portrait() {
    let without = Self.policy.decide(Self.evidence(hasPortrait: false), terms: Self.terms)
    #expect(without.verdict == .inconclusive)
    #expect(without.reasons.map(\.code) == [.cardWithoutPortrait])
    for code in [CardWarningCode.occlusion, .reflection] {
      var terms = Self.terms
      terms.warnings = CardWarningTerms(stopOn: [], reviewOn: [])
      let on = CardWarningEvidence(code, score: 80, threshold: 50, isOnPortrait: true)
      let covered = Self.policy.decide(Self.evidence(warnings: [on]), terms: terms)
      #expect(covered.verdict == .inconclusive)
      #expect(covered.reasons.map(\.code) == [.cardWithoutPortrait])
      let beside = Self.policy.decide(
        Self.evidence(warnings: [CardWarningEvidence(code)]), terms: terms)
      #expect(beside.verdict == .pass)
    }
  }

  @Test(
    "every warning does what the terms say, and never turns a rejection",
    arguments: CardWarningCode.allCases)
  func warnings(code: CardWarningCode) {
    let evidence = Self.evidence(
      warnings: [CardWarningEvidence(code, score: 70, threshold: 50, isAboutIdentity: true)])
    var terms = Self.terms
    terms.warnings = CardWarningTerms(stopOn: [code], reviewOn: [code])
    let stopped = Self.policy.decide(evidence, terms: terms)
    #expect(stopped.verdict == .inconclusive)
    #expect(stopped.reasons[0].code == .cardWarning && stopped.reasons[0].warning == code)
    #expect(!Self.policy.obstacles(in: evidence, terms: terms).isEmpty)
    terms.warnings = CardWarningTerms(stopOn: [], reviewOn: [code])
    let reviewed = Self.policy.decide(evidence, terms: terms)
    #expect(reviewed.verdict == .review && reviewed.advice == .manualReview)
    #expect(reviewed.reasons.map(\.warning) == [nil, code])
    var other = evidence
    other.score = 10
    #expect(Self.policy.decide(other, terms: terms).verdict == .reject)
    terms.warnings = CardWarningTerms(stopOn: [], reviewOn: [])
    #expect(Self.policy.decide(evidence, terms: terms).verdict == .pass)
  }

  @Test("a face that is not the card's own portrait gives no verdict, however alike")
  func anotherFaceOnTheCard() {
    var evidence = Self.evidence(score: 99)
    evidence.isPortraitOfCard = false
    let decision = Self.policy.decide(evidence, terms: Self.terms)
    #expect(decision.verdict == .inconclusive && decision.advice == .retryCapture)
    #expect(decision.reasons.map(\.code) == [.cardWithoutPortrait])
  }

  @Test(
    "what was repaired goes to a human",
    arguments: [.idNumberRepaired, .birthDateRepaired] as [CardWarningCode])
  func repaired(code: CardWarningCode) {
    let decision = Self.policy.decide(
      Self.evidence(warnings: [CardWarningEvidence(code)], score: 99), terms: Self.terms)
    #expect(decision.verdict == .review)
  }

  @Test("doubts about fields other than name, number and period are told, not decided on")
  func fields() {
    for code in [CardWarningCode.fieldMissing, .fieldCut, .fieldUncertain] {
      let elsewhere = Self.policy.decide(
        Self.evidence(warnings: [CardWarningEvidence(code)]), terms: Self.terms)
      #expect(elsewhere.verdict == .pass)
      let period = Self.policy.decide(
        Self.evidence(warnings: [CardWarningEvidence(code, isAboutPeriod: true)]),
        terms: Self.terms)
      #expect(period.verdict == .review)
      let identity = Self.policy.decide(
        Self.evidence(warnings: [CardWarningEvidence(code, isAboutIdentity: true)]),
        terms: Self.terms)
      #expect(identity.verdict == .review)
    }
  }

  @Test(
    "no number that is not a score ever passes",
    arguments: [nil, .nan, .infinity, -0.01, 100.01] as [Double?])
  func badScores(score: Double?) {
    let decision = Self.policy.decide(Self.evidence(score: score), terms: Self.terms)
    #expect(decision.verdict == .inconclusive && !decision.reasons.isEmpty)
  }

  @Test("what was not looked at, and terms out of range, never pass")
  func skipped() {
    var evidence = Self.evidence(score: 100)
    evidence.portrait = nil
    #expect(Self.policy.decide(evidence, terms: Self.terms).verdict == .inconclusive)
    evidence = Self.evidence(score: 100)
    evidence.selfie = nil
    #expect(Self.policy.decide(evidence, terms: Self.terms).verdict == .inconclusive)
    evidence = Self.evidence(score: 100)
    evidence.identicalImages = true
    let same = Self.policy.decide(evidence, terms: Self.terms)
    #expect(same.verdict == .inconclusive && same.reasons[0].code == .identicalImages)
    for level in [-1, 5] {
      var terms = Self.terms
      terms.portraitQualityLevel = level
      #expect(
        Self.policy.decide(Self.evidence(score: 100), terms: terms).verdict == .inconclusive)
    }
    var terms = Self.terms
    terms.faces.threshold = .nan
    #expect(Self.policy.decide(Self.evidence(score: 100), terms: terms).verdict == .inconclusive)
  }

  @Test("each picture's face is held to its own terms")
  func faces() {
    var evidence = Self.evidence(score: 100)
    evidence.portrait?.facesTotal = 2
    #expect(Self.policy.decide(evidence, terms: Self.terms).verdict == .pass)
    evidence.selfie?.facesTotal = 2
    let several = Self.policy.decide(evidence, terms: Self.terms)
    #expect(several.verdict == .inconclusive)
    #expect(several.reasons.map(\.code) == [.multipleFaces])
    #expect(several.reasons.map(\.field) == ["selfie"])
    var none = Self.evidence(score: 100)
    none.portrait = FaceEvidence(facesTotal: 0, face: nil, isComparable: false)
    #expect(Self.policy.decide(none, terms: Self.terms).reasons.map(\.field) == ["card"])
  }

  @Test("names of warnings are unique and lead back")
  func names() {
    for code in CardWarningCode.allCases { #expect(CardWarningCode(name: code.name) == code) }
    #expect(CardWarningCode.idNumberCheckFailed.name == "ID_NUMBER_CHECK_FAILED")
    #expect(CardWarningCode(name: "NOTHING") == nil)
  }
}
