// Which call is sent when and on which stream: the part of a load test that decides, without clocks.

/// A place for one call at a time: one of the streams of one connection.
package struct StreamSlot: Sendable, Hashable {
  package let connection: Int
  package let stream: Int

  package init(connection: Int, stream: Int) {
    self.connection = connection
    self.stream = stream
  }
}

/// One call to be sent now. Times are nanoseconds from the start of the test.
package struct SendOrder: Sendable, Equatable {
  /// Number of the call in the test, from 0.
  package var number: Int
  package var intended: Int64
  /// Whether it had to wait for a free stream.
  package var waited: Bool

  package init(number: Int, intended: Int64, waited: Bool) {
    self.number = number
    self.intended = intended
    self.waited = waited
  }
}

/// Where calls come from.
package enum Arrival: Sendable {
  /// At their own times, whatever the server does.
  case open(ArrivalTimes)
  /// One after the other on every stream: a slow server slows the test down.
  case closed
}

/// Decides which call goes out when. Pure: times go in, orders come out. A value; its owner guards it.
///
/// Calls that are due while all streams are in use wait in the order of their times. None is dropped
/// in silence: what is never sent is counted in `unsent`.
package struct SendQueue: Sendable {
  /// When no further call begins.
  package struct Bounds: Sendable {
    /// Nanoseconds from the start.
    package var time: Int64
    /// Calls that count; those before `countFrom` are made as well.
    package var calls: Int
    /// Where the warm-up ends; earlier calls are in no count.
    package var countFrom: Int64
    /// Calls that may wait for a stream; further ones are counted as unsent.
    package var waitingMax: Int

    package init(
      time: Int64 = .max, calls: Int = .max, countFrom: Int64 = 0, waitingMax: Int = 1_000_000
    ) {
      self.time = time
      self.calls = calls
      self.countFrom = countFrom
      self.waitingMax = waitingMax
    }
  }

  private var times: ArrivalTimes?
  private let bounds: Bounds
  /// Free streams of every connection.
  private var free: [[Int]]
  private var freeCount: Int
  /// The connection that is asked first for a free stream.
  private var turn = 0
  private var waiting: WaitingCalls
  /// The next call that is not due yet; nil when there are no more.
  private var upcoming: Int64?
  private var isStopped = false

  /// Calls handed out, those of the warm-up among them.
  package private(set) var started = 0
  /// Calls handed out that count; calls that were due and will never be sent.
  package private(set) var sent = 0
  package private(set) var unsent = 0
  /// Calls that have not ended, those of the warm-up among them.
  package private(set) var inFlight = 0
  /// Calls that have been due: all, and those that count.
  private var due = 0
  private var counted = 0

  package init(_ arrival: Arrival, connections: Int, streams: Int, bounds: Bounds) {
    self.bounds = bounds
    // Taken from the end, so the lowest number goes first.
    free = Array(repeating: Array((0..<streams).reversed()), count: connections)
    freeCount = connections * streams
    waiting = WaitingCalls()
    if case .open(let times) = arrival {
      self.times = times
      upcoming = nextTime()
    }
  }

  private mutating func nextTime() -> Int64? {
    guard counted < bounds.calls, let time = times?.next(), time < bounds.time else { return nil }
    return time
  }

  /// Calls that are due and wait for a stream.
  package var waitingCount: Int { waiting.count }

  /// When `send` should be asked next; nil when only the end of a call can change anything.
  package var nextDue: Int64? { isStopped ? nil : upcoming }

  /// Whether no call will ever be sent again.
  package func isDone(at now: Int64) -> Bool {
    if isStopped { return true }
    return times == nil
      ? now >= bounds.time || counted >= bounds.calls : upcoming == nil && waiting.count == 0
  }

  /// All calls that go out at `now`.
  package mutating func send(at now: Int64) -> [(slot: StreamSlot, order: SendOrder)] {
    var orders: [(slot: StreamSlot, order: SendOrder)] = []
    guard !isStopped else { return orders }
    if times == nil {
      while !isDone(at: now), let slot = takeSlot() {
        orders.append((slot, begin(makeDue(now), now, waited: false)))
      }
      return orders
    }
    while let time = upcoming, time <= now {
      let number = makeDue(time)
      if let slot = takeSlot() {
        orders.append((slot, begin(number, time, waited: false)))
      } else if waiting.count < bounds.waitingMax {
        waiting.append(number, time)
      } else if time >= bounds.countFrom {
        unsent += 1
      }
      upcoming = nextTime()
    }
    return orders
  }

  /// The call on `slot` has ended; returns the one that takes its place at once, if there is one.
  package mutating func ended(_ slot: StreamSlot, at now: Int64) -> SendOrder? {
    inFlight -= 1
    if !isStopped {
      if times == nil {
        if !isDone(at: now) { return begin(makeDue(now), now, waited: false) }
      } else if let (number, time) = waiting.removeFirst() {
        return begin(number, time, waited: true)
      }
    }
    free[slot.connection].append(slot.stream)
    freeCount += 1
    return nil
  }

  /// Sends nothing more; what waits is unsent.
  package mutating func stop() {
    guard !isStopped else { return }
    isStopped = true
    while let (_, time) = waiting.removeFirst() {
      if time >= bounds.countFrom { unsent += 1 }
    }
  }

  /// Numbers a call that is due at `time`.
  private mutating func makeDue(_ time: Int64) -> Int {
    due += 1
    if time >= bounds.countFrom { counted += 1 }
    return due - 1
  }

  private mutating func begin(_ number: Int, _ time: Int64, waited: Bool) -> SendOrder {
    if time >= bounds.countFrom { sent += 1 }
    started += 1
    inFlight += 1
    return SendOrder(number: number, intended: time, waited: waited)
  }

  /// A free stream; connections take turns.
  private mutating func takeSlot() -> StreamSlot? {
    guard freeCount > 0 else { return nil }
    while true {
      let connection = turn
      turn = (turn + 1) % free.count
      if let stream = free[connection].popLast() {
        freeCount -= 1
        return StreamSlot(connection: connection, stream: stream)
      }
    }
  }
}

/// Numbers and times of calls that wait, first in, first out.
private struct WaitingCalls: Sendable {
  private var calls: [(number: Int, time: Int64)] = []
  private var head = 0

  var count: Int { calls.count - head }

  mutating func append(_ number: Int, _ time: Int64) { calls.append((number, time)) }

  mutating func removeFirst() -> (Int, Int64)? {
    guard head < calls.count else { return nil }
    let first = calls[head]
    head += 1
    // Moves the rest once in a while, so that the cost a call stays constant.
    if head > 1024, head * 2 > calls.count {
      calls.removeFirst(head)
      head = 0
    }
    return (first.number, first.time)
  }
}
