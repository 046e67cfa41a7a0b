// Rewrites descriptors for protoc-c 1.4, which knows neither proto3's `optional` nor strings with
// NUL.

package import FoundationEssentials
internal import SwiftProtobuf

/// Makes of a `FileDescriptorSet` one that protoc-c translates as idv wants it:
/// - an `optional` field becomes the member of a oneof of its own, which is the same on the wire;
/// - strings carry their length (`string_as_bytes`), so that NUL does not end them;
/// - fields whose name is taken in protobuf-c's structs or unusable in Swift get an underscore;
/// - services are left out, because protobuf-c's RPC is not used;
/// - our own options are left out, as in `published`.
package enum DescriptorPatch {
  /// - Throws: what SwiftProtobuf throws when `set` is not a `FileDescriptorSet`.
  package static func patched(_ set: Data) throws -> Data {
    var files = try Google_Protobuf_FileDescriptorSet(serializedBytes: try published(set))
    for index in files.file.indices {
      files.file[index].service = []
      for message in files.file[index].messageType.indices {
        try patch(&files.file[index].messageType[message])
      }
    }
    return try files.serializedBytes()
  }

  /// `set` without our own options: they are for those who write code, and the files that declare them need
  /// descriptor.proto, which is not ours to hand out.
  /// - Throws: what SwiftProtobuf throws when `set` is not a `FileDescriptorSet`.
  package static func published(_ set: Data) throws -> Data {
    let declaring: Set<String> = [FieldOptions.file, "google/protobuf/descriptor.proto"]
    var files = try Google_Protobuf_FileDescriptorSet(serializedBytes: set)
    files.file.removeAll { declaring.contains($0.name) }
    for index in files.file.indices {
      files.file[index].dependency.removeAll { declaring.contains($0) }
      for message in files.file[index].messageType.indices {
        strip(&files.file[index].messageType[message])
      }
    }
    return try files.serializedBytes()
  }

  private static func strip(_ message: inout Google_Protobuf_DescriptorProto) {
    for index in message.field.indices
    where FieldOptions.isSensitive(message.field[index].options) {
      message.field[index].options.unknownFields = SwiftProtobuf.UnknownStorage()
      if message.field[index].options == Google_Protobuf_FieldOptions() {
        message.field[index].clearOptions()
      }
    }
    for index in message.nestedType.indices { strip(&message.nestedType[index]) }
  }

  private static func patch(_ message: inout Google_Protobuf_DescriptorProto) throws {
    for index in message.field.indices {
      message.field[index].clearProto3Optional()
      if CNames.unreachable.contains(message.field[index].name.lowercased()) {
        message.field[index].name += "_"
      }
      if message.field[index].type == .string {
        try message.field[index].options.merge(serializedBytes: stringAsBytes)
      }
    }
    for index in message.nestedType.indices { try patch(&message.nestedType[index]) }
  }

  /// `[(pb_c_field).string_as_bytes = true]`: extension 1019 of FieldOptions, a message whose field
  /// 1 is set.
  private static let stringAsBytes: [UInt8] = [0xDA, 0x3F, 0x02, 0x08, 0x01]
}
