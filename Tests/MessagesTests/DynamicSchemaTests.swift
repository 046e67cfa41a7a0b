// Types read at run time: the same JSON as the generated types, and nothing that a dishonest server can gain.

internal import FoundationEssentials
internal import SwiftProtobuf
internal import TestMessages
internal import Testing
internal import Vocabulary

@testable internal import Messages

/// Descriptors of the codec's test messages, as protoc wrote them.
private func oracleSchema() throws -> DynamicSchema {
  let set = try SchemaSet(decoding: Bytes(PackageResources.descriptors_binpb))
  return try DynamicSchema(set.file.map { try SchemaFile(file: $0) })
}

@Suite struct DynamicSchemaTests {
  @Test("Random messages: the dynamic JSON is the static codec's, in both directions")
  func randomMessages() throws {
    let schema = try oracleSchema()
    let type = try #require(schema.message("idv.oracle.v1.Everything"))
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    for step in 0..<400 {
      var wire = RandomWire(random: SeededRandom(seed: seed &+ UInt64(step)))
      let bytes = Bytes(wire.message(Everything.descriptor))
      for defaults in [true, false] {
        let expected = try MessageJSON.text(
          of: bytes, as: Everything.descriptor, defaults: defaults)
        let text = try MessageJSON.text(of: bytes, as: type, defaults: defaults)
        #expect(text == expected, "seed \(seed), step \(step)")
        let wire = try MessageJSON.wire(from: text, as: type)
        #expect(
          try Everything(decoding: wire)
            == Everything(
              decoding: MessageJSON.wire(from: expected, as: Everything.descriptor)),
          "seed \(seed), step \(step)")
      }
    }
  }

  @Test("Damaged messages are refused by both, or read the same")
  func damagedMessages() throws {
    let schema = try oracleSchema()
    let type = try #require(schema.message("idv.oracle.v1.Everything"))
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    for step in 0..<1000 {
      var wire = RandomWire(random: SeededRandom(seed: random.next()), runBytesMax: 6)
      var bytes = wire.message(Everything.descriptor, depth: 2)
      guard !bytes.isEmpty else { continue }
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      let expected = try? MessageJSON.text(of: Bytes(bytes), as: Everything.descriptor)
      let text = try? MessageJSON.text(of: Bytes(bytes), as: type)
      #expect(text == expected, "seed \(seed), step \(step)")
    }
  }

  @Test("The schema of this build reads itself, and is the generated one")
  func builtIn() throws {
    let schema = try Catalog.schema()
    #expect(schema.services.sorted() == Catalog.services.map(\.name).sorted())
    for service in Catalog.services {
      let read = try #require(try schema.service(service.name))
      #expect(read.methods.map(\.name) == service.methods.map(\.name))
      for (ours, generated) in zip(read.methods, service.methods) {
        #expect(ours.input().name == generated.input().name)
        #expect(ours.output().name == generated.output().name)
        #expect(ours.clientStreaming == generated.clientStreaming)
        #expect(ours.serverStreaming == generated.serverStreaming)
      }
    }
    for message in Catalog.messages {
      let read = try #require(schema.message(message.name), "\(message.name)")
      #expect(read.fields.map(\.name) == message.fields.map(\.name))
      #expect(read.fields.map(\.jsonName) == message.fields.map(\.jsonName))
      #expect(read.fields.map(\.number) == message.fields.map(\.number))
      for (ours, generated) in zip(read.fields, message.fields) {
        #expect("\(ours.cardinality)" == "\(generated.cardinality)", "\(message.name).\(ours.name)")
      }
    }
  }

  @Test("Declarations are printed as a .proto file has them")
  func text() throws {
    let schema = try Catalog.schema()
    #expect(
      schema.text(of: "idv.v1.Operations/GetStatus") == """
        // method idv.v1.Operations.GetStatus, in idv/v1/operations.proto
        rpc GetStatus(GetStatusRequest) returns (GetStatusResponse) {
          option idempotency_level = NO_SIDE_EFFECTS;
        }
        """)
    #expect(
      schema.text(of: "grpc.health.v1.HealthCheckResponse") == """
        // message grpc.health.v1.HealthCheckResponse, in grpc/health/v1/health.proto
        message HealthCheckResponse {
          enum ServingStatus {
            UNKNOWN = 0;
            SERVING = 1;
            NOT_SERVING = 2;
            SERVICE_UNKNOWN = 3;
          }
          HealthCheckResponse.ServingStatus status = 1;
        }
        """)
    let request = try #require(schema.text(of: "grpc.reflection.v1.ServerReflectionRequest"))
    #expect(request.contains("  oneof message_request {\n    string file_by_filename = 3;"))
    #expect(
      try #require(schema.text(of: "grpc.reflection.v1.ServerReflection"))
        .contains("rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream"))
    #expect(
      try #require(schema.text(of: "idv.v1.CompareFacesRequest")).contains(
        "optional double threshold = 7;"))
    let oracle = try oracleSchema()
    let everything = try #require(oracle.text(of: "idv.oracle.v1.Everything"))
    #expect(everything.contains("map<bool, Shade>") && everything.contains("repeated Part parts"))
    #expect(schema.text(of: "idv.v1.CompareFace") == nil)
    #expect(schema.text(of: "idv.v1.Basic.Compare") == nil)
  }

  // MARK: What is refused

  private func complaint(_ files: [SchemaFile]) -> String {
    do throws(SchemaError) {
      let schema = try DynamicSchema(files)
      for service in schema.services { _ = try schema.service(service) }
      return ""
    } catch {
      return error.description
    }
  }

  private func file(
    _ name: String = "a.proto", _ change: (inout SchemaFile) -> Void = { _ in }
  ) -> SchemaFile {
    var file = SchemaFile()
    file.name = name
    file.package = "t.v1"
    file.syntax = "proto3"
    change(&file)
    return file
  }

  private func message(_ name: String, _ fields: [SchemaField] = []) -> SchemaMessage {
    var message = SchemaMessage()
    message.name = name
    message.field = fields
    return message
  }

  private func field(
    _ name: String, _ number: Int32, _ type: SchemaField.Type_ = .bool, of typeName: String = ""
  ) -> SchemaField {
    var field = SchemaField()
    field.name = name
    field.number = number
    field.type = type
    field.typeName = typeName
    return field
  }

  @Test("Imports that are missing, lead in circles or are there twice are named")
  func imports() {
    func importing(_ name: String, _ others: [String]) -> SchemaFile {
      file(name) {
        $0.package = ""
        $0.dependency = others
      }
    }
    #expect(
      complaint([importing("a.proto", ["b.proto"])]).contains(
        "a.proto imports b.proto, which is missing"))
    #expect(
      complaint([importing("a.proto", ["a.proto"])]).contains(
        "imports a.proto, which imports it in turn"))
    let circle = [
      importing("a.proto", ["b.proto"]), importing("b.proto", ["c.proto"]),
      importing("c.proto", ["a.proto"]),
    ]
    #expect(complaint(circle).contains("c.proto imports a.proto, which imports it in turn"))
    let diamond = [
      importing("a.proto", ["b.proto", "c.proto"]), importing("b.proto", ["d.proto"]),
      importing("c.proto", ["d.proto"]), importing("d.proto", []),
    ]
    #expect(complaint(diamond) == "")
    #expect(
      complaint([importing("a.proto", []), importing("a.proto", [])]).contains("there twice"))
    let chain = (0..<400).map { importing("\($0).proto", $0 == 399 ? [] : ["\($0 + 1).proto"]) }
    #expect(complaint(chain) == "")
    #expect(
      complaint((0..<513).map { importing("\($0).proto", []) }).contains("more than 512 files"))
    #expect(complaint([importing("a\u{1B}[2J", [])]) == "The name of a file is not one.")
    #expect(complaint([importing("a.proto", ["\u{1B}[2J"])]) == "The name of a file is not one.")
  }

  @Test("Declarations that do not fit together are named")
  func declarations() {
    func with(_ messages: SchemaMessage...) -> String {
      complaint([file { $0.messageType = messages }])
    }
    #expect(with(message("M"), message("M")).contains("t.v1.M is declared twice"))
    #expect(with(message("M\u{1B}")).contains("is not one: letters"))
    #expect(with(message("M", [field("", 1)])).contains("is not one: letters"))
    #expect(with(message("M", [field("a", 1), field("b", 1)])).contains("t.v1.M.b: the number"))
    #expect(with(message("M", [field("a", 1), field("a", 2)])).contains("t.v1.M.a: the number"))
    #expect(with(message("M", [field("a", 0)])).contains("out of range"))
    #expect(with(message("M", [field("a", 1 << 29)])).contains("out of range"))
    #expect(
      with(message("M", [field("a", 1, .message, of: ".t.v1.N")])).contains(
        "t.v1.M.a is of a type that no"))
    #expect(
      with(message("M", [field("a", 1, .enum, of: ".t.v1.M")])).contains(
        "t.v1.M.a is of a type that no"))
    #expect(with(message("M", [field("a", 1, .group, of: ".t.v1.M")])).contains("groups are not"))
    #expect(with(message("M", [field("a", 1, .unrecognized(99))])).contains("unknown kind"))
    #expect(
      with(message("M", (1...257).map { field("f\($0)", $0) })).contains("more than 256 fields"))
    var loose = field("a", 1)
    loose.oneofIndex = 3
    #expect(with(message("M", [loose])).contains("no such oneof"))
    #expect(complaint([file { $0.syntax = "editions" }]).contains("neither proto2 nor proto3"))
    #expect(with(message("M", [field("a", 1, .message, of: ".t.v1.M")])) == "")

    var entry = message("E", [field("key", 1, .message, of: ".t.v1.M"), field("value", 2)])
    entry.options = SchemaMessageOptions(mapEntry: true)
    var map = field("m", 1, .message, of: ".t.v1.M.E")
    map.label = .repeated
    var holder = message("M", [map])
    holder.nestedType = [entry]
    #expect(with(holder).contains("a message cannot be a key"))
    holder.nestedType[0].field.removeLast()
    #expect(with(holder).contains("not a key and a value"))

    var method = SchemaMethod()
    method.name = "Run"
    method.inputType = ".t.v1.Nothing"
    var service = SchemaService()
    service.name = "S"
    service.method = [method]
    #expect(
      complaint([file { $0.service = [service] }]).contains("t.v1.S.Run is of a type that no"))
  }

  @Test("Size and nesting are bounded")
  func bounds() {
    var deep = message("M")
    for _ in 0..<32 {
      var outer = message("M")
      outer.nestedType = [deep]
      deep = outer
    }
    #expect(complaint([file { $0.messageType = [deep] }]).contains("nested too deep"))
    let many = (0..<50_001).map { message("M\($0)") }
    #expect(complaint([file { $0.messageType = many }]).contains("more than 50000 declarations"))
    let long = file { $0.package = String(repeating: "p.", count: 600) + "p" }
    #expect(complaint([long]).contains("too long"))
    let huge = Bytes([UInt8](repeating: 0, count: SchemaLimits.bytesMax + 1))
    #expect(throws: SchemaError.self) { try SchemaFile(file: huge) }
    #expect(throws: SchemaError.self) { try SchemaFile(file: Bytes([0x0A, 0xFF])) }
  }

  @Test("proto2 has presence and its own packing")
  func proto2() throws {
    var packed = field("packed", 2, .int32)
    packed.label = .repeated
    var plain = packed
    plain.name = "plain"
    plain.number = 3
    packed.options = SchemaFieldOptions(packed: true)
    let schema = try DynamicSchema([
      file {
        $0.syntax = ""
        $0.messageType = [message("M", [field("flag", 1), packed, plain])]
      }
    ])
    let type = try #require(schema.message("t.v1.M"))
    #expect(type.fields.map { "\($0.cardinality)" } == ["optional", "packed", "repeated"])
    let text = try MessageJSON.text(of: Bytes([0x08, 0x00]), as: type, pretty: false)
    #expect(text == #"{"flag":false}"#)
  }

  @Test("Several messages: an array, or texts one after the other")
  func several() throws {
    let type = Part.descriptor
    func names(_ text: String) throws -> [String] {
      try MessageJSON.wires(from: text, as: type).map { try Part(decoding: $0).name }
    }
    #expect(try names("") == [])
    #expect(try names(" {\"name\":\"a\"} ") == ["a"])
    #expect(try names("{\"name\":\"a\"}\n\n{\"name\":\"b\"}\n") == ["a", "b"])
    #expect(try names("[{\"name\":\"a\"},{}]") == ["a", ""])
    #expect(try names("[]") == [])
    let error = #expect(throws: JSONError.self) { try names("{}\n{\"nmae\":1}") }
    #expect(error?.path == "[1].nmae")
  }
}
