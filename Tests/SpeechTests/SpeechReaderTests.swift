// The whole way: recordings in, what was said out. With the installed models; spoken by espeak-ng.

internal import Foundation
internal import Inference
internal import Media
internal import SpokenText
internal import Testing
internal import Vocabulary

@testable internal import Speech

@Suite(.enabled(if: Installed.speech, "models of speech are not installed"), .serialized)
struct SpeechReaderTests {
  private static let statement = "wo3 zi4 yuan4 ban4 li3 zhe4 bi3 dai4 kuan3"

  @Test func aPromptThatComesBackIsNothingHeard() throws {
    let pinyin = try Installed.pinyin.get()
    for heard in ["以下是普通话的句子。", "以下是普通話的句子以下是普通话的句子", "普通话的句子", "3, 8", ""] {
      #expect(TextScorer.isPrompt(heard, pinyin))
    }
    for heard in ["以下是我不同意的", "我相信很好吃。"] {
      #expect(!TextScorer.isPrompt(heard, pinyin))
    }
  }

  private func speech(_ pinyin: String, wordsPerMinute: Int = 130) throws -> Bytes {
    try #require(Synthesis.speech(pinyin, wordsPerMinute: wordsPerMinute))
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func whatIsSaidFitsBestAndOthersAreNotAccepted()
    async throws
  {
    let sound = try speech(Self.statement)
    let texts = ["我自愿办理这笔贷款", "我不愿办理这笔贷款", "今天天气非常好", "你自愿拒绝这笔存款"]
    let parts = try texts.map { try Installed.text($0).parts[0] }
    let reading = try await Installed.read(
      sound, SpeechTask(expected: .each(parts, floor: SpeechFloor([]))))
    #expect(reading.doubts == [])
    #expect(reading.answers.map(\.index).first == 0)
    for (index, answer) in reading.answers where index > 0 {
      #expect(SpeechJudgement([answer]).verdict != .accept, "\(texts[index])")
    }
    let other = try #require(reading.answers.first { $0.index == 2 })
    #expect(SpeechJudgement([other.reading]).verdict == .reject)
    // The opposite: what was said fits better by far.
    let opposite = try #require(reading.answers.first { $0.index == 1 }).reading
    #expect(try #require(opposite.contrastMargins.min()) < 0)
    let own = try #require(reading.answers.first { $0.index == 0 }).reading
    #expect(own.measures.pmi > 1.5)
    // What is refused anyway is weighed no further, and refused all the same.
    let floor = SpeechFloor(SpeechPoint.all.map(\.scores) + OperatingPoint.all)
    let short = try await Installed.read(sound, SpeechTask(expected: .each(parts, floor: floor)))
    for (index, answer) in reading.answers {
      let same = try #require(short.answers.first { $0.index == index }).reading
      for point in SpeechPoint.all {
        #expect(
          (SpeechJudgement([same], point).verdict == .accept)
            == (SpeechJudgement([answer], point).verdict == .accept), "\(texts[index])")
      }
    }
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func oneOfSeveralIsHeldAgainstItsOpposites() async throws
  {
    let set = try AnswerSet(
      question: "您同意吗？", answers: ["我同意", "我不同意"], acceptsNearMeaning: false, field: "q",
      pinyin: try Installed.pinyin.get())
    let choices = set.answers.map { SpokenChoice(part: $0.part, others: $0.opposites) }
    for (said, index) in [("wo3 tong2 yi4", 0), ("wo3 ju4 jue2", nil)] as [(String, Int?)] {
      let reading = try await Installed.read(
        try speech(said, wordsPerMinute: 110),
        SpeechTask(expected: .oneOf(choices), wantVoice: false))
      #expect(reading.answers.count == 1)
      let best = try #require(reading.answers.first)
      #expect(
        best.reading.contrasts.contains { best.index == 0 ? $0.text == "拒绝" : $0.text == "同意" })
      #expect(best.reading.contrastMargins.count == best.reading.contrasts.count)
      if let index {
        #expect(best.index == index)
      } else {
        #expect(SpeechJudgement([best.reading]).verdict != .accept)
      }
    }
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func whatTakesTheTextBackIsHeard() async throws {
    let more = "yi3 shang4 wo3 dou1 bu4 tong2 yi4"
    let text = try Installed.text("我自愿办理这笔贷款")
    for isRetracted in [false, true] {
      let sound = try speech(Self.statement + (isRetracted ? ", " + more : ""))
      let part = try #require(
        try await Installed.read(sound, SpeechTask(expected: .text(text))).parts.first)
      let codes = Set(SpeechJudgement([part]).reasons.map(\.code))
      #expect(codes.isDisjoint(with: [.moreSaid, .takenBack]) == !isRetracted, "\(part.surplus)")
    }
    for isRetracted in [false, true] {
      let sound = try speech(
        Self.statement + ", san1, ba1, wu3, qi1" + (isRetracted ? ", " + more : ""),
        wordsPerMinute: 110)
      let reading = try await Installed.read(
        sound, SpeechTask(expected: .textThenCode(text, [3, 8, 5, 7])))
      let code = try #require(reading.code)
      #expect(code.isAccepted() == !isRetracted, "\(code)")
      #expect(reading.parts.first?.surplus.takesBack == false)
    }
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func samplesBeyondAllBoundsAreAnAnswer() async throws {
    let samples = try AudioDecoder.decode(try speech(Self.statement)).samples.map { $0 * 1e25 }
    let text = try Installed.text("我自愿办理这笔贷款")
    for expected in [ExpectedSpeech.text(text), .anything, .code([1, 2, 3, 4])] {
      let reading = try await Installed.reader.get().read(
        .samples(samples, startSeconds: 0), SpeechTask(expected: expected), field: "clip",
        before: .never)
      #expect(reading.condition.clippedShare > 0.5)
      #expect(SpeechJudgement(reading.parts).verdict != .accept || reading.doubts == [.clipped])
    }
    // Below the bounds nothing is infinite; what would be is an error, not a fault.
    let engine = try Installed.engine.get()
    let pairs = try #require(
      engine.metadata(of: .speechDecoding, "vocabulary").flatMap(BytePairs.init))
    await #expect(throws: InferenceError.self) {
      _ = try await engine.run(.long, before: .never) { lane throws(InferenceError) in
        try Whisper(lane: lane, pairs: pairs).hear(samples[...], prompts: [TextScorer.prompt]).count
      }.get()
    }
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func codesAreTakenAndWrongOnesAreNot() async throws {
    let sound = try speech("san1, ba1, wu3, qi1", wordsPerMinute: 110)
    for (code, isRight) in [([3, 8, 5, 7], true), ([3, 8, 6, 7], false), ([1, 2, 9, 0], false)] {
      let reading = try await Installed.read(
        sound, SpeechTask(expected: .code(code), wantVoice: false))
      #expect(try #require(reading.code).isAccepted() == isRight, "\(code)")
    }
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func theSameSoundGivesTheSameAnswer() async throws {
    let sound = try speech(Self.statement)
    let task = SpeechTask(expected: .text(try Installed.text("我自愿办理这笔贷款")))
    let first = try await Installed.read(sound, task)
    let second = try await Installed.read(sound, task)
    #expect(first.parts[0].measures == second.parts[0].measures)
    #expect(first.voice?.halves == second.voice?.halves)
    #expect("\(first)".contains("s of sound") && !"\(first)".contains("自愿"))
  }

  @Test(.enabled(if: Synthesis.canSpeak)) func aVoiceIsLikeItself() async throws {
    let sound = try speech(Self.statement + ", " + Self.statement)
    let reading = try await Installed.read(sound, SpeechTask())
    let voice = try #require(reading.voice)
    #expect(try #require(voice.halves) > 0.45)
    #expect(voice.template.similarity(to: voice.template) > 0.999)
    #expect("\(voice.template)" == "<192 numbers>")
  }

  /// The recogniser's own hypothesis does not depend on the guess that makes it faster.
  @Test(.enabled(if: Synthesis.canSpeak)) func guessesChangeNothing() async throws {
    let sound = try speech(Self.statement)
    let engine = try Installed.engine.get()
    let pairs = try #require(
      engine.metadata(of: .speechDecoding, "vocabulary").flatMap(BytePairs.init))
    let samples = try AudioDecoder.decode(sound).samples
    let found = try await engine.run(.long, before: .never) { lane throws(InferenceError) in
      let whisper = Whisper(lane: lane, pairs: pairs)
      let hearing = try whisper.hear(samples[...], prompts: [TextScorer.prompt])[0]
      var all: [[Int32]] = []
      for guess in ["", "我自愿办理这笔贷款", "今天天气非常好"] {
        all.append(
          try whisper.hypothesis(hearing, guess: pairs.tokens(of: guess), tokensMax: 40).tokens)
      }
      return all
    }.get()
    #expect(!found[0].isEmpty && found[0] == found[1] && found[0] == found[2])
    #expect(pairs.text(of: pairs.tokens(of: "我自愿3 8，办理。")) == "我自愿3 8，办理。")
  }

  @Test func soundWithoutSpeechSaysNothing() async throws {
    let text = ExpectedSpeech.text(try Installed.text("我自愿办理这笔贷款"))
    let sounds: [(String, [Float], [SoundDoubt])] = [
      ("silence", [Float](repeating: 0, count: 48_000), [.silent]),
      ("noise", Synthesis.noise(seconds: 3), [.noSpeech]),
      ("chord", Synthesis.tone([261.6, 329.6, 392], seconds: 3), [.noSpeech]),
      ("0.2 s", Synthesis.noise(seconds: 0.2), [.noSpeech]),
      ("0.1 s", Synthesis.noise(seconds: 0.1), [.tooShort]),
      ("60.5 s", Synthesis.noise(seconds: 60.5), [.tooLong]),
    ]
    for (name, samples, doubts) in sounds {
      for expected in [text, .anything, .code([1, 2, 3, 4])] {
        let reading = try await Installed.read(
          Synthesis.wav(samples), SpeechTask(expected: expected))
        #expect(reading.doubts == doubts, "\(name)")
        #expect(reading.isBlocked && reading.parts.isEmpty && reading.code == nil, "\(name)")
        #expect(reading.transcript == nil && reading.voice == nil, "\(name)")
      }
    }
  }

  @Test(arguments: [(8_000, 1), (48_000, 2), (44_100, 1)])
  func ratesAndChannelsAreConverted(rate: Int, channels: Int) async throws {
    let samples = Synthesis.tone([300, 500], seconds: 1, rate: Double(rate))
    let reading = try await Installed.read(
      Synthesis.wav(samples, rate: rate, channels: channels), SpeechTask())
    #expect(abs(reading.condition.seconds - 1) < 0.05)
    #expect(reading.doubts == [.noSpeech])
  }

  /// A telephone's rate, and a camera's: the same words are heard, and others are not.
  @Test(
    .enabled(if: Synthesis.canSpeak),
    arguments: [(8_000, 1), (8_000, 2), (44_100, 1), (48_000, 2)])
  func speechOfAnyRateIsUnderstood(rate: Int, channels: Int) async throws {
    let samples = Synthesis.resampled(
      try AudioDecoder.decode(try speech(Self.statement)).samples, to: rate)
    let sound = Synthesis.wav(samples, rate: rate, channels: channels)
    for (text, isSaid) in [("我自愿办理这笔贷款", true), ("今天下午我们去公园散步", false)] {
      let reading = try await Installed.read(
        sound, SpeechTask(expected: .text(try Installed.text(text))))
      #expect(abs(reading.condition.seconds - Double(samples.count) / Double(rate)) < 0.05)
      #expect(!reading.isBlocked, "\(rate) Hz, \(channels) channels: \(reading.doubts)")
      #expect((SpeechJudgement(reading.parts).verdict == .accept) == isSaid, "\(rate) Hz: \(text)")
    }
  }

  @Test func damagedSoundIsAnErrorWithAName() async throws {
    var numbers = SeededRandom(seed: 5)
    let sound = Array(Synthesis.wav(Synthesis.noise(seconds: 1)).array)
    var refused = 0
    for round in 0..<40 {
      var damaged = Array(sound.prefix(Int.random(in: 0...sound.count, using: &numbers)))
      for _ in 0..<round where !damaged.isEmpty {
        let place = Int.random(in: 0..<min(60, damaged.count), using: &numbers)
        damaged[place] = UInt8.random(in: 0...255, using: &numbers)
      }
      do {
        let reading = try await Installed.read(Bytes(damaged), SpeechTask(expected: .anything))
        #expect(reading.transcript == nil)
      } catch let error as ServiceError {
        refused += 1
        #expect(error.message.contains("clip"))
      }
    }
    #expect(refused > 5)
  }

  @Test func missingModelsAreNamed() throws {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: Installed.dependencies),
      uses: [SpeechModels.activity], options: InferenceOptions(lanes: 1))
    #expect(
      SpeechReader.missingModels(of: engine) == [
        .speechEncoding, .speechDecoding, .speakerEmbedding,
      ])
    #expect(throws: InferenceStartupError.self) {
      try SpeechReader(engine: engine, pinyin: try Installed.pinyin.get())
    }
  }
}
