// idv evaluate speech: how often texts are taken as said that were, and that were not.

internal import ArgumentParser
internal import Evaluation
internal import FoundationEssentials
internal import Inference
internal import Speech
internal import SpokenText

struct EvaluateSpeechCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speech",
    abstract: "How often texts are accepted that were said, and that were not.",
    discussion: """
      --transcripts reads columns path, text, speaker and set, separated by tabs; paths are relative to the file's \
      folder. Every recording is listened to as it is, with six others at once 10 dB below, through a telephone's band, in a \
      room, and overdriven; in each with its own text, with others' texts, with one to three syllables replaced by \
      ones with another toneless reading, with a "not" put in or taken out or an amount changed, with a text that goes on, \
      with the beginning of its text alone, and cut off in the middle. Recordings of the sets digit_codes and digits_sh are codes of digits and what codes are composed of. \
      --conditions names some of those surroundings (clean, babble10dB, phoneBand, reverb, clipped). \
      Accepted is what Intent's READ would pass of a recording as far as it is heard: its words, its voice and its sound are \
      held to the policy, while face, mouth and pictures, which need a film, are not. The rates of the words alone stand \
      beside it, and why true readings were turned away. Codes are held to the rule of codes alone, each also with \
      a sentence said after it and before it. Texts that cannot be asked for are listed as skipped; a recording that cannot be \
      read counts as not accepted, and the exit status is then 1. Everything random comes from --seed. Rates come with exact \
      95 % bounds.
      """)

  @Option(help: "Tab-separated list of recordings.")
  var transcripts: String

  @Option(help: "Recordings at most, for a quick look.")
  var limit: Int?

  @Option(help: "What changed texts, babble and codes are drawn from.")
  var seed: UInt64 = 1

  @Option(help: "Surroundings to listen in, separated by commas; all without it.")
  var conditions: String?

  @Option(
    help:
      "What to try of texts: \(SpeechTrialKind.allCases.map(\.rawValue).joined(separator: ", ")). All without it."
  )
  var kinds: String?

  @Flag(help: "Leave out codes.")
  var skipCodes = false

  @Option(help: "Texts of 60 to 120 characters to compose of recordings; in their own table.")
  var longTexts = 0

  @Flag(help: "Also print the curves of similarities that the trials give.")
  var similarity = false

  @Option(help: "Write the scores of every trial to this file, separated by commas. No texts.")
  var scores: String?

  @Option(help: "Also write a page with the curves of true against wrong texts to this file.")
  var html: String?

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  func validate() throws {
    _ = try wantedConditions()
    _ = try wantedKinds()
  }

  private func wantedKinds() throws -> Set<SpeechTrialKind> {
    Set(try wanted(kinds, option: "--kinds"))
  }

  /// In the order in which reports have them.
  private func wantedConditions() throws -> [SpeechCondition] {
    try wanted(conditions, option: "--conditions")
  }

  /// What of all there is `list` names, at least one; all without it.
  private func wanted<Case: CaseIterable & RawRepresentable<String>>(
    _ list: String?, option: String
  ) throws -> [Case] {
    guard let list else { return Array(Case.allCases) }
    let names = list.split(separator: ",").map(String.init)
    let known = Array(Case.allCases)
    guard !names.isEmpty, names.allSatisfy({ Case(rawValue: $0) != nil }) else {
      throw ValidationError(
        "\(option): one or more of \(known.map(\.rawValue).joined(separator: ", ")).")
    }
    return known.filter { names.contains($0.rawValue) }
  }

  func run() async throws {
    let trials: SpeechRun
    let long: [LongTrial]
    var plan = SpeechTrialPlan(seed: seed, limit: limit, conditions: try wantedConditions())
    plan.kinds = try wantedKinds()
    plan.hasCodes = !skipCodes
    plan.longTexts = longTexts
    do {
      let clips = try SpeechList.read(atPath: transcripts)
      let (engine, reader, pinyin) = try loadSpeech(deps: deps, isEvaluation: true)
      let progress = ProgressLine("recordings")
      let evaluation = SpeechEvaluation(reader: reader, pinyin: pinyin, atOnce: engine.lanes)
      trials = await evaluation.run(clips, plan, progress: progress.update)
      progress.end()
      let longProgress = ProgressLine("composed recordings")
      long = await evaluation.runLong(clips, plan, progress: longProgress.update)
      longProgress.end()
      await engine.shutdown()
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if let scores { try write(trials, to: scores) }
    if let html { try SpeechPage(run: trials, plan: plan).write(to: html) }
    if json {
      try printJSON(SpeechReport(trials, long, plan))
    } else {
      print(SpeechTable.text(trials, plan) + LongReport.text(long, plan))
      if similarity { print(similarities(trials.texts)) }
    }
    guard trials.unread.isEmpty else {
      for clip in trials.unread { note("idv: \(clip.path): \(clip.reason)") }
      throw ExitCode(1)
    }
  }

  private func similarities(_ trials: [SpeechTrial]) -> String {
    SimilarityFit.curves(trials).map { component, knots in
      "\(component.rawValue): "
        + knots.map { "(\(fixed($0.score, 1)), \(fixed($0.similarity, 0)))" }
        .joined(separator: ", ")
    }.joined(separator: "\n")
  }

  private func write(_ trials: SpeechRun, to path: String) throws {
    var lines = [
      "clip,speaker,condition,kind,pmi,w4,tail,fg,cov,alternative,omission,deficit,contrast,"
        + "uncoveredTail,length,beside,takesBack,insertion,end,whole,similarity,pass,voiced,voice,"
        + "snr,clipped,rate"
    ]
    for trial in trials.texts {
      let known = trial.decision.numbers
      for part in trial.parts {
        let (scores, measures) = (part.scores, part.measures)
        let numbers =
          [
            scores.pmi, scores.w4, scores.tail, scores.fg, scores.cov, measures.alternativeMargin,
            measures.omissionMargin, measures.deficit, scores.contrastMargin ?? 99,
            Double(scores.uncoveredTail ?? -1), Double(scores.length),
            Double(scores.surplus?.count ?? -1), scores.surplus?.takesBack ?? true ? 1 : 0,
            measures.insertionMargin, measures.endScore, part.isWhole ? 1 : 0,
            trial.similarity, trial.decision.isPassed ? 1 : 0, known.voicedSeconds ?? -1,
            known.speakerSimilarity ?? -9, known.noiseRatio ?? -99, known.clippedShare ?? -1,
            known.speechRate ?? -1,
          ].map { fixed($0, 3) }
        lines.append(
          ["\(trial.clip)", trial.speaker, trial.condition.rawValue, trial.kind.rawValue]
            .joined(separator: ",") + "," + numbers.joined(separator: ","))
      }
    }
    for trial in trials.codes {
      lines.append(
        "-1,\(trial.speaker),code,\(trial.kind.rawValue),"
          + "\(fixed(trial.reading?.leastProbability ?? -1, 5)),"
          + "\(trial.reading?.surplus?.count ?? -1),"
          + "\(trial.reading?.surplus?.takesBack ?? true ? 1 : 0),"
          + "\(trial.reading?.isWhole ?? false ? 1 : 0)")
    }
    do {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    } catch {
      note("idv: cannot write \(path)")
      throw ExitCode(1)
    }
  }
}

/// The inference core with the models of speech, and the readings of characters.
func loadSpeech(
  deps: String, lanes: Int? = nil, isEvaluation: Bool, others: [ModelUse] = [],
  observer: any InferenceObserver = SilentInferenceObserver()
) throws -> (InferenceEngine, SpeechReader, PinyinTable) {
  let path = deps + "/models/" + PinyinTable.fileName
  guard let data = try? Data(contentsOf: URL(filePath: path)) else {
    throw InferenceStartupError("\(path) is missing; run `make setup`")
  }
  let pinyin = try PinyinTable(data)
  let engine = try InferenceEngine(
    manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
    uses: SpeechReader.modelUses + others,
    options: lanes.map { InferenceOptions(lanes: $0) } ?? InferenceOptions(), observer: observer)
  return (
    engine, try SpeechReader(engine: engine, pinyin: pinyin, isEvaluation: isEvaluation), pinyin
  )
}

/// What the command prints for people.
private enum SpeechTable {
  static func text(_ run: SpeechRun, _ plan: SpeechTrialPlan) -> String {
    var lines = [
      "seed \(plan.seed); accepted, in %: PASS as far as it is heard (face, mouth and pictures are not judged here), "
        + "then the words alone"
    ]
    for condition in plan.conditions { lines += rows(condition, run.texts) }
    lines += ["", codes(run.codes)]
    for (kind, reasons) in run.skipped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
        lines.append("skipped: \(count) of \(kind.rawValue): \(reason)")
      }
    }
    for clip in run.unread {
      lines.append("not read, counted as not accepted: \(clip.path): \(clip.reason)")
    }
    return lines.joined(separator: "\n")
  }

  private static let kinds = SpeechTrialKind.allCases

  private static func row(
    _ name: String, _ cell: (SpeechTrialKind) -> String
  ) -> String {
    left(name, 22) + kinds.map { right(cell($0), 10) }.joined()
  }

  private static func rows(_ condition: SpeechCondition, _ trials: [SpeechTrial]) -> [String] {
    var lines = ["", row(condition.rawValue, \.rawValue)]
    func add(_ name: String, _ rates: SpeechRates, hasBounds: Bool) {
      lines.append(row("  " + name) { fixed(rates[condition, $0].value * 100, 1) })
      guard hasBounds else { return }
      lines.append(
        row("    95 % bounds") {
          let rate = rates[condition, $0]
          return "\(fixed(rate.lower * 100, 0))–\(fixed(rate.upper * 100, 0))"
        })
    }
    let passing = SpeechRates(passing: trials)
    add("PASS", passing, hasBounds: true)
    lines.append(row("    of") { "\(passing[condition, $0].total)" })
    for point in SpeechReport.points {
      add(point.name, SpeechRates(trials, at: point), hasBounds: point == .standard)
    }
    let away = SpeechReport.turnedAway(trials, condition)
    for (reason, count) in away.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  true readings turned away: \(count) by \(reason)")
    }
    return lines
  }

  private static func codes(_ trials: [CodeTrial]) -> String {
    var lines = [
      left("digits, least", 22) + CodeTrial.Kind.allCases.map { right($0.rawValue, 12) }.joined()
    ]
    for least in [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5] {
      let rates = CodeRates(trials, least: least)
      lines.append(
        left("  " + fixed(least, 2), 22)
          + CodeTrial.Kind.allCases.map { right(fixed(rates[$0].value * 100, 1), 12) }.joined())
    }
    return lines.joined(separator: "\n")
  }
}

/// What came of texts of several sentences.
private enum LongReport {
  static func text(_ trials: [LongTrial], _ plan: SpeechTrialPlan) -> String {
    guard !trials.isEmpty else { return "" }
    let kinds = LongTrial.Kind.allCases.map(\.rawValue)
    let all = trials.filter { $0.kind == .trueText }
    let parts = all.map(\.parts)
    var lines = [
      "", "",
      "words of texts of \(all.map(\.characters).min() ?? 0) to \(all.map(\.characters).max() ?? 0) characters in "
        + "\(parts.min() ?? 0) to \(parts.max() ?? 0) parts; accepted of how many",
      left("", 22) + kinds.map { right($0, 10) }.joined(),
    ]
    let rates = LongTrial.rates(trials, plan.conditions)
    for condition in plan.conditions {
      lines.append(
        left("  " + condition.rawValue, 22)
          + kinds.map { kind in
            let rate = rates[condition.rawValue]?[kind]
            return right("\(rate?.count ?? 0)/\(rate?.total ?? 0)", 10)
          }.joined())
    }
    for trial in all where !trial.isAccepted {
      lines.append(
        "  \(trial.condition.rawValue): part and reason \(trial.reasons.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }
}
