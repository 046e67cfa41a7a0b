// Rates of presentation attacks, the fit of the few numbers, and lists.

import Decisions
import Foundation
import Testing
import Vision
import Vocabulary

@testable import Evaluation

struct PresentationScoresTests {
  private static let calibration = Result { try PresentationCalibration.bundled() }

  /// One picture with a log-odds of `model` from the models.
  private static func scored(
    _ label: LabelledPresentation.Label, _ subject: String, model: Double?, room: Double = 2,
    redness: Double = 0.4, grid: Double = 2, species: String = "screen", faces: Int = 1
  ) throws -> ScoredPresentation {
    let look = PresentationLook(
      model: model, grid: grid, redness: redness, detail: 0.5, cover: 0, room: room, side: 640)
    var signals = try calibration.get().read(look).signals
    signals[.faceShare] = 1
    signals[.severalFacesShare] = faces > 1 ? 1 : 0
    signals[.eyesOpenShare] = 1
    return ScoredPresentation(
      LabelledPresentation(
        path: subject, subject: subject, label: label,
        species: label == .live ? "live" : species, part: "full"),
      evidence: LivenessEvidence(
        mode: .silent, isStill: true, challenged: false, signals: signals,
        capabilities: model == nil ? [] : [.passiveLiveness]), terms: LivenessTerms())
  }

  @Test("attacks count if accepted, living people if not; the worst species is the rate")
  func rates() throws {
    let rates = PresentationRates([
      try Self.scored(.live, "a", model: 5), try Self.scored(.live, "b", model: 5, room: 1.01),
      try Self.scored(.live, "c", model: -5),
      try Self.scored(.live, "d", model: 5, faces: 2),
      try Self.scored(.attack, "e", model: 6), try Self.scored(.attack, "f", model: -6),
      try Self.scored(.attack, "g", model: -6, species: "print"),
      try Self.scored(.attack, "h", model: nil, species: "print"),
      try Self.scored(.deepfake, "i", model: 6), try Self.scored(.unsure, "j", model: 6),
    ])
    #expect(rates.refused == MeasuredRate(count: 3, total: 4))
    #expect(rates.unanswered == MeasuredRate(count: 2, total: 4))
    #expect(rates.refusals.map(\.count).allSatisfy { $0 == 1 } && rates.refusals.count == 3)
    #expect(
      Set(rates.refusals.map(\.signal))
        == [.presentationRoom, .presentationScore, .severalFacesShare])
    // Of the living, c scores least; one attack scores more.
    #expect(rates.atLeastLive == MeasuredRate(count: 1, total: 4))
    #expect(rates.accepted == MeasuredRate(count: 1, total: 4))
    #expect(rates.attacksUnanswered == MeasuredRate(count: 1, total: 4))
    #expect(rates.species.map(\.name) == ["print", "screen"])
    #expect(rates.apcer == 0.5 && rates.bpcer == 0.75 && rates.acer == 0.625)
  }

  @Test("Enhanced passes nobody who answered no challenge, however alive they look")
  func unchallenged() throws {
    for label in [LabelledPresentation.Label.deepfake, .live] {
      let scored = try Self.scored(label, "a", model: 6.9)
      #expect(scored.isAccepted && scored.unchallengedVerdict != .pass)
    }
  }

  @Test("what the product's rules refuse is not accepted, however high its score")
  func rules() throws {
    let alive = try Self.scored(.attack, "a", model: 6.9)
    #expect(alive.isAccepted)
    // Physical signs of a picture reject by themselves: grid and colour take away 4 and more.
    let signs = try Self.scored(.attack, "a", model: 6.9, redness: 0, grid: 4.5)
    #expect(signs.score.map { $0 > 0.5 } == true && signs.decision?.verdict == .reject)
    #expect(signs.refusals.map(\.signal) == [.presentationEvidence])
  }

  @Test("the area under the curve counts ties half")
  func auc() {
    #expect(PresentationRates.auc([3, 4], [1, 2]) == 1)
    #expect(PresentationRates.auc([1, 3], [1, 2]) == 0.625)
    #expect(PresentationRates.auc([], [1]) == nil)
  }

  @Test("species are told from the lists' own words")
  func species() {
    let cases = [
      "phone screen": "screen", "screen replay, wears a mask (label.csv 0)": "screen",
      "monitor": "screen", "printed photo": "print", "printed/screen": "screen or print",
      "paper mask held by a person": "paper mask", "photo animated by EDTalk": "animated photo",
      "Silicone": "silicone",
    ]
    for (type, name) in cases { #expect(PresentationList.species(type) == name, "\(type)") }
  }

  @Test("lists name their columns and know their labels")
  func lists() throws {
    let text =
      "path,subject,label,type,kind\na.jpg,p,live,selfie,full\nb.jpg,q,attack,monitor,crop\n"
    let list = try PairListTests.withFile(text) { try PresentationList.images(atPath: $0) }
    #expect(list.map(\.part) == ["full", "crop"] && list.map(\.species) == ["live", "screen"])
    let clips = try PairListTests.withFile(text) { try PresentationList.videos(atPath: $0) }
    #expect(clips.allSatisfy { $0.part == PresentationList.clips })
    for bad in ["path,subject,label\na,b,live\n", "path,subject,label,type\na,b,maybe,c\n"] {
      #expect(throws: ListError.self) {
        try PairListTests.withFile(bad) { try PresentationList.videos(atPath: $0) }
      }
    }
  }

  @Test("the fit finds the line it was drawn from, and the prior holds where there are no data")
  func fit() {
    var state: UInt64 = 11
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let samples = (0..<4000).map { _ in
      let x = uniform() * 8 - 4
      let chance = 1 / (1 + exp(-(1.5 * x - 1)))
      return LogisticFit.Sample(inputs: [x], isLive: uniform() < chance, weight: 1)
    }
    let wide = LogisticFit.Prior(mean: 0, deviation: 100)
    let fit = LogisticFit(samples, priors: [wide, wide])
    #expect(abs(fit.coefficients[0] - 1.5) < 0.15 && abs(fit.coefficients[1] + 1) < 0.2)
    let held = LogisticFit(
      [], priors: [.init(mean: 2, deviation: 1), .init(mean: -3, deviation: 1)])
    #expect(held.coefficients == [2, -3])
    // Data that separate perfectly still give finite numbers.
    let apart = [-1.0, 1].map {
      LogisticFit.Sample(inputs: [$0 * 1e3], isLive: $0 > 0, weight: 1)
    }
    #expect(LogisticFit(apart, priors: [wide, wide]).coefficients.allSatisfy { $0.isFinite })
  }

  @Test("everyone left out is scored by the others; a person never helps themselves")
  func leftOut() throws {
    let calibration = try Self.calibration.get()
    let scored = try (0..<6).flatMap { index in
      [
        try Self.scored(.live, "l\(index)", model: 3 + Double(index) / 10),
        try Self.scored(.attack, "a\(index)", model: -3 - Double(index) / 10),
      ]
    }
    let fit = PresentationFit(scored, calibration: calibration)
    #expect(fit.people == 12 && fit.samples == 12)
    #expect(fit.names.first == "slope" && fit.names.last == "offset")
    let rates = try #require(fit.leftOut)
    #expect(rates.auc == 1 && rates.accepted.count == 0 && rates.refused.count == 0)
  }
}
