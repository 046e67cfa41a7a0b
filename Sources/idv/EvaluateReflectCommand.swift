// idv evaluate reflect: simulated colour flashes on live faces and attacks.

internal import ArgumentParser
internal import Evaluation
internal import Inference
internal import Liveness
internal import Simulation
internal import Vocabulary

struct EvaluateReflectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reflect",
    abstract:
      "How often simulated faces and attacks are taken for faces lit by the issued colours.",
    discussion: """
      No recordings exist of this challenge, so clips are computed: people, rooms, screens and cameras are drawn from \
      ranges, every clip with a random sequence of its own. Rates come with exact 95 % bounds. They say that the \
      arithmetic holds under the simulation's physics; they are not accuracy in the field.
      """)

  @Option(help: "Clips of each kind, each with its own sequence.")
  var sequences = 10_000

  @Option(help: "Another seed gives other people, rooms, cameras and sequences.")
  var seed: UInt64 = 2

  @Option(help: "Only these kinds, separated by commas.")
  var species: String?

  @Flag(help: "The narrower ranges that thresholds were chosen with.")
  var narrow = false

  @Option(help: "Threads; 0 means one a core.")
  var lanes = 0

  @Option(help: "Write a report with example clips as the judge sees them to this HTML file.")
  var html: String?

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(sequences), (0...256).contains(lanes) else {
      throw ValidationError("--sequences is 1–1,000,000, --lanes 0–256.")
    }
    _ = try chosen()
  }

  private func chosen() throws -> [FlashSpecies] { try named(species, option: "--species") }

  func run() async throws {
    let trials = ReflectTrials(seed: seed, ranges: narrow ? .narrow : .wide)
    var rows: [ReflectRow] = []
    let clock = ContinuousClock()
    let start = clock.now
    for species in try chosen() {
      let progress = ProgressLine("\(species.rawValue)")
      let results = await trials.run(
        species, count: sequences, lanes: lanes > 0 ? lanes : InferenceOptions.onlineCores,
        progress: progress.update)
      progress.end()
      rows.append(ReflectRow(species.rawValue, species, results))
      rows += ReflectSplit.all.compactMap { split in
        let some = results.filter(split.holds)
        return some.isEmpty ? nil : ReflectRow(split.name, species, some)
      }
    }
    let report = ReflectReport(
      seed: seed, ranges: narrow ? "narrow" : "wide", sequences: sequences,
      seconds: Double(start.duration(to: clock.now) / .milliseconds(1)) / 1000, rows: rows)
    if let html { try ReflectPage(trials, report).write(to: html) }
    if json { try printJSON(report) } else { report.printTable() }
  }
}

/// A part of the trials, by what decides how hard they are.
private struct ReflectSplit: Sendable {
  let name: String
  let holds: @Sendable (ReflectTrial) -> Bool

  /// Trials whose value is in a range, without its upper end.
  private static func split(
    _ name: String, _ range: Range<Double>, of value: @escaping @Sendable (ReflectTrial) -> Double
  ) -> ReflectSplit {
    ReflectSplit(name: name) { range.contains(value($0)) }
  }

  static let all = [
    split("below 50 lux", 0..<50) { $0.roomLux },
    split("50–150 lux", 50..<150) { $0.roomLux },
    split("150–300 lux", 150..<300) { $0.roomLux },
    split("300 lux or more", 300..<1e6) { $0.roomLux },
    split("light skin", 0..<0.33) { $0.melanin },
    split("medium skin", 0.33..<0.67) { $0.melanin },
    split("dark skin", 0.67..<1.01) { $0.melanin },
    split("12–15 a second", 0..<16) { $0.frameRate },
    split("20–25 a second", 16..<26) { $0.frameRate },
    split("30 a second", 26..<1000) { $0.frameRate },
  ]
}

/// The JSON of a run. Rates are fractions with exact 95 % bounds.
struct ReflectReport: Encodable {
  let seed: UInt64
  let ranges: String
  let sequences: Int
  let seconds: Double
  let rows: [ReflectRow]

  func printTable() {
    print(
      "simulated colour flashes, \(ranges) ranges, seed \(seed), \(sequences) clips of a kind, "
        + "\(fixed(seconds, 0)) s; not accuracy in the field")
    print(
      left("kind", 18) + right("clips", 7) + right("accepted", 10) + "  " + left("95 % bounds", 18)
        + right("contradicted", 13) + right("not shown", 11))
    for row in rows {
      print(
        left((row.isSplit ? "  " : "") + row.name, 18) + right("\(row.clips)", 7)
          + right(percent(row.accepted), 10) + "  "
          + left(row.acceptedBounds.map { fixed($0 * 100, 3) }.joined(separator: "–"), 18)
          + right(percent(row.contradicted), 13) + right(percent(row.notShown), 11))
    }
  }
}

struct ReflectRow: Encodable {
  let name: String
  let species: String
  /// Whether the row is a part of its species' trials.
  let isSplit: Bool
  /// False for what the judge does not claim to stop.
  let counted: Bool
  let clips: Int
  let acceptedCount: Int
  let accepted: Double
  let acceptedBounds: [Double]
  let contradicted: Double
  let notShown: Double
  /// Why clips were not accepted: how often each signal was named.
  let reasons: [String: Int]

  init(_ name: String, _ species: FlashSpecies, _ trials: [ReflectTrial]) {
    self.name = name
    self.species = species.rawValue
    isSplit = name != species.rawValue
    counted = FlashSpecies.counted.contains(species) || species == .live
    clips = trials.count
    acceptedCount = trials.count { $0.outcome == .shown }
    let rate = MeasuredRate(count: acceptedCount, total: clips)
    accepted = rate.value
    acceptedBounds = [rate.lower, rate.upper]
    var reasons: [String: Int] = [:]
    var (contradicted, notShown) = (0, 0)
    for trial in trials {
      switch trial.outcome {
      case .shown: break
      case .contradicted(let signals):
        contradicted += 1
        for signal in Set(signals) { reasons["contradicts \(signal.rawValue)", default: 0] += 1 }
      case .notShown(let signals):
        notShown += 1
        for signal in Set(signals) { reasons[signal.rawValue, default: 0] += 1 }
      }
    }
    self.contradicted = Double(contradicted) / Double(clips)
    self.notShown = Double(notShown) / Double(clips)
    self.reasons = reasons
  }
}
