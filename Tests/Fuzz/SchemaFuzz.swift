// Fuzzes types that are read at run time, as `idv call` does with what a server says of itself: no descriptor may trap,
// and what the types say of a message must hold together.

import Dispatch
import Introspection
import Messages
import RPC
import Stubs
import Vocabulary

let schemaEntries = [
  // Descriptors as bytes: a FileDescriptorSet.
  FuzzEntry(name: "schema") { input in
    let bytes = Bytes(copying: input)
    guard let set = try? SchemaSet(decoding: bytes, limits: SchemaLimits.decoding) else { return }
    let files = set.file.compactMap { try? SchemaFile(file: $0) }
    if let schema = try? DynamicSchema(files) { use(schema, on: bytes) }
  },
  // Descriptors that nearly fit together, made as the input says; what is left of it is a message.
  FuzzEntry(name: "schema-built") { input in
    var choices = Choices(input)
    if let schema = built(&choices) { use(schema, on: choices.rest) }
  },
  // A dishonest server: the input is its answers, one after the other.
  FuzzEntry(name: "schema-remote") { input in
    let server = ScriptedServer(Bytes(copying: input))
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let remote = RemoteSchema(server)
      _ = try? await remote.services()
      if let schema = try? await remote.schema(containing: ["p.A", "p.S"]) {
        use(schema, on: .empty)
      }
      done.signal()
    }
    done.wait()
  },
]

/// Traps once a schema has a service whose method's messages are known.
let schemaCanary = FuzzEntry(name: "canary-schema") { input in
  var choices = Choices(input)
  guard let schema = built(&choices) else { return }
  for name in schema.services {
    let methods = (try? schema.service(name))?.methods ?? []
    precondition(methods.isEmpty, "the canary was found")
  }
}

/// Whatever the tool does with a schema; `bytes` are tried as a message of each type.
private func use(_ schema: DynamicSchema, on bytes: Bytes) {
  for name in schema.services {
    _ = schema.text(of: name)
    guard let service = try? schema.service(name) else { continue }
    for method in service.methods {
      precondition(schema.text(of: name + "." + method.name) != nil, "a method without a text")
      _ = schema.isIdempotent(name, method.name)
      read(bytes, as: method.input())
      read(bytes, as: method.output())
    }
  }
  for file in schema.files {
    for message in file.messageType {
      let name = file.package.isEmpty ? message.name : file.package + "." + message.name
      guard let type = schema.message(name) else { preconditionFailure("a message without a type") }
      precondition(schema.text(of: name) != nil, "a message without a text")
      read(bytes, as: type)
    }
  }
  _ = schema.text(of: String(decoding: bytes.array.prefix(64), as: UTF8.self))
}

/// JSON of a message that is taken must be a message again, and that one must have JSON.
private func read(_ bytes: Bytes, as type: MessageDescriptor) {
  guard let text = try? MessageJSON.text(of: bytes, as: type, pretty: false),
    let wire = try? MessageJSON.wire(from: text, as: type)
  else { return }
  precondition(
    (try? MessageJSON.text(of: wire, as: type, pretty: false)) != nil, "JSON makes no message")
}

// MARK: Descriptors made from choices

/// Reads an input as decisions; zeros after its end.
private struct Choices {
  private let bytes: [UInt8]
  private var place = 0

  init(_ input: UnsafeRawBufferPointer) { bytes = Array(input) }

  /// A number below `count`.
  mutating func next(_ count: Int) -> Int {
    guard place < bytes.count else { return 0 }
    place += 1
    return Int(bytes[place - 1]) % count
  }

  mutating func flag() -> Bool { next(4) == 1 }

  mutating func name() -> String { ["A", "B", "a", "a_b", "aB", "key", "value", "é"][next(8)] }

  mutating func typeName() -> String {
    [".p.A", ".p.B", ".p.A.A", ".p.A.B", ".p.B.A", ".p.a", "p.A", ""][next(8)]
  }

  var rest: Bytes { Bytes(Array(bytes[place...])) }
}

private func built(_ choices: inout Choices) -> DynamicSchema? {
  var files: [SchemaFile] = []
  for number in 0...choices.next(2) {
    var file = SchemaFile()
    file.name = "\(number).proto"
    file.package = choices.flag() ? "q" : "p"
    file.syntax = ["proto3", "proto2", "", "editions"][choices.next(4)]
    if number > 0 { file.dependency = ["\(choices.next(2)).proto"] }
    for _ in 0...choices.next(2) { file.messageType.append(message(&choices, depth: 0)) }
    if choices.flag() { file.enumType.append(enumeration(&choices)) }
    if choices.flag() {
      var service = SchemaService(name: "S")
      for _ in 0..<choices.next(3) {
        service.method.append(
          SchemaMethod(
            name: choices.name(), inputType: choices.typeName(), outputType: choices.typeName(),
            clientStreaming: choices.flag(), serverStreaming: choices.flag()))
      }
      file.service.append(service)
    }
    // By way of bytes, as they come.
    if let read = try? SchemaFile(file: file.encoded()) { files.append(read) }
  }
  return try? DynamicSchema(files)
}

private func nested(_ choices: inout Choices, _ depth: Int) -> SchemaMessage {
  message(&choices, depth: depth)
}

private func message(_ choices: inout Choices, depth: Int) -> SchemaMessage {
  var message = SchemaMessage()
  message.name = choices.name()
  for _ in 0..<choices.next(4) {
    var field = SchemaField()
    field.name = choices.name()
    field.number = Int32(choices.next(8))
    field.label = SchemaField.Label(rawValue: Int32(choices.next(4)))
    field.type = SchemaField.Type_(rawValue: Int32(choices.next(20)))
    field.typeName = choices.typeName()
    if choices.flag() { field.oneofIndex = Int32(choices.next(3)) - 1 }
    if choices.flag() { field.jsonName = choices.name() }
    if choices.flag() { field.options = SchemaFieldOptions(packed: choices.flag()) }
    field.proto3Optional = choices.flag()
    message.field.append(field)
  }
  if choices.flag() { message.oneofDecl = [SchemaOneof(name: choices.name())] }
  if choices.flag() { message.options = SchemaMessageOptions(mapEntry: choices.flag()) }
  if choices.flag() { message.enumType.append(enumeration(&choices)) }
  if depth < 2, choices.flag() {
    message.nestedType.append(nested(&choices, depth + 1))
  }
  return message
}

private func enumeration(_ choices: inout Choices) -> SchemaEnum {
  var values: [SchemaEnumValue] = []
  for _ in 0..<choices.next(3) {
    values.append(SchemaEnumValue(name: choices.name(), number: Int32(choices.next(4)) - 1))
  }
  return SchemaEnum(name: choices.name(), value: values)
}

// MARK: A server that answers what the input says

/// Every call gets the same answers: runs of the input, each behind a byte that says how long it is and whether it is the
/// answer as it stands or a file in one.
private final class ScriptedServer: Caller {
  private let answers: [Bytes]

  init(_ input: Bytes) {
    var rest = input.array[...]
    var answers: [Bytes] = []
    while let head = rest.popFirst(), answers.count < 64 {
      let count = head & 0x80 != 0 ? rest.count : Int(head & 0x3F)
      let piece = Bytes(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
      if head & 0x40 != 0 {
        var response = ServerReflectionResponse()
        response.messageResponse = .fileDescriptorResponse(
          FileDescriptorResponse(fileDescriptorProto: [piece]))
        answers.append(response.encoded())
      } else {
        answers.append(piece)
      }
    }
    self.answers = answers
  }

  func call(
    _ method: MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes { .empty }

  func open(
    _ method: MethodName, kind: MethodKind, _ request: [Bytes]?, options: CallOptions
  ) async throws(ServiceError) -> any OpenCall { ScriptedCall(answers) }
}

/// Gives the answers in their order, then ends well.
private final class ScriptedCall: OpenCall, @unchecked Sendable {
  // Unchecked: one task uses it.
  private var answers: [Bytes]

  init(_ answers: [Bytes]) { self.answers = answers.reversed() }

  func send(_ message: [Bytes]) async throws(ServiceError) {}
  func closeSend() {}
  func headers() async throws(ServiceError) -> Metadata { Metadata() }
  func next() async throws(ServiceError) -> Bytes? { answers.popLast() }
  var trailers: Metadata { Metadata() }
  func cancel() {}
}
