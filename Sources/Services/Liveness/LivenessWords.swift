// Words of liveness on the wire and inside: both sides are closed, so that a new one cannot be forgotten here.

internal import Messages
internal import Vision
internal import Vocabulary

extension Messages.LivenessMode {
  init(_ mode: Vocabulary.LivenessMode) {
    self =
      switch mode {
      case .silent: .silent
      case .action: .action
      case .lip: .lip
      case .reflect: .reflect
      case .actionReflect: .actionReflect
      case .distance: .distance
      }
  }

  /// Nil for UNSPECIFIED.
  /// - Throws: for a number that this server does not know.
  func known(_ field: String) throws(ServiceError) -> Vocabulary.LivenessMode? {
    switch self {
    case .unspecified: nil
    case .silent: .silent
    case .action: .action
    case .lip: .lip
    case .reflect: .reflect
    case .actionReflect: .actionReflect
    case .distance: .distance
    case .unrecognized: throw .unknownValue(field)
    }
  }
}

extension Messages.FaceAction {
  init(_ action: Vocabulary.FaceAction) {
    self =
      switch action {
      case .blink: .blink
      case .openMouth: .openMouth
      case .nod: .nod
      case .shake: .shake
      case .turnLeft: .turnLeft
      case .turnRight: .turnRight
      }
  }

  /// - Throws: for UNSPECIFIED and for a number that this server does not know.
  func known(_ field: String) throws(ServiceError) -> Vocabulary.FaceAction {
    switch self {
    case .blink: .blink
    case .openMouth: .openMouth
    case .nod: .nod
    case .shake: .shake
    case .turnLeft: .turnLeft
    case .turnRight: .turnRight
    case .unspecified, .unrecognized: throw .unknownValue(field)
    }
  }
}

extension CaptureEventKind {
  init(_ kind: TrackEvent.Kind) {
    self =
      switch kind {
      case .faceLost: .faceLost
      case .severalFaces: .severalFaces
      case .leftFrame: .leftFrame
      case .personChanged: .personChanged
      }
  }
}
