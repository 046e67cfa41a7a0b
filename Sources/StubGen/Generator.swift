// The plugin: what protoc asks for, and what it gets.

internal import SwiftProtobuf
package import SwiftProtobufPluginLibrary

/// protoc's plugin that writes the Swift side of messages and services.
///
/// Parameters: `emit=messages|services`, `c_module=…`, `runtime=…` (when not generating into it),
/// `messages=…`, `stubs=…`, `catalog=yes`.
package struct Generator: CodeGenerator {
  package init() {}

  package var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] {
    [.proto3Optional]
  }

  package func generate(
    files: [FileDescriptor], parameter: any CodeGeneratorParameter,
    protoCompilerContext: any ProtoCompilerContext, generatorOutputs: any GeneratorOutputs
  ) throws {
    let options = try GeneratorOptions(parameter.parsedPairs)
    let models = try files.map { try SchemaReader().file($0) }
    for (name, contents) in try options.outputs(of: models) {
      try generatorOutputs.add(fileName: name, contents: contents)
    }
  }
}

/// What the plugin was told by its parameter.
struct GeneratorOptions: Equatable {
  enum Emission: String { case messages, services }

  var emission = Emission.messages
  var modules = OutputModules()
  var catalog = false

  init(_ pairs: [(key: String, value: String)]) throws {
    for (key, value) in pairs {
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

  /// File names and contents.
  func outputs(of models: [FileModel]) throws -> [(name: String, contents: String)] {
    let bases = models.map(\.baseName)
    if let twice = bases.first(where: { base in bases.count { $0 == base } > 1 }) {
      throw UnsupportedSchema(
        description: "\(twice).proto: file names must differ, they become files of one module")
    }
    switch emission {
    case .messages:
      let messages = models.map {
        ("\($0.baseName).pb.swift", SourceText.messages(of: $0, modules))
      }
      return messages + (catalog ? [("Catalog.swift", SourceText.catalog(of: models))] : [])
    case .services:
      return models.filter { !$0.services.isEmpty }.map {
        ("\($0.baseName).service.swift", SourceText.services(of: $0, modules))
      }
    }
  }
}
