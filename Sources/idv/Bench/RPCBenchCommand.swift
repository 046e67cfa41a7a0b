// idv bench rpc, and the hidden command by which it starts its servers.

internal import ArgumentParser
internal import Foundation

struct RPCBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc",
    abstract: "A call's cost through TLS, wire and RPC, against a bare echo and peers.",
    discussion: """
      Servers: a bare epoll + OpenSSL echo, idv's native and compat profiles, and as peers Go's ttrpc, \
      grpc-swift and grpcio where `make bench-peers` built them. All run at the same time and take turns \
      under one load client, with the same certificates and cipher, mutual TLS (the bare echo alone asks \
      for no client certificate) and messages without a codec. Costs are those of the best round, \
      latencies medians over the rounds, a ratio of latencies the median of the rounds' ratios. The ratios are \
      what matters; ! marks an aim that is missed, ~ latencies that other programs disturbed.
        small       32 bytes, 8 connections × 8 in flight; with idv also of an immediate method, which has no task
        rate        the same at one rate for all, timed from when a call is due: half of what the slowest peer
                    can do (light), and 1/2, 3/4 and 9/10 of what the slowest good one can (equal); the client
                    has one processor to itself, the servers the others, and both go before other programs,
                    where the system allows that (root); late is the client's own delay
        upload      2 MiB, 4 connections
        slow        one caller without and with 100 connections that hardly read 1 MiB answers
        idle        memory with 10,000 connections open
      """)

  /// A case, or two that go together.
  enum Case: String, ExpressibleByArgument, CaseIterable {
    case small, rate, upload, slow, idle

    var names: [BenchCaseName] {
      switch self {
      case .small: [.small, .smallAtOnce]
      case .upload: [.upload]
      case .slow: [.alone, .besideSlow]
      case .idle: [.idle]
      case .rate: BenchCaseName.rates
      }
    }
  }

  @Option(help: "Folder of ca.crt, server.crt, server.key, client.crt and client.key.")
  var certs = "Certs/dev"

  @Option(parsing: .upToNextOption, help: "Cases to measure.")
  var cases = Case.allCases

  @Flag(help: "Only idv and the bare echo.")
  var noPeers = false

  @Option(help: "Seconds of each measurement.")
  var seconds = 1.0

  @Option(help: "Rounds.")
  var rounds = 5

  @Option(help: "Seconds of each measurement of the case rate.")
  var rateSeconds = 0.35

  @Option(help: "Rounds of the case rate.")
  var rateRounds = 21

  @Option(help: "Threads of each server.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Idle connections.")
  var idle = 10_000

  @Option(help: "Slow readers.")
  var slow = 100

  @Option(help: "Python 3 for grpcio.")
  var python = "python3"

  @Option(help: "Folder of Python's grpc module.")
  var peer = ".deps/peer"

  @Option(help: "Folder where `make bench-peers` puts the other peers.")
  var peers = ".build-peers"

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    guard seconds > 0, rounds > 0, rateSeconds > 0, rateRounds > 0, threads > 0, idle > 0, slow > 0
    else {
      throw ValidationError("Seconds, rounds, --threads, --idle and --slow must be positive.")
    }
    let report: RPCBenchReport
    do {
      report = try RPCBench.run(
        RPCBenchOptions(
          identity: .inFolder(certs), cases: cases.flatMap(\.names),
          servers: BenchServerKind.allCases.filter { !noPeers || !$0.isPeer }, seconds: seconds,
          rounds: rounds, rateRounds: rateRounds, rateSeconds: rateSeconds,
          threads: threads, idleConnections: idle,
          slowConnections: slow,
          python: (interpreter: python, modules: peer), peers: peers, tool: BenchChild.tool))
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }
}

extension RPCBenchIdentity {
  /// The files that `Certs/make-dev-certs.sh` makes.
  static func inFolder(_ folder: String) -> RPCBenchIdentity {
    RPCBenchIdentity(
      authority: "\(folder)/ca.crt", serverCertificate: "\(folder)/server.crt",
      serverKey: "\(folder)/server.key", clientCertificate: "\(folder)/client.crt",
      clientKey: "\(folder)/client.key")
  }
}

struct RPCBenchServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc-server", abstract: "A server of `idv bench rpc`.", shouldDisplay: false)

  @Argument(help: "As `idv bench rpc` gives them.")
  var words: [String]

  func run() async throws {
    guard let arguments = YardstickArguments(words) else {
      throw ValidationError("`idv bench rpc` starts this command by itself.")
    }
    do {
      try await runYardstickServer(arguments)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
  }
}
