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
    /// The picture is smaller than a capture may be: a part of one, without surroundings.
    case pictureTooSmall
    /// The lower face is covered.
    case faceCovered
    /// Nothing in the face moves by itself along the clip, as on a photo; or too little of it was seen to tell.
    case faceStill
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

  /// Whether everything speaks for a living face.
  package var isLive: Bool { doubts.isEmpty && (score.map { $0 >= threshold } ?? false) }
}

/// Looks at one face on chosen frames of a clip. Used on one lane.
package struct PresentationMeter {
  private let lane: InferenceLane
  private let calibration: PresentationCalibration
  private var looks: [PresentationLook] = []
  /// Seconds from look to look, and when the next one is due.
  private var gap = PresentationLimits.lookSeconds
  private var due = -Double.infinity

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

  /// Looks at the followed face, if a look is due at `seconds`; frames come in order of time. When there are as many
  /// looks as are kept, every other one goes and the gaps double, so that they cover a clip of any length.
  mutating func add(
    _ picture: ImagePyramid, face: TrackedFace, seconds: Double
  ) throws(InferenceError) {
    guard seconds >= due else { return }
    due = seconds + gap
    looks.append(
      try PresentationLook(
        box: Self.detectorBox(of: face.box), points: FaceMesh.points(of: face.mesh), in: picture,
        on: lane))
    guard looks.count == PresentationLimits.looksMax else { return }
    looks = stride(from: 0, to: looks.count, by: 2).map { looks[$0] }
    gap *= 2
  }

  /// What the looks say, and how the face moved along `track`.
  consuming func finish(_ track: FaceTrack) -> PresentationReading {
    calibration.read(looks, expression: Self.expression(of: track.frames.compactMap(\.face)))
  }

  /// The detector's box of a face whose mesh fills `box`: the models were trained on such boxes. Medians of 121 frames
  /// of 11 people.
  static func detectorBox(of box: ImageBox) -> ImageBox {
    let (width, height) = (box.width * 0.985, box.height * 1.10)
    return ImageBox(
      x: box.centre.x - width / 2, y: box.centre.y - 0.05 * box.height - height / 2, width: width,
      height: height)
  }

  /// See `LivenessSignal.presentationExpression`; nil for too few frames. A face on paper has its expression painted
  /// on: what the mesh sees of it changes by 0.03 to 0.15 when the paper is moved (20 generated clips), and by 0.12 to
  /// 0.8 on 27 clips of people.
  static func expression(of faces: [TrackedFace]) -> Double? {
    guard faces.count >= PresentationLimits.expressionFramesMin else { return nil }
    func range(_ upper: Double, _ value: (TrackedFace) -> Float) -> Double {
      let sorted = faces.map(value).sorted()
      func at(_ share: Double) -> Double { Double(sorted[Int(share * Double(sorted.count - 1))]) }
      return at(upper) - at(0.1)
    }
    // A blink takes a twentieth of a short clip, a word much longer.
    let eyes = range(0.97) {
      ($0.blendshapes[Blendshape.eyeBlinkLeft.rawValue]
        + $0.blendshapes[Blendshape.eyeBlinkRight.rawValue]) / 2
    }
    let jaw = range(0.9) { $0.blendshapes[Blendshape.jawOpen.rawValue] }
    return max(eyes, jaw)
  }
}
