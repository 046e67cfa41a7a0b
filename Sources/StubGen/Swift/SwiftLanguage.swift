// Swift: what the plugin may be told, and which files it writes.

internal import SwiftProtobufPluginLibrary

/// Writes messages as Swift values over protobuf-c's structs, or services.
///
/// Parameters: `emit=messages|services`, `c_module=…`, `runtime=…` (when not generating into it),
/// `messages=…`, `stubs=…`, `catalog=yes`.
struct SwiftLanguage: Language {
  enum Emission: String { case messages, services }

  private var emission = Emission.messages
  private var modules = OutputModules()
  private var catalog = false

  init(_ parameters: [(key: String, value: String)]) throws {
    for (key, value) in parameters {
      switch key {
      case "emit":
        guard let emission = Emission(rawValue: value) else {
          throw UnsupportedSchema(description: "emit=\(value): use messages or services")
        }
        self.emission = emission
      case "c_module": modules.packedMessages = value
      case "runtime": modules.runtime = value
      case "messages": modules.messages = value
      case "stubs": modules.stubs = value
      case "catalog": catalog = value == "yes"
      default: throw UnsupportedSchema(description: "\(key): no such parameter")
      }
    }
  }

  func outputs(of files: [FileDescriptor]) throws -> [OutputFile] {
    let models = try files.map { try MessageReader().file($0) }
    let bases = models.map(\.baseName)
    if let twice = bases.first(where: { base in bases.count { $0 == base } > 1 }) {
      throw UnsupportedSchema(
        description: "\(twice).proto: file names must differ, they become files of one module")
    }
    switch emission {
    case .messages:
      let messages = models.map {
        OutputFile(
          name: "\($0.baseName).pb.swift", contents: SourceText.messages(of: $0, modules))
      }
      guard catalog else { return messages }
      return messages
        + [OutputFile(name: "Catalog.swift", contents: SourceText.catalog(of: models))]
    case .services:
      return models.filter { !$0.services.isEmpty }.map {
        OutputFile(
          name: "\($0.baseName).service.swift", contents: SourceText.services(of: $0, modules))
      }
    }
  }
}
