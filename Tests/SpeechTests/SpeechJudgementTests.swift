// The judgement on margins: each limit by itself, and what was not measured.

internal import SpokenText
internal import Testing

@testable internal import Speech

@Suite struct SpeechJudgementTests {
  private func scores(
    pmi: Double = 4, fg: Double = -0.1, contrast: Double? = nil, due: Int = 0, tail: Int? = 0,
    tailScore: Double = 1.4, beside: SpokenSurplus? = SpokenSurplus(count: 0, takesBack: false)
  ) -> TextScores {
    TextScores(
      pmi: pmi, w4: 2, tail: tailScore, fg: fg, cov: 1, contrastMargin: contrast, contrastsDue: due,
      contrastsScored: contrast == nil ? 0 : due, uncoveredTail: tail, surplus: beside,
      length: 10)
  }

  private func measures(
    _ alternatives: [Double] = [], _ omissions: [Double] = [], _ insertions: [Double] = [],
    end: Double = -1
  ) -> TextMeasures {
    func margins(_ nats: [Double]) -> [TextMeasures.Margin] {
      nats.enumerated().map { TextMeasures.Margin(place: $0.offset, nats: $0.element, other: "") }
    }
    return TextMeasures(
      heard: [end], silent: [-5], hypothesisScore: -1, hypothesisTokens: 0,
      alternatives: margins(alternatives), omissions: margins(omissions),
      insertions: margins(insertions))
  }

  private func verdict(
    _ scores: TextScores, _ measures: TextMeasures, isWhole: Bool = true,
    isLast: Bool = true, _ point: SpeechPoint = .standard
  ) -> SpokenTextJudgement.Verdict {
    SpeechJudgement([(scores, measures, isWhole, isLast)], point).verdict
  }

  @Test func everyLimitCountsByItself() throws {
    let point = SpeechPoint.standard
    #expect(verdict(scores(), measures()) == .accept)
    let alternative = try #require(point.alternativeMarginMin)
    #expect(verdict(scores(), measures([alternative])) == .accept)
    #expect(verdict(scores(), measures([alternative.nextDown])) == .unclear)
    let omission = try #require(point.omissionMarginMin)
    #expect(verdict(scores(), measures([], [omission])) == .accept)
    #expect(verdict(scores(), measures([], [omission.nextDown])) == .unclear)
    #expect(verdict(scores(), measures([-8, -8, -8])) == .unclear)
    #expect(verdict(scores(), measures([], [], [-0.1])) == .unclear)
    #expect(verdict(scores(), measures(), isWhole: false) == .unclear)
    #expect(verdict(scores(pmi: 0.1), measures()) == .reject)
    #expect(verdict(scores(contrast: -1, due: 2), measures()) == .reject)
    #expect(verdict(scores(contrast: nil, due: 2), measures()) == .unclear)
    #expect(verdict(scores(tail: 9), measures()) == .unclear)
    #expect(verdict(scores(tail: 9, tailScore: 1.5), measures()) == .accept)
    #expect(verdict(scores(tail: nil, tailScore: 1.5), measures()) == .unclear)
  }

  @Test func whatIsNoNumberIsNotAccepted() {
    #expect(verdict(scores(pmi: .nan), measures()) != .accept)
    #expect(verdict(scores(), measures([.nan])) != .accept)
    #expect(verdict(scores(), measures([], [.nan])) != .accept)
    #expect(SpeechJudgement([PartReading](), .standard).verdict == .unclear)
  }

  @Test func moreThanTheTextIsNotAccepted() {
    func beside(_ count: Int, _ takesBack: Bool = false) -> SpokenSurplus {
      SpokenSurplus(count: count, takesBack: takesBack)
    }
    for point in [SpeechPoint.standard, .strict] {
      #expect(verdict(scores(contrast: 9, due: 1, beside: beside(3)), measures(), point) == .accept)
      #expect(verdict(scores(beside: beside(4)), measures(), point) == .unclear)
      #expect(verdict(scores(beside: beside(1, true)), measures(), point) == .unclear)
      #expect(verdict(scores(beside: nil), measures(), point) == .unclear)
    }
    let judgement = SpeechJudgement(
      [(scores(beside: beside(7, true)), measures(), true, true)], .standard)
    #expect(judgement.reasons.map(\.code) == [.takenBack, .moreSaid])
  }

  @Test func whoSpeaksOnIsHeardByTheEndThatDoesNotCome() {
    for point in [SpeechPoint.standard, .strict] {
      let least = point.endScoreMin ?? .nan
      #expect(verdict(scores(), measures(end: least), point) == .accept)
      #expect(verdict(scores(), measures(end: least.nextDown), point) == .unclear)
      #expect(verdict(scores(), measures(end: .nan), point) != .accept)
      // Where more is expected, that is no fault.
      #expect(verdict(scores(), measures(end: least - 9), isLast: false, point) == .accept)
    }
    let judgement = SpeechJudgement([(scores(), measures(end: -9), true, true)], .standard)
    #expect(judgement.reasons.map(\.code) == [.moreSaid])
  }

  @Test func aCodeWithMoreIsNotAccepted() {
    let digits = [3, 8, 5, 7].map { DigitReading(expected: $0, probability: 0.9, heard: $0) }
    let good = CodeReading(
      digits: digits, span: 0...2, isWhole: true,
      surplus: SpokenSurplus(count: 2, takesBack: false))
    #expect(good.isAccepted())
    let spoil: [(inout CodeReading) -> Void] = [
      { $0.isWhole = false }, { $0.surplus = nil }, { $0.surplus?.count = 4 },
      { $0.surplus?.takesBack = true },
      { $0.digits[2].probability = .nan }, { $0.digits = [] },
    ]
    for (index, change) in spoil.enumerated() {
      var reading = good
      change(&reading)
      #expect(!reading.isAccepted(), "\(index)")
    }
  }

  @Test func aNumberThatIsNoneIsTheWorst() {
    #expect([0.9, .nan].least(worst: 0) == 0)
    #expect([.nan, 0.9].least(worst: -1) == -1)
    #expect([0.9, 0.3].least(worst: 0) == 0.3)
    #expect([Double]().least(worst: 0) == nil)
    var spoilt = TextMeasures(
      heard: [-1, -1, -1, -1, -1, .nan, -1], silent: [-5, -5, -5, -5, -5, -5, -5],
      hypothesisScore: -1, hypothesisTokens: 0, alternatives: [], omissions: [], insertions: [])
    #expect(spoilt.weakestWindow == -.infinity)
    spoilt.heard[5] = -1
    #expect(spoilt.weakestWindow == 4)
  }

  @Test func theWorstPartDecides() {
    let good = (scores: scores(), measures: measures(), isWhole: true, isLast: true)
    let bad = (scores: scores(), measures: measures([-30]), isWhole: true, isLast: true)
    let judgement = SpeechJudgement([good, bad, good], .standard)
    #expect(judgement.verdict == .unclear)
    #expect(judgement.reasons.allSatisfy { $0.part == 1 })
  }

  @Test(arguments: SpeechSimilarity.Component.allCases)
  func similarityIsEightyAtTheLimit(_ component: SpeechSimilarity.Component) {
    let knots = SpeechSimilarity.knots(component)
    for (one, next) in zip(knots, knots.dropFirst()) {
      #expect(one.score < next.score && one.similarity <= next.similarity)
    }
    #expect(knots.contains(.init(SpeechSimilarity.limit(component), 80)))
    #expect((knots.first?.similarity ?? -1) >= 0 && knots.last?.similarity == 100)
  }

  @Test func similarityNeverFallsAsScoresRise() {
    var last = 0.0
    for step in -30...60 {
      let value = SpeechSimilarity.of(scores(pmi: Double(step) / 10), measures([0]))
      #expect(value >= last)
      last = value
    }
    #expect(SpeechSimilarity.of(scores(contrast: nil, due: 1), measures()) == 0)
    #expect(SpeechSimilarity.of([PartReading]()) == 0)
    let limit = SpeechPoint.standard.alternativeMarginMin ?? 0
    #expect(SpeechSimilarity.of(scores(pmi: 9), measures([limit])) == 80)
  }
}
