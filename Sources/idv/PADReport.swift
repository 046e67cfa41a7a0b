// What `idv evaluate pad` prints.

internal import Evaluation
internal import Vision

extension PresentationReport {
  func printTable() {
    print(
      "calibration \(calibration), threshold \(fixed(threshold, 2)); accepted is PASS of \(policy) where nothing was "
        + "asked; bounds are 95 %")
    for limit in relaxed {
      print("clips read in spite of \(limit.symbol) (\(limit.limit)): \(limit.clips)")
    }
    print(
      left("part", 10) + right("live", 6) + right("BPCER", 9) + right("bound", 9)
        + right("BPNRR", 9) + right("attacks", 9) + right("APCER", 9) + right("bound", 9)
        + right("APNRR", 9) + right("ACER", 9) + right("AUC", 8))
    for (name, part) in [("videos", videos), ("full", full), ("crop", crop), ("living", living)] {
      if let part { printPart(name, part) }
    }
    guard let deepfake else { return }
    print(
      "deepfakes: \(deepfake.n), where nothing was asked: Basic \(Self.text(deepfake.basicSilent.verdicts)); "
        + "Enhanced \(Self.text(deepfake.verdicts))")
  }

  private func printPart(_ name: String, _ part: Part) {
    print(
      left(name, 10) + right("\(part.live)", 6) + right(percent(part.bpcer), 9)
        + right(percent(part.bpcerBound95), 9) + right(percent(part.bpnrr), 9)
        + right("\(part.attacks)", 9) + right(percent(part.apcer), 9)
        + right(percent(part.apcerBound95), 9) + right(percent(part.apnrr), 9)
        + right(percent(part.acer), 9) + right(part.auc.map { fixed($0, 3) } ?? "–", 8))
    for species in part.species {
      print(
        left("  " + species.name, 52) + right("\(species.n)", 4)
          + right(percent(species.apcer), 9) + right(percent(species.bound95), 9)
          + right(percent(species.apnrr), 9))
    }
    for refusal in part.refusals {
      var line = "  living refused: \(refusal.n) \(refusal.reason)"
      if let signal = refusal.signal { line += " \(signal)" }
      line += " " + refusal.measured.prefix(8).map { fixed($0, 2) }.joined(separator: " ")
      if let limit = refusal.limit { line += " (limit \(fixed(limit, 2)))" }
      print(line)
    }
    guard let all = part.atLeastLive else { return }
    print(
      "  at the threshold that accepts every living person (\(fixed(all.threshold, 3))): \(all.accepted) of \(all.n) "
        + "attacks (bound \(percent(all.bound95)))")
  }

  private static func text(_ verdicts: [String: Int]) -> String {
    verdicts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}

/// The JSON of a fit.
struct PADFitReport: Encodable {
  let people: Int
  let presentations: Int
  let coefficients: [String: Double]
  /// Rates when each person is scored by a fit without them.
  let leftOutAUC: Double?
  let leftOutAttacksAccepted: Int?
  let leftOutAttacks: Int?
  let leftOutLivingRefused: Int?
  let leftOutLiving: Int?

  init(_ fit: PresentationFit) {
    people = fit.people
    presentations = fit.samples
    coefficients = Dictionary(
      zip(fit.names, fit.fit.coefficients), uniquingKeysWith: { first, _ in first })
    leftOutAUC = fit.leftOut?.auc
    leftOutAttacksAccepted = fit.leftOut?.accepted.count
    leftOutAttacks = fit.leftOut?.accepted.total
    leftOutLivingRefused = fit.leftOut?.refused.count
    leftOutLiving = fit.leftOut?.refused.total
  }
}
