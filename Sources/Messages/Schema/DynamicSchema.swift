// Message types read at run time from descriptors, for tools that call methods they were not built with. What
// is read comes from a server that need not be honest: everything is bounded, and nothing traps.

internal import Synchronization

/// Bounds of a schema. Our choice, far above what services have.
package enum SchemaLimits {
  /// Files, and their length together.
  package static let filesMax = 512
  package static let bytesMax = 4 << 20
  /// Services of a server.
  package static let servicesMax = 1000
  /// Messages, fields, enumerations, values, services and methods together.
  static let declarationsMax = 50_000
  /// Nesting of declarations.
  static let depthMax = 32
  /// One name, without those around it.
  static let nameBytesMax = 255
  /// Fields of one message; the scan's bound.
  static let fieldsMax = 256
  /// Highest field number, protobuf's.
  static let fieldNumberMax: Int32 = (1 << 29) - 1

  /// What reading one file may cost.
  package static let decoding = DecodingLimits(
    messageBytesMax: bytesMax, depthMax: depthMax + 4, fieldsMax: 4 * declarationsMax)
}

/// Descriptors that cannot be used. For the person who asked: the text may name what the server named, checked
/// to be plain.
package struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One English sentence.
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// The types and services of a set of files. Immutable after `init`; safe from any thread.
///
/// Types refer to each other without owning each other: a `MessageDescriptor` may be used as long as its schema, or a
/// `MethodDescriptor` of it, is kept.
package final class DynamicSchema: Sendable {
  /// As given.
  package let files: [SchemaFile]
  /// Full names, in the order of the files.
  package let services: [String]
  let index: SchemaIndex
  private let table: TypeTable

  /// - Throws: when a bound is broken; when an import is missing or leads back to its file; when a name is not one,
  ///   is taken or is unknown; when a construct has no JSON here (groups, editions).
  package init(_ files: [SchemaFile]) throws(SchemaError) {
    try ImportGraph(files).check()
    let index = try SchemaIndex(files)
    self.files = files
    self.index = index
    services = index.services.map(\.fullName)
    table = try TypeTable(index)
  }

  /// The message type of that full name.
  package func message(_ name: String) -> MessageDescriptor? {
    index.positions[name].map { table.types[$0] }
  }

  /// The service of that full name.
  /// - Throws: when a method's messages are not known.
  package func service(_ name: String) throws(SchemaError) -> ServiceDescriptor? {
    guard let found = index.services.first(where: { $0.fullName == name }) else { return nil }
    var methods: [MethodDescriptor] = []
    for method in found.declared.method {
      let input = try index.position(ofType: method.inputType, named: by(found, method))
      let output = try index.position(ofType: method.outputType, named: by(found, method))
      methods.append(
        MethodDescriptor(
          method.name, input: { [table] in table.types[input] },
          output: { [table] in table.types[output] }, clientStreaming: method.clientStreaming,
          serverStreaming: method.serverStreaming))
    }
    return ServiceDescriptor(name, methods)
  }

  /// Whether the method may be carried out twice without harm, as its `idempotency_level` says.
  package func isIdempotent(_ service: String, _ method: String) -> Bool {
    let found = index.services.first { $0.fullName == service }?.declared.method
      .first { $0.name == method }
    return (found?.options?.idempotencyLevel ?? .idempotencyUnknown) != .idempotencyUnknown
  }

  private func by(_ service: SchemaIndex.Service, _ method: SchemaMethod) -> String {
    service.fullName + "." + method.name
  }
}

/// The message types of a schema, and the scan's layouts of them.
private final class TypeTable: @unchecked Sendable {
  // Unchecked because `types` is set at the end of `init`, when the types can refer to the table.
  private(set) var types: [MessageDescriptor] = []
  private let layouts: DynamicLayouts

  init(_ index: SchemaIndex) throws(SchemaError) {
    var rows: [[DynamicLayouts.Row]] = []
    // The closures of the rows need a table before there is one.
    let promise = Promise()
    for message in index.messages {
      rows.append(try TypeReader(index: index, promise: promise).rows(of: message))
    }
    layouts = DynamicLayouts(rows)
    types = zip(index.messages, rows).map { message, rows in
      MessageDescriptor(readAtRunTime: message.fullName, fields: rows.map(\.field))
    }
    for (position, type) in types.enumerated() { type.setLayout(layouts[position]) }
    promise.table.withLock { $0 = WeakTable(table: self) }
  }

  struct WeakTable { weak var table: TypeTable? }

  /// Leads from a field to the table without keeping it.
  final class Promise: Sendable {
    let table = Mutex(WeakTable())

    /// - Precondition: the schema is still kept.
    func type(_ position: Int) -> MessageDescriptor {
      guard let table = table.withLock({ $0.table }) else {
        preconditionFailure("a type outlived its schema")
      }
      return table.types[position]
    }
  }
}

/// Makes the fields of one message type.
private struct TypeReader {
  let index: SchemaIndex
  let promise: TypeTable.Promise

  func rows(of message: SchemaIndex.Message) throws(SchemaError) -> [DynamicLayouts.Row] {
    let declared = message.declared
    guard declared.field.count <= SchemaLimits.fieldsMax else {
      throw SchemaError("\(message.fullName) has more than \(SchemaLimits.fieldsMax) fields.")
    }
    var rows: [DynamicLayouts.Row] = []
    var names: Set<String> = []
    for field in declared.field.sorted(by: { $0.number < $1.number }) {
      let name = message.fullName + "." + field.name
      try SchemaIndex.checkName(field.name, in: message.fullName)
      guard (1...SchemaLimits.fieldNumberMax).contains(field.number),
        rows.last?.field.number != field.number, names.insert(field.name).inserted
      else { throw SchemaError("\(name): the number or the name is taken or out of range.") }
      rows.append(try row(field, of: message, name))
    }
    return rows
  }

  private func row(
    _ field: SchemaField, of message: SchemaIndex.Message, _ name: String
  ) throws(SchemaError) -> DynamicLayouts.Row {
    let below =
      field.type == .message ? try index.position(ofType: field.typeName, named: name) : nil
    let json = field.jsonName.isEmpty ? Self.jsonName(field.name) : field.jsonName
    if let below, field.label == .repeated, index.messages[below].isMapEntry {
      let entry = index.messages[below]
      guard let key = entry.declared.field.first(where: { $0.number == 1 }),
        let value = entry.declared.field.first(where: { $0.number == 2 }),
        entry.declared.field.count == 2
      else { throw SchemaError("\(name): the entries of the map are not a key and a value.") }
      let keyKind = try kind(key, name)
      if case .message = keyKind { throw SchemaError("\(name): a message cannot be a key.") }
      return DynamicLayouts.Row(
        field: FieldDescriptor(
          field.name, json: json, field.number, try kind(value, name), .map(key: keyKind)),
        below: below)
    }
    return DynamicLayouts.Row(
      field: FieldDescriptor(
        field.name, json: json, field.number, try kind(field, name),
        try cardinality(field, of: message, name)), below: below)
  }

  private func cardinality(
    _ field: SchemaField, of message: SchemaIndex.Message, _ name: String
  ) throws(SchemaError) -> FieldCardinality {
    if field.label == .repeated {
      let isNumber = field.type != .string && field.type != .bytes && field.type != .message
      let isPacked = field.options?.packed ?? message.isProto3
      return isNumber && isPacked ? .packed : .repeated
    }
    if let position = field.oneofIndex, !field.proto3Optional {
      guard message.declared.oneofDecl.indices.contains(Int(position)) else {
        throw SchemaError("\(name): there is no such oneof.")
      }
      return .oneof(message.declared.oneofDecl[Int(position)].name)
    }
    let hasPresence = field.type == .message || field.proto3Optional || !message.isProto3
    return hasPresence ? .optional : .singular
  }

  private func kind(_ field: SchemaField, _ name: String) throws(SchemaError) -> FieldKind {
    switch field.type {
    case .double: return .double
    case .float: return .float
    case .int64: return .int64
    case .uint64: return .uint64
    case .int32: return .int32
    case .fixed64: return .fixed64
    case .fixed32: return .fixed32
    case .bool: return .bool
    case .string: return .string
    case .bytes: return .bytes
    case .uint32: return .uint32
    case .sfixed32: return .sfixed32
    case .sfixed64: return .sfixed64
    case .sint32: return .sint32
    case .sint64: return .sint64
    case .message:
      let position = try index.position(ofType: field.typeName, named: name)
      return .message { [promise] in promise.type(position) }
    case .enum:
      guard let type = index.enums[SchemaIndex.bare(field.typeName)] else {
        throw SchemaError("\(name) is of a type that no file declares.")
      }
      return .enumeration { type }
    case .group: throw SchemaError("\(name): groups are not supported.")
    case .unspecified, .unrecognized: throw SchemaError("\(name) is of an unknown kind.")
    }
  }

  /// `face_count` → `faceCount`.
  private static func jsonName(_ name: String) -> String {
    var result = ""
    var upperNext = false
    for character in name {
      if character == "_" {
        upperNext = true
      } else {
        result += upperNext ? character.uppercased() : String(character)
        upperNext = false
      }
    }
    return result
  }
}
