// Sound as Intent sees it: where there is voice, what was said of what was asked for, and the sound itself.

package import Decisions
package import Liveness
package import Vocabulary

/// Where sound comes from.
package enum VoiceSource: Sendable {
  /// A file with sound; a video is one. The first frame's time on its line of time, seconds.
  case file(Bytes, firstFrameSeconds: Double)
  /// Samples, 16,000 a second, and when the first sounds, seconds since the first frame.
  case samples([Int16], startSeconds: Double)
}

/// One thing that was to be said, as it was heard. A voice and its words are personal data.
package struct SpokenPart: Sendable {
  package var part: IntentPart
  /// Which characters of the text; nil for digits and answers.
  package var range: Range<Int>?
  /// Where it was heard, seconds since the first frame; nil if nowhere.
  package var span: ClosedRange<Double>?
  /// What was understood; of answers.
  package var transcript: String
  /// Which answer it was taken for.
  package var answer: Int?
  /// 0–100; nil where no similarity was formed.
  package var similarity: Double?

  package init(
    part: IntentPart, range: Range<Int>? = nil, span: ClosedRange<Double>? = nil,
    transcript: String = "", answer: Int? = nil, similarity: Double? = nil
  ) {
    self.part = part
    self.range = range
    self.span = span
    self.transcript = transcript
    self.answer = answer
    self.similarity = similarity
  }
}

/// What a recording's sound showed.
package struct VoiceFindings: Sendable {
  /// What was judged, on the pictures' clock.
  package var sound: WaveSound
  /// Where a voice is heard, seconds since the first frame, rising.
  package var voiced: [ClosedRange<Double>]
  package var signals: [LivenessSignal: Double]
  package var parts: [SpokenPart]
  package var transcript: String
  package var similarity: Double?

  package init(
    sound: WaveSound, voiced: [ClosedRange<Double>], signals: [LivenessSignal: Double],
    parts: [SpokenPart], transcript: String = "", similarity: Double? = nil
  ) {
    self.sound = sound
    self.voiced = voiced
    self.signals = signals
    self.parts = parts
    self.transcript = transcript
    self.similarity = similarity
  }
}

/// Reads the sound of recordings. Any thread. The server's is made of `SpeechReader`; tests have their own.
package protocol VoiceReader: Sendable {
  /// The models in use, as they are named to callers.
  var models: [VoiceModel] { get }
  /// What it can do: `speechRecognition`, `speakerComparison`, `digitRecognition`.
  var capabilities: Set<LivenessCapability> { get }

  /// How many parts are judged of `script`, which has to be readable for it.
  /// - Throws: which field cannot be spoken as the recogniser knows the language.
  func parts(of script: IntentScript) throws(ServiceError) -> Int

  /// Hears whether `script` was said.
  /// - Parameter windows: of each answer, seconds since the first frame.
  /// - Throws: sound that cannot be decoded; sound that says nothing is a finding.
  func read(
    _ source: VoiceSource, script: IntentScript, windows: [ClosedRange<Double>], field: String,
    before deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings

  /// The sound of a video as it is encoded there, in a file of its own; nil if there is none, or none of at most `bytesMax`
  /// bytes. Blocks.
  func track(of video: Bytes, bytesMax: Int) -> Bytes?
}

extension VoiceReader {
  package func track(of video: Bytes, bytesMax: Int) -> Bytes? { nil }
}

/// A model of speech, as it is named to callers.
package struct VoiceModel: Sendable, Equatable {
  package var role: String
  package var name: String
  package var sha256: String
  package var preprocessing: String

  package init(role: String, name: String, sha256: String, preprocessing: String) {
    self.role = role
    self.name = name
    self.sha256 = sha256
    self.preprocessing = preprocessing
  }
}

/// Hears nothing, because models are not installed: nothing that is to be said passes.
package struct MissingVoiceReader: VoiceReader {
  private let missing: [String]

  /// - Parameter missing: roles of the models.
  package init(missing: [String]) { self.missing = missing }

  package var models: [VoiceModel] { [] }
  package var capabilities: Set<LivenessCapability> { [] }

  package func parts(of script: IntentScript) throws(ServiceError) -> Int { throw unavailable }

  package func read(
    _ source: VoiceSource, script: IntentScript, windows: [ClosedRange<Double>], field: String,
    before deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings {
    throw unavailable
  }

  private var unavailable: ServiceError {
    ServiceError(
      .failedPrecondition,
      "This server cannot hear what is said (\(missing.joined(separator: ", ")) not installed); "
        + "ask for mode NOD.",
      ErrorDetail(.modelUnavailable, field: "mode", advice: .useOtherChannel))
  }
}
