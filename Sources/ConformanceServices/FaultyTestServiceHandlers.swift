// A test service that does everything wrong: each interoperability case must fail against it.

package import ConformanceMessages
package import RPC
package import Stubs
package import Vocabulary

/// Handlers that are one byte, one message or one status off. A value; safe from any thread.
package struct FaultyTestServiceHandlers: TestServiceService, UnimplementedServiceService {
  package init() {}

  package func emptyCall(
    _ request: Empty, in call: CallContext
  ) async throws(ServiceError) -> Empty {
    throw ServiceError(.aborted, "Nothing is empty.", ErrorDetail(.internalFault))
  }

  package func unaryCall(
    _ request: SimpleRequest, in call: CallContext
  ) async throws(ServiceError) -> SimpleResponse {
    var response = SimpleResponse()
    response.payload = payload(request.responseSize)
    return response
  }

  package func streamingOutputCall(
    _ request: StreamingOutputCallRequest,
    to responses: ResponseWriter<StreamingOutputCallResponse>, in call: CallContext
  ) async throws(ServiceError) {
    try await answer(request, to: responses)
  }

  package func streamingInputCall(
    _ requests: RequestStream<StreamingInputCallRequest>, in call: CallContext
  ) async throws(ServiceError) -> StreamingInputCallResponse {
    var response = StreamingInputCallResponse()
    while try await requests.next() != nil { response.aggregatedPayloadSize += 1 }
    return response
  }

  package func fullDuplexCall(
    _ requests: RequestStream<StreamingOutputCallRequest>,
    to responses: ResponseWriter<StreamingOutputCallResponse>, in call: CallContext
  ) async throws(ServiceError) {
    while let request = try await requests.next() { try await answer(request, to: responses) }
    try await responses.send(StreamingOutputCallResponse())
  }

  package func halfDuplexCall(
    _ requests: RequestStream<StreamingOutputCallRequest>,
    to responses: ResponseWriter<StreamingOutputCallResponse>, in call: CallContext
  ) async throws(ServiceError) {
    try await fullDuplexCall(requests, to: responses, in: call)
  }

  package func unimplementedCall(
    _ request: Empty, in call: CallContext
  ) async throws(ServiceError) -> Empty {
    Empty()
  }

  private func answer(
    _ request: StreamingOutputCallRequest,
    to responses: ResponseWriter<StreamingOutputCallResponse>
  ) async throws(ServiceError) {
    for parameters in request.responseParameters {
      var response = StreamingOutputCallResponse()
      response.payload = payload(parameters.size)
      try await responses.send(response)
    }
  }

  private func payload(_ size: Int32) -> Payload {
    var payload = Payload()
    payload.body = zeros(max(0, Int(size)) + 1)
    return payload
  }
}
