// Calls of a client that wait for a connection: while one is busy, and once the client is closed.

internal import Client
internal import RPC
internal import TLS
internal import TestIdentities
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct WaitingCallTests {
  /// A further connection is refused; the one there is will have room once calls on it have ended.
  @Test func callsWaitForABusyConnectionWhenNoOtherCanBeHad() async throws {
    try await Harness.run {
      $0.limits.connectionsMax = 1
      $0.limits.wire.streamsMax = 16
    } body: { harness async throws in
      try await harness.withClient { client async throws in
        await withTaskGroup(of: ServiceError?.self) { group in
          for _ in 0..<16 { group.addTask { await client.error("Wait") } }
          await harness.gate.waitForArrivals(16)
          group.addTask { await client.error("Wait") }
          await harness.recorder.wait { $0.refused.first == .connections }
          // The client has to learn of it, too.
          try? await Task.sleep(for: .milliseconds(50))
          harness.gate.open()
          for await error in group { #expect(error == nil) }
        }
      }
      #expect(harness.recorder.seen.refused.allSatisfy { $0 == .connections })
    }
  }

  /// A server that never began a call says so when the client has begun to close: nobody will send it again.
  @Test func aCallThatComesBackToAClosedClientFails() async throws {
    let identities = try TestIdentities.shared.get()
    let server = try RawServer()
    let context = try TLSContext(server: Harness.serverSettings(identities))
    let (asked, ask) = AsyncStream<Void>.makeStream()
    let serving = Task {
      let peer = try await server.accept(context)
      try peer.send(.settings)
      var stream: UInt32 = 0
      while let frame = try await peer.frame() {
        if frame.type == 1 {
          stream = frame.stream
          ask.yield()
        }
        // GOAWAY is answered by a CANCEL that says that the call was refused.
        if frame.type == 0x14 {
          try peer.send(RawFrame(stream: stream, type: 0x12, flags: 1, body: [0, 0, 0, 14]))
        }
      }
    }
    let client = Client(
      ClientSettings(host: "127.0.0.1", port: server.port),
      tls: try Harness.clientTLS(identities, .native))
    let call = Task { await client.error("Echo", [1]) }
    for await _ in asked { break }
    let closing = Task { await client.close() }
    #expect(await call.value?.code == .cancelled)
    await closing.value
    _ = await serving.result
  }
}
