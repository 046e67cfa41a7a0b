// Committed counts: one JSON file a benchmark in Tests/Baselines.

internal import Foundation

/// What one call costs, counted instead of timed, and so the same on a busy machine.
struct BenchCounts: Codable, Equatable {
  /// Instructions that the process executes, kernel not included.
  var instructions: Double
  /// malloc and its relatives.
  var allocations: Double
  var allocatedBytes: Double
}

/// A file of Tests/Baselines.
struct BenchBaseline: Codable {
  /// How much worse a count may be before it is a regression, as a share of the baseline; allocations also get
  /// half a one.
  struct Tolerance: Codable {
    var instructions: Double
    var allocations: Double
  }

  var benchmark: String
  var perCall: BenchCounts
  var tolerance: Tolerance

  static func path(_ folder: String, _ benchmark: String) -> URL {
    URL(fileURLWithPath: folder).appendingPathComponent("\(benchmark).json")
  }

  static func read(_ folder: String, _ benchmark: String) throws -> BenchBaseline {
    try JSONDecoder().decode(
      BenchBaseline.self, from: Data(contentsOf: path(folder, benchmark)))
  }

  func write(_ folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    var data = try encoder.encode(self)
    data.append(0x0A)
    try data.write(to: Self.path(folder, benchmark))
  }

  /// One count beside its baseline.
  struct Line: Encodable {
    var benchmark: String
    var count: String
    var measured: Double
    var baseline: Double
    /// As a share of the baseline.
    var tolerance: Double
    var isWorse: Bool

    var text: String {
      let change = baseline > 0 ? (measured / baseline - 1) * 100 : 0
      return "\(isWorse ? "!" : " ") " + left(benchmark, 18) + left(count, 16)
        + right(fixed(measured, 1), 13) + right(fixed(baseline, 1), 13)
        + right((change < 0 ? "" : "+") + fixed(change, 1) + " %", 10)
        + right("+" + fixed(tolerance * 100, 1) + " %", 10)
    }
  }

  static let heading =
    "  " + left("benchmark", 18) + left("per call", 16) + right("measured", 13)
    + right("baseline", 13) + right("change", 10) + right("allowed", 10)

  func compare(_ measured: BenchCounts) -> [Line] {
    func line(
      _ count: String, _ value: Double, _ baseline: Double, _ share: Double, spare: Double = 0
    ) -> Line {
      let allowed = baseline * (1 + share) + spare
      return Line(
        benchmark: benchmark, count: count, measured: value, baseline: baseline,
        tolerance: baseline > 0 ? allowed / baseline - 1 : share, isWorse: value > allowed)
    }
    return [
      line("instructions", measured.instructions, perCall.instructions, tolerance.instructions),
      line(
        "allocations", measured.allocations, perCall.allocations, tolerance.allocations, spare: 0.5),
      line(
        "allocated bytes", measured.allocatedBytes, perCall.allocatedBytes, tolerance.allocations,
        spare: 64),
    ]
  }
}
