// The command-line tool: everything an operator or developer types.

internal import ArgumentParser

@main
struct IDV: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idv",
    abstract: "Talks to an idv server, measures it, and evaluates its accuracy.",
    discussion: """
      Without options a command talks to 127.0.0.1:7443 with the development certificates of \
      `make setup`. Exit status: 0 the command worked (whatever the verdict), 1 it did not, \
      3 a verdict other than PASS under --require-pass, 64 wrong usage (`idv load`: 2). `idv health` \
      has its own.
      """,
    version: ToolVersion.text,
    subcommands: [
      CompareCommand.self, DetectCommand.self, OCRCommand.self, DecideCommand.self,
      TrackCommand.self, ListenCommand.self, CallCommand.self,
      ListCommand.self, DescribeCommand.self, HealthCommand.self, StatusCommand.self,
      MetricsCommand.self, KeysCommand.self, NumberCommand.self,
      AdminCommand.self,
      EvaluateCommand.self, LoadCommand.self, BenchCommand.self, RealNameCommand.self,
      InteropCommand.self,
      ConformanceServerCommand.self, ConformanceClientCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      // Scripts around load tests expect 0, 1 and 2.
      guard CommandLine.arguments.dropFirst().first == LoadCommand.configuration.commandName,
        exitCode(for: error) == .validationFailure
      else { exit(withError: error) }
      note(fullMessage(for: error))
      exit(withError: ExitCode(LoadCommand.usageStatus))
    }
  }
}
