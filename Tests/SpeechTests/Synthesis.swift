// Speech, tones and noise made at test time.

internal import Foundation
internal import Inference
internal import Speech
internal import SpokenText
internal import Vocabulary

/// Repeatable noise.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

enum Synthesis {
  /// A WAV file of whole numbers, 16 bits each, `channels` times the same.
  static func wav(_ samples: [Float], rate: Int = 16_000, channels: Int = 1) -> Bytes {
    var bytes: [UInt8] = []
    func add(_ number: Int, _ size: Int) {
      for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
    let size = samples.count * channels * 2
    bytes += "RIFF".utf8
    add(36 + size, 4)
    bytes += "WAVEfmt ".utf8
    add(16, 4)
    add(1, 2)
    add(channels, 2)
    add(rate, 4)
    add(rate * channels * 2, 4)
    add(channels * 2, 2)
    add(16, 2)
    bytes += "data".utf8
    add(size, 4)
    for sample in samples {
      for _ in 0..<channels { add(Int(max(-1, min(1, sample)) * 32_767), 2) }
    }
    return Bytes(bytes)
  }

  static func tone(_ hertz: [Double], seconds: Double, rate: Double = 16_000) -> [Float] {
    (0..<Int(seconds * rate)).map { index in
      let time = Double(index) / rate
      return Float(hertz.reduce(0) { $0 + sin(2 * .pi * $1 * time) } * 0.5 / Double(hertz.count))
    }
  }

  /// Samples of 16,000 a second at another rate: a windowed sine cardinal, cut off below half of the lower rate.
  static func resampled(_ samples: [Float], to rate: Int) -> [Float] {
    let (from, to) = (16_000.0, Double(rate))
    let (band, reach) = (min(1, to / from), 24.0)
    return (0..<Int(Double(samples.count) * to / from)).map { index in
      let place = Double(index) * from / to
      let first = max(0, Int((place - reach / band).rounded(.up)))
      let last = min(samples.count - 1, Int(place + reach / band))
      guard first <= last else { return 0 }
      return (first...last).reduce(Float(0)) { sum, sample in
        let distance = (Double(sample) - place) * band
        let wave = distance == 0 ? 1 : sin(.pi * distance) / (.pi * distance)
        let window = 0.5 + 0.5 * cos(.pi * distance / reach)
        return sum + samples[sample] * Float(wave * window * band)
      }
    }
  }

  static func noise(seconds: Double, gain: Float = 0.1, seed: UInt64 = 1) -> [Float] {
    var numbers = SeededRandom(seed: seed)
    return (0..<Int(seconds * 16_000)).map { _ in Float.random(in: -gain...gain, using: &numbers) }
  }

  /// Mandarin from toned pinyin, by espeak-ng; nil if that is not installed.
  static func speech(_ pinyin: String, wordsPerMinute: Int = 130) -> Bytes? {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-speech-\(UUID().uuidString).wav")
    defer { try? FileManager.default.removeItem(at: file) }
    let program = Process()
    program.executableURL = URL(fileURLWithPath: "/usr/bin/espeak-ng")
    program.arguments = [
      "-v", "cmn-latn-pinyin", "-s", "\(wordsPerMinute)", "-w", file.path, pinyin,
    ]
    program.standardOutput = FileHandle.nullDevice
    program.standardError = FileHandle.nullDevice
    guard (try? program.run()) != nil else { return nil }
    program.waitUntilExit()
    return (try? Data(contentsOf: file)).map { Bytes($0) }
  }

  static var canSpeak: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/espeak-ng") }
}

/// What `make setup` leaves: tests that need it are skipped where it is missing.
enum Installed {
  static let dependencies =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/.deps"

  static var speech: Bool {
    let needed = [
      "whisper_base_encoder_int8.onnx", "whisper_base_decoder_int8.onnx",
      "silero_vad_16k_sequence.onnx", "campplus_cn_en_common.onnx", PinyinTable.fileName,
    ]
    return needed.allSatisfy {
      FileManager.default.isReadableFile(atPath: dependencies + "/models/" + $0)
    }
  }

  static let pinyin = Result {
    try PinyinTable(
      try Data(contentsOf: URL(fileURLWithPath: dependencies + "/models/" + PinyinTable.fileName)))
  }

  /// One core for all tests.
  static let engine = Result {
    try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: dependencies),
      uses: SpeechReader.modelUses, options: InferenceOptions(lanes: 1))
  }

  static let reader = Result {
    try SpeechReader(engine: try engine.get(), pinyin: try pinyin.get())
  }

  static func read(_ bytes: Bytes, _ task: SpeechTask) async throws -> SpeechReading {
    try await reader.get().read(.encoded(bytes), task, field: "clip", before: .never)
  }

  static func text(_ text: String) throws -> ExpectedText {
    try ExpectedText(text, field: "text", pinyin: try pinyin.get())
  }
}
