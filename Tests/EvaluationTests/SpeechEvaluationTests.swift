// The numbers that an evaluation of speech prints: their keys, what is counted, and the curves, on made-up trials.

import FoundationEssentials
import SpokenText
import Testing

@testable import Evaluation
@testable import Speech

struct SpeechEvaluationTests {
  static func part(pmi: Double = 4, contrast: Double = 9) -> SpeechTrial.Part {
    SpeechTrial.Part(
      scores: TextScores(
        pmi: pmi, w4: 2, tail: 3, fg: -0.1, cov: 1, contrastMargin: contrast, contrastsDue: 1,
        contrastsScored: 1, uncoveredTail: 0, surplus: SpokenSurplus(count: 0, takesBack: false),
        length: 8),
      measures: TextMeasures(
        heard: [-1], silent: [-5], hypothesisScore: -1, hypothesisTokens: 0, alternatives: [],
        omissions: [], insertions: []), isWhole: true, isLast: true)
  }

  static func trial(
    _ kind: SpeechTrialKind, _ parts: [SpeechTrial.Part], passes: Bool? = nil,
    reasons: [String] = []
  ) -> SpeechTrial {
    var trial = SpeechTrial(
      clip: 0, speaker: "a", condition: .clean, kind: kind, parts: parts,
      decision: SoundDecision(isPassed: false, reasons: reasons))
    if passes ?? trial.isAccepted(at: .standard) {
      trial = SpeechTrial(
        clip: 0, speaker: "a", condition: .clean, kind: kind, parts: parts,
        decision: SoundDecision(isPassed: true, reasons: []))
    }
    return trial
  }

  static var run: SpeechRun {
    var run = SpeechRun()
    run.texts = [
      trial(.trueText, [part()]),
      trial(.trueText, [part()], passes: false, reasons: ["speakerChanged speakerSimilarityMin"]),
      trial(.trueText, [part(), part(contrast: -0.5)], reasons: ["textMeaningChanged"]),
      trial(.trueText, [], reasons: ["unread"]),
      trial(.changed1, [part()]), trial(.changed1, [part(pmi: 0.2)]),
      trial(.other, [part(pmi: -1)]),
    ]
    run.skipped = [.negated: ["the text does not allow it": 3]]
    return run
  }

  static let plan = SpeechTrialPlan(seed: 7, conditions: [.clean])

  @Test("PASS and the words are counted apart, and why true readings are turned away")
  func rates() {
    let (run, passing) = (Self.run, SpeechRates(passing: Self.run.texts))
    let words = SpeechRates(run.texts, at: .standard)
    #expect(passing[.clean, .trueText] == MeasuredRate(count: 1, total: 4))
    #expect(words[.clean, .trueText] == MeasuredRate(count: 2, total: 4))
    #expect(words[.clean, .changed1] == MeasuredRate(count: 1, total: 2))
    #expect(
      SpeechReport.turnedAway(run.texts, .clean) == [
        "speakerChanged speakerSimilarityMin": 1, "words contrastFits": 1, "unread": 1,
        "words notMeasured": 1,
      ])
  }

  @Test("the keys of the JSON stay as they are")
  func keys() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(SpeechReport(Self.run, [], Self.plan))
    let kinds =
      "{changed1,changed2,changed3,continued,halfRead,negated,otherAccepted,saidMore,trueAccepted}"
    let keys = try JSONDecoder().decode(Keys.self, from: data)
    #expect(
      keys.text == """
        {clean\(kinds),counts,curve,digits{besideWords,oneWrong,random,trueAccepted},operatingPoint,seed,skipped,\
        turnedAway,unread,wordCounts,words}
        """)
    let report = try JSONDecoder().decode(Values.self, from: data)
    #expect(report.clean.trueAccepted == 0.25 && report.words["clean"]?.trueAccepted == 0.5)
    #expect(report.counts["clean"]?["trueText"]?.total == 4)
    #expect(report.skipped == ["negated": ["the text does not allow it": 3]])
  }

  @Test("curves begin where everything is accepted, never rise, and have the point on them")
  func curves() throws {
    let plot = SpeechTradeOff(Self.run.texts, in: .clean)
    #expect(plot.curves.map(\.kind) == [.changed1, .other])
    let curve = try #require(plot.curves.first)
    #expect(curve.points.first == .init(wrongAccepted: 1, trueAccepted: 0.75))
    #expect(curve.points.last == .init(wrongAccepted: 0, trueAccepted: 0))
    #expect(curve.words == .init(wrongAccepted: 0.5, trueAccepted: 0.5))
    #expect(curve.passes.trueAccepted == 0.25)
    #expect(curve.points.contains(curve.words))
    #expect(
      zip(curve.points, curve.points.dropFirst()).allSatisfy {
        $0.trueAccepted >= $1.trueAccepted && $0.wrongAccepted >= $1.wrongAccepted
      })
    #expect(plot.svg.hasPrefix("<svg") && plot.svg.contains("changed1"))
    #expect(SpeechTradeOff(Self.run.texts, in: .reverb).curves.isEmpty)
  }

  /// Keys of objects, those of numbers and words below them written out; maps by name are not looked into.
  private struct Keys: Decodable {
    let text: String

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let all = try decoder.container(keyedBy: Name.self)
      text =
        "{"
        + all.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
          let isRates = ["clean", "digits"].contains(key.stringValue)
          let below = isRates ? (try? all.decode(Keys.self, forKey: key).text) ?? "" : ""
          return key.stringValue + below
        }.joined(separator: ",") + "}"
    }
  }

  private struct Values: Decodable {
    struct Rates: Decodable { let trueAccepted: Double }
    struct Count: Decodable { let total: Int }
    let clean: Rates
    let words: [String: Rates]
    let counts: [String: [String: Count]]
    let skipped: [String: [String: Int]]
  }
}
