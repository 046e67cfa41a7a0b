// What a listener tells its operator's metrics and log. Nothing here names a peer.

package import TLS
package import Wire

/// Why a connection was turned away before its handshake.
package enum ConnectionRefusal: String, Sendable, CaseIterable {
  /// `TransportLimits.connectionsMax` are open.
  case connections
  /// `TransportLimits.handshakesMax` are under way.
  case handshakes
  /// The listener is draining.
  case draining
  /// No memory for a session.
  case memory
}

/// Why a handshake did not come to its end.
package enum HandshakeEnd: Sendable, Equatable {
  /// TLS refused it.
  case failed(TLSFailure)
  /// It took longer than `TransportLimits.handshake`.
  case timedOut
  /// The peer went away in the middle.
  case abandoned
}

/// How an established connection ended.
package enum ConnectionEnd: Sendable, Equatable {
  /// Both sides had nothing more to say, or it was drained.
  case orderly
  /// The protocol ended it.
  case wire(WireError)
  /// TLS ended it.
  case tls(TLSFailure)
  /// The socket was reset, or a timeout closed it.
  case lost
}

/// Receives the events of a listener. Called on event loops: implementations return at once and are
/// safe from any thread.
package protocol TransportObserver: Sendable {
  func connectionAccepted()
  func connectionRefused(_ why: ConnectionRefusal)
  func handshakeCompleted(took: Duration, version: TLSVersion, profile: Profile)
  /// The handshake that `handshakeCompleted` told of resumed an earlier session.
  func handshakeResumed()
  func handshakeEnded(_ how: HandshakeEnd)
  func connectionEnded(_ how: ConnectionEnd, lasted: Duration, counters: WireCounters)
}

extension TransportObserver {
  package func connectionAccepted() {}
  package func connectionRefused(_ why: ConnectionRefusal) {}
  package func handshakeCompleted(took: Duration, version: TLSVersion, profile: Profile) {}
  package func handshakeResumed() {}
  package func handshakeEnded(_ how: HandshakeEnd) {}
  package func connectionEnded(_ how: ConnectionEnd, lasted: Duration, counters: WireCounters) {}
}

/// Hears nothing.
package struct NoTransportObserver: TransportObserver {
  package init() {}
}
