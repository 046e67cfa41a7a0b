// idv bench: what this build costs, beside the raw limit of the machine.

internal import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures this build.",
    subcommands: [
      CompareBenchCommand.self, OCRBenchCommand.self, LivenessBenchCommand.self,
      SpeechBenchCommand.self, RPCBenchCommand.self, RealNameBenchCommand.self,
      RegistryBenchCommand.self,
      CountsCommand.self, RPCBenchServerCommand.self, CodecBenchCommand.self,
    ])
}

/// The version this tool prints.
enum ToolVersion {
  static let text = "0.1.0"
}
