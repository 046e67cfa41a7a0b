// Writes the way between a message's Swift value and protobuf-c's struct.

extension SourceText {
  mutating func reading(_ model: MessageModel) {
    block("package init(unpacked: UnsafeRawPointer, _ reader: MessageReader) {") { text in
      guard !model.fields.isEmpty else { return }
      text.line("let c = unpacked.assumingMemoryBound(to: \(model.inC.type).self)")
      for field in model.fields { text.readField(field) }
      for oneof in model.oneofs { text.readOneof(oneof) }
    }
  }

  private mutating func readField(_ field: FieldModel) {
    let member = "c.pointee.\(field.nameInC)"
    let property = "self.\(field.swiftName)"
    switch field.shape {
    case .singular:
      line("\(property) = \(field.type.taken(from: member))")
    case .message:
      line("\(property) = reader.message(\(member))")
    case .optional(let caseInC):
      block("if c.pointee.\(caseInC).rawValue == \(field.number) {") { text in
        text.line("\(property) = \(field.type.taken(from: member))")
      }
    case .repeated:
      let count = "c.pointee.n_\(field.nameInC)"
      line("\(property) = \(field.type.takenAll(from: member, count: count))")
    case .map(let key, _):
      block("for index in 0..<c.pointee.n_\(field.nameInC) {") { text in
        text.line("let entry = \(member)[index]!")
        text.line("let key = \(key.taken(from: "entry.pointee.key"))")
        text.line("\(property)[key] = \(field.type.taken(from: "entry.pointee.value"))")
      }
    case .oneof:
      break
    }
  }

  private mutating func readOneof(_ oneof: OneofModel) {
    block("switch c.pointee.\(oneof.caseInC).rawValue {") { text in
      for member in oneof.members {
        let value = member.type.taken(from: "c.pointee.\(member.nameInC)")
        let name = SwiftNames.bare(member.swiftName)
        text.line("case \(member.number): self.\(oneof.swiftName) = .\(name)(\(value))")
      }
      text.line("default: break")
    }
  }

  mutating func packing(_ model: MessageModel) {
    block("package func packed(_ writer: MessageWriter) -> UnsafeMutableRawPointer {") { text in
      text.line(
        "let c: UnsafeMutablePointer<\(model.inC.type)> = writer.new(\(model.inC.initializer))")
      for field in model.fields { text.putField(field) }
      for oneof in model.oneofs { text.putOneof(oneof) }
      text.line("return UnsafeMutableRawPointer(c)")
    }
  }

  private mutating func putField(_ field: FieldModel) {
    let member = "c.pointee.\(field.nameInC)"
    let property = "self.\(field.swiftName)"
    switch field.shape {
    case .singular, .message:
      line(field.type.put(property, into: member))
    case .optional(let caseInC):
      block("if let value = \(property) {") { text in
        text.line("c.pointee.\(caseInC) = .init(rawValue: \(field.number))")
        text.line(field.type.put("value", into: member))
      }
    case .repeated:
      line("c.pointee.n_\(field.nameInC) = \(property).count")
      line(field.type.putAll(property, into: member))
    case .map(let key, let entry):
      line("c.pointee.n_\(field.nameInC) = \(property).count")
      block("\(member) = writer.entries(\(property)) { key, value in") { text in
        text.line(
          "let entry: UnsafeMutablePointer<\(entry.type)> = writer.new(\(entry.initializer))")
        text.line(key.put("key", into: "entry.pointee.key"))
        text.line(field.type.put("value", into: "entry.pointee.value"))
        text.line("return entry")
      }
    case .oneof:
      break
    }
  }

  private mutating func putOneof(_ oneof: OneofModel) {
    block("switch self.\(oneof.swiftName) {") { text in
      for member in oneof.members {
        text.line("case .\(SwiftNames.bare(member.swiftName))(let value):")
        text.line("  c.pointee.\(oneof.caseInC) = .init(rawValue: \(member.number))")
        text.line("  " + member.type.put("value", into: "c.pointee.\(member.nameInC)"))
      }
      text.line("case nil: break")
    }
  }
}
