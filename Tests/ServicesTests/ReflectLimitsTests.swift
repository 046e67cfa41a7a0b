// The limits of colours that the policy ships with are those that were chosen on simulated clips.

import Decisions
import Liveness
import Testing
import Vocabulary

struct ReflectLimitsTests {
  @Test("the policy's limits of REFLECT are the recommended thresholds, all of them")
  func same() throws {
    let table = ReflectThresholds.recommended
    func rule(_ name: String) throws -> LivenessRule {
      try #require(LivenessPolicy.standard.rules.first { $0.name == name })
    }
    let limits: [(String, Double)] = [
      ("reflectOverexposed", table.overexposedMax), ("reflectCoverage", table.coverageMin),
      ("reflectChance", table.chanceMax), ("reflectMargin", table.marginMin),
      ("reflectCorrelation", table.correlationMin), ("reflectResponse", table.responseMin),
      ("reflectResponseMax", table.responseMax), ("reflectWeakestRegion", table.weakestRegionMin),
      ("reflectBackground", table.backgroundMax), ("reflectRelief", table.reliefMin),
      ("reflectReliefMax", table.reliefMax),
      ("reflectBackgroundFollows", table.backgroundContradicting),
      ("reflectFlat", table.reliefMin),
    ]
    for (name, limit) in limits { #expect(try rule(name).limit == limit, "\(name)") }
    #expect(try rule("reflectReliefMargin").doubt?.times == table.reliefMarginMin)
    #expect(try rule("reflectBackgroundFollows").doubt?.times == -table.contradictionMargin)
    #expect(try rule("reflectFlat").doubt?.times == -table.contradictionMargin)
    #expect(
      try rule("reflectForeign").given == [
        LivenessCondition(.reflectCoverage, .atLeast, table.coverageMin),
        LivenessCondition(.reflectChromaChange, .atLeast, table.foreignChromaMin),
      ])
    for name in ["reflectBackgroundFollows", "reflectFlat"] {
      #expect(
        try rule(name).given == [
          LivenessCondition(.reflectCoverage, .atLeast, table.coverageMin),
          LivenessCondition(.reflectChance, .atMost, table.chanceMax),
        ])
    }
    let told = Set(limits.map(\.0) + ["reflectReliefMargin", "reflectForeign"])
    let all = LivenessPolicy.standard.rules.map(\.name).filter { $0.hasPrefix("reflect") }
    #expect(Set(all) == told)
  }
}
