// Stubs in Python: names, refusals, and a whole module as reference.

internal import FoundationEssentials
internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary
internal import Testing

@testable internal import StubGen

@Suite struct PythonTests {
  @Test("All four kinds of call, as the reference module has them")
  func reference() throws {
    let shared = file(name: "t/v1/shared-types.proto") { file in
      var outer = Google_Protobuf_DescriptorProto()
      outer.name = "Outer"
      var inner = Google_Protobuf_DescriptorProto()
      inner.name = "None"
      outer.nestedType = [inner]
      file.messageType = [outer]
    }
    let services = file { file in
      file.dependency = [shared.name]
      var nested = method("import")
      nested.outputType = ".t.v1.Outer.None"
      file.service = [
        service([
          method("Ask"), method("Watch", serverStreaming: true),
          method("Collect", clientStreaming: true),
          method("Talk", clientStreaming: true, serverStreaming: true), nested,
        ])
      ]
      var location = Google_Protobuf_SourceCodeInfo.Location()
      location.path = [6, 0]
      location.leadingComments = " Says \"yes\".\n\n Always.\n"
      var one = location
      one.path = [6, 0, 2, 0]
      one.leadingComments = " Asks once.\n"
      file.sourceCodeInfo.location = [location, one]
    }
    let made = answer([shared, services], parameter: "language=python")
    #expect(made.error.isEmpty)
    #expect(made.file.map(\.name) == ["t/v1/things_idv.py"])
    let place = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/things_idv.py")
    let text = try #require(made.file.first).content
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try Data(text.utf8).write(to: place)
    }
    #expect(text == String(decoding: try Data(contentsOf: place), as: UTF8.self))
  }

  @Test("A file without services gives nothing; a parameter or path without meaning is named")
  func refusals() {
    #expect(answer([file()], parameter: "language=python").file.isEmpty)
    #expect(
      answer([file()], parameter: "language=python,emit=services").error
        == "emit: no such parameter of language=python")
    let unimportable = file(name: "t/lambda/things.proto") { file in
      file.service = [service([method("Ask")])]
    }
    #expect(
      answer([unimportable], parameter: "language=python").error
        == "t/lambda/things.proto: lambda is a word of Python")
  }

  @Test(
    "Modules are named as protoc names them",
    arguments: [
      ("idv/v1/basic.proto", "from idv.v1 import basic_pb2 as idv_v1_basic_pb2"),
      ("a-b.proto", "import a_b_pb2 as a_b_pb2"),
    ])
  func modules(file: String, statement: String) {
    #expect(PythonNames.importStatement(file) == statement)
  }
}
