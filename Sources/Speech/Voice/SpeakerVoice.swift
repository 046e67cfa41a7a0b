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
  /// How alike the first and the second half are; nil if there is too little of either.
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
  static let windowSeconds = 1.5

  /// Reads the voice of what is voiced; nil if that is too short.
  func read(
    _ samples: [Float], _ segments: [VoicedSegment]
  ) throws(InferenceError) -> VoiceReading? {
    var speech: [Float] = []
    // Where each stretch begins in the recording and in `speech`, in seconds.
    var places: [(sound: Double, speech: Double)] = []
    let rate = Double(SpeechLimits.rate)
    for segment in segments {
      let first = max(0, min(samples.count, Int(segment.start * rate)))
      let last = max(first, min(samples.count, Int(segment.end * rate)))
      places.append((segment.start, Double(speech.count) / rate))
      speech += samples[first..<last]
    }
    let middle = speech.count / 2
    func seconds(_ sample: Int) -> Double {
      let place = Double(sample) / rate
      let stretch = places.last { $0.speech <= place } ?? (0, 0)
      return stretch.sound + place - stretch.speech
    }
    guard Double(middle) / rate >= Self.halfSecondsMin,
      let first = try template(of: speech[..<middle]),
      let second = try template(of: speech[middle...])
    else {
      guard let whole = try template(of: speech[...]) else { return nil }
      return VoiceReading(template: whole, halves: nil, windows: [])
    }
    guard let whole = VoiceTemplate(sumOf: [first, second]) else { return nil }
    var windows: [(run: Range<Int>, template: VoiceTemplate)] = []
    for run in Self.windows(samples: speech.count) {
      if let one = try template(of: speech[run]) { windows.append((run, one)) }
    }
    return VoiceReading(
      template: whole, halves: first.similarity(to: second),
      windows: windows.compactMap { own in
        let others = windows.filter { !$0.run.overlaps(own.run) }.map(\.template)
        return VoiceTemplate(sumOf: others).map {
          VoiceReading.Window(
            start: seconds(own.run.lowerBound), end: seconds(own.run.upperBound - 1),
            similarity: own.template.similarity(to: $0))
        }
      })
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
