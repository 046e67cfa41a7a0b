// What the interoperability cases call: gRPC's test service as published.

package import ConformanceMessages
package import RPC
package import Stubs
package import Vocabulary

/// Handlers of `idv.test.v1.TestService`. A value; safe from any thread.
package struct TestServiceHandlers: TestServiceService {
  /// Largest payload that is made, in bytes: what the native profile lets a message have.
  static let payloadBytesMax = 24 << 20
  /// Metadata that come back ahead of the answer, and with its end (gRPC's interoperability cases).
  package static let echoedHeader = "x-grpc-test-echo-initial"
  package static let echoedTrailer = "x-grpc-test-echo-trailing-bin"

  package init() {}

  package func emptyCall(
    _ request: Empty, in call: CallContext
  ) async throws(ServiceError) -> Empty {
    Empty()
  }

  package func unaryCall(
    _ request: SimpleRequest, in call: CallContext
  ) async throws(ServiceError) -> SimpleResponse {
    echoMetadata(call)
    try refuse(unless: request.expectCompressed, call)
    try fail(as: request.responseStatus)
    var response = SimpleResponse()
    response.payload = try payload(request.responseSize, request.responseCompressed, call)
    if request.fillUsername { response.username = call.account.id.name }
    return response
  }

  package func streamingOutputCall(
    _ request: StreamingOutputCallRequest,
    to responses: ResponseWriter<StreamingOutputCallResponse>, in call: CallContext
  ) async throws(ServiceError) {
    echoMetadata(call)
    try await answer(request, to: responses, call)
  }

  package func streamingInputCall(
    _ requests: RequestStream<StreamingInputCallRequest>, in call: CallContext
  ) async throws(ServiceError) -> StreamingInputCallResponse {
    var size = 0
    while let request = try await requests.next() {
      try refuse(unless: request.expectCompressed, call)
      size += request.payload?.body.count ?? 0
    }
    var response = StreamingInputCallResponse()
    response.aggregatedPayloadSize = Int32(clamping: size)
    return response
  }

  package func fullDuplexCall(
    _ requests: RequestStream<StreamingOutputCallRequest>,
    to responses: ResponseWriter<StreamingOutputCallResponse>, in call: CallContext
  ) async throws(ServiceError) {
    echoMetadata(call)
    while let request = try await requests.next() {
      try await answer(request, to: responses, call)
    }
  }

  package func halfDuplexCall(
    _ requests: RequestStream<StreamingOutputCallRequest>,
    to responses: ResponseWriter<StreamingOutputCallResponse>, in call: CallContext
  ) async throws(ServiceError) {
    var all: [StreamingOutputCallRequest] = []
    while let request = try await requests.next() { all.append(request) }
    for request in all { try await answer(request, to: responses, call) }
  }

  package func unimplementedCall(
    _ request: Empty, in call: CallContext
  ) async throws(ServiceError) -> Empty {
    throw ServiceError(.unimplemented, "Nobody serves this.", ErrorDetail(.unknownMethod))
  }

  // MARK: Parts of an answer

  private func answer(
    _ request: StreamingOutputCallRequest,
    to responses: ResponseWriter<StreamingOutputCallResponse>, _ call: CallContext
  ) async throws(ServiceError) {
    try fail(as: request.responseStatus)
    for parameters in request.responseParameters {
      try await pause(.microseconds(Int64(parameters.intervalUs)))
      var response = StreamingOutputCallResponse()
      response.payload = try payload(parameters.size, parameters.compressed, call)
      try await responses.send(response)
    }
  }

  /// Zeros, or text where the answer must come compressed; from here on the call compresses as `compressed` says.
  private func payload(
    _ size: Int32, _ compressed: BoolValue?, _ call: CallContext
  ) throws(ServiceError) -> Payload {
    guard (0...Self.payloadBytesMax).contains(Int(size)) else {
      throw ServiceError(
        .invalidArgument, "No payload has this size.",
        ErrorDetail(.outOfRange, field: "size", limit: "\(Self.payloadBytesMax) bytes"))
    }
    var payload = Payload()
    if let compressed { call.channel.compress(compressed.value) }
    payload.body =
      compressed?.value == true ? compressibleText(Int(size)) : zeros(Int(size))
    return payload
  }

  private func fail(as status: EchoStatus?) throws(ServiceError) {
    guard let status, status.code != 0 else { return }
    let code = UInt32(exactly: status.code).flatMap(StatusCode.init(rawValue:)) ?? .unknown
    throw ServiceError(code, status.message, ErrorDetail(.internalFault))
  }

  /// A request that says how it comes is refused if it comes otherwise.
  private func refuse(
    unless compressed: BoolValue?, _ call: CallContext
  ) throws(ServiceError) {
    guard let compressed, compressed.value != (call.channel.messageEncoding != .identity) else {
      return
    }
    throw ServiceError(
      .invalidArgument, "The request did not come compressed as it says.",
      ErrorDetail(.protocolViolation, field: "expect_compressed"))
  }

  private func echoMetadata(_ call: CallContext) {
    let found = call.metadata.pairs
    let headers = found.filter { $0.key == Self.echoedHeader }
    let trailers = found.filter { $0.key == Self.echoedTrailer }
    if !headers.isEmpty { call.channel.sendHeaders(Metadata(headers)) }
    if !trailers.isEmpty { call.channel.addTrailers(Metadata(trailers)) }
  }
}

/// `TestService` without the method that nobody may serve.
package struct TestServiceRoutesServed: Service {
  private let routes = TestServiceRoutes(TestServiceHandlers())

  package init() {}

  package var serviceName: String { routes.serviceName }

  package var methods: [ServiceMethod] {
    routes.methods.filter { $0.name != TestServiceMethods.unimplementedCall }
  }
}

/// That many bytes of 0.
func zeros(_ count: Int) -> Bytes { Bytes([UInt8](repeating: 0, count: count)) }

/// `count` bytes of which compression leaves about a third.
package func compressibleText(_ count: Int) -> Bytes {
  Bytes((0..<count).map { UInt8(truncatingIfNeeded: ($0 / 7) % 61 + ($0 &* $0 >> 9) % 31 + 32) })
}

/// Waits, unless the call ends before.
func pause(_ duration: Duration) async throws(ServiceError) {
  guard duration > .zero else { return }
  do {
    try await Task.sleep(for: duration)
  } catch {
    throw CallEnd.cancelled
  }
}
