// The service grpc.reflection.v1.ServerReflection: answers what tools ask to call without .proto files.

package import Messages
package import RPC
package import Stubs
package import Vocabulary

/// Handles `grpc.reflection.v1.ServerReflection`. Safe from any thread.
package struct ReflectionHandlers: ServerReflectionService {
  private let schema: ServedSchema
  private let stop: StopNotice

  /// - Parameter stop: ends the streams that are open, which clients may leave so.
  package init(_ schema: ServedSchema, until stop: StopNotice) {
    self.schema = schema
    self.stop = stop
  }

  package func serverReflectionInfo(
    _ requests: RequestStream<ServerReflectionRequest>,
    to responses: ResponseWriter<ServerReflectionResponse>, in call: CallContext
  ) async throws(ServiceError) {
    try await stop.race { () async throws(ServiceError) in
      var sent: Set<String> = []
      while let request = try await requests.next() {
        var response = ServerReflectionResponse()
        response.validHost = request.host
        response.messageResponse = answer(request, &sent)
        response.originalRequest = request
        try await responses.send(response)
      }
    }
  }

  private func answer(
    _ request: ServerReflectionRequest, _ sent: inout Set<String>
  ) -> ServerReflectionResponse.MessageResponse {
    switch request.messageRequest {
    case .fileByFilename(let name): files(name, &sent)
    case .fileContainingSymbol(let symbol): files(schema.file(declaring: symbol), &sent)
    case .fileContainingExtension:
      error(.notFound, "Nothing that is served extends a message.")
    case .allExtensionNumbersOfType(let name): extensions(name)
    case .listServices:
      .listServicesResponse(
        ListServiceResponse(service: schema.services.map { ServiceResponse(name: $0) }))
    case nil: error(.invalidArgument, "The request asks for nothing.")
    }
  }

  private func files(
    _ name: String?, _ sent: inout Set<String>
  ) -> ServerReflectionResponse.MessageResponse {
    guard let name, let files = schema.closure(of: name, without: &sent) else {
      return error(.notFound, "Nothing of that name is served.")
    }
    return .fileDescriptorResponse(FileDescriptorResponse(fileDescriptorProto: files))
  }

  private func extensions(_ name: String) -> ServerReflectionResponse.MessageResponse {
    guard schema.isMessage(name) else {
      return error(.notFound, "Nothing of that name is served.")
    }
    return .allExtensionNumbersResponse(ExtensionNumberResponse(baseTypeName: name))
  }

  private func error(
    _ code: StatusCode, _ message: String
  ) -> ServerReflectionResponse.MessageResponse {
    .errorResponse(
      ErrorResponse(errorCode: Int32(code.rawValue), errorMessage: message))
  }
}
