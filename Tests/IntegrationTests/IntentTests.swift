// Intent over real TLS: the order of steps and every refusal with its own reason, on generated faces and prepared voices;
// then the server's own reader on what can be had without a talker.

import Client
import Decisions
import FoundationEssentials
import Glibc
import Liveness
import Messages
import Observability
import RPC
import ServerApp
import Services
import Simulation
import Stubs
import Synchronization
import TestSupport
import Testing
import Vision
import Vocabulary
import Wire

/// SplitMix64.
private struct Seeded: RandomNumberGenerator, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A generated person before the camera.
private struct Scenario: Sendable {
  var seconds = 6.0
  /// When the mouth speaks.
  var mouth: [ClosedRange<Double>] = [0.6...1.5, 1.9...2.8, 3.3...4.4, 4.7...5.4]
  /// When a voice is heard.
  var voice: [ClosedRange<Double>] = [0.6...1.5, 1.9...2.8, 3.3...4.4, 4.7...5.4]
  /// When the head nods, and is shaken.
  var nods: [Double] = []
  var shakes: [Double] = []
  /// When nobody is there.
  var away: ClosedRange<Double>?
  var secondFace: ClosedRange<Double>?
  var otherPerson: ClosedRange<Double>?
  var hasSound = true
  /// Whether the pictures' own file has sound, and how long the sound is if not as long as they.
  var hasOwnSound = false
  var soundSeconds: Double?
  /// Where the text is heard.
  var span = 0.5...5.5
  var outcome = Vocabulary.SpokenOutcome.said
  var code: Vocabulary.ReasonCode?
  var digits = Vocabulary.SpokenOutcome.said
  var speaker = 0.8
  var level = -24.0
  var capabilities: Set<LivenessCapability> = [
    .speechRecognition, .speakerComparison, .digitRecognition,
  ]

  func speaks(_ spans: [ClosedRange<Double>], at time: Double) -> Bool {
    spans.contains { $0.contains(time) }
  }

  var track: FaceTrack {
    var numbers = Seeded(state: 11)
    var model = HeadModel()
    model.pointNoise = 0.2
    model.angleNoise = 0.2
    var frames: [TrackFrame] = []
    var events: [TrackEvent] = []
    for index in 0..<Int(seconds * 20) {
      let time = Double(index) / 20
      var state = HeadState()
      state.yaw = sin(0.9 * time)
      if speaks(mouth, at: time) {
        state.mouth = 0.13 + 0.1 * sin(27 * time) + 0.04 * sin(17 * time)
      }
      for nod in nods where (nod...nod + 0.6).contains(time) {
        state.pitch -= 15 * sin(.pi * (time - nod) / 0.6)
      }
      for shake in shakes where (shake...shake + 1).contains(time) {
        state.yaw += 20 * sin(4 * .pi * (time - shake))
      }
      let isAway = away?.contains(time) ?? false
      var face = isAway ? nil : model.face(state, using: &numbers)
      if index % 5 == 0 { face?.similarity = 0.85 }
      if otherPerson?.contains(time) ?? false { face?.similarity = 0.05 }
      frames.append(
        TrackFrame(
          seconds: time,
          facesSeen: isAway ? 0 : (secondFace?.contains(time) ?? false) ? 2 : 1, face: face))
    }
    if let away {
      events.append(TrackEvent(kind: .faceLost, start: away.lowerBound, end: away.upperBound))
    }
    return FaceTrack(width: 480, height: 640, frames: frames, events: events)
  }

  var sound: WaveSound {
    var numbers = Seeded(state: 5)
    let samples = (0..<Int((soundSeconds ?? seconds) * 16_000)).map { index in
      let time = Double(index) / 16_000
      let noise = Double(numbers.next() % 1000) / 1000 - 0.5
      guard speaks(voice, at: time) else { return Int16(20 * noise) }
      let envelope = 0.6 + 0.4 * sin(26 * time)
      return Int16(6000 * envelope * sin(2 * .pi * 180 * time) + 20 * noise)
    }
    return WaveSound(samples: samples, startSeconds: 0)
  }
}

/// Gives a scenario for whatever is sent.
private struct ScenarioReader: CaptureReader {
  let scenario: Scenario

  var models: [VisionModel] { [] }
  var capabilities: Set<LivenessCapability> {
    scenario.capabilities.union([.passiveLiveness])
  }
  var limits: [String: Double] { [:] }

  func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings {
    CaptureFindings(
      track: scenario.track,
      signals: [
        .presentationLooks: 5, .presentationScore: 0.95, .presentationEvidence: 0,
        .presentationRoom: 2, .presentationExpression: 0.5,
      ],
      packets: (0..<Int(scenario.seconds * 20)).map {
        ClipInfo.Packet(seconds: Double($0) / 20, bytes: 1000)
      }, hasSound: scenario.hasOwnSound,
      bestFrames: [ChosenFrame(jpeg: Bytes([9]), seconds: 1, quality: 80)])
  }

  func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [Vocabulary.LivenessSignal: Double]) {
    (1, [:])
  }
}

extension ScenarioReader {
  struct Voice: VoiceReader {
    let scenario: Scenario

    var models: [VoiceModel] {
      [VoiceModel(role: "speech", name: "prepared", sha256: "00", preprocessing: "1")]
    }
    var capabilities: Set<LivenessCapability> { scenario.capabilities }

    func parts(of script: IntentScript) throws(ServiceError) -> Int {
      script.mode == .read ? (script.digits.isEmpty ? 1 : 2) : script.count
    }

    func read(
      _ source: VoiceSource, script: IntentScript, windows: [ClosedRange<Double>], field: String,
      before deadline: Deadline
    ) async throws(ServiceError) -> VoiceFindings {
      guard scenario.hasSound else {
        throw ServiceError(
          .invalidArgument, "No sound.", ErrorDetail(.audioMissing, field: field))
      }
      let speech = scenario.voice.reduce(0.0) { $0 + $1.upperBound - $1.lowerBound }
      let good: [Vocabulary.LivenessSignal: Double] = [
        .textEvidence: 3, .textContrastMargin: 9, .textContrastsShare: 1, .textSimilarity: 96,
      ]
      var parts: [SpokenPart] = []
      if script.mode == .read {
        parts = [
          SpokenPart(
            part: IntentPart(
              kind: .sentence, outcome: scenario.outcome, code: scenario.code, signals: good),
            range: 0..<script.text.count, span: scenario.span, similarity: 96)
        ]
        if !script.digits.isEmpty {
          parts.append(
            SpokenPart(
              part: IntentPart(
                kind: .digits, outcome: scenario.digits, signals: [.digitProbabilityMin: 0.9]),
              span: 4.6...5.5))
        }
      } else {
        parts = windows.map {
          SpokenPart(
            part: IntentPart(
              kind: .answer, outcome: scenario.outcome, signals: [.answerSpeechSeconds: 0.8]),
            span: $0.lowerBound...$0.lowerBound + 0.5, transcript: "同意", answer: 0)
        }
      }
      return VoiceFindings(
        sound: scenario.sound, voiced: scenario.voice,
        signals: [
          .audioSeconds: scenario.seconds, .speechSeconds: speech,
          .speechShare: speech / scenario.seconds, .audioLevel: scenario.level,
          .audioNoiseRatio: 30, .audioClippedShare: 0, .speechRate: 4,
          .speakerSimilarityMin: scenario.speaker,
        ], parts: parts, transcript: "我自愿办理", similarity: 96)
    }
  }
}

/// A clock that stands still unless it is moved.
private final class HandClock: Sendable {
  private let start = Moment.now
  private let seconds = Mutex(0)

  var moment: Moment { start + .seconds(seconds.withLock { $0 }) }

  func advance(seconds more: Int) { seconds.withLock { $0 += more } }
}

@Suite(.enabled(if: Workplace.isSetUp, "run `make setup` first"))
struct IntentTests {
  /// Runs `body` with a client of a server whose pictures and sound are `scenario`.
  private static func withIntent(
    _ scenario: Scenario, demand: Vocabulary.FaceDemand = .live,
    clock hands: HandClock = HandClock(), _ profile: Profile = .native,
    _ body: (IntentClient) async throws -> Void
  ) async throws {
    let (core, _) = try await LiveServer.started.value
    let engine = try #require(core.engine)
    let analyzer = try FaceAnalyzer(engine: engine)
    let clock = ServiceClock(
      unixMilliseconds: { 1_800_000_000_000 }, moment: { hands.moment })
    let desk = IntentDesk(
      captures: CaptureDesk(
        challenges: Challenges(
          book: ChallengeBook(store: ChallengeMemory(), signer: PlainSigner()), clock: clock,
          numbers: { Seeded(state: 1) }), uploads: UploadStore { "u" },
        pipeline: LivenessPipeline(
          reader: ScenarioReader(scenario: scenario),
          replays: ReplayWindow(
            key: ReplayKey(PlainSigner()), records: MemoryReplayRecords(.standard)),
          clock: clock),
        analyzer: analyzer, faces: FaceComparePolicy(quality: .standard), clock: clock),
      voices: ScenarioReader.Voice(scenario: scenario))
    let scene = Scene(
      threshold: 80, thresholdFloor: 70, qualityLevel: 2, portraitQualityLevel: 1,
      cardWarnings: CardWarningTerms(stopOn: [], reviewOn: []), faceDemand: demand)
    let router = Router(
      services: [
        MediaService(IntentRoutes(IntentHandlers(desk: desk, scenes: Scenes(default: scene))))
      ],
      openServices: [],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: 8)]),
        isServing: { true }), metrics: CallMetrics(), log: .silent,
      newID: {
        var numbers = SystemRandomNumberGenerator()
        return CallID.random(using: &numbers)
      })
    try await ColdServer.overTLS(router, profile) { client, _ in
      try await body(IntentClient(client))
    }
  }

  private struct PlainSigner: ChallengeSigner, KeyedDigest {
    func code(of message: [UInt8]) -> [UInt8] {
      var sum = [UInt8](repeating: 7, count: 32)
      for (index, byte) in message.enumerated() { sum[index % 32] = sum[index % 32] &* 31 &+ byte }
      return sum
    }
  }

  private static func reading(digits: UInt32 = 0) -> CreateIntentChallengeRequest {
    var request = CreateIntentChallengeRequest()
    request.mode = .read
    request.text = "我自愿办理这笔业务"
    request.confirmDigits = digits
    request.sessionId = "s"
    return request
  }

  private static func nodding(_ count: Int) -> CreateIntentChallengeRequest {
    var request = CreateIntentChallengeRequest()
    request.mode = .nod
    request.prompts = (0..<count).map { "第\($0)项" }
    request.sessionId = "s"
    return request
  }

  private static func verify(
    _ client: IntentClient, _ id: String, shown: [UInt32] = [],
    _ change: (inout VerifyIntentRequest) -> Void = { _ in }
  ) async throws(ServiceError) -> VerifyIntentResponse {
    var request = VerifyIntentRequest()
    request.sessionId = "s"
    request.challengeId = id
    request.shownMs = shown
    change(&request)
    let call = try await client.verify()
    var first = VerifyIntentPart()
    first.request = request
    try await call.send(first)
    for byte in [UInt8(1), 2] {
      var part = VerifyIntentPart()
      part.video = Bytes([byte])
      try await call.send(part)
    }
    return try await call.answer()
  }

  /// The answer to a text that is read in `scenario`.
  private static func read(
    _ scenario: Scenario, digits: UInt32 = 0, demand: Vocabulary.FaceDemand = .live,
    _ profile: Profile = .native
  ) async throws -> VerifyIntentResponse {
    var answer: VerifyIntentResponse?
    try await withIntent(scenario, demand: demand, profile) { client in
      let challenge = try #require(
        try await client.createChallenge(reading(digits: digits)).challenge)
      #expect(challenge.confirmCode.count == Int(digits))
      answer = try await verify(client, challenge.id)
    }
    return try #require(answer)
  }

  @Test(
    "who reads the text aloud passes, and everything goes back",
    arguments: [Profile.native, .compat])
  func passes(profile: Profile) async throws {
    let answer = try await Self.read(Scenario(), digits: 4, profile)
    #expect(answer.verdict == .pass, "\(answer.reasons)")
    #expect(answer.reasons.first?.code == .intentShown)
    #expect(answer.header?.policy == IntentPolicy.version && answer.header?.resultClass == .verdict)
    let intent = try #require(answer.intent)
    #expect(intent.code == .ok && intent.mode == .read)
    #expect(intent.sentences.count == 2 && intent.sentences.allSatisfy { $0.outcome == .said })
    #expect(intent.audio.count == 44 + 2 * 6 * 16_000 && intent.audioSha256.count == 32)
    #expect(intent.sentences[0].audio.count == 44 + 2 * 5 * 16_000)
    #expect(intent.similarity == 96 && !intent.transcript.isEmpty)
    #expect(intent.risks.contains(.syntheticVoice) && !intent.risks.contains(.foreseeableText))
    #expect(intent.risks.contains(.personNotCompared))
    #expect(answer.reasons.contains { $0.code == .voiceOriginUnknown && $0.advisory })
    #expect((intent.measures?.lipVoiceAgreement ?? 0) > 0.5)
    #expect((intent.measures?.mouthMovingRatio ?? 0) > 0.8)
    // The record decides again as the server did.
    let record = try #require(intent.record)
    #expect(try IntentCase(record).decide().verdict == .pass)
  }

  @Test("every way that it is not so has its own reason")
  func refused() async throws {
    func expect(
      _ verdict: Messages.Verdict, _ code: Messages.ReasonCode, digits: UInt32 = 0,
      demand: Vocabulary.FaceDemand = .live, _ change: (inout Scenario) -> Void
    ) async throws {
      var scenario = Scenario()
      change(&scenario)
      let answer = try await Self.read(scenario, digits: digits, demand: demand)
      #expect(answer.verdict == verdict, "\(code): \(answer.reasons.map(\.code))")
      #expect(answer.reasons.first?.code == code, "\(answer.reasons)")
      #expect(answer.header?.resultClass == (verdict == .inconclusive ? .noResult : .verdict))
      let record = try #require(answer.intent?.record)
      #expect(try IntentCase(record).decide().verdict.rawValue == answer.verdict.rawValue)
    }
    try await expect(.reject, .textMismatch) { $0.outcome = .other }
    try await expect(.reject, .textMeaningChanged) {
      $0.outcome = .other
      $0.code = .textMeaningChanged
    }
    try await expect(.inconclusive, .textIncomplete) {
      $0.outcome = .unclear
      $0.code = .textIncomplete
    }
    try await expect(.reject, .digitsMismatch, digits: 4) { $0.digits = .other }
    try await expect(.reject, .speakerChanged) { $0.speaker = 0.1 }
    // A silent mouth with a voice over it; a mouth that moves without a voice; another's words on these lips.
    try await expect(.reject, .mouthStill) { $0.mouth = [] }
    try await expect(.inconclusive, .voiceMissing) { $0.voice = [] }
    try await expect(.inconclusive, .audioMissing) { $0.hasSound = false }
    try await expect(.review, .mouthWithoutVoice) {
      $0.seconds = 12
      $0.mouth.append(6...11)
    }
    try await expect(.reject, .lipVoiceMismatch) {
      $0.mouth = [0.0...0.3, 0.9...2, 2.4...3.7, 4.1...5, 5.2...6]
      $0.voice = [0.35...1.4, 2.05...2.8, 3.4...4.5, 5.05...5.6]
    }
    // The text is heard when the pictures are over; nearly all is heard on them, the text is not.
    try await expect(.inconclusive, .recordingCut) {
      $0.soundSeconds = 20
      $0.voice = [8...9, 10...12]
      $0.span = 8...12
    }
    try await expect(.inconclusive, .recordingCut) {
      $0.soundSeconds = 20
      $0.voice.append(8...8.1)
      $0.span = 8...12
    }
    try await expect(.inconclusive, .speechTooQuiet) { $0.level = -60 }
    try await expect(.inconclusive, .faceLost) { $0.away = 2...3.5 }
    try await expect(.inconclusive, .multipleFaces) { $0.secondFace = 1...4 }
    try await expect(.reject, .personChanged) { $0.otherPerson = 3...6 }
    try await expect(.inconclusive, .modelMissing) { $0.capabilities = [] }
    try await expect(.review, .modelMissing) { $0.capabilities = [.speechRecognition] }
  }

  @Test("nods to each prompt pass without a sound; a missing one, and a shaken head, do not")
  func nods() async throws {
    func nod(
      _ nods: [Double], shakes: [Double] = [], count: Int = 2, shown: [UInt32] = [500, 2500]
    ) async throws -> VerifyIntentResponse {
      var scenario = Scenario(seconds: 6, mouth: [], voice: [], hasSound: false)
      scenario.nods = nods
      scenario.shakes = shakes
      var answer: VerifyIntentResponse?
      try await Self.withIntent(scenario) { client in
        let challenge = try #require(
          try await client.createChallenge(Self.nodding(count)).challenge)
        #expect(challenge.prompts.count == count && challenge.text.isEmpty)
        answer = try await Self.verify(client, challenge.id, shown: shown)
      }
      return try #require(answer)
    }
    let passed = try await nod([1, 3])
    #expect(passed.verdict == .pass, "\(passed.reasons)")
    #expect(passed.intent?.prompts.map(\.nodded) == [true, true])
    #expect(passed.intent?.audio.isEmpty == true)
    let missing = try await nod([1])
    #expect(missing.verdict == .inconclusive)
    #expect(missing.reasons.first?.code == .promptNotNodded)
    #expect(missing.intent?.code == .notConfirmed)
    #expect(missing.intent?.userMessages.first == .nodToEachPrompt)
    // Two nods to one prompt are one.
    #expect(try await nod([0.8, 1.7]).verdict != .pass)
    // Before the prompt was shown is not to it.
    #expect(try await nod([0.1, 3], shown: [1500, 2500]).verdict != .pass)
    let shaken = try await nod([1], shakes: [3])
    #expect(shaken.verdict == .reject)
    #expect(shaken.reasons.first?.code == .intentRefused, "\(shaken.reasons)")
  }

  @Test("questions are told without their answers, and each has its own")
  func answers() async throws {
    var request = CreateIntentChallengeRequest()
    request.mode = .qa
    request.sessionId = "s"
    request.questions = [
      IntentQuestion(question: "是否自愿？", answers: ["是的"]),
      IntentQuestion(question: "是否同意？", answers: ["同意"]),
    ]
    let asked = request
    func answer(
      _ scenario: Scenario, shown: [UInt32] = [100, 3000]
    ) async throws -> VerifyIntentResponse {
      var answer: VerifyIntentResponse?
      try await Self.withIntent(scenario) { client in
        let challenge = try #require(try await client.createChallenge(asked).challenge)
        #expect(challenge.questions == ["是否自愿？", "是否同意？"])
        #expect(challenge.answerSeconds == 10)
        answer = try await Self.verify(client, challenge.id, shown: shown)
      }
      return try #require(answer)
    }
    let passed = try await answer(Scenario())
    #expect(passed.verdict == .pass, "\(passed.reasons)")
    #expect(passed.intent?.answers.map(\.answer) == [0, 0])
    #expect(passed.intent?.answers[0].audio.isEmpty == false)
    let other = try await answer(Scenario(outcome: .other))
    #expect(other.verdict == .reject && other.reasons.first?.code == .answerMismatch)
    #expect(other.reasons.first?.field == "answers[0]")
    // The second question is shown when the pictures are over.
    let late = try await answer(Scenario(), shown: [100, 8000])
    #expect(late.verdict == .inconclusive, "\(late.reasons)")
    #expect(late.intent?.answers.map(\.outcome) == [.said, .unclear])
    #expect(late.reasons.contains { $0.code == .recordingCut && $0.field == "answers[1]" })
    let nothing = try await answer(Scenario(outcome: .nothing))
    #expect(nothing.reasons.first?.code == .answerMissing)
  }

  @Test("a challenge is one session's, one mode's, and works once; mistakes leave it as it was")
  func challenges() async throws {
    try await Self.withIntent(Scenario()) { client in
      let id = try #require(try await client.createChallenge(Self.reading()).challenge).id
      func refused(_ change: @escaping (inout VerifyIntentRequest) -> Void) async
        -> ErrorSymbol?
      {
        await failure { () async throws(ServiceError) in
          try await Self.verify(client, id, change)
        }?.detail.symbol
      }
      #expect(await refused { $0.sessionId = "other" } == .challengeOfOtherSession)
      #expect(await refused { $0.challengeId = "none" } == .challengeUnknown)
      #expect(await refused { $0.challengeId = "" } == .missingField)
      #expect(await refused { $0.shownMs = [1] } == .outOfRange)
      #expect(await refused { $0.shownMs = [2, 1] } == .outOfRange)
      #expect(await refused { $0.audioStartedMs = 9_000 } == .outOfRange)
      #expect(await refused { $0.bestFrames = 11 } == .outOfRange)
      #expect(await refused { $0.uploadId = "x" } == .outOfRange)
      #expect(await refused { _ in } == nil)
      #expect(await refused { _ in } == .challengeUsed)
    }
  }

  @Test("a video that has sound is not judged by another sound")
  func twoSounds() async throws {
    for (hasOwnSound, symbol) in [(true, .outOfRange), (false, nil)] as [(Bool, ErrorSymbol?)] {
      try await Self.withIntent(Scenario(hasOwnSound: hasOwnSound)) { client in
        let id = try #require(try await client.createChallenge(Self.reading()).challenge).id
        let refused = await failure { () async throws(ServiceError) in
          let call = try await client.verify()
          var part = VerifyIntentPart()
          part.request = VerifyIntentRequest(sessionId: "s", challengeId: id)
          part.video = Bytes([1])
          part.audio = Bytes([2])
          try await call.send(part)
          return try await call.answer()
        }
        #expect(refused?.detail.symbol == symbol)
        if symbol != nil { #expect(refused?.detail.field == "audio") }
      }
    }
  }

  @Test("a conversation that stops and then sends all at once is not decided for its person")
  func lateConversation() async throws {
    let picture = try DemoPicture.bytes("selfie.jpg")
    let clock = HandClock()
    try await Self.withIntent(Scenario(), clock: clock) { client in
      let challenge = try #require(
        try await client.createChallenge(Self.reading()).challenge)
      let call = try await client.converse()
      var opening = ConverseRequest()
      opening.start = VerifyIntentRequest(sessionId: "s", challengeId: challenge.id)
      try await call.send(opening)
      #expect(try await call.responses.next()?.event?.kind == .begin)
      #expect(try await call.responses.next()?.event?.kind == .prompt)
      clock.advance(seconds: 120)
      var message = ConverseRequest()
      message.frames = [CapturedFrame(jpeg: picture, deviceTimeMs: 10_000)]
      message.pcm = Scenario().sound.cut(0...1).wav[44..<32_044]
      message.pcmTimeMs = 10_000
      message.finish = true
      try await call.send(message)
      call.closeSend()
      var verdict: VerifyIntentResponse?
      while let response = try await call.responses.next() {
        if let answer = response.verdict { verdict = answer }
      }
      #expect(verdict?.verdict == .inconclusive)
      #expect(
        verdict?.reasons.contains {
          $0.code == .recordingCut && $0.signal == "conversationLagSecondsMax"
        } == true, "\(verdict?.reasons ?? [])")
    }
  }

  @Test(
    "a conversation leads through the prompts and ends with the verdict",
    arguments: [Profile.native, .compat])
  func converse(profile: Profile) async throws {
    let picture = try DemoPicture.bytes("selfie.jpg")
    try await Self.withIntent(Scenario(), profile) { client in
      let challenge = try #require(
        try await client.createChallenge(Self.reading()).challenge)
      let call = try await client.converse()
      var start = VerifyIntentRequest()
      start.sessionId = "s"
      start.challengeId = challenge.id
      var opening = ConverseRequest()
      opening.start = start
      try await call.send(opening)
      #expect(try await call.responses.next()?.event?.kind == .begin)
      let prompt = try #require(try await call.responses.next()?.event)
      #expect(prompt.kind == .prompt && prompt.text == challenge.text)
      let sound = Scenario().sound
      for index in 0..<12 {
        var message = ConverseRequest()
        message.frames = [
          CapturedFrame(jpeg: picture, deviceTimeMs: 10_000 + UInt64(index) * 500)
        ]
        message.pcm = sound.cut(Double(index) / 2...Double(index + 1) / 2).wav
        message.pcm = message.pcm[44..<message.pcm.count]
        message.pcmTimeMs = 10_000
        message.shown = index == 0
        message.finish = index == 11
        try await call.send(message)
      }
      call.closeSend()
      var events: [ConverseEventKind] = []
      var verdict: VerifyIntentResponse?
      while let response = try await call.responses.next() {
        if let event = response.event { events.append(event.kind) }
        if let answer = response.verdict { verdict = answer }
      }
      #expect(events.contains(.speechBegan))
      #expect(!events.contains(.faceLost))
      #expect(verdict?.verdict == .pass, "\(verdict?.reasons ?? [])")
      #expect(verdict?.intent?.audio.count == 44 + 2 * 6 * 16_000)
      // It is used up, by either way of answering.
      let again = await failure { () async throws(ServiceError) in
        try await Self.verify(client, challenge.id)
      }
      #expect(again?.detail.symbol == .challengeUsed)
    }
  }

  @Test(
    "the server itself: a photo that pretends to be a person nods to nothing"
  )
  func server() async throws {
    try await LiveServer.withClient { client in
      let intent = IntentClient(client)
      let challenge = try #require(
        try await intent.createChallenge(Self.nodding(1)).challenge)
      // Of Intent: nobody else's service takes it.
      var detect = DetectLivenessRequest()
      detect.capture = try LivenessTests.still("selfie.jpg")
      detect.challengeId = challenge.id
      detect.sessionId = "s"
      let foreign = detect
      let refused = await failure { () async throws(ServiceError) in
        try await BasicClient(client).detectLiveness(foreign)
      }
      #expect(refused?.detail.symbol == .challengeModeWrong)

      let frames = try LivenessTests.still("selfie.jpg").frames
      let call = try await intent.verify()
      var first = VerifyIntentPart()
      first.request = VerifyIntentRequest(
        sessionId: "s", challengeId: challenge.id, shownMs: [100])
      first.frames = frames
      try await call.send(first)
      let answer = try await call.answer()
      #expect(answer.verdict != .pass && answer.verdict != .unknown)
      #expect(answer.intent?.prompts.map(\.nodded) == [false])
      #expect(answer.reasons.contains { $0.code == .promptNotNodded }, "\(answer.reasons)")
      let record = try #require(answer.intent?.record)
      #expect(try IntentCase(record).decide().verdict.rawValue == answer.verdict.rawValue)
    }
  }
}
