// The layout of the reports' JSON: names that readers rely on stay.

import Decisions
import Foundation
import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

@testable import Evaluation

/// Every path of keys in the JSON of `value`; elements of lists are all `[]`.
private func layout(_ value: some Encodable) throws -> Set<String> {
  func paths(_ value: Any, _ place: String) -> Set<String> {
    switch value {
    case let object as [String: Any]:
      object.reduce(into: [place]) { $0.formUnion(paths($1.value, "\(place).\($1.key)")) }
    case let list as [Any]: list.reduce(into: [place]) { $0.formUnion(paths($1, "\(place)[]")) }
    default: [place]
    }
  }
  let data = try JSONEncoder().encode(value)
  return Set(
    paths(try JSONSerialization.jsonObject(with: data), "").map { String($0.dropFirst()) }
  ).subtracting([""])
}

private func under(_ place: String, _ names: String) -> Set<String> {
  Set(names.split(separator: " ").map { place.isEmpty ? String($0) : "\(place).\($0)" })
}

struct ReportLayoutTests {
  @Test("evaluate pad")
  func presentation() throws {
    func scored(
      _ label: LabelledPresentation.Label, part: String, faceShare: Double = 1
    ) -> ScoredPresentation {
      ScoredPresentation(
        LabelledPresentation(
          path: "a", subject: "a", label: label, species: "screen", part: part),
        evidence: LivenessEvidence(
          mode: .silent, isStill: part != "videos", challenged: false,
          signals: [.faceShare: faceShare, .presentationScore: 0.9]), terms: LivenessTerms(),
        relaxed: RelaxedLimit(symbol: "VIDEO_TOO_SMALL", limit: "270 × 480 pixels"))
    }
    let parts = ["videos", "full", "crop"]
    let report = PresentationReport(
      parts.flatMap { [scored(.live, part: $0, faceShare: 0.5), scored(.attack, part: $0)] }
        + [scored(.deepfake, part: "videos")],
      calibration: "c", threshold: 0.5, policy: "liveness", missing: ["x"])
    let rates = "apcer bpcer auc species species[] species[].name species[].n species[].apcer"
    var known = under("", "calibration threshold policy missing missing[] unread relaxed")
    known.formUnion(under("relaxed[]", "symbol limit clips"))
    known.formUnion(["relaxed[]"])
    for part in parts {
      known.insert(part)
      known.formUnion(under(part, rates + " species[].bound95 species[].apnrr"))
      known.formUnion(
        under(
          part,
          "live attacks apcerBound95 bpcerBound95 acer apnrr bpnrr leastLive mostAttack atLeastLive "
            + "atLeastLive.threshold atLeastLive.n atLeastLive.accepted atLeastLive.bound95 refusals "
            + "refusals[] refusals[].reason refusals[].signal refusals[].limit refusals[].n "
            + "refusals[].measured refusals[].measured[]"))
    }
    known.formUnion(
      under(
        "deepfake",
        "n clips lookAlive verdicts verdicts.inconclusive apcer bound95 auc basicSilent "
          + "basicSilent.verdicts basicSilent.verdicts.inconclusive basicSilent.accepted "
          + "basicSilent.apcer basicSilent.bound95"))
    known.insert("deepfake")
    #expect(try layout(report) == known)
  }

  @Test("evaluate actions")
  func actions() throws {
    var seen = ActionSighting()
    seen.actions = [PerformedAction(action: .blink, start: 1, end: 1.2, score: 0.8)]
    seen.solidity = 0.9
    let words = Set(LabelledClip.Word.allCases).subtracting([.turnOneSide])
    let clips = [words, []].map {
      ScoredClip(clip: LabelledClip(path: "c", words: $0), seen: seen, framesAnalysed: 60)
    }
    let report = ActionReport(
      ClipActionResult(clips), ActionTrials(count: 30, seed: 1), seed: 1, unread: ["d"],
      listsClips: true)
    let row = ["", ".precision", ".recall", ".n", ".found", ".missed", ".wrong"]
    let bounds = ["precisionBounds", "recallBounds"].flatMap { [".\($0)", ".\($0)[]"] }
    // Nothing but blinks is found: the others have no precision.
    var known = under("", "actions replay generated clips clips[] unread unread[]")
    let ofWords = LabelledClip.Word.allCases.map(\.rawValue)
    let ofActions = FaceAction.allCases.map(\.rawValue)
    for name in Set(ofWords + ofActions + ["turn"]) {
      let absent = name == "blink" ? [] : [".precision"]
      known.formUnion((row + bounds).filter { !absent.contains($0) }.map { "actions.\(name)\($0)" })
    }
    known.formUnion(under("replay", "n passed share bounds bounds[]"))
    known.formUnion(
      under("generated", "seed tracks actions otherActionsUnseen otherActionsOfShakes"))
    for name in ofActions + ["mouth_open", "turn_left", "turn_right"] {
      known.formUnion((row + bounds).map { "generated.actions.\(name)\($0)" })
    }
    for trial in ["genuine", "wrongOrder", "otherActions", "picture"] {
      known.formUnion(under("generated", trial))
      known.formUnion(under("generated.\(trial)", "n passed share bounds bounds[]"))
    }
    known.formUnion(
      under(
        "clips[]",
        "path labels labels[] frames found found[] found[].action found[].start found[].end "
          + "found[].score solidity"))
    #expect(try layout(report) == known)
    // As issue trackers and scripts have it: the labels' own words.
    #expect(report.actions["mouth_open"]?.n == report.actions["openMouth"]?.n)
  }

  @Test("evaluate replay")
  func replay() throws {
    let row = ReplayRow(name: "a", seen: MeasuredRate(count: 1, total: 2), unjudged: 0)
    let report = ReplayReport(
      ReplayResults(
        films: 3, judged: 2, copies: [row], otherPeople: row, sameRecording: row,
        pairErrors: (1, 0.3, 0.3), unread: ["a"]))
    let names = ["", ".name", ".n", ".seen", ".rate", ".bounds95", ".bounds95[]", ".unjudged"]
    var known = under(
      "",
      "films judged tooStill tooStill.n tooStill.still tooStill.rate tooStill.bounds95 "
        + "tooStill.bounds95[] unread unread[] bitErrorMax copies pairs pairErrorLeast "
        + "pairErrorHundredth")
    for place in ["copies[]", "otherPeople", "sameRecording"] {
      known.formUnion(names.map { place + $0 })
    }
    #expect(try layout(report) == known)
  }
}
