// The native profile as transcripts: what comes in, what goes out.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct NativeTests {
  static let small = envelope("rpcvec.v1.Echo", "Unary", [8, 1])

  // MARK: Settings

  @Test func eachSideSendsItsSettingsFirst() {
    let server = ServerBox(.native).frames()
    let client = ClientBox(.native).frames()
    #expect(server == client)
    let entries: [(UInt16, UInt32)] = [
      (1, 1_048_576), (2, 4_194_304), (3, 65_536), (4, 25_165_824), (5, 100), (6, 8_192), (7, 3),
      (8, 10_000),
    ]
    #expect(server == [.settings(entries)])
  }

  @Test(arguments: [
    ("a lower stream window", Frame.settings([(1, 65_535)]), Violation.loweredSetting),
    ("a lower frame size", .settings([(3, 16_383)]), .loweredSetting),
    ("a window over 2^31-1", .settings([(2, 0x8000_0000)]), .malformedSettings),
    ("a frame size over 2^24-1", .settings([(3, 1 << 24)]), .malformedSettings),
    ("half an entry", Frame(type: 0x10, stream: 0, payload: [0, 1, 0]), .malformedSettings),
    ("on a stream", Frame(type: 0x10, stream: 1), .wrongStream),
    ("another frame first", .ping(1), .firstFrameNotSettings),
    ("an unknown frame first", Frame(type: 0x2A, stream: 0), .firstFrameNotSettings),
  ])
  func badSettingsEndTheConnection(_ name: String, _ frame: Frame, _ violation: Violation) {
    let box = ServerBox(.native)
    _ = box.frames()
    box.feed(frame)
    #expect(box.takeActions() == [.close(.violation(violation))])
    #expect(box.frames().map(\.type) == [0x14])
  }

  @Test func settingsComeOnce() {
    let box = ServerBox.ready()
    box.feed(.settings())
    #expect(box.takeActions() == [.close(.violation(.secondSettings))])
  }

  @Test func unknownSettingsAreIgnored() {
    let box = ServerBox(.native)
    box.feed(.settings([(77, 1), (1, 1 << 20)]), .request(1, Self.small))
    #expect(box.takeCalls().count == 1)
  }

  // MARK: Calls

  @Test func aChunkedMessageIsOneMessage() throws {
    let box = ServerBox.ready()
    box.feed(
      .request(3, envelope(), flags: 6), .data(3, Array(0..<64), flags: 8),
      .data(3, Array(64..<100), flags: 1))
    let call = try #require(box.takeCalls().first)
    #expect(call.message.array == Array(0..<100))
    box.respond(3, [0x0A, 2, 0x6F, 0x6B])
    #expect(box.frames() == [.response(3, unhex("12040a026f6b"))])
  }

  @Test func aLargeAnswerGoesAheadAsData() {
    let box = ServerBox.ready(settings: [(1, 1 << 20), (2, 1 << 20), (3, 20_000)])
    box.feed(.request(1, Self.small))
    box.respond(1, [UInt8](repeating: 5, count: 50_000), trailers: [("x-cost", "1")])
    let frames = box.frames()
    #expect(frames.map(\.payload.count) == [20_000, 20_000, 10_000, 14])
    #expect(frames.map(\.type) == [3, 3, 3, 2])
    #expect(frames.map(\.flags) == [8, 8, 0, 4])
    #expect(frames[3].payload == field(100, field(1, "x-cost") + field(2, "1")))
  }

  @Test func headersGoAheadOfTheAnswerOnce() {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    box.machine.sendHeaders(StreamID(1), Metadata([("x-model", "v3")]))
    box.machine.sendHeaders(StreamID(1), Metadata([("x-model", "v4")]))
    box.respond(1, [1])
    #expect(
      box.frames() == [
        Frame(type: 0x15, stream: 1, payload: unhex("0a0d0a07782d6d6f64656c12027633")),
        .response(1, [0x12, 1, 1]),
      ])
  }

  @Test func anAnswerOverTheClientsLimitIsRefused() {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    box.respond(1, [UInt8](repeating: 0, count: (4 << 20) + 1))
    #expect(box.frames().map(\.status) == [8])
  }

  @Test func aMessageOverTheMethodsLimitIsRefusedBeforeItIsRead() {
    let box = ServerBox.ready()
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Nothing"), flags: 6))
    // 4 MiB in frames of 64 KiB, credit returned as it goes; one byte more is too many.
    for _ in 0..<64 { box.feed(.data(1, [UInt8](repeating: 0, count: 64 << 10), flags: 8)) }
    #expect(box.frames().allSatisfy { $0.type == 0x11 })
    box.feed(FrameHeader(length: 1, stream: 1, type: .data).bytes)
    #expect(box.frames().map(\.status) == [8])
    #expect(box.machine.memoryBytes == 0)
  }

  @Test func unknownNamesAreRefusedAndTheConnectionLives() {
    let box = ServerBox.ready()
    box.feed(
      .request(1, envelope("no.Such", "Unary", [])),
      .request(3, envelope("rpcvec.v1.Echo", "Nope")),
      .request(5, envelope("rpcvec.v1.Echo", ""), flags: 6), .request(7, [0xFF]),
      .request(9, Self.small + field(100, "br")),
      .request(11, Self.small + field(100, "identity")))
    #expect(box.frames().map(\.status) == [12, 12, 12, 3, 12])
    #expect(box.takeCalls().map(\.stream.raw) == [11])
  }

  // MARK: Metadata

  @Test func metadataKeepsItsOrderAndItsRules() throws {
    let box = ServerBox.ready()
    func call(_ id: UInt32, _ pairs: [(String, String)]) {
      box.feed(.request(id, envelope("rpcvec.v1.Echo", "Unary", [], metadata: pairs)))
    }
    call(1, [("b", "1"), ("a", "é"), ("b", "2")])
    let metadata = try #require(box.takeCalls().first).metadata
    #expect(metadata == Metadata([("b", "1"), ("a", "é"), ("b", "2")]))
    call(3, [("Upper", "1")])
    call(5, [("", "1")])
    call(7, [("a", "line\nbreak")])
    call(9, [("a", String(repeating: "x", count: 8 << 10))])
    call(11, (0..<65).map { ("k\($0)", "") })
    #expect(box.frames().map(\.status) == [3, 3, 3, 8, 8])
  }

  @Test func compatLowersCapitalKeys() throws {
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Unary", [], metadata: [("X-Id", "1")])))
    #expect(try #require(box.takeCalls().first).metadata["x-id"] == "1")
  }

  // MARK: Flow control

  @Test func aMessageLargerThanTheWindowArrives() throws {
    var random = SeededRandom(newSeed())
    let client = ClientBox(.native)
    let server = ServerBox(.native)
    exchange(client, server)
    let message = random.bytes(5 << 20)
    let id = try client.call(message)
    exchange(client, server)
    #expect(try #require(server.takeCalls().first).message.array == message)
    server.respond(id, message)
    server.ended(id)
    exchange(client, server)
    guard case .response(_, let answer, _, _)? = client.takeEvents().last else {
      Issue.record("no answer")
      return
    }
    #expect(answer.array == message)
  }

  @Test func nothingIsSentBeyondTheWindow() {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small), .request(3, Self.small))
    for id in [1, 3] as [UInt32] {
      let answer = OutgoingMessage(Bytes([UInt8](repeating: UInt8(id), count: 100_000)))
      box.machine.respond(StreamID(id), .success(answer), now: box.now)
    }
    // Both streams share the assumed connection window of 64 KiB, a fragment in turn.
    var frames = box.frames()
    #expect(frames.map(\.stream) == [1, 3, 1, 3] as [UInt32])
    #expect(frames.allSatisfy { $0.payload.count == 16 << 10 })
    box.feed(.window(1, 1_000))
    #expect(box.frames() == [])
    box.feed(.window(0, 1_000_000))
    // Stream 1 had used 32 KiB of its own 64 KiB, then gained 1,000.
    frames = box.frames()
    #expect(sent(frames, 1) == (32 << 10) + 1_000)
    #expect(sent(frames, 3) == 32 << 10)
    box.feed(.window(1, 100_000), .window(3, 100_000))
    frames = box.frames()
    #expect(sent(frames, 1) == 100_000 - (64 << 10) - 1_000)
    #expect(sent(frames, 3) == 100_000 - (64 << 10))
    #expect(frames.filter { $0.type == 2 }.map(\.stream) == [1, 3])
  }

  private func sent(_ frames: [Frame], _ stream: UInt32) -> Int {
    frames.filter { $0.stream == stream && $0.type == 3 }.reduce(0) { $0 + $1.payload.count }
  }

  @Test func discardedDataReturnsItsCredit() {
    let box = ServerBox.ready()
    let piece = [UInt8](repeating: 0, count: 60_000)
    // An unknown method: whatever follows is thrown away.
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Nope"), flags: 6))
    #expect(box.frames().map(\.status) == [12])
    var returned: UInt32 = 0
    for _ in 0..<140 {
      box.feed(.data(1, piece, flags: 8))
      for frame in box.frames() {
        #expect(frame.type == 0x11 && frame.stream == 0)
        returned += frame.number(0)
      }
    }
    // 8.4 MB went through a window of 4 MiB.
    #expect(returned >= 6_300_000)
    #expect(box.takeActions() == [])
    #expect(box.machine.memoryBytes == 0)
  }

  @Test func tooMuchDataEndsTheConnection() {
    var limits = WireLimits()
    limits.memoryBytesMax = 24 << 20
    let box = ServerBox.ready(.native, limits)
    box.machine.processMemoryFull = false
    box.feed(.request(1, envelope(), flags: 6))
    box.machine.processMemoryFull = true
    // No credit comes back while memory is full: 1 MiB is what a stream has.
    let piece = [UInt8](repeating: 0, count: 64 << 10)
    for _ in 0..<16 { box.feed(.data(1, piece, flags: 8)) }
    #expect(box.takeActions() == [])
    box.feed(.data(1, [1], flags: 8))
    #expect(box.takeActions() == [.close(.flowControl)])
    #expect(box.frames().last?.number(4) == 3)
  }

  @Test(arguments: [
    Frame.window(0, 0), .window(0, 0x7FFF_FFFF), .window(1, 0), .window(1, 0x7FFF_FFFF),
  ])
  func anImpossibleIncrementEndsTheConnection(_ frame: Frame) {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    _ = box.takeCalls()
    box.feed(frame)
    #expect(box.takeActions() == [.cancelled(StreamID(1), .connectionLost), .close(.flowControl)])
  }

  @Test func creditIsWithheldWhileMemoryIsFullThenTheCallIsRefused() {
    let box = ServerBox.ready()
    box.feed(.request(1, envelope(), flags: 6))
    box.machine.processMemoryFull = true
    let piece = [UInt8](repeating: 0, count: 64 << 10)
    for _ in 0..<10 { box.feed(.data(1, piece, flags: 8)) }
    #expect(box.frames().filter { $0.stream == 1 } == [])
    box.advance(.seconds(4))
    #expect(box.frames() == [])
    box.machine.processMemoryFull = false
    #expect(box.frames() == [.window(1, 655_360)])
    box.machine.processMemoryFull = true
    box.feed(.data(1, piece, flags: 8))
    box.advance(.milliseconds(5_001))
    #expect(box.frames().map(\.status) == [8])
    #expect(box.machine.memoryBytes == 0)
    box.feed(.request(3, Self.small))
    #expect(box.frames().map(\.status) == [8])
  }

  // MARK: Cancel, slots, resets

  @Test func aCancelReachesTheHandlerAndTheSlotStaysUntilItHasEnded() {
    var limits = WireLimits()
    limits.streamsMax = 16
    let box = ServerBox.ready(.native, limits)
    for id in stride(from: UInt32(1), to: 33, by: 2) {
      box.feed(.request(id, Self.small), .cancel(id, 1, "user left"))
    }
    #expect(box.takeCalls().count == 16)
    #expect(box.takeActions().count == 16)
    box.feed(.request(33, Self.small))
    let refused = box.frames()
    #expect(refused.map(\.type) == [0x12])
    #expect(refused[0].flags == 1)
    #expect(refused[0].number(0) == 14)
    box.ended(1)
    box.feed(.request(35, Self.small))
    #expect(box.takeCalls().map(\.stream.raw) == [35])
  }

  @Test func rapidResetsEndTheConnection() {
    let box = ServerBox.ready()
    for number in 0..<1_001 {
      let id = UInt32(number) * 2 + 1
      box.feed(.request(id, Self.small), .cancel(id, 1))
      _ = box.takeCalls()
      _ = box.frames()
      box.ended(id)
    }
    #expect(box.takeActions().last == .close(.flood(.resets)))
  }

  /// Streams that we reset because the client broke a rule count like its own resets.
  @Test func provokedResetsEndTheConnectionToo() {
    let box = ServerBox.ready()
    for number in 0..<1_001 {
      let id = UInt32(number) * 2 + 1
      box.feed(.request(id, Self.small), .data(id, [1]))
      box.ended(id)
      _ = box.frames()
    }
    #expect(box.takeActions().last == .close(.flood(.resets)))
  }

  // MARK: Ping

  @Test func aPingIsAnsweredWithItsBytes() {
    let box = ServerBox.ready()
    box.feed(.ping(0x0102_0304_0506_0708))
    #expect(box.frames() == [.ping(0x0102_0304_0506_0708, ack: true)])
  }

  @Test func earlyPingsEndTheConnection() {
    let box = ServerBox.ready()
    for number in 0..<3 { box.feed(.ping(UInt64(number))) }
    #expect(box.takeActions() == [])
    box.feed(.ping(4))
    #expect(box.takeActions() == [.close(.flood(.pings))])
    #expect(box.frames().last?.number(4) == 5)
  }

  @Test func pingsInTimeAreWelcome() {
    let box = ServerBox.ready()
    for number in 0..<20 {
      box.advance(.seconds(10))
      box.feed(.ping(UInt64(number)))
    }
    #expect(box.takeActions() == [])
  }

  @Test func aSilentPeerIsPingedAndGivenUp() {
    let box = ServerBox.ready()
    box.advance(.seconds(29))
    #expect(box.frames() == [])
    box.advance(.seconds(1))
    #expect(box.frames() == [.ping(1)])
    box.advance(.seconds(19))
    #expect(box.takeActions() == [])
    box.advance(.seconds(1))
    #expect(box.takeActions() == [.close(.stalled(.ping))])
  }

  @Test func anAnsweredPingKeepsTheConnection() {
    let box = ServerBox.ready()
    for _ in 0..<20 {
      box.advance(.seconds(30))
      let frames = box.frames()
      #expect(frames.map(\.type) == [0x13])
      box.advance(.seconds(5))
      box.feed(Frame(type: 0x13, flags: 1, stream: 0, payload: frames[0].payload))
    }
    #expect(box.takeActions() == [])
  }

  // MARK: Drain

  @Test func aDrainIsToldTwiceAndFinishesTheCalls() {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    box.beginDrain()
    #expect(box.frames() == [.goAway(0x7FFF_FFFF, 0, "drain")])
    // A call that was on its way is taken.
    box.feed(.request(3, Self.small))
    #expect(box.takeCalls().map(\.stream.raw) == [1, 3])
    box.advance(.seconds(1))
    #expect(box.frames() == [.goAway(3, 0)])
    box.feed(.request(5, Self.small))
    let refused = box.frames()
    #expect(refused.map(\.type) == [0x12])
    #expect(refused[0].flags == 1)
    box.respond(1, [1])
    box.ended(1)
    #expect(box.takeActions() == [])
    box.respond(3, [3])
    #expect(box.takeActions() == [.close(nil)])
    #expect(box.frames().map(\.stream) == [1, 3])
  }

  @Test func aDrainDoesNotWaitForEver() {
    let box = ServerBox.ready()
    box.feed(.request(1, Self.small))
    box.beginDrain()
    box.advance(.seconds(1))
    box.advance(.seconds(30))
    let frames = box.frames()
    #expect(frames.map(\.type) == [0x14, 0x14, 0x12, 0x13])
    #expect(frames[2].number(0) == 14)
    #expect(
      box.takeActions().dropFirst() == [.cancelled(StreamID(1), .drainEnded), .close(nil)])
  }

  @Test func aClientTakesBothGoAways() throws {
    let client = ClientBox.ready()
    try client.call([1])
    try client.call([2])
    client.feed(.goAway(0x7FFF_FFFF, 0, "drain"))
    #expect(client.takeEvents() == [.goingAway(.noError)])
    #expect(throws: CallRefusal.goingAway) { try client.call([3]) }
    client.feed(.goAway(1, 0))
    guard case .failed(let id, let failure)? = client.takeEvents().last else {
      Issue.record("no failure")
      return
    }
    #expect(id.raw == 3)
    #expect(failure.neverStarted)
    client.feed(.response(1, []))
    #expect(client.takeEvents().last == .close(nil))
  }

  // MARK: Client

  @Test func aClientStartsNoMoreCallsThanItMay() throws {
    let client = ClientBox.ready()
    for _ in 0..<16 { try client.call([1]) }
    #expect(throws: CallRefusal.noSlot) { try client.call([1]) }
    client.feed(.response(1, []))
    #expect(client.takeEvents().contains(.slotsChanged))
    try client.call([1])
  }

  @Test func aClientRefusesWhatTheServerWouldRefuse() {
    let client = ClientBox.ready()
    #expect(throws: CallRefusal.messageTooLarge(limitBytes: 4 << 20)) {
      try client.call([UInt8](repeating: 0, count: (4 << 20) + 1))
    }
    #expect(throws: CallRefusal.badMetadata) { try client.call([], metadata: [("Bad Key", "")]) }
    #expect(throws: CallRefusal.badMetadata) {
      try client.call([], metadata: [("a", String(repeating: "x", count: 9_000))])
    }
    #expect(throws: CallRefusal.deadlinePassed) { try client.call([], timeout: .zero) }
    #expect(client.frames() == [])
  }

  @Test func anAnswerOverTheCallersLimitIsGivenUp() throws {
    let client = ClientBox.ready()
    let id = try client.call([1], responseBytesMax: 100)
    _ = client.frames()
    client.feed(.data(id, [UInt8](repeating: 0, count: 101), flags: 8))
    #expect(client.frames() == [.cancel(id, 8)])
    guard case .failed(_, let failure)? = client.takeEvents().last else {
      Issue.record("no failure")
      return
    }
    #expect(failure.error.code == .resourceExhausted)
    #expect(failure.error.detail.limit == "100 bytes")
  }

  @Test func anErrorCarriesItsDetailToTheClient() throws {
    let client = ClientBox(.native)
    let server = ServerBox(.native)
    let id = try client.call([1])
    exchange(client, server)
    let error = ServiceError(
      .resourceExhausted, "Too many pictures — später.",
      ErrorDetail(
        .rateLimited, field: "a.inline", limit: "3 a second", advice: .waitAndRetry,
        retryable: true, retryAfterMillis: 1_500)
    ).of(call: CallID(high: 3, low: 4))
    server.machine.respond(
      StreamID(id), .failure(error, trailers: Metadata([("grpc-retry-pushback-ms", "1500")])),
      now: server.now)
    exchange(client, server)
    #expect(
      client.takeEvents().last
        == .failed(
          StreamID(id),
          CallFailure(error, trailers: Metadata([("grpc-retry-pushback-ms", "1500")]))))
  }
}

extension FrameHeader {
  /// The ten bytes.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 10)
    bytes.withUnsafeMutableBytes { write(to: $0.baseAddress!) }
    return bytes
  }
}
