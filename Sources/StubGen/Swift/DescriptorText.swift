// Writes the tables by which the runtime knows messages and services.

extension SourceText {
  mutating func descriptor(_ model: MessageModel) {
    // The type is spelled out because messages may refer to each other in circles.
    block("package static let descriptor: MessageDescriptor = .init(", ")") { text in
      text.line("\(model.fullName.literal),")
      text.block("packed: {", "}(),") { text in
        text.line("var empty = \(model.inC.type)()")
        text.line("\(model.inC.initializer)(&empty)")
        text.line("return UnsafeRawPointer(empty.base.descriptor)")
      }
      text.line("stride: MemoryLayout<\(model.swiftPath)>.stride,")
      let fields = model.fields.sorted { $0.number < $1.number }
      guard !fields.isEmpty else { return text.line("fields: []") }
      text.block("fields: [", "]") { text in
        for field in fields { text.line(field.row + ",") }
      }
    }
  }

  mutating func serviceDescriptor(_ model: ServiceModel) {
    comment(["Methods of `\(model.fullName)`."])
    block("package static let \(model.tableName) = ServiceDescriptor(", ")") { text in
      text.line("\(model.fullName.literal),")
      text.block("[", "]") { text in
        for method in model.methods {
          text.block("MethodDescriptor(", "),") { text in
            text.line("\(method.protoName.literal), input: { \(method.inputPath).descriptor },")
            text.line("output: { \(method.outputPath).descriptor }\(method.streams)")
          }
        }
      }
    }
  }
}

extension FieldModel {
  /// The field as a row of the table.
  fileprivate var row: String {
    let start = "\(protoName.literal), json: \(jsonName.literal), \(number), \(type.kind)"
    let end = isSensitive ? ", sensitive: true)" : ")"
    return switch shape {
    case .singular: "FieldDescriptor(\(start)\(end)"
    case .message, .optional: "FieldDescriptor(\(start), .optional\(end)"
    case .repeated(let packed): "FieldDescriptor(\(start), .\(packed ? "packed" : "repeated")\(end)"
    case .map(let key, _): "FieldDescriptor(\(start), .map(key: \(key.kind))\(end)"
    case .oneof(let name): "FieldDescriptor(\(start), .oneof(\(name.literal))\(end)"
    }
  }
}

extension ServiceModel {
  /// Name of the service's table: `idv.v1.Basic` → `idvV1Basic`.
  var tableName: String {
    SwiftNames.property(fullName.replacing(".", with: "_"))
  }
}

extension MethodModel {
  fileprivate var streams: String {
    (clientStreaming ? ", clientStreaming: true" : "")
      + (serverStreaming ? ", serverStreaming: true" : "")
  }
}
