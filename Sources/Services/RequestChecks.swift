// Checks of request fields: past them, a value is within its limits and needs no second look.

internal import Decisions
internal import Messages
internal import Vision
internal import Vocabulary

/// Bounds of request fields that no other layer knows.
package enum RequestLimits {
  /// Our choice: room for a UUID with a prefix.
  static let clientRequestIDBytesMax = 64
  /// As Tencent Cloud's DetectFace takes.
  static let facesMax = 120
  /// Smallest selectable face and its default in pixels: 20 and 34, as Tencent Cloud's DetectFace has.
  static let facePixelsMin = 20
  static let facePixelsMax = 1000
  package static let facePixelsDefault = 34
  /// Bytes of a SHA-256.
  static let digestBytes = 32
  /// Warning codes in one list: twice as many as there are.
  static let warningsMax = 2 * Vocabulary.CardWarningCode.allCases.count
}

/// A request header past its checks.
struct CheckedHeader {
  let clientRequestID: String
  let scene: Scene

  init(_ header: RequestHeader?, scenes: Scenes) throws(ServiceError) {
    let id = header?.clientRequestId ?? ""
    let limit = RequestLimits.clientRequestIDBytesMax
    guard id.utf8.count <= limit else {
      throw .outOfRange("header.client_request_id", "at most \(limit) bytes")
    }
    guard let scene = scenes.scene(header?.sceneId ?? "") else {
      throw ServiceError(
        .invalidArgument, "This account has no scene of that name; leave it empty for the default.",
        ErrorDetail(.unknownScene, field: "header.scene_id", advice: .correctInput))
    }
    clientRequestID = id
    self.scene = scene
  }
}

extension ServiceError {
  /// A value outside its range.
  static func outOfRange(_ field: String, _ limit: String) -> ServiceError {
    ServiceError(
      .invalidArgument, "\(field) must be \(limit).",
      ErrorDetail(.outOfRange, field: field, limit: limit, advice: .correctInput))
  }

  /// A field that has to be there.
  static func missing(_ field: String) -> ServiceError {
    ServiceError(
      .invalidArgument, "\(field) is required.",
      ErrorDetail(.missingField, field: field, advice: .correctInput))
  }

  /// An enumeration value that this server does not know.
  static func unknownValue(_ field: String) -> ServiceError {
    ServiceError(
      .invalidArgument, "\(field) has a value that this server does not know.",
      ErrorDetail(.unknownEnumValue, field: field, advice: .correctInput))
  }
}

/// The picture of a request field, present and matching its digest if one is given.
func checkedImage(_ media: Media?, field: String) throws(ServiceError) -> Bytes {
  guard let media else { throw .missing(field) }
  guard media.sha256.isEmpty || media.sha256.count == RequestLimits.digestBytes else {
    throw .outOfRange(field + ".sha256", "empty or \(RequestLimits.digestBytes) bytes")
  }
  if !media.sha256.isEmpty && FaceAnalyzer.sha256(of: media.inline) != media.sha256.array {
    throw ServiceError(
      .invalidArgument, "The picture's bytes do not have the given SHA-256; send it again.",
      ErrorDetail(.digestMismatch, field: field + ".sha256", advice: .correctInput))
  }
  return media.inline
}

/// How several faces in one picture are treated.
func checkedSelection(
  _ selection: Messages.FaceSelection
) throws(ServiceError) -> (choice: FaceChoice, rejectMultiple: Bool) {
  switch selection {
  case .unspecified, .rejectMultiple: (.prominent, true)
  case .largest: (.largest, false)
  case .mostConfident: (.mostConfident, false)
  case .unrecognized: throw .unknownValue("face_selection")
  }
}

/// The terms of a face comparison: what the caller asks for, within what the scene allows.
func checkedFaceTerms(
  level: UInt32?, threshold: Double?, _ selection: Messages.FaceSelection, _ scene: Scene
) throws(ServiceError) -> (terms: FaceCompareTerms, choice: FaceChoice) {
  let level = Int(level ?? UInt32(scene.qualityLevel))
  guard (0...FaceQualityPolicy.levelMax).contains(level) else {
    throw .outOfRange("quality_control", "from 0 to \(FaceQualityPolicy.levelMax)")
  }
  let threshold = threshold ?? scene.threshold
  guard threshold.isFinite, (scene.thresholdFloor...100).contains(threshold) else {
    throw .outOfRange("threshold", "from \(scene.thresholdFloor) to 100")
  }
  let selection = try checkedSelection(selection)
  return (
    FaceCompareTerms(
      qualityLevel: level, threshold: threshold, rejectMultiple: selection.rejectMultiple),
    selection.choice
  )
}
