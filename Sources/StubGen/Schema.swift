// The model in front of every language: what a .proto file declares, named as the file names it.

/// One `.proto` file.
struct FileModel: Equatable {
  /// Path as in imports: `idv/v1/basic.proto`.
  let path: String
  let services: [ServiceModel]

  /// `basic`, of `idv/v1/basic.proto`.
  var baseName: String {
    String(path.split(separator: "/").last!.dropLast(".proto".count))
  }
}

/// One service.
struct ServiceModel: Equatable {
  /// `Basic`, and `idv.v1.Basic`.
  let protoName: String
  let fullName: String
  let methods: [MethodModel]
  let comment: [String]
}

/// One method of a service.
struct MethodModel: Equatable {
  let protoName: String
  let input: TypeReference
  let output: TypeReference
  let clientStreaming: Bool
  let serverStreaming: Bool
  /// Whether it may be carried out twice without harm (`option idempotency_level`).
  let isIdempotent: Bool
  let comment: [String]
}

/// A message type as a method names it.
struct TypeReference: Equatable {
  /// Path of the file that declares it.
  let file: String
  /// Its name and those of the messages around it, outermost first: `["Outer", "Inner"]`.
  let path: [String]
}

/// A file that the generator writes.
struct OutputFile: Equatable {
  /// Path below the output folder.
  let name: String
  let contents: String
}

/// A `.proto` construct that has no translation yet, or a parameter that does not exist.
struct UnsupportedSchema: Error, CustomStringConvertible, Equatable {
  let description: String
}
