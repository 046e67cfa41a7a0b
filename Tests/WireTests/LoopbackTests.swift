// A client and a server talking to each other, without a socket.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct LoopbackTests {
  @Test(arguments: Profile.allCases)
  func aSmallCallGoesThereAndBack(_ profile: Profile) throws {
    let client = ClientBox(profile)
    let server = ServerBox(profile)
    let id = try client.call([1, 2, 3], timeout: .seconds(2), metadata: [("x-id", "7")])
    exchange(client, server)
    let call = try #require(server.takeCalls().first)
    #expect(call.stream == StreamID(1))
    #expect(call.message.array == [1, 2, 3])
    #expect(call.metadata["x-id"] == "7")
    server.respond(1, [4, 5], trailers: [("x-cost", "3")])
    server.ended(1)
    exchange(client, server)
    _ = id
    let answer = try #require(client.takeEvents().last)
    #expect(
      answer
        == .response(
          StreamID(1), message: Bytes([4, 5]), headers: Metadata(),
          trailers: Metadata([("x-cost", "3")])))
    #expect(server.machine.openStreams == 0)
    #expect(client.machine.openStreams == 0)
    #expect(server.machine.memoryBytes == 0)
    #expect(client.machine.memoryBytes == 0)
  }

  @Test(arguments: Profile.allCases)
  func manyMessagesOfEverySize(_ profile: Profile) throws {
    var random = SeededRandom(newSeed())
    let client = ClientBox(profile)
    let server = ServerBox(profile)
    exchange(client, server)
    for size in [0, 1, 9_999, 16_384, 16_385, 65_536, 70_000, 1 << 20, 3_000_000] {
      let request = random.bytes(size)
      let reply = random.bytes(size)
      let id = try client.call(request)
      exchange(client, server)
      let call = try #require(server.takeCalls().first)
      #expect(call.message.array == request)
      server.respond(id, reply)
      server.ended(id)
      exchange(client, server)
      guard case .response(let stream, let message, _, _)? = client.takeEvents().last else {
        Issue.record("no answer for \(size) bytes")
        continue
      }
      #expect(stream.raw == id)
      #expect(message.array == reply)
      #expect(server.machine.memoryBytes == 0)
      #expect(client.machine.memoryBytes == 0)
    }
  }
}
