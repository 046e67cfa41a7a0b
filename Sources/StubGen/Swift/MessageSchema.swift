// What Swift needs to know of a .proto file beside its services: messages and enumerations, with every
// name decided, in Swift and in C.

/// One `.proto` file, as Swift sees it.
struct SwiftFileModel: Equatable {
  let file: FileModel
  /// Top-level messages and enumerations, in the file's order.
  let messages: [MessageModel]
  let enums: [EnumModel]

  var path: String { file.path }
  var baseName: String { file.baseName }
  var services: [ServiceModel] { file.services }
}

extension ServiceModel {
  var swiftName: String { SwiftNames.type(protoName) }
}

extension MethodModel {
  var swiftName: String { SwiftNames.method(protoName) }
  var inputPath: String { SwiftNames.path(input.path) }
  var outputPath: String { SwiftNames.path(output.path) }
}

/// One message type.
struct MessageModel: Equatable {
  let fullName: String
  /// Name within its parent, and with all parents: `Inner`, `Outer.Inner`.
  let swiftName: String
  let swiftPath: String
  let inC: CMessageNames
  let comment: [String]
  /// In the order of the file.
  let fields: [FieldModel]
  /// Without those that stand for an `optional`.
  let oneofs: [OneofModel]
  let messages: [MessageModel]
  let enums: [EnumModel]
}

/// What protobuf-c calls a message type.
struct CMessageNames: Equatable {
  /// `Idv__V1__Face`.
  let type: String
  /// `idv__v1__face__init`.
  let initializer: String
}

/// The type of a value.
indirect enum ValueType: Equatable {
  case double, float, bool, string, bytes
  case int32, int64, uint32, uint64, sint32, sint64
  case fixed32, fixed64, sfixed32, sfixed64
  case message(swiftPath: String)
  /// `zero` is the case of the number 0.
  case enumeration(swiftPath: String, zero: String)
}

/// How a field is kept.
enum FieldShape: Equatable {
  /// Absent is zero.
  case singular
  /// A message that may be absent: a null pointer in C.
  case message
  /// Marked `optional`: a one-member oneof in C, whose case is the named member.
  case optional(caseInC: String)
  case repeated(packed: Bool)
  case map(key: ValueType, entry: CMessageNames)
  /// Member of a real oneof, by name.
  case oneof(String)
}

/// One field.
struct FieldModel: Equatable {
  let protoName: String
  let jsonName: String
  let swiftName: String
  let nameInC: String
  let number: Int32
  let type: ValueType
  let shape: FieldShape
  /// Its type contains the message it is in, so the value needs a place of its own.
  let isRecursive: Bool
  /// Holds personal data (`[(sensitive) = true]`).
  let isSensitive: Bool
  let comment: [String]
}

/// One real oneof.
struct OneofModel: Equatable {
  let protoName: String
  let swiftName: String
  /// Name of the Swift enumeration within its message.
  let swiftType: String
  /// The member of the C struct that says which is present.
  let caseInC: String
  let members: [FieldModel]
  let comment: [String]
  var isRecursive: Bool { members.contains(where: \.isRecursive) }
}

/// One enumeration.
struct EnumModel: Equatable {
  let fullName: String
  let swiftName: String
  let cases: [EnumCaseModel]
  let comment: [String]
}

/// One name of an enumeration.
struct EnumCaseModel: Equatable {
  let protoName: String
  let swiftName: String
  let number: Int32
  /// The earlier name of the same number, if any.
  let aliasOf: String?
  let comment: [String]
}
