// idv bench rpc, and the hidden command by which it starts its servers.

internal import ArgumentParser
internal import Foundation

struct RPCBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc",
    abstract: "A call's cost through TLS, wire and RPC, against a bare echo and grpcio.",
    discussion: """
      Small calls of 32 bytes on 8 connections × 8 in flight, and uploads of 2 MiB. One load client drives \
      the bare server and idv; grpcio, where `make setup-test` installed it, is driven by its own client. \
      Servers take turns for --rounds, the best round of each counts. The ratios are what matters.
      """)

  @Option(help: "Folder of ca.crt, server.crt, server.key, client.crt and client.key.")
  var certs = "Certs/dev"

  @Option(help: "Small calls in each round.")
  var calls = 200_000

  @Option(help: "Uploads in each round.")
  var uploads = 400

  @Option(help: "Rounds.")
  var rounds = 5

  @Option(help: "Threads of each server.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Python 3 for grpcio.")
  var python = "python3"

  @Option(help: "Folder of Python's grpc module.")
  var peer = ".deps/peer"

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    guard calls > 0, uploads > 0, rounds > 0, threads > 0 else {
      throw ValidationError("--calls, --uploads, --rounds and --threads must be positive.")
    }
    let tool = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path
    let report: RPCBenchReport
    do {
      report = try runRPCBench(
        RPCBenchOptions(
          identity: RPCBenchIdentity(
            authority: "\(certs)/ca.crt", serverCertificate: "\(certs)/server.crt",
            serverKey: "\(certs)/server.key", clientCertificate: "\(certs)/client.crt",
            clientKey: "\(certs)/client.key"),
          calls: calls, uploads: uploads, rounds: rounds, threads: threads,
          python: (interpreter: python, modules: peer), tool: tool))
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
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
