// Texts of several sentences, composed of recordings: they span several of the recogniser's windows.

internal import Speech
internal import SpokenText
internal import Vocabulary

/// One long text held against one composed recording.
package struct LongTrial: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case trueText
    /// One syllable, or three, replaced anywhere.
    case changed1
    case changed3
    /// A "not" put in or taken out, or an amount changed, anywhere.
    case negated
    /// The recording ends in the middle.
    case halfRead
    /// One sentence is not said.
    case leftOut
    /// One more is said than the text has, in the middle or at the end.
    case added
    /// Two sentences are said the other way round.
    case exchanged
  }

  package let kind: Kind
  package let condition: SpeechCondition
  package let isAccepted: Bool
  /// Of the text: characters, and parts that are verified in one piece.
  package let characters: Int
  package let parts: Int
  /// Why it is not accepted, by the judgement's codes.
  package let reasons: [String]

  /// How often the words were taken as said, by condition and kind.
  package static func rates(
    _ trials: [LongTrial], _ conditions: [SpeechCondition]
  ) -> [String: [String: MeasuredRate]] {
    var rates: [String: [String: MeasuredRate]] = [:]
    for condition in conditions {
      for kind in Kind.allCases {
        let some = trials.filter { $0.condition == condition && $0.kind == kind }
        rates[condition.rawValue, default: [:]][kind.rawValue] = MeasuredRate(
          count: some.count(where: \.isAccepted), total: some.count)
      }
    }
    return rates
  }
}

extension SpeechEvaluation {
  /// Sentences of a composed text, and characters of it at least.
  private static let sentencesMax = 12
  private static let charactersMin = 60
  /// Longest composed recording, in seconds: a capture's 48, less a sentence that may be added.
  private static let secondsMax = 42.0
  /// Pauses between sentences, in seconds.
  private static let pauseSeconds = 0.3...0.9
  /// Recordings of one speaker from which texts of that speaker alone are composed.
  private static let clipsOfSpeakerMin = 6

  /// A composed text: its sentences in order, one that is not part of it, and the pauses before each.
  private struct Composition: Sendable {
    let number: Int
    let sentences: [Sound]
    let extra: Sound
  }

  /// `plan.longTexts` texts of 60 to 120 characters, every other one of one speaker where there are enough recordings, in
  /// each of the plan's conditions.
  package func runLong(
    _ clips: [SpokenClip], _ plan: SpeechTrialPlan,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> [LongTrial] {
    guard plan.longTexts > 0 else { return [] }
    let (sounds, _) = await listen(
      clips.filter { $0.set != Self.digitSet && $0.set != Self.codeSet })
    let groups = Dictionary(grouping: sounds, by: \.clip.speaker).values
      .filter { $0.count >= Self.clipsOfSpeakerMin }
      .sorted { $0[0].clip.speaker < $1[0].clip.speaker }
    var compositions: [Composition] = []
    for number in 0..<plan.longTexts {
      let own = number % 2 == 0 && !groups.isEmpty
      let from = own ? groups[number / 2 % groups.count] : sounds
      if let composition = compose(from, number, plan) { compositions.append(composition) }
    }
    let jobs = compositions.flatMap { one in plan.conditions.map { (one, $0) } }
    return await inParallel(
      jobs, progress: { progress($0, jobs.count) },
      body: { job in await longTrials(job.0, job.1, sounds, plan) }
    ).flatMap { $0 }
  }

  private func compose(
    _ sounds: [Sound], _ number: Int, _ plan: SpeechTrialPlan
  ) -> Composition? {
    var numbers = plan.numbers(number, 400)
    var sentences: [Sound] = []
    var (characters, seconds) = (0, 0.0)
    var rest = sounds.shuffled(using: &numbers)[...]
    while let next = rest.popFirst(), sentences.count < Self.sentencesMax {
      let length = next.clip.text.count + 1
      let lasts =
        Double(Self.voiced(next).count) / SpeechCondition.rate + Self.pauseSeconds.upperBound
      guard characters + length <= SpokenTextLimits.textCharactersMax,
        seconds + lasts <= Self.secondsMax
      else { continue }
      sentences.append(next)
      (characters, seconds) = (characters + length, seconds + lasts)
    }
    let used = sentences.map(\.clip.text)
    guard characters >= Self.charactersMin, sentences.count >= 4,
      let extra = sounds.first(where: { !used.contains($0.clip.text) })
    else { return nil }
    return Composition(number: number, sentences: sentences, extra: extra)
  }

  /// The sentences one after the other, as loud as each other, with pauses.
  private func recording(_ sentences: [Sound], _ number: Int, _ plan: SpeechTrialPlan) -> [Float] {
    var numbers = plan.numbers(number, 401)
    var samples = [Float](repeating: 0, count: Int(0.3 * SpeechCondition.rate))
    for sentence in sentences {
      let voiced = Self.voiced(sentence)
      let power = SpeechCondition.power(voiced)
      let gain = power > 0 ? Float(0.07 / power.squareRoot()) : 1
      samples += voiced.map { $0 * gain }
      let pause = Double.random(in: Self.pauseSeconds, using: &numbers)
      samples += [Float](repeating: 0, count: Int(pause * SpeechCondition.rate))
    }
    return samples
  }

  private func longTrials(
    _ one: Composition, _ condition: SpeechCondition, _ sounds: [Sound], _ plan: SpeechTrialPlan
  ) async -> [LongTrial] {
    let text = one.sentences.map(\.clip.text).joined(separator: "，")
    func heard(_ sentences: [Sound]) -> [Float] {
      var numbers = plan.numbers(one.number, 402)
      let names = Set(sentences.map(\.clip.text))
      return condition.apply(
        to: recording(sentences, one.number, plan),
        others: sounds.filter { !names.contains($0.clip.text) }.map(\.samples), using: &numbers)
    }
    let whole = heard(one.sentences)
    var trials: [LongTrial] = []
    func add(_ kind: LongTrial.Kind, _ text: String?, _ samples: [Float]) async {
      guard let text, let trial = await trial(kind, text, samples, condition) else { return }
      trials.append(trial)
    }
    // In one of the sentences, so that the text is cut where it was.
    func altered(_ mutation: SpokenTextMutation, _ use: Int) -> String? {
      var numbers = plan.numbers(one.number, use)
      var texts = one.sentences.map(\.clip.text)
      for index in texts.indices.shuffled(using: &numbers) {
        if let text = mutation.apply(to: texts[index], pinyin: pinyin, using: &numbers) {
          texts[index] = text
          return texts.joined(separator: "，")
        }
      }
      return nil
    }
    await add(.trueText, text, whole)
    for round in 0..<3 {
      await add(.changed1, altered(.substituted(syllables: 1), 410 + round), whole)
      await add(.negated, altered(.negated, 420 + round), whole)
    }
    await add(.changed3, altered(.substituted(syllables: 3), 430), whole)
    await add(.negated, altered(.amountChanged, 431), whole)
    await add(.halfRead, text, Array(whole.prefix(whole.count / 2)))
    let middle = one.sentences.count / 2
    var others = one.sentences
    others.remove(at: middle)
    await add(.leftOut, text, heard(others))
    others = one.sentences
    others.swapAt(middle - 1, middle)
    await add(.exchanged, text, heard(others))
    for place in [middle, one.sentences.count] {
      others = one.sentences
      others.insert(one.extra, at: place)
      await add(.added, text, heard(others))
    }
    return trials
  }

  private func trial(
    _ kind: LongTrial.Kind, _ text: String, _ samples: [Float], _ condition: SpeechCondition
  ) async -> LongTrial? {
    guard let expected = try? ExpectedText(text, field: "text", pinyin: pinyin) else { return nil }
    let reading = try? await reader.read(
      .samples(samples, startSeconds: 0), SpeechTask(expected: .text(expected), wantVoice: false),
      field: "clip", before: .never)
    let judgement = SpeechJudgement(reading?.parts ?? [])
    return LongTrial(
      kind: kind, condition: condition, isAccepted: judgement.verdict == .accept,
      characters: text.count, parts: expected.parts.count,
      reasons: judgement.reasons.map { "\($0.part + 1) \($0.code.rawValue)" })
  }
}
