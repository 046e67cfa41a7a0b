// What `idv evaluate pad` says, as JSON.

internal import Decisions
internal import Vocabulary

/// The JSON of a run. Rates are fractions; bounds are exact 95 %, two-sided. Accepted is PASS of what `Basic` decides on a
/// capture or picture that answers no challenge.
package struct PresentationReport: Encodable {
  /// One attack species.
  package struct Species: Encodable {
    package let name: String
    package let n: Int
    package let apcer: Double
    /// Upper 95 % bound of `apcer`.
    package let bound95: Double
    /// Share without an answer.
    package let apnrr: Double

    init(_ species: PresentationRates.Species) {
      name = species.name
      n = species.accepted.total
      apcer = species.accepted.value
      bound95 = species.accepted.upper
      apnrr = species.unanswered.value
    }
  }

  /// A reason for which living people were refused; several may be given for one of them.
  package struct Refusal: Encodable {
    package let reason: String
    package let signal: String?
    package let limit: Double?
    package let n: Int
    package let measured: [Double]

    init(_ refusals: PresentationRefusals) {
      reason = "\(refusals.code)"
      signal = refusals.signal?.rawValue
      limit = refusals.limit
      n = refusals.count
      measured = refusals.measured
    }
  }

  /// Attacks at the threshold that accepts every living person, if scores alone decided.
  package struct AtLeastLive: Encodable {
    package let threshold: Double
    package let n: Int
    package let accepted: Int
    package let bound95: Double
  }

  /// One part of the data.
  package struct Part: Encodable {
    package let live: Int
    package let attacks: Int
    /// That of the worst species.
    package let apcer: Double
    /// Upper 95 % bound of all attacks together.
    package let apcerBound95: Double
    package let bpcer: Double
    package let bpcerBound95: Double
    package let acer: Double
    package let apnrr: Double
    package let bpnrr: Double
    package let auc: Double?
    /// Lowest score of a living person and highest of an attack; above the threshold is live.
    package let leastLive: Double?
    package let mostAttack: Double?
    package let atLeastLive: AtLeastLive?
    package let refusals: [Refusal]
    package let species: [Species]

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
      atLeastLive = rates.leastLive.flatMap { least in
        rates.atLeastLive.map {
          AtLeastLive(threshold: least, n: $0.total, accepted: $0.count, bound95: $0.upper)
        }
      }
      refusals = rates.refusals.map(Refusal.init)
      species = rates.species.map(Species.init)
    }
  }

  /// Verdicts on some presentations, and how often they are PASS.
  package struct Verdicts: Encodable {
    package let verdicts: [String: Int]
    package let accepted: Int
    package let apcer: Double
    package let bound95: Double

    init(_ all: [Verdict]) {
      let passed = MeasuredRate(count: all.count { $0 == .pass }, total: all.count)
      verdicts = Dictionary(all.map { ("\($0)", 1) }, uniquingKeysWith: +)
      accepted = passed.count
      apcer = passed.value
      bound95 = passed.upper
    }
  }

  /// Clips and pictures made by a program from a photo. They are no presentation: a camera saw none of it.
  package struct Deepfake: Encodable {
    package let n: Int
    package let clips: Int
    /// Accepted by `Basic` where nothing was asked: what looks alive.
    package let lookAlive: Int
    /// What Enhanced answers to each from a safe device, no challenge being answered, and how often that is PASS: never, by
    /// its first rule.
    package let verdicts: [String: Int]
    package let apcer: Double
    package let bound95: Double
    /// Scores of the living of `videos` and `full` against those of deepfakes.
    package let auc: Double?
    /// What `Basic` answers to each, no challenge being answered.
    package let basicSilent: Verdicts

    init?(_ scored: [ScoredPresentation]) {
      let fakes = scored.filter { $0.truth.label == .deepfake }
      guard !fakes.isEmpty else { return nil }
      n = fakes.count
      clips = fakes.count { $0.truth.part == PresentationList.clips }
      lookAlive = fakes.count(where: \.isAccepted)
      let enhanced = Verdicts(fakes.map(\.unchallengedVerdict))
      (verdicts, apcer, bound95) = (enhanced.verdicts, enhanced.apcer, enhanced.bound95)
      let parts = Set(fakes.map(\.truth.part))
      let living = scored.filter { $0.truth.label == .live && parts.contains($0.truth.part) }
      auc = PresentationRates.auc(living.map(\.rank), fakes.map(\.rank))
      basicSilent = Verdicts(fakes.map { $0.decision?.verdict ?? .inconclusive })
    }
  }

  /// A limit of the server that clips were read in spite of.
  package struct Relaxed: Encodable {
    package let symbol: String
    package let limit: String
    package let clips: Int
  }

  package let calibration: String
  package let threshold: Double
  /// The policy that decided.
  package let policy: String
  /// Roles of liveness models that are not installed.
  package let missing: [String]
  /// Files that could not be read; they count as not accepted.
  package let unread: [String]
  package let relaxed: [Relaxed]
  package let videos: Part?
  package let full: Part?
  package let crop: Part?
  package let deepfake: Deepfake?
  /// Living people of another list.
  package let living: Part?

  /// - Parameters:
  ///   - calibration: its name; `threshold` is its least score of a living face.
  ///   - missing: roles of liveness models that are not installed.
  package init(
    _ scored: [ScoredPresentation], calibration: String, threshold: Double, policy: String,
    missing: [String]
  ) {
    self.calibration = calibration
    self.threshold = threshold
    self.policy = policy
    self.missing = missing
    unread = scored.filter { $0.evidence == nil }.map(\.truth.path)
    relaxed = Dictionary(grouping: scored.compactMap(\.relaxed)) { $0 }
      .map { Relaxed(symbol: $0.symbol, limit: $0.limit, clips: $1.count) }
      .sorted { ($0.symbol, $0.limit) < ($1.symbol, $1.limit) }
    func part(_ name: String) -> Part? { Part(scored.filter { $0.truth.part == name }) }
    videos = part(PresentationList.clips)
    full = part("full")
    crop = part("crop")
    deepfake = Deepfake(scored)
    living = Part(
      scored.filter { ![PresentationList.clips, "full", "crop"].contains($0.truth.part) })
  }
}
