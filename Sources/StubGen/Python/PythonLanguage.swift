// Python: stubs of services; messages are those of `protoc --python_out`.

internal import SwiftProtobufPluginLibrary

/// Writes `NAME_idv.py` beside `NAME_pb2.py` for every file with services. No parameters.
struct PythonLanguage: Language {
  init(_ parameters: [(key: String, value: String)]) throws {
    if let (key, _) = parameters.first {
      throw UnsupportedSchema(description: "\(key): no such parameter of language=python")
    }
  }

  func outputs(of files: [FileDescriptor]) throws -> [OutputFile] {
    let models = try files.map { try SchemaReader().file($0) }
    return try models.filter { !$0.services.isEmpty }.map { model in
      try refuseUnimportable(model)
      let path = PythonNames.modulePath(model.path, suffix: "_idv")
      return OutputFile(name: path + ".py", contents: PythonModule(model).text)
    }
  }

  /// A module whose path holds a word of the language can be made, but not imported by a statement.
  private func refuseUnimportable(_ model: FileModel) throws {
    let methods = model.services.flatMap(\.methods)
    for path in [model.path] + methods.flatMap({ [$0.input.file, $0.output.file] }) {
      let parts = PythonNames.modulePath(path, suffix: "").split(separator: "/")
      if let word = parts.first(where: { PythonNames.keywords.contains(String($0)) }) {
        throw UnsupportedSchema(description: "\(path): \(word) is a word of Python")
      }
    }
  }
}
