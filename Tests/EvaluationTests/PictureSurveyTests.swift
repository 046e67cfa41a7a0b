// Lists of single pictures, and what is counted over them.

import Decisions
import Evaluation
import Testing
import Vocabulary

struct PictureSurveyTests {
  private static let policy = FaceComparePolicy(quality: .standard)

  private static func evidence(
    faces: Int = 1, size: Double = 200, mask: Double = 0
  ) -> FaceEvidence {
    FaceEvidence(
      facesTotal: faces,
      face: FaceMeasures(
        confidence: 0.95, sizePixels: size, yaw: 0, pitch: 0, roll: 0, sharpness: 80,
        brightness: 50, completeness: 100, coreCompleteness: 100, maskSuspicion: mask),
      isComparable: true)
  }

  private static func seen(_ tag: String, _ evidence: FaceEvidence?) -> SurveyedPicture {
    SurveyedPicture(
      LabelledPicture(path: tag, tag: tag, faces: nil), facesFound: evidence?.facesTotal,
      evidence: evidence, policy: policy, level: FaceQualityPolicy.levelDefault)
  }

  @Test("a picture gets the policy's reason, and none if it is usable")
  func reasons() {
    #expect(Self.seen("good", Self.evidence()).obstacle == nil)
    #expect(Self.seen("two", Self.evidence(faces: 2)).obstacle?.code == .multipleFaces)
    #expect(Self.seen("small", Self.evidence(size: 10)).obstacle?.code == .faceTooSmall)
    #expect(Self.seen("unread", nil).obstacle?.code == .noFace)
  }

  @Test("flags are counted by tag, over pictures with a face, and pictures of pairs once")
  func counts() {
    let noted = Self.policy.quality.maskSuspicionNoted
    let survey = [
      Self.seen("Medical_Mask", Self.evidence(mask: noted)),
      Self.seen("mask 2", Self.evidence(mask: noted.nextDown)), Self.seen("mask 3", nil),
      Self.seen("plain", Self.evidence(mask: noted)), Self.seen("frontal", Self.evidence()),
      Self.seen("no_face", nil),
    ]
    let counts = MaskCounts(
      survey, pairs: ["plain": Self.evidence(mask: 100), "p": Self.evidence(mask: noted)],
      policy: Self.policy.quality)
    #expect(counts.tagged == MeasuredRate(count: 1, total: 3))
    #expect(counts.others == MeasuredRate(count: 1, total: 2))
    #expect(counts.pairs == MeasuredRate(count: 1, total: 1))
  }

  @Test("lists name their columns; an empty count is no count")
  func list() throws {
    let text = "tag,faces,path\nmedical_mask,1,a.jpg\n\"group (uncounted)\",,b.jpg\n"
    let pictures = try PairListTests.withFile(text) { try PictureList.read(atPath: $0) }
    #expect(pictures.map(\.faces) == [1, nil])
    #expect(pictures.map(\.isTaggedMask) == [true, false])
    #expect(pictures[0].path.hasSuffix("/a.jpg"))
    for bad in ["path,tag\na,b\n", "path,tag,faces\na,b,x\n", "path,tag,faces\n,b,1\n"] {
      #expect(throws: ListError.self) {
        try PairListTests.withFile(bad) { try PictureList.read(atPath: $0) }
      }
    }
  }
}
