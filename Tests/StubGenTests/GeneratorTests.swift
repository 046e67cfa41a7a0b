// The generator: what it reads, what it refuses, what it writes.

internal import FoundationEssentials
internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary
internal import Testing

@testable internal import StubGen

@Suite struct GeneratorTests {
  @Test("Only what has a translation is translated; the rest is named")
  func refusals() {
    #expect(answer([file { $0.syntax = "proto2" }]).error.contains("only proto3"))
    let wide = file { file in
      file.messageType[0].field = (1...257).map { field("f\($0)", $0, .bool) }
    }
    #expect(answer([wide]).error == "t.v1.M: more than 256 fields")
    #expect(answer([file()], parameter: "emit=everything").error.contains("emit=everything"))
    #expect(answer([file()], parameter: "colour=blue").error.contains("colour"))
    #expect(
      answer([file()], parameter: "language=latin").error
        == "language=latin: use python or swift")
    let twice = [
      file(),
      file(name: "u/v1/things.proto") { file in
        file.package = "u.v1"
      },
    ]
    #expect(answer(twice).error.contains("things.proto: file names must differ"))
  }

  @Test("Each kind of method has its handler, its route and its call")
  func streams() {
    func text(_ client: Bool, _ server: Bool) -> String {
      let described = file { file in
        file.service = [
          service([method("Watch", clientStreaming: client, serverStreaming: server)])
        ]
      }
      return answer([described], parameter: "emit=services").file.map(\.content).joined()
    }
    let unary = text(false, false)
    #expect(unary.contains("_ request: Messages.M, in call: CallContext"))
    #expect(unary.contains("ServiceMethod(unary: SMethods.watch, limits)"))
    #expect(unary.contains("any UnaryCaller"))
    let server = text(false, true)
    #expect(server.contains("_ request: Messages.M, to responses: ResponseWriter<Messages.M>"))
    #expect(server.contains("ServiceMethod(serverStreaming: SMethods.watch, limits)"))
    #expect(server.contains("async throws(ServiceError) -> ResponseStream<Messages.M>"))
    let client = text(true, false)
    #expect(client.contains("_ requests: RequestStream<Messages.M>, in call: CallContext"))
    #expect(client.contains("async throws(ServiceError) -> UploadCall<Messages.M, Messages.M>"))
    let both = text(true, true)
    #expect(both.contains("ServiceMethod(bidiStreaming: SMethods.watch, limits)"))
    #expect(both.contains("async throws(ServiceError) -> BidiCall<Messages.M, Messages.M>"))
  }

  @Test("Methods that may be carried out twice are called so, others are not")
  func idempotency() {
    func call(_ level: Google_Protobuf_MethodOptions.IdempotencyLevel?) -> String {
      var method = Google_Protobuf_MethodDescriptorProto()
      method.name = "Look"
      method.inputType = ".t.v1.M"
      method.outputType = ".t.v1.M"
      if let level { method.options.idempotencyLevel = level }
      let described = file { file in
        var service = Google_Protobuf_ServiceDescriptorProto()
        service.name = "S"
        service.method = [method]
        file.service = [service]
      }
      return answer([described], parameter: "emit=services").file.map(\.content).joined()
    }
    let plain = "SMethods.look, request, options: options, limits: limits)"
    let repeatable = "SMethods.look, request, options: options.idempotent, limits: limits)"
    #expect(call(nil).contains(plain) && call(.idempotencyUnknown).contains(plain))
    #expect(call(.noSideEffects).contains(repeatable) && call(.idempotent).contains(repeatable))
  }

  @Test("Only fields that would contain themselves are given a place of their own")
  func recursion() throws {
    let made = try model(
      file { file in
        func link(_ name: String, _ number: Int32, repeated: Bool = false)
          -> Google_Protobuf_FieldDescriptorProto
        {
          var link = field(name, number, .message)
          link.typeName = ".t.v1.M"
          if repeated { link.label = .repeated }
          return link
        }
        file.messageType[0].field += [link("next", 2), link("all", 3, repeated: true)]
        var outer = Google_Protobuf_DescriptorProto()
        outer.name = "Outer"
        outer.field = [link("m", 1)]
        file.messageType.append(outer)
      })
    #expect(made.messages[0].fields.map(\.isRecursive) == [false, true, false])
    #expect(made.messages[1].fields.map(\.isRecursive) == [false])
  }

  @Test("Presence is a oneof of its own in C and an Optional in Swift")
  func presence() throws {
    let proto = file { file in
      var note = field("note", 2, .string)
      note.proto3Optional = true
      note.oneofIndex = 0
      var oneof = Google_Protobuf_OneofDescriptorProto()
      oneof.name = "_note"
      file.messageType[0].field.append(note)
      file.messageType[0].oneofDecl = [oneof]
    }
    let made = try model(proto)
    #expect(made.messages[0].fields[1].shape == .optional(caseInC: "_note_case"))
    #expect(made.messages[0].oneofs.isEmpty)
    let text = SourceText.messages(of: made, OutputModules())
    #expect(text.contains("package var note: String?"))
    #expect(text.contains("if c.pointee._note_case.rawValue == 2 {"))

    var set = Google_Protobuf_FileDescriptorSet()
    set.file = [proto]
    let patched = try Google_Protobuf_FileDescriptorSet(
      serializedBytes: DescriptorPatch.patched(try set.serializedBytes() as Data))
    let rewritten = patched.file[0].messageType[0].field[1]
    #expect(!rewritten.proto3Optional && rewritten.hasOneofIndex)
  }

  @Test("For protoc-c strings carry their length, taken names move, services go")
  func patch() throws {
    let proto = file { file in
      file.messageType[0].field.append(field("self", 2, .bytes))
      var inner = Google_Protobuf_DescriptorProto()
      inner.name = "Inner"
      inner.field = [field("text", 1, .string)]
      file.messageType[0].nestedType = [inner]
      var service = Google_Protobuf_ServiceDescriptorProto()
      service.name = "S"
      file.service = [service]
    }
    var set = Google_Protobuf_FileDescriptorSet()
    set.file = [proto]
    let bytes = try DescriptorPatch.patched(try set.serializedBytes() as Data)
    let patched = try Google_Protobuf_FileDescriptorSet(serializedBytes: bytes).file[0]
    #expect(patched.service.isEmpty)
    let message = patched.messageType[0]
    // (pb_c_field).string_as_bytes, number 1019.
    let option: [UInt8] = [0xDA, 0x3F, 0x02, 0x08, 0x01]
    #expect(try message.field[0].options.serializedBytes() as [UInt8] == option)
    #expect(try message.nestedType[0].field[0].options.serializedBytes() as [UInt8] == option)
    #expect(!message.field[1].hasOptions)
    #expect(message.field.map(\.name) == ["a_name", "self_"])
    #expect(throws: (any Error).self) { try DescriptorPatch.patched(Data([0xFF])) }
  }

  @Test("Names of one number are one case and aliases of it")
  func aliases() throws {
    let made = try model(
      file { file in
        var type = Google_Protobuf_EnumDescriptorProto()
        type.name = "Shade"
        type.options.allowAlias = true
        let numbers: [(String, Int32)] = [("SHADE_NONE", 0), ("SHADE_GREY", 1), ("SHADE_GRAY", 1)]
        type.value = numbers.map { name, number in
          var value = Google_Protobuf_EnumValueDescriptorProto()
          value.name = name
          value.number = number
          return value
        }
        file.enumType = [type]
      })
    #expect(made.enums[0].cases.map(\.aliasOf) == [nil, nil, "grey"])
    let text = SourceText.messages(of: made, OutputModules())
    #expect(text.contains("package static var gray: Self { .grey }"))
    #expect(text.split(separator: "case 1: self = .grey").count == 2)
  }

  @Test("The same request gives the same answer")
  func deterministic() throws {
    let first = answer([file()], parameter: "catalog=yes")
    #expect(first == answer([file()], parameter: "catalog=yes"))
    #expect(first.file.map(\.name) == ["things.pb.swift", "Catalog.swift"])
    #expect(first.file.allSatisfy { $0.content.contains("DO NOT EDIT") })
    #expect(answer([file()], parameter: "emit=services").file.isEmpty)
  }

  @Test("Comments are carried over and broken between words")
  func comments() {
    var text = SourceText()
    text.comment([String(repeating: "word ", count: 30) + "end", "", "next"])
    let lines = text.text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 && $0.hasPrefix("///") })
    #expect(lines.suffix(2) == ["///", "/// next"])
  }
}
