// Peers that say nothing, say nonsense, stop in the middle, never read or never leave.

internal import Client
internal import TLS
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct HostilePeerTests {
  @Test func silenceInTheHandshakeTimesOut() async throws {
    try await Harness.run {
      $0.limits.handshake = .milliseconds(50)
    } body: { harness async throws in
      let socket = try RawSocket(port: harness.listener.port)
      #expect(try await socket.drain().isEmpty)
      await harness.recorder.wait { $0.handshakeEnds == [.timedOut] }
    }
  }

  @Test func endInTheHandshakeIsNoticed() async throws {
    try await Harness.run { harness async throws in
      try RawSocket(port: harness.listener.port).send([22, 3, 1, 0])
      await harness.recorder.wait { $0.handshakeEnds == [.abandoned] }
    }
  }

  @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "\u{0}\u{0}\u{0}\u{c}\u{0}\u{0}\u{0}\u{1}\u{1}\u{0}"])
  func plaintextIsRefused(text: String) async throws {
    try await Harness.run { harness async throws in
      let socket = try RawSocket(port: harness.listener.port)
      try socket.send(text.utf8)
      _ = try await socket.drain()
      await harness.recorder.wait { $0.handshakeEnds == [.failed(.notTLS)] }
      try await harness.withClient { client async throws in
        #expect(try await client.test("Echo", [1]) == [1])
      }
    }
  }

  @Test func strangersAreRefusedAndTold() async throws {
    try await Harness.run { harness async throws in
      let stranger = try harness.client(as: "stranger")
      let refused = await stranger.error("Echo")
      #expect(refused?.code == .unavailable)
      #expect(refused?.message.contains("refused this client's certificate") == true)
      await stranger.close()
      let nobody = try harness.client(as: nil)
      let asked = await nobody.error("Echo")
      #expect(asked?.message.contains("asks for a client certificate") == true)
      await nobody.close()
      await harness.recorder.wait {
        $0.handshakeEnds == [.failed(.certificateUntrusted), .failed(.certificateMissing)]
      }
    }
  }

  @Test(arguments: Profile.allCases)
  func idleConnectionsAreClosed(profile: Profile) async throws {
    try await Harness.run {
      $0.limits.wire.idle = .milliseconds(100)
    } body: { harness async throws in
      let peer = try await harness.peer(profile)
      if profile == .native { try peer.send(.settings) }
      while try await peer.frame() != nil {}
      #expect(peer.isClosed)
      await harness.recorder.wait { $0.ends.count == 1 }
    }
  }

  @Test func noFirstFrameIsClosed() async throws {
    try await Harness.run {
      $0.limits.wire.firstFrame = .milliseconds(100)
    } body: { harness async throws in
      let peer = try await harness.peer(.native)
      while try await peer.frame() != nil {}
      await harness.recorder.wait { $0.ends == [.wire(.stalled(.firstFrame))] }
    }
  }

  @Test func resetWithinAFrameCancelsRunningCalls() async throws {
    try await Harness.run { harness async throws in
      do {
        let peer = try await harness.peer(.compat)
        let rest = RawFrame.request(3, "Echo", [UInt8](repeating: 1, count: 1000)).bytes
        try peer.send(RawFrame.request(1, "Wait", []).bytes + rest.prefix(500))
        await harness.gate.waitForArrivals(1)
        peer.socket.reset()
      }
      await harness.gate.waitForCancellations(1)
      await harness.recorder.wait { $0.ends == [.lost] }
      try await harness.withClient { client async throws in
        #expect(try await client.test("Echo", [1]) == [1])
      }
    }
  }

  @Test(arguments: [true, false])
  func halfClosedConnectionsGetTheirReplies(withNotice: Bool) async throws {
    try await Harness.run { harness async throws in
      let peer = try await harness.peer(.compat)
      try peer.send(.request(1, "Wait", [5, 6]), .request(3, "Echo", [7]))
      if withNotice { try peer.closeOutput() }
      peer.socket.endOutput()
      await harness.gate.waitForArrivals(1)
      #expect(try await peer.frame()?.stream == 3)
      harness.gate.open()
      let reply = try await peer.frame()
      #expect(reply?.stream == 1 && reply?.body.suffix(2) == [5, 6])
      #expect(try await peer.frame() == nil)
      #expect(peer.isClosed)
      await harness.recorder.wait { $0.ends == [.orderly] }
    }
  }

  @Test func damagedRecordEndsOnlyItsConnection() async throws {
    try await Harness.run { harness async throws in
      let peer = try await harness.peer(.compat)
      try peer.socket.send([23, 3, 3, 0, 20] + [UInt8](repeating: 7, count: 20))
      _ = try? await peer.frame()
      await harness.recorder.wait { $0.ends == [.tls(.damagedRecord)] }
      try await harness.withClient { client async throws in
        #expect(try await client.test("Echo", [1]) == [1])
      }
    }
  }

  @Test func brokenFramesEndTheConnectionInGoodOrder() async throws {
    try await Harness.run { harness async throws in
      let peer = try await harness.peer(.compat)
      try peer.send([0xFF, 0, 0, 0, 0, 0, 0, 1, 1, 0])
      while try await peer.frame() != nil {}
      await harness.recorder.wait { $0.ends == [.wire(.violation(.lengthByteNotZero))] }
    }
  }

  /// Eight answers of a megabyte that nobody reads: the server holds them within its bound, stops
  /// reading, and goes on when the peer does.
  @Test func slowReaderIsHeldBack() async throws {
    try await Harness.run { harness async throws in
      let peer = try await harness.peer(.compat, receiveBytes: 4096)
      for index in 0..<8 {
        try peer.send(.request(UInt32(index) * 2 + 1, "Big", Array("1000000".utf8)))
      }
      // Others are served meanwhile.
      try await harness.withClient { client async throws in
        #expect(try await client.test("Echo", [1]) == [1])
      }
      #expect(harness.listener.memoryBytes <= WireLimits().memoryBytesMax)
      for _ in 0..<8 { #expect(try await peer.frame()?.body.count ?? 0 > 1_000_000) }
    }
  }

  @Test func readerThatNeverReadsIsCutOff() async throws {
    try await Harness.run {
      $0.limits.wire.writeStall = .milliseconds(200)
    } body: { harness async throws in
      let peer = try await harness.peer(.compat, receiveBytes: 4096)
      for index in 0..<8 {
        try peer.send(.request(UInt32(index) * 2 + 1, "Big", Array("4000000".utf8)))
      }
      await harness.recorder.wait { $0.ends == [.wire(.stalled(.write))] }
      _ = peer
    }
  }

  @Test func connectionsAreCounted() async throws {
    try await Harness.run {
      $0.limits.connectionsMax = 2
    } body: { harness async throws in
      let first = try await harness.peer(.compat)
      let second = try await harness.peer(.compat)
      #expect(try await RawSocket(port: harness.listener.port).drain().isEmpty)
      await harness.recorder.wait { $0.refused == [.connections] }
      try first.send(.request(1, "Echo", [1]))
      #expect(try await first.frame() != nil)
      _ = second
    }
  }

  @Test func handshakesAreCounted() async throws {
    try await Harness.run {
      $0.limits.handshakesMax = 1
    } body: { harness async throws in
      let silent = try RawSocket(port: harness.listener.port)
      await harness.recorder.wait { $0.accepted == 1 }
      #expect(try await RawSocket(port: harness.listener.port).drain().isEmpty)
      await harness.recorder.wait { $0.refused == [.handshakes] }
      _ = silent
    }
  }

  @Test func manyConnections() async throws {
    try await Harness.run {
      // A busy machine may leave a test's thread alone for long in the middle of a handshake.
      $0.limits.handshake = .seconds(100)
    } body: { harness async throws in
      var peers: [RawPeer] = []
      for _ in 0..<200 { peers.append(try await harness.peer(.compat)) }
      for peer in peers { try peer.send(.request(1, "Echo", [1, 2])) }
      for peer in peers { #expect(try await peer.frame()?.body.suffix(2) == [1, 2]) }
      #expect(harness.listener.connections == 200)
    }
  }
}
