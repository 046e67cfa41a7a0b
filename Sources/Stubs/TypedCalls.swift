// Between typed callers and the bytes that RPC carries: what generated clients are made of.

package import Messages
package import RPC
package import Vocabulary

extension CallOptions {
  /// The same for a method whose `.proto` file says that it may be carried out twice without harm.
  package var idempotent: CallOptions {
    var options = self
    options.isIdempotent = true
    return options
  }
}

extension UnaryCaller {
  /// Calls `method` with `request`; the answer is decoded within `limits`.
  /// - Throws: what the call throws; `internal` when the answer is not the message it should be.
  package func call<Request: Message, Response: Message>(
    _ method: MethodName, _ request: Request, options: CallOptions, limits: DecodingLimits
  ) async throws(ServiceError) -> Response {
    try Response(
      answer: try await call(method, request.encodedSegments(), options: options), limits: limits)
  }
}

extension Caller {
  /// Opens a call that is answered by a stream.
  package func open<Request: Message, Response: Message>(
    serverStreaming method: MethodName, _ request: Request, options: CallOptions,
    limits: DecodingLimits
  ) async throws(ServiceError) -> ResponseStream<Response> {
    let call = try await open(
      method, kind: .serverStreaming, request.encodedSegments(), options: options)
    return ResponseStream(call, limits)
  }

  /// Opens a call that takes a stream and gives one answer.
  package func open<Request: Message, Response: Message>(
    clientStreaming method: MethodName, options: CallOptions, limits: DecodingLimits
  ) async throws(ServiceError) -> UploadCall<Request, Response> {
    UploadCall(try await open(method, kind: .clientStreaming, nil, options: options), limits)
  }

  /// Opens a call with a stream each way.
  package func open<Request: Message, Response: Message>(
    bidiStreaming method: MethodName, options: CallOptions, limits: DecodingLimits
  ) async throws(ServiceError) -> BidiCall<Request, Response> {
    BidiCall(try await open(method, kind: .bidiStreaming, nil, options: options), limits)
  }
}

/// The messages of an answer, decoded as they are taken. Read by one task at a time; dropping it before its end
/// cancels the call.
package struct ResponseStream<Response: Message>: AsyncSequence, AsyncIteratorProtocol, Sendable {
  package typealias Element = Response

  private let call: any OpenCall
  private let limits: DecodingLimits

  init(_ call: any OpenCall, _ limits: DecodingLimits) {
    self.call = call
    self.limits = limits
  }

  /// The next message; nil when the call has ended well.
  /// - Throws: why the call failed.
  package func next() async throws(ServiceError) -> Response? {
    guard let bytes = try await call.next() else { return nil }
    return try Response(answer: bytes, limits: limits)
  }

  package func next(
    isolation actor: isolated (any Actor)?
  ) async throws(ServiceError) -> Response? {
    try await next()
  }

  package func makeAsyncIterator() -> ResponseStream<Response> { self }

  /// What the message taken last came packed with.
  package var messageEncoding: MessageEncoding { call.messageEncoding }

  /// What the server sent ahead of its messages.
  package func headers() async throws(ServiceError) -> Metadata { try await call.headers() }

  /// What came with the end; empty before that.
  package var trailers: Metadata { call.trailers }

  /// Gives the call up.
  package func cancel() { call.cancel() }
}

/// A call that takes a stream and gives one answer. Dropping it before its end cancels the call.
package struct UploadCall<Request: Message, Response: Message>: Sendable {
  private let call: any OpenCall
  private let limits: DecodingLimits

  init(_ call: any OpenCall, _ limits: DecodingLimits) {
    self.call = call
    self.limits = limits
  }

  /// Sends one message; returns when there is room for the next.
  /// - Throws: why the call ended, if it has: `answer` then says the same, or what the server answered early.
  package func send(_ request: Request) async throws(ServiceError) {
    try await call.send(request.encodedSegments())
  }

  /// Whether messages sent from now on may be packed as the options say; they may be at first.
  package func compress(_ isOn: Bool) { call.compress(isOn) }

  /// Closes our side and waits for the answer.
  package func answer() async throws(ServiceError) -> Response {
    call.closeSend()
    guard let bytes = try await call.next() else {
      throw ServiceError(
        .internal, "The server ended the call without an answer.",
        Vocabulary.ErrorDetail(.protocolViolation))
    }
    return try Response(answer: bytes, limits: limits)
  }

  /// What the server sent ahead of its answer.
  package func headers() async throws(ServiceError) -> Metadata { try await call.headers() }

  /// What came with the end; empty before that.
  package var trailers: Metadata { call.trailers }

  /// Gives the call up.
  package func cancel() { call.cancel() }
}

/// A call with a stream each way. Dropping it before its end cancels the call.
package struct BidiCall<Request: Message, Response: Message>: Sendable {
  /// The messages of the answer.
  package let responses: ResponseStream<Response>
  private let call: any OpenCall

  init(_ call: any OpenCall, _ limits: DecodingLimits) {
    self.call = call
    responses = ResponseStream(call, limits)
  }

  /// Sends one message; returns when there is room for the next.
  /// - Throws: why the call ended, if it has.
  package func send(_ request: Request) async throws(ServiceError) {
    try await call.send(request.encodedSegments())
  }

  /// Whether messages sent from now on may be packed as the options say; they may be at first.
  package func compress(_ isOn: Bool) { call.compress(isOn) }

  /// No more messages will be sent; the answer goes on.
  package func closeSend() { call.closeSend() }

  /// Gives the call up.
  package func cancel() { call.cancel() }
}

extension Message {
  /// Decodes an answer.
  fileprivate init(answer bytes: Bytes, limits: DecodingLimits) throws(ServiceError) {
    do throws(Messages.DecodingError) {
      self = try Self(decoding: bytes, limits: limits)
    } catch {
      throw ServiceError(
        .internal, "The server's answer was refused: \(error.message)",
        Vocabulary.ErrorDetail(
          error.symbol, field: error.field, limit: error.limit, advice: .contactSupport))
    }
  }
}
