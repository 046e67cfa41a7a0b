// Whether two pictures show the same person: numbers in, verdict and reasons out.

package import Vocabulary

/// What one picture of a comparison showed.
package struct FaceEvidence: Sendable, Equatable {
  /// Faces found in the picture that count as such.
  package var facesTotal: Int
  /// The chosen one; nil if there is none.
  package var face: FaceMeasures?
  /// Whether the chosen face was found again on closer looks, so that it can be compared.
  package var isComparable: Bool

  package init(facesTotal: Int, face: FaceMeasures?, isComparable: Bool) {
    self.facesTotal = facesTotal
    self.face = face
    self.isComparable = isComparable
  }
}

/// Everything a comparison is decided on.
package struct FaceCompareEvidence: Sendable, Equatable {
  package var a: FaceEvidence
  package var b: FaceEvidence
  /// 0–100 on the calibrated scale; nil when no comparison was made.
  package var score: Double?
  /// Both pictures have the same bytes.
  package var identicalImages: Bool

  package init(a: FaceEvidence, b: FaceEvidence, score: Double?, identicalImages: Bool) {
    self.a = a
    self.b = b
    self.score = score
    self.identicalImages = identicalImages
  }
}

/// What the caller and the scene ask for.
package struct FaceCompareTerms: Sendable, Equatable {
  /// 0–4.
  package var qualityLevel: Int
  /// Score needed to pass, 0–100.
  package var threshold: Double
  /// Whether several faces in a picture prevent an answer.
  package var rejectMultiple: Bool

  package init(qualityLevel: Int, threshold: Double, rejectMultiple: Bool) {
    self.qualityLevel = qualityLevel
    self.threshold = threshold
    self.rejectMultiple = rejectMultiple
  }
}

/// A verdict with its reasons.
package struct FaceCompareDecision: Sendable, Equatable {
  package var verdict: Verdict
  package var reasons: [DecisionReason]
  package var advice: NextAction
}

/// Version 1 of the rule for `Basic.CompareFaces`. Pure: the same evidence gives the same decision.
///
/// 1. A picture without exactly one usable face, or below the quality level, gives INCONCLUSIVE; the score
///    is then not used and must not be shown.
/// 2. Otherwise a score at or above the threshold gives PASS, below it REJECT.
/// 3. A missing or non-finite score, and a threshold or level outside its range, never pass.
package struct FaceComparePolicy: Sendable {
  package static let version = "face-compare@1"

  package let quality: FaceQualityPolicy

  package init(quality: FaceQualityPolicy) { self.quality = quality }

  /// What prevents a comparison, by picture; empty if nothing does. Asked before faces are compared, so that
  /// no score is ever formed from a picture that failed.
  package func obstacles(
    a: FaceEvidence, b: FaceEvidence, terms: FaceCompareTerms
  ) -> [DecisionReason] {
    [obstacle(in: a, terms: terms)?.about("a"), obstacle(in: b, terms: terms)?.about("b")]
      .compactMap { $0 }
  }

  /// The decision on complete evidence.
  package func decide(
    _ evidence: FaceCompareEvidence, terms: FaceCompareTerms
  ) -> FaceCompareDecision {
    var remarks = [(evidence.a, "a"), (evidence.b, "b")].compactMap { side, field in
      side.face.flatMap { quality.maskRemark(on: $0) }?.about(field)
    }
    if evidence.identicalImages { remarks.append(DecisionReason(.identicalImages, advisory: true)) }
    let obstacles = obstacles(a: evidence.a, b: evidence.b, terms: terms)
    guard obstacles.isEmpty else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: obstacles + remarks, advice: .retryCapture)
    }
    guard let score = evidence.score, score.isFinite, (0...100).contains(score),
      (0...100).contains(terms.threshold)
    else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: [DecisionReason(.faceUncertain)] + remarks,
        advice: .contactSupport)
    }
    let passes = score >= terms.threshold
    let reason = DecisionReason(
      passes ? .scoreAtOrAboveThreshold : .scoreBelowThreshold, measured: score,
      limit: terms.threshold)
    return FaceCompareDecision(
      verdict: passes ? .pass : .reject, reasons: [reason] + remarks, advice: .none)
  }

  /// What prevents a comparison with one picture, about no field; nil if nothing does. The threshold plays no
  /// part in it.
  package func obstacle(in picture: FaceEvidence, terms: FaceCompareTerms) -> DecisionReason? {
    guard picture.facesTotal > 0, let face = picture.face else { return DecisionReason(.noFace) }
    if picture.facesTotal > 1 && terms.rejectMultiple {
      return DecisionReason(.multipleFaces, measured: Double(picture.facesTotal), limit: 1)
    }
    guard picture.isComparable else {
      return DecisionReason(.faceUncertain, measured: face.confidence)
    }
    guard (0...FaceQualityPolicy.levelMax).contains(terms.qualityLevel) else {
      return DecisionReason(.faceUncertain)
    }
    return quality.firstFailure(of: face, level: terms.qualityLevel)
  }
}
