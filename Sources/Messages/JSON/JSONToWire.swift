// From JSON values to wire bytes.

internal import Vocabulary

/// Writes messages by their descriptors. Every complaint names the path.
struct JSONToWire {
  let loadFile: MessageJSON.FileLoader?

  func message(
    _ value: JSONValue, _ type: MessageDescriptor, path: String
  ) throws(JSONError) -> [UInt8] {
    guard case .object(let members) = value else {
      throw JSONError(path, "\(type.name) is an object, this is \(value.kindName).")
    }
    var wire: [UInt8] = []
    var given: Set<Int32> = []
    var oneofs: Set<String> = []
    for member in members {
      let here = path.isEmpty ? member.key : path + "." + member.key
      guard
        let field = type.fields.first(where: {
          $0.jsonName == member.key || $0.name == member.key
        })
      else { throw JSONError(here, Self.noSuchField(type)) }
      guard given.insert(field.number).inserted else {
        throw JSONError(here, "This field is given twice, under both its names.")
      }
      if member.value == .null { continue }
      if case .oneof(let name) = field.cardinality, !oneofs.insert(name).inserted {
        throw JSONError(here, "Only one field of `\(name)` may be given.")
      }
      try self.field(field, member.value, path: here, into: &wire)
    }
    return wire
  }

  private static func noSuchField(_ type: MessageDescriptor) -> String {
    let names = type.fields.map(\.jsonName).joined(separator: ", ")
    return names.isEmpty
      ? "\(type.name) has no fields." : "\(type.name) has no such field; it has: \(names)."
  }

  private func field(
    _ field: FieldDescriptor, _ value: JSONValue, path: String, into wire: inout [UInt8]
  ) throws(JSONError) {
    switch field.cardinality {
    case .singular, .optional, .oneof:
      try single(field.number, field.kind, value, path: path, into: &wire)
    case .repeated, .packed:
      guard case .array(let values) = value else {
        throw JSONError(path, "This field takes an array, this is \(value.kindName).")
      }
      for (index, value) in values.enumerated() {
        try single(field.number, field.kind, value, path: "\(path)[\(index)]", into: &wire)
      }
    case .map(let key):
      guard case .object(let members) = value else {
        throw JSONError(path, "This field takes an object, this is \(value.kindName).")
      }
      for member in members {
        let here = "\(path)[\(member.key)]"
        var entry: [UInt8] = []
        try single(1, key, try mapKey(member.key, key), path: here, into: &entry)
        try single(2, field.kind, member.value, path: here, into: &entry)
        wire.putRun(field.number, entry)
      }
    }
  }

  /// Keys of JSON objects are strings, whatever the map's keys are.
  private func mapKey(_ key: String, _ kind: FieldKind) throws(JSONError) -> JSONValue {
    guard case .bool = kind else { return .string(key) }
    return key == "true" ? .bool(true) : key == "false" ? .bool(false) : .string(key)
  }

  private func single(
    _ number: Int32, _ kind: FieldKind, _ value: JSONValue, path: String, into wire: inout [UInt8]
  ) throws(JSONError) {
    switch kind {
    case .string:
      guard case .string(let text) = value else { throw mismatch("a string", value, path) }
      guard !text.utf8.contains(0) else {
        throw JSONError(path, "A text field may not hold a NUL character.")
      }
      wire.putRun(number, text.utf8)
    case .bytes:
      try bytes(value, path: path).withUnsafeBytes { wire.putRun(number, $0) }
    case .message(let type):
      wire.putRun(number, try message(value, type(), path: path))
    default:
      wire.putTag(number, kind.wireType)
      try scalar(kind, value, path: path, into: &wire)
    }
  }

  private func bytes(_ value: JSONValue, path: String) throws(JSONError) -> Bytes {
    guard case .string(let text) = value else {
      throw mismatch("base64 in a string, or \"@FILE\"", value, path)
    }
    if text.hasPrefix("@") {
      guard let loadFile else { throw JSONError(path, "Files cannot be given here; use base64.") }
      do {
        return try loadFile(String(text.dropFirst()))
      } catch {
        throw JSONError(path, "The file could not be read: \(error)")
      }
    }
    guard let bytes = Base64.bytes(of: text) else {
      throw JSONError(path, "This is not base64; give a file as \"@FILE\".")
    }
    return Bytes(bytes)
  }

  private func scalar(
    _ kind: FieldKind, _ value: JSONValue, path: String, into wire: inout [UInt8]
  ) throws(JSONError) {
    switch kind {
    case .bool:
      guard case .bool(let flag) = value else { throw mismatch("true or false", value, path) }
      wire.putVarint(flag ? 1 : 0)
    case .double:
      wire.putFixed(try real(value, path, Double.self).bitPattern)
    case .float:
      wire.putFixed(try real(value, path, Float.self).bitPattern)
    case .int32: wire.putVarint(UInt64(bitPattern: Int64(try integer(value, path, Int32.self))))
    case .int64: wire.putVarint(UInt64(bitPattern: try integer(value, path, Int64.self)))
    case .uint32: wire.putVarint(UInt64(try integer(value, path, UInt32.self)))
    case .uint64: wire.putVarint(try integer(value, path, UInt64.self))
    case .sint32:
      let number = try integer(value, path, Int32.self)
      wire.putVarint(UInt64(UInt32(bitPattern: number << 1 ^ number >> 31)))
    case .sint64:
      let number = try integer(value, path, Int64.self)
      wire.putVarint(UInt64(bitPattern: number << 1 ^ number >> 63))
    case .fixed32: wire.putFixed(try integer(value, path, UInt32.self))
    case .fixed64: wire.putFixed(try integer(value, path, UInt64.self))
    case .sfixed32: wire.putFixed(UInt32(bitPattern: try integer(value, path, Int32.self)))
    case .sfixed64: wire.putFixed(UInt64(bitPattern: try integer(value, path, Int64.self)))
    case .enumeration(let type):
      wire.putVarint(UInt64(bitPattern: Int64(try enumeration(value, type(), path))))
    case .string, .bytes, .message:
      preconditionFailure("not a scalar")
    }
  }

  private func enumeration(
    _ value: JSONValue, _ type: EnumDescriptor, _ path: String
  ) throws(JSONError) -> Int32 {
    guard case .string(let name) = value else { return try integer(value, path, Int32.self) }
    guard let number = type.number(of: name) else {
      let names = type.values.map(\.name).joined(separator: ", ")
      throw JSONError(path, "\(type.name) has no such value; it has: \(names).")
    }
    return number
  }

  private func integer<T: FixedWidthInteger>(
    _ value: JSONValue, _ path: String, _: T.Type
  ) throws(JSONError) -> T {
    let text: String
    switch value {
    case .number(let number): text = number
    case .string(let string): text = string
    default: throw mismatch("an integer", value, path)
    }
    // "+5" is an integer to Swift, not to JSON.
    if !text.hasPrefix("+"), let number = T(text) { return number }
    if case .number = value, let real = Double(text), let number = T(exactly: real) {
      return number
    }
    throw JSONError(path, "An integer from \(T.min) to \(T.max) should be here.")
  }

  private func real<T: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: JSONValue, _ path: String, _: T.Type
  ) throws(JSONError) -> T {
    switch value {
    case .string("NaN"): return .nan
    case .string("Infinity"): return .infinity
    case .string("-Infinity"): return -.infinity
    case .number(let text):
      if let number = T(text), number.isFinite { return number }
    case .string(let text):
      if case .number(let text)? = try? JSONValue(parsing: text), let number = T(text),
        number.isFinite
      {
        return number
      }
    default:
      throw mismatch("a number", value, path)
    }
    throw JSONError(path, "A number that fits \(T.self) should be here.")
  }

  private func mismatch(_ wanted: String, _ value: JSONValue, _ path: String) -> JSONError {
    JSONError(path, "This field takes \(wanted), this is \(value.kindName).")
  }
}

extension [UInt8] {
  fileprivate mutating func putVarint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func putTag(_ number: Int32, _ wireType: UInt8) {
    putVarint(UInt64(number) << 3 | UInt64(wireType))
  }

  fileprivate mutating func putRun(_ number: Int32, _ run: some Collection<UInt8>) {
    putTag(number, 2)
    putVarint(UInt64(run.count))
    append(contentsOf: run)
  }

  fileprivate mutating func putFixed<T: FixedWidthInteger>(_ value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
