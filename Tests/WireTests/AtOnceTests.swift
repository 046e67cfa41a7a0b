// Calls that are answered while they are received, and answers that end their handler in the same step.

import Testing
import Vocabulary

@testable import Wire

@Suite struct AtOnceTests {
  private static let table = MethodTable([
    MethodEntry(service: "s", method: "Now", isAtOnce: true),
    MethodEntry(service: "s", method: "Later"),
    MethodEntry(service: "s", method: "Stream", kind: .serverStreaming, isAtOnce: true),
  ])

  /// Feeds frames to a server that answers at once with `reply`; returns what it sends, the calls it
  /// wants started, and how many it answered.
  private func serve(
    _ reply: Reply, _ frames: [Frame], isMemoryFull: Bool = false
  ) -> (sent: Int, started: Int, answered: Int, open: Int) {
    let now = Moment.now
    var machine = ServerConnection(
      profile: .native, methods: Self.table, now: now)
    machine.start(now: now)
    machine.processMemoryFull = isMemoryFull
    while machine.writeOutput({ $0.count }) > 0 {}
    var answered = 0
    for frame in [Frame.settings([])] + frames {
      frame.bytes.withUnsafeBytes { bytes in
        machine.receive(bytes, now: now) { _ in
          answered += 1
          return reply
        }
      }
    }
    var started = 0
    while let action = machine.nextAction() {
      if case .call = action { started += 1 }
    }
    var sent = 0
    while true {
      let count = machine.writeOutput { $0.count }
      if count == 0 { break }
      sent += count
    }
    return (sent, started, answered, machine.openStreams)
  }

  @Test func onlyMarkedUnaryMethodsAreAnsweredAtOnce() {
    let reply = Reply.success(OutgoingMessage(Bytes([1, 2, 3])))
    let now = serve(reply, [.request(1, envelope("s", "Now", [7]))])
    #expect(now.answered == 1 && now.started == 0 && now.open == 0 && now.sent == 10 + 2 + 3)
    let later = serve(reply, [.request(1, envelope("s", "Later", [7]))])
    #expect(later.answered == 0 && later.started == 1 && later.open == 1)
    #expect(serve(reply, [.request(1, envelope("s", "Stream", [7]))]).answered == 0)
  }

  /// A message that is answered at once is never held; one that would have to be is refused.
  @Test func aProbeIsAnsweredThoughMemoryIsFull() {
    let reply = Reply.success(OutgoingMessage(Bytes([1, 2, 3])))
    let now = serve(reply, [.request(1, envelope("s", "Now", [7]))], isMemoryFull: true)
    #expect(now.answered == 1 && now.open == 0 && now.sent == 10 + 2 + 3)
    let held = [
      Frame.request(1, envelope("s", "Later", [7])),
      .request(1, envelope("s", "Now"), flags: 6),
    ]
    for frame in held {
      let refused = serve(reply, [frame], isMemoryFull: true)
      #expect(refused.answered == 0 && refused.started == 0 && refused.open == 0)
      #expect(refused.sent > 10)
    }
  }

  @Test func boundsComeFirst() {
    let reply = Reply.success(OutgoingMessage(Bytes([1])))
    let max = UInt32(WireLimits().streamsMax)
    let later = (0..<max).map { Frame.request(2 * $0 + 1, envelope("s", "Later", [])) }
    let full = serve(reply, later + [.request(2 * max + 1, envelope("s", "Now", []))])
    #expect(full.answered == 0 && full.started == Int(max))
  }

  @Test func aLargeAnswerHasARecordUntilItIsSent() {
    // More than the windows of a client that announces none: it stays open, and no more than they
    // allow is sent.
    let large = Reply.success(OutgoingMessage(Bytes([UInt8](repeating: 1, count: 3 << 20))))
    let result = serve(large, [.request(1, envelope("s", "Now", []))])
    #expect(result.answered == 1 && result.open == 1 && result.sent < 3 << 20)
    let small = Reply.failure(ServiceError(.notFound, "no", ErrorDetail(.outOfRange)))
    let failed = serve(small, [.request(1, envelope("s", "Now", []))])
    #expect(failed.open == 0 && failed.sent > 10)
  }

  /// A machine with one running call, and a way to see everything of it.
  private struct Running: ~Copyable {
    var machine: ServerConnection
    let now = Moment.now

    init(_ frames: [Frame]) {
      machine = ServerConnection(profile: .native, methods: AtOnceTests.table, now: now)
      machine.start(now: now)
      for frame in [Frame.settings([]), .request(1, envelope("s", "Later", [7]))] + frames {
        frame.bytes.withUnsafeBytes { machine.receive($0, now: now) }
      }
    }

    mutating func seen() -> [String] {
      var sent: [UInt8] = []
      while machine.writeOutput({
        sent += $0
        return $0.count
      }) > 0 {}
      var actions = 0
      while machine.nextAction() != nil { actions += 1 }
      return [
        "\(sent)", "\(actions)", "\(machine.memoryBytes)", "\(machine.openStreams)",
        "\(machine.phase(of: StreamID(1)))", "\(machine.isIdle)",
      ]
    }
  }

  @Test(arguments: [[], [Frame.cancel(1, 1)]], 0..<4)
  func concludingIsAnsweringAndEnding(frames: [Frame], kind: Int) {
    let reply: Reply =
      switch kind {
      case 0:
        .success(OutgoingMessage(Bytes([1, 2])), trailers: Metadata([(key: "a", value: "b")]))
      case 1: .success(OutgoingMessage(Bytes([UInt8](repeating: 1, count: 3 << 20))))
      case 2: .failure(ServiceError(.notFound, "no", ErrorDetail(.outOfRange)))
      default: .success(.empty, trailers: Metadata([(key: "A b", value: "")]))
      }
    var one = Running(frames)
    one.machine.conclude(StreamID(1), reply, now: one.now)
    var other = Running(frames)
    other.machine.respond(StreamID(1), reply, now: other.now)
    other.machine.handlerEnded(StreamID(1), now: other.now)
    #expect(one.seen() == other.seen())
    // A second time does nothing.
    one.machine.conclude(StreamID(1), reply, now: one.now)
    other.machine.handlerEnded(StreamID(1), now: other.now)
    #expect(one.seen() == other.seen())
  }
}
