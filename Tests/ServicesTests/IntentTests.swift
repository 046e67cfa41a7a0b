// What of Intent needs no model: scripts within their limits, sound cut and written, conversations led, records replayed.

import Decisions
import Liveness
import Messages
import Testing
import Vision
import Vocabulary

@testable import Services

/// The field that is refused; nil if nothing is.
private func refused(_ change: (inout CreateIntentChallengeRequest) -> Void) -> String? {
  var request = CreateIntentChallengeRequest()
  request.mode = .read
  request.text = "我自愿办理这笔业务"
  change(&request)
  do throws(ServiceError) {
    _ = try IntentScript(request)
    return nil
  } catch { return error.detail.field }
}

struct IntentScriptTests {
  @Test("limits are those of the documentation, counted in characters as people see them")
  func limits() {
    #expect(refused { _ in } == nil)
    #expect(refused { $0.text = "" } == "text")
    #expect(refused { $0.text = String(repeating: "字", count: 120) } == nil)
    #expect(refused { $0.text = String(repeating: "字", count: 121) } == "text")
    // One character, however it is put together; but not without end.
    #expect(refused { $0.text = "e\u{301}" } == nil)
    #expect(refused { $0.text = "e" + String(repeating: "\u{301}", count: 5000) } == "text")
    #expect(refused { $0.text = "同意\u{202E}" } == "text")
    #expect(refused { $0.text = "同意\n" } == "text")
    #expect(refused { $0.mode = .unspecified } == "mode")
    #expect(refused { $0.mode = .unrecognized(9) } == "mode")
    #expect(refused { $0.confirmDigits = 4 } == nil)
    #expect(refused { $0.confirmDigits = 3 } == "confirm_digits")
    #expect(refused { $0.names = [TextRange(start: 1, length: 2)] } == nil)
    #expect(refused { $0.names = [TextRange(start: 8, length: 2)] } == "names")
    #expect(refused { $0.names = [TextRange(start: 1, length: 0)] } == "names")
    #expect(
      refused { $0.names = [TextRange(start: .max, length: .max)] } == "names")
    #expect(refused { $0.contrasts = [WordPair(word: "买入", other: "卖出")] } == nil)
    #expect(refused { $0.contrasts = [WordPair(word: "买入", other: "")] } == "contrasts.other")
    #expect(refused { $0.prompts = ["x"] } == "prompts")
    #expect(refused { $0.answerSeconds = 5 } == "questions")
  }

  @Test("words that a scene does not want mixed up hold beside those of a challenge")
  func contrasts() throws {
    let scene = ["买入=卖出", "借=还"].compactMap(IntentScript.Pair.init(setting:))
    #expect(scene == [.init(word: "买入", other: "卖出"), .init(word: "借", other: "还")])
    var request = CreateIntentChallengeRequest()
    request.mode = .read
    request.text = "我自愿买入这只基金"
    request.contrasts = [
      WordPair(word: "自愿", other: "被迫"), WordPair(word: "买入", other: "卖出"),
    ]
    #expect(
      try IntentScript(request, contrasts: scene).pairs.map(\.word) == ["自愿", "买入", "借"])
    request.contrasts = []
    #expect(try IntentScript(request, contrasts: scene).pairs == scene)
    request.mode = .nod
    (request.text, request.prompts) = ("", ["同意请点头"])
    #expect(try IntentScript(request, contrasts: scene).pairs.isEmpty)
    for setting in ["", "买入", "买入=", "=卖出", "同=同", "a=b=c", "买\n=卖"] {
      #expect(IntentScript.Pair(setting: setting) == nil)
    }
  }

  @Test("questions: one to ten, with one to fifty answers")
  func questions() {
    func ask(_ change: (inout CreateIntentChallengeRequest) -> Void) -> String? {
      refused {
        $0.mode = .qa
        $0.text = ""
        $0.questions = [IntentQuestion(question: "是否同意？", answers: ["同意"])]
        change(&$0)
      }
    }
    #expect(ask { _ in } == nil)
    #expect(ask { $0.questions = [] } == "questions")
    #expect(ask { $0.questions = Array(repeating: $0.questions[0], count: 10) } == nil)
    #expect(ask { $0.questions = Array(repeating: $0.questions[0], count: 11) } == "questions")
    #expect(ask { $0.questions[0].answers = [] } == "questions[0].answers")
    #expect(
      ask { $0.questions[0].answers = Array(repeating: "是", count: 51) } == "questions[0].answers")
    #expect(
      ask { $0.questions[0].answers = [String(repeating: "是", count: 11)] }
        == "questions[0].answers[0]")
    #expect(
      ask { $0.questions[0].question = String(repeating: "问", count: 251) }
        == "questions[0].question")
    #expect(ask { $0.answerSeconds = 2 } == "answer_seconds")
    #expect(ask { $0.answerSeconds = 31 } == "answer_seconds")
    #expect(ask { $0.text = "同意" } == "text")
  }

  @Test("prompts: one to ten")
  func prompts() {
    func ask(_ change: (inout CreateIntentChallengeRequest) -> Void) -> String? {
      refused {
        $0.mode = .nod
        $0.text = ""
        $0.prompts = ["请点头确认"]
        change(&$0)
      }
    }
    #expect(ask { _ in } == nil)
    #expect(ask { $0.prompts = [] } == "prompts")
    #expect(ask { $0.prompts = Array(repeating: "请点头", count: 11) } == "prompts")
    #expect(ask { $0.prompts = [String(repeating: "头", count: 251)] } == "prompts[0]")
    #expect(ask { $0.contrasts = [WordPair(word: "是", other: "否")] } == "contrasts")
  }

  @Test("what was asked prints as nothing")
  func redacted() {
    let script = IntentScript(mode: .read, text: "canary 张三", prompts: ["canary"])
    var dumped = ""
    dump(script, to: &dumped)
    #expect(!"\(script)".contains("canary") && !String(reflecting: script).contains("canary"))
    #expect(!dumped.contains("canary"))
    let sound = WaveSound(samples: [1, 2, 3], startSeconds: 0)
    #expect("\(sound)" == "<3 samples>")
  }
}

struct WaveSoundTests {
  @Test("cut where the times say, and no farther than there is sound")
  func cut() {
    let sound = WaveSound(samples: (0..<16_000).map { Int16($0 % 100) }, startSeconds: -0.5)
    #expect(sound.endSeconds == 0.5)
    let part = sound.cut(-0.25...0.25)
    #expect(part.samples.count == 8000 && part.samples.first == Int16(4000 % 100))
    #expect(part.startSeconds == -0.25)
    #expect(sound.cut(-9...9).samples.count == 16_000)
    #expect(sound.cut(2...3).samples.isEmpty && sound.cut(2...3).wav.isEmpty)
    #expect(sound.cut(-1e300...1e300).samples.count == 16_000)
  }

  @Test("as a file it has a header that fits")
  func wav() {
    let file = WaveSound(samples: [0, 1, -1, .max], startSeconds: 0).wav.array
    #expect(file.count == 44 + 8)
    #expect(String(decoding: file[0..<4], as: UTF8.self) == "RIFF")
    #expect(Array(file[4..<8]) == [44, 0, 0, 0])
    #expect(Array(file[24..<28]) == [0x80, 0x3E, 0, 0])
    #expect(Array(file[44...]) == [0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0x7F])
  }

  @Test("levels and digital silence")
  func levels() {
    let tone = (0..<16_000).map { Int16($0 % 2 == 0 ? 16_384 : -16_384) }
    let sound = WaveSound(samples: tone + Array(repeating: 0, count: 8000) + tone, startSeconds: 1)
    #expect(sound.loudness.count == 100)
    #expect(abs(sound.loudness[0].value + 6.02) < 0.1)
    #expect(abs(sound.loudness[0].seconds - 1.0125) < 1e-9)
    #expect(sound.loudness[45].value < -100)
    #expect(sound.longestSilence(in: 1...4) == 0.5)
    #expect(sound.longestSilence(in: 1...1.9) == 0)
  }
}

struct PicturedTimeTests {
  static func part(_ span: ClosedRange<Double>?) -> SpokenPart {
    SpokenPart(part: IntentPart(kind: .answer, outcome: .said), span: span, answer: 0)
  }

  @Test("of a voice only what is heard while there are pictures counts")
  func share() throws {
    let pictures = PicturedTime(first: 0, last: 4)
    #expect(pictures.share(of: [1...2, 3...4]) == 1)
    #expect(pictures.share(of: [3...5]) == 0.5)
    #expect(pictures.share(of: [-2 ... -1, 5...20]) == 0)
    #expect(try #require(pictures.share(of: [1...2, 9e15...9.3e15])) < 1e-9)
    #expect(pictures.share(of: []) == nil && pictures.share(of: [1...1]) == nil)
    #expect(pictures.share(of: [0 ... .infinity]) == nil)
    for seconds in [nil, 0, -1, .nan, .infinity] as [Double?] {
      #expect(PicturedTime(first: 0, last: seconds).share(of: [0...1]) == nil)
      #expect(!PicturedTime(first: 0, last: seconds).holds(Self.part(0...1), [0...1]))
    }
  }

  @Test("what was said where there are no pictures is not taken for said")
  func parts() {
    let pictures = PicturedTime(first: 0, last: 4)
    func outcome(_ span: ClosedRange<Double>?, _ voiced: [ClosedRange<Double>]) -> SpokenPart {
      pictures.judged(Self.part(span), voiced)
    }
    #expect(outcome(0.5...3, [0.5...3]).part.outcome == .said)
    #expect(outcome(-0.4...4.4, [-0.4...4.4]).part.outcome == .said)
    // Of a stretch that reaches farther the voice counts, not the silence around it.
    #expect(outcome(-3...9, [1...3]).part.outcome == .said)
    for late in [5...8, 3...4.6, -0.6...2] {
      let part = outcome(late, [late])
      #expect(part.part.outcome == .unclear && part.part.code == .recordingCut)
      #expect(part.answer == nil)
    }
    #expect(outcome(nil, [1...2]).part.outcome == .unclear)
    var other = Self.part(5...8)
    other.part.outcome = .other
    #expect(pictures.judged(other, [5...8]).part.outcome == .other)
  }
}

struct AnswerBoundTests {
  @Test("times that no number of milliseconds holds are cut off, not trapped on")
  func milliseconds() {
    #expect(signedMilliseconds(-1.25) == -1250 && signedMilliseconds(0.0004) == 0)
    #expect(signedMilliseconds(9.3e15) == .max && signedMilliseconds(-1e300) == .min)
    #expect(signedMilliseconds(.nan) == 0 && signedMilliseconds(.infinity) == 0)
  }

  @Test("an answer that is too large leaves out the parts' sound, then the last of the best frames")
  func room() {
    let sound = WaveSound(samples: Array(repeating: 1, count: 16_000), startSeconds: 0)
    func room(_ parts: Int, frames: [Int]) -> AnswerRoom {
      AnswerRoom(
        VoiceFindings(
          sound: sound, voiced: [], signals: [:],
          parts: (0..<parts).map { _ in
            SpokenPart(part: IntentPart(kind: .sentence, outcome: .said), span: -1...9)
          }), frames: frames, bytesMax: 100_000)
    }
    let roomy = room(1, frames: [10_000, 10_000])
    #expect(roomy.holdsParts && roomy.frames == 2)
    #expect(room(1, frames: []).holdsParts && room(2, frames: []).holdsParts)
    #expect(!room(3, frames: []).holdsParts)
    let tight = room(1, frames: [30_000, 30_000, 30_000])
    #expect(!tight.holdsParts && tight.frames == 2)
    #expect(sound.wavBytes(-1...9) == sound.wav.count && sound.wavBytes(5...6) == 0)
    #expect(sound.wavBytes(-1e300...1e300) == sound.wav.count)
    #expect(AnswerRoom(nil, frames: [1 << 20]).frames == 1)
    // The original sound goes along, and leaves so much less.
    let beside = AnswerRoom(nil, original: 60_000, frames: [30_000, 30_000], bytesMax: 100_000)
    #expect(beside.frames == 1 && !beside.holdsParts)
  }

  @Test("of large best frames the last are left out, and the verdict stays")
  func largeFrames() {
    func told(_ sizes: [Int], asked: Int) -> [Int] {
      let judged = JudgedCapture(
        evidence: LivenessEvidence(mode: .silent, isStill: false, challenged: false, signals: [:]),
        actions: [], events: [],
        bestFrames: sizes.map {
          ChosenFrame(jpeg: Bytes([UInt8](repeating: 1, count: $0)), seconds: 1, quality: 50)
        })
      let decided = LivenessCase(evidence: judged.evidence, terms: LivenessTerms())
      let decision = decided.decide(.standard, faces: FaceComparePolicy(quality: .standard))
      return DecidedCapture(decided: decided, decision: decision, judged: judged)
        .frames(asked).map(\.jpeg.count)
    }
    let half = CaptureLimits.answerMediaBytesMax / 2
    #expect(told([half, half, 1], asked: 10) == [half, half])
    #expect(told([half, half + 1, 1], asked: 10) == [half])
    #expect(told([2 * half + 1, 1], asked: 10).isEmpty)
    #expect(told([1, 2, 3], asked: 2) == [1, 2])
  }
}

struct IntentPartsTests {
  /// Says when it goes.
  private final class Owner {
    static let bytes = 1 << 20
    let base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    init() { base.initializeMemory(as: UInt8.self, repeating: 7, count: Self.bytes) }
    deinit { base.deallocate() }
  }

  @Test("what is kept of a recording does not keep the messages that it came in")
  func copies() throws {
    var parts = IntentParts(bytesMax: 1 << 20, share: try anyShare())
    weak var message: Owner?
    try {
      let owner = Owner()
      message = owner
      let whole = Bytes(owner: owner, base: UnsafeRawPointer(owner.base), count: Owner.bytes)
      var first = VerifyIntentPart()
      first.request = VerifyIntentRequest(photo: Media(inline: whole[0..<70_000]))
      try parts.add(first)
    }()
    #expect(message == nil && parts.request?.photo?.inline.count == 70_000)
    try {
      let owner = Owner()
      message = owner
      let whole = Bytes(owner: owner, base: UnsafeRawPointer(owner.base), count: Owner.bytes)
      var part = VerifyIntentPart()
      part.video = whole[0..<70_000]
      part.audio = whole[70_000..<140_000]
      part.frames = [CapturedFrame(jpeg: whole[140_000..<210_000], deviceTimeMs: 1)]
      try parts.add(part)
      #expect(try part.frames[0].copy(from: anyShare()) == part.frames[0])
    }()
    #expect(message == nil)
  }
}

/// Sound that was heard as a test says.
private struct ToldVoice: VoiceReader {
  let span: ClosedRange<Double>
  var outcome = Vocabulary.SpokenOutcome.said

  var models: [VoiceModel] { [] }
  var capabilities: Set<LivenessCapability> { [.digitRecognition, .speechRecognition] }

  func parts(of script: IntentScript) throws(ServiceError) -> Int { 1 }

  func read(
    _ source: VoiceSource, script: IntentScript, windows: [ClosedRange<Double>], field: String,
    before deadline: Deadline
  ) async throws(ServiceError) -> VoiceFindings {
    VoiceFindings(
      sound: WaveSound(samples: [], startSeconds: 0), voiced: [span], signals: [:],
      parts: [
        SpokenPart(
          part: IntentPart(kind: .digits, outcome: outcome, signals: [.digitProbabilityMin: 0.9]),
          span: span)
      ])
  }
}

/// Four seconds in which nobody is seen.
private struct EmptyCapture: CaptureReader {
  /// When the first picture is, seconds since the clip's first frame.
  var first = 0.0

  var models: [VisionModel] { [] }
  var capabilities: Set<LivenessCapability> { [] }
  var limits: [String: Double] { [:] }

  func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings {
    CaptureFindings(
      track: FaceTrack(
        width: 480, height: 640,
        frames: (0...40).map {
          TrackFrame(seconds: first + Double($0) / 10, facesSeen: 0, face: nil)
        },
        events: []))
  }

  func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [Vocabulary.LivenessSignal: Double]) {
    (0, [:])
  }
}

struct LipSoundTests {
  private struct PlainSigner: ChallengeSigner, KeyedDigest {
    func code(of message: [UInt8]) -> [UInt8] {
      [UInt8](repeating: UInt8(message.count & 255), count: 32)
    }
  }

  /// What LIP finds of digits that are heard at `span` of four seconds of pictures.
  private static func signals(
    _ span: ClosedRange<Double>, _ outcome: Vocabulary.SpokenOutcome = .said, first: Double = 0
  ) async throws -> [Vocabulary.LivenessSignal: Double] {
    let clock = ServiceClock(unixMilliseconds: { 1_800_000_000_000 }, moment: { .now })
    let challenges = Challenges(
      book: ChallengeBook(store: ChallengeMemory(), signer: PlainSigner()), clock: clock,
      numbers: { Seeded(state: 1) })
    let challenge = try await challenges.issue(ChallengeRequest(mode: .lip, account: "a"))
    let pipeline = LivenessPipeline(
      reader: EmptyCapture(first: first),
      replays: ReplayWindow(key: ReplayKey(PlainSigner()), records: MemoryReplayRecords(.standard)),
      voices: ToldVoice(span: span, outcome: outcome), clock: clock)
    let judged = try await pipeline.judge(
      CheckedCapture(source: .video(Bytes([1])), colorsShown: nil, field: "capture"),
      answering: challenge, bestFrames: 0, before: .never)
    return judged.evidence.signals
  }

  @Test("LIP hears digits on the pictures, not those that follow them")
  func lip() async throws {
    let inside = try await Self.signals(1...3)
    #expect(inside[.digitProbabilityMin] == 0.9 && inside[.voiceInPicturesShare] == 1)
    let outside = try await Self.signals(5...8)
    #expect(outside[.digitProbabilityMin] == nil && outside[.voiceInPicturesShare] == 0)
  }

  @Test("LIP: pictures begin with the first one, not with the file")
  func lateFirstPicture() async throws {
    let before = try await Self.signals(0.5...2.5, first: 4)
    #expect(before[.digitProbabilityMin] == nil && before[.voiceInPicturesShare] == 0)
    let within = try await Self.signals(5...7, first: 4)
    #expect(within[.digitProbabilityMin] == 0.9 && within[.voiceInPicturesShare] == 1)
  }

  @Test("LIP: a code with words beside it, or cut off, is judged unclear and is none")
  func unclear() async throws {
    #expect(try await Self.signals(1...3)[.digitsAlone] == 1)
    let heard = try await Self.signals(1...3, .unclear)
    #expect(heard[.digitProbabilityMin] == 0.9 && heard[.digitsAlone] == 0)
    func decide(_ alone: Double?, _ policy: LivenessPolicy) -> LivenessDecision {
      // As good as can be but for that.
      var signals: [Vocabulary.LivenessSignal: Double] = [:]
      for rule in policy.rules where rule.modes.contains(.lip) {
        signals[rule.signal] =
          rule.side == .atLeast
          ? max(signals[rule.signal] ?? rule.limit, rule.limit)
          : min(signals[rule.signal] ?? rule.limit, rule.limit)
      }
      signals[.digitsAlone] = alone
      return policy.decide(
        LivenessEvidence(
          mode: .lip, challenged: true, signals: signals,
          capabilities: [.digitRecognition]), terms: LivenessTerms())
    }
    #expect(decide(1, .standard).verdict == .pass)
    #expect(decide(0, .standard).verdict == .inconclusive)
    #expect(decide(0, .standard).reasons.map(\.code) == [.textUnclear])
    #expect(decide(nil, .standard).verdict == .review)
    // Records of then are decided by the rules of then.
    #expect(decide(0, LivenessPolicy.standard.asOf(3)).verdict == .pass)
  }
}

struct ConversationTests {
  static func tone(_ seconds: Double, _ level: Int16) -> Bytes {
    var bytes: [UInt8] = []
    for index in 0..<Int(seconds * 16_000) {
      let value = UInt16(bitPattern: index % 8 < 4 ? level : -level)
      bytes += [UInt8(value & 255), UInt8(value >> 8)]
    }
    return Bytes(bytes)
  }

  static func frame(_ milliseconds: UInt64) -> ConverseRequest {
    var request = ConverseRequest()
    request.frames = [CapturedFrame(jpeg: Bytes([1]), deviceTimeMs: 1000 + milliseconds)]
    return request
  }

  static func sound(_ seconds: Double, _ level: Int16) -> [ConverseRequest] {
    (0..<Int(seconds * 10)).map { _ in
      var request = ConverseRequest()
      request.pcm = tone(0.1, level)
      request.pcmTimeMs = 1000
      return request
    }
  }

  @Test("questions come one after the other, when the one before was shown and answered")
  func questions() throws {
    let script = IntentScript(
      mode: .answer,
      questions: ["一", "二"].map {
        .init(question: $0, answers: ["是"], acceptsNearMeaning: true)
      })
    var talk = Conversation(script, bytesMax: 1000, share: try anyShare())
    #expect(talk.opening.map(\.kind) == [.begin, .prompt])
    #expect(talk.opening[1].text == "一" && talk.opening[1].prompt == 0)
    var told: [ConverseEvent] = []
    func say(_ messages: [ConverseRequest]) throws {
      for message in messages { told += try talk.add(message).events }
    }
    // What is said before the question was shown is no answer.
    try say([Self.frame(0)] + Self.sound(0.5, 10) + Self.sound(0.5, 8000) + Self.sound(1, 10))
    #expect(told.map(\.kind) == [.speechBegan, .speechEnded])
    #expect(talk.prompt == 0 && talk.shown.isEmpty)
    told = []
    var shown = Self.frame(2500)
    shown.shown = true
    try say([shown] + Self.sound(0.5, 8000) + Self.sound(1, 10))
    #expect(told.map(\.kind) == [.speechBegan, .speechEnded, .prompt])
    #expect(told.last?.text == "二" && told.last?.prompt == 1)
    #expect(talk.shown == [2.5])
    told = []
    var second = Self.frame(4000)
    second.shown = true
    try say([second])
    // Nothing is said: time is up.
    try say([Self.frame(13_900), Self.frame(14_100)])
    #expect(told.map(\.kind) == [.complete])
    #expect(talk.isComplete && talk.shown == [2.5, 4.0])
  }

  @Test("the face is said to be lost once, and found once")
  func faces() throws {
    var talk = Conversation(
      IntentScript(mode: .read, text: "同意"), bytesMax: 1000, share: try anyShare())
    let first = try talk.add(Self.frame(0))
    #expect(first.look != nil)
    #expect(talk.looked(faces: 1, pitch: 0).isEmpty)
    #expect(try talk.add(Self.frame(100)).look == nil)
    #expect(try talk.add(Self.frame(600)).look != nil)
    #expect(talk.looked(faces: 0, pitch: nil).map(\.kind) == [.faceLost])
    #expect(talk.looked(faces: 0, pitch: nil).isEmpty)
    #expect(talk.looked(faces: 2, pitch: 0).map(\.kind) == [.faceFound, .severalFaces])
    #expect(talk.looked(faces: 1, pitch: 0).isEmpty)
  }

  @Test("a nod leads to the next prompt")
  func nods() throws {
    var talk = Conversation(
      IntentScript(mode: .nod, prompts: ["甲", "乙"]), bytesMax: 10_000, share: try anyShare())
    var shown = Self.frame(0)
    shown.shown = true
    _ = try talk.add(shown)
    var told: [ConverseEventKind] = []
    for (index, pitch) in [0.0, 0, -4, -10, -12, -6, -1, 0].enumerated() {
      _ = try talk.add(Self.frame(200 + 100 * UInt64(index)))
      told += talk.looked(faces: 1, pitch: pitch).map(\.kind)
    }
    #expect(told == [.nodSeen, .prompt])
    // A nod before the next prompt was shown is none.
    for (index, pitch) in [0.0, -12, 0].enumerated() {
      _ = try talk.add(Self.frame(1200 + 100 * UInt64(index)))
      #expect(talk.looked(faces: 1, pitch: pitch).isEmpty)
    }
  }

  @Test("who is too quiet or too loud is told")
  func levels() throws {
    var talk = Conversation(
      IntentScript(mode: .read, text: "同意"), bytesMax: 1000, share: try anyShare())
    var shown = Self.frame(0)
    shown.shown = true
    _ = try talk.add(shown)
    var told: [ConverseEventKind] = []
    for message in Self.sound(5, 20) { told += try talk.add(message).events.map(\.kind) }
    #expect(told == [.speakLouder])
    told = []
    for message in Self.sound(1, .max) { told += try talk.add(message).events.map(\.kind) }
    #expect(told.contains(.speakSofter) && told.contains(.speechBegan))
  }

  @Test("what comes long before or after it was captured is late")
  func lag() throws {
    func talk(_ mode: Vocabulary.IntentMode = .read) throws -> Conversation {
      Conversation(
        mode == .read
          ? IntentScript(mode: .read, text: "同意")
          : IntentScript(mode: .nod, prompts: ["甲"]), bytesMax: 1000, share: try anyShare())
    }
    // As it is captured, a little behind.
    var prompt = try talk()
    for second in 0..<20 {
      _ = try prompt.add(Self.frame(UInt64(second) * 1000))
      for message in Self.sound(1, 3000) { _ = try prompt.add(message) }
      prompt.arrived(after: Double(second) + 3)
    }
    #expect(!prompt.isLate && prompt.lagMax <= 4)
    // Nothing for nine minutes, then all at once.
    var waited = try talk()
    _ = try waited.add(Self.frame(0))
    waited.arrived(after: 0)
    _ = try waited.add(Self.frame(5000))
    waited.arrived(after: 540)
    #expect(waited.isLate && waited.lagMax == 540)
    // All at once from the beginning.
    var ahead = try talk(.nod)
    _ = try ahead.add(Self.frame(0))
    _ = try ahead.add(Self.frame(30_000))
    ahead.arrived(after: 1)
    #expect(ahead.isLate)
    // Pictures in time, their sound made up later; nobody has to speak to nod.
    for (mode, isLate) in [(.read, true), (.nod, false)] as [(Vocabulary.IntentMode, Bool)] {
      var mute = try talk(mode)
      for second in 0..<20 {
        _ = try mute.add(Self.frame(UInt64(second) * 1000))
        mute.arrived(after: Double(second))
      }
      #expect(mute.isLate == isLate)
    }
  }

  @Test("memory is bounded, and what does not fit the order is refused")
  func bounds() throws {
    var talk = Conversation(
      IntentScript(mode: .read, text: "同意"), bytesMax: 3, share: try anyShare())
    _ = try talk.add(Self.frame(0))
    _ = try talk.add(Self.frame(1))
    #expect(throws: ServiceError.self) { try talk.add(Self.frame(1)) }
    _ = try talk.add(Self.frame(2))
    #expect(throws: ServiceError.self) { try talk.add(Self.frame(3)) }
    var odd = ConverseRequest()
    odd.pcm = Bytes([1, 2, 3])
    #expect(throws: ServiceError.self) { try talk.add(odd) }
    var again = ConverseRequest()
    again.start = VerifyIntentRequest()
    #expect(throws: ServiceError.self) { try talk.add(again) }
    var long = Conversation(
      IntentScript(mode: .read, text: "同意"), bytesMax: 1000, share: try anyShare())
    for message in Self.sound(50, 3000) { _ = try long.add(message) }
    #expect(long.isFull && long.sound.count == 48 * 16_000)
    #expect(throws: ServiceError.self) { try long.media }
    #expect(throws: ServiceError.self) {
      _ = try long.add(Self.frame(0))
      _ = try long.add(Self.frame(48_001))
    }
  }
}

/// Memory that nobody else asks for.
private func anyShare() throws -> MediaShare { try MediaMemory().share(of: AccountID("dev")!) }

/// SplitMix64 from a seed that the test names.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

struct StreamMemoryTests {
  static let account = AccountID("dev")!

  @Test("pieces of a byte cost a byte, and all of it is the account's share")
  func pieces() throws {
    let memory = MediaMemory(bytesMax: 40_000)
    try {
      var parts = CaptureParts(bytesMax: 1 << 20, share: try memory.share(of: Self.account))
      var first = VerifyPart()
      first.request = VerifyRequest()
      try parts.add(first)
      var piece = VerifyPart()
      piece.video = Bytes([7])
      for _ in 0..<10_000 { try parts.add(piece) }
      #expect(memory.load.bytes <= 12_500)
      piece.video = Bytes([UInt8](repeating: 7, count: 10_001))
      let error = #expect(throws: ServiceError.self) { try parts.add(piece) }
      #expect(error?.code == .resourceExhausted && error?.detail.symbol == .mediaQuotaExceeded)
      #expect(error?.detail.retryable == true && error?.detail.limit == "40000 bytes")
      piece.video = Bytes([UInt8](repeating: 7, count: 10_000))
      try parts.add(piece)
      #expect(memory.load == (20_000, 1))
      let (_, capture, digest) = try parts.whole()
      #expect(digest == FaceAnalyzer.sha256(of: Bytes([UInt8](repeating: 7, count: 20_000))))
      #expect(capture.video?.inline == Bytes([UInt8](repeating: 7, count: 20_000)))
    }()
    #expect(memory.load.bytes == 0)
  }

  @Test(
    "what comes first is kept in memory of its own, and is no place for anything large but a photo")
  func firstPiece() throws {
    let memory = MediaMemory(bytesMax: 1 << 20)
    let share = try memory.share(of: Self.account)
    let photo = Media(inline: Bytes([UInt8](repeating: 3, count: 100_000)))
    let evidence = SignedDeviceEvidence(evidence: Bytes([UInt8](repeating: 4, count: 1 << 16)))
    let request = VerifyRequest(challengeId: "c", deviceEvidence: evidence, photo: photo)
    #expect(try request.kept(from: share) == request)
    #expect(memory.load.bytes == 100_000 + 1 << 16)
    let words = String(repeating: "x", count: 90_000)
    for large in [VerifyRequest(sessionId: words), VerifyRequest(name: words)] {
      let error = #expect(throws: ServiceError.self) { try large.kept(from: share) }
      #expect(error?.detail.field == "request" && error?.detail.symbol == .outOfRange)
    }
    let large = Media(inline: Bytes([UInt8](repeating: 3, count: 500_000)))
    let error = #expect(throws: ServiceError.self) {
      try VerifyIntentRequest(photo: large).kept(from: share)
    }
    #expect(error?.detail.symbol == .mediaQuotaExceeded && error?.detail.field == "photo")
  }

  @Test("frames and sound of a conversation are paid for, and given back")
  func conversation() throws {
    let memory = MediaMemory(bytesMax: 400_000)
    let share = try memory.share(of: Self.account, reserving: 1_000)
    var talk: Conversation? = Conversation(
      IntentScript(mode: .read, text: "同意"), bytesMax: 1 << 20, share: share)
    var frame = ConverseRequest()
    frame.frames = [CapturedFrame(jpeg: Bytes([UInt8](repeating: 1, count: 999)), deviceTimeMs: 1)]
    _ = try talk?.add(frame)
    #expect(memory.load.bytes == 1_000)
    for time in 2..<11 {
      frame.frames[0].deviceTimeMs = UInt64(time)
      _ = try talk?.add(frame)
    }
    #expect(memory.load.bytes == 9_990)
    var sound = ConverseRequest()
    sound.pcm = Bytes([UInt8](repeating: 0, count: 60_000))
    _ = try talk?.add(sound)
    #expect(memory.load.bytes >= 69_990)
    let error = #expect(throws: ServiceError.self) {
      for _ in 0..<4 { _ = try talk?.add(sound) }
    }
    #expect(error?.detail.symbol == .mediaQuotaExceeded && error?.detail.field == "pcm")
    var media = try talk?.media
    talk = nil
    #expect(media != nil && memory.load.bytes > 9_990)
    media = nil
  }
}

struct ConversationPropertyTests {
  @Test(
    "whatever is sent, a conversation stays within its bounds",
    arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func anything(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let scripts = [
      IntentScript(mode: .read, text: "同意"),
      IntentScript(mode: .nod, prompts: ["甲", "乙"], answerSeconds: 3),
      IntentScript(
        mode: .answer,
        questions: [.init(question: "一", answers: ["是"], acceptsNearMeaning: true)],
        answerSeconds: 3),
    ]
    let script = scripts[Int(seed) % scripts.count]
    var talk = Conversation(script, bytesMax: 400, share: try anyShare())
    var time: UInt64 = 0
    for _ in 0..<400 {
      var message = ConverseRequest()
      if Bool.random(using: &random) {
        time &+= UInt64.random(in: 0...400, using: &random)
        if Int.random(in: 0..<50, using: &random) == 0 { time = random.next() }
        message.frames = [
          CapturedFrame(
            jpeg: Bytes([UInt8](repeating: 1, count: Int.random(in: 0...2, using: &random))),
            deviceTimeMs: time)
        ]
      }
      if Bool.random(using: &random) {
        message.pcm = Bytes(
          (0..<Int.random(in: 0...6000, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          })
        message.pcmTimeMs = random.next() % 100_000
      }
      message.shown = Bool.random(using: &random)
      // A refused message ends the call; here the next one comes all the same.
      do throws(ServiceError) {
        let (events, _) = try talk.add(message)
        #expect(events.allSatisfy { $0.kind != .prompt || Int($0.prompt) < script.count })
      } catch {
        #expect(error.code == .invalidArgument || error.code == .resourceExhausted)
      }
      _ = talk.looked(
        faces: Int.random(in: 0...3, using: &random),
        pitch: Bool.random(using: &random) ? Double.random(in: -90...90, using: &random) : .nan)
      #expect(talk.frames.count <= IntentLimits.framesMax)
      #expect(talk.frames.reduce(0) { $0 + $1.picture.count } <= 400)
      #expect(talk.sound.count <= Int(IntentLimits.recordingSecondsMax) * IntentLimits.pcmRate)
      #expect(talk.shown.count <= script.count && talk.prompt <= script.count)
      #expect(zip(talk.shown, talk.shown.dropFirst()).allSatisfy(<))
      #expect(zip(talk.frames, talk.frames.dropFirst()).allSatisfy { $0.seconds < $1.seconds })
    }
  }
}

struct IntentRecordTests {
  static let will = IntentEvidence(
    mode: .read, challenged: true,
    signals: [.audioSeconds: 4.123456789, .speechSeconds: 3.2, .lipVoiceAgreement: 0.61],
    parts: [
      IntentPart(kind: .sentence, outcome: .said, signals: [.textEvidence: 2.5]),
      IntentPart(kind: .digits, outcome: .other, code: .digitsMismatch),
    ], partsAsked: 2, capabilities: [.speechRecognition, .speakerComparison])

  static let decided = IntentCase(
    face: LivenessCase(
      evidence: LivenessEvidence(
        mode: .silent, challenged: true, signals: [.clipSeconds: 4, .faceShare: 1]),
      terms: LivenessTerms()), demand: .present, will: will,
    terms: IntentTerms(
      limits: ["intent.textEvidence": 1.5], advisory: ["intent.audioSilence"]))

  @Test("a record that went over the wire decides as the case did")
  func replay() throws {
    for will in [Self.will, nil] {
      var decided = Self.decided
      decided.will = will
      let sent = try IntentRecord(
        decoding: Bytes(joining: IntentRecord(decided).encodedSegments()), limits: .standard)
      let read = try IntentCase(sent)
      #expect(read == decided)
      #expect(read.decide() == decided.decide())
      #expect(read.decide().verdict != .pass)
    }
  }

  @Test("a record of an earlier version is decided by the rules of then")
  func earlier() throws {
    var record = IntentRecord(Self.decided)
    #expect(record.policy == IntentPolicy.version)
    record.policy = "intent@1"
    let read = try IntentCase(record)
    #expect(read.policyNumber == 1 && IntentRecord(read).policy == "intent@1")
    let missing = { (decided: IntentCase) in
      decided.decide().reasons.contains { $0.signal == .speechRate }
    }
    let decided = try IntentCase(IntentRecord(Self.decided))
    #expect(!missing(read) && missing(decided))
    record.limits = [SignalValue(name: "intent.speakerMeasured", value: -1)]
    #expect((try? IntentCase(record)) != nil)
    record.policy = "intent@2"
    #expect((try? IntentCase(record)) == nil)
  }

  @Test("a record with anything unknown is not decided")
  func unknown() throws {
    let record = IntentRecord(Self.decided)
    func fails(_ change: (inout IntentRecord) -> Void) -> Bool {
      var copy = record
      change(&copy)
      return (try? IntentCase(copy)) == nil
    }
    #expect(!fails { _ in })
    #expect(fails { $0.policy = "intent@9" })
    #expect(fails { $0.face = nil })
    #expect(fails { $0.faceDemand = .unspecified })
    #expect(fails { $0.mode = .unrecognized(7) })
    #expect(fails { $0.signals.append(SignalValue(name: "luck", value: 1)) })
    #expect(fails { $0.signals.append($0.signals[0]) })
    #expect(fails { $0.parts[0].outcome = .unspecified })
    #expect(fails { $0.parts[0].code = .unrecognized(999) })
    #expect(fails { $0.limits = [SignalValue(name: "luck", value: 1)] })
    #expect(fails { $0.capabilities = ["luck"] })
  }

  @Test("words inside and on the wire are the same")
  func words() {
    #expect(
      Set(Vocabulary.IntentCode.allCases.map(\.rawValue)).isSubset(of: Set(1...18)))
    for code in Vocabulary.IntentCode.allCases {
      if case .unrecognized = Messages.IntentCode(rawValue: code.rawValue) {
        Issue.record("\(code) is not on the wire")
      }
    }
  }
}
