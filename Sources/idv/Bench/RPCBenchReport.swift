// What `idv bench rpc` prints: cases, and the ratios that the aims speak of.

/// The certificates of a bench.
struct RPCBenchIdentity: Sendable {
  var authority: String
  var serverCertificate: String
  var serverKey: String
  var clientCertificate: String
  var clientKey: String
  /// The account that the client certificate names.
  var account = "dev"
}

/// One server under one load. Cost and throughput are those of the best round, because what else the machine does only
/// adds to them; latencies are medians over the rounds.
struct RPCBenchCase: Encodable {
  /// What one round says of latency.
  struct Latency: Encodable {
    var p50Micros: Double
    var p99Micros: Double
    /// How late the client itself was with 1 % of the calls, at a rate: part of the two above.
    var lateP99Micros: Double
    /// Whether other programs took more than `othersShareMax` of a core or, where none should, the client was held up.
    var disturbed: Bool
  }

  var name: String
  var server: String
  var callsPerSecond: Double?
  /// User and system time of the server process.
  var serverCPUMicrosPerCall: Double?
  var p50Micros: Double?
  var p99Micros: Double?
  var lateP99Micros: Double?
  /// The server process's resident memory.
  var rssMB: Double
  /// Whether other programs ran in every round: latencies are then theirs as much as the server's.
  var disturbed = false
  /// Round by round.
  var latencies: [Latency] = []

  /// A case of memory alone.
  init(_ name: BenchCaseName, _ server: String, rssMB: Double) {
    self.name = name.rawValue
    self.server = server
    self.rssMB = rssMB
  }

  init(
    _ name: BenchCaseName, _ server: String, _ result: BenchLoadResult, cpuMicros: Double,
    rssMB: Double, isDisturbed: Bool
  ) {
    self.init(name, server, rssMB: rssMB)
    callsPerSecond = result.callsPerSecond
    serverCPUMicrosPerCall = cpuMicros / result.answered
    latencies = [
      Latency(
        p50Micros: result.p50Micros, p99Micros: result.p99Micros,
        lateP99Micros: result.lateP99Micros, disturbed: isDisturbed)
    ]
    summarise()
  }

  mutating func add(_ other: RPCBenchCase) {
    func pick(_ a: Double?, _ b: Double?, _ better: (Double, Double) -> Double) -> Double? {
      if let a, let b { better(a, b) } else { a ?? b }
    }
    callsPerSecond = pick(callsPerSecond, other.callsPerSecond, max)
    serverCPUMicrosPerCall = pick(serverCPUMicrosPerCall, other.serverCPUMicrosPerCall, min)
    rssMB = max(rssMB, other.rssMB)
    latencies += other.latencies
    summarise()
  }

  /// Rounds that others disturbed count only when there are no others.
  private mutating func summarise() {
    disturbed = latencies.allSatisfy(\.disturbed) && !latencies.isEmpty
    let counted = latencies.filter { $0.disturbed == disturbed }
    p50Micros = median(counted.map(\.p50Micros))
    p99Micros = median(counted.map(\.p99Micros))
    lateP99Micros = median(counted.map(\.lateP99Micros))
  }
}

extension RPCBenchCase {
  /// The lowest and the highest p99 of the rounds that count.
  var range: String {
    let counted = latencies.filter { $0.disturbed == disturbed }.map(\.p99Micros)
    guard let low = counted.min(), let high = counted.max() else { return "–" }
    return "\(fixed(low, 0))–\(fixed(high, 0))"
  }
}

/// The middle of `values`, nil without any.
private func median(_ values: [Double]) -> Double? {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return nil }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// What is measured.
enum BenchCaseName: String, CaseIterable {
  /// 32 bytes there and back, 8 connections × 8 in flight.
  case small
  /// The same calls of an immediate method, which is answered without a task; idv only.
  case smallAtOnce = "small, immediate"
  /// The same calls at one rate for all: half of what the slowest peer can do; and half, three quarters and nine tenths
  /// of what the slowest good one can.
  case lightLoad = "light load"
  case equalLoad = "equal load, 1/2"
  case highLoad = "equal load, 3/4"
  case fullLoad = "equal load, 9/10"
  /// 2 MiB to the server, 4 connections.
  case upload = "upload 2 MiB"
  /// Connections that do nothing.
  case idle
  /// One caller alone, and beside connections that hardly read.
  case alone = "fast alone"
  case besideSlow = "fast beside slow"

  /// Whether calls come at a rate, whatever the server does.
  var isAtRate: Bool { Self.rates.contains(self) }

  static let rates: [BenchCaseName] = [.lightLoad, .equalLoad, .highLoad, .fullLoad]
}

/// One figure that has an aim.
struct RPCBenchRatio: Encodable {
  var name: String
  var value: Double
  var aim: String
  var met: Bool
  /// Whether it comes from latencies that other programs disturbed, and says little.
  var disturbed = false
  /// Of a ratio of latencies, which is the median of the rounds': the middle half of them, and how many there are.
  var lowerQuartile: Double?
  var upperQuartile: Double?
  var rounds: Int?

  init(_ name: String, _ value: Double, atMost aim: Double, decimals: Int = 2) {
    self.name = name
    self.value = value
    self.aim = "at most \(fixed(aim, decimals))"
    met = value <= aim
  }

  init(_ name: String, _ value: Double, atLeast aim: Double, decimals: Int = 2) {
    self.name = name
    self.value = value
    self.aim = "at least \(fixed(aim, decimals))"
    met = value >= aim
  }

  /// Of p99, round by round: what the machine does in one round meets both sides. Nil without rounds.
  init?(_ name: String, p99 ours: RPCBenchCase, to theirs: RPCBenchCase, atMost aim: Double) {
    let pairs = Array(zip(ours.latencies, theirs.latencies))
    let quiet = pairs.filter { !$0.disturbed && !$1.disturbed }
    let ratios = (quiet.isEmpty ? pairs : quiet).map { $0.p99Micros / $1.p99Micros }.sorted()
    guard let middle = median(ratios) else { return nil }
    self.init(name, middle, atMost: aim)
    lowerQuartile = ratios[ratios.count / 4]
    upperQuartile = ratios[ratios.count * 3 / 4]
    rounds = ratios.count
    disturbed = quiet.isEmpty
  }

  /// A line for people.
  var text: String {
    let mark = disturbed ? "~" : met ? " " : "!"
    guard let lowerQuartile, let upperQuartile, let rounds else {
      return "\(mark) \(name): \(fixed(value, 2)) (\(aim))"
    }
    return "\(mark) \(name): \(fixed(value, 2)) (\(aim)); half of \(rounds) rounds "
      + "\(fixed(lowerQuartile, 2))–\(fixed(upperQuartile, 2))"
  }
}

/// A server and its client share the cores; of what is left, others may have so much of one.
let othersShareMax = 0.05

/// Everything measured in one run.
struct RPCBenchReport: Encodable {
  var cases: [RPCBenchCase] = []
  var ratios: [RPCBenchRatio] = []
  /// Why a server or a case is missing.
  var skipped: [String] = []

  func find(_ name: BenchCaseName, _ server: BenchServerKind) -> RPCBenchCase? {
    cases.first { $0.name == name.rawValue && $0.server == server.rawValue }
  }

  mutating func add(_ measured: RPCBenchCase) {
    let same = cases.firstIndex { $0.name == measured.name && $0.server == measured.server }
    if let same { cases[same].add(measured) } else { cases.append(measured) }
  }

  /// The smallest `figure` among the peers.
  private func bestPeer(
    _ name: BenchCaseName, _ figure: (RPCBenchCase) -> Double?
  ) -> (name: String, figure: Double)? {
    let peers = BenchServerKind.allCases.filter(\.isPeer).compactMap { find(name, $0) }
    let found = peers.compactMap { peer in figure(peer).map { (name: peer.server, figure: $0) } }
    return found.min { $0.figure < $1.figure }
  }

  /// Fills `ratios` from `cases`; a ratio whose cases are missing is left out.
  mutating func compare() {
    ratios = cpuRatios() + latencyRatios()
    if let idle = find(.idle, .native) {
      ratios.append(
        RPCBenchRatio("idle connections, resident MB, idv", idle.rssMB, atMost: 400, decimals: 0))
    }
  }

  private func cpuRatios() -> [RPCBenchRatio] {
    var found: [RPCBenchRatio] = []
    if let ours = find(.small, .native)?.serverCPUMicrosPerCall {
      if let bare = find(.small, .bare)?.serverCPUMicrosPerCall {
        found.append(
          RPCBenchRatio("small call, server CPU, idv native / bare", ours / bare, atMost: 2))
        if let atOnce = find(.smallAtOnce, .native)?.serverCPUMicrosPerCall {
          found.append(
            RPCBenchRatio(
              "the same of an immediate method, without a task", atOnce / bare, atMost: 2))
        }
      }
      if let peer = bestPeer(.small, \.serverCPUMicrosPerCall) {
        found.append(
          RPCBenchRatio(
            "small call, server CPU, idv native / \(peer.name)", ours / peer.figure, atMost: 1))
      }
    }
    let uploads = [BenchServerKind.native, .compat].compactMap { find(.upload, $0) }
    if let peer = bestPeer(.upload, \.serverCPUMicrosPerCall) {
      for ours in uploads {
        found.append(
          RPCBenchRatio(
            "2 MiB upload, server CPU, \(ours.server) / \(peer.name)",
            (ours.serverCPUMicrosPerCall ?? .nan) / peer.figure, atMost: 1))
      }
    }
    if let bare = find(.upload, .bare)?.callsPerSecond {
      for ours in uploads {
        found.append(
          RPCBenchRatio(
            "2 MiB upload, throughput, \(ours.server) / bare read loop",
            (ours.callsPerSecond ?? .nan) / bare, atLeast: 0.7))
      }
    }
    return found
  }

  private func latencyRatios() -> [RPCBenchRatio] {
    var found: [RPCBenchRatio] = []
    for name in BenchCaseName.rates {
      guard let peer = bestPeer(name, \.p99Micros),
        let theirs = cases.first(where: { $0.name == name.rawValue && $0.server == peer.name })
      else { continue }
      // The bare echo says what the machine itself needs.
      for server in [BenchServerKind.native, .compat, .bare] {
        guard let ours = find(name, server) else { continue }
        let title = "\(name.rawValue), p99, \(server.rawValue) / \(peer.name)"
        guard var ratio = RPCBenchRatio(title, p99: ours, to: theirs, atMost: 0.5) else { continue }
        if server == .bare { (ratio.aim, ratio.met) = ("no aim: the least there is", true) }
        found.append(ratio)
      }
    }
    for server in [BenchServerKind.native, .compat] {
      guard let alone = find(.alone, server), let beside = find(.besideSlow, server) else {
        continue
      }
      let title = "fast caller beside slow readers, p99, \(server.rawValue) / alone"
      if let ratio = RPCBenchRatio(title, p99: beside, to: alone, atMost: 2) {
        found.append(ratio)
      }
    }
    return found
  }
}

extension RPCBenchReport {
  /// A table for people.
  var text: String {
    func cell(_ value: Double?, _ decimals: Int, _ width: Int) -> String {
      right(value.map { fixed($0, decimals) } ?? "–", width)
    }
    var lines = [
      left("case", 18) + left("server", 12) + right("calls/s", 10) + right("CPU µs/call", 13)
        + right("p50 µs", 10) + right("p99 µs", 10) + right("range", 14) + right("late µs", 9)
        + right("RSS MB", 9)
    ]
    for name in BenchCaseName.allCases {
      for line in cases where line.name == name.rawValue {
        lines.append(
          left(line.name, 18) + left(line.server, 12) + cell(line.callsPerSecond, 0, 10)
            + cell(line.serverCPUMicrosPerCall, 2, 13) + cell(line.p50Micros, 0, 10)
            + cell(line.p99Micros, 0, 10) + right(line.range, 14)
            + cell(name.isAtRate ? line.lateP99Micros : nil, 0, 9) + cell(line.rssMB, 1, 9)
            + (line.disturbed ? " ~" : ""))
      }
    }
    if cases.contains(where: \.disturbed) {
      lines.append("~ other programs ran in every round: these latencies are theirs, too")
    }
    if !ratios.isEmpty { lines.append("") }
    lines += ratios.map(\.text)
    return (lines + skipped.map { "skipped: \($0)" }).joined(separator: "\n")
  }
}
