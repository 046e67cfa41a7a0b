// What is kept between an Enhanced caller's calls: nonces for devices, and what a device showed when it was challenged.

internal import Liveness
internal import Synchronization
internal import Vocabulary

/// Bounds of what is kept about devices.
package enum DeviceBookLimits {
  /// How long a device may take to answer a nonce, and how long a challenge's device is remembered; longer than any
  /// challenge lives.
  package static let lifetime = Duration.seconds(600)
  /// Nonces and devices of one account, each, that wait at the same time.
  package static let perAccountMax = 10_000
  /// Bytes of a nonce.
  package static let nonceBytes = 32
}

/// Nonces and challenged devices, in the memory of this process. One lock; any thread.
package final class DeviceBook: Sendable {
  private struct Nonce {
    let session: String?
    let issued: Int64
    let expires: Moment
  }

  private struct Kept {
    let device: ChallengedDevice
    let expires: Moment
  }

  /// What is kept of one account, oldest first in `order`.
  private struct Shelf<Key: Hashable, Value> {
    var entries: [Key: Value] = [:]
    var order: [Key] = []

    /// The oldest goes when there are too many.
    mutating func add(_ value: Value, _ key: Key, max: Int) {
      if entries.updateValue(value, forKey: key) == nil { order.append(key) }
      if entries.count > max || order.count > 2 * max {
        order.removeAll { entries[$0] == nil }
        while entries.count > max { entries[order.removeFirst()] = nil }
      }
    }
  }

  private struct State {
    var nonces: [AccountID: Shelf<[UInt8], Nonce>] = [:]
    var devices: [AccountID: Shelf<String, Kept>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Keeps a nonce until it is answered.
  func keep(
    nonce: [UInt8], account: AccountID, session: String?, issued: Int64, expires: Moment
  ) {
    let entry = Nonce(session: session, issued: issued, expires: expires)
    state.withLock {
      $0.nonces[account, default: Shelf()].add(
        entry, nonce, max: DeviceBookLimits.perAccountMax)
    }
  }

  /// Takes a nonce out: it is answered once. When it was issued, Unix milliseconds; nil if there is none such.
  func take(nonce: [UInt8], account: AccountID, session: String?, now: Moment) -> Int64? {
    let found = state.withLock { $0.nonces[account]?.entries.removeValue(forKey: nonce) }
    guard let found, now < found.expires, found.session == session else { return nil }
    return found.issued
  }

  /// Remembers what a device showed when it was challenged.
  func keep(_ device: ChallengedDevice, challenge: String, account: AccountID, expires: Moment) {
    let entry = Kept(device: device, expires: expires)
    state.withLock {
      $0.devices[account, default: Shelf()].add(
        entry, challenge, max: DeviceBookLimits.perAccountMax)
    }
  }

  /// What the device of `challenge` showed; nil if the challenge is not one of Enhanced.
  func device(of challenge: String, account: AccountID, now: Moment) -> ChallengedDevice? {
    let found = state.withLock { $0.devices[account]?.entries.removeValue(forKey: challenge) }
    guard let found, now < found.expires else { return nil }
    return found.device
  }
}

/// A device as it was when it got a challenge.
struct ChallengedDevice: Sendable {
  /// The key that signed its evidence; nil if none was believed.
  let keyID: [UInt8]?
  /// What its maker said of that key.
  var attested: KnownDeviceKey? = nil
  /// What its risk demanded.
  let demanded: LivenessMode
}
