// How often texts are taken as said that were, and that were not.

internal import Decisions
internal import FoundationEssentials
internal import Services
package import Speech
package import SpokenText
internal import Vocabulary

/// What a text has to do with what is said.
package enum SpeechTrialKind: String, Sendable, CaseIterable {
  /// It is what is said.
  case trueText
  /// It is said in another recording.
  case other
  /// So many of its syllables were replaced.
  case changed3
  case changed2
  case changed1
  /// A "not" was put in or taken out, or an amount changed.
  case negated
  /// Only its first half is said: the recording ends in the middle.
  case halfRead
  /// It goes on after what is said.
  case continued
  /// It is the beginning of what is said: the recording goes on.
  case saidMore
}

/// One text held against one recording.
package struct SpeechTrial: Sendable {
  /// How one part of the text was said.
  package struct Part: Sendable {
    package var scores: TextScores
    /// Margins are empty where the scores refuse the text at any point.
    package var measures: TextMeasures
    /// Whether all was heard to the end.
    package var isWhole: Bool
    /// Whether nothing else is expected after it.
    package var isLast: Bool

    package init(scores: TextScores, measures: TextMeasures, isWhole: Bool, isLast: Bool) {
      self.scores = scores
      self.measures = measures
      self.isWhole = isWhole
      self.isLast = isLast
    }

    init(_ reading: PartReading) {
      self.init(
        scores: reading.scores, measures: reading.measures, isWhole: reading.isHeardOut,
        isLast: reading.isLast)
    }
  }

  /// Number of the recording in its list.
  package let clip: Int
  package let speaker: String
  package let condition: SpeechCondition
  package let kind: SpeechTrialKind
  /// Empty: nothing was recognised, or the recording could not be read.
  package let parts: [Part]
  /// What Intent's policy makes of it, as far as it is heard.
  package let decision: SoundDecision

  package init(
    clip: Int, speaker: String, condition: SpeechCondition, kind: SpeechTrialKind, parts: [Part],
    decision: SoundDecision
  ) {
    self.clip = clip
    self.speaker = speaker
    self.condition = condition
    self.kind = kind
    self.parts = parts
    self.decision = decision
  }

  /// The worst part's.
  package var similarity: Double {
    parts.map { SpeechSimilarity.of($0.scores, $0.measures, isLast: $0.isLast) }.min() ?? 0
  }

  /// Whether the words were said, at `point`.
  package func isAccepted(at point: SpeechPoint) -> Bool {
    judgement(at: point).verdict == .accept
  }

  package func judgement(at point: SpeechPoint) -> SpeechJudgement {
    SpeechJudgement(parts.map { ($0.scores, $0.measures, $0.isWhole, $0.isLast) }, point)
  }
}

/// One code held against one recording.
package struct CodeTrial: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// It is what is said.
    case trueCode
    /// One digit is another.
    case oneWrong
    case random
    /// It is said, and a sentence after it or before it.
    case besideWords
  }

  package let kind: Kind
  package let speaker: String
  /// Nil: nothing was recognised.
  package let reading: CodeReading?
}

/// A recording that could not be read: none of its texts is accepted.
package struct UnreadClip: Sendable, Equatable {
  package let path: String
  package let reason: String
}

/// What came of a list.
package struct SpeechRun: Sendable {
  package var texts: [SpeechTrial] = []
  package var codes: [CodeTrial] = []
  package var unread: [UnreadClip] = []
  /// Texts that were not tried, by kind and why; the same in every condition, and counted once.
  package var skipped: [SpeechTrialKind: [String: Int]] = [:]
}

/// How many texts are tried with each recording.
package struct SpeechTrialPlan: Sendable {
  package var others = 4
  package var changed = 5
  package var negated = 3
  package var codesOfSpeaker = 10
  package var wrongCodes = 3
  package var conditions = SpeechCondition.allCases
  /// What is tried; codes are apart.
  package var kinds = Set(SpeechTrialKind.allCases)
  package var hasCodes = true
  /// How many texts of several sentences are composed.
  package var longTexts = 0
  /// Fewest characters of a text that is said beyond, and fewest beyond it: what is shorter may be a word that clears the
  /// throat.
  static let saidMoreCharactersMin = 4
  package var seed: UInt64
  /// Recordings at most; nil: all.
  package var limit: Int?
  /// What no point whose rates are formed goes below: texts that are refused there are weighed no further.
  package var floor = SpeechFloor(
    SpeechPoint.all.map(\.scores) + OperatingPoint.all)

  package init(
    seed: UInt64, limit: Int? = nil, conditions: [SpeechCondition] = SpeechCondition.allCases
  ) {
    self.seed = seed
    self.limit = limit
    self.conditions = conditions
  }
}

/// Listens to labelled recordings with the product's own pipeline. Everything random comes from the plan's seed, recording by
/// recording.
package struct SpeechEvaluation: Sendable {
  let reader: SpeechReader
  let pinyin: PinyinTable
  private let atOnce: Int

  package init(reader: SpeechReader, pinyin: PinyinTable, atOnce: Int) {
    self.reader = reader
    self.pinyin = pinyin
    self.atOnce = max(1, atOnce)
  }

  struct Sound: Sendable {
    /// In its list; everything random comes from it.
    let number: Int
    let clip: SpokenClip
    let samples: [Float]
    let segments: [VoicedSegment]
  }

  /// Sets of single digits, and of codes.
  static let digitSet = "digits_sh"
  static let codeSet = "digit_codes"

  /// All trials of `clips`. What cannot be read costs its own trials, not the run.
  package func run(
    _ clips: [SpokenClip], _ plan: SpeechTrialPlan,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> SpeechRun {
    var spoken = clips.filter { $0.set != Self.digitSet && $0.set != Self.codeSet }
    if let limit = plan.limit { spoken = Array(spoken.prefix(limit)) }
    let (sounds, unread) = await listen(spoken)
    var run = SpeechRun(unread: unread)
    run.texts = unreadTrials(spoken, unread, plan)
    let wanted = sounds.indices.map { texts(for: $0, sounds, plan) }
    for texts in wanted {
      for (kind, reasons) in texts.skipped {
        run.skipped[kind, default: [:]].merge(reasons, uniquingKeysWith: +)
      }
    }
    let (codes, unreadCodes) = plan.hasCodes ? await codeSounds(clips, plan) : ([], [])
    run.unread += unreadCodes
    let jobs = sounds.indices.flatMap { index in
      plan.conditions.map { (index, $0) }
    }
    let total = jobs.count + codes.count
    run.texts += await inParallel(
      jobs, progress: { progress($0, total) },
      body: { job in await trials(of: job.0, in: job.1, sounds, wanted[job.0].texts, plan) }
    ).flatMap(\.self)
    run.codes = await inParallel(
      Array(codes.enumerated()), progress: { progress(jobs.count + $0, total) },
      body: { job in await codeTrials(job.element, sounds, plan.numbers(job.offset, 7), plan) }
    ).flatMap(\.self)
    run.codes += unreadCodes.map { _ in CodeTrial(kind: .trueCode, speaker: "", reading: nil) }
    return run
  }

  /// The own texts of recordings that could not be read: not accepted anywhere.
  private func unreadTrials(
    _ clips: [SpokenClip], _ unread: [UnreadClip], _ plan: SpeechTrialPlan
  ) -> [SpeechTrial] {
    guard plan.kinds.contains(.trueText) else { return [] }
    let paths = Set(unread.map(\.path))
    return clips.enumerated().filter { paths.contains($0.element.path) }.flatMap { number, clip in
      plan.conditions.map {
        SpeechTrial(
          clip: number, speaker: clip.speaker, condition: $0, kind: .trueText, parts: [],
          decision: .unread)
      }
    }
  }

  /// What `body` makes of each of `jobs`, a few at a time, in their order.
  func inParallel<Job: Sendable, Result: Sendable>(
    _ jobs: [Job], progress: @Sendable (Int) -> Void,
    body: @escaping @Sendable (Job) async -> Result
  ) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: jobs.count)
      var next = 0
      var done = 0
      func add() {
        guard next < jobs.count else { return }
        let (index, job) = (next, jobs[next])
        group.addTask { (index, await body(job)) }
        next += 1
      }
      for _ in 0..<atOnce { add() }
      for await (index, result) in group {
        results[index] = result
        done += 1
        progress(done)
        add()
      }
      return results.compactMap { $0 }
    }
  }

  func listen(_ clips: [SpokenClip]) async -> (sounds: [Sound], unread: [UnreadClip]) {
    var sounds: [Sound] = []
    var unread: [UnreadClip] = []
    for (number, clip) in clips.enumerated() {
      guard let data = try? Data(contentsOf: URL(filePath: clip.path)) else {
        unread.append(UnreadClip(path: clip.path, reason: "cannot be opened"))
        continue
      }
      let task = SpeechTask(wantVoice: false, keepsSamples: true)
      do throws(ServiceError) {
        let reading = try await reader.read(
          .encoded(Bytes(data)), task, field: "clip", before: .never)
        sounds.append(
          Sound(number: number, clip: clip, samples: reading.samples, segments: reading.segments))
      } catch {
        unread.append(UnreadClip(path: clip.path, reason: error.message))
      }
    }
    return (sounds, unread)
  }

  // MARK: Texts

  /// What is tried with one recording, in every condition the same.
  private struct Wanted: Sendable {
    var texts: [(kind: SpeechTrialKind, text: ExpectedText)] = []
    var skipped: [SpeechTrialKind: [String: Int]] = [:]

    mutating func skip(_ kind: SpeechTrialKind, _ reason: String) {
      skipped[kind, default: [:]][reason, default: 0] += 1
    }

    /// A list may say less about its texts than a challenge does: what cannot be asked for is left out.
    mutating func add(_ kind: SpeechTrialKind, _ text: String?, _ pinyin: PinyinTable) {
      guard let text else { return skip(kind, "the text does not allow it") }
      do throws(UnreadableText) {
        texts.append((kind, try ExpectedText(text, field: "text", pinyin: pinyin)))
      } catch {
        skip(kind, "cannot be asked for: \(error.reason.name)")
      }
    }
  }

  private func texts(for index: Int, _ sounds: [Sound], _ plan: SpeechTrialPlan) -> Wanted {
    let sound = sounds[index]
    var textNumbers = plan.numbers(sound.number, 100)
    let others = sounds.indices.filter { sounds[$0].clip.text != sound.clip.text }
    var wanted = Wanted()
    func add(_ kind: SpeechTrialKind, _ text: String?) {
      if plan.kinds.contains(kind) { wanted.add(kind, text, pinyin) }
    }
    add(.trueText, sound.clip.text)
    for other in others.shuffled(using: &textNumbers).prefix(plan.others) {
      add(.other, sounds[other].clip.text)
    }
    func add(_ kind: SpeechTrialKind, _ mutation: SpokenTextMutation, _ count: Int) {
      for number in 0..<count {
        var mutationNumbers = plan.numbers(sound.number, 200 + 10 * kind.order + number)
        add(kind, mutation.apply(to: sound.clip.text, pinyin: pinyin, using: &mutationNumbers))
      }
    }
    add(.changed3, .substituted(syllables: 3), plan.changed)
    add(.changed2, .substituted(syllables: 2), plan.changed)
    add(.changed1, .substituted(syllables: 1), plan.changed)
    add(.negated, .negated, plan.negated)
    add(.negated, .amountChanged, 1)
    if let other = others.randomElement(using: &textNumbers) {
      add(
        .continued,
        SpokenTextMutation.continued(
          sound.clip.text, with: sounds[other].clip.text, readShare: 0.6, pinyin: pinyin))
    }
    add(
      .saidMore,
      SpokenTextMutation.shortened(
        sound.clip.text, to: 0.6, least: SpeechTrialPlan.saidMoreCharactersMin, pinyin: pinyin))
    if plan.kinds.contains(.halfRead), sound.segments.isEmpty {
      wanted.skip(.halfRead, "nobody speaks in the recording")
    } else {
      add(.halfRead, sound.clip.text)
    }
    return wanted
  }

  private func trials(
    of index: Int, in condition: SpeechCondition, _ sounds: [Sound],
    _ texts: [(kind: SpeechTrialKind, text: ExpectedText)], _ plan: SpeechTrialPlan
  ) async -> [SpeechTrial] {
    let sound = sounds[index]
    var numbers = plan.numbers(
      sound.number, SpeechCondition.allCases.firstIndex(of: condition) ?? 0)
    let samples = condition.apply(
      to: sound.samples, others: sounds.indices.filter { $0 != index }.map { sounds[$0].samples },
      using: &numbers)
    var trials = await score(
      texts.filter { $0.kind != .halfRead }, samples, sound, condition, plan.floor)
    let halves = texts.filter { $0.kind == .halfRead }
    if !halves.isEmpty, let first = sound.segments.first, let last = sound.segments.last {
      let middle = Int((first.start + last.end) / 2 * SpeechCondition.rate)
      trials += await score(halves, Array(samples.prefix(middle)), sound, condition, plan.floor)
    }
    return trials
  }

  private func score(
    _ texts: [(kind: SpeechTrialKind, text: ExpectedText)], _ samples: [Float], _ sound: Sound,
    _ condition: SpeechCondition, _ floor: SpeechFloor
  ) async -> [SpeechTrial] {
    func trial(
      _ kind: SpeechTrialKind, _ parts: [PartReading], _ heard: HeardSound?, asked: Int
    ) -> SpeechTrial {
      SpeechTrial(
        clip: sound.number, speaker: sound.clip.speaker, condition: condition, kind: kind,
        parts: parts.map(SpeechTrial.Part.init),
        decision: heard?.decision(on: parts, asked: asked) ?? .unread)
    }
    func read(_ expected: ExpectedSpeech) async -> SpeechReading? {
      try? await reader.read(
        .samples(samples, startSeconds: 0), SpeechTask(expected: expected, keepsSamples: true),
        field: "clip", before: .never)
    }
    let voices = SpeechVoiceReader(speech: reader, pinyin: pinyin)
    // One hearing for all texts of one part; those of several have to be found in the recording first.
    let short = texts.filter { $0.text.parts.count == 1 }
    let reading = short.isEmpty ? nil : await read(.each(short.map(\.text.parts[0]), floor: floor))
    let heard = reading.map { HeardSound($0, voices) }
    var readings = [[PartReading]](repeating: [], count: short.count)
    for (place, part) in reading?.answers ?? [] { readings[place] = [part] }
    var trials = zip(short, readings).map { trial($0.kind, $1, heard, asked: 1) }
    for (kind, text) in texts where text.parts.count > 1 {
      let reading = await read(.text(text))
      trials.append(
        trial(
          kind, reading?.parts ?? [], reading.map { HeardSound($0, voices) },
          asked: text.parts.count))
    }
    return trials
  }

  // MARK: Codes

  private struct CodeSound: Sendable {
    let digits: [Int]
    let samples: [Float]
    let speaker: String
  }

  /// Codes as they were recorded, and others composed of recorded digits.
  private func codeSounds(
    _ clips: [SpokenClip], _ plan: SpeechTrialPlan
  ) async -> ([CodeSound], [UnreadClip]) {
    var codes: [CodeSound] = []
    let (whole, unreadCodes) = await listen(clips.filter { $0.set == Self.codeSet })
    for sound in whole {
      guard let digits = Self.digits(sound.clip.text) else { continue }
      codes.append(
        CodeSound(digits: digits, samples: sound.samples, speaker: sound.clip.speaker))
    }
    var single: [String: [Int: [Float]]] = [:]
    let (digits, unreadDigits) = await listen(clips.filter { $0.set == Self.digitSet })
    for sound in digits {
      guard let digits = Self.digits(sound.clip.text), digits.count == 1 else { continue }
      single[sound.clip.speaker, default: [:]][digits[0]] = Self.voiced(sound)
    }
    for (number, speaker) in single.keys.sorted().enumerated() {
      guard let digits = single[speaker], digits.count == 10 else { continue }
      for code in 0..<plan.codesOfSpeaker {
        var numbers = plan.numbers(number, 300 + code)
        let count = Int.random(in: 4...6, using: &numbers)
        let wanted = DigitCode.random(count: count, using: &numbers).digits
        var samples = [Float](repeating: 0, count: 4800)
        for digit in wanted {
          samples += digits[digit] ?? []
          let pause = Int.random(in: 1600...4800, using: &numbers)
          samples += [Float](repeating: 0, count: pause)
        }
        codes.append(CodeSound(digits: wanted, samples: samples, speaker: speaker))
      }
    }
    return (plan.limit.map { Array(codes.prefix($0)) } ?? codes, unreadCodes + unreadDigits)
  }

  /// What is said, with a little around it.
  static func voiced(_ sound: Sound) -> [Float] {
    guard let first = sound.segments.first, let last = sound.segments.last else {
      return sound.samples
    }
    let begin = max(0, Int((first.start - 0.1) * SpeechCondition.rate))
    let end = min(sound.samples.count, Int((last.end + 0.1) * SpeechCondition.rate))
    return Array(sound.samples[begin..<max(begin, end)])
  }

  /// Characters that may be digits.
  private static let digitCharacters: Set<Character> = Set("零〇一二两三四五六七八九幺十百千万")

  private static func digits(_ text: String) -> [Int]? {
    let words = Array("零一二三四五六七八九")
    let digits = text.compactMap { words.firstIndex(of: $0) }
    return digits.count == text.count && !digits.isEmpty ? digits : nil
  }

  private func codeTrials(
    _ sound: CodeSound, _ spoken: [Sound], _ numbers: SplitMix64, _ plan: SpeechTrialPlan
  ) async -> [CodeTrial] {
    var numbers = numbers
    var wanted: [(CodeTrial.Kind, [Int])] = [(.trueCode, sound.digits)]
    for _ in 0..<plan.wrongCodes {
      var wrong = sound.digits
      let place = Int.random(in: 0..<wrong.count, using: &numbers)
      wrong[place] = (wrong[place] + Int.random(in: 1...9, using: &numbers)) % 10
      wanted.append((.oneWrong, wrong))
      var random = sound.digits
      while zip(random, sound.digits).count(where: { $0 != $1 }) < 2 {
        random = random.map { _ in Int.random(in: 0...9, using: &numbers) }
      }
      wanted.append((.random, random))
    }
    var trials = await score(wanted, sound.samples, sound.speaker)
    let sentences = spoken.filter {
      $0.clip.text.count >= SpeechTrialPlan.saidMoreCharactersMin
        && !$0.clip.text.contains(where: Self.digitCharacters.contains)
    }
    guard let words = sentences.randomElement(using: &numbers).map(Self.voiced) else {
      return trials
    }
    let pause = [Float](repeating: 0, count: 4800)
    for samples in [sound.samples + pause + words, words + pause + sound.samples] {
      trials += await score([(.besideWords, sound.digits)], samples, sound.speaker)
    }
    return trials
  }

  /// One hearing for all codes.
  private func score(
    _ codes: [(kind: CodeTrial.Kind, digits: [Int])], _ samples: [Float], _ speaker: String
  ) async -> [CodeTrial] {
    let reading = try? await reader.read(
      .samples(samples, startSeconds: 0),
      SpeechTask(expected: .eachCode(codes.map(\.digits)), wantVoice: false), field: "clip",
      before: .never)
    let readings = reading?.codes ?? []
    return codes.enumerated().map { index, code in
      CodeTrial(
        kind: code.kind, speaker: speaker,
        reading: readings.indices.contains(index) ? readings[index] : nil)
    }
  }
}

extension SpeechTrialKind {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension SpeechTrialPlan {
  func numbers(_ clip: Int, _ use: Int) -> SplitMix64 {
    SplitMix64(seed: seed, clip: clip, use: use)
  }
}

extension SplitMix64 {
  /// One stream for each recording and use of numbers.
  fileprivate init(seed: UInt64, clip: Int, use: Int) {
    self.init(seed: seed)
    for part in [clip, use] {
      self = SplitMix64(
        seed: next() ^ UInt64(truncatingIfNeeded: part) &* 0x9E37_79B9_7F4A_7C15)
    }
  }
}
