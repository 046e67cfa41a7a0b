// Calls share tasks without noticing, and some need none.

internal import Client
internal import RPC
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct WorkerTests {
  /// More than a loop keeps tasks for.
  private static let count = 200

  @Test(arguments: Profile.allCases)
  func callsThatWaitHoldUpNoOthers(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
          for _ in 0..<Self.count { group.addTask { try await client.test("Wait", [1]) } }
          await harness.gate.waitForArrivals(64)
          #expect(try await client.test("Now", [2]) == [2])
          harness.gate.open()
          for try await answer in group { #expect(answer == [1]) }
        }
        for _ in 0..<Self.count { #expect(try await client.test("Echo", [3]) == [3]) }
      }
    }
  }

  @Test func aCancelledTaskAnswersNoOtherCall() async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(.native) { client async throws in
        let calls = (0..<8).map { _ in Task { try await client.test("Wait", []) } }
        await harness.gate.waitForArrivals(8)
        for call in calls { call.cancel() }
        await harness.gate.waitForCancellations(8)
        harness.gate.open()
        // The gate refuses tasks that are cancelled.
        for _ in 0..<64 { #expect(try await client.test("Wait", [1]) == [1]) }
      }
    }
  }

  @Test(arguments: Profile.allCases, [1, 1000, 65_536, 1 << 20])
  func answersAtOnce(profile: Profile, count: Int) async throws {
    let sent = [UInt8](repeating: 7, count: count)
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        #expect(try await client.test("Now", sent) == sent)
        #expect(await client.error("Now")?.code == .failedPrecondition)
        // Within what a connection may hold.
        let pairs = count > 100_000 ? 3 : 32
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for _ in 0..<pairs { group.addTask { try await client.test("Now", sent) == sent } }
          for _ in 0..<pairs { group.addTask { try await client.test("Echo", sent) == sent } }
          for try await isEqual in group { #expect(isEqual) }
        }
      }
    }
  }
}
