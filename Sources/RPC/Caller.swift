// The caller's side: what generated clients are written against.

internal import Synchronization
package import Vocabulary

/// What a caller may set for one call.
package struct CallOptions: Sendable {
  /// When to give up; nil means the caller's default.
  package var deadline: Deadline?
  package var metadata: Metadata
  /// Whether the call waits for a server that cannot be reached now, until its deadline, instead of failing at once.
  package var waitsForReady: Bool
  /// Whether the call may be carried out twice without harm: it is then tried again when the server is unavailable.
  /// A call that the server never began is tried again in any case.
  package var isIdempotent: Bool
  /// What requests are packed with where that makes them smaller, and what answers may be; only if the server takes
  /// it. Means nothing without a wire, nor in the compat profile.
  package var encoding: MessageEncoding
  /// Filled with what the server sends beside its messages.
  package var response: ResponseMetadata?

  package init(
    deadline: Deadline? = nil, metadata: Metadata = Metadata(), waitsForReady: Bool = false,
    isIdempotent: Bool = false, encoding: MessageEncoding = .identity,
    response: ResponseMetadata? = nil
  ) {
    self.deadline = deadline
    self.metadata = metadata
    self.waitsForReady = waitsForReady
    self.isIdempotent = isIdempotent
    self.encoding = encoding
    self.response = response
  }

  /// No deadline of its own, no metadata.
  package static var standard: CallOptions { CallOptions() }
}

/// Where a caller finds the metadata of an answer, also of one that is an error. One a call; safe from any thread.
package final class ResponseMetadata: Sendable {
  private let state = Mutex(
    (headers: Metadata(), trailers: Metadata(), encoding: MessageEncoding.identity))

  package init() {}

  /// Sent ahead of the answer.
  package var headers: Metadata {
    get { state.withLock { $0.headers } }
    set { state.withLock { $0.headers = newValue } }
  }

  /// Sent with the end of the call.
  package var trailers: Metadata {
    get { state.withLock { $0.trailers } }
    set { state.withLock { $0.trailers = newValue } }
  }

  /// What the answer came packed with.
  package var encoding: MessageEncoding {
    get { state.withLock { $0.encoding } }
    set { state.withLock { $0.encoding = newValue } }
  }
}

/// Carries one request to a server and brings the answer back. Implemented by `Client` over TLS and by
/// `InProcessTransport` without a socket. Safe from any thread. Cancelling the task cancels the call.
package protocol UnaryCaller: Sendable {
  /// - Throws: the server's error, or `unavailable` when no server could be reached.
  func call(
    _ method: MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes
}

/// Opens calls of every kind. Safe from any thread.
package protocol Caller: UnaryCaller {
  /// Opens a call. Returns once it has been sent, before the server has answered.
  /// - Parameters:
  ///   - request: the request of a method that takes one message, which is then closed; nil where messages follow.
  /// - Throws: `unavailable` when no server could be reached, `deadlineExceeded`, or what the options break.
  func open(
    _ method: MethodName, kind: MethodKind, _ request: [Bytes]?, options: CallOptions
  ) async throws(ServiceError) -> any OpenCall
}

/// The caller's end of one call. Safe from any thread; one task at a time sends, one at a time reads. A call that is
/// dropped before its end is cancelled.
package protocol OpenCall: AnyObject, Sendable {
  /// Sends one message; returns when there is room for the next.
  /// - Throws: why the call ended, if it has; `resourceExhausted` for a message over the server's limit.
  func send(_ message: [Bytes]) async throws(ServiceError)

  /// No more messages will be sent.
  func closeSend()

  /// What the server sent ahead of its messages; empty if it sent nothing.
  /// - Throws: why the call failed, if it did before anything came.
  func headers() async throws(ServiceError) -> Metadata

  /// The next message; nil when the call has ended well.
  /// - Throws: why the call failed.
  func next() async throws(ServiceError) -> Bytes?

  /// What came with the end; empty before that.
  var trailers: Metadata { get }

  /// Gives the call up.
  func cancel()

  /// Whether messages sent from now on may be packed as the options say; they may be at first.
  func compress(_ isOn: Bool)

  /// What the message taken last came packed with.
  var messageEncoding: MessageEncoding { get }
}

extension OpenCall {
  package func compress(_ isOn: Bool) {}
  package var messageEncoding: MessageEncoding { .identity }
}
