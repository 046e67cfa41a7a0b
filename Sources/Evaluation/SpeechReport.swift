// What `idv evaluate speech --json` prints. Its keys are a promise: tests hold them.

package import Speech
internal import SpokenText

/// Rates of a run. Rates are of PASS as far as it is heard, those of `words` and `curve` of the words alone.
package struct SpeechReport: Encodable, Sendable {
  package struct Rates: Encodable, Sendable {
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

  package struct Digits: Encodable, Sendable {
    let trueAccepted: Double
    let oneWrong: Double
    let random: Double
    let besideWords: Double
  }

  package struct Count: Encodable, Sendable {
    let accepted: Int
    let total: Int
    let bounds: [Double]

    init(_ rate: MeasuredRate) {
      (accepted, total, bounds) = (rate.count, rate.total, [rate.lower, rate.upper])
    }
  }

  package struct Unread: Encodable, Sendable {
    let path: String
    let reason: String
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
  /// By condition: the words alone.
  let words: [String: Rates]
  /// By condition and reason: true readings that do not pass; one may have several reasons.
  let turnedAway: [String: [String: Int]]
  /// By condition and kind.
  let counts: [String: [String: Count]]
  let wordCounts: [String: [String: Count]]
  /// By operating point and condition.
  let curve: [String: [String: Rates]]
  /// By kind and reason: texts that were not tried.
  let skipped: [String: [String: Int]]
  /// Recordings that could not be read; their texts count as not accepted.
  let unread: [Unread]
  /// Of composed texts, by condition and kind, the words alone; nil if none were asked for.
  let longTexts: [String: [String: Count]]?

  package init(_ run: SpeechRun, _ long: [LongTrial], _ plan: SpeechTrialPlan) {
    longTexts =
      long.isEmpty
      ? nil : LongTrial.rates(long, plan.conditions).mapValues { $0.mapValues(Count.init) }
    seed = plan.seed
    operatingPoint = SpeechPoint.standard.name
    let passing = SpeechRates(passing: run.texts)
    let said = SpeechRates(run.texts, at: .standard)
    func found(_ condition: SpeechCondition) -> Rates? {
      plan.conditions.contains(condition) ? Rates(passing, condition) : nil
    }
    clean = found(.clean)
    babble10dB = found(.babble10dB)
    phoneBand = found(.phoneBand)
    reverb = found(.reverb)
    clipped = found(.clipped)
    let codes = CodeRates(run.codes, least: CodeReading.probabilityMin)
    digits = Digits(
      trueAccepted: codes[.trueCode].value, oneWrong: codes[.oneWrong].value,
      random: codes[.random].value, besideWords: codes[.besideWords].value)
    func counts(_ rates: SpeechRates) -> [String: [String: Count]] {
      Self.byName(plan.conditions) { condition in
        Dictionary(
          uniqueKeysWithValues: SpeechTrialKind.allCases.map {
            ($0.rawValue, Count(rates[condition, $0]))
          })
      }
    }
    var passed = counts(passing)
    for kind in CodeTrial.Kind.allCases {
      passed["digits", default: [:]][kind.rawValue] = Count(codes[kind])
    }
    self.counts = passed
    wordCounts = counts(said)
    words = Self.byName(plan.conditions) { Rates(said, $0) }
    turnedAway = Self.byName(plan.conditions) { Self.turnedAway(run.texts, $0) }
    curve = Dictionary(
      uniqueKeysWithValues: Self.points.map { point in
        let rates = SpeechRates(run.texts, at: point)
        return (point.name, Self.byName(plan.conditions) { Rates(rates, $0) })
      })
    skipped = Dictionary(
      uniqueKeysWithValues: run.skipped.map { ($0.key.rawValue, $0.value) })
    unread = run.unread.map { Unread(path: $0.path, reason: $0.reason) }
  }

  private static func byName<Value>(
    _ conditions: [SpeechCondition], _ value: (SpeechCondition) -> Value
  ) -> [String: Value] {
    Dictionary(uniqueKeysWithValues: conditions.map { ($0.rawValue, value($0)) })
  }

  /// Why true readings do not pass in `condition`, with how many for each reason: the judgement's codes of words that were not
  /// taken as said, the policy's reasons of what was.
  package static func turnedAway(
    _ trials: [SpeechTrial], _ condition: SpeechCondition
  ) -> [String: Int] {
    var counts: [String: Int] = [:]
    for trial in trials
    where trial.condition == condition && trial.kind == .trueText && !trial.decision.isPassed {
      let words = trial.judgement(at: .standard).reasons.map { "words \($0.code.rawValue)" }
      let isOfWords = { (reason: String) in reason.hasPrefix("text") && !words.isEmpty }
      for reason in Set(words + trial.decision.reasons.filter { !isOfWords($0) }) {
        counts[reason, default: 0] += 1
      }
    }
    return counts
  }

  /// The named operating points, the sketch's scores alone, and the standard one with other margins: the whole
  /// trade-off.
  package static var points: [SpeechPoint] {
    var points = SpeechPoint.all
    points.append(SpeechPoint(name: "scores alone", scores: .standard))
    for margin in [-15, -12, -10, -8, -7, -6, -5, -4, -3, -2, 0] {
      var point = SpeechPoint.standard
      point.name = "margins from \(margin)"
      point.alternativeMarginMin = Double(margin)
      point.omissionMarginMin = Double(margin)
      points.append(point)
    }
    return points
  }
}
