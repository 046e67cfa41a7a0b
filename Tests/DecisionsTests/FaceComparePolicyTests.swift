// The rule for comparing two faces: what passes, what does not, and that nothing passes by accident.

import Decisions
import Testing
import Vocabulary

struct FaceComparePolicyTests {
  static let bounds = FaceQualityBounds(
    confidenceMin: 0.6, sizePixelsMin: 40, yawMax: 30, pitchMax: 30, rollMax: 45,
    sharpnessMin: 20, brightnessMin: 20, brightnessMax: 90, completenessMin: 50,
    coreCompletenessMin: 80)
  static let policy = FaceComparePolicy(
    quality: FaceQualityPolicy(
      levels: [nil, bounds, bounds, bounds, bounds], maskSuspicionNoted: 70))
  static let good = FaceMeasures(
    confidence: 0.9, sizePixels: 120, yaw: 3, pitch: -4, roll: 1, sharpness: 70, brightness: 50,
    completeness: 100,
    coreCompleteness: 100, maskSuspicion: 5)
  static let terms = FaceCompareTerms(qualityLevel: 2, threshold: 80, rejectMultiple: true)

  static func evidence(
    a: FaceMeasures? = good, b: FaceMeasures? = good, facesInB: Int = 1, score: Double?
  ) -> FaceCompareEvidence {
    FaceCompareEvidence(
      a: FaceEvidence(facesTotal: a == nil ? 0 : 1, face: a, isComparable: a != nil),
      b: FaceEvidence(facesTotal: b == nil ? 0 : facesInB, face: b, isComparable: b != nil),
      score: score,
      identicalImages: false)
  }

  @Test("the threshold itself passes, just below it does not")
  func threshold() {
    let at = Self.policy.decide(Self.evidence(score: 80), terms: Self.terms)
    #expect(at.verdict == .pass)
    #expect(at.reasons == [DecisionReason(.scoreAtOrAboveThreshold, measured: 80, limit: 80)])
    let below = Self.policy.decide(Self.evidence(score: 79.99), terms: Self.terms)
    #expect(below.verdict == .reject)
    #expect(below.reasons.map(\.code) == [.scoreBelowThreshold])
  }

  @Test(
    "no number that is not a score ever passes",
    arguments: [nil, .nan, .infinity, -.infinity, -0.01, 100.01] as [Double?])
  func badScores(score: Double?) {
    let decision = Self.policy.decide(Self.evidence(score: score), terms: Self.terms)
    #expect(decision.verdict == .inconclusive)
    #expect(!decision.reasons.isEmpty)
  }

  @Test("terms outside their range never pass", arguments: [-1, 5, 99])
  func badTerms(level: Int) {
    var terms = Self.terms
    terms.qualityLevel = level
    #expect(
      Self.policy.decide(Self.evidence(score: 100), terms: terms).verdict == .inconclusive)
    terms = Self.terms
    terms.threshold = -1
    #expect(
      Self.policy.decide(Self.evidence(score: 100), terms: terms).verdict == .inconclusive)
    terms.threshold = .nan
    #expect(
      Self.policy.decide(Self.evidence(score: 100), terms: terms).verdict == .inconclusive)
  }

  @Test("a face that closer looks do not find again gives no verdict, whatever the score")
  func notComparable() {
    var evidence = Self.evidence(score: 100)
    evidence.b.isComparable = false
    var terms = Self.terms
    for level in 0...4 {
      terms.qualityLevel = level
      let decision = Self.policy.decide(evidence, terms: terms)
      #expect(decision.verdict == .inconclusive)
      #expect(decision.reasons.map(\.code) == [.faceUncertain])
      #expect(decision.advice == .retryCapture)
    }
  }

  @Test("no face and several faces name the field and give no verdict")
  func faces() {
    let none = Self.policy.decide(Self.evidence(b: nil, score: 100), terms: Self.terms)
    #expect(none.verdict == .inconclusive)
    #expect(none.reasons == [DecisionReason(.noFace, field: "b")])
    #expect(none.advice == .retryCapture)
    let several = Self.policy.decide(Self.evidence(facesInB: 3, score: 100), terms: Self.terms)
    #expect(
      several.reasons == [DecisionReason(.multipleFaces, field: "b", measured: 3, limit: 1)])
    var chosen = Self.terms
    chosen.rejectMultiple = false
    #expect(
      Self.policy.decide(Self.evidence(facesInB: 3, score: 100), terms: chosen).verdict == .pass)
  }

  /// A reason, the change that must give it, and its name for the log of the run.
  struct Failure: Sendable, CustomTestStringConvertible {
    let code: ReasonCode
    let spoil: @Sendable (inout FaceMeasures) -> Void
    var testDescription: String { "\(code)" }
  }

  static let failures: [Failure] = [
    Failure(code: .faceUncertain) { $0.confidence = 0.59 },
    Failure(code: .faceTooSmall) { $0.sizePixels = 39 },
    Failure(code: .faceIncomplete) { $0.coreCompleteness = 79 },
    Failure(code: .faceIncomplete) { $0.completeness = 49 },
    Failure(code: .faceTurned) { $0.yaw = -31 },
    Failure(code: .faceTurned) { $0.yaw = 31 },
    Failure(code: .faceTilted) { $0.pitch = 31 },
    Failure(code: .faceRolled) { $0.roll = -46 },
    Failure(code: .faceTooDark) { $0.brightness = 19 },
    Failure(code: .faceTooBright) { $0.brightness = 91 },
    Failure(code: .faceBlurred) { $0.sharpness = 19 },
  ]

  @Test("each bound fails by its own name at levels 1 to 4 and not at level 0", arguments: failures)
  func bounds(failure: Failure) {
    var face = Self.good
    failure.spoil(&face)
    for level in 0...4 {
      var terms = Self.terms
      terms.qualityLevel = level
      let decision = Self.policy.decide(Self.evidence(b: face, score: 100), terms: terms)
      if level == 0 {
        #expect(decision.verdict == .pass)
      } else {
        #expect(decision.verdict == .inconclusive)
        #expect(decision.reasons.map(\.code) == [failure.code])
        #expect(decision.reasons[0].field == "b")
      }
    }
  }

  @Test("a number that is not finite fails even at level 0")
  func notFinite() {
    var terms = Self.terms
    terms.qualityLevel = 0
    for spoil: (inout FaceMeasures) -> Void in [
      { $0.yaw = .nan }, { $0.sharpness = .infinity }, { $0.maskSuspicion = -.infinity },
    ] {
      var face = Self.good
      spoil(&face)
      let decision = Self.policy.decide(Self.evidence(b: face, score: 100), terms: terms)
      #expect(decision.verdict == .inconclusive)
    }
  }

  @Test("a suspected mask is a remark, never a decision")
  func mask() {
    var face = Self.good
    face.maskSuspicion = 95
    let decision = Self.policy.decide(Self.evidence(a: face, score: 90), terms: Self.terms)
    #expect(decision.verdict == .pass)
    #expect(
      decision.reasons.last
        == DecisionReason(
          .faceMaskSuspected, field: "a", measured: 95, limit: 70, advisory: true))
  }
}
