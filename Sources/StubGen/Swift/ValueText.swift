// How values of one type are written in Swift and taken from and put into C.

extension ValueType {
  /// The Swift type of one value.
  var swift: String {
    switch self {
    case .double: "Double"
    case .float: "Float"
    case .bool: "Bool"
    case .string: "String"
    case .bytes: "Bytes"
    case .int32, .sint32, .sfixed32: "Int32"
    case .int64, .sint64, .sfixed64: "Int64"
    case .uint32, .fixed32: "UInt32"
    case .uint64, .fixed64: "UInt64"
    case .message(let path), .enumeration(let path, _): path
    }
  }

  /// The Swift value that an absent field has.
  var zero: String {
    switch self {
    case .bool: "false"
    case .string: "\"\""
    case .bytes: ".empty"
    case .message(let path): "\(path)()"
    case .enumeration(_, let zero): ".\(SwiftNames.bare(zero))"
    default: "0"
    }
  }

  /// A Swift expression of the value that the C member `member` holds.
  func taken(from member: String) -> String {
    switch self {
    case .bool: "\(member) != 0"
    case .string: "reader.text(\(member).len, \(member).data)"
    case .bytes: "reader.bytes(\(member).len, \(member).data)"
    case .message(let path): "reader.message(\(member)) ?? \(path)()"
    case .enumeration(let path, _):
      "\(path)(rawValue: Int32(truncatingIfNeeded: \(member).rawValue))"
    default: member
    }
  }

  /// A Swift expression of all values of a repeated C member.
  func takenAll(from member: String, count: String) -> String {
    "reader.\(plural)(\(count), \(member))"
  }

  /// A statement that puts the Swift value `value` into the C member `member`.
  func put(_ value: String, into member: String) -> String {
    switch self {
    case .bool: "\(member) = \(value) ? 1 : 0"
    case .string: "(\(member).len, \(member).data) = writer.text(\(value))"
    case .bytes: "(\(member).len, \(member).data) = writer.bytes(\(value))"
    case .message: "\(member) = writer.message(\(value))"
    case .enumeration:
      "\(member) = .init(rawValue: .init(truncatingIfNeeded: \(value).rawValue))"
    default: "\(member) = \(value)"
    }
  }

  /// A statement that puts all of the array `values` into a repeated C member.
  func putAll(_ values: String, into member: String) -> String {
    "\(member) = writer.\(plural)(\(values))"
  }

  private var plural: String {
    switch self {
    case .bool: "bools"
    case .string: "texts"
    case .bytes: "blobs"
    case .message: "messages"
    case .enumeration: "enums"
    default: "numbers"
    }
  }

  /// The runtime's description of the type.
  var kind: String {
    switch self {
    case .message(let path): ".message { \(path).descriptor }"
    case .enumeration(let path, _): ".enumeration { \(path).descriptor }"
    default: ".\(self)"
    }
  }
}

extension FieldModel {
  /// The Swift type of the property.
  var swiftType: String {
    switch shape {
    case .singular, .oneof: type.swift
    case .message, .optional: type.swift + "?"
    case .repeated: "[\(type.swift)]"
    case .map(let key, _): "[\(key.swift): \(type.swift)]"
    }
  }

  /// The property's value when the field is absent.
  var initial: String {
    switch shape {
    case .singular: type.zero
    case .message, .optional, .oneof: "nil"
    case .repeated: "[]"
    case .map: "[:]"
    }
  }

  var isOneofMember: Bool {
    if case .oneof = shape { true } else { false }
  }
}
