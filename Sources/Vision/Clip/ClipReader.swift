// The clip pipeline as services see it: bytes in; track, best frames and template out.

package import Inference
internal import Media
package import Vocabulary

/// Reads clips on the shared inference core. Stateless; any thread. Owned by the composition root and handed to whoever
/// needs clips.
package struct ClipReader: Sendable {
  /// The models in use, as they are named to callers.
  package let models: [VisionModel]

  private let engine: InferenceEngine
  private let contract: TemplateContract
  private let calibration: PresentationCalibration
  private let limits: VideoLimits

  /// What the engine must load, beside what `FaceAnalyzer` needs; for signs of presentation attacks also what
  /// `PresentationMeter` names.
  package static var modelUses: [ModelUse] { [MeshModels.landmarks, MeshModels.blendshapes] }

  /// Which models of clips `engine` has not loaded because they are not installed; without any of them
  /// clips cannot be read.
  package static func missingModels(of engine: InferenceEngine) -> [ModelRole] {
    modelUses.map(\.role).filter { engine[$0] == nil }
  }

  /// - Parameters:
  ///   - videoBytesMax: most bytes of a video, or of all pictures sent one by one.
  ///   - secondsMax: longest clip; more frames in proportion.
  ///   - isEvaluation: whether to read what no device of today records, too: old codecs, small frames, long clips.
  ///     For evaluation data only.
  /// - Throws: if the engine has not the models and preprocessing that this code was made for.
  package init(
    engine: InferenceEngine, videoBytesMax: Int = ClipLimits.bytesMax,
    secondsMax: Double = ClipLimits.secondsMax, isEvaluation: Bool = false
  ) throws(InferenceStartupError) {
    let known = FaceModels.preprocessing.merging(MeshModels.preprocessing) { first, _ in first }
    for (role, preprocessing) in known {
      try requirePreprocessing(preprocessing, of: role, in: engine)
    }
    models = engine.models.filter { known[$0.role] != nil }.map(VisionModel.init)
    contract = TemplateContract(engine)
    for (role, preprocessing) in PresentationModels.preprocessing where engine[role] != nil {
      try requirePreprocessing(preprocessing, of: role, in: engine)
    }
    calibration = try PresentationCalibration.bundled()
    let share = max(secondsMax / ClipLimits.secondsMax, 1)
    limits =
      isEvaluation
      ? .evaluation
      : VideoLimits(
        bytesMax: videoBytesMax, secondsMax: secondsMax,
        framesMax: Int(Double(VideoLimits.standardFramesMax) * share),
        decodeMillisMax: Int(Double(VideoLimits.standardDecodeMillisMax) * share))
    self.engine = engine
  }

  /// Reads one clip: one long job on one lane, which gives way to short ones between frames. Waiting for the
  /// lane spends `deadline`.
  ///
  /// - Parameter field: the request field that holds the clip, for errors.
  package func read(
    _ clip: ClipSource, field: String, options: ClipOptions = ClipOptions(),
    before deadline: Deadline
  ) async throws(ServiceError) -> ClipReading {
    let task = ClipTask(
      clip: clip, options: options, limits: limits, contract: contract,
      calibration: calibration)
    let outcome: Result<ClipReading, ClipError>
    do throws(InferenceError) {
      outcome = try await engine.run(.long, before: deadline) { lane throws(ClipError) in
        try task.run(on: lane)
      }
    } catch { throw ServiceError(error) }
    do throws(ClipError) {
      return try outcome.get()
    } catch { throw ServiceError(error, field: field) }
  }
}
