// How `idv bench counts` counts: two runs of different length between three marks; the difference holds calls
// alone, without handshakes and start.

internal import CBaseline
internal import Foundation

/// What is counted.
enum CountedBenchmark: String, CaseIterable {
  /// 8 connections × 8 in flight, as `idv bench rpc` measures it: the server finds several calls at a time.
  case smallNative = "small-native"
  case smallCompat = "small-compat"
  /// One call at a time: nothing is shared among calls.
  case singleNative = "single-native"
  case singleCompat = "single-compat"
  case uploadNative = "upload-native"
  case uploadCompat = "upload-compat"
  case compareCodec = "compare-codec"

  /// Calls of the short run and of the long one.
  var rounds: (short: Int, long: Int) {
    switch self {
    case .smallNative, .smallCompat: (1000, 9000)
    case .singleNative, .singleCompat: (200, 1200)
    case .uploadNative, .uploadCompat: (2, 12)
    case .compareCodec: (200, 2200)
    }
  }

  /// What a new baseline gets: some times what counts differ from run to run. How calls and uploads fall into
  /// reads depends on timing, even though the client is far ahead of a server under callgrind.
  var tolerance: BenchBaseline.Tolerance {
    switch self {
    case .compareCodec: BenchBaseline.Tolerance(instructions: 0.01, allocations: 0)
    case .singleNative, .singleCompat:
      BenchBaseline.Tolerance(instructions: 0.03, allocations: 0.02)
    case .smallNative, .smallCompat:
      BenchBaseline.Tolerance(instructions: 0.03, allocations: 0.05)
    case .uploadNative, .uploadCompat:
      BenchBaseline.Tolerance(instructions: 0.03, allocations: 0.1)
    }
  }

  /// Connections, and calls in flight on each.
  var shape: (connections: Int, inFlight: Int) {
    switch self {
    case .smallNative, .smallCompat: (8, 8)
    default: (1, 1)
    }
  }

  /// The server that answers it; nil where the codec alone is counted.
  var server: (kind: BenchServerKind, method: YardstickMethod)? {
    switch self {
    case .smallNative, .singleNative: (.native, .echo)
    case .smallCompat, .singleCompat: (.compat, .echo)
    case .uploadNative: (.native, .upload)
    case .uploadCompat: (.compat, .upload)
    case .compareCodec: nil
    }
  }
}

/// Counts the benchmarks. Blocks its thread for half a minute.
struct Counter {
  let options: RPCBenchOptions
  /// The preloaded counting allocator.
  let allocator: String
  /// Let the codec waste work: the planted violation.
  let wastes: Bool

  /// Profiles and what goes with them; removed at the end unless the caller named the folder.
  private let scratch: URL
  private let keeps: Bool

  init(options: RPCBenchOptions, allocator: String, wastes: Bool, keep folder: String?) {
    self.options = options
    self.allocator = allocator
    self.wastes = wastes
    keeps = folder != nil
    scratch =
      folder.map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("idv-counts-\(getpid())")
  }

  private var preload: [String: String] { ["LD_PRELOAD": allocator] }

  /// Counts of each benchmark. One server under callgrind answers all that need one.
  func count(_ benchmarks: [CountedBenchmark]) throws -> [CountedBenchmark: BenchCounts] {
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { if !keeps { try? FileManager.default.removeItem(at: scratch) } }
    // valgrind 3.19 gives up on the debug information that Swift leaves.
    let tool = scratch.appendingPathComponent("idv").path
    _ = try output("strip", ["--strip-debug", "-o", tool, options.tool])
    var counts: [CountedBenchmark: BenchCounts] = [:]
    let served = benchmarks.filter { $0.server != nil }
    if !served.isEmpty { counts = try countServed(served, tool) }
    if benchmarks.contains(.compareCodec) {
      counts[.compareCodec] = try countCodec(tool)
    }
    return counts
  }

  /// Options by which callgrind leaves a file at every mark.
  private func callgrind(_ profile: URL) -> [String] {
    [
      "--tool=callgrind", "--quiet", "--dump-before=baseline_mark",
      "--callgrind-out-file=\(profile.path)",
    ]
  }

  /// Instructions between the mark `number` - 1 and the mark `number`, counted from 1.
  private func instructions(_ profile: URL, _ number: Int) throws -> Double {
    let part = URL(fileURLWithPath: "\(profile.path).\(number)")
    let text = try String(contentsOf: part, encoding: .utf8)
    for line in text.split(separator: "\n").reversed() where line.hasPrefix("totals: ") {
      if let count = Double(line.dropFirst("totals: ".count)) { return count }
    }
    throw BenchChild.StartFailed(description: "callgrind's file holds no totals")
  }

  private func difference(
    _ rounds: (short: Int, long: Int), _ short: BenchCounts, _ long: BenchCounts
  ) -> BenchCounts {
    let calls = Double(rounds.long - rounds.short)
    return BenchCounts(
      instructions: (long.instructions - short.instructions) / calls,
      allocations: (long.allocations - short.allocations) / calls,
      allocatedBytes: (long.allocatedBytes - short.allocatedBytes) / calls)
  }

  // MARK: Served

  private func countServed(
    _ benchmarks: [CountedBenchmark], _ tool: String
  ) throws -> [CountedBenchmark: BenchCounts] {
    let profile = scratch.appendingPathComponent("server")
    var one = options
    one.threads = 1
    let child = try BenchChild(
      peer: "valgrind", callgrind(profile) + [tool] + YardstickArguments("idv", one).list,
      environment: preload)
    defer { child.stop() }
    var counts: [CountedBenchmark: BenchCounts] = [:]
    var marks = 0
    for benchmark in benchmarks {
      guard let (kind, method) = benchmark.server else { continue }
      note("counting \(benchmark.rawValue)")
      var (short, long) = try run(benchmark, BenchServer(kind: kind, child: child), method)
      marks += 3
      short.instructions = try instructions(profile, marks - 1)
      long.instructions = try instructions(profile, marks)
      counts[benchmark] = difference(benchmark.rounds, short, long)
    }
    return counts
  }

  /// Mark, short run, mark, long run, mark; returns what was allocated in each run.
  private func run(
    _ benchmark: CountedBenchmark, _ server: BenchServer, _ method: YardstickMethod
  ) throws -> (short: BenchCounts, long: BenchCounts) {
    func calls(_ method: YardstickMethod, _ count: Int) throws -> BenchLoadResult {
      let (connections, inFlight) = method == .mark ? (1, 1) : benchmark.shape
      let shape = BenchLoad.Shape(connections: connections, inFlight: inFlight, calls: count)
      return try BenchLoad(server, method, shape, options.identity).run()
    }
    func mark() throws -> BenchCounts {
      let answer = try calls(.mark, 1).answer
      guard answer.count == 16 else {
        throw BenchChild.StartFailed(description: "a mark of \(answer.count) bytes")
      }
      let words = [answer.prefix(8), answer.suffix(8)].map { bytes in
        Double(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      }
      return BenchCounts(instructions: 0, allocations: words[0], allocatedBytes: words[1])
    }
    // Until pools and caches have their size.
    _ = try calls(method, benchmark.rounds.short)
    let first = try mark()
    _ = try calls(method, benchmark.rounds.short)
    let second = try mark()
    _ = try calls(method, benchmark.rounds.long)
    let third = try mark()
    return (second - first, third - second)
  }

  // MARK: Codec

  private func countCodec(_ tool: String) throws -> BenchCounts {
    note("counting \(CountedBenchmark.compareCodec.rawValue)")
    let rounds = CountedBenchmark.compareCodec.rounds
    var words = [tool, "bench", "counts-codec"]
    for count in [rounds.short, rounds.short, rounds.long] { words += ["--rounds", "\(count)"] }
    if wastes { words.append("--waste") }
    let profile = scratch.appendingPathComponent("codec")
    let said = try output("valgrind", callgrind(profile) + words, environment: preload)
    let marks = said.split(separator: "\n").map { line in
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      return BenchCounts(
        instructions: 0, allocations: numbers.first ?? .nan, allocatedBytes: numbers.last ?? .nan)
    }
    guard marks.count == 4 else {
      throw BenchChild.StartFailed(description: "the codec's run left \(marks.count) marks")
    }
    var short = marks[2] - marks[1]
    var long = marks[3] - marks[2]
    short.instructions = try instructions(profile, 3)
    long.instructions = try instructions(profile, 4)
    return difference(rounds, short, long)
  }

  /// Runs a program to its end; returns what it printed.
  private func output(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> String {
    let complaints = scratch.appendingPathComponent("complaints")
    _ = FileManager.default.createFile(atPath: complaints.path, contents: nil)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let said = Pipe()
    process.standardOutput = said
    process.standardError = try FileHandle(forWritingTo: complaints)
    try process.run()
    let data = said.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let why = (try? String(contentsOf: complaints, encoding: .utf8)) ?? ""
      throw BenchChild.StartFailed(description: "\(program) failed:\n\(why)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

extension BenchCounts {
  /// What was counted between two marks.
  fileprivate static func - (later: BenchCounts, earlier: BenchCounts) -> BenchCounts {
    BenchCounts(
      instructions: later.instructions - earlier.instructions,
      allocations: later.allocations - earlier.allocations,
      allocatedBytes: later.allocatedBytes - earlier.allocatedBytes)
  }
}
