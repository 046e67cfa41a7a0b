// The four shapes of a call.

/// How many messages travel in each direction of a call.
package enum MethodKind: Sendable, Hashable, CaseIterable {
  case unary, clientStreaming, serverStreaming, bidiStreaming

  /// Whether the client sends any number of messages, not exactly one.
  @inlinable package var clientStreams: Bool { self == .clientStreaming || self == .bidiStreaming }

  /// Whether the server sends any number of messages, not exactly one.
  @inlinable package var serverStreams: Bool { self == .serverStreaming || self == .bidiStreaming }
}
