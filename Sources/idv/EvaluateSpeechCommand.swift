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
      Accepted is what would pass. Everything random comes from --seed. Rates come with exact 95 % bounds.
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
    let trials: (texts: [SpeechTrial], codes: [CodeTrial])
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
      trials = try await evaluation.run(clips, plan, progress: progress.update)
      progress.end()
      let longProgress = ProgressLine("composed recordings")
      long = try await evaluation.runLong(clips, plan, progress: longProgress.update)
      longProgress.end()
      await engine.shutdown()
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if let scores { try write(trials, to: scores) }
    if json {
      try printJSON(SpeechReport(trials, long, plan))
    } else {
      print(SpeechReport.text(trials, plan) + LongReport.text(long, plan))
      if similarity { print(similarities(trials.texts)) }
    }
  }

  private func similarities(_ trials: [SpeechTrial]) -> String {
    SimilarityFit.curves(trials).map { component, knots in
      "\(component.rawValue): "
        + knots.map { "(\(fixed($0.score, 1)), \(fixed($0.similarity, 0)))" }
        .joined(separator: ", ")
    }.joined(separator: "\n")
  }

  private func write(
    _ trials: (texts: [SpeechTrial], codes: [CodeTrial]), to path: String
  ) throws {
    var lines = [
      "clip,speaker,condition,kind,pmi,w4,tail,fg,cov,alternative,omission,deficit,contrast,"
        + "uncoveredTail,length,beside,takesBack,insertion,end,whole,similarity"
    ]
    for trial in trials.texts {
      guard let scores = trial.scores, let measures = trial.measures else { continue }
      let numbers =
        [
          scores.pmi, scores.w4, scores.tail, scores.fg, scores.cov, measures.alternativeMargin,
          measures.omissionMargin, measures.deficit, scores.contrastMargin ?? 99,
          Double(scores.uncoveredTail ?? -1), Double(scores.length),
          Double(scores.surplus?.count ?? -1), scores.surplus?.takesBack ?? true ? 1 : 0,
          measures.insertionMargin, measures.endScore, trial.isWhole ? 1 : 0,
          trial.similarity,
        ].map { fixed($0, 3) }
      lines.append(
        ["\(trial.clip)", trial.speaker, trial.condition.rawValue, trial.kind.rawValue]
          .joined(separator: ",") + "," + numbers.joined(separator: ","))
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
  deps: String, lanes: Int? = nil, isEvaluation: Bool, others: [ModelUse] = []
) throws -> (InferenceEngine, SpeechReader, PinyinTable) {
  let path = deps + "/models/" + PinyinTable.fileName
  guard let data = try? Data(contentsOf: URL(filePath: path)) else {
    throw InferenceStartupError("\(path) is missing; run `make setup`")
  }
  let pinyin = try PinyinTable(data)
  let engine = try InferenceEngine(
    manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
    uses: SpeechReader.modelUses + others,
    options: lanes.map { InferenceOptions(lanes: $0) } ?? InferenceOptions())
  return (
    engine, try SpeechReader(engine: engine, pinyin: pinyin, isEvaluation: isEvaluation), pinyin
  )
}

/// What the command prints.
private struct SpeechReport: Encodable {
  struct Rates: Encodable {
    let trueAccepted: Double
    let otherAccepted: Double
    let changed3: Double
    let changed2: Double
    let changed1: Double
    let negated: Double
    let halfRead: Double
    let continued: Double
    let saidMore: Double

    init(_ rates: SpeechRates, _ condition: SpeechCondition) {
      func value(_ kind: SpeechTrialKind) -> Double { rates[condition, kind].value }
      trueAccepted = value(.trueText)
      otherAccepted = value(.other)
      changed3 = value(.changed3)
      changed2 = value(.changed2)
      changed1 = value(.changed1)
      negated = value(.negated)
      halfRead = value(.halfRead)
      continued = value(.continued)
      saidMore = value(.saidMore)
    }
  }

  struct Digits: Encodable {
    let trueAccepted: Double
    let oneWrong: Double
    let random: Double
  }

  struct Count: Encodable {
    let accepted: Int
    let total: Int
    let bounds: [Double]

    init(_ rate: MeasuredRate) {
      (accepted, total, bounds) = (rate.count, rate.total, [rate.lower, rate.upper])
    }
  }

  let seed: UInt64
  let operatingPoint: String
  /// Of surroundings that were listened in.
  let clean: Rates?
  let babble10dB: Rates?
  let phoneBand: Rates?
  let reverb: Rates?
  let clipped: Rates?
  let digits: Digits
  /// By condition and kind.
  let counts: [String: [String: Count]]
  /// By operating point and condition.
  let curve: [String: [String: Rates]]
  /// Of composed texts, by condition and kind; nil if none were asked for.
  let longTexts: [String: [String: Count]]?

  init(
    _ trials: (texts: [SpeechTrial], codes: [CodeTrial]), _ long: [LongTrial],
    _ plan: SpeechTrialPlan
  ) {
    longTexts =
      long.isEmpty ? nil : LongReport.rates(long, plan).mapValues { $0.mapValues(Count.init) }
    seed = plan.seed
    let rates = SpeechRates(trials.texts, at: .standard)
    operatingPoint = rates.point.name
    func found(_ condition: SpeechCondition) -> Rates? {
      plan.conditions.contains(condition) ? Rates(rates, condition) : nil
    }
    clean = found(.clean)
    babble10dB = found(.babble10dB)
    phoneBand = found(.phoneBand)
    reverb = found(.reverb)
    clipped = found(.clipped)
    let codes = CodeRates(trials.codes, least: CodeReading.probabilityMin)
    digits = Digits(
      trueAccepted: codes[.trueCode].value, oneWrong: codes[.oneWrong].value,
      random: codes[.random].value)
    var counts: [String: [String: Count]] = [:]
    for condition in plan.conditions {
      for kind in SpeechTrialKind.allCases {
        counts[condition.rawValue, default: [:]][kind.rawValue] = Count(rates[condition, kind])
      }
    }
    for kind in CodeTrial.Kind.allCases {
      counts["digits", default: [:]][kind.rawValue] = Count(codes[kind])
    }
    self.counts = counts
    var curve: [String: [String: Rates]] = [:]
    for point in SpeechReport.points {
      let rates = SpeechRates(trials.texts, at: point)
      for condition in plan.conditions {
        curve[point.name, default: [:]][condition.rawValue] = Rates(rates, condition)
      }
    }
    self.curve = curve
  }

  /// The named operating points, the sketch's scores alone, and the standard one with other margins: the whole
  /// trade-off.
  static var points: [SpeechPoint] {
    var points = SpeechPoint.all
    points.append(SpeechPoint(name: "scores alone", scores: .standard))
    for margin in [-15.0, -12, -10, -8, -7, -6, -5, -4, -3, -2, 0] {
      var point = SpeechPoint.standard
      point.name = "margins from \(fixed(margin, 0))"
      point.alternativeMarginMin = margin
      point.omissionMarginMin = margin
      points.append(point)
    }
    return points
  }

  static func text(
    _ trials: (texts: [SpeechTrial], codes: [CodeTrial]), _ plan: SpeechTrialPlan
  ) -> String {
    var lines = ["seed \(plan.seed); accepted, in %"]
    let kinds = SpeechTrialKind.allCases
    for condition in plan.conditions {
      lines.append("")
      lines.append(
        left(condition.rawValue, 22) + kinds.map { right($0.rawValue, 10) }.joined())
      for point in points {
        let rates = SpeechRates(trials.texts, at: point)
        lines.append(
          left("  " + point.name, 22)
            + kinds.map { right(fixed(rates[condition, $0].value * 100, 1), 10) }.joined())
        guard point == .standard else { continue }
        lines.append(
          left("    95 % bounds", 22)
            + kinds.map {
              let rate = rates[condition, $0]
              return right("\(fixed(rate.lower * 100, 0))–\(fixed(rate.upper * 100, 0))", 10)
            }.joined())
        lines.append(
          left("    of", 22) + kinds.map { right("\(rates[condition, $0].total)", 10) }.joined())
      }
    }
    lines.append("")
    lines.append(
      left("digits, least", 22) + CodeTrial.Kind.allCases.map { right($0.rawValue, 10) }.joined())
    for least in [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5] {
      let rates = CodeRates(trials.codes, least: least)
      lines.append(
        left("  " + fixed(least, 2), 22)
          + CodeTrial.Kind.allCases.map { right(fixed(rates[$0].value * 100, 1), 10) }.joined())
    }
    return lines.joined(separator: "\n")
  }
}

/// What came of texts of several sentences.
private enum LongReport {
  static func rates(
    _ trials: [LongTrial], _ plan: SpeechTrialPlan
  ) -> [String: [String: MeasuredRate]] {
    var rates: [String: [String: MeasuredRate]] = [:]
    for condition in plan.conditions {
      for kind in LongTrial.Kind.allCases {
        let some = trials.filter { $0.condition == condition && $0.kind == kind }
        rates[condition.rawValue, default: [:]][kind.rawValue] = MeasuredRate(
          count: some.count(where: \.isAccepted), total: some.count)
      }
    }
    return rates
  }

  static func text(_ trials: [LongTrial], _ plan: SpeechTrialPlan) -> String {
    guard !trials.isEmpty else { return "" }
    let kinds = LongTrial.Kind.allCases.map(\.rawValue)
    let all = trials.filter { $0.kind == .trueText }
    let parts = all.map(\.parts)
    var lines = [
      "", "",
      "texts of \(all.map(\.characters).min() ?? 0) to \(all.map(\.characters).max() ?? 0) characters in "
        + "\(parts.min() ?? 0) to \(parts.max() ?? 0) parts; accepted of how many",
      left("", 22) + kinds.map { right($0, 10) }.joined(),
    ]
    let rates = rates(trials, plan)
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
