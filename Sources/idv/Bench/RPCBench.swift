// idv bench rpc: what a call costs the server, beside the least a TLS server can do and beside
// grpcio.

internal import CBaseline
internal import Foundation
internal import Vocabulary

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

/// What to measure and how long.
struct RPCBenchOptions: Sendable {
  var identity: RPCBenchIdentity
  /// Small calls in each round, 8 connections × 8 in flight.
  var calls = 200_000
  /// Uploads of 2 MiB in each round, 4 connections × 1 in flight.
  var uploads = 400
  /// Rounds; the servers take turns, and the best round of each counts.
  var rounds = 5
  /// Threads of each server.
  var threads: Int
  /// A Python 3 and the folder that holds its `grpc` module; nil leaves grpcio out.
  var python: (interpreter: String, modules: String)?
  /// This tool, which starts itself as the servers.
  var tool: String
}

/// One server under one load; times of the best round.
struct RPCBenchCase: Encodable, Sendable {
  var name: String
  var server: String
  var callsPerSecond: Double
  /// User and system time of the server process.
  var serverCPUMicrosPerCall: Double
  var p50Micros: Double
  var p99Micros: Double
  var rssMB: Double

  /// Keeps the better figures of two rounds.
  mutating func keepBest(_ other: RPCBenchCase) {
    callsPerSecond = max(callsPerSecond, other.callsPerSecond)
    serverCPUMicrosPerCall = min(serverCPUMicrosPerCall, other.serverCPUMicrosPerCall)
    p50Micros = min(p50Micros, other.p50Micros)
    p99Micros = min(p99Micros, other.p99Micros)
    rssMB = max(rssMB, other.rssMB)
  }
}

/// Everything measured in one run.
struct RPCBenchReport: Encodable, Sendable {
  var cases: [RPCBenchCase] = []
  /// CPU per small call over the bare echo's, native profile; at most 3.
  var smallCPUOverBare: Double?
  /// The same over grpcio's; at most 1/15.
  var smallCPUOverGRPC: Double?
  /// Uploads per second over the bare read loop's; at least 0.7.
  var uploadOverBare: Double?
  /// Why a server is missing.
  var skipped: [String] = []

  func find(_ name: String, _ server: String) -> RPCBenchCase? {
    cases.first { $0.name == name && $0.server == server }
  }

  mutating func add(_ measured: RPCBenchCase) {
    let same = cases.firstIndex { $0.name == measured.name && $0.server == measured.server }
    if let same { cases[same].keepBest(measured) } else { cases.append(measured) }
  }

  mutating func compare() {
    guard let native = find("small", "idv native"), let bare = find("small", "bare"),
      let upload = find("upload 2 MiB", "idv compat"),
      let bareUpload = find("upload 2 MiB", "bare")
    else { return }
    smallCPUOverBare = native.serverCPUMicrosPerCall / bare.serverCPUMicrosPerCall
    uploadOverBare = upload.callsPerSecond / bareUpload.callsPerSecond
    if let grpc = find("small", "grpcio") {
      smallCPUOverGRPC = native.serverCPUMicrosPerCall / grpc.serverCPUMicrosPerCall
    }
  }

  /// A table for people.
  var text: String {
    var lines = [
      left("case", 14) + left("server", 12) + right("calls/s", 10) + right("CPU µs/call", 13)
        + right("p50 µs", 10) + right("p99 µs", 10) + right("RSS MB", 9)
    ]
    for line in cases {
      lines.append(
        left(line.name, 14) + left(line.server, 12) + right(fixed(line.callsPerSecond, 0), 10)
          + right(fixed(line.serverCPUMicrosPerCall, 2), 13) + right(fixed(line.p50Micros, 0), 10)
          + right(fixed(line.p99Micros, 0), 10) + right(fixed(line.rssMB, 1), 9))
    }
    lines.append("")
    if let smallCPUOverBare {
      lines.append("small call, CPU over bare echo: \(fixed(smallCPUOverBare, 2)) (at most 3)")
    }
    if let smallCPUOverGRPC {
      lines.append(
        "small call, CPU over grpcio: 1/\(fixed(1 / smallCPUOverGRPC, 1)) (at most 1/15)")
    }
    if let uploadOverBare {
      lines.append(
        "2 MiB upload, throughput over bare read loop: \(fixed(uploadOverBare, 2)) (at least 0.7)")
    }
    return (lines + skipped).joined(separator: "\n")
  }
}

/// A load and the server it goes to.
private struct RPCBenchRun {
  var name: String
  var server: String
  var child: BenchChild
  var load: baseline_protocol
  var method: String
  var messageBytes: Int
  var connections: Int32
  var inFlight: Int32
  var calls: Int
}

/// Runs the whole bench. Blocks its thread for about half a minute: it is this process's only work.
func runRPCBench(_ options: RPCBenchOptions) throws -> RPCBenchReport {
  var report = RPCBenchReport()
  let bare = try BenchChild(options.tool, YardstickArguments("bare", options).list)
  defer { bare.stop() }
  let idv = try BenchChild(options.tool, YardstickArguments("idv", options).list)
  defer { idv.stop() }
  let runs = benchRuns(options, bare, idv)
  for round in 1...max(1, options.rounds) {
    for run in runs {
      note("round \(round) of \(options.rounds): \(run.name), \(run.server)")
      report.add(try measure(run, options.identity))
    }
  }
  do {
    if let grpc = try measureGRPC(options) {
      report.add(grpc)
    } else {
      report.skipped.append("grpcio: not installed (make setup-test)")
    }
  } catch {
    report.skipped.append("grpcio: \(error)")
  }
  report.compare()
  return report
}

private func benchRuns(
  _ options: RPCBenchOptions, _ bare: BenchChild, _ idv: BenchChild
) -> [RPCBenchRun] {
  func small(_ server: String, _ child: BenchChild, _ load: baseline_protocol) -> RPCBenchRun {
    RPCBenchRun(
      name: "small", server: server, child: child, load: load, method: "Echo", messageBytes: 32,
      connections: 8, inFlight: 8, calls: options.calls)
  }
  func upload(_ server: String, _ child: BenchChild, _ load: baseline_protocol) -> RPCBenchRun {
    RPCBenchRun(
      name: "upload 2 MiB", server: server, child: child, load: load, method: "Upload",
      messageBytes: 2 << 20, connections: 4, inFlight: 1, calls: options.uploads)
  }
  return [
    small("bare", bare, baseline_echo), small("idv native", idv, baseline_native),
    small("idv compat", idv, baseline_compat), upload("bare", bare, baseline_upload),
    upload("idv compat", idv, baseline_compat),
  ]
}

private func measure(
  _ run: RPCBenchRun, _ identity: RPCBenchIdentity
) throws -> RPCBenchCase {
  let message = [UInt8](repeating: 0x61, count: run.messageBytes)
  var result = baseline_result()
  let before = run.child.cpuMicros
  let fault = message.withUnsafeBufferPointer { message in
    identity.clientCertificate.withCString { certificate in
      identity.clientKey.withCString { key in
        YardstickService.name.withCString { service in
          run.method.withCString { method in
            var load = baseline_load(
              protocol: run.load, port: Int32(run.child.port), connections: run.connections,
              in_flight: run.inFlight, calls: run.calls, certificate: certificate, key: key,
              service: service, method: method, message: message.baseAddress,
              message_count: message.count)
            return baseline_run_load(&load, &result).map { String(cString: $0) }
          }
        }
      }
    }
  }
  if let fault { throw BenchChild.StartFailed(description: "\(run.server): \(fault)") }
  guard result.failed == 0 else {
    throw BenchChild.StartFailed(description: "\(run.server): \(result.failed) calls failed")
  }
  let answered = Double(result.answered)
  return RPCBenchCase(
    name: run.name, server: run.server, callsPerSecond: answered / result.seconds,
    serverCPUMicrosPerCall: (run.child.cpuMicros - before) / answered,
    p50Micros: result.p50_micros, p99Micros: result.p99_micros,
    rssMB: Double(run.child.residentBytes) / 1e6)
}
