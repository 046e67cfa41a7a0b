// Peers that are slow, greedy or mad.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct HostileTests {
  static let small = envelope("rpcvec.v1.Echo", "Unary", [8, 1])

  // MARK: Slow

  @Test func aNativePeerThatSaysNothingIsClosed() {
    let box = ServerBox(.native)
    _ = box.frames()
    box.advance(.milliseconds(9_999))
    #expect(box.takeActions() == [])
    box.advance(.milliseconds(1))
    #expect(box.takeActions() == [.close(.stalled(.firstFrame))])
  }

  @Test func aCompatPeerMayWait() {
    let box = ServerBox(.compat)
    box.advance(.seconds(1_799))
    #expect(box.takeActions() == [])
    box.advance(.seconds(1))
    #expect(box.takeActions() == [.close(.idle)])
  }

  @Test(arguments: Profile.allCases)
  func aFrameThatDoesNotEndIsCutOff(_ profile: Profile) {
    let box = ServerBox.ready(profile)
    let bytes = Frame.request(1, Self.small).bytes
    box.feed(Array(bytes.dropLast()))
    // A byte now and then does not help: the frame as a whole has its time.
    for _ in 0..<2 {
      box.advance(.seconds(14))
      box.feed([])
    }
    #expect(box.takeActions() == [])
    box.advance(.seconds(2))
    #expect(box.takeActions() == [.close(.stalled(.frameBody))])
  }

  @Test func aLargeFrameHasMoreTime() {
    let box = ServerBox.ready(.compat)
    box.feed(FrameHeader(length: 4 << 20, stream: 1, type: .request).bytes)
    box.advance(.seconds(93))
    #expect(box.takeActions() == [])
    box.advance(.seconds(1))
    #expect(box.takeActions() == [.close(.stalled(.frameBody))])
  }

  @Test func aPeerThatDoesNotReadIsClosed() {
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, Self.small))
    box.machine.respond(StreamID(1), .success(OutgoingMessage(Bytes([1]))), now: box.now)
    box.machine.handlerEnded(StreamID(1), now: box.now)
    let wake = box.machine.nextWake
    #expect(wake == box.now + .seconds(20))
    // Not through the box, which would take the output.
    box.machine.tick(now: box.now + .milliseconds(19_999))
    #expect(box.machine.nextAction() == nil)
    box.machine.tick(now: box.now + .seconds(20))
    #expect(box.machine.nextAction() == .close(.stalled(.write)))
  }

  // MARK: Back-pressure

  @Test(arguments: Profile.allCases)
  func readingStopsWhileAnswersPileUp(_ profile: Profile) {
    let box = ServerBox.ready(profile, WireLimits(), settings: [(3, 64 << 10)])
    #expect(box.wantsRead)
    var id: UInt32 = 1
    while box.wantsRead && id < 10_000 {
      Frame.request(id, Self.small).bytes.withUnsafeBytes { box.machine.receive($0, now: box.now) }
      box.machine.respond(
        StreamID(id), .success(OutgoingMessage(Bytes([UInt8](repeating: 0, count: 10_000)))),
        now: box.now)
      box.machine.handlerEnded(StreamID(id), now: box.now)
      id += 2
    }
    #expect(id == 55)
    #expect(box.machine.memoryBytes < 300_000)
    _ = box.takeBytes()
    #expect(box.wantsRead)
  }

  @Test func readingStopsWhileHandlersHoldTooMuch() {
    let box = ServerBox.ready(.compat)
    let message = [UInt8](repeating: 0, count: 4_000_000)
    for number in 0..<9 {
      #expect(box.wantsRead == (number < 9))
      box.feed(.request(UInt32(number) * 2 + 1, envelope("rpcvec.v1.Echo", "Unary", message)))
    }
    // Eight fit the budget of 32 MiB, the ninth is refused.
    #expect(box.takeCalls().count == 8)
    #expect(box.frames().map(\.status) == [8])
    #expect((32_000_000..<32 << 20).contains(box.machine.memoryBytes))
    box.respond(1, [])
    box.ended(1)
    #expect(box.machine.memoryBytes < 29_000_000)
  }

  // MARK: Floods

  @Test func emptyDataEndsTheConnection() {
    let box = ServerBox.ready()
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Nope"), flags: 6))
    for _ in 0..<101 { box.feed(.data(1)) }
    #expect(box.takeActions() == [.close(.flood(.emptyData))])
  }

  @Test func uselessControlFramesEndTheConnection() {
    let box = ServerBox.ready()
    for _ in 0..<100 { box.feed(Frame(type: 0x2A, stream: 0)) }
    #expect(box.takeActions() == [])
    box.feed(.window(0, 1))
    #expect(box.takeActions() == [.close(.flood(.controlFrames))])
  }

  @Test func controlFramesAreForgivenInTime() {
    let box = ServerBox.ready()
    for _ in 0..<20 {
      for _ in 0..<100 { box.feed(Frame(type: 0x2A, stream: 0)) }
      box.advance(.seconds(10))
    }
    #expect(box.takeActions() == [])
  }

  @Test func answersThatNobodyReadsEndTheConnection() {
    var limits = WireLimits()
    limits.resetsBurstMax = 100_000
    let box = ServerBox(.compat, limits)
    let bad = Frame.data(2, [1]).bytes
    for _ in 0..<1_001 {
      bad.withUnsafeBytes { box.machine.receive($0, now: box.now) }
    }
    var last: ServerConnection.Action?
    while let action = box.machine.nextAction() { last = action }
    #expect(last == .close(.flood(.controlQueue)))
  }

  @Test func callsOverTheLimitEndTheConnection() {
    var limits = WireLimits()
    limits.streamsMax = 16
    let box = ServerBox.ready(.native, limits)
    for number in 0..<1_016 {
      box.feed(.request(UInt32(number) * 2 + 1, Self.small))
      _ = box.frames()
    }
    #expect(box.takeCalls().count == 16)
    #expect(box.takeActions() == [])
    box.feed(.request(9_001, Self.small))
    #expect(box.takeActions().last == .close(.flood(.resets)))
  }

  /// Stock clients know no limit of calls: each one over it is answered, and the connection lives.
  @Test func compatCallsOverTheLimitAreAnswered() {
    let box = ServerBox.ready(.compat)
    for number in 0..<2_000 { box.feed(.request(UInt32(number) * 2 + 1, Self.small)) }
    #expect(box.takeCalls().count == 100)
    #expect(box.frames().map(\.status) == [UInt64](repeating: 14, count: 1_900))
    #expect(box.takeActions() == [])
  }

  @Test(arguments: [
    Frame.ping(1, ack: true), Frame.goAway(0, 0), Frame(type: 0x7F, stream: 1, payload: [1]),
    Frame.window(1, 4_095),
  ])
  func framesThatMoveNothingEndTheConnection(_ frame: Frame) {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    _ = box.takeCalls()
    for _ in 0..<100 { box.feed(frame) }
    #expect(box.takeActions() == [])
    box.feed(frame)
    #expect(box.takeActions().last == .close(.flood(.controlFrames)))
  }

  @Test func aDeadlineIsCutToTheLongest() {
    let box = ServerBox.ready(.compat)
    box.feed(
      .request(1, envelope("rpcvec.v1.Echo", "Unary", [8, 1], timeoutNanos: 3_600_000_000_000)))
    _ = box.takeCalls()
    box.advance(.seconds(599))
    #expect(box.frames() == [])
    box.advance(.seconds(1))
    #expect(box.frames().map(\.status) == [4])
  }

  /// Whatever a handler says, its answer fits a frame of the assumed size.
  @Test func anErrorsTextsAreCut() {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    let long = String(repeating: "é", count: 50_000)
    let error = ServiceError(
      .internal, long, ErrorDetail(.internalFault, field: long, limit: long)
    ).of(call: CallID(high: 1, low: 2))
    let trailers = Metadata((0..<4).map { ("k\($0)", String(repeating: "x", count: 2_000)) })
    box.machine.respond(StreamID(1), .failure(error, trailers: trailers), now: box.now)
    let frame = box.frames()[0]
    #expect(frame.payload.count <= 16 << 10 && frame.payload.count > 12_000)
    #expect(frame.statusText == String(repeating: "é", count: 2_048))
  }

  // MARK: Oversize

  @Test func aNativeFrameOverTheLimitEndsTheConnection() {
    let box = ServerBox.ready()
    box.feed(FrameHeader(length: (64 << 10) + 1, stream: 1, type: .request).bytes)
    #expect(box.takeActions() == [.close(.frameTooLarge(lengthBytes: 65_537))])
    #expect(box.frames().last?.number(4) == 4)
  }

  @Test func memoryFollowsWhatArrivesNotWhatIsAnnounced() {
    let box = ServerBox.ready(.compat)
    box.feed(FrameHeader(length: 4 << 20, stream: 1, type: .request).bytes + [1, 2, 3])
    #expect(box.machine.memoryBytes == 3)
  }

  // MARK: Mad

  @Test(arguments: Profile.allCases)
  func garbageNeverCrashes(_ profile: Profile) {
    var random = SeededRandom(newSeed())
    for _ in 0..<500 {
      let server = ServerBox.ready(profile)
      let client = ClientBox.ready(profile)
      _ = try? client.call([1, 2, 3])
      let count = Int.random(in: 0...200, using: &random)
      let bytes = random.bytes(count)
      for piece in random.split(bytes, pieces: 3) {
        server.feed(piece)
        client.feed(piece)
      }
      server.advance(.seconds(1))
      client.advance(.seconds(1))
    }
  }

  /// Frames that look right, in an order that does not, with answers in between.
  @Test(arguments: Profile.allCases)
  func wellFormedNonsenseNeverCrashes(_ profile: Profile) {
    let seed = newSeed()
    var random = SeededRandom(seed)
    for _ in 0..<150 {
      let server = ServerBox.ready(profile)
      var running: [UInt32] = []
      for _ in 0..<60 {
        server.feed(random.nonsense())
        running += server.takeCalls().map(\.stream.raw)
        if Bool.random(using: &random), let id = running.randomElement(using: &random) {
          let size = Int.random(in: 0...40_000, using: &random)
          server.respond(id, [UInt8](repeating: 1, count: size))
          if Bool.random(using: &random) {
            server.ended(id)
            running.removeAll { $0 == id }
          }
        }
        if Int.random(in: 0..<20, using: &random) == 0 { server.advance(.seconds(3)) }
        #expect(Frame.parse(server.takeBytes()) != nil, "seed \(seed)")
      }
      for id in running { server.ended(id) }
      server.machine.connectionLost(now: server.now)
      while server.machine.nextAction() != nil {}
      #expect(server.machine.openStreams == 0, "seed \(seed)")
    }
  }

  @Test(arguments: Profile.allCases)
  func aConversationMayEndAtEveryByte(_ profile: Profile) throws {
    let client = ClientBox(profile)
    try client.call([UInt8](repeating: 1, count: 40), metadata: [("a", "b")])
    if profile == .native { try client.call([UInt8](repeating: 2, count: 20_000)) }
    let up = client.takeBytes()
    for end in 0...up.count where end < 400 || end % 97 == 0 || end > up.count - 40 {
      let server = ServerBox(profile)
      server.feed(Array(up[..<end]))
      for call in server.takeCalls() {
        server.respond(call.stream.raw, [1])
        server.ended(call.stream.raw)
      }
      server.halfClose()
      #expect(server.takeActions() == [.close(nil)])
      #expect(server.machine.openStreams == 0)
    }
  }

  /// The same for streams, at every byte of either direction: nothing may be left, nobody may wait.
  @Test(arguments: Profile.allCases)
  func aStreamMayBeLostAtEveryByte(_ profile: Profile) throws {
    let recorded = ClientBox(profile)
    let other = ServerBox(profile)
    try converse(recorded)
    let up = recorded.takeBytes()
    other.feed(up)
    for action in other.takeActions() {
      if case .message = action { other.send(1, [5, 6]) }
      if case .messagesEnded = action { other.respond(1, []) }
    }
    let down = other.takeBytes()
    for end in 0...up.count {
      let server = ServerBox(profile)
      server.feed(Array(up[..<end]))
      let started = server.takeActions().contains { if case .call = $0 { true } else { false } }
      if end % 2 == 0 {
        server.machine.connectionLost(now: server.now)
      } else {
        server.halfClose()
      }
      _ = server.frames()
      if started {
        server.respond(1, [])
        server.ended(1)
      }
      // What is left is an unfinished frame.
      #expect(server.machine.openStreams == 0 && server.machine.memoryBytes < 60)
    }
    for end in 0...down.count {
      let client = ClientBox(profile)
      try converse(client)
      client.feed(Array(down[..<end]))
      if end % 2 == 0 {
        client.machine.connectionLost(now: client.now)
      } else {
        client.machine.peerClosedInput(now: client.now)
      }
      client.collect()
      let ends = client.takeEvents().count {
        switch $0 {
        case .ended, .failed: true
        default: false
        }
      }
      #expect(ends == 1)
      #expect(client.machine.openStreams == 0)
    }
  }

  private func converse(_ client: ClientBox) throws {
    try client.open("Bidi", .bidiStreaming)
    client.send(1, [1, 2, 3])
    client.send(1, [])
    client.closeSend(1)
  }
}

extension SeededRandom {
  /// A few frames with plausible types, flags, streams and payloads.
  mutating func nonsense() -> [UInt8] {
    (0..<Int.random(in: 1...4, using: &self)).flatMap { _ -> [UInt8] in
      let types: [UInt8] = [1, 1, 1, 2, 3, 3, 3, 0x11, 0x12, 0x13, 0x15, 0x2A]
      let flags: [UInt8] = [0, 0, 1, 2, 4, 5, 6, 8, 9, 0x10]
      let stream = UInt32.random(in: 0...12, using: &self)
      let type = types.randomElement(using: &self)!
      let payload: [UInt8]
      switch type {
      case 1:
        let method = ["Unary", "Nothing", "Nope", "Bidi"].randomElement(using: &self)!
        payload = envelope("rpcvec.v1.Echo", method, bytes(Int.random(in: 0...20, using: &self)))
      case 0x11: payload = be(UInt32.random(in: 1...70_000, using: &self))
      case 0x12: payload = be(UInt32.random(in: 0...20, using: &self))
      case 0x13: payload = bytes(8)
      default: payload = bytes(Int.random(in: 0...30, using: &self))
      }
      return Frame(
        type: type, flags: flags.randomElement(using: &self)!, stream: stream, payload: payload
      ).bytes
    }
  }
}
