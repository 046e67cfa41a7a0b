// Descriptors for the generator's tests, made without protoc.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

@testable internal import StubGen

/// A proto3 file with one message `M` that `edit` may change, and one service if asked for.
func file(
  name: String = "t/v1/things.proto",
  _ edit: (inout Google_Protobuf_FileDescriptorProto) -> Void = { _ in }
) -> Google_Protobuf_FileDescriptorProto {
  var file = Google_Protobuf_FileDescriptorProto()
  file.name = name
  file.package = "t.v1"
  file.syntax = "proto3"
  var message = Google_Protobuf_DescriptorProto()
  message.name = "M"
  message.field = [field("a_name", 1, .string)]
  file.messageType = [message]
  edit(&file)
  return file
}

/// One singular field.
func field(
  _ name: String, _ number: Int32, _ type: Google_Protobuf_FieldDescriptorProto.TypeEnum
) -> Google_Protobuf_FieldDescriptorProto {
  var field = Google_Protobuf_FieldDescriptorProto()
  field.name = name
  field.jsonName = name
  field.number = number
  field.type = type
  field.label = .optional
  return field
}

/// One method from `M` to `M`.
func method(
  _ name: String, clientStreaming: Bool = false, serverStreaming: Bool = false
) -> Google_Protobuf_MethodDescriptorProto {
  var method = Google_Protobuf_MethodDescriptorProto()
  method.name = name
  method.inputType = ".t.v1.M"
  method.outputType = ".t.v1.M"
  method.clientStreaming = clientStreaming
  method.serverStreaming = serverStreaming
  return method
}

/// A service `S` of these methods.
func service(
  _ methods: [Google_Protobuf_MethodDescriptorProto]
) -> Google_Protobuf_ServiceDescriptorProto {
  var service = Google_Protobuf_ServiceDescriptorProto()
  service.name = "S"
  service.method = methods
  return service
}

/// What the generator makes of `proto` for Swift.
func model(_ proto: Google_Protobuf_FileDescriptorProto) throws -> SwiftFileModel {
  let set = DescriptorSet(protos: [proto])
  return try MessageReader().file(set.files[0])
}

/// The answer to protoc's request for all of `protos`.
func answer(
  _ protos: [Google_Protobuf_FileDescriptorProto], parameter: String = ""
) -> Google_Protobuf_Compiler_CodeGeneratorResponse {
  var request = Google_Protobuf_Compiler_CodeGeneratorRequest()
  request.fileToGenerate = protos.map(\.name)
  request.protoFile = protos
  request.parameter = parameter
  return generateCode(request: request, generator: Generator())
}
