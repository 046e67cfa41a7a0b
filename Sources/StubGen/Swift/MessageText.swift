// Writes a message's Swift value: properties, oneofs, initializers, nested types.

extension SourceText {
  mutating func message(_ model: MessageModel) {
    comment(model.comment)
    block("package struct \(model.swiftName): Message {") { text in
      for oneof in model.oneofs { text.oneof(oneof) }
      text.properties(model)
      text.line()
      text.line("package init() {}")
      text.memberwise(model)
      text.line()
      text.descriptor(model)
      text.line()
      text.reading(model)
      text.line()
      text.packing(model)
      for inner in model.enums {
        text.line()
        text.enumeration(inner)
      }
      for inner in model.messages {
        text.line()
        text.message(inner)
      }
    }
  }

  private mutating func oneof(_ model: OneofModel) {
    comment(model.comment.isEmpty ? ["What `\(model.protoName)` holds."] : model.comment)
    let indirect = model.isRecursive ? "indirect " : ""
    block("package \(indirect)enum \(model.swiftType): Sendable, Equatable {") { text in
      for member in model.members {
        text.comment(member.comment)
        text.line("case \(member.swiftName)(\(member.type.swift))")
      }
    }
    line()
  }

  private mutating func properties(_ model: MessageModel) {
    for item in model.properties {
      comment(item.comment)
      if item.isBoxed {
        let box = SwiftNames.bare(item.name) + "Box"
        block("package var \(item.name): \(item.type) {") { text in
          text.line("get { \(box)?.value }")
          text.line("set { \(box) = newValue.map { Indirect($0) } }")
        }
        line("private var \(box): Indirect<\(item.type.dropLast())>?")
      } else if item.initial == "nil" {
        line("package var \(item.name): \(item.type)")
      } else {
        line("package var \(item.name): \(item.type) = \(item.initial)")
      }
    }
  }

  private mutating func memberwise(_ model: MessageModel) {
    let items = model.properties
    guard !items.isEmpty else { return }
    line()
    line("package init(")
    for (index, item) in items.enumerated() {
      let comma = index == items.count - 1 ? "" : ","
      line("  \(item.name): \(item.type) = \(item.initial)\(comma)")
    }
    block(") {") { text in
      for item in items { text.line("self.\(item.name) = \(item.name)") }
    }
  }
}

/// One stored or computed property of a message.
struct PropertyModel {
  let name: String
  let type: String
  let initial: String
  let isBoxed: Bool
  let comment: [String]
}

extension MessageModel {
  /// Fields and oneofs as properties, in the file's order: a oneof stands where its first member
  /// does.
  var properties: [PropertyModel] {
    var result: [PropertyModel] = []
    var done: Set<String> = []
    for field in fields {
      guard case .oneof(let name) = field.shape else {
        result.append(
          PropertyModel(
            name: field.swiftName, type: field.swiftType, initial: field.initial,
            isBoxed: field.isRecursive, comment: field.comment))
        continue
      }
      guard done.insert(name).inserted, let oneof = oneofs.first(where: { $0.protoName == name })
      else { continue }
      result.append(
        PropertyModel(
          name: oneof.swiftName, type: oneof.swiftType + "?", initial: "nil", isBoxed: false,
          comment: oneof.comment))
    }
    return result
  }
}
