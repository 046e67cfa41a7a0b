// Whose voice it is: vectors of voices, and whether one recording has one voice.

internal import Glibc
internal import Inference
internal import SpokenText

/// A voice as a vector of length 1. Personal data: described by its length alone.
package struct VoiceTemplate: Sendable {
  let numbers: [Float]

  /// Scales `numbers` to length 1; nil if they are not numbers.
  init?(_ numbers: [Float]) {
    let length = sqrtf(numbers.reduce(0) { $0 + $1 * $1 })
    guard length.isFinite, length > 0 else { return nil }
    self.numbers = numbers.map { $0 / length }
  }

  /// The voice that `others` have in common; nil if there are none.
  init?(sumOf others: [VoiceTemplate]) {
    guard let first = others.first else { return nil }
    self.init(first.numbers.indices.map { index in others.reduce(0) { $0 + $1.numbers[index] } })
  }

  /// Cosine of the angle to `other`: about 0.7 for one voice, 0.1 for two.
  package func similarity(to other: VoiceTemplate) -> Double {
    zip(numbers, other.numbers).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

extension VoiceTemplate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<\(numbers.count) numbers>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What is known of the voice of a recording.
package struct VoiceReading: Sendable {
  /// How alike a stretch of speech is to the rest.
  package struct Window: Sendable, Equatable {
    /// Seconds of the recording.
    package var start: Double
    package var end: Double
    package var similarity: Double
  }

  /// The voice of all that is said.
  package var template: VoiceTemplate
  /// How alike the first and the second half are, of all that is voiced and of what of it stands out of the noise: the lesser;
  /// nil if there is too little of either.
  package var halves: Double?
  package var windows: [Window]

  /// The window that is least like the rest.
  package var leastWindow: Double? { windows.map(\.similarity).least(worst: -1) }

  /// How alike the least alike stretches of the recording are, halves or windows; nil if none were compared.
  package var leastSimilarity: Double? {
    [halves, leastWindow].compactMap(\.self).least(worst: -1)
  }

  /// How alike the least alike of several recordings are: one with another, and the stretches of each; nil if there is
  /// nothing to compare.
  package static func leastSimilarity(of voices: [VoiceReading]) -> Double? {
    let pairs = voices.indices.flatMap { index in
      voices[..<index].map { $0.template.similarity(to: voices[index].template) }
    }
    return (pairs + voices.compactMap(\.leastSimilarity)).least(worst: -1)
  }
}

/// Turns speech into vectors on a lane.
struct VoiceReader {
  let lane: InferenceLane

  /// Seconds of speech that a half, and a window, needs at least.
  static let halfSecondsMin = 0.8
  /// The same in noise: of one speaker's shorter halves among six voices one in ten is no more alike than two speakers' are.
  static let noisyHalfSecondsMin = 1.2
  /// Speech that is less far above the rest, in dB, is in noise. In open recordings from quiet rooms it is 18 to 77 dB above,
  /// among six other voices 10 to 31, of 40 five over 20.
  static let noisyBelowDB = 20.0
  static let windowSeconds = 1.5

  /// Reads the voice of what is voiced; nil if that is too short.
  ///
  /// Where others talk in the background some of what is voiced is theirs alone, and unlike the rest: in noise windows, and
  /// halves once more, are of what stands out of it.
  ///
  /// - Parameter signalToNoiseDB: by how much speech is louder than the rest; nil if it is not known.
  func read(
    _ samples: [Float], _ segments: [VoicedSegment], signalToNoiseDB: Double?
  ) throws(InferenceError) -> VoiceReading? {
    let isNoisy = signalToNoiseDB.map { $0 < Self.noisyBelowDB } ?? false
    let least = isNoisy ? Self.noisyHalfSecondsMin : Self.halfSecondsMin
    let rate = Double(SpeechLimits.rate)
    let all = SpeechRuns(
      samples,
      segments.map { segment in
        let first = max(0, min(samples.count, Int(segment.start * rate)))
        return first..<max(first, min(samples.count, Int(segment.end * rate)))
      })
    guard let halves = try halves(of: all.speech, least) else {
      guard let whole = try template(of: all.speech[...]) else { return nil }
      return VoiceReading(template: whole, halves: nil, windows: [])
    }
    guard let whole = VoiceTemplate(sumOf: halves) else { return nil }
    var similarity = halves[0].similarity(to: halves[1])
    let loud = isNoisy ? all.standingOut() : all
    if loud.speech.count < all.speech.count, let halves = try self.halves(of: loud.speech, least) {
      similarity = min(similarity, halves[0].similarity(to: halves[1]))
    }
    var windows: [(run: Range<Int>, template: VoiceTemplate)] = []
    for run in Self.windows(samples: loud.speech.count) {
      if let one = try template(of: loud.speech[run]) { windows.append((run, one)) }
    }
    return VoiceReading(
      template: whole, halves: similarity,
      windows: windows.compactMap { own in
        let others = windows.filter { !$0.run.overlaps(own.run) }.map(\.template)
        return VoiceTemplate(sumOf: others).map {
          VoiceReading.Window(
            start: loud.seconds(own.run.lowerBound), end: loud.seconds(own.run.upperBound - 1),
            similarity: own.template.similarity(to: $0))
        }
      })
  }

  /// The voices of the first and of the second half of `speech`; nil if either has less than `seconds`.
  private func halves(
    of speech: [Float], _ seconds: Double
  ) throws(InferenceError) -> [VoiceTemplate]? {
    let middle = speech.count / 2
    guard Double(middle) / Double(SpeechLimits.rate) >= seconds,
      let first = try template(of: speech[..<middle]),
      let second = try template(of: speech[middle...])
    else { return nil }
    return [first, second]
  }

  /// Where the voice of `count` samples of speech is looked at, window after window. What is left at the end is in a window
  /// that ends with it: the last word may be another's. None of less than two windows.
  static func windows(samples count: Int) -> [Range<Int>] {
    let size = Int(windowSeconds * Double(SpeechLimits.rate))
    let most = min(SpeechLimits.voiceWindowsMax, count / size)
    guard most >= 2 else { return [] }
    var windows = (0..<most).map { $0 * size..<($0 + 1) * size }
    if most * size < count { windows.append(count - size..<count) }
    return windows
  }

  private func template(
    of speech: ArraySlice<Float>
  ) throws(InferenceError) -> VoiceTemplate? {
    let most = SpeechModels.voiceFramesMax * VoiceSpectrum.step
    let spectrum = VoiceSpectrum.spectrum(speech.prefix(most))
    let frames = spectrum.count / SpeechModels.voiceBands
    guard frames >= SpeechModels.voiceFramesMin else { return nil }
    let numbers = try lane.run(
      .speakerEmbedding, shape: [1, frames, SpeechModels.voiceBands],
      fill: { input in _ = input.update(from: spectrum) }, read: { outputs in Array(outputs[0]) })
    return VoiceTemplate(numbers)
  }
}
