// What generated services import when they go to a module of their own.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary
internal import Testing

@Suite struct ModulesTests {
  private func imports(_ parameter: String) -> [Substring] {
    let described = file { file in
      var service = Google_Protobuf_ServiceDescriptorProto()
      service.name = "S"
      file.service = [service]
    }
    let text = answer([described], parameter: parameter).file.map(\.content).joined()
    return text.split(separator: "\n").filter { $0.contains("import ") }
      .map { $0.dropFirst("package import ".count) }
  }

  @Test("Beside the messages, services import only what they are made of")
  func sameModule() {
    #expect(imports("emit=services") == ["Messages", "RPC", "Vocabulary"])
  }

  @Test("Elsewhere they also import the runtime and what stubs are made of")
  func otherModule() {
    #expect(
      imports("emit=services,messages=Things,runtime=Messages,stubs=Stubs")
        == ["Messages", "RPC", "Stubs", "Things", "Vocabulary"])
  }
}
