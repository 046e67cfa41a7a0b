// What one recording said, in the words of the services.

internal import Inference
package import SpokenText
package import Vocabulary

/// Where sound comes from.
package enum SoundSource: Sendable {
  /// A recording, or a clip with a sound track.
  case encoded(Bytes)
  /// One channel at `SpeechLimits.rate`, −1 to 1; the first sample sounds at `startSeconds`.
  case samples([Float], startSeconds: Double)
}

/// What should be said.
package enum ExpectedSpeech: Sendable {
  /// Nothing in particular, and nothing is recognised.
  case nothing
  /// Nothing in particular; what is said is written down.
  case anything
  case text(ExpectedText)
  case code([Int])
  /// A text, then a code after a pause or without one.
  case textThenCode(ExpectedText, [Int])
  /// One of several texts, said in one go: the one that fits best is weighed.
  case oneOf([SpokenChoice])
  /// Each of several texts, said in one go, weighed by itself. One below the floor is refused anywhere and is weighed no
  /// further. For evaluations.
  case each([ExpectedText.Part], floor: SpeechFloor)
  /// The same for codes.
  case eachCode([[Int]])
}

/// A text that may be said, and texts that say something else: on the same recording they have to lose.
package struct SpokenChoice: Sendable {
  package var part: ExpectedText.Part
  package var others: [String]

  package init(part: ExpectedText.Part, others: [String]) {
    self.part = part
    self.others = others
  }
}

/// Scores below which no operating point accepts a text.
package struct SpeechFloor: Sendable, Equatable {
  package var pmi: Double
  package var contrastMargin: Double

  /// What the loosest of `points` asks for.
  package init(_ points: [OperatingPoint]) {
    pmi = points.map(\.pmiMin).min() ?? -.infinity
    contrastMargin = points.map(\.contrastMarginMin).min() ?? -.infinity
  }
}

/// What to listen for in a recording.
package struct SpeechTask: Sendable {
  package var expected: ExpectedSpeech
  /// The stretch to listen to, in seconds of the recording; nil: all of it.
  package var within: ClosedRange<Double>?
  /// Whether the voice is looked at.
  package var wantVoice: Bool
  /// Words that a scene does not want mixed up.
  package var pairs: [ContrastPair]
  /// Whether the samples are given back, to cut stretches from.
  package var keepsSamples: Bool

  package init(
    expected: ExpectedSpeech = .nothing, within: ClosedRange<Double>? = nil, wantVoice: Bool = true,
    pairs: [ContrastPair] = [], keepsSamples: Bool = false
  ) {
    self.expected = expected
    self.within = within
    self.wantVoice = wantVoice
    self.pairs = pairs
    self.keepsSamples = keepsSamples
  }
}

/// How well a text that should be said was.
package struct PartReading: Sendable {
  /// Characters of the expected text as it was given.
  package var range: Range<Int>
  /// The way of saying it that fits best.
  package var form: SpokenForm
  package var measures: TextMeasures
  /// Margins over texts that mean something else, in the order of `contrasts`.
  package var contrasts: [Contrast]
  package var contrastMargins: [Double]
  /// What the recogniser wrote, and that beside the expected text.
  package var hypothesis: String
  package var alignment: SpokenAlignment
  /// Where it was said, in seconds of the recording.
  package var span: ClosedRange<Double>
  /// Whether all of the stretch fits the recogniser's window: if not, its end was not heard.
  package var isWhole: Bool
  /// Whether the recogniser came to an end of what it wrote.
  package var hasEnded: Bool
  /// What was said beside it.
  package var surplus: SpokenSurplus
  /// Whether nothing else is expected after it.
  package var isLast = true

  /// Whether all was heard to the end. After the last part `TextMeasures.endScore` says so, whatever the recogniser wrote.
  package var isHeardOut: Bool { isWhole && (hasEnded || isLast) }
}

/// How well a code was said.
package struct CodeReading: Sendable, Equatable {
  package var digits: [DigitReading]
  package var span: ClosedRange<Double>
  /// Whether all of the stretch was heard to its end.
  package var isWhole: Bool
  /// What was said beside the digits; nil if that is not known.
  package var surplus: SpokenSurplus?

  /// The least sure digit counts; one that is no number is impossible.
  package var leastProbability: Double { digits.map(\.probability).least(worst: 0) ?? 0 }
  package var heardDigits: [Int] { digits.map(\.heard) }
}

/// What is known of a recording. Personal data: described by its length alone.
package struct SpeechReading: Sendable {
  package var condition: SoundCondition
  package var doubts: [SoundDoubt]
  /// When the recording begins on the clip's line of time.
  package var startSeconds: Double
  package var segments: [VoicedSegment]
  /// One for each part of the expected text; none if nothing could be recognised.
  package var parts: [PartReading] = []
  package var code: CodeReading?
  /// With `.eachCode`, in their order.
  package var codes: [CodeReading] = []
  /// With `.oneOf`: index and reading of the text that fits best; with `.each` those of all, the best first.
  package var answers: [(index: Int, reading: PartReading)] = []
  /// With `.anything`: what is said.
  package var transcript: String?
  package var voice: VoiceReading?
  /// Empty unless they were asked for.
  package var samples: [Float] = []

  package init(
    condition: SoundCondition, doubts: [SoundDoubt], startSeconds: Double, segments: [VoicedSegment]
  ) {
    self.condition = condition
    self.doubts = doubts
    self.startSeconds = startSeconds
    self.segments = segments
  }

  /// Whether nothing could be recognised.
  package var isBlocked: Bool { doubts.contains { $0.blocks } }
  package var voicedSeconds: Double { segments.reduce(0) { $0 + $1.seconds } }
  /// Share of the recording in which somebody speaks.
  package var voicedRatio: Double {
    condition.seconds > 0 ? min(1, voicedSeconds / condition.seconds) : 0
  }
  /// Syllables a second while somebody speaks; nil without a text.
  package var syllablesPerSecond: Double? {
    let syllables = parts.reduce(0) { $0 + $1.form.count } + (code?.digits.count ?? 0)
    return syllables == 0 || voicedSeconds == 0 ? nil : Double(syllables) / voicedSeconds
  }
}

extension SpeechReading: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<\(condition.seconds) s of sound>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A model of speech, as it is named to callers.
package struct SpeechModel: Sendable, Equatable {
  package let role: String
  /// Name and edition.
  package let name: String
  package let sha256: String
  /// Version of what is done to sound before it.
  package let preprocessing: String

  init(_ entry: ModelEntry) {
    role = entry.role.rawValue
    name = entry.name
    sha256 = entry.sha256
    preprocessing = entry.preprocessing
  }
}

extension CodeReading {
  /// The least likely digit that is accepted (README, "Speech", has what it takes and what it refuses).
  package static let probabilityMin = 0.2
  /// Characters that may be said before the digits, after them, or in a row between them.
  package static let surplusMax = 3

  /// Whether the code was said: no digit is less likely than `least`, and nothing else was said.
  package func isAccepted(least: Double = CodeReading.probabilityMin) -> Bool {
    !digits.isEmpty && leastProbability >= least && isAlone
  }

  /// Whether all was heard, and nothing but the code. Fails closed.
  package var isAlone: Bool {
    guard isWhole, let surplus else { return false }
    return surplus.count <= Self.surplusMax && !surplus.takesBack
  }
}
