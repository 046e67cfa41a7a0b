// The server's command line: flags, then one call into ServerApp.

internal import ArgumentParser
internal import RealNameHTTP
internal import RegistrySources
internal import ServerApp

@main
struct IDVServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idv-server",
    abstract: "A self-hosted identity-verification server.",
    discussion: """
      Starts in the foreground and logs to standard error. With no flag it listens on 127.0.0.1:7443 \
      with the development certificates of `make setup`. SIGTERM or SIGINT stops it gracefully: calls \
      in progress are answered, new ones are refused. A second signal stops it at once.

      Settings come from, later ones winning: defaults, the file of --config, environment variables, \
      flags. Keys in the file are nested JSON objects; the variable for listen.port is IDV_LISTEN_PORT.

      \(ServerSettings.documentation)
      """,
    version: ServerApp.version)

  @Option(help: "JSON file with settings.")
  var config: String?

  @Option(help: "Address to listen on (listen.host).")
  var host: String?

  @Option(help: "Port to listen on; 0 takes a free one (listen.port).")
  var port: Int?

  @Option(help: "debug, info, warning or error (log.level).")
  var logLevel: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Any other setting; may be repeated.", valueName: "key=value"))
  var settings: [String] = []

  @Flag(help: "Check settings, certificates and models, say what is wrong, and exit.")
  var check = false

  mutating func run() async throws {
    var flags: [String: String] = [:]
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, ServerSettings.keys.contains(String(parts[0])) else {
        throw ValidationError("--set takes key=value with a key listed under --help.")
      }
      flags[String(parts[0])] = String(parts[1])
    }
    if let host { flags["listen.host"] = host }
    if let port { flags["listen.port"] = String(port) }
    if let logLevel { flags["log.level"] = logLevel }
    let ended = await ServerApp.run(
      configFile: config, flags: flags, onlyCheck: check,
      sourceMakers: [
        HTTPSSource.kind: HTTPSSource.maker, RegistrySource.kind: RegistrySource.maker,
      ])
    guard ended else { throw ExitCode(1) }
  }
}
