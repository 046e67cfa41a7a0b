// How often texts are taken as said that were, and that were not.

internal import FoundationEssentials
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
  package let clip: Int
  package let speaker: String
  package let condition: SpeechCondition
  package let kind: SpeechTrialKind
  /// Nil: nothing was recognised.
  package let scores: TextScores?
  /// Margins are empty where the scores refuse the text at any point.
  package let measures: TextMeasures?
  /// Whether all was heard to the end.
  package let isWhole: Bool
  package let similarity: Double

  package func isAccepted(at point: SpeechPoint) -> Bool {
    guard let scores, let measures else { return false }
    return SpeechJudgement([(scores, measures, isWhole, true)], point).verdict == .accept
  }
}

/// One code held against one recording.
package struct CodeTrial: Sendable {
  package enum Kind: String, Sendable, CaseIterable { case trueCode, oneWrong, random }

  package let kind: Kind
  package let speaker: String
  /// Nil: nothing was recognised.
  package let reading: CodeReading?
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
    let clip: SpokenClip
    let samples: [Float]
    let segments: [VoicedSegment]
  }

  /// Sets of single digits, and of codes.
  static let digitSet = "digits_sh"
  static let codeSet = "digit_codes"

  /// All trials of `clips`.
  package func run(
    _ clips: [SpokenClip], _ plan: SpeechTrialPlan,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(ListError) -> (texts: [SpeechTrial], codes: [CodeTrial]) {
    var spoken = clips.filter { $0.set != Self.digitSet && $0.set != Self.codeSet }
    if let limit = plan.limit { spoken = Array(spoken.prefix(limit)) }
    let sounds = try await listen(spoken)
    let codes = plan.hasCodes ? try await codeSounds(clips, plan) : []
    let jobs = sounds.indices.flatMap { index in
      plan.conditions.map { (index, $0) }
    }
    let total = jobs.count + codes.count
    let texts = await inParallel(
      jobs, progress: { progress($0, total) },
      body: { job in await trials(of: job.0, in: job.1, sounds, plan) })
    let coded = await inParallel(
      Array(codes.enumerated()), progress: { progress(jobs.count + $0, total) },
      body: { job in await codeTrials(job.element, plan.numbers(job.offset, 7), plan) })
    return (texts.flatMap { $0 }, coded.flatMap { $0 })
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

  func listen(_ clips: [SpokenClip]) async throws(ListError) -> [Sound] {
    var sounds: [Sound] = []
    for clip in clips {
      guard let data = try? Data(contentsOf: URL(filePath: clip.path)) else {
        throw ListError(description: "cannot read \(clip.path)")
      }
      guard
        let reading = try? await reader.read(
          .encoded(Bytes(data)), SpeechTask(wantVoice: false, keepsSamples: true), field: "clip",
          before: .never)
      else { throw ListError(description: "cannot decode \(clip.path)") }
      sounds.append(Sound(clip: clip, samples: reading.samples, segments: reading.segments))
    }
    return sounds
  }

  // MARK: Texts

  private func trials(
    of index: Int, in condition: SpeechCondition, _ sounds: [Sound], _ plan: SpeechTrialPlan
  ) async -> [SpeechTrial] {
    let sound = sounds[index]
    var numbers = plan.numbers(index, SpeechCondition.allCases.firstIndex(of: condition) ?? 0)
    // The same texts in every condition.
    var textNumbers = plan.numbers(index, 100)
    let others = sounds.indices.filter { sounds[$0].clip.text != sound.clip.text }
    let samples = condition.apply(
      to: sound.samples, others: sounds.indices.filter { $0 != index }.map { sounds[$0].samples },
      using: &numbers)
    var wanted: [(SpeechTrialKind, String)] = [(.trueText, sound.clip.text)]
    for other in others.shuffled(using: &textNumbers).prefix(plan.others) {
      wanted.append((.other, sounds[other].clip.text))
    }
    func add(_ kind: SpeechTrialKind, _ mutation: SpokenTextMutation, _ count: Int) {
      for number in 0..<count {
        var mutationNumbers = plan.numbers(index, 200 + 10 * kind.order + number)
        if let text = mutation.apply(to: sound.clip.text, pinyin: pinyin, using: &mutationNumbers) {
          wanted.append((kind, text))
        }
      }
    }
    add(.changed3, .substituted(syllables: 3), plan.changed)
    add(.changed2, .substituted(syllables: 2), plan.changed)
    add(.changed1, .substituted(syllables: 1), plan.changed)
    add(.negated, .negated, plan.negated)
    add(.negated, .amountChanged, 1)
    if let other = others.randomElement(using: &textNumbers),
      let longer = SpokenTextMutation.continued(
        sound.clip.text, with: sounds[other].clip.text, readShare: 0.6, pinyin: pinyin)
    {
      wanted.append((.continued, longer))
    }
    if let shorter = SpokenTextMutation.shortened(
      sound.clip.text, to: 0.6, least: SpeechTrialPlan.saidMoreCharactersMin, pinyin: pinyin)
    {
      wanted.append((.saidMore, shorter))
    }
    wanted.removeAll { !plan.kinds.contains($0.0) }
    var trials = await score(wanted, samples, index, sound, condition, plan.floor)
    if plan.kinds.contains(.halfRead), let first = sound.segments.first,
      let last = sound.segments.last
    {
      let middle = Int((first.start + last.end) / 2 * SpeechCondition.rate)
      trials += await score(
        [(.halfRead, sound.clip.text)], Array(samples.prefix(middle)), index, sound, condition,
        plan.floor)
    }
    return trials
  }

  private func score(
    _ texts: [(SpeechTrialKind, String)], _ samples: [Float], _ index: Int, _ sound: Sound,
    _ condition: SpeechCondition, _ floor: SpeechFloor
  ) async -> [SpeechTrial] {
    // A list may say less about its texts than a challenge does: what cannot be asked for is left out.
    let parts = texts.compactMap { kind, text in
      (try? ExpectedText(text, field: "text", pinyin: pinyin)).flatMap {
        $0.parts.count == 1 ? (kind, $0.parts[0]) : nil
      }
    }
    let task = SpeechTask(expected: .each(parts.map(\.1), floor: floor), wantVoice: false)
    let reading = try? await reader.read(
      .samples(samples, startSeconds: 0), task, field: "clip", before: .never)
    var readings = [PartReading?](repeating: nil, count: parts.count)
    for (place, part) in reading?.answers ?? [] { readings[place] = part }
    return zip(parts, readings).map { part, reading in
      let scores = reading?.scores
      return SpeechTrial(
        clip: index, speaker: sound.clip.speaker, condition: condition, kind: part.0,
        scores: scores, measures: reading?.measures, isWhole: reading?.isHeardOut ?? false,
        similarity: reading.map { SpeechSimilarity.of($0) } ?? 0)
    }
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
  ) async throws(ListError) -> [CodeSound] {
    var codes: [CodeSound] = []
    for sound in try await listen(clips.filter { $0.set == Self.codeSet }) {
      guard let digits = Self.digits(sound.clip.text) else { continue }
      codes.append(
        CodeSound(digits: digits, samples: sound.samples, speaker: sound.clip.speaker))
    }
    var single: [String: [Int: [Float]]] = [:]
    for sound in try await listen(clips.filter { $0.set == Self.digitSet }) {
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
    return plan.limit.map { Array(codes.prefix($0)) } ?? codes
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

  private static func digits(_ text: String) -> [Int]? {
    let words = Array("零一二三四五六七八九")
    let digits = text.compactMap { words.firstIndex(of: $0) }
    return digits.count == text.count && !digits.isEmpty ? digits : nil
  }

  private func codeTrials(
    _ sound: CodeSound, _ numbers: EvaluationNumbers, _ plan: SpeechTrialPlan
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
    // One hearing for all codes.
    let reading = try? await reader.read(
      .samples(sound.samples, startSeconds: 0),
      SpeechTask(expected: .eachCode(wanted.map(\.1)), wantVoice: false), field: "clip",
      before: .never)
    let codes = reading?.codes ?? []
    return wanted.enumerated().map { index, trial in
      CodeTrial(
        kind: trial.0, speaker: sound.speaker,
        reading: codes.indices.contains(index) ? codes[index] : nil)
    }
  }
}

extension SpeechTrialKind {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension SpeechTrialPlan {
  func numbers(_ clip: Int, _ use: Int) -> EvaluationNumbers {
    EvaluationNumbers(seed: seed, clip: clip, use: use)
  }
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014). Not for secrets.
struct EvaluationNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64, clip: Int, use: Int) {
    state = seed
    for part in [clip, use] {
      state = next() ^ UInt64(truncatingIfNeeded: part) &* 0x9E37_79B9_7F4A_7C15
    }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
