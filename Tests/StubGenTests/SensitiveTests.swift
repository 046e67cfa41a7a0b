// Fields marked as personal, and descriptors without that mark.

internal import FoundationEssentials
internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary
internal import Testing

@testable internal import StubGen

@Suite struct SensitiveTests {
  /// `field` with `[(sensitive) = true]`, as protoc writes it.
  private func marked(
    _ field: Google_Protobuf_FieldDescriptorProto, _ value: UInt8 = 1
  ) throws -> Google_Protobuf_FieldDescriptorProto {
    var field = field
    try field.options.merge(serializedBytes: [0xB8, 0xE3, 0x18, value])
    return field
  }

  @Test("the mark reaches the table")
  func mark() throws {
    let proto = file()
    #expect(try model(proto).messages[0].fields.allSatisfy { !$0.isSensitive })
    var edited = file()
    edited.messageType[0].field = [
      try marked(field("name", 1, .string)), field("count", 2, .int32),
      try marked(field("not", 3, .string), 0),
    ]
    let text = answer([edited], parameter: "emit=messages").file.map(\.content).joined()
    #expect(text.contains(#"FieldDescriptor("name", json: "name", 1, .string, sensitive: true)"#))
    #expect(text.contains(#"FieldDescriptor("count", json: "count", 2, .int32)"#))
    #expect(text.contains(#"FieldDescriptor("not", json: "not", 3, .string)"#))
  }

  @Test("numbers cannot be marked")
  func numbers() throws {
    var proto = file()
    proto.messageType[0].field = [try marked(field("age", 1, .int32))]
    #expect(throws: UnsupportedSchema.self) { try model(proto) }
  }

  @Test("what servers hand out has neither the mark nor the files it comes from")
  func published() throws {
    var set = Google_Protobuf_FileDescriptorSet()
    var options = file(name: "idv/v1/options.proto")
    options.dependency = ["google/protobuf/descriptor.proto"]
    var user = file(name: "t/v1/user.proto")
    user.package = "t.v2"
    user.dependency = ["idv/v1/options.proto", "t/v1/things.proto"]
    user.messageType[0].field = [try marked(field("name", 1, .string))]
    set.file = [file(name: "google/protobuf/descriptor.proto"), options, file(), user]
    let bare = try Google_Protobuf_FileDescriptorSet(
      serializedBytes: DescriptorPatch.published(try set.serializedBytes()))
    #expect(bare.file.map(\.name) == ["t/v1/things.proto", "t/v1/user.proto"])
    #expect(bare.file[1].dependency == ["t/v1/things.proto"])
    #expect(!bare.file[1].messageType[0].field[0].hasOptions)
  }
}
