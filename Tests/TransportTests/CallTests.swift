// Calls over real TLS on loopback: both profiles, all sizes, errors, deadlines, cancellation.

internal import Client
internal import RPC
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct CallTests {
  @Test(arguments: Profile.allCases)
  func echo(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        #expect(try await client.test("Echo", []) == [])
        #expect(try await client.test("Echo", [1, 2, 3]) == [1, 2, 3])
      }
      #expect(harness.recorder.seen.handshakes == [profile])
    }
  }

  @Test(arguments: Profile.allCases, [16_384, 65_536, 1 << 20, (4 << 20) - 200])
  func largeMessages(profile: Profile, count: Int) async throws {
    let sent = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        #expect(try await client.test("Echo", sent) == sent)
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func manyAtOnce(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for index in 0..<500 {
            let sent = [UInt8](repeating: UInt8(index & 0xFF), count: index * 7)
            group.addTask { try await client.test("Echo", sent) == sent }
          }
          for try await isEqual in group { #expect(isEqual) }
        }
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func identityReachesTheHandler(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        #expect(try await client.test("Who") == Array("dev".utf8))
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func errorsKeepTheirDetail(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        let error = await client.error("Fail")
        #expect(error?.code == TestDispatcher.refusal.code)
        #expect(error?.message == TestDispatcher.refusal.message)
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func unknownMethodAndTooLargeRequest(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        #expect(await client.error("Absent")?.code == .unimplemented)
        let tooLarge = [UInt8](repeating: 0, count: 101)
        #expect(await client.error("Who", tooLarge)?.code == .resourceExhausted)
        // The connection goes on.
        #expect(try await client.test("Echo", [1]) == [1])
      }
      #expect(harness.recorder.seen.accepted == 1)
    }
  }

  @Test(arguments: Profile.allCases)
  func deadlineEndsCallAndHandler(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient(profile) { client async throws in
        // On a busy machine a short time passes before the handler has begun: more of it then.
        var time = Duration.milliseconds(100)
        repeat {
          let error = await client.error("Wait", within: time)
          #expect(error?.code == .deadlineExceeded)
          time *= 2
        } while harness.gate.arrivals == 0 && !Task.isCancelled
        await harness.gate.waitForCancellations(1)
        #expect(try await client.test("Echo", [7]) == [7])
      }
    }
  }

  @Test func cancellationReachesTheHandler() async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient { client async throws in
        let call = Task { await client.error("Wait") }
        await harness.gate.waitForArrivals(1)
        call.cancel()
        #expect(await call.value?.code == .cancelled)
        await harness.gate.waitForCancellations(1)
        #expect(try await client.test("Echo", [7]) == [7])
      }
    }
  }

  @Test func cancelledBeforeItBegan() async throws {
    try await Harness.run { harness async throws in
      try await harness.withClient { client async throws in
        let call = Task { () -> ServiceError? in
          withUnsafeCurrentTask { $0?.cancel() }
          return await client.error("Echo")
        }
        #expect(await call.value?.code == .cancelled)
      }
    }
  }

  @Test func moreCallsThanOneConnectionTakes() async throws {
    try await Harness.run {
      $0.limits.wire.streamsMax = 16
    } body: { harness async throws in
      try await harness.withClient { client async throws in
        await withTaskGroup(of: ServiceError?.self) { group in
          // 64 fit in the client's four connections, the others wait.
          for _ in 0..<100 { group.addTask { await client.error("Wait") } }
          await harness.gate.waitForArrivals(64)
          harness.gate.open()
          for await error in group { #expect(error == nil) }
        }
      }
      #expect(harness.recorder.seen.accepted == 4)
    }
  }
}
