// Streaming calls over loopback TLS, from our client to our server, in both profiles.

internal import Client
internal import RPC
internal import Testing
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct StreamTests {
  private func open(
    _ client: Client, _ method: String, _ request: String? = nil, within: Duration = .seconds(110)
  ) async throws -> any OpenCall {
    try await client.open(
      TestDispatcher.method(method), kind: TestDispatcher.kinds[method]!,
      request.map { [Bytes(Array($0.utf8))] },
      options: CallOptions(deadline: .after(within)))
  }

  private func rest(of call: any OpenCall) async throws -> [[UInt8]] {
    var messages: [[UInt8]] = []
    while let message = try await call.next() { messages.append(message.array) }
    return messages
  }

  private func error(of call: any OpenCall) async -> ServiceError? {
    do throws(ServiceError) {
      while try await call.next() != nil {}
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: Profile.allCases, ["0*5", "1*0", "5*1", "300*3000", "3*2000000"])
  func aServerStreamsMessagesInOrder(_ profile: Profile, _ what: String) async throws {
    try await Harness.run { harness in
      try await harness.withClient(profile) { client in
        let call = try await open(client, "Count", what)
        let messages = try await rest(of: call)
        let wanted = what.split(separator: "*").map { Int($0)! }
        #expect(messages.count == wanted[0])
        for (number, message) in messages.enumerated() {
          #expect(message.count == wanted[1])
          #expect(message.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) })
        }
        // Trailers have no place at the end of a compat stream.
        #expect(call.trailers["b"] == (profile == .native ? "2" : nil))
      }
    }
  }

  @Test(
    arguments: Profile.allCases, [[], [0], [1, 2, 3], [27182, 8, 1828, 45904], [3_000_000, 1]])
  func aClientStreamsMessages(_ profile: Profile, _ sizes: [Int]) async throws {
    try await Harness.run { harness in
      try await harness.withClient(profile) { client in
        let call = try await open(client, "Collect")
        for size in sizes { try await call.send([Bytes([UInt8](repeating: 1, count: size))]) }
        call.closeSend()
        let answer = try await call.next()
        let text = String(decoding: answer?.array ?? [], as: UTF8.self)
        #expect(text == sizes.map { "\($0)" }.joined(separator: ","))
        #expect(try await call.next() == nil)
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func bothSidesTalkInTurn(_ profile: Profile) async throws {
    try await Harness.run { harness in
      try await harness.withClient(profile) { client in
        let call = try await open(client, "Chat")
        for size in [0, 1, 20_000, 500_000] {
          try await call.send([Bytes([UInt8](repeating: 7, count: size))])
          #expect(try await call.next()?.count == size)
        }
        #expect(try await call.headers()["h"] == (profile == .native ? "1" : nil))
        call.closeSend()
        #expect(try await call.next() == nil)
        #expect(call.trailers["a"] == (profile == .native ? "1" : nil))
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func manyMessagesBothWaysAtOnce(_ profile: Profile) async throws {
    try await Harness.run { harness in
      try await harness.withClient(profile) { client in
        let call = try await open(client, "Chat")
        async let sent: Void = {
          for number in 0..<2000 {
            try await call.send([Bytes([UInt8](repeating: UInt8(number % 256), count: 2000))])
          }
          call.closeSend()
        }()
        var count = 0
        while let message = try await call.next() {
          #expect(message.array.first == UInt8(count % 256))
          count += 1
        }
        try await sent
        #expect(count == 2000)
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func anErrorInTheMiddleComesAfterWhatWasSent(_ profile: Profile) async throws {
    try await Harness.run { harness in
      try await harness.withClient(profile) { client in
        let call = try await open(client, "Quit")
        try await call.send([Bytes([1])])
        let error = await error(of: call)
        #expect(error == TestDispatcher.refusal)
        // Whoever still sends learns the same.
        await #expect(throws: TestDispatcher.refusal) { try await call.send([Bytes([1])]) }
      }
    }
  }

  @Test func cancellingReachesTheHandler() async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        let call = try await open(client, "Hold")
        await harness.gate.waitForArrivals(1)
        call.cancel()
        await harness.gate.waitForCancellations(1)
        #expect(await error(of: call)?.code == .cancelled)
      }
    }
  }

  @Test func droppingACallCancelsIt() async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        _ = try await open(client, "Hold")
        await harness.gate.waitForArrivals(1)
        await harness.gate.waitForCancellations(1)
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func aDeadlineEndsAStreamOnBothSides(_ profile: Profile) async throws {
    try await Harness.run { harness in
      try await harness.withClient(profile) { client in
        // Long enough for the handler to have begun, on any machine.
        let call = try await open(client, "Hold", within: .seconds(6))
        await harness.gate.waitForArrivals(1)
        #expect(await error(of: call)?.code == .deadlineExceeded)
        if profile == .native { await harness.gate.waitForCancellations(1) }
      }
    }
  }

  /// A call whose answer nobody reads holds at most its window, and others are not held up.
  @Test func anUnreadStreamBlocksNobody() async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        let unread = try await open(client, "Count", "100*500000")
        _ = try await unread.headers()
        for _ in 0..<20 { #expect(try await client.test("Echo", [1]) == [1]) }
        #expect(harness.listener.memoryBytes < 8 << 20)
        #expect(try await rest(of: unread).count == 100)
      }
    }
  }

  /// A handler that does not read holds its client back.
  @Test func anUnreadUploadIsHeldBack() async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        let call = try await open(client, "Hold")
        async let sent: Int = {
          for number in 0..<100 {
            try await call.send([Bytes([UInt8](repeating: 1, count: 500_000))])
            if number == 1 { harness.gate.open() }
          }
          call.closeSend()
          return 100
        }()
        #expect(try await rest(of: call).count == 100)
        #expect(try await sent == 100)
      }
    }
  }

  @Test func aShutdownLetsStreamsFinish() async throws {
    let harness = try await Harness()
    try await harness.withClient { client in
      let call = try await open(client, "Chat")
      try await call.send([Bytes([1])])
      #expect(try await call.next()?.array == [1])
      async let stopped: Void = harness.listener.shutDown()
      for number in 0..<10 {
        try await call.send([Bytes([UInt8(number)])])
        #expect(try await call.next()?.array == [UInt8(number)])
      }
      call.closeSend()
      #expect(try await call.next() == nil)
      await stopped
    }
  }
}
