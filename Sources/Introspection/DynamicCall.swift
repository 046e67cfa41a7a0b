// Calls of any method of any kind by its descriptor, for callers that know messages only as JSON.

package import Messages
package import RPC
package import Vocabulary

/// One method, ready to be called with serialised messages.
package struct DynamicCall: Sendable {
  /// The requests of a call, made as they are wanted. What it throws ends the call and is thrown by `run`.
  package typealias Requests = AsyncThrowingStream<Bytes, any Error>

  /// What is told of a call while it runs; each from the task that runs it, in this order.
  package struct Events {
    package var headers: (Metadata) -> Void = { _ in }
    package var message: (Bytes) throws -> Void = { _ in }
    /// Also of a call that failed.
    package var trailers: (Metadata) -> Void = { _ in }

    package init() {}
  }

  package let name: MethodName
  package let method: Messages.MethodDescriptor

  package init(_ service: String, _ method: Messages.MethodDescriptor) {
    name = MethodName(service: service, method: method.name)
    self.method = method
  }

  package var kind: MethodKind {
    switch (method.clientStreaming, method.serverStreaming) {
    case (false, false): .unary
    case (false, true): .serverStreaming
    case (true, false): .clientStreaming
    case (true, true): .bidiStreaming
    }
  }

  /// Calls the method and returns when the call has ended. A method that takes one message is sent the first of
  /// `requests`, or the empty one. Requests and answers of streams go on side by side.
  /// - Throws: the call's `ServiceError`; what `requests` or `events.message` throws.
  package func run(
    _ caller: any Caller, _ requests: Requests, options: CallOptions, events: Events
  ) async throws {
    switch kind {
    case .unary: try await runUnary(caller, requests, options, events)
    case .serverStreaming:
      let request = try await requests.first { _ in true } ?? .empty
      let call = try await caller.open(name, kind: kind, [request], options: options)
      try await receive(call, events)
    case .clientStreaming, .bidiStreaming:
      let call = try await caller.open(name, kind: kind, nil, options: options)
      let sender = Task { await Self.send(requests, on: call) }
      let outcome = await Result.of { try await receive(call, events) }
      sender.cancel()
      if let error = await sender.value { throw error }
      try outcome.get()
    }
  }

  private func runUnary(
    _ caller: any Caller, _ requests: Requests, _ options: CallOptions, _ events: Events
  ) async throws {
    let request = try await requests.first { _ in true } ?? .empty
    let beside = ResponseMetadata()
    var options = options
    options.response = beside
    defer { events.trailers(beside.trailers) }
    let answer = try await caller.call(name, [request], options: options)
    events.headers(beside.headers)
    try events.message(answer)
  }

  private func receive(_ call: any OpenCall, _ events: Events) async throws {
    defer { events.trailers(call.trailers) }
    events.headers(try await call.headers())
    do {
      while let message = try await call.next() { try events.message(message) }
    } catch {
      call.cancel()
      throw error
    }
  }

  /// Sends everything; returns why no request could be made, if so. That the call is over is said elsewhere.
  private static func send(_ requests: Requests, on call: any OpenCall) async -> (any Error)? {
    do {
      for try await request in requests { try await call.send([request]) }
      call.closeSend()
      return nil
    } catch is ServiceError {
      return nil
    } catch {
      call.cancel()
      return error
    }
  }
}

extension Result where Success == Void, Failure == any Error {
  fileprivate static func of(_ body: () async throws -> Void) async -> Self {
    do {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }
}

extension DynamicCall.Requests {
  /// These messages, one after the other.
  package static func of(_ messages: [Bytes]) -> Self {
    Self { continuation in
      for message in messages { continuation.yield(message) }
      continuation.finish()
    }
  }
}
