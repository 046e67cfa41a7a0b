// From protoc's descriptors to what Swift needs of messages. Refuses what has no translation, by name.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Reads descriptors of messages and enumerations.
struct MessageReader {
  /// Most fields of one message that the runtime's scan can follow.
  static let fieldsMax = 256

  func file(_ file: FileDescriptor) throws -> SwiftFileModel {
    let model = try SchemaReader().file(file)
    return SwiftFileModel(
      file: model, messages: try messages(file.messages, inside: ""),
      enums: file.enums.map(enumeration))
  }

  private func messages(_ all: [Descriptor], inside parent: String) throws -> [MessageModel] {
    try all.filter { !$0.options.mapEntry }.map { try message($0, inside: parent) }
  }

  private func message(_ message: Descriptor, inside parent: String) throws -> MessageModel {
    guard message.fields.count <= Self.fieldsMax else {
      throw UnsupportedSchema(
        description: "\(message.fullName): more than \(Self.fieldsMax) fields")
    }
    let name = SwiftNames.type(message.name)
    let path = parent.isEmpty ? name : parent + "." + name
    let fields = try message.fields.map { try field($0, of: message) }
    return MessageModel(
      fullName: message.fullName, swiftName: name, swiftPath: path,
      inC: CNames.message(message.fullName), comment: message.commentLines, fields: fields,
      oneofs: message.realOneofs.map { oneof($0, fields) },
      messages: try messages(message.messages, inside: path),
      enums: message.enums.map(enumeration))
  }

  private func oneof(_ oneof: OneofDescriptor, _ fields: [FieldModel]) -> OneofModel {
    OneofModel(
      protoName: oneof.name, swiftName: SwiftNames.property(oneof.name),
      swiftType: SwiftNames.type(oneof.name), caseInC: CNames.oneofCase(oneof.name),
      members: fields.filter { $0.shape == .oneof(oneof.name) }, comment: oneof.commentLines)
  }

  private func field(_ field: FieldDescriptor, of message: Descriptor) throws -> FieldModel {
    let type: ValueType
    let shape: FieldShape
    if field.isMap, let (key, value) = field.messageType.mapKeyAndValue {
      type = try valueType(value)
      shape = .map(key: try valueType(key), entry: CNames.message(field.messageType.fullName))
    } else {
      type = try valueType(field)
      shape = fieldShape(field, type)
    }
    let isRecursive =
      !field.isRepeated && field.type == .message && reaches(field.messageType, message)
    return FieldModel(
      protoName: field.name, jsonName: field.jsonName ?? field.name,
      swiftName: SwiftNames.property(field.name), nameInC: CNames.field(field.name),
      number: field.number, type: type, shape: shape, isRecursive: isRecursive,
      isSensitive: try isSensitive(field, type, shape), comment: field.commentLines)
  }

  private func isSensitive(
    _ field: FieldDescriptor, _ type: ValueType, _ shape: FieldShape
  ) throws -> Bool {
    guard FieldOptions.isSensitive(field) else { return false }
    if case .map = shape { throw UnsupportedSchema(description: unencryptable(field)) }
    switch type {
    case .string, .bytes, .message: return true
    default: throw UnsupportedSchema(description: unencryptable(field))
    }
  }

  private func unencryptable(_ field: FieldDescriptor) -> String {
    "\(field.fullName): only strings, bytes and messages can be sensitive; put it into a message"
  }

  private func fieldShape(_ field: FieldDescriptor, _ type: ValueType) -> FieldShape {
    if field.isRepeated { return .repeated(packed: field.isPacked) }
    if let oneof = field.realContainingOneof { return .oneof(oneof.name) }
    if let oneof = field.containingOneof { return .optional(caseInC: CNames.oneofCase(oneof.name)) }
    if case .message = type { return .message }
    return .singular
  }

  private func valueType(_ field: FieldDescriptor) throws -> ValueType {
    switch field.type {
    case .double: .double
    case .float: .float
    case .bool: .bool
    case .string: .string
    case .bytes: .bytes
    case .int32: .int32
    case .int64: .int64
    case .uint32: .uint32
    case .uint64: .uint64
    case .sint32: .sint32
    case .sint64: .sint64
    case .fixed32: .fixed32
    case .fixed64: .fixed64
    case .sfixed32: .sfixed32
    case .sfixed64: .sfixed64
    case .message: .message(swiftPath: Self.swiftPath(field.messageType))
    case .enum:
      .enumeration(
        swiftPath: Self.swiftPath(field.enumType), zero: enumeration(field.enumType).zero)
    case .group: throw UnsupportedSchema(description: "\(field.fullName): groups are not supported")
    }
  }

  private func enumeration(_ type: EnumDescriptor) -> EnumModel {
    let names = SwiftNames.cases(type.values.map(\.name), of: type.name)
    var firstNames: [Int32: String] = [:]
    let cases = zip(type.values, names).map { value, name in
      let aliasOf = firstNames[value.number]
      if aliasOf == nil { firstNames[value.number] = name }
      return EnumCaseModel(
        protoName: value.name, swiftName: name, number: value.number, aliasOf: aliasOf,
        comment: value.commentLines)
    }
    return EnumModel(
      fullName: type.fullName, swiftName: SwiftNames.type(type.name), cases: cases,
      comment: type.commentLines)
  }

  /// Whether values of `start` may hold a `goal` in place: through fields that are not repeated.
  private func reaches(_ start: Descriptor, _ goal: Descriptor) -> Bool {
    var seen: Set<String> = []
    var open = [start]
    while let type = open.popLast() {
      if type.fullName == goal.fullName { return true }
      guard seen.insert(type.fullName).inserted else { continue }
      open += type.fields.filter { !$0.isRepeated && $0.type == .message }.map(\.messageType)
    }
    return false
  }

  private static func swiftPath(_ type: Descriptor) -> String {
    let own = SwiftNames.type(type.name)
    return type.containingType.map { swiftPath($0) + "." + own } ?? own
  }

  private static func swiftPath(_ type: EnumDescriptor) -> String {
    let own = SwiftNames.type(type.name)
    return type.containingType.map { swiftPath($0) + "." + own } ?? own
  }
}

extension EnumModel {
  /// The case of the number 0, which proto3 requires.
  var zero: String { cases.first { $0.number == 0 }!.swiftName }
}
