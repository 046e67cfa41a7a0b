// How the models of speech are used: tensors, sizes, preprocessing versions.

internal import Inference

/// Whisper base in two halves, Silero's voice activity, 3D-Speaker's CAM++ (`.ci/setup/whisper_onnx.py` and
/// `campplus_onnx.py` say what goes in and comes out).
enum SpeechModels {
  /// Keys and values of six layers.
  static let memoryParts = 12
  static let width = 512
  static let mels = 80
  /// Words that the decoder knows, controls included.
  static let words = 2873
  /// Steps of the log-mel spectrum a second, and of what the encoder gives.
  static let framesPerSecond = 100
  /// Longest input of the encoder in frames, a window with the silence after it.
  static let framesMax = 1500
  static let framesMin = 200
  /// The runtime makes ready for each new length: lengths are multiples of this.
  static let framesStep = 100
  /// Samples of one voice-activity step, and how many before it are looked at.
  static let activityStep = 512
  static let activityContext = 64
  static let activityState = 128
  static let voiceBands = 80
  static let voiceNumbers = 192
  /// Frames of 10 ms of a voice: a fifth of a second is the least that can be pooled, ten seconds are enough.
  static let voiceFramesMin = 20
  static let voiceFramesMax = 1000

  /// Log-mel in, what the decoder attends to out.
  static let encoder = ModelUse(
    role: .speechEncoding, jobs: [.long], precision: .exact, inputName: "mel",
    outputNames: ["cross"],
    bounds: [1...1, mels...mels, framesMin...framesMax], warmShapes: [[1, mels, 600]],
    outputCounts: { shape in [memoryParts * (shape[2] / 2) * width] })

  /// A tree of tokens in, how likely each next word is out.
  static let decoder: ModelUse = {
    let parts = memoryParts...memoryParts
    let before = 1...SpeechLimits.tokensMax + 4096
    let rows = 1...SpeechLimits.rowsMax
    return ModelUse(
      role: .speechDecoding, jobs: [.long], precision: .exact,
      inputs: [
        ModelUse.OpenInput("tokens", bounds: [1...1, rows]),
        ModelUse.OpenInput("positions", bounds: [1...1, rows]),
        ModelUse.OpenInput("mask", bounds: [rows, 1...before.upperBound + SpeechLimits.rowsMax]),
        ModelUse.OpenInput("past", bounds: [parts, before, width...width]),
        ModelUse.OpenInput("cross", bounds: [parts, 1...framesMax / 2, width...width]),
        ModelUse.OpenInput("rows", bounds: [rows]),
      ], outputNames: ["logprobs", "present"],
      warmShapes: [
        [1, 16], [1, 16], [16, 32], [memoryParts, 16, width], [memoryParts, 250, width], [16],
      ], warmValue: 0, metadataKeys: ["vocabulary"],
      outputCounts: { shapes in [shapes[5][0] * words, memoryParts * shapes[0][1] * width] })
  }()

  /// Steps of sound in, how likely speech is in each out.
  static let activity = ModelUse(
    role: .voiceActivity, jobs: [.long], precision: .exact,
    inputs: [
      ModelUse.OpenInput(
        "input",
        bounds: [
          1...Int(SpeechLimits.secondsMax) * SpeechLimits.rate / activityStep + 1,
          (activityStep + activityContext)...(activityStep + activityContext),
        ]),
      ModelUse.OpenInput("h", bounds: [1...1, 1...1, activityState...activityState]),
      ModelUse.OpenInput("c", bounds: [1...1, 1...1, activityState...activityState]),
    ], outputNames: ["speech_probs"],
    warmShapes: [
      [160, activityStep + activityContext], [1, 1, activityState], [1, 1, activityState],
    ], warmValue: 0, outputCounts: { shapes in [shapes[0][0]] })

  /// Filter-bank energies in, a voice out.
  static let voice = ModelUse(
    role: .speakerEmbedding, jobs: [.long], precision: .exact, inputName: "x",
    outputNames: ["embedding"],
    bounds: [1...1, voiceFramesMin...voiceFramesMax, voiceBands...voiceBands],
    warmShapes: [[1, 150, voiceBands]], outputCounts: { _ in [voiceNumbers] })

  /// What this code does before each model; the manifest has to name the same.
  static let preprocessing: [ModelRole: String] = [
    .speechEncoding: "log-mel-80-16k/1", .speechDecoding: "byte-pairs-tree/1",
    .voiceActivity: "windows-512-context-64/1", .speakerEmbedding: "fbank-80-16k-mean/1",
  ]
}
