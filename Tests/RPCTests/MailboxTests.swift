// Queues of messages between tasks.

import RPC
import Testing
import Vocabulary

@Suite("Mailbox", .timeLimit(.minutes(2)))
struct MailboxTests {
  /// A reader that finds a message only when it is about to wait has to tell the sender of the room, too.
  @Test("a queue with room for one loses no wake-up", arguments: [1, 2])
  func narrow(countMax: Int) async throws {
    let (mailbox, count) = (Mailbox(countMax: countMax), 20_000)
    async let sent: Void = {
      for number in 0..<count {
        mailbox.put(Bytes([UInt8(truncatingIfNeeded: number)]))
        try await mailbox.waitForRoom()
      }
      mailbox.finish()
    }()
    var (next, isInOrder) = (0, true)
    while let message = try await mailbox.next() {
      isInOrder = isInOrder && message.array == [UInt8(truncatingIfNeeded: next)]
      next += 1
    }
    try await sent
    #expect(next == count && isInOrder)
  }
}
