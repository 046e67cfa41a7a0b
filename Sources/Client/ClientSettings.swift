// Where a client connects, how, and within which bounds.

package import RPC
package import Wire

/// What a caller may choose about its connections.
package struct ClientSettings: Sendable {
  /// A DNS name or an address; the server's certificate must be made for it.
  package var host: String
  package var port: Int
  /// The protocol spoken. `.native` unless the server is a foreign ttrpc one.
  package var profile: Profile = .native
  package var limits = ClientLimits()
  /// Methods whose unary calls are hedged, and how; none by default.
  package var hedging: [RPC.MethodName: HedgingPolicy] = [:]

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

/// Bounds of a client. Values without a source are our choice.
package struct ClientLimits: Sendable {
  /// Bounds of the protocol spoken inside TLS.
  package var wire = WireLimits()
  /// Connections at the same time; a further one is opened when all are at their peer's limit of
  /// calls.
  package var connectionsMax = 4
  /// Calls that wait for a connection.
  package var waitingMax = 10_000
  /// Deadline of a call that names none (PROTOCOL.md, defaults).
  package var deadlineDefault: Duration = .seconds(60)
  /// From the first packet until TCP is connected.
  package var connect: Duration = .seconds(5)
  /// From connected to a finished TLS handshake (PROTOCOL.md, defaults).
  package var handshake: Duration = .seconds(10)
  /// What a closing connection gets to take its last bytes and calls.
  package var closing: Duration = .seconds(5)
  /// First pause after a failed connection, and the longest (PROTOCOL.md, defaults names 1–120 s for
  /// services; a tool's user does not wait so long).
  package var backOffFirst: Duration = .milliseconds(100)
  package var backOffMax: Duration = .seconds(10)
  /// Growth of the pause, and how far it is spread to either side (PROTOCOL.md, defaults).
  package var backOffGrowth = 1.6
  package var backOffSpread = 0.2
  /// Times a call is sent when the server says that it never began.
  package var attemptsMax = 4
  /// When a call that failed is tried again.
  package var retry = RetryLimits()
  /// Ciphertext handed to the kernel in one piece.
  package var sealedPieceBytes = 131_072
  /// Largest read from the socket.
  package var readBytesMax = 262_144

  package init() {}
}
