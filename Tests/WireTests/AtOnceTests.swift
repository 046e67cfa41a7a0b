// Calls that are answered while they are received.

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
    _ reply: Reply, _ frames: [Frame]
  ) -> (sent: Int, started: Int, answered: Int, open: Int) {
    let now = Moment.now
    var machine = ServerConnection(
      profile: .native, methods: Self.table, now: now)
    machine.start(now: now)
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
}
