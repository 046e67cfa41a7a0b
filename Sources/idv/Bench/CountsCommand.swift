// idv bench counts: instructions and allocations of a call against the committed baseline.

internal import ArgumentParser
internal import Foundation

struct CountsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "counts",
    abstract: "Instructions and allocations of a call, against Tests/Baselines.",
    discussion: """
      Instructions are callgrind's, allocations those of a preloaded counting allocator; both are taken as \
      the difference of two runs of different length, one call at a time on one connection, so that they do \
      not depend on how busy the machine is. Exit 1 when a count is worse than its baseline allows. Better \
      counts are not an error: --update takes them over.
      """)

  @Option(help: "Folder of ca.crt, server.crt, server.key, client.crt and client.key.")
  var certs = "Certs/dev"

  @Option(help: "Folder of the baselines.")
  var baselines = "Tests/Baselines"

  @Option(parsing: .upToNextOption, help: "Benchmarks to count.")
  var only = CountedBenchmark.allCases

  @Option(
    help: "Keep callgrind's files here, for callgrind_annotate: three a benchmark, the last counts."
  )
  var keep: String?

  @Flag(help: "Write what was counted as the new baselines.")
  var update = false

  @Flag(help: "Count a codec that wastes work; it must be found worse.")
  var selfTest = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let lines: [BenchBaseline.Line]
    do {
      let counted = try counter().count(selfTest ? [.compareCodec] : only)
      if update {
        try write(counted)
        return
      }
      lines = try counted.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap {
        try BenchBaseline.read(baselines, $0.key.rawValue).compare($0.value)
      }
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json {
      try printJSON(lines)
    } else {
      print(([BenchBaseline.heading] + lines.map(\.text)).joined(separator: "\n"))
    }
    let worse = lines.filter(\.isWorse)
    if selfTest {
      let caught = Set(worse.map(\.count)).isSuperset(of: ["instructions", "allocations"])
      print("counts: the planted waste was \(caught ? "caught" : "missed")")
      if !caught { throw ExitCode(1) }
      return
    }
    guard worse.isEmpty else {
      print("\(worse.count) counts are worse than Tests/Baselines allows")
      throw ExitCode(1)
    }
  }

  private func counter() throws -> Counter {
    let tool = BenchChild.tool
    let allocator = URL(fileURLWithPath: tool).deletingLastPathComponent()
      .appendingPathComponent("libidvcounting.so").path
    guard FileManager.default.fileExists(atPath: allocator) else {
      throw BenchChild.StartFailed(description: "\(allocator) is not built (make bench-counts)")
    }
    return Counter(
      options: RPCBenchOptions(
        identity: .inFolder(certs), cases: [], servers: [], threads: 1,
        python: (interpreter: "", modules: ""), peers: "", tool: tool),
      allocator: allocator, wastes: selfTest, keep: keep)
  }

  private func write(_ counted: [CountedBenchmark: BenchCounts]) throws {
    for (benchmark, counts) in counted {
      let old = try? BenchBaseline.read(baselines, benchmark.rawValue)
      let rounded = BenchCounts(
        instructions: counts.instructions.rounded(),
        allocations: (counts.allocations * 10).rounded() / 10,
        allocatedBytes: counts.allocatedBytes.rounded())
      try BenchBaseline(
        benchmark: benchmark.rawValue, perCall: rounded,
        tolerance: old?.tolerance ?? benchmark.tolerance
      ).write(baselines)
      note("wrote \(baselines)/\(benchmark.rawValue).json")
    }
  }
}

extension CountedBenchmark: ExpressibleByArgument {}
