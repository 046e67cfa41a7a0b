// Peers that stop or vanish at any byte: within the handshake, within a frame, between calls.

internal import TLS
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct BrokenOffTests {
  @Test(arguments: Profile.allCases)
  func aFrameThatDoesNotGoOnIsGivenUp(profile: Profile) async throws {
    try await Harness.run {
      $0.limits.wire.frameBody = .milliseconds(100)
      $0.limits.wire.frameBodyBytesPerSecondMin = 1 << 20
    } body: { harness async throws in
      let peer = try await harness.peer(profile)
      if profile == .native { try peer.send(.settings) }
      try peer.send(Array(RawFrame.request(1, "Echo", [1, 2, 3]).bytes.dropLast()))
      while try await peer.frame() != nil {}
      await harness.recorder.wait { $0.ends == [.wire(.stalled(.frameBody))] }
      #expect(harness.recorder.seen.ends == [.wire(.stalled(.frameBody))])
    }
  }

  /// What a peer says after its handshake: calls that are answered, that wait, that fail, that do not exist.
  private static func conversation(_ profile: Profile) -> [UInt8] {
    let frames = [
      RawFrame.request(1, "Echo", [UInt8](repeating: 1, count: 300)), .request(3, "Wait", [5]),
      .request(5, "Fail", []), .request(7, "Nothing", []), .request(9, "Big", Array("70000".utf8)),
    ]
    return (profile == .native ? RawFrame.settings.bytes : []) + frames.flatMap(\.bytes)
  }

  @Test(arguments: Profile.allCases)
  func aResetAtAnyByteEndsEverythingOfItsConnection(profile: Profile) async throws {
    let bytes = Self.conversation(profile)
    // Every place where frames begin and end, and others between them.
    let cuts = (0..<bytes.count).filter { $0 < 24 || $0 % 7 == 0 } + [bytes.count]
    try await Harness.run { harness async throws in
      for cut in cuts {
        let peer = try await harness.peer(profile)
        try peer.send(Array(bytes[..<cut]))
        if cut % 2 == 0 { peer.socket.reset() }
      }
      // A reset may come before the server has read the last of the handshake.
      await harness.recorder.wait { $0.ends.count + $0.handshakeEnds.count == cuts.count }
      let seen = harness.recorder.seen
      #expect(seen.ends.count + seen.handshakeEnds.count == cuts.count)
      try await harness.withClient(profile) { client async throws in
        #expect(try await client.test("Echo", [1]) == [1])
      }
    }
  }

  @Test func aResetAtAnyByteOfTheHandshakeFreesItsPlace() async throws {
    try await Harness.run {
      $0.limits.handshake = .seconds(3_600)
      $0.limits.handshakesMax = 4_096
    } body: { harness async throws in
      var session = try TLSSession(
        connecting: try Harness.clientTLS(harness.identities, .native), to: "127.0.0.1")
      var room = [UInt8](repeating: 0, count: 16_384)
      let none = UnsafeRawBufferPointer(start: nil, count: 0)
      let step = room.withUnsafeMutableBytes { session.handshake(input: none, output: $0) }
      let hello = Array(room[..<step.produced])
      for cut in 0..<hello.count {
        let socket = try RawSocket(port: harness.listener.port)
        try socket.send(hello[..<cut])
        if cut % 2 == 0 { socket.reset() }
      }
      await harness.recorder.wait { $0.handshakeEnds.count == hello.count }
      #expect(harness.recorder.seen.handshakeEnds.count == hello.count)
      try await harness.withClient { client async throws in
        #expect(try await client.test("Echo", [1]) == [1])
      }
    }
  }
}
