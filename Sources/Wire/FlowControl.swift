// Windows: how much DATA may be on its way. Native profile only.

/// Credit we may spend on one stream, or on the connection.
struct SendWindow: Equatable {
  /// Payload bytes that may be sent now; never negative, because settings only rise.
  private(set) var available: Int

  init(_ bytes: Int) { available = bytes }

  /// Spends `bytes`, which must be available.
  mutating func spend(_ bytes: Int) {
    assert(bytes <= available)
    available -= bytes
  }

  /// Adds what the peer returned. False if the window would exceed 2^31 - 1.
  mutating func add(_ bytes: Int) -> Bool {
    guard available + bytes <= Int(StreamID.max) else { return false }
    available += bytes
    return true
  }
}

/// Credit the peer has with us.
struct ReceiveWindow: Equatable {
  let size: Int
  /// Payload bytes the peer may still send.
  private(set) var available: Int
  /// Bytes used up and not yet returned.
  private(set) var unreturned = 0

  init(_ bytes: Int) {
    size = bytes
    available = bytes
  }

  /// The peer sends `bytes`. False if that is more than it may.
  mutating func receive(_ bytes: Int) -> Bool {
    guard bytes <= available else { return false }
    available -= bytes
    return true
  }

  /// `bytes` have been dealt with. Returns the increment to send once half the window has been used, else nil.
  mutating func release(_ bytes: Int) -> Int? {
    unreturned += bytes
    guard unreturned * 2 >= size, unreturned > 0 else { return nil }
    defer { unreturned = 0 }
    available += unreturned
    return unreturned
  }
}
