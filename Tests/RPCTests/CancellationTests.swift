// A cancelled task never waits for a message, or for room, however the two race.

internal import RPC
internal import Testing
internal import Vocabulary

@Suite(.timeLimit(.minutes(2))) struct CancellationTests {
  private static let tries = 5_000

  private static func cancelled(
    _ body: @escaping @Sendable () async throws(ServiceError) -> Void
  ) async -> StatusCode? {
    let task = Task { () -> StatusCode? in
      do throws(ServiceError) {
        try await body()
        return nil
      } catch {
        return error.code
      }
    }
    await Task.yield()
    task.cancel()
    return await task.value
  }

  @Test func aCancelledReaderEnds() async {
    for _ in 0..<Self.tries {
      let mailbox = Mailbox()
      #expect(
        await Self.cancelled { () throws(ServiceError) in _ = try await mailbox.next() }
          == .cancelled)
    }
  }

  @Test func aCancelledSenderEnds() async {
    for _ in 0..<Self.tries {
      let mailbox = Mailbox(countMax: 0)
      #expect(
        await Self.cancelled { () throws(ServiceError) in try await mailbox.waitForRoom() }
          == .cancelled)
      let room = RoomSignal()
      room.close()
      #expect(
        await Self.cancelled { () throws(ServiceError) in try await room.pass() } == .cancelled)
    }
  }
}
