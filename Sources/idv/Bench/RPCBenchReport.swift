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

/// One server under one load. Each figure is that of the best round: what else the machine does only adds.
struct RPCBenchCase: Encodable {
  var name: String
  var server: String
  var callsPerSecond: Double?
  /// User and system time of the server process.
  var serverCPUMicrosPerCall: Double?
  var p50Micros: Double?
  var p99Micros: Double?
  /// The server process's resident memory.
  var rssMB: Double
  /// Whether other programs took more than `othersShareMax` of a core in every round: latencies are then
  /// theirs as much as the server's.
  var disturbed = false

  /// A case of memory alone.
  init(_ name: BenchCaseName, _ server: String, rssMB: Double) {
    self.name = name.rawValue
    self.server = server
    self.rssMB = rssMB
  }

  init(
    _ name: BenchCaseName, _ server: String, _ result: BenchLoadResult, cpuMicros: Double,
    rssMB: Double, others: Double
  ) {
    self.init(name, server, rssMB: rssMB)
    callsPerSecond = result.callsPerSecond
    serverCPUMicrosPerCall = cpuMicros / result.answered
    p50Micros = result.p50Micros
    p99Micros = result.p99Micros
    disturbed = others > othersShareMax
  }

  mutating func add(_ other: RPCBenchCase) {
    func pick(_ a: Double?, _ b: Double?, _ better: (Double, Double) -> Double) -> Double? {
      if let a, let b { better(a, b) } else { a ?? b }
    }
    callsPerSecond = pick(callsPerSecond, other.callsPerSecond, max)
    serverCPUMicrosPerCall = pick(serverCPUMicrosPerCall, other.serverCPUMicrosPerCall, min)
    rssMB = max(rssMB, other.rssMB)
    if disturbed == other.disturbed {
      p50Micros = pick(p50Micros, other.p50Micros, min)
      p99Micros = pick(p99Micros, other.p99Micros, min)
    } else if disturbed {
      (p50Micros, p99Micros, disturbed) = (other.p50Micros, other.p99Micros, false)
    }
  }
}

/// What is measured.
enum BenchCaseName: String, CaseIterable {
  /// 32 bytes there and back, 8 connections × 8 in flight.
  case small
  /// The same calls of an immediate method, which is answered without a task; idv only.
  case smallAtOnce = "small, immediate"
  /// The same calls at one rate for all: half of what the slowest good peer can do, and the slowest of all.
  case equalLoad = "equal load"
  case lightLoad = "light load"
  /// 2 MiB to the server, 4 connections.
  case upload = "upload 2 MiB"
  /// Connections that do nothing.
  case idle
  /// One caller alone, and beside connections that hardly read.
  case alone = "fast alone"
  case besideSlow = "fast beside slow"
}

/// One figure that has an aim.
struct RPCBenchRatio: Encodable {
  var name: String
  var value: Double
  var aim: String
  var met: Bool
  /// Whether it comes from latencies that other programs disturbed, and says little.
  var disturbed = false

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
}

/// A server and its client share the cores; of what is left, others may have so much of one.
private let othersShareMax = 0.05

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
  ) -> (name: String, figure: Double, disturbed: Bool)? {
    let peers = BenchServerKind.allCases.filter(\.isPeer).compactMap { find(name, $0) }
    let found = peers.compactMap { peer in
      figure(peer).map { (name: peer.server, figure: $0, disturbed: peer.disturbed) }
    }
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
    for name in [BenchCaseName.equalLoad, .lightLoad] {
      if let native = find(name, .native), let ours = native.p99Micros,
        let peer = bestPeer(name, \.p99Micros)
      {
        var ratio = RPCBenchRatio(
          "\(name.rawValue), p99, idv native / \(peer.name)", ours / peer.figure, atMost: 0.5)
        ratio.disturbed = native.disturbed || peer.disturbed
        found.append(ratio)
      }
    }
    for server in [BenchServerKind.native, .compat] {
      if let alone = find(.alone, server), let beside = find(.besideSlow, server),
        let before = alone.p99Micros, let after = beside.p99Micros
      {
        var ratio = RPCBenchRatio(
          "fast caller beside slow readers, p99, \(server.rawValue) / alone", after / before,
          atMost: 2)
        ratio.disturbed = alone.disturbed || beside.disturbed
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
        + right("p50 µs", 10) + right("p99 µs", 10) + right("RSS MB", 9)
    ]
    for name in BenchCaseName.allCases {
      for line in cases where line.name == name.rawValue {
        lines.append(
          left(line.name, 18) + left(line.server, 12) + cell(line.callsPerSecond, 0, 10)
            + cell(line.serverCPUMicrosPerCall, 2, 13) + cell(line.p50Micros, 0, 10)
            + cell(line.p99Micros, 0, 10) + cell(line.rssMB, 1, 9)
            + (line.disturbed ? " ~" : ""))
      }
    }
    if cases.contains(where: \.disturbed) {
      lines.append("~ other programs ran in every round: these latencies are theirs, too")
    }
    if !ratios.isEmpty { lines.append("") }
    for ratio in ratios {
      let mark = ratio.disturbed ? "~" : ratio.met ? " " : "!"
      lines.append(
        "\(mark) \(ratio.name): \(fixed(ratio.value, 2)) (\(ratio.aim))")
    }
    return (lines + skipped.map { "skipped: \($0)" }).joined(separator: "\n")
  }
}
