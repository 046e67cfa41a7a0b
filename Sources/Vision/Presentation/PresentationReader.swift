// Presentation attacks on stills as services see it: bytes in, what the faces look like out.

package import Inference
internal import Media
package import Vocabulary

/// What a still showed.
package struct StillPresentation: Sendable {
  /// The largest face, and others beyond doubt beside it: the one that counts may be on a screen that someone holds
  /// up.
  package let faces: Int
  /// The least living of them; without a face a reading that says so.
  package let reading: PresentationReading
  /// The largest as a mesh sees it; nil without a face, or without the models of meshes.
  package let face: TrackedFace?
}

/// Looks at stills on the shared inference core. Stateless; any thread.
package struct PresentationReader: Sendable {
  package let calibration: PresentationCalibration
  /// The liveness models in use; empty if they are not installed.
  package let models: [VisionModel]
  /// Roles of those that are not installed; passive liveness is unavailable unless it is empty.
  package let missing: [String]

  private let engine: InferenceEngine
  private let limits: ImageLimits

  /// - Throws: if an installed model wants another preprocessing than this code's.
  package init(
    engine: InferenceEngine, imageBytesMax: Int = ImageLimits.standardBytesMax,
    imageSideMax: Int = ImageLimits.standardSideMax
  ) throws(InferenceStartupError) {
    for (role, known) in PresentationModels.preprocessing where engine[role] != nil {
      try requirePreprocessing(known, of: role, in: engine)
    }
    calibration = try PresentationCalibration.bundled()
    models = engine.models.filter { PresentationModels.preprocessing[$0.role] != nil }
      .map(VisionModel.init)
    missing = PresentationMeter.missingModels(of: engine).map(\.rawValue)
    self.engine = engine
    limits = ImageLimits(
      bytesMax: imageBytesMax, sideMax: imageSideMax, pixelsMax: imageSideMax * imageSideMax)
  }

  /// Looks at one still: one job on one lane. Waiting for the lane spends `deadline`.
  ///
  /// - Parameter field: the request field that holds the picture, for errors.
  package func read(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> StillPresentation {
    let outcome: Result<StillPresentation, AnalysisError>
    do throws(InferenceError) {
      outcome = try await engine.run(before: deadline) { lane throws(AnalysisError) in
        try read(image, on: lane)
      }
    } catch { throw ServiceError(error) }
    do throws(AnalysisError) {
      return try outcome.get()
    } catch { throw ServiceError(error, field: field) }
  }

  private func read(
    _ image: Bytes, on lane: InferenceLane
  ) throws(AnalysisError) -> StillPresentation {
    let picture: ImagePyramid
    do throws(ImageError) {
      // Full size: a grid of pixels does not survive a smaller one.
      picture = ImagePyramid(try ImageDecoder.decode(image, limits: limits).takePixels())
    } catch { throw .image(error) }
    do throws(InferenceError) {
      return try readStill(picture, on: lane)
    } catch { throw .inference(error) }
  }

  /// Looks at the faces of `picture`.
  func readStill(
    _ picture: ImagePyramid, on lane: InferenceLane
  ) throws(InferenceError) -> StillPresentation {
    let detector = FaceDetector(lane: lane)
    let faces = try detector.propose(picture, thorough: true)
      .sorted { $0.box.area > $1.box.area }
    var looked = Array(faces.prefix(1))
    for face in faces.dropFirst().prefix(FaceDetector.secondsMax)
    where try detector.isBeyondDoubt(face, beside: faces[0], in: picture) {
      looked.append(face)
    }
    var readings: [PresentationReading] = []
    for face in looked {
      let look = try PresentationLook(box: face.box, points: face.points, in: picture, on: lane)
      readings.append(calibration.read(look))
    }
    let least = readings.min { ($0.score ?? 0) < ($1.score ?? 0) }
    return StillPresentation(
      faces: looked.count, reading: least ?? calibration.read(nil),
      face: try looked.first.flatMap { (face) throws(InferenceError) in
        try TrackedFace(face, in: picture, on: lane)
      })
  }
}
