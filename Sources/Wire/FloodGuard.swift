// Counters that notice a peer who makes us work for nothing.

internal import Vocabulary

/// A leaky allowance: `burst` at once, refilled at `perSecond`.
struct TokenBucket {
  private let burst: Double
  private let perSecond: Double
  private var tokens: Double
  private var last: Moment

  init(burst: Int, perSecond: Int, now: Moment) {
    self.burst = Double(burst)
    self.perSecond = Double(perSecond)
    tokens = Double(burst)
    last = now
  }

  /// Takes one token; false when there is none.
  mutating func take(_ now: Moment) -> Bool {
    let elapsed = (now - last) / .seconds(1)
    if elapsed > 0 {
      tokens = min(burst, tokens + elapsed * perSecond)
      last = now
    }
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}

/// Counts of what a peer may not do too often.
struct FloodGuard {
  private let owner: ConnectionLimits
  private var resets: TokenBucket
  private var controlFrames = 0
  private var controlSince: Moment
  private var emptyData = 0
  private var pingStrikes = 0
  private var lastPing: Moment?

  private var limits: WireLimits {
    @inline(__always) _read { yield owner.values }
  }

  init(_ owner: ConnectionLimits, now: Moment) {
    self.owner = owner
    let limits = owner.values
    resets = TokenBucket(
      burst: limits.resetsBurstMax, perSecond: limits.resetsPerSecondMax, now: now)
    controlSince = now
  }

  /// A stream was reset by the peer, or by us through the peer's fault.
  mutating func reset(_ now: Moment) -> Flood? {
    resets.take(now) ? nil : .resets
  }

  /// A control frame that moved nothing.
  mutating func control(_ now: Moment) -> Flood? {
    if now - controlSince >= limits.controlFramesWindow {
      controlSince = now
      controlFrames = 0
    }
    controlFrames += 1
    return controlFrames > limits.controlFramesMax ? .controlFrames : nil
  }

  /// A PING that is not an answer.
  mutating func ping(_ now: Moment) -> Flood? {
    if let last = lastPing, now - last < limits.pingIntervalMin {
      pingStrikes += 1
    } else {
      pingStrikes = 0
    }
    lastPing = now
    return pingStrikes > limits.pingStrikesMax ? .pings : control(now)
  }

  /// A DATA frame without payload that does not close its stream.
  mutating func emptyFrame() -> Flood? {
    emptyData += 1
    return emptyData > limits.emptyDataFramesMax ? .emptyData : nil
  }

  /// Something useful arrived.
  mutating func useful() { emptyData = 0 }
}
