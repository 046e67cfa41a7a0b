// Between typed handlers and the bytes that RPC carries: what generated routes and clients are made
// of.

package import Messages
package import RPC
package import Vocabulary

extension UnaryMethod {
  /// A method whose requests are decoded within `limits` before `handle` sees them.
  package init<Request: Message, Response: Message>(
    _ name: MethodName, _ limits: DecodingLimits,
    _ handle:
      @escaping @Sendable (Request, CallContext) async throws(ServiceError) -> Response
  ) {
    self.init(name, requestBytesMax: limits.messageBytesMax) {
      (bytes, call) async throws(ServiceError) -> [Bytes] in
      let request: Request
      do throws(Messages.DecodingError) {
        request = try Request(decoding: bytes, limits: limits)
      } catch {
        throw ServiceError(refusing: error)
      }
      return try await handle(request, call).encodedSegments()
    }
  }
}

extension UnaryCaller {
  /// Calls `method` with `request`; the answer is decoded within `limits`.
  /// - Throws: what the call throws; `internal` when the answer is not the message it should be.
  package func call<Request: Message, Response: Message>(
    _ method: MethodName, _ request: Request, options: CallOptions, limits: DecodingLimits
  ) async throws(ServiceError) -> Response {
    let answer = try await call(method, request.encodedSegments(), options: options)
    do throws(Messages.DecodingError) {
      return try Response(decoding: answer, limits: limits)
    } catch {
      throw ServiceError(
        .internal, "The server's answer was refused: \(error.message)",
        Vocabulary.ErrorDetail(
          error.symbol, field: error.field, limit: error.limit, advice: .contactSupport))
    }
  }
}

extension ServiceError {
  /// What a caller is told about a request that could not be decoded.
  package init(refusing error: Messages.DecodingError) {
    let isTooLarge = error.symbol == .payloadTooLarge
    let detail = Vocabulary.ErrorDetail(
      error.symbol, field: error.field, limit: error.limit, advice: .correctInput)
    self.init(isTooLarge ? .resourceExhausted : .invalidArgument, error.message, detail)
  }
}
