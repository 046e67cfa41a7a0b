// Every bound of the transport. Those of frames, streams and calls are in the wire layer's
// `WireLimits`.

package import Wire

/// Bounds of a listener and of each of its connections. Values without a source are our choice.
package struct TransportLimits: Sendable {
  /// Bounds of the protocol spoken inside TLS.
  package var wire = WireLimits()

  // Accepting.
  /// Connections at the same time; one more is closed at once.
  package var connectionsMax = 4096
  /// TLS handshakes at the same time (PROTOCOL.md, defaults); one more is closed at once.
  package var handshakesMax = 256
  /// Connections the kernel holds until they are accepted.
  package var backlogMax: Int32 = 256

  // Time.
  /// From accepting to a finished TLS handshake (PROTOCOL.md, defaults; grpc-go's connect timeout is 120
  /// s).
  package var handshake: Duration = .seconds(10)
  /// What a closing connection gets to take its last bytes.
  package var closing: Duration = .seconds(5)
  /// How long the peer's own end is waited for after our close notice, so that a reset does not
  /// destroy bytes it has not read.
  package var linger: Duration = .seconds(1)
  /// How long the kernel keeps trying to deliver bytes that nobody acknowledges (TCP_USER_TIMEOUT).
  package var unacknowledged: Duration = .seconds(20)
  /// Age at which a connection is drained; nil never (gRPC's MAX_CONNECTION_AGE, off by default there too).
  package var connectionAge: Duration?
  /// How far that is spread to either side, so that connections made together do not end together (gRPC: 10 %).
  package var connectionAgeSpread = 0.1
  /// What handlers get to notice their cancellation once a drain's grace is over.
  package var handlerExit: Duration = .seconds(5)

  // Memory.
  /// Bytes held by all connections together (PROTOCOL.md, defaults), of one client's no more than are left; above it
  /// credit is withheld.
  package var memoryBytesMax = 1 << 30
  /// How often withheld credit is looked at again.
  package var memoryRecheck: Duration = .milliseconds(50)
  /// Smallest, first and largest read from a socket. Larger reads make uploads cheaper, and reads grow with what they
  /// bring; but an idle connection keeps its last buffer, so the first is small.
  package var readBytesMin = 2048
  package var readBytesFirst = 2048
  package var readBytesMax = 262_144
  /// Ciphertext that waits for the kernel on one connection: above the larger sealing stops, below
  /// the smaller it goes on.
  package var sealedBytesLow = 65_536
  package var sealedBytesHigh = 262_144
  /// Ciphertext handed to the kernel in one piece.
  package var sealedPieceBytes = 131_072

  package init() {}
}
