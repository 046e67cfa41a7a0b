// Whether a face is there or only shown: looks at chosen pictures of it, and what they say together.

package import Inference
package import Vocabulary

/// What the looks at a face say together.
package struct PresentationReading: Sendable {
  /// Why nothing can be said, however the face looks.
  package enum Doubt: String, Sendable, CaseIterable {
    /// The liveness models are not installed.
    case modelsMissing
    /// No picture showed the face.
    case noFace
    /// The face fills the picture: a screen's or a paper's edge would lie outside it.
    case faceTooClose
    /// The lower face is covered.
    case faceCovered
  }

  /// Numbers to record, of section Presentation. What was not measured is absent.
  package let signals: [LivenessSignal: Double]
  /// How alive the face looks, 0–1, all signals together; nil without the liveness models or a face. It counts only if
  /// there are no `doubts`.
  package let score: Double?
  /// Least score of a living face.
  package let threshold: Double
  package let doubts: [Doubt]
  /// The pictures, in order.
  package let looks: [PresentationLook]
  /// Name and edition of the calibration.
  package let calibration: String

  /// The same with another score, for evaluation.
  package func rescored(_ score: Double) -> PresentationReading {
    PresentationReading(
      signals: signals.merging([.presentationScore: score]) { $1 }, score: score,
      threshold: threshold, doubts: doubts, looks: looks, calibration: calibration)
  }

  /// Whether everything speaks for a living face.
  package var isLive: Bool { doubts.isEmpty && (score.map { $0 >= threshold } ?? false) }
}

/// Looks at one face on chosen frames of a clip, or on a still. Used on one lane.
package struct PresentationMeter {
  /// Most frames of a clip that are looked at; later ones are left out.
  package static var looksMax: Int { VisionLimits.presentationLooksMax }

  private let lane: InferenceLane
  private let calibration: PresentationCalibration
  private var looks: [PresentationLook] = []

  package init(lane: InferenceLane, calibration: PresentationCalibration) {
    self.lane = lane
    self.calibration = calibration
  }

  /// What the engine should load for it.
  package static var modelUses: [ModelUse] { PresentationModels.uses }

  /// Roles of the models that `engine` lacks; passive liveness is unavailable unless it is empty.
  package static func missingModels(of engine: InferenceEngine) -> [ModelRole] {
    PresentationModels.uses.map(\.role).filter { engine[$0] == nil }
  }

  /// Looks at the face in `box` whose points are `points` (right eye, left eye, nose tip, right and left mouth corner).
  mutating func add(
    _ picture: ImagePyramid, box: ImageBox, points: [ImagePoint], faces: Int? = nil
  ) throws(InferenceError) {
    guard looks.count < Self.looksMax else { return }
    var look = try PresentationLook(box: box, points: points, in: picture, on: lane)
    look.faces = faces
    looks.append(look)
  }

  /// What the looks say.
  consuming func finish() -> PresentationReading { calibration.read(looks) }
}
