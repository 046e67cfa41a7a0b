// What a handler can do with its call before it returns the answer.

package import Vocabulary

/// The handler's end of one call, made by the transport. Valid until the handler returns; safe from any thread.
///
/// Every method fails with `cancelled` once nobody waits for the answer any more. Messages are read by one task at a
/// time, and sent by one task at a time.
package protocol CallChannel: Sendable {
  /// The next request message of a method that takes a stream; nil when the client has sent them all. Until it is
  /// called, at most a window of messages is held and the client is held back.
  func nextMessage() async throws(ServiceError) -> Bytes?

  /// Sends one message of a method that streams to the client. Returns when there is room for the next.
  /// - Throws: `resourceExhausted` when the message is over the client's limit; the call may go on.
  func send(_ message: [Bytes]) async throws(ServiceError)

  /// Sends metadata ahead of everything else: once, before the first message; ignored later. The compat profile has
  /// no place for them.
  func sendHeaders(_ headers: Metadata)

  /// Adds metadata that go with the end of the call, whether it succeeds or fails.
  func addTrailers(_ trailers: Metadata)

  /// Whether messages given from now on, the answer included, may be packed with the encoding that the client asks
  /// for; they may be at first, unless the method opts out.
  func compress(_ isOn: Bool)

  /// What the request message came packed with: the one taken last, where the method takes a stream.
  var messageEncoding: MessageEncoding { get }
}

extension CallChannel {
  package func compress(_ isOn: Bool) {}
  package var messageEncoding: MessageEncoding { .identity }
}

/// The channel of a method that is answered at once: no messages, no headers, no trailers but its outcome's.
package struct NoChannel: CallChannel {
  package init() {}

  package func nextMessage() async throws(ServiceError) -> Bytes? { nil }
  package func send(_ message: [Bytes]) async throws(ServiceError) {}
  package func sendHeaders(_ headers: Metadata) {}
  package func addTrailers(_ trailers: Metadata) {}
}
