// Between typed handlers and the bytes that RPC carries: what generated routes are made of.

package import Messages
package import RPC
package import Vocabulary

extension ServiceMethod {
  /// A method with one request and one answer.
  package init<Request: Message, Response: Message>(
    unary name: MethodName, _ limits: DecodingLimits,
    _ handle:
      @escaping @Sendable (Request, CallContext) async throws(ServiceError) -> Response
  ) {
    self.init(name, requestBytesMax: limits.messageBytesMax) {
      (bytes, call) async throws(ServiceError) -> [Bytes] in
      try await handle(try Request(request: bytes, limits: limits), call).encodedSegments()
    }
  }

  /// A method with one request and one answer that is answered at once, without a task; see `ImmediateHandler` for
  /// what it may do. Its request should be small: decoding counts, too.
  package static func immediate<Request: Message, Response: Message>(
    unary name: MethodName, _ limits: DecodingLimits,
    _ answer: @escaping @Sendable (Request, CallContext) throws(ServiceError) -> Response
  ) -> ServiceMethod {
    immediate(name, requestBytesMax: limits.messageBytesMax) {
      (bytes, call) throws(ServiceError) -> [Bytes] in
      try answer(try Request(request: bytes, limits: limits), call).encodedSegments()
    }
  }

  /// A method with one request that is answered by a stream.
  package init<Request: Message, Response: Message>(
    serverStreaming name: MethodName, _ limits: DecodingLimits,
    _ handle:
      @escaping @Sendable (Request, ResponseWriter<Response>, CallContext)
      async throws(ServiceError) -> Void
  ) {
    self.init(name, kind: .serverStreaming, requestBytesMax: limits.messageBytesMax) {
      (bytes, call) async throws(ServiceError) -> [Bytes] in
      try await handle(
        try Request(request: bytes, limits: limits), ResponseWriter(call.channel), call)
      return []
    }
  }

  /// A method that takes a stream and gives one answer.
  package init<Request: Message, Response: Message>(
    clientStreaming name: MethodName, _ limits: DecodingLimits,
    _ handle:
      @escaping @Sendable (RequestStream<Request>, CallContext) async throws(ServiceError)
      -> Response
  ) {
    self.init(name, kind: .clientStreaming, requestBytesMax: limits.messageBytesMax) {
      (_, call) async throws(ServiceError) -> [Bytes] in
      try await handle(RequestStream(call.channel, limits), call).encodedSegments()
    }
  }

  /// A method with a stream each way.
  package init<Request: Message, Response: Message>(
    bidiStreaming name: MethodName, _ limits: DecodingLimits,
    _ handle:
      @escaping @Sendable (RequestStream<Request>, ResponseWriter<Response>, CallContext)
      async throws(ServiceError) -> Void
  ) {
    self.init(name, kind: .bidiStreaming, requestBytesMax: limits.messageBytesMax) {
      (_, call) async throws(ServiceError) -> [Bytes] in
      try await handle(
        RequestStream(call.channel, limits), ResponseWriter(call.channel), call)
      return []
    }
  }
}

/// The request messages of a call, decoded as they are taken. Read by one task at a time.
package struct RequestStream<Request: Message>: AsyncSequence, AsyncIteratorProtocol, Sendable {
  package typealias Element = Request

  private let channel: any CallChannel
  private let limits: DecodingLimits

  init(_ channel: any CallChannel, _ limits: DecodingLimits) {
    self.channel = channel
    self.limits = limits
  }

  /// The next message; nil when the client has sent them all.
  /// - Throws: `cancelled` when the call is over; why a message could not be decoded.
  package func next() async throws(ServiceError) -> Request? {
    guard let bytes = try await channel.nextMessage() else { return nil }
    return try Request(request: bytes, limits: limits)
  }

  package func next(
    isolation actor: isolated (any Actor)?
  ) async throws(ServiceError) -> Request? {
    try await next()
  }

  package func makeAsyncIterator() -> RequestStream<Request> { self }
}

/// Where a handler sends the messages of its answer. One task at a time sends.
package struct ResponseWriter<Response: Message>: Sendable {
  private let channel: any CallChannel

  init(_ channel: any CallChannel) { self.channel = channel }

  /// Sends one message; returns when there is room for the next.
  /// - Throws: `cancelled` when the call is over; `resourceExhausted` for a message over the client's limit.
  package func send(_ response: Response) async throws(ServiceError) {
    try await channel.send(response.encodedSegments())
  }
}

extension Message {
  /// Decodes a request.
  /// - Throws: what a caller is told about a request that could not be decoded.
  fileprivate init(request bytes: Bytes, limits: DecodingLimits) throws(ServiceError) {
    do throws(Messages.DecodingError) {
      self = try Self(decoding: bytes, limits: limits)
    } catch {
      throw ServiceError(refusing: error)
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
