// Whether a recording can be listened to: how loud, how clean, how long.

internal import Glibc

/// What is measured of a recording beside its words.
package struct SoundCondition: Sendable, Equatable {
  /// How long it is.
  package var seconds: Double
  /// Largest sample, 1 is full scale.
  package var peak: Double
  /// Mean power of what is voiced, and of the quietest tenth of the rest, in dB of full scale; nil if there is none of it.
  package var levelDB: Double?
  package var noiseDB: Double?
  /// Share of samples at full scale in runs, which is what overdriven microphones make.
  package var clippedShare: Double
  /// Share of time in which nothing is recorded at all: digital silence.
  package var silentShare: Double

  /// By how much speech is louder than the rest, in dB.
  package var signalToNoiseDB: Double? {
    guard let levelDB, let noiseDB else { return nil }
    return levelDB - noiseDB
  }
}

/// What speaks against a recording.
package enum SoundDoubt: String, Sendable, CaseIterable {
  /// Shorter or longer than what is listened to.
  case tooShort = "TOO_SHORT"
  case tooLong = "TOO_LONG"
  /// Nothing was recorded: every sample is as good as zero.
  case silent = "SILENT"
  /// Nobody speaks in it.
  case noSpeech = "NO_SPEECH"
  /// Less speech than two syllables.
  case littleSpeech = "LITTLE_SPEECH"
  /// Speech is very quiet.
  case tooQuiet = "TOO_QUIET"
  /// Speech is overdriven.
  case clipped = "CLIPPED"
  /// The surroundings are nearly as loud as the speech.
  case noisy = "NOISY"

  /// Whether nothing can be recognised: without a recognition there is no PASS.
  package var blocks: Bool {
    switch self {
    case .tooShort, .tooLong, .silent, .noSpeech, .littleSpeech: true
    case .tooQuiet, .clipped, .noisy: false
    }
  }
}

extension SoundCondition {
  /// Below this peak nothing was recorded: one step of 12 bits.
  static let silentPeak: Float = 1.0 / 2048
  /// Speech below this is very quiet: phones record it at −35 to −15 dB.
  static let quietDB = -50.0
  /// A recording is overdriven from this share of clipped samples on.
  static let clippedShareMax = 0.01
  /// Below this the surroundings are nearly as loud.
  static let signalToNoiseMinDB = 5.0
  /// What counts as full scale, and how many such samples in a row.
  static let fullScale: Float = 0.999
  static let clippedRun = 3
  /// Length of one level, in samples: 20 ms.
  static let levelSamples = 320

  /// Largest sample that a recording in floating point may have: 18 dB above full scale.
  static let sampleMax: Float = 8

  /// `samples` with those that no microphone gives, and those that are no numbers, at full scale: there they count as
  /// clipped, and nothing that is computed of them grows beyond all bounds.
  static func bounded(_ samples: [Float]) -> [Float] {
    guard samples.contains(where: { !(abs($0) <= sampleMax) }) else { return samples }
    return samples.map { abs($0) <= sampleMax ? $0 : $0 < 0 ? -1 : 1 }
  }

  /// Measures `samples`, of which `segments` are voiced.
  package init(_ samples: [Float], segments: [VoicedSegment]) {
    seconds = Double(samples.count) / Double(SpeechLimits.rate)
    var largest: Float = 0
    var clipped = 0
    var run = 0
    for sample in samples {
      let size = abs(sample)
      largest = max(largest, size)
      run = size >= Self.fullScale ? run + 1 : 0
      if run == Self.clippedRun {
        clipped += Self.clippedRun
      } else if run > Self.clippedRun {
        clipped += 1
      }
    }
    peak = Double(largest)
    clippedShare = samples.isEmpty ? 0 : Double(clipped) / Double(samples.count)
    var voiced: [Double] = []
    var rest: [Double] = []
    var silent = 0
    let count = samples.count / Self.levelSamples
    for number in 0..<count {
      let start = number * Self.levelSamples
      var power = 0.0
      for index in start..<start + Self.levelSamples {
        power += Double(samples[index]) * Double(samples[index])
      }
      power /= Double(Self.levelSamples)
      if power == 0 { silent += 1 }
      let middle = (Double(start) + Double(Self.levelSamples) / 2) / Double(SpeechLimits.rate)
      if segments.contains(where: { $0.start <= middle && middle < $0.end }) {
        voiced.append(power)
      } else {
        rest.append(power)
      }
    }
    silentShare = count == 0 ? 0 : Double(silent) / Double(count)
    levelDB = voiced.isEmpty ? nil : Self.decibels(voiced.reduce(0, +) / Double(voiced.count))
    // Where everything is voiced, the quietest moments between syllables stand for the surroundings.
    let quiet = (rest.count >= 5 ? rest : voiced).sorted().prefix(
      max(1, (rest.count >= 5 ? rest : voiced).count / 10))
    noiseDB = quiet.isEmpty ? nil : Self.decibels(quiet.reduce(0, +) / Double(quiet.count))
  }

  private static func decibels(_ power: Double) -> Double { 10 * log10(power + 1e-10) }

  /// What speaks against a recording of this condition in which `segments` are voiced.
  package func doubts(segments: [VoicedSegment]) -> [SoundDoubt] {
    if seconds < SpeechLimits.secondsMin { return [.tooShort] }
    if seconds > SpeechLimits.secondsMax { return [.tooLong] }
    if peak < Double(Self.silentPeak) { return [.silent] }
    let voiced = segments.reduce(0) { $0 + $1.seconds }
    if voiced == 0 { return [.noSpeech] }
    var doubts: [SoundDoubt] = voiced < SpeechLimits.voicedSecondsMin ? [.littleSpeech] : []
    if let levelDB, levelDB < Self.quietDB { doubts.append(.tooQuiet) }
    if clippedShare > Self.clippedShareMax { doubts.append(.clipped) }
    if let signalToNoiseDB, signalToNoiseDB < Self.signalToNoiseMinDB { doubts.append(.noisy) }
    return doubts
  }
}
