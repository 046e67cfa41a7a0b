// idv admin: what an operator does to the data of a server, on the server's machine.

internal import ArgumentParser

struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin", abstract: "Looks after the data of a server.",
    subcommands: [AdminRegistryCommand.self])
}

struct AdminRegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Looks after registries of names and numbers.",
    discussion: """
      A registry holds codes of elements under a key, never elements: without the key nothing can be looked up in it, and \
      with it nothing can be read out of it but by asking.
      """,
    subcommands: [
      RegistryImportCommand.self, RegistryCheckCommand.self, RegistrySynthesizeCommand.self,
    ])
}

/// Which registry a command is about.
struct RegistryOptions: ParsableArguments {
  @Option(help: "The registry: a file, or postgresql://… for a PostgreSQL database.")
  var registry: String

  @Option(help: "File with the registry's key: 32 to 64 bytes that only its owner may read.")
  var key: String
}
