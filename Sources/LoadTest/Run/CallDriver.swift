// What a load test needs of a connection: start one call of a kind and tell how it ended.

package import RPC
package import Vocabulary

extension MethodKind {
  /// As it is written on the command line and in reports.
  package var text: String {
    switch self {
    case .unary: "unary"
    case .clientStreaming: "client-stream"
    case .serverStreaming: "server-stream"
    case .bidiStreaming: "bidi"
    }
  }
}

/// One call to be made. A value.
package struct LoadCall: Sendable {
  package var method: MethodName
  package var kind: MethodKind
  /// Request messages in order; exactly one unless the kind streams requests.
  package var messages: [Bytes]
  /// Pause between the starts of two request messages.
  package var messageInterval: Duration
  package var deadline: Deadline
  package var metadata: Metadata

  package init(
    method: MethodName, kind: MethodKind, messages: [Bytes], messageInterval: Duration = .zero,
    deadline: Deadline, metadata: Metadata = Metadata()
  ) {
    self.method = method
    self.kind = kind
    self.messages = messages
    self.messageInterval = messageInterval
    self.deadline = deadline
    self.metadata = metadata
  }
}

/// How a call ended: what results are counted by.
package struct EndStatus: Sendable, Hashable {
  package let code: StatusCode
  /// Nil when the call was answered.
  package let symbol: ErrorSymbol?

  package static let ok = EndStatus(code: .ok, symbol: nil)

  package init(code: StatusCode, symbol: ErrorSymbol?) {
    self.code = code
    self.symbol = symbol
  }

  package init(_ error: ServiceError) {
    self.init(code: error.code, symbol: error.detail.symbol)
  }

  package var isError: Bool { code != .ok }
}

/// What came of one call. Bytes are those of messages, without frames and TLS.
package struct CallReport: Sendable, Equatable {
  package var end: EndStatus
  package var messagesSent = 0
  package var messagesReceived = 0
  package var bytesSent = 0
  package var bytesReceived = 0

  package init(_ end: EndStatus) { self.end = end }
}

/// One connection of a load test (or a group of them that the driver spreads calls over). Safe from
/// any thread.
package protocol CallDriver: Sendable {
  /// Connects, so that no call of the test pays for the handshake.
  /// - Throws: `unavailable` when there is no server.
  func connect(before deadline: Deadline) async throws(ServiceError)

  /// Makes one call and returns when it has ended. Cancelling the task cancels the call.
  func run(_ call: LoadCall) async -> CallReport

  /// Ends the connection.
  func close() async
}
