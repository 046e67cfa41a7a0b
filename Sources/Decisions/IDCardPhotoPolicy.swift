// Whether a selfie shows the holder of an identity card: what was seen of the card and of two faces in, verdict and
// reasons out.

package import Vocabulary

/// What became of the card's picture.
package enum CardFinding: Sendable, Equatable, CaseIterable {
  /// A front that could be read, name and number included.
  case read
  case noCard
  case wrongKind
  case wrongSide
  case several
  case tooSmall
  /// Name or number could not be read.
  case unreadable
}

/// A warning about the card, as far as a decision needs it.
package struct CardWarningEvidence: Sendable, Equatable {
  package var code: CardWarningCode
  /// 0–100, and from where on it is a warning; nil for findings without a measure.
  package var score: Double?
  package var threshold: Double?
  package var advisory: Bool
  /// It lies on the portrait.
  package var isOnPortrait: Bool
  /// It is about the name or the number.
  package var isAboutIdentity: Bool
  /// It is about the period of validity, on a side that prints it.
  package var isAboutPeriod: Bool

  package init(
    _ code: CardWarningCode, score: Double? = nil, threshold: Double? = nil, advisory: Bool = false,
    isOnPortrait: Bool = false, isAboutIdentity: Bool = false, isAboutPeriod: Bool = false
  ) {
    self.code = code
    self.score = score
    self.threshold = threshold
    self.advisory = advisory
    self.isOnPortrait = isOnPortrait
    self.isAboutIdentity = isAboutIdentity
    self.isAboutPeriod = isAboutPeriod
  }
}

/// What the card's picture showed.
package struct CardEvidence: Sendable, Equatable {
  package var finding: CardFinding
  package var warnings: [CardWarningEvidence]
  /// Whether a portrait was found on the card.
  package var hasPortrait: Bool

  package init(
    finding: CardFinding, warnings: [CardWarningEvidence] = [], hasPortrait: Bool = false
  ) {
    self.finding = finding
    self.warnings = warnings
    self.hasPortrait = hasPortrait
  }
}

/// What warnings lead to. One that is in neither set is told and changes nothing.
package struct CardWarningTerms: Sendable, Equatable {
  /// No comparison: INCONCLUSIVE.
  package var stopOn: Set<CardWarningCode>
  /// No PASS: REVIEW instead.
  package var reviewOn: Set<CardWarningCode>

  package init(stopOn: Set<CardWarningCode>, reviewOn: Set<CardWarningCode>) {
    self.stopOn = stopOn
    self.reviewOn = reviewOn
  }

  /// What holds unless the operator says otherwise: what puts the card itself in doubt goes to a human. Not
  /// `editingTraces`, `electronic` and `watermark`: they are advisory.
  package static let standard = CardWarningTerms(
    stopOn: [],
    reviewOn: [
      .borderIncomplete, .copy, .screenRecapture, .occlusion, .multipleCards, .expired,
      .notYetValid, .dateImpossible, .validityOrderWrong,
      .issuedBeforeBirth, .fieldMissing, .fieldCut, .fieldUncertain, .idNumberLengthWrong,
      .idNumberRepaired, .birthDateRepaired,
      .idNumberCheckFailed, .idNumberKindUnexpected, .birthDateDisagrees, .sexDisagrees,
      .nationalityDisagrees, .mrzCheckFailed, .mrzDisagrees,
    ])
}

/// What the caller and the scene ask for.
package struct IDCardPhotoTerms: Sendable, Equatable {
  /// Of the selfie, and the threshold.
  package var faces: FaceCompareTerms
  /// Quality level of the portrait on the card, 0–4.
  package var portraitQualityLevel: Int
  package var warnings: CardWarningTerms

  package init(faces: FaceCompareTerms, portraitQualityLevel: Int, warnings: CardWarningTerms) {
    self.faces = faces
    self.portraitQualityLevel = portraitQualityLevel
    self.warnings = warnings
  }

  /// The terms of the portrait: one face, however many a watermark may add, at its own level.
  var portrait: FaceCompareTerms {
    FaceCompareTerms(
      qualityLevel: portraitQualityLevel, threshold: faces.threshold, rejectMultiple: false)
  }
}

/// Everything a card photo is decided on.
package struct IDCardPhotoEvidence: Sendable, Equatable {
  package var card: CardEvidence
  /// Whether the face that was compared is the card's own portrait: it lies where that was found, and no other face
  /// on the card is nearly as large.
  package var isPortraitOfCard: Bool
  /// The portrait and the selfie; nil when they were not looked at.
  package var portrait: FaceEvidence?
  package var selfie: FaceEvidence?
  /// 0–100 on the calibrated scale; nil when no comparison was made.
  package var score: Double?
  /// Card and selfie have the same bytes.
  package var identicalImages: Bool

  package init(
    card: CardEvidence, isPortraitOfCard: Bool = false, portrait: FaceEvidence? = nil,
    selfie: FaceEvidence? = nil, score: Double? = nil, identicalImages: Bool = false
  ) {
    self.card = card
    self.isPortraitOfCard = isPortraitOfCard
    self.portrait = portrait
    self.selfie = selfie
    self.score = score
    self.identicalImages = identicalImages
  }
}

/// Version 3 of the rule for `Basic.VerifyIdCardPhoto`. Pure: the same evidence gives the same decision.
///
/// 1. A card that could not be found and read, or that has no usable portrait (occlusion and reflection on it
///    included), and a warning to stop on, give INCONCLUSIVE; so do the same bytes for card and selfie. No score is then
///    formed.
/// 2. A face on the card that is not its own portrait gives INCONCLUSIVE. Portrait and selfie are held to the rule of
///    `FaceComparePolicy`: INCONCLUSIVE, REJECT or PASS.
/// 3. A warning to review makes REVIEW of a PASS. Doubts about single fields do so only for name, number and, on sides that
///    print it, the period: an end that was not read may have passed.
/// 4. What is missing, not finite or out of its range never passes.
package struct IDCardPhotoPolicy: Sendable {
  package static let version = "id-card-photo@3"

  package let faces: FaceComparePolicy

  package init(faces: FaceComparePolicy) { self.faces = faces }

  /// What about the card prevents a comparison; empty if nothing does. Asked before faces are compared.
  package func obstacles(
    in evidence: IDCardPhotoEvidence, terms: IDCardPhotoTerms
  ) -> [DecisionReason] {
    let card = evidence.card
    if let code = Self.obstacle(card.finding) { return [DecisionReason(code, field: "card")] }
    var reasons: [DecisionReason] = []
    if evidence.identicalImages { reasons.append(DecisionReason(.identicalImages)) }
    let covered = card.warnings.first {
      $0.isOnPortrait && ($0.code == .occlusion || $0.code == .reflection)
    }
    if !card.hasPortrait || covered != nil {
      reasons.append(
        DecisionReason(
          .cardWithoutPortrait, field: "card", measured: covered?.score, limit: covered?.threshold))
    }
    reasons += card.warnings.filter { terms.warnings.stopOn.contains($0.code) }.map(Self.reason)
    return reasons
  }

  /// What about the two faces prevents a comparison; empty if nothing does.
  package func faceObstacles(
    portrait: FaceEvidence, isPortraitOfCard: Bool, selfie: FaceEvidence, terms: IDCardPhotoTerms
  ) -> [DecisionReason] {
    [
      isPortraitOfCard ? nil : DecisionReason(.cardWithoutPortrait, field: "card"),
      faces.obstacle(in: portrait, terms: terms.portrait)?.about("card"),
      faces.obstacle(in: selfie, terms: terms.faces)?.about("selfie"),
    ].compactMap { $0 }
  }

  /// The decision on complete evidence.
  package func decide(
    _ evidence: IDCardPhotoEvidence, terms: IDCardPhotoTerms
  ) -> FaceCompareDecision {
    let remarks =
      evidence.selfie?.face.flatMap { faces.quality.maskRemark(on: $0) }
      .map { [$0.about("selfie")] } ?? []
    let obstacles = obstacles(in: evidence, terms: terms)
    guard obstacles.isEmpty else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: obstacles + remarks, advice: Self.advice(obstacles))
    }
    guard let portrait = evidence.portrait, let selfie = evidence.selfie else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: [DecisionReason(.faceUncertain)], advice: .contactSupport)
    }
    let faceObstacles = faceObstacles(
      portrait: portrait, isPortraitOfCard: evidence.isPortraitOfCard, selfie: selfie, terms: terms)
    guard faceObstacles.isEmpty else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: faceObstacles + remarks, advice: .retryCapture)
    }
    guard let score = evidence.score, score.isFinite, (0...100).contains(score),
      (0...100).contains(terms.faces.threshold)
    else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: [DecisionReason(.faceUncertain)] + remarks,
        advice: .contactSupport)
    }
    return judged(score, evidence, terms, remarks)
  }

  private func judged(
    _ score: Double, _ evidence: IDCardPhotoEvidence, _ terms: IDCardPhotoTerms,
    _ remarks: [DecisionReason]
  ) -> FaceCompareDecision {
    let reached = score >= terms.faces.threshold
    let measured = DecisionReason(
      reached ? .scoreAtOrAboveThreshold : .scoreBelowThreshold, measured: score,
      limit: terms.faces.threshold)
    let doubts = evidence.card.warnings.filter { Self.isReviewed($0, terms.warnings) }
      .map(Self.reason)
    let verdict: Verdict = !reached ? .reject : doubts.isEmpty ? .pass : .review
    return FaceCompareDecision(
      verdict: verdict, reasons: [measured] + doubts + remarks,
      advice: verdict == .review ? .manualReview : .none)
  }

  /// Doubts about single fields count for name, number and period only.
  private static func isReviewed(
    _ warning: CardWarningEvidence, _ terms: CardWarningTerms
  ) -> Bool {
    guard terms.reviewOn.contains(warning.code) else { return false }
    return switch warning.code {
    case .fieldMissing, .fieldCut, .fieldUncertain:
      warning.isAboutIdentity || warning.isAboutPeriod
    default: true
    }
  }

  private static func reason(_ warning: CardWarningEvidence) -> DecisionReason {
    DecisionReason(
      .cardWarning, field: "card", measured: warning.score, limit: warning.threshold,
      advisory: warning.advisory, warning: warning.code)
  }

  private static func obstacle(_ finding: CardFinding) -> ReasonCode? {
    switch finding {
    case .read: nil
    case .noCard: .noIDCard
    case .wrongKind: .cardKindWrong
    case .wrongSide: .cardSideWrong
    case .several: .multipleCards
    case .tooSmall: .cardTooSmall
    case .unreadable: .cardUnreadable
    }
  }

  /// Another picture helps, but for a wrong document and the wrong file.
  private static func advice(_ reasons: [DecisionReason]) -> NextAction {
    switch reasons[0].code {
    case .cardKindWrong, .identicalImages: .correctInput
    default: .retryCapture
    }
  }
}
