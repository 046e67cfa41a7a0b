// Which call goes out when, on which stream; and that a stall is seen in full.

import LoadTest
import RPC
import Testing
import Vocabulary

struct SendQueueTests {
  static let millisecond: Int64 = 1_000_000

  static func open(
    _ rate: String, connections: Int = 1, streams: Int = 1,
    _ bounds: SendQueue.Bounds = SendQueue.Bounds()
  ) throws -> SendQueue {
    let plan = ArrivalPlan(try RateStage.parse(rate))
    return SendQueue(
      .open(ArrivalTimes(plan)), connections: connections, streams: streams, bounds: bounds)
  }

  @Test("calls go out at their times and over all connections in turn")
  func turns() throws {
    var queue = try Self.open("1000/1s", connections: 3, streams: 2)
    #expect(queue.nextDue == 0)
    let first = queue.send(at: 3 * Self.millisecond)
    #expect(first.map(\.order.number) == [0, 1, 2, 3])
    #expect(first.map(\.order.intended) == [0, 1, 2, 3].map { $0 * Self.millisecond })
    #expect(first.map(\.slot.connection) == [0, 1, 2, 0])
    #expect(queue.inFlight == 4)
    #expect(queue.nextDue == 4 * Self.millisecond)
  }

  @Test("calls that find no stream wait in order and keep the time at which they were due")
  func waiting() throws {
    var queue = try Self.open("1000/1s")
    let slot = try #require(queue.send(at: 5 * Self.millisecond).first?.slot)
    #expect(queue.waitingCount == 5)
    let next = queue.ended(slot, at: 50 * Self.millisecond)
    #expect(next == SendOrder(number: 1, intended: Self.millisecond, waited: true))
    #expect(queue.waitingCount == 4)
  }

  @Test("what is never sent is counted: too many wait, or the test ends")
  func unsent() throws {
    var queue = try Self.open("1000/1s", SendQueue.Bounds(waitingMax: 3))
    _ = queue.send(at: 9 * Self.millisecond)
    #expect((queue.sent, queue.waitingCount, queue.unsent) == (1, 3, 6))
    queue.stop()
    #expect((queue.sent, queue.waitingCount, queue.unsent) == (1, 0, 9))
    #expect(queue.isDone(at: 0))
    #expect(queue.nextDue == nil)
  }

  @Test("the warm-up is made and not counted")
  func warmUp() throws {
    var queue = try Self.open(
      "1000/1s", streams: 20, SendQueue.Bounds(calls: 5, countFrom: 10 * Self.millisecond))
    let orders = queue.send(at: 1000 * Self.millisecond)
    #expect(orders.count == 15)
    #expect(queue.sent == 5)
    #expect(queue.inFlight == 15)
  }

  @Test("every call that was due is sent, waiting or unsent, whatever happens", arguments: 1...40)
  func conservation(seed: Int) throws {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var queue = try Self.open(
      "200..3000/1s", connections: 3, streams: 4,
      SendQueue.Bounds(time: 900 * Self.millisecond, waitingMax: 50))
    var busy: [StreamSlot] = []
    var seen: Set<Int> = []
    var now: Int64 = 0
    while !queue.isDone(at: now) || !busy.isEmpty {
      now += Int64.random(in: 0...20_000_000, using: &numbers)
      for (slot, order) in queue.send(at: now) {
        #expect(seen.insert(order.number).inserted)
        #expect(!busy.contains(slot), "two calls on one stream")
        #expect(order.intended <= now)
        busy.append(slot)
      }
      for _ in 0..<Int.random(in: 0...10, using: &numbers) where !busy.isEmpty {
        let slot = busy.remove(at: Int.random(in: busy.indices, using: &numbers))
        if let order = queue.ended(slot, at: now) {
          #expect(seen.insert(order.number).inserted)
          busy.append(slot)
        }
      }
      #expect(queue.inFlight == busy.count)
    }
    let due = ArrivalPlan(try RateStage.parse("200..3000/1s")).due(by: 0.9)
    #expect(abs(Double(queue.sent + queue.unsent) - due) <= 1)
    #expect(queue.sent == seen.count)
  }

  @Test("a closed loop keeps every stream busy until its calls are used up")
  func closed() {
    var queue = SendQueue(
      .closed, connections: 2, streams: 2, bounds: SendQueue.Bounds(calls: 6))
    let first = queue.send(at: 0)
    #expect(first.count == 4)
    #expect(queue.ended(first[0].slot, at: 7)?.intended == 7)
    #expect(queue.ended(first[1].slot, at: 8) != nil)
    #expect(queue.isDone(at: 8))
    #expect(queue.ended(first[2].slot, at: 9) == nil)
    #expect(queue.inFlight == 3)
  }

  /// One connection with one stream, a call a millisecond, each answered within 0.1 ms; but the server
  /// stalls for `stall` at half time. Time is simulated.
  static func simulate(_ arrival: Arrival, stall: Int64) -> Tally {
    var queue = SendQueue(
      arrival, connections: 1, streams: 1,
      bounds: SendQueue.Bounds(time: 1000 * millisecond, calls: 1000))
    var tally = Tally()
    var now: Int64 = 0
    var current = queue.send(at: now).first
    var hasStalled = false
    while true {
      if current == nil {
        guard let next = queue.nextDue else { break }
        now = max(now, next)
        current = queue.send(at: now).first
        continue
      }
      guard let (slot, order) = current else { break }
      let started = now
      now += millisecond / 10
      if !hasStalled, now > 500 * millisecond {
        hasStalled = true
        now += stall
      }
      // Calls that became due meanwhile.
      _ = queue.send(at: now)
      tally.record(
        EndedCall(
          intended: order.intended, started: started, ended: now, waited: order.waited,
          report: CallReport(.ok)))
      current = queue.ended(slot, at: now).map { (slot, $0) }
    }
    return tally
  }

  @Test("a stall of 200 ms is in the percentiles of response time, not only in the maximum")
  func coordinatedOmission() throws {
    let plan = ArrivalPlan(try RateStage.parse("1000/1s"))
    let open = Self.simulate(.open(ArrivalTimes(plan)), stall: 200 * Self.millisecond)
    #expect(open.ended == 1000)
    // 200 calls fell into the stall and waited 100 ms on average.
    #expect(open.response.percentile(0.99) > 150 * Self.millisecond)
    #expect(open.response.percentile(0.9) > 90 * Self.millisecond)
    #expect(open.response.percentile(0.5) < Self.millisecond)
    // Measured from sending, all but one call look fast: what a closed loop would have shown.
    #expect(open.service.percentile(0.99) < Self.millisecond)
    #expect(open.service.max > 200 * Self.millisecond)
    let closed = Self.simulate(.closed, stall: 200 * Self.millisecond)
    #expect(closed.response.percentile(0.99) < Self.millisecond)
  }
}
