// idv status and idv metrics: what a running server says about itself.

internal import ArgumentParser
internal import Messages
internal import Stubs

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Asks a server how it is: models, capabilities, load. For operator accounts.")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let response = try await connection.withCaller { caller, options in
      try await OperationsClient(caller).getStatus(GetStatusRequest(), options: options)
    }
    print(try response.jsonText())
  }
}

struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Prints a server's metrics in the Prometheus text format. For operator accounts.")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let response = try await connection.withCaller { caller, options in
      try await OperationsClient(caller).getMetrics(GetMetricsRequest(), options: options)
    }
    print(response.prometheusText, terminator: "")
  }
}
