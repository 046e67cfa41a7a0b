// Scores against limits.

import SpokenText
import Testing

@Suite struct JudgementTests {
  static let good = TextScores(
    pmi: 2, w4: 1.2, tail: 2, fg: -0.3, cov: 0.95, contrastMargin: 9, contrastsDue: 5,
    contrastsScored: 5, uncoveredTail: 0, length: 12)

  static func judge(
    _ point: OperatingPoint = .standard, _ change: (inout TextScores) -> Void
  ) -> SpokenTextJudgement {
    var scores = good
    change(&scores)
    return SpokenTextJudgement(scores, point)
  }

  @Test("good scores are accepted at every point", arguments: OperatingPoint.all)
  func accepts(_ point: OperatingPoint) {
    let judgement = SpokenTextJudgement(Self.good, point)
    #expect(judgement.verdict == .accept)
    #expect(judgement.reasons.isEmpty)
  }

  @Test("limits are inclusive")
  func inclusive() {
    #expect(Self.judge { $0.pmi = 0.8 }.verdict == .accept)
    #expect(Self.judge { $0.pmi = 0.7999 }.verdict == .reject)
    #expect(Self.judge { ($0.w4, $0.cov) = (0.5, 0) }.verdict == .accept)
    #expect(Self.judge { ($0.w4, $0.cov) = (0.4999, 0.8999) }.verdict == .unclear)
    #expect(Self.judge { ($0.w4, $0.cov) = (0.4999, 0.9) }.verdict == .accept)
    #expect(Self.judge { $0.contrastMargin = 3 }.verdict == .accept)
    #expect(Self.judge { $0.uncoveredTail = 3 }.verdict == .accept)
    #expect(Self.judge { $0.uncoveredTail = 4 }.verdict == .unclear)
    #expect(Self.judge(.strict) { $0.fg = -1.5 }.verdict == .accept)
    #expect(Self.judge(.strict) { $0.fg = -1.51 }.verdict == .unclear)
    #expect(Self.judge(.strict) { $0.tail = 0.99 }.verdict == .unclear)
    // The strict point asks for clear words whatever was covered.
    #expect(Self.judge(.strict) { ($0.w4, $0.cov) = (0.4, 1) }.verdict == .unclear)
    #expect(Self.judge(.lenient) { ($0.w4, $0.cov, $0.tail) = (-3, 0, -3) }.verdict == .accept)
  }

  @Test("a text that means something else rejects", arguments: OperatingPoint.all)
  func contrasts(_ point: OperatingPoint) {
    let lost = Self.judge(point) { $0.contrastMargin = 0 }
    #expect(lost.verdict == .reject)
    #expect(lost.reasons.map(\.code) == [.contrastFits])
    let close = Self.judge(point) { $0.contrastMargin = 2.9 }
    #expect(close.verdict == .unclear)
    #expect(close.reasons.map(\.code) == [.contrastClose])
    #expect(close.reasons.map(\.limit) == [3])
    #expect(
      Self.judge(point) { $0.contrastMargin = nil }.reasons.map(\.code) == [.contrastsMissing])
    #expect(Self.judge(point) { $0.contrastsScored = 4 }.verdict == .unclear)
    #expect(
      Self.judge(point) { ($0.contrastMargin, $0.contrastsDue, $0.contrastsScored) = (nil, 0, 0) }
        .verdict == .accept)
  }

  @Test("what is no number is never accepted", arguments: OperatingPoint.all)
  func notFinite(_ point: OperatingPoint) {
    let spoil: [(inout TextScores) -> Void] = [
      { $0.pmi = .nan }, { $0.w4 = .infinity }, { $0.tail = .nan }, { $0.fg = .nan },
      { $0.cov = .nan },
      { $0.contrastMargin = .nan }, { $0.pmi = .infinity },
    ]
    for change in spoil {
      let judgement = Self.judge(point, change)
      #expect(judgement.verdict == .unclear)
      #expect(judgement.reasons.map(\.code) == [.notMeasured])
    }
  }

  @Test("the worst part decides; of nothing, nothing was said")
  func parts() {
    var bad = Self.good
    bad.pmi = 0
    var unclear = Self.good
    (unclear.w4, unclear.cov) = (0, 0.5)
    let judgement = SpokenTextJudgement(parts: [Self.good, unclear, bad], .standard)
    #expect(judgement.verdict == .reject)
    #expect(judgement.reasons.map(\.code) == [.otherText, .wordsUnclear])
    #expect(judgement.reasons.map(\.part) == [2, 1])
    #expect(SpokenTextJudgement(parts: [Self.good, Self.good], .standard).verdict == .accept)
    #expect(SpokenTextJudgement(parts: [], .standard).verdict == .unclear)
    #expect(Self.judge { $0.uncoveredTail = nil }.verdict == .unclear)
  }
}
