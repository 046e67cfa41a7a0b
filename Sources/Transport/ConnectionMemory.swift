// How many bytes connections hold for messages: all of them together, and those of each client.

internal import Synchronization

/// Counts what the connections of one listener hold. Safe from any thread: counting touches atomics only, a lock is
/// taken where a connection opens and where it goes.
///
/// A client, known by its certificate, may hold no more than what is left: one alone half, two busy ones a third each,
/// and there is always room for another. So who keeps the server waiting for the rest of its messages keeps nobody
/// else out.
final class ConnectionMemory: Sendable {
  /// What the connections of one client hold together.
  final class Share: Sendable {
    /// Fingerprint of the certificate; empty without one.
    fileprivate let client: String
    fileprivate let bytes = Atomic<Int>(0)

    fileprivate init(_ client: String) { self.client = client }
  }

  private struct Place {
    let share: Share
    var connections = 0
  }

  private let bytesMax: Int
  private let total = Atomic<Int>(0)
  /// By fingerprint, of clients that have a connection.
  private let places = Mutex<[String: Place]>([:])

  /// - Parameter bytesMax: of all connections together.
  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// The share that one more connection of `client` counts in. `leave` ends it.
  func enter(_ client: String) -> Share {
    places.withLock { places in
      var place = places[client] ?? Place(share: Share(client))
      place.connections += 1
      places[client] = place
      return place.share
    }
  }

  /// A connection that `enter` was called for is gone, and holds nothing any more.
  func leave(_ share: Share) {
    places.withLock { places in
      guard var place = places[share.client] else { return }
      place.connections -= 1
      places[share.client] = place.connections > 0 ? place : nil
    }
  }

  /// Adds `difference` bytes to what the connections of `share` hold.
  func add(_ difference: Int, to share: Share) {
    share.bytes.wrappingAdd(difference, ordering: .relaxed)
    total.wrappingAdd(difference, ordering: .relaxed)
  }

  /// Bytes that all connections hold.
  var bytes: Int { total.load(ordering: .relaxed) }

  /// Whether the connections of `share` should withhold credit and take no calls.
  func isFull(for share: Share) -> Bool {
    let left = bytesMax - bytes
    return left <= 0 || share.bytes.load(ordering: .relaxed) > left
  }

  /// Bytes that have to go although their credit was given before: what a client holds above three quarters of all,
  /// our choice; zero or less if there are none. Credit of many streams may be more than there is memory.
  func excess(of share: Share) -> Int {
    share.bytes.load(ordering: .relaxed) - (bytesMax - bytesMax / 4)
  }
}
