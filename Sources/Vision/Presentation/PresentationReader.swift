// Presentation attacks on stills as services see it: bytes in, what the faces look like out.

package import Inference
internal import Media
package import Vocabulary

/// What a still showed.
package struct StillPresentation: Sendable {
  /// Faces beyond doubt, at most `PresentationReader.facesMax` of them looked at.
  package let faces: Int
  /// The least living of them; without a face a reading that says so.
  package let reading: PresentationReading
}

/// Looks at stills on the shared inference core. Stateless; any thread.
package struct PresentationReader: Sendable {
  /// The largest so many faces are looked at: the one that counts may be on a screen that someone holds up.
  static let facesMax = 3
  /// A smaller face beside the largest counts if its box has this share of that one's area.
  static let areaShareMin = 0.15

  package let calibration: PresentationCalibration
  /// The liveness models in use; empty if they are not installed.
  package let models: [VisionModel]
  /// Roles of those that are not installed; passive liveness is unavailable unless it is empty.
  package let missing: [String]

  /// What the engine must load for clips, beside the models of faces.
  package static var clipUses: [ModelUse] { [MeshModels.landmarks, MeshModels.blendshapes] }

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
    let faces = try FaceDetector(lane: lane).propose(picture, thorough: true)
      .sorted { $0.box.area > $1.box.area }
    let largest = faces.first?.box.area ?? 0
    let looked = faces.filter {
      $0.box.area == largest
        || $0.box.area >= Self.areaShareMin * largest
          && $0.confidence >= FaceDetector.secondConfidence
    }.prefix(Self.facesMax)
    var readings: [PresentationReading] = []
    for face in looked {
      let look = try PresentationLook(box: face.box, points: face.points, in: picture, on: lane)
      readings.append(calibration.read(look))
    }
    let least = readings.min { ($0.score ?? 0) < ($1.score ?? 0) }
    return StillPresentation(faces: looked.count, reading: least ?? calibration.read(nil))
  }

  // MARK: Clips

  /// Looks at the followed face of a clip and at how it moves: one long job on one lane.
  ///
  /// - Parameter isEvaluation: whether to read what no device of today records, too.
  /// - Returns: nil for a clip that cannot be read.
  package func readClip(
    _ video: Bytes, isEvaluation: Bool = false, before deadline: Deadline
  ) async throws(ServiceError) -> ClipPresentation? {
    let limits = isEvaluation ? VideoLimits.evaluation : VideoLimits()
    let contract = TemplateContract(engine)
    let outcome: Result<ClipPresentation?, InferenceError>
    do throws(InferenceError) {
      outcome = try await engine.run(.long, before: deadline) { lane throws(InferenceError) in
        try readClip(video, limits, contract, on: lane)
      }
    } catch { throw ServiceError(error) }
    do throws(InferenceError) { return try outcome.get() } catch { throw ServiceError(error) }
  }

  private func readClip(
    _ video: Bytes, _ limits: VideoLimits, _ contract: TemplateContract, on lane: InferenceLane
  ) throws(InferenceError) -> ClipPresentation? {
    var tracker = FaceTracker(lane: lane, contract: contract)
    var meter = PresentationMeter(lane: lane, calibration: calibration)
    var failure: InferenceError?
    do throws(VideoError) {
      let wanted = FrameChoice.every(seconds: 1 / PresentationLimits.framesPerSecond)
      try VideoDecoder.decode(video, limits: limits, wanted: wanted) { frame in
        lane.giveWay()
        let seconds = frame.seconds
        let picture = ImagePyramid(frame.takePixels())
        do throws(InferenceError) {
          if let face = try tracker.add(picture, seconds: seconds).face {
            try meter.add(picture, face: face, seconds: seconds)
          }
        } catch { failure = error }
        return failure == nil
      }
    } catch { return nil }
    if let failure { throw failure }
    let track = tracker.finish()
    return ClipPresentation(track: track, reading: meter.finish(track))
  }
}

/// What a clip showed.
package struct ClipPresentation: Sendable {
  package let track: FaceTrack
  package let reading: PresentationReading
}
