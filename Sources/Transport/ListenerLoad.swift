// How much a listener carries at the moment, over all its loops.

internal import Synchronization
internal import TLS

/// Counts shared by all connections of one listener. Safe from any thread.
final class ListenerLoad: Sendable {
  private struct Counts {
    var connections = 0
    var handshakes = 0
    var isDraining = false
    var waiters: [@Sendable () -> Void] = []
  }

  private let counts = Mutex(Counts())
  private let latest = Mutex<TLSContext?>(nil)
  /// What connections hold.
  let memory: ConnectionMemory
  private let limits: TransportLimits

  init(_ limits: TransportLimits) {
    self.limits = limits
    memory = ConnectionMemory(bytesMax: limits.memoryBytesMax)
  }

  /// Counts a connection in its handshake, or says why it must go.
  func enter() -> ConnectionRefusal? {
    counts.withLock { counts in
      if counts.isDraining { return .draining }
      if counts.connections >= limits.connectionsMax { return .connections }
      if counts.handshakes >= limits.handshakesMax { return .handshakes }
      counts.connections += 1
      counts.handshakes += 1
      return nil
    }
  }

  /// The context by which open connections were last judged; nil before the first reload.
  var judge: TLSContext? {
    get { latest.withLock { $0 } }
    set { latest.withLock { $0 = newValue } }
  }

  /// The handshake of a counted connection has ended, one way or the other.
  func leaveHandshake() { counts.withLock { $0.handshakes -= 1 } }

  /// A counted connection is gone, and its handlers with it.
  func leave() {
    let waiters = counts.withLock { counts -> [@Sendable () -> Void] in
      counts.connections -= 1
      guard counts.connections == 0, counts.isDraining else { return [] }
      defer { counts.waiters = [] }
      return counts.waiters
    }
    for waiter in waiters { waiter() }
  }

  /// From now on nobody enters.
  func beginDrain() { counts.withLock { $0.isDraining = true } }

  var isDraining: Bool { counts.withLock { $0.isDraining } }

  /// Calls `body` once no connection is left, at once if there is none. Only while draining.
  func whenEmpty(_ body: @escaping @Sendable () -> Void) {
    let isEmpty = counts.withLock { counts in
      if counts.connections > 0 { counts.waiters.append(body) }
      return counts.connections == 0
    }
    if isEmpty { body() }
  }

  var connections: Int { counts.withLock { $0.connections } }
}
