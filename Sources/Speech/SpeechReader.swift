// Hearing as services see it: a recording and what should be said in; how well it was said out.

package import Inference
internal import Media
package import SpokenText
package import Vocabulary

/// Listens to recordings on the shared inference core. Any thread. Owned by the composition root and handed to whoever
/// needs it.
package struct SpeechReader: Sendable {
  /// The models in use, as they are named to callers.
  package let models: [SpeechModel]

  private let engine: InferenceEngine
  private let pairs: BytePairs
  private let pinyin: PinyinTable
  private let baselines = SilenceBaselines()
  private let limits: VideoLimits

  /// What the engine must load.
  package static var modelUses: [ModelUse] {
    [SpeechModels.encoder, SpeechModels.decoder, SpeechModels.activity, SpeechModels.voice]
  }

  /// Which models of speech `engine` has not loaded because they are not installed; without any of them speech cannot
  /// be verified.
  package static func missingModels(of engine: InferenceEngine) -> [ModelRole] {
    modelUses.map(\.role).filter { engine[$0] == nil }
  }

  /// - Parameters:
  ///   - bytesMax: most bytes of an encoded recording or clip.
  ///   - isEvaluation: whether to read what no device of today records, too. For evaluation data only.
  /// - Throws: if the engine has not the models and preprocessing that this code was made for.
  package init(
    engine: InferenceEngine, pinyin: PinyinTable, bytesMax: Int = SpeechLimits.bytesMax,
    isEvaluation: Bool = false
  ) throws(InferenceStartupError) {
    for (role, known) in SpeechModels.preprocessing {
      guard let entry = engine[role] else {
        throw InferenceStartupError("model \"\(role.rawValue)\" is missing; run `make setup`")
      }
      guard entry.preprocessing == known else {
        throw InferenceStartupError(
          "model \"\(role.rawValue)\": the manifest wants preprocessing \"\(entry.preprocessing)\", "
            + "this server has \"\(known)\"")
      }
    }
    guard
      let pairs = engine.metadata(of: .speechDecoding, "vocabulary").flatMap(BytePairs.init)
    else {
      throw InferenceStartupError(
        "model \"\(ModelRole.speechDecoding.rawValue)\" has no vocabulary that can be read; run `make setup`"
      )
    }
    models = engine.models.filter { SpeechModels.preprocessing[$0.role] != nil }
      .map(SpeechModel.init)
    self.engine = engine
    self.pairs = pairs
    self.pinyin = pinyin
    var limits = isEvaluation ? VideoLimits.evaluation : VideoLimits(bytesMax: bytesMax)
    // A little more is decoded than is listened to, so that what is too long is said to be.
    limits.secondsMax = SpeechLimits.secondsMax + 1
    self.limits = limits
  }

  /// The track of sound of `video` as it is encoded, in a file of its own; nil without one, or if it would have more than
  /// `bytesMax` bytes. Blocks for as long as reading the file takes.
  package func track(of video: Bytes, bytesMax: Int) -> Bytes? {
    try? AudioDecoder.track(of: video, bytesMax: bytesMax, limits: limits)
  }

  /// Listens to one recording: one long job on one lane, which gives way to short ones between steps. Waiting for the lane
  /// spends `deadline`. A recording in which nothing can be recognised is an answer (`SpeechReading.doubts`), one that
  /// cannot be decoded an error.
  ///
  /// - Parameter field: the request field that holds the recording, for errors.
  package func read(
    _ sound: SoundSource, _ task: SpeechTask, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> SpeechReading {
    let job = SpeechJob(
      sound: sound, task: task, limits: limits, pairs: pairs, pinyin: pinyin,
      baselines: baselines)
    let outcome: Result<SpeechReading, SpeechError>
    do throws(InferenceError) {
      outcome = try await engine.run(.long, before: deadline) { lane throws(SpeechError) in
        try job.run(on: lane)
      }
    } catch { throw ServiceError(error) }
    do throws(SpeechError) {
      return try outcome.get()
    } catch { throw ServiceError(error, field: field) }
  }
}
