// What the product says about single pictures: faces, the quality verdict with its reason, masks.

package import Decisions
internal import Services
package import Vision

/// What the product says about one picture.
package struct SurveyedPicture: Sendable, Equatable {
  package let picture: LabelledPicture
  /// Faces that `DetectFaces` counts; nil if the picture could not be read.
  package let facesFound: Int?
  /// What prevents a comparison with it at the surveyed level; nil if nothing does. `noFace` also for a picture
  /// that could not be read.
  package let obstacle: DecisionReason?
  /// 0–100 of the face that a comparison would use; nil without one.
  package let maskSuspicion: Double?
  /// Whether an answer would carry the advisory remark on a covered lower face.
  package let isMaskFlagged: Bool

  package init(
    _ picture: LabelledPicture, facesFound: Int?, evidence: FaceEvidence?,
    policy: FaceComparePolicy,
    level: Int
  ) {
    self.picture = picture
    self.facesFound = facesFound
    let evidence = evidence ?? FaceEvidence(facesTotal: 0, face: nil, isComparable: false)
    // The threshold plays no part in what prevents a comparison.
    obstacle = policy.obstacle(
      in: evidence,
      terms: FaceCompareTerms(qualityLevel: level, threshold: 100, rejectMultiple: true))
    maskSuspicion = evidence.face?.maskSuspicion
    isMaskFlagged = policy.quality.remarksMask(in: evidence)
  }
}

/// How often the remark on masks is made: with the tag "mask", and on everything else.
package struct MaskCounts: Sendable, Equatable {
  /// Flagged pictures among those tagged with a mask.
  package let tagged: MeasuredRate
  /// Flagged ones among the list's other pictures in which a face was found.
  package let others: MeasuredRate
  /// Flagged ones among the pictures of pairs in which a face was found; nobody looked for masks there.
  package let pairs: MeasuredRate

  /// - Parameters:
  ///   - pairs: evidence of the pictures of pairs, by path; pictures that `survey` has are left out.
  package init(
    _ survey: [SurveyedPicture], pairs: [String: FaceEvidence], policy: FaceQualityPolicy
  ) {
    let masked = survey.filter(\.picture.isTaggedMask)
    let others = survey.filter { !$0.picture.isTaggedMask && $0.maskSuspicion != nil }
    let known = Set(survey.map(\.picture.path))
    let paired = pairs.filter { $0.value.face != nil && !known.contains($0.key) }.values
    tagged = MeasuredRate(count: masked.count(where: \.isMaskFlagged), total: masked.count)
    self.others = MeasuredRate(count: others.count(where: \.isMaskFlagged), total: others.count)
    self.pairs = MeasuredRate(
      count: paired.count { policy.remarksMask(in: $0) }, total: paired.count)
  }
}

/// Looks at single pictures as `DetectFaces` and `CompareFaces` do. A value; any thread.
package struct PictureSurvey: Sendable {
  private let analyzer: FaceAnalyzer
  private let policy: FaceComparePolicy
  private let level: Int

  package init(
    analyzer: FaceAnalyzer, policy: FaceComparePolicy, level: Int = FaceQualityPolicy.levelDefault
  ) {
    self.analyzer = analyzer
    self.policy = policy
    self.level = level
  }

  /// Surveys `pictures`, in their order. Each is analysed twice: for all its faces, then for the one that a
  /// comparison would use.
  /// - Parameter progress: called with analyses done and in all.
  package func run(
    _ pictures: [LabelledPicture], progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> [SurveyedPicture] {
    let analysis = PictureAnalysis(analyzer: analyzer)
    let paths = Array(Set(pictures.map(\.path)))
    let detecting = FaceAnalysisOptions(facePixelsMin: RequestLimits.facePixelsDefault)
    let found = await analysis.run(
      paths, options: { _ in detecting }, { done, total in progress(done, 2 * total) })
    let compared = await analysis.run(
      paths, options: { _ in FaceAnalysisOptions(wantTemplate: true) },
      { done, total in progress(total + done, 2 * total) })
    return pictures.map { picture in
      SurveyedPicture(
        picture, facesFound: found[picture.path]?.faces.count,
        evidence: compared[picture.path].map { FaceEvidence($0) }, policy: policy, level: level)
    }
  }
}

extension FaceQualityPolicy {
  /// Whether the face that a comparison would use gets the advisory remark on masks.
  fileprivate func remarksMask(in evidence: FaceEvidence) -> Bool {
    evidence.face.flatMap { maskRemark(on: $0) } != nil
  }
}
