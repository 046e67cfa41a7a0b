// idv bench rpc: what a call costs the server, beside the least a TLS server can do and beside peers.

internal import Foundation

/// What to measure and how long.
struct RPCBenchOptions: Sendable {
  var identity: RPCBenchIdentity
  var cases: [BenchCaseName]
  var servers: [BenchServerKind]
  /// Length of each measurement of each server in each round.
  var seconds = 1.0
  /// Rounds; in each of them every server has its turn.
  var rounds = 5
  /// Rounds at one rate for all, and how long each server is measured in each: many and short, so that what disturbs one
  /// is one of many.
  var rateRounds = 21
  var rateSeconds = 0.35
  /// Threads of each server.
  var threads: Int
  /// Connections of the idle case and of the slow readers.
  var idleConnections = 10_000
  var slowConnections = 100
  /// A Python 3 and the folder that holds its `grpc` module.
  var python: (interpreter: String, modules: String)
  /// Where `make bench-peers` puts the peers.
  var peers: String
  /// This tool, which starts itself as the servers.
  var tool: String
}

/// Runs the bench and fills a report. Blocks its thread: it is this process's only work.
final class RPCBench {
  private let options: RPCBenchOptions
  private var report = RPCBenchReport()
  private var servers: BenchServers
  /// Calls a second of each server, as measured so far; decides how many calls a measurement makes.
  private var pace: [String: Double] = [:]

  static func run(_ options: RPCBenchOptions) throws -> RPCBenchReport {
    let bench = try RPCBench(options)
    defer { bench.servers.stop() }
    try bench.measureAll()
    return bench.report
  }

  private init(_ options: RPCBenchOptions) throws {
    self.options = options
    var missing: [String] = []
    servers = try BenchServers(options.servers, options) { missing.append($0) }
    report.skipped = missing
  }

  private func wants(_ name: BenchCaseName) -> Bool { options.cases.contains(name) }

  private func measureAll() throws {
    try rounds(.small) { server in
      let small = try measure(.small, server, .echo, BenchLoad.Shape())
      guard wants(.smallAtOnce), server.kind.isOurs else { return [small] }
      return [small, try measure(.smallAtOnce, server, .echoAtOnce, BenchLoad.Shape())]
    }
    try rounds(.upload) { server in
      [try measure(.upload, server, .upload, BenchLoad.Shape(connections: 4, inFlight: 1))]
    }
    try rounds(.besideSlow, but: .bare) { try measureSlowReaders($0) }
    servers.stop()
    try measureRates()
    if wants(.idle) { try measureIdle() }
    report.compare()
  }

  /// Gives every server its turn, round by round. A peer that fails is named and left out.
  private func rounds(
    _ name: BenchCaseName, but excluded: BenchServerKind? = nil,
    _ turn: (BenchServer) throws -> [RPCBenchCase]
  ) throws {
    guard wants(name) else { return }
    let count = name.isAtRate ? options.rateRounds : options.rounds
    for round in 1...count {
      // There and back, so that whatever grows or fades meets all alike.
      let turns = round % 2 == 1 ? servers.running : servers.running.reversed()
      for server in turns where server.kind != excluded {
        note("\(name.rawValue), round \(round) of \(count): \(server.kind.rawValue)")
        do {
          for measured in try turn(server) { report.add(measured) }
        } catch {
          guard server.kind.isPeer else {
            throw BenchChild.StartFailed(description: "\(server.kind.rawValue): \(error)")
          }
          report.skipped.append("\(name.rawValue), \(server.kind.rawValue): \(error)")
          servers.drop(server.kind)
        }
      }
    }
  }

  /// One measurement of about `options.seconds`. The first of its kind begins with a short one, which warms
  /// the server up and tells how many calls that is.
  private func measure(
    _ name: BenchCaseName, _ server: BenchServer, _ method: YardstickMethod,
    _ shape: BenchLoad.Shape
  ) throws -> RPCBenchCase {
    var shape = shape
    let key = "\(method.name) \(server.kind.rawValue) \(shape.connections)×\(shape.inFlight)"
    if shape.rate > 0 {
      shape.calls = max(1, Int(shape.rate * options.rateSeconds))
    } else {
      if pace[key] == nil {
        shape.calls = method == .upload ? 16 : 2000
        pace[key] = try BenchLoad(server, method, shape, options.identity).run().callsPerSecond
      }
      let seconds = shape.spins ? options.rateSeconds : options.seconds
      shape.calls = max(16, Int((pace[key] ?? 0) * seconds))
    }
    // Other programs have their time between measurements: taken from them altogether, the system takes it back.
    if shape.spins { Thread.sleep(forTimeInterval: rateSecondsBetween) }
    let load = BenchLoad(server, method, shape, options.identity)
    let quiet = BenchQuiet(server.child)
    let before = server.child.cpuMicros
    let result = try load.run()
    if shape.rate == 0 { pace[key] = max(pace[key] ?? 0, result.callsPerSecond) }
    return RPCBenchCase(
      name, server.kind.rawValue, result, cpuMicros: server.child.cpuMicros - before,
      rssMB: Double(server.child.residentBytes) / 1e6,
      isDisturbed: shape.spins
        ? result.lateP99Micros > clientLateMicrosMax : quiet.othersShare > othersShareMax)
  }

  /// Latencies at one rate for all, timed from when a call is due.
  ///
  /// The client has a processor of its own where there are two, and never sleeps; the servers, started afresh for this,
  /// have the others; both go before other programs. What is measured is the server's tail and not how they wait for each
  /// other. What each server can do there is measured first.
  private func measureRates() throws {
    guard BenchCaseName.allCases.contains(where: { $0.isAtRate && wants($0) }) else { return }
    let placement = BenchPlacement.apartIfPossible
    if placement == .shared {
      report.skipped.append(
        "processors apart and priority for client and servers: not allowed here; tails at a rate are the "
          + "machine's as much as the servers'")
    }
    servers = try BenchServers(options.servers, options, placement) { _ in }
    defer { servers.stop() }
    pace = [:]
    var capacity: [BenchServerKind: Double] = [:]
    let closed = BenchLoad.Shape(spins: placement == .apart)
    for server in servers.running {
      note("capacity: \(server.kind.rawValue)")
      do {
        let measured = try (0..<2).map { _ in try measure(.small, server, .echo, closed) }
        capacity[server.kind] = measured.compactMap(\.callsPerSecond).max()
      } catch {
        guard server.kind.isPeer else { throw error }
        report.skipped.append("rates, \(server.kind.rawValue): \(error)")
        servers.drop(server.kind)
      }
    }
    try measureRate(.lightLoad, of: 0.5, share: 0, capacity, closed)
    try measureRate(.equalLoad, of: 0.5, share: 1 / 4, capacity, closed)
    try measureRate(.highLoad, of: 0.75, share: 1 / 4, capacity, closed)
    try measureRate(.fullLoad, of: 0.9, share: 1 / 4, capacity, closed)
  }

  /// All at one rate: `load` of what the slowest can do, among those that do at least `share` of the best one's
  /// calls. Slower ones would be measured at their limit.
  private func measureRate(
    _ name: BenchCaseName, of load: Double, share: Double, _ capacity: [BenchServerKind: Double],
    _ closed: BenchLoad.Shape
  ) throws {
    guard wants(name) else { return }
    let running = servers.running.map(\.kind).filter { capacity[$0] != nil }
    let peers = running.filter(\.isPeer)
    let best = (peers.isEmpty ? running : peers).compactMap { capacity[$0] }.max() ?? 0
    let good = running.filter { capacity[$0] ?? 0 >= best * share }
    guard let slowest = good.compactMap({ capacity[$0] }).min(), slowest > 0 else { return }
    for kind in running where !good.contains(kind) {
      report.skipped.append("\(name.rawValue), \(kind.rawValue): cannot keep up with the others")
    }
    var shape = closed
    shape.rate = (slowest * load).rounded()
    try rounds(name) { server in
      good.contains(server.kind) ? [try measure(name, server, .echo, shape)] : []
    }
  }

  /// One caller without and with connections that ask for large answers and hardly read them.
  private func measureSlowReaders(_ server: BenchServer) throws -> [RPCBenchCase] {
    let fast = BenchLoad.Shape(connections: 1, inFlight: 1)
    let alone = try measure(.alone, server, .echo, fast)
    let slow = BenchLoad.Shape(connections: options.slowConnections, inFlight: slowCallsInFlight)
    let crowd = try BenchCrowd(
      BenchLoad(server, .download(bytes: slowAnswerBytes), slow, options.identity))
    defer {
      crowd.close()
      server.child.settle()
    }
    try crowd.dawdle(bytesPerSecond: slowBytesPerSecond)
    // Until the kernel's buffers are full, the answers flow as they would to anybody.
    Thread.sleep(forTimeInterval: options.seconds / 2)
    let beside = try measure(.besideSlow, server, .echo, fast)
    guard crowd.lost == 0, crowd.readBytes > 0 else {
      throw BenchChild.StartFailed(description: "\(crowd.lost) slow readers were dropped")
    }
    return [alone, beside]
  }

  /// Memory with many connections open; every server is started afresh for it.
  private func measureIdle() throws {
    let files = baselineFiles()
    let most = min(options.idleConnections, files - 200)
    if most < options.idleConnections {
      report.skipped.append("idle: \(most) connections, because the system allows \(files) files")
    }
    for kind in options.servers where kind != .compat {
      note("idle: \(kind.rawValue), \(most) connections")
      let child: BenchChild
      do { child = try kind.start(options) } catch { continue }
      defer { child.stop() }
      let server = BenchServer(kind: kind, child: child)
      do {
        let shape = BenchLoad.Shape(connections: most, inFlight: 0)
        let crowd = try BenchCrowd(BenchLoad(server, .echo, shape, options.identity))
        defer { crowd.close() }
        let open = crowd.attend(seconds: options.seconds)
        guard open == most else {
          throw BenchChild.StartFailed(description: "only \(open) of \(most) connections lasted")
        }
        report.add(RPCBenchCase(.idle, kind.rawValue, rssMB: Double(child.residentBytes) / 1e6))
      } catch {
        guard kind.isPeer else {
          throw BenchChild.StartFailed(description: "idle, \(kind.rawValue): \(error)")
        }
        report.skipped.append("idle, \(kind.rawValue): \(error)")
      }
    }
  }
}

/// Between two measurements of a client that does not sleep.
private let rateSecondsBetween = 0.25
/// A client that is later than this with 1 % of its calls was held up itself.
private let clientLateMicrosMax = 100.0

/// A slow reader has this many answers of this size on their way, and takes this much of them.
private let slowCallsInFlight = 4
private let slowAnswerBytes = 1 << 20
private let slowBytesPerSecond = 64 << 10
