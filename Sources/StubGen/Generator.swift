// The plugin: what protoc asks for, and what it gets.

internal import SwiftProtobuf
package import SwiftProtobufPluginLibrary

/// A language that stubs are written in: a folder here, and a line in `Generator.languages`.
protocol Language: SendableMetatype {
  /// `parameters` are what the plugin was told, without the language.
  /// - Throws: `UnsupportedSchema` for one that does not exist.
  init(_ parameters: [(key: String, value: String)]) throws

  /// What is written for `files`, in their order. Refuses what has no translation, by name.
  func outputs(of files: [FileDescriptor]) throws -> [OutputFile]
}

/// protoc's plugin that writes messages and services.
///
/// Parameters: `language=swift|python` (Swift when absent); the rest is the language's own.
package struct Generator: CodeGenerator {
  static let languages: [String: any Language.Type] = [
    "python": PythonLanguage.self, "swift": SwiftLanguage.self,
  ]

  package init() {}

  package var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] {
    [.proto3Optional]
  }

  package func generate(
    files: [FileDescriptor], parameter: any CodeGeneratorParameter,
    protoCompilerContext: any ProtoCompilerContext, generatorOutputs: any GeneratorOutputs
  ) throws {
    let pairs = parameter.parsedPairs
    let name = pairs.last { $0.key == "language" }?.value ?? "swift"
    guard let language = Self.languages[name] else {
      let known = Self.languages.keys.sorted().joined(separator: " or ")
      throw UnsupportedSchema(description: "language=\(name): use \(known)")
    }
    let writer = try language.init(pairs.filter { $0.key != "language" })
    for output in try writer.outputs(of: files) {
      try generatorOutputs.add(fileName: output.name, contents: output.contents)
    }
  }
}
