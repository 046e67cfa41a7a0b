// One call on its way, from the caller's task to its end.

internal import NIOCore
internal import RPC
internal import Vocabulary
internal import Wire

/// A call that has not ended. Confined to the client's event loop once submitted.
class PendingCall: @unchecked Sendable {
  // Unchecked: the mutable fields are touched on the loop only.
  let method: Wire.MethodName
  let kind: MethodKind
  /// The request of a method that takes one message.
  let message: OutgoingMessage?
  /// The same compressed, for servers that take it.
  let packed: OutgoingMessage?
  /// What messages may be compressed with.
  let encoding: MessageEncoding
  let deadline: Deadline
  let metadata: Metadata
  let waitsForReady: Bool

  /// Times it was sent.
  final var attempts = 0
  /// The connection and stream it was sent on.
  final weak var link: ServerLink?
  final var stream: StreamID?
  /// Ends the wait for a connection.
  final var timer: Scheduled<Void>?
  /// Whether the caller has its answer, or has given up.
  final private(set) var isFinished = false

  init(
    _ method: RPC.MethodName, _ kind: MethodKind, _ request: [Bytes]?, packed: OutgoingMessage?,
    _ options: CallOptions, _ limits: ClientLimits
  ) {
    self.packed = packed
    encoding = options.encoding
    self.method = Wire.MethodName(service: method.service, method: method.method)
    self.kind = kind
    message = request.map { OutgoingMessage($0) }
    deadline = options.deadline ?? .after(limits.deadlineDefault)
    metadata = options.metadata
    waitsForReady = options.waitsForReady
  }

  /// Notes the end; false if it has ended before. Whatever comes later is not for the caller.
  final func finish() -> Bool {
    timer?.cancel()
    timer = nil
    guard !isFinished else { return false }
    isFinished = true
    return true
  }

  /// The call has failed.
  final func fail(_ error: ServiceError, trailers: Metadata = Metadata()) {
    if finish() { failed(CallFailure(error, trailers: trailers)) }
  }

  /// The caller gave up.
  final func cancel() { fail(CallEnd.cancelled) }

  /// Whether the call may be sent once more when the server says that it never began.
  var canRestart: Bool { message != nil }

  // MARK: What happens to it; on the loop

  /// It has been sent; messages may be packed with `encoding`.
  func started(_ encoding: MessageEncoding) {}
  /// It failed; once, and nothing follows.
  func failed(_ failure: CallFailure) {}
  /// It succeeded with one message; once, and nothing follows.
  func answered(_ message: ReceivedMessage, headers: Metadata, trailers: Metadata) {}
  /// Metadata came ahead of a stream.
  func headersCame(_ headers: Metadata) {}
  /// The next message of a stream came.
  func messageCame(_ message: ReceivedMessage) {}
  /// A stream ended well; once, and nothing follows.
  func ended(trailers: Metadata) {}
  /// There is room for the next message.
  func roomCame() {}
}

/// A call with one request and one answer: a continuation waits for it.
final class UnaryCall: PendingCall, @unchecked Sendable {
  // Unchecked: as its parent.
  typealias Answer = (message: ReceivedMessage, headers: Metadata, trailers: Metadata)
  typealias Outcome = Result<Answer, CallFailure>

  private var continuation: CheckedContinuation<Outcome, Never>?

  /// Takes the continuation; false if the call was cancelled already and has been answered so.
  func begin(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
    if isFinished {
      continuation.resume(returning: .failure(CallFailure(CallEnd.cancelled)))
      return false
    }
    self.continuation = continuation
    return true
  }

  override func failed(_ failure: CallFailure) { resume(.failure(failure)) }

  override func answered(_ message: ReceivedMessage, headers: Metadata, trailers: Metadata) {
    if finish() { resume(.success((message, headers, trailers))) }
  }

  private func resume(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    continuation = nil
  }
}
