// Whether the live person of a capture is the one of a photo: liveness first, then two faces.

internal import Vocabulary

/// What followed a verdict on liveness.
package struct CaptureCompareEvidence: Sendable, Equatable {
  /// The frame of the capture that is compared, and the photo; nil when they were not looked at.
  package var capture: FaceEvidence?
  package var photo: FaceEvidence?
  /// The photo is a template that was made when its record was: its quality was judged then.
  package var isPhotoEnrolled = false
  /// Whether the face of the frame is the one whose liveness was shown.
  package var followed = FollowedFace.similarity(nil)
  /// 0–100 on the calibrated scale; nil when no comparison was made.
  package var score: Double?

  package init(capture: FaceEvidence? = nil, photo: FaceEvidence? = nil, score: Double? = nil) {
    self.capture = capture
    self.photo = photo
    self.score = score
  }
}

/// What ties the face that is compared to the one that was followed along a clip.
package enum FollowedFace: Sendable, Equatable {
  /// A picture, which is the whole capture, or a record of a version that did not ask.
  case notAsked
  /// Cosine of their templates; nil if either is missing.
  case similarity(Double?)
}

/// Version 4 of the rule for captures that are held against a photo. Pure.
///
/// 1. Liveness that did not pass is the verdict; no score is formed.
/// 2. Frame and photo are held to the rule of `FaceComparePolicy`: INCONCLUSIVE, REJECT or PASS.
/// 3. Name and number that do not belong together are REJECT, whoever is before the camera (since version 2).
/// 4. The frame shows one person, and the face in it is the one that was followed along the clip (since version 3).
/// 5. Nothing that is missing passes.
///
/// Version 4 is version 3 on what `liveness@4` lets pass.
package struct CaptureComparePolicy: Sendable {
  package static let version = "capture-compare@4"
  /// Least cosine of a frame's template to that of the person who was followed: what along clips of one person the
  /// lowest of 561 templates from the front stayed above, and the highest of 19,417 between clips of different people
  /// below.
  package static let followedSimilarityMin = 0.45

  package let faces: FaceComparePolicy

  package init(faces: FaceComparePolicy) { self.faces = faces }

  /// What prevents a comparison after liveness has passed; empty if nothing does.
  package func obstacles(
    in evidence: CaptureCompareEvidence, terms: FaceCompareTerms
  ) -> [DecisionReason] {
    // Whichever face of the photo the caller wants: the frame has to show one. The level is the photo's, the frame was
    // chosen among many.
    var own = terms
    own.rejectMultiple = true
    own.qualityLevel = min(own.qualityLevel, 1)
    let capture =
      evidence.capture.map {
        faces.obstacle(in: $0, terms: own) ?? Self.obstacle(in: evidence.followed)
      } ?? DecisionReason(.noUsableFrame)
    let photo =
      evidence.isPhotoEnrolled
      ? nil : evidence.photo.map { faces.obstacle(in: $0, terms: terms) } ?? DecisionReason(.noFace)
    return [capture?.about("capture"), photo?.about("photo")].compactMap { $0 }
  }

  /// What is wrong about the face in the frame; nil if it is the one that was followed.
  private static func obstacle(in followed: FollowedFace) -> DecisionReason? {
    guard case .similarity(let similarity) = followed else { return nil }
    guard let similarity else {
      return DecisionReason(.signalMissing, signal: .comparedSimilarity)
    }
    guard abs(similarity) <= 1.001 else {
      return DecisionReason(.signalInvalid, signal: .comparedSimilarity)
    }
    guard similarity < followedSimilarityMin else { return nil }
    return DecisionReason(
      .personChanged, measured: similarity, limit: followedSimilarityMin,
      signal: .comparedSimilarity)
  }

  /// The verdict of both.
  package func decide(
    liveness: LivenessDecision, _ evidence: CaptureCompareEvidence, terms: FaceCompareTerms
  ) -> FaceCompareDecision {
    guard liveness.verdict == .pass else {
      return FaceCompareDecision(
        verdict: liveness.verdict == .unknown ? .inconclusive : liveness.verdict,
        reasons: liveness.reasons.map { $0.about("capture") }, advice: liveness.advice)
    }
    let shown = DecisionReason(.livenessShown).about("capture")
    return compared(evidence, obstacles(in: evidence, terms: terms), terms, shown)
  }

  /// The verdict of recorded numbers, whose obstacles were told as reasons.
  package func replay(
    liveness: LivenessDecision, score: Double?, obstacles: [DecisionReason], followed: FollowedFace,
    terms: FaceCompareTerms
  ) -> FaceCompareDecision {
    guard liveness.verdict == .pass else {
      return decide(liveness: liveness, .init(), terms: terms)
    }
    let shown = DecisionReason(.livenessShown).about("capture")
    // No score is formed of a face that nothing ties to the one that was followed.
    let untied = score == nil ? nil : Self.obstacle(in: followed)?.about("capture")
    let known = obstacles.isEmpty ? [untied].compactMap { $0 } : obstacles
    return compared(CaptureCompareEvidence(score: score), known, terms, shown)
  }

  private func compared(
    _ evidence: CaptureCompareEvidence, _ obstacles: [DecisionReason], _ terms: FaceCompareTerms,
    _ shown: DecisionReason
  ) -> FaceCompareDecision {
    guard obstacles.isEmpty else {
      let isOther = obstacles.contains { $0.code == .identityMismatch }
      return FaceCompareDecision(
        verdict: isOther ? .reject : .inconclusive, reasons: obstacles + [shown],
        advice: obstacles.compactMap(\.code.identityAdvice).first ?? .retryCapture)
    }
    guard let score = evidence.score, score.isFinite, (0...100).contains(score),
      (0...100).contains(terms.threshold)
    else {
      return FaceCompareDecision(
        verdict: .inconclusive, reasons: [DecisionReason(.faceUncertain), shown],
        advice: .contactSupport)
    }
    let passes = score >= terms.threshold
    let measured = DecisionReason(
      passes ? .scoreAtOrAboveThreshold : .scoreBelowThreshold, measured: score,
      limit: terms.threshold)
    return FaceCompareDecision(
      verdict: passes ? .pass : .reject, reasons: [measured, shown], advice: .none)
  }
}

extension ReasonCode {
  /// What to do where the authority, not the capture, stands against a comparison; nil for other reasons.
  fileprivate var identityAdvice: NextAction? {
    switch self {
    case .identityMismatch: NextAction.none
    case .identityNoRecord, .identityInvalid, .portraitMissing: .updateRecordAtAuthority
    case .identityDailyLimit: .retryTomorrow
    case .identityRefusedByList: .manualReview
    default: nil
    }
  }
}
