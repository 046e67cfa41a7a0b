// What `idv evaluate pad` prints.

internal import Evaluation
internal import Vision
internal import Vocabulary

/// The JSON of a run. Rates are fractions; bounds are exact 95 %, two-sided.
struct PADReport: Encodable {
  /// One attack species.
  struct Species: Encodable {
    let name: String
    let n: Int
    let apcer: Double
    /// Upper 95 % bound of `apcer`.
    let bound95: Double
    /// Share without an answer.
    let apnrr: Double

    init(_ species: PresentationRates.Species) {
      name = species.name
      n = species.accepted.total
      apcer = species.accepted.value
      bound95 = species.accepted.upper
      apnrr = species.unanswered.value
    }
  }

  /// One part of the data.
  struct Part: Encodable {
    let live: Int
    let attacks: Int
    /// That of the worst species.
    let apcer: Double
    /// Upper 95 % bound of all attacks together.
    let apcerBound95: Double
    let bpcer: Double
    let bpcerBound95: Double
    let acer: Double
    let apnrr: Double
    let bpnrr: Double
    let auc: Double?
    /// Lowest score of a living person and highest of an attack; above the threshold is live.
    let leastLive: Double?
    let mostAttack: Double?
    let species: [Species]

    init?(_ scored: [ScoredPresentation]) {
      let rates = PresentationRates(scored)
      guard rates.refused.total + rates.accepted.total > 0 else { return nil }
      live = rates.refused.total
      attacks = rates.accepted.total
      apcer = rates.apcer
      apcerBound95 = rates.accepted.upper
      bpcer = rates.bpcer
      bpcerBound95 = rates.refused.upper
      acer = rates.acer
      apnrr = rates.attacksUnanswered.value
      bpnrr = rates.unanswered.value
      auc = rates.auc
      leastLive = rates.leastLive
      mostAttack = rates.mostAttack
      species = rates.species.map(Species.init)
    }
  }

  /// Clips and pictures made by a program from a photo. They are no presentation: a camera saw none of it.
  struct Deepfake: Encodable {
    let n: Int
    let clips: Int
    /// Taken for a living person by the passive signals alone; such a verdict is never given without a challenge.
    let lookAlive: Int
    /// What Enhanced answers to each from a safe device, no challenge being answered, and how often that is PASS.
    let verdicts: [String: Int]
    let apcer: Double
    let bound95: Double

    init?(_ scored: [ScoredPresentation]) {
      let fakes = scored.filter { $0.truth.label == .deepfake }
      guard !fakes.isEmpty else { return nil }
      n = fakes.count
      clips = fakes.count { $0.truth.part == "videos" }
      lookAlive = fakes.count(where: \.isAccepted)
      let passed = MeasuredRate(
        count: fakes.count { $0.unchallengedVerdict == .pass }, total: fakes.count)
      verdicts = Dictionary(
        fakes.map { ("\($0.unchallengedVerdict)", 1) }, uniquingKeysWith: +)
      apcer = passed.value
      bound95 = passed.upper
    }
  }

  let calibration: String
  let threshold: Double
  /// Roles of liveness models that are not installed.
  let missing: [String]
  let videos: Part?
  let full: Part?
  let crop: Part?
  let deepfake: Deepfake?
  /// Living people of another list.
  let living: Part?

  init(
    _ scored: [ScoredPresentation], _ calibration: PresentationCalibration, missing: [String]
  ) {
    self.calibration = calibration.name
    threshold = calibration.threshold
    self.missing = missing
    func part(_ name: String) -> Part? { Part(scored.filter { $0.truth.part == name }) }
    videos = part("videos")
    full = part("full")
    crop = part("crop")
    deepfake = Deepfake(scored)
    living = Part(scored.filter { !["videos", "full", "crop"].contains($0.truth.part) })
  }

  func printTable() {
    print("calibration \(calibration), threshold \(fixed(threshold, 2)); bounds are 95 %")
    print(
      left("part", 10) + right("live", 6) + right("BPCER", 9) + right("bound", 9)
        + right("BPNRR", 9) + right("attacks", 9) + right("APCER", 9) + right("bound", 9)
        + right("APNRR", 9) + right("ACER", 9) + right("AUC", 8))
    for (name, part) in [("videos", videos), ("full", full), ("crop", crop), ("living", living)] {
      guard let part else { continue }
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
    }
    if let deepfake {
      print(
        "deepfakes: \(deepfake.n), of which \(deepfake.lookAlive) look alive; Enhanced without a challenge: "
          + deepfake.verdicts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
          .joined(separator: ", ")
      )
    }
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
