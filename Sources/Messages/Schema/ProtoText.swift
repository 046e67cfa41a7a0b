// Declarations as a .proto file would have them: what `idv describe` prints.

extension DynamicSchema {
  /// The service, method, message or enumeration of that full name as text; nil when there is none. Methods are named
  /// `package.Service.Method` or `package.Service/Method`.
  package func text(of symbol: String) -> String? {
    let name = symbol.replacing("/", with: ".")
    if let service = index.services.first(where: { $0.fullName == name }) {
      return text("service", name, service.file) { $0.service(service.declared) }
    }
    if let position = index.positions[name] {
      let message = index.messages[position]
      return text("message", name, message.file) { writer in
        writer.message(message.declared, message.fullName, message.isProto3)
      }
    }
    if let type = index.declaredEnums[name] {
      return text("enum", name, type.file) { $0.enumeration(type.declared) }
    }
    for service in index.services where name.hasPrefix(service.fullName + ".") {
      let last = name.dropFirst(service.fullName.count + 1)
      guard let method = service.declared.method.first(where: { $0.name == last }) else { continue }
      return text("method", name, service.file) { $0.method(method) }
    }
    return nil
  }

  private func text(
    _ what: String, _ name: String, _ file: Int, _ body: (inout ProtoWriter) -> Void
  ) -> String {
    var writer = ProtoWriter(index: index, package: index.packages[file])
    body(&writer)
    return "// \(what) \(name), in \(files[file].name)\n" + writer.text
  }
}

/// Collects lines. Type names of its own package are written without it.
private struct ProtoWriter {
  let index: SchemaIndex
  let package: String
  private(set) var text = ""
  private var depth = 0

  init(index: SchemaIndex, package: String) {
    self.index = index
    self.package = package
  }

  private mutating func line(_ line: String) {
    text += (text.isEmpty ? "" : "\n") + String(repeating: "  ", count: depth) + line
  }

  private mutating func block(_ opening: String, _ body: (inout ProtoWriter) -> Void) {
    line(opening + " {")
    let before = text.count
    depth += 1
    body(&self)
    depth -= 1
    if text.count == before { text += "}" } else { line("}") }
  }

  private func name(_ typeName: String) -> String {
    let bare = SchemaIndex.bare(typeName)
    guard !package.isEmpty, bare.hasPrefix(package + ".") else { return bare }
    return String(bare.dropFirst(package.count + 1))
  }

  mutating func service(_ service: SchemaService) {
    block("service \(service.name)") { writer in
      for method in service.method { writer.method(method) }
    }
  }

  mutating func method(_ method: SchemaMethod) {
    let input = (method.clientStreaming ? "stream " : "") + name(method.inputType)
    let output = (method.serverStreaming ? "stream " : "") + name(method.outputType)
    let signature = "rpc \(method.name)(\(input)) returns (\(output))"
    switch method.options?.idempotencyLevel {
    case .noSideEffects:
      block(signature) { $0.line("option idempotency_level = NO_SIDE_EFFECTS;") }
    case .idempotent: block(signature) { $0.line("option idempotency_level = IDEMPOTENT;") }
    default: line(signature + ";")
    }
  }

  mutating func message(_ message: SchemaMessage, _ fullName: String, _ isProto3: Bool) {
    block("message \(message.name)") { writer in
      for type in message.enumType { writer.enumeration(type) }
      for inner in message.nestedType where !(inner.options?.mapEntry ?? false) {
        writer.message(inner, fullName + "." + inner.name, isProto3)
      }
      var written: Set<Int32> = []
      for field in message.field {
        guard let oneof = field.oneofIndex, !field.proto3Optional,
          message.oneofDecl.indices.contains(Int(oneof))
        else {
          writer.field(field, isProto3, inOneof: false)
          continue
        }
        guard written.insert(oneof).inserted else { continue }
        writer.block("oneof \(message.oneofDecl[Int(oneof)].name)") { writer in
          for member in message.field where member.oneofIndex == oneof {
            writer.field(member, isProto3, inOneof: true)
          }
        }
      }
    }
  }

  private mutating func field(_ field: SchemaField, _ isProto3: Bool, inOneof: Bool) {
    var label = ""
    if !inOneof {
      switch field.label {
      case .repeated: label = "repeated "
      case .required: label = "required "
      default: label = field.proto3Optional || !isProto3 ? "optional " : ""
      }
    }
    var type = typeName(field)
    if let position = index.positions[SchemaIndex.bare(field.typeName)],
      index.messages[position].isMapEntry
    {
      let parts = index.messages[position].declared.field.sorted { $0.number < $1.number }
      type = "map<" + parts.map(typeName).joined(separator: ", ") + ">"
      label = ""
    }
    let packed = field.options?.packed.map { " [packed = \($0)]" } ?? ""
    line("\(label)\(type) \(field.name) = \(field.number)\(packed);")
  }

  private func typeName(_ field: SchemaField) -> String {
    switch field.type {
    case .message, .enum: return name(field.typeName)
    default:
      // TYPE_SFIXED32 → sfixed32.
      let name = SchemaField.Type_.descriptor.name(of: field.type.rawValue) ?? ""
      return name.split(separator: "_").dropFirst().joined().lowercased()
    }
  }

  mutating func enumeration(_ type: SchemaEnum) {
    block("enum \(type.name)") { writer in
      for value in type.value { writer.line("\(value.name) = \(value.number);") }
    }
  }
}
