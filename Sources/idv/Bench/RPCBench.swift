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
  /// Share of a peer's capacity that makes a rate.
  var load = 0.5
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
    try measureRate(.equalLoad, share: 1 / 4)
    try measureRate(.lightLoad, share: 0)
    try rounds(.upload) { server in
      [try measure(.upload, server, .upload, BenchLoad.Shape(connections: 4, inFlight: 1))]
    }
    try rounds(.besideSlow, but: .bare) { try measureSlowReaders($0) }
    servers.stop()
    if wants(.idle) { try measureIdle() }
    report.compare()
  }

  /// Gives every server its turn, round by round. A peer that fails is named and left out.
  private func rounds(
    _ name: BenchCaseName, but excluded: BenchServerKind? = nil,
    _ turn: (BenchServer) throws -> [RPCBenchCase]
  ) throws {
    guard wants(name) else { return }
    for round in 1...options.rounds {
      for server in servers.running where server.kind != excluded {
        note("\(name.rawValue), round \(round) of \(options.rounds): \(server.kind.rawValue)")
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
      shape.calls = max(1, Int(shape.rate * options.seconds))
    } else {
      if pace[key] == nil {
        shape.calls = method == .upload ? 16 : 2000
        pace[key] = try BenchLoad(server, method, shape, options.identity).run().callsPerSecond
      }
      shape.calls = max(16, Int((pace[key] ?? 0) * options.seconds))
    }
    let load = BenchLoad(server, method, shape, options.identity)
    let quiet = BenchQuiet(server.child)
    let before = server.child.cpuMicros
    let result = try load.run()
    if shape.rate == 0 { pace[key] = max(pace[key] ?? 0, result.callsPerSecond) }
    return RPCBenchCase(
      name, server.kind.rawValue, result, cpuMicros: server.child.cpuMicros - before,
      rssMB: Double(server.child.residentBytes) / 1e6, others: quiet.othersShare)
  }

  private func capacity(_ kind: BenchServerKind) -> Double {
    report.find(.small, kind)?.callsPerSecond ?? 0
  }

  /// All at one rate, timed from when a call is due: `load` of what the slowest peer can do, among those that
  /// do at least `share` of the best one's calls. Slower ones would be measured at their limit.
  private func measureRate(_ name: BenchCaseName, share: Double) throws {
    guard wants(name) else { return }
    let peers = servers.running.map(\.kind).filter(\.isPeer)
    let best = (peers.isEmpty ? servers.running.map(\.kind) : peers).map(capacity).max() ?? 0
    let good = servers.running.map(\.kind).filter { capacity($0) >= best * share }
    guard let slowest = good.map(capacity).min(), slowest > 0 else { return }
    for kind in servers.running.map(\.kind) where !good.contains(kind) {
      report.skipped.append("\(name.rawValue), \(kind.rawValue): cannot keep up with the others")
    }
    let shape = BenchLoad.Shape(rate: (slowest * options.load).rounded())
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

/// A slow reader has this many answers of this size on their way, and takes this much of them.
private let slowCallsInFlight = 4
private let slowAnswerBytes = 1 << 20
private let slowBytesPerSecond = 64 << 10
