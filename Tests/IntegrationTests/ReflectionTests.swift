// Reflection: what the server says of itself, and what the client makes of it and of dishonest answers.

import Client
import FoundationEssentials
import Introspection
import Messages
import Observability
import RPC
import ServerApp
import Services
import Stubs
import Testing
import Vocabulary
import Wire

@Suite(.timeLimit(.minutes(2))) struct ReflectionTests {
  private func ask(
    _ caller: any Caller, _ questions: [ServerReflectionRequest.MessageRequest?]
  ) async throws -> [ServerReflectionResponse] {
    let call = try await ServerReflectionClient(caller).serverReflectionInfo()
    var answers: [ServerReflectionResponse] = []
    for question in questions {
      var request = ServerReflectionRequest()
      request.host = "h"
      request.messageRequest = question
      try await call.send(request)
      let answer = try #require(try await call.responses.next())
      #expect(answer.originalRequest == request && answer.validHost == "h")
      answers.append(answer)
    }
    call.closeSend()
    #expect(try await call.responses.next() == nil)
    return answers
  }

  private func names(_ answer: ServerReflectionResponse) throws -> [String] {
    guard case .fileDescriptorResponse(let files) = answer.messageResponse else { return [] }
    return try files.fileDescriptorProto.map { try SchemaFile(file: $0).name }
  }

  private func errorCode(_ answer: ServerReflectionResponse) -> Int32? {
    guard case .errorResponse(let error) = answer.messageResponse else { return nil }
    return error.errorCode
  }

  @Test("Every question is answered; one that cannot be is an error and the stream goes on")
  func questions() async throws {
    let caller = InProcessTransport(try ColdServer.core().router, peer: ColdServer.visitor)
    let answers = try await ask(
      caller,
      [
        .listServices("*"), .fileContainingSymbol("idv.v1.Basic"),
        .fileContainingSymbol("idv.v1.Operations.GetStatus"),
        .fileByFilename("idv/v1/common.proto"), .fileContainingSymbol("idv.v1.Nothing"),
        .fileByFilename("../etc/passwd"), .fileByFilename("idv/schema/v1/schema.proto"),
        .fileContainingExtension(
          ExtensionRequest(containingType: "idv.v1.Face", extensionNumber: 1)),
        .allExtensionNumbersOfType("idv.v1.Face"), .allExtensionNumbersOfType("idv.v1.Nothing"),
        nil,
      ])
    #expect(
      answers[0].messageResponse
        == .listServicesResponse(
          ListServiceResponse(
            service: [
              "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "idv.v1.Basic",
              "idv.v1.Documents", "idv.v1.Enhanced", "idv.v1.Intent", "idv.v1.Keys",
              "idv.v1.Operations", "idv.v1.RealName", "idv.v1.Uploads",
            ].map { ServiceResponse(name: $0) })))
    #expect(
      try Set(names(answers[1])) == [
        "idv/v1/basic.proto", "idv/v1/common.proto", "idv/v1/documents.proto",
        "idv/v1/liveness.proto", "idv/v1/real_name.proto",
      ])
    // common.proto has been sent; asked for itself it is sent again.
    #expect(try names(answers[2]) == ["idv/v1/operations.proto"])
    #expect(try names(answers[3]) == ["idv/v1/common.proto"])
    #expect([4, 5, 6, 7, 9].allSatisfy { errorCode(answers[$0]) == 5 })
    #expect(
      answers[8].messageResponse
        == .allExtensionNumbersResponse(ExtensionNumberResponse(baseTypeName: "idv.v1.Face")))
    #expect(errorCode(answers[10]) == 3)
  }

  @Test("Every symbol of the served files is found in its file")
  func symbols() async throws {
    let caller = InProcessTransport(try ColdServer.core().router, peer: ColdServer.dev)
    let symbols = [
      ("idv.v1.Face.box", "basic"), ("idv.v1.CompareFacesRequest", "basic"),
      ("idv.v1.ErrorDetail", "common"),
      ("grpc.health.v1.HealthCheckResponse.ServingStatus", "health"),
      ("grpc.health.v1.HealthCheckResponse.NOT_SERVING", "health"),
      ("grpc.reflection.v1.ServerReflectionRequest.message_request", "reflection"),
      ("grpc.reflection.v1.ServerReflection.ServerReflectionInfo", "reflection"),
    ]
    let answers = try await ask(caller, symbols.map { .fileContainingSymbol($0.0) })
    for ((symbol, file), answer) in zip(symbols, answers) {
      #expect(try names(answer).first?.hasSuffix("/\(file).proto") == true, "\(symbol)")
    }
  }

  @Test("Files arrive as protoc wrote them, over TLS", arguments: [Profile.native, .compat])
  func roundTrip(profile: Profile) async throws {
    let core = try ColdServer.core()
    // protoc's --descriptor_set_out, which make gen writes and CI compares.
    let written = Dictionary(
      uniqueKeysWithValues: try Catalog.descriptorFiles().map {
        (try SchemaFile(file: $0).name, $0)
      })
    try await ColdServer.overTLS(core.router, profile) { client, _ in
      let remote = RemoteSchema(client)
      let services = try await remote.services()
      #expect(services.count == 10)
      let call = try await ServerReflectionClient(client).serverReflectionInfo()
      var seen: Set<String> = []
      for service in services {
        var request = ServerReflectionRequest()
        request.messageRequest = .fileContainingSymbol(service)
        try await call.send(request)
        let answer = try #require(try await call.responses.next()?.messageResponse)
        guard case .fileDescriptorResponse(let files) = answer else {
          Issue.record("no files for \(service)")
          continue
        }
        for file in files.fileDescriptorProto {
          let name = try SchemaFile(file: file).name
          #expect(file == written[name], "\(name)")
          seen.insert(name)
        }
      }
      call.closeSend()
      #expect(seen.count == 13)
      let schema = try await remote.schema(containing: services)
      let local = try Catalog.schema()
      for service in services {
        #expect(schema.text(of: service) == local.text(of: service))
        #expect(try schema.service(service)?.methods.count == local.service(service)?.methods.count)
      }
      #expect(schema.message("idv.schema.v1.SchemaFile") == nil, "only what is served")
    }
  }

  @Test("Switched off, there is no such service")
  func switchedOff() async throws {
    let core = try ColdServer.core(reflection: false)
    let caller = InProcessTransport(core.router, peer: ColdServer.dev)
    await #expect(throws: ReflectionAbsent.self) { try await RemoteSchema(caller).services() }
    await #expect(throws: ReflectionAbsent.self) {
      try await RemoteSchema(caller).schema(containing: ["idv.v1.Basic"])
    }
  }

  // MARK: All four kinds by descriptor

  @Test(
    "Methods of all kinds are called with JSON, known by reflection alone",
    arguments: [Profile.native, .compat])
  func dynamicCalls(profile: Profile) async throws {
    let echo = EchoService()
    let schema = try ServedSchema(services: [echo.serviceName], files: [EchoService.file.encoded()])
    let router = Router(
      services: [echo, ServerReflectionRoutes(ReflectionHandlers(schema, until: StopNotice()))],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: 8)])),
      metrics: CallMetrics(), log: .silent, newID: { CallID(high: 0, low: 0) })
    try await ColdServer.overTLS(router, profile) { client, _ in
      let schema = try await RemoteSchema(client).schema(containing: ["t.v1.Echo"])
      let service = try #require(try schema.service("t.v1.Echo"))
      for (name, given, expected) in [
        ("One", #"{"name":"a"}"#, [#"{"name":"a"}"#]), ("One", "", ["{}"]),
        ("Down", #"{"name":"a"}"#, [#"{"name":"a"}"#, #"{"name":"a"}"#]),
        (
          "Up", #"[{"name":"a"},{"name":"b","again":{"name":"c"}}]"#,
          [#"{"name":"b","again":{"name":"c"}}"#]
        ),
        ("Both", "{\"name\":\"a\"}\n{\"name\":\"b\"}", [#"{"name":"a"}"#, #"{"name":"b"}"#]),
        ("Both", "", []),
      ] {
        let method = try #require(service.method(name))
        var answers: [String] = []
        var headers: [String] = []
        var ended = 0
        var events = DynamicCall.Events()
        events.headers = { headers += $0.pairs.map(\.value) }
        events.message = {
          answers.append(try MessageJSON.text(of: $0, as: method.output(), pretty: false))
        }
        events.trailers = { _ in ended += 1 }
        try await DynamicCall("t.v1.Echo", method).run(
          client, .of(try MessageJSON.wires(from: given, as: method.input())),
          options: CallOptions(metadata: Metadata([("say", "hello")])), events: events)
        #expect(answers == expected, "\(name)")
        #expect(ended == 1)
        if profile == .native { #expect(headers == ["hello"], "\(name)") }
      }
      // What goes wrong while requests are made ends the call and is said.
      let bad = DynamicCall.Requests { continuation in
        continuation.yield(.empty)
        continuation.finish(throwing: JSONError("x", "Planted."))
      }
      await #expect(throws: JSONError("x", "Planted.")) {
        try await DynamicCall("t.v1.Echo", try #require(service.method("Both"))).run(
          client, bad, options: .standard, events: DynamicCall.Events())
      }
    }
  }

  // MARK: Servers that are not honest

  private func complaint(
    _ symbol: String = "t.v1.Echo",
    _ answer:
      @escaping @Sendable (ServerReflectionRequest.MessageRequest) -> ServerReflectionResponse
      .MessageResponse?
  ) async -> String {
    let router = Router(
      services: [ServerReflectionRoutes(ScriptedReflection(answer: answer))],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: 8)])),
      metrics: CallMetrics(), log: .silent, newID: { CallID(high: 0, low: 0) })
    let remote = RemoteSchema(InProcessTransport(router, peer: ColdServer.dev))
    do {
      if symbol.isEmpty {
        _ = try await remote.services()
      } else {
        _ = try await remote.schema(containing: [symbol])
      }
      return "nothing wrong"
    } catch {
      return "\(error)"
    }
  }

  private static func files(_ files: SchemaFile...) -> ServerReflectionResponse.MessageResponse {
    .fileDescriptorResponse(FileDescriptorResponse(fileDescriptorProto: files.map { $0.encoded() }))
  }

  private static func file(_ name: String, _ imports: [String] = []) -> SchemaFile {
    var file = SchemaFile()
    file.name = name
    file.dependency = imports
    return file
  }

  @Test("Answers that do not fit together are named")
  func hostile() async throws {
    let missing = await complaint { question in
      if case .fileByFilename = question {
        return .errorResponse(ErrorResponse(errorCode: 5, errorMessage: "\u{1B}[2Jno"))
      }
      return Self.files(Self.file("a.proto", ["b.proto"]))
    }
    #expect(
      missing
        == "The server does not describe the file b.proto, which is imported: it has none of that name."
    )
    let unknown = await complaint { _ in .errorResponse(ErrorResponse(errorCode: 5)) }
    #expect(unknown.contains("does not describe t.v1.Echo"))
    let circle = await complaint { question in
      guard case .fileByFilename = question else {
        return Self.files(Self.file("a.proto", ["b.proto"]))
      }
      return Self.files(Self.file("b.proto", ["a.proto"]))
    }
    #expect(circle.contains("imports a.proto, which imports it in turn"))
    let other = await complaint { question in
      guard case .fileByFilename = question else {
        return Self.files(Self.file("a.proto", ["b.proto"]))
      }
      return Self.files(Self.file("c.proto"))
    }
    #expect(other.contains("was asked for the file b.proto and sent another one"))
    let endless = await complaint { question in
      guard case .fileByFilename(let name) = question else {
        return Self.files(Self.file("0", ["1"]))
      }
      return Self.files(Self.file(name, ["\((Int(name) ?? 0) + 1)"]))
    }
    #expect(endless.contains("more than 512 files"))
    let list = await complaint { _ in .listServicesResponse(ListServiceResponse()) }
    #expect(list.contains("answered another question"))
    #expect(await complaint { _ in nil }.contains("answered another question"))
  }

  @Test("Answers that are too large or no descriptors are refused")
  func huge() async throws {
    let large = await complaint { question in
      guard case .fileByFilename(let name) = question else {
        return Self.files(Self.file("0", ["1"]))
      }
      var file = Self.file(name, ["\((Int(name) ?? 0) + 1)"])
      var type = SchemaEnum()
      type.name = String(repeating: "a", count: 1 << 20)
      file.enumType = [type]
      return Self.files(file)
    }
    #expect(large.contains("more than 4194304 bytes"))
    let noise = await complaint { _ in
      .fileDescriptorResponse(FileDescriptorResponse(fileDescriptorProto: [Bytes([0xFF, 0xFF])]))
    }
    #expect(noise.contains("descriptor cannot be read"))
    let control = await complaint { _ in Self.files(Self.file("\u{1B}[2J")) }
    #expect(control == "The name of a file is not one.")
    let names = await complaint("") { _ in
      .listServicesResponse(ListServiceResponse(service: [ServiceResponse(name: "\u{1B}[2J")]))
    }
    #expect(names.contains("names that are none"))
    let many = await complaint("") { _ in
      .listServicesResponse(
        ListServiceResponse(service: (0...1000).map { ServiceResponse(name: "s\($0)") }))
    }
    #expect(many.contains("names that are none"))
  }
}

/// Answers each question as the test says.
private struct ScriptedReflection: ServerReflectionService {
  let answer:
    @Sendable (ServerReflectionRequest.MessageRequest) -> ServerReflectionResponse.MessageResponse?

  func serverReflectionInfo(
    _ requests: RequestStream<ServerReflectionRequest>,
    to responses: ResponseWriter<ServerReflectionResponse>, in call: CallContext
  ) async throws(ServiceError) {
    while let request = try await requests.next() {
      var response = ServerReflectionResponse()
      if let question = request.messageRequest { response.messageResponse = answer(question) }
      try await responses.send(response)
    }
  }
}

/// A service with a method of each kind; it is known to callers by its descriptor only.
private struct EchoService: Service {
  let serviceName = "t.v1.Echo"

  static let file: SchemaFile = {
    var name = SchemaField()
    (name.name, name.number, name.type, name.label) = ("name", 1, .string, .optional)
    var again = SchemaField()
    (again.name, again.number, again.type, again.label) = ("again", 2, .message, .optional)
    again.typeName = ".t.v1.M"
    var message = SchemaMessage()
    message.name = "M"
    message.field = [name, again]
    var service = SchemaService()
    service.name = "Echo"
    service.method = [
      ("One", false, false), ("Down", false, true), ("Up", true, false), ("Both", true, true),
    ].map { name, client, server in
      var method = SchemaMethod()
      method.name = name
      (method.inputType, method.outputType) = (".t.v1.M", ".t.v1.M")
      (method.clientStreaming, method.serverStreaming) = (client, server)
      return method
    }
    var file = SchemaFile()
    (file.name, file.package, file.syntax) = ("t/v1/echo.proto", "t.v1", "proto3")
    file.messageType = [message]
    file.service = [service]
    return file
  }()

  private static func greet(_ call: CallContext) {
    call.channel.sendHeaders(Metadata([("said", call.metadata["say"] ?? "")]))
  }

  var methods: [ServiceMethod] {
    func name(_ method: String) -> RPC.MethodName {
      RPC.MethodName(service: serviceName, method: method)
    }
    return [
      ServiceMethod(name("One")) { (bytes, call) async throws(ServiceError) in
        Self.greet(call)
        return [bytes]
      },
      ServiceMethod(name("Down"), kind: .serverStreaming) {
        (bytes, call) async throws(ServiceError) in
        Self.greet(call)
        for _ in 0..<2 { try await call.channel.send([bytes]) }
        return []
      },
      ServiceMethod(name("Up"), kind: .clientStreaming) { (_, call) async throws(ServiceError) in
        Self.greet(call)
        var last = Bytes.empty
        while let message = try await call.channel.nextMessage() { last = message }
        return [last]
      },
      ServiceMethod(name("Both"), kind: .bidiStreaming) { (_, call) async throws(ServiceError) in
        Self.greet(call)
        while let message = try await call.channel.nextMessage() {
          try await call.channel.send([message])
        }
        return []
      },
    ]
  }
}
