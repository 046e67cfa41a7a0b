// Where somebody speaks.

internal import Inference

/// A stretch of speech, in seconds of the recording.
package struct VoicedSegment: Sendable, Equatable {
  package var start: Double
  package var end: Double

  package init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }

  package var seconds: Double { end - start }
}

/// Finds speech with Silero's model: how likely it is in each 32 ms, then stretches of it.
enum VoiceActivity {
  static let stepSeconds = Double(SpeechModels.activityStep) / Double(SpeechLimits.rate)
  /// From which likelihood on speech begins, and below which it ends (the model's own defaults: 0.5, and 0.15 less).
  static let beginsAt: Float = 0.5
  static let endsBelow: Float = 0.35
  /// Pauses shorter than this are part of speech, stretches shorter than that are none, in seconds (reference: speech
  /// models as measured, which took both from the sketch).
  static let pauseSecondsMin = 0.25
  static let speechSecondsMin = 0.1

  /// How likely speech is in each step of `samples`; the last one is filled up with silence.
  static func likelihoods(
    _ samples: [Float], on lane: InferenceLane
  ) throws(InferenceError) -> [Float] {
    let step = SpeechModels.activityStep
    let context = SpeechModels.activityContext
    let count = (samples.count + step - 1) / step
    guard count > 0 else { return [] }
    let state = [1, 1, SpeechModels.activityState]
    return try lane.run(
      .voiceActivity, shapes: [[count, step + context], state, state],
      fill: { inputs in
        for number in 0..<count {
          let row = number * (step + context)
          for index in 0..<step + context {
            let place = number * step + index - context
            inputs[0][row + index] = samples.indices.contains(place) ? samples[place] : 0
          }
        }
        inputs[1].update(repeating: 0)
        inputs[2].update(repeating: 0)
      }, read: { outputs in Array(outputs[0]) })
  }

  /// Stretches of speech in a recording of `seconds` whose steps are as likely speech as `likelihoods` say.
  static func segments(_ likelihoods: [Float], seconds: Double) -> [VoicedSegment] {
    let pause = Int((pauseSecondsMin / stepSeconds).rounded(.up))
    var found: [(first: Int, end: Int)] = []
    var first: Int?
    var last = 0
    for (step, likelihood) in likelihoods.enumerated() {
      if likelihood >= beginsAt || (first != nil && likelihood >= endsBelow && last == step) {
        first = first ?? step
        last = step + 1
      } else if let begun = first, step + 1 - last >= pause {
        found.append((begun, last))
        first = nil
      }
    }
    if let first { found.append((first, last)) }
    return found.map {
      VoicedSegment(
        start: Double($0.first) * stepSeconds, end: min(seconds, Double($0.end) * stepSeconds))
    }.filter { $0.seconds >= speechSecondsMin }
  }
}
