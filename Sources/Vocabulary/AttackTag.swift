// What an attack on a face verification looks like: one closed set for all parts, and the numbers by which another
// product's two kinds of answers call the same.

/// What a capture looks like an attack by. Raw values are those of `idv.v1.AttackTag`, whose text explains each: never
/// change one.
package enum AttackTag: Int32, Sendable, CaseIterable {
  case eyesClosed = 1
  case actionNotDone = 2
  case recapture = 3
  case syntheticImage = 4
  case syntheticVideo = 5
  case syntheticAction = 6
  case fraudTemplate = 7
  case watermark = 8
  case reflectionFailed = 9
  case personChanged = 10
  case faceQualityPoor = 11
  case bestFrameFailed = 12
  case distanceFailed = 13
  case adversarial = 14
  case mouthTraces = 15
  case eyeTraces = 16
  case faceCovered = 17
  case notHumanLike = 18
  case replayed = 19
  case injected = 20
  case staticFace = 21
  case looped = 22
  case spliced = 23
  case lipFailed = 24
}

extension AttackTag {
  /// The name on the wire without its prefix: `REFLECTION_FAILED`.
  package var name: String {
    var name = ""
    for character in "\(self)" {
      if character.isUppercase { name += "_" }
      name += character.uppercased()
    }
    return name
  }

  /// The number of Tencent Cloud's LivenessInfoTag in its pages and mini programs; nil where it has none.
  package var tencentPageNumber: String? {
    switch self {
    case .eyesClosed: "01"
    case .actionNotDone, .lipFailed: "02"
    case .recapture, .staticFace, .looped: "03"
    case .syntheticImage, .syntheticVideo, .syntheticAction, .notHumanLike: "04"
    case .fraudTemplate, .replayed: "05"
    case .watermark: "06"
    case .reflectionFailed: "07"
    case .personChanged: "08"
    case .faceQualityPoor, .bestFrameFailed: "09"
    case .distanceFailed: "10"
    case .adversarial: "11"
    case .mouthTraces: "12"
    case .eyeTraces: "13"
    case .faceCovered: "14"
    case .injected, .spliced: nil
    }
  }

  /// The number of the LivenessInfoTag in its application kits, which is another list; nil where it has none.
  package var tencentAppNumber: String? {
    switch self {
    case .eyesClosed: "01"
    case .actionNotDone, .lipFailed: "02"
    case .recapture, .staticFace, .looped: "03"
    case .syntheticImage: "04"
    case .syntheticVideo, .notHumanLike: "05"
    case .syntheticAction: "06"
    case .fraudTemplate, .replayed: "07"
    case .watermark: "08"
    case .reflectionFailed: "09"
    case .bestFrameFailed: "10"
    case .faceQualityPoor, .faceCovered: "11"
    case .distanceFailed: "12"
    case .adversarial: "13"
    case .personChanged, .mouthTraces, .eyeTraces, .injected, .spliced: nil
    }
  }
}
