// Bounds of liveness challenges, unit last.

package import Vocabulary

package enum LivenessLimits {
  /// Actions of one challenge.
  package static let actions = 1...3
  /// Actions a caller may choose from when it names none.
  package static let actionsOffered = FaceAction.allCases
}
