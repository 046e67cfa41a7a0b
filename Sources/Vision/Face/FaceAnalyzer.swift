// The face pipeline as services see it: bytes in, faces, measurements and a template out.

package import Inference
internal import Media
package import Vocabulary

/// Analyses pictures on the shared inference core. Stateless; any thread. Owned by the composition
/// root and handed to whoever needs faces.
package struct FaceAnalyzer: Sendable {
  /// How similarities become scores.
  package let calibration: FaceScoreCalibration
  /// The models in use, as they are named to callers.
  package let models: [VisionModel]

  private let engine: InferenceEngine
  private let limits: ImageLimits
  private let contract: TemplateContract

  /// What the engine must load.
  package static var modelUses: [ModelUse] { [FaceModels.detection, FaceModels.embedding] }

  /// - Throws: if the engine has not the models and preprocessing that this code and its calibration were
  ///   made for.
  package init(
    engine: InferenceEngine, imageBytesMax: Int = ImageLimits.standardBytesMax,
    imageSideMax: Int = ImageLimits.standardSideMax
  ) throws(InferenceStartupError) {
    for (role, known) in FaceModels.preprocessing {
      try requirePreprocessing(known, of: role, in: engine)
    }
    calibration = try FaceScoreCalibration.bundled()
    guard calibration.embedding == engine[.faceEmbedding]?.name else {
      throw InferenceStartupError(
        "face score calibration: made for model \"\(calibration.embedding)\", "
          + "the manifest has \"\(engine[.faceEmbedding]?.name ?? "none")\"")
    }
    let entries = engine.models.filter { FaceModels.preprocessing[$0.role] != nil }
    models = entries.map(VisionModel.init)
    contract = TemplateContract(engine)
    self.engine = engine
    limits = ImageLimits(
      bytesMax: imageBytesMax, sideMax: imageSideMax, pixelsMax: imageSideMax * imageSideMax)
  }

  /// Names the pipeline that makes its templates (`FaceTemplate.contractText`).
  package var templateContract: String { contract.text }

  /// How many pictures are analysed at a time.
  package var lanes: Int { engine.lanes }

  /// SHA-256 of `bytes`, 32 bytes.
  package static func sha256(of bytes: Bytes) -> [UInt8] { Inference.sha256(of: bytes) }

  /// Analyses one picture: one job on one lane. Waiting for the lane spends `deadline`.
  ///
  /// - Parameter field: the request field that holds the picture, for errors.
  package func analyze(
    _ image: Bytes, field: String, options: FaceAnalysisOptions, before deadline: Deadline
  ) async throws(ServiceError) -> FaceAnalysis {
    let task = AnalysisTask(
      image: image, options: options, limits: limits, contract: contract, deadline: deadline)
    let outcome: Result<FaceAnalysis, AnalysisError>
    do throws(InferenceError) {
      outcome = try await engine.run(before: deadline) { lane throws(AnalysisError) in
        try task.run(on: lane)
      }
    } catch { throw ServiceError(error) }
    do throws(AnalysisError) {
      return try outcome.get()
    } catch { throw ServiceError(error, field: field) }
  }

  /// Analyses the pictures of the request fields `a` and `b` side by side.
  package func analyzeBoth(
    _ a: Bytes, _ b: Bytes, options: FaceAnalysisOptions, before deadline: Deadline
  ) async throws(ServiceError) -> (FaceAnalysis, FaceAnalysis) {
    async let first = attempt(a, "a", options, deadline)
    async let second = attempt(b, "b", options, deadline)
    return (try await first.get(), try await second.get())
  }

  private func attempt(
    _ image: Bytes, _ field: String, _ options: FaceAnalysisOptions, _ deadline: Deadline
  ) async -> Result<FaceAnalysis, ServiceError> {
    do throws(ServiceError) {
      return .success(try await analyze(image, field: field, options: options, before: deadline))
    } catch { return .failure(error) }
  }
}
