// Streams of the native profile as transcripts: what comes in, what goes out.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct StreamTests {
  static let bidi = envelope("rpcvec.v1.Echo", "Bidi")
  static let clientStream = envelope("rpcvec.v1.Echo", "ClientStream")
  static let serverStream = envelope("rpcvec.v1.Echo", "ServerStream", [8, 1])

  /// A server whose peer may be sent `windowBytes` in all and 64 KiB at a time, with a stream on id 1.
  static func open(
    _ request: [UInt8] = bidi, flags: UInt8 = 6, window: UInt32 = 1 << 20,
    limits: WireLimits = WireLimits()
  ) -> ServerBox {
    let box = ServerBox.ready(
      .native, limits, settings: [(1, window), (2, 4 << 20), (3, 64 << 10)])
    box.feed(.request(1, request, flags: flags))
    #expect(box.takeCalls().map(\.stream.raw) == [1])
    return box
  }

  static func message(_ bytes: [UInt8], _ stream: UInt32 = 1) -> ServerConnection.Action {
    .message(StreamID(stream), Bytes(bytes))
  }

  static func ended(_ stream: UInt32 = 1) -> ServerConnection.Action {
    .messagesEnded(StreamID(stream))
  }

  // MARK: The four kinds

  @Test func aServerStreamIsMessagesThenAResponse() {
    let box = Self.open(Self.serverStream, flags: 1)
    #expect(box.send(1, [1, 2]) == .taken(hasRoom: true))
    #expect(box.frames() == [.data(1, [1, 2])])
    #expect(box.send(1, []) == .taken(hasRoom: true))
    #expect(box.frames() == [.data(1)])
    box.respond(1, [], trailers: [("x-cost", "2")])
    let trailer = field(100, field(1, "x-cost") + field(2, "2"))
    #expect(box.frames() == [.response(1, trailer, flags: 4)])
    #expect(box.send(1, [3]) == .closed)
    box.ended(1)
    #expect(box.machine.openStreams == 0 && box.machine.memoryBytes == 0)
  }

  @Test func aClientStreamIsMessagesThenACloseThenAResponse() {
    let box = Self.open(Self.clientStream)
    box.feed(.data(1, [1, 2]), .data(1), .data(1, [3], flags: 8), .data(1, [4]))
    #expect(box.takeActions() == [Self.message([1, 2]), Self.message([]), Self.message([3, 4])])
    box.feed(.data(1, flags: 5))
    #expect(box.takeActions() == [Self.ended()])
    box.respond(1, [9])
    #expect(box.frames() == [.response(1, [0x12, 1, 9])])
  }

  @Test func bothWaysAtOnce() {
    let box = Self.open()
    box.feed(.data(1, [1]))
    box.send(1, [2])
    box.feed(.data(1, [3], flags: 1))
    box.send(1, [4])
    box.respond(1, [])
    #expect(
      box.frames() == [.data(1, [2]), .data(1, [4]), .response(1, [], flags: 4)])
    #expect(box.takeActions() == [Self.message([1]), Self.message([3]), Self.ended()])
  }

  @Test(arguments: [
    ("nothing at all", 6 as UInt8, nil as [UInt8]?, [ended()]),
    ("one message in the REQUEST", 0, [7], [message([7]), ended()]),
    ("the same with RC", 1, [7], [message([7]), ended()]),
    ("the empty message in the REQUEST", 0, [], [message([]), ended()]),
    ("one message in the REQUEST and more to come", 2, [7], [message([7]), ended()]),
    ("a REQUEST that says that no message follows", 4, nil, [ended()]),
  ])
  func aStreamMayBegin(
    _ name: String, _ flags: UInt8, _ first: [UInt8]?, _ actions: [ServerConnection.Action]
  ) {
    let box = Self.open(envelope("rpcvec.v1.Echo", "ClientStream", first), flags: flags)
    if flags & 2 != 0 { box.feed(.data(1, flags: 5)) }
    #expect(box.takeActions() == actions)
  }

  @Test func headersAndTrailersTravelAroundTheMessages() throws {
    let client = ClientBox(.native)
    let server = ServerBox(.native)
    try client.open("Bidi", .bidiStreaming)
    exchange(client, server)
    server.machine.sendHeaders(StreamID(1), Metadata([("x-model", "v3")]))
    server.send(1, [1])
    // Too late, and dropped.
    server.machine.sendHeaders(StreamID(1), Metadata([("x-late", "1")]))
    server.respond(1, [], trailers: [("x-cost", "2"), ("x-cost", "3")])
    exchange(client, server)
    #expect(
      client.takeEvents().filter { $0 != .slotsChanged } == [
        .headers(StreamID(1), Metadata([("x-model", "v3")])),
        .message(StreamID(1), Bytes([1])),
        .ended(StreamID(1), trailers: Metadata([("x-cost", "2"), ("x-cost", "3")])),
      ])
  }

  // MARK: Errors, early ends, half-close

  @Test func anErrorFollowsTheMessagesThatWereSent() {
    let box = Self.open(Self.serverStream, flags: 0, window: 64 << 10)
    box.send(1, [UInt8](repeating: 1, count: 70_000))
    box.send(1, [2])
    box.fail(1, .resourceExhausted, "quota")
    #expect(box.frames().map(\.payload.count) == [65_536])
    box.feed(.window(1, 100_000))
    let frames = box.frames()
    #expect(frames.prefix(2).map(\.payload.count) == [4_464, 1])
    #expect(frames.map(\.type) == [3, 3, 2])
    #expect(frames[2].status == 8 && frames[2].statusText == "quota" && frames[2].flags == 4)
  }

  @Test func anAnswerMayComeWhileTheClientStillSends() throws {
    let client = ClientBox(.native)
    let server = ServerBox(.native)
    exchange(client, server)
    _ = client.takeEvents()
    try client.open("ClientStream", .clientStreaming)
    client.send(1, [UInt8](repeating: 1, count: 3 << 20))
    server.feed(Array(client.takeBytes().prefix(500_000)))
    server.respond(1, [9])
    server.ended(1)
    #expect(server.machine.openStreams == 0 && server.machine.memoryBytes == 0)
    client.feed(server.takeBytes())
    #expect(
      client.takeEvents() == [
        .response(StreamID(1), message: Bytes([9]), headers: Metadata(), trailers: Metadata())
      ])
    // What is left is not sent; the close is.
    #expect(client.frames() == [.data(1, flags: 5)])
    #expect(client.send(1, [1]) == .closed)
    #expect(client.machine.memoryBytes == 0)
  }

  @Test func whatArrivesAfterAnEarlyAnswerIsDiscarded() {
    let box = Self.open(Self.clientStream)
    box.feed(.data(1, [1]), .data(1, [2, 2], flags: 8))
    _ = box.takeActions()
    box.respond(1, [9])
    box.feed(.data(1, [3], flags: 8), .data(1, [4]), .data(1, flags: 5), .data(1, flags: 5))
    #expect(box.takeActions() == [])
    #expect(box.frames() == [.response(1, [0x12, 1, 9])])
    box.ended(1)
    box.feed(.data(1, [5]))
    #expect(box.takeActions() == [])
    #expect(box.machine.memoryBytes == 0)
  }

  @Test func aServerStreamIsAnsweredAfterAHalfClose() {
    let box = Self.open(Self.serverStream, flags: 0)
    box.halfClose()
    box.send(1, [1])
    // A peer that has closed its side is not expected to say anything.
    box.advance(.seconds(59))
    #expect(box.takeActions() == [])
    box.respond(1, [])
    #expect(box.frames() == [.data(1, [1]), .response(1, [], flags: 4)])
    #expect(box.takeActions() == [.close(nil)])
  }

  @Test func halfAStreamOfMessagesIsNotAllOfThem() {
    let box = Self.open(Self.clientStream)
    box.feed(.data(1, [1]))
    box.halfClose()
    #expect(
      box.takeActions() == [
        Self.message([1]), .cancelled(StreamID(1), .connectionLost), .close(nil),
      ])
    box.ended(1)
    #expect(box.machine.memoryBytes == 0)
  }

  @Test func anAnsweredCallSurvivesAHalfClose() {
    let box = Self.open(window: 64 << 10)
    box.send(1, [UInt8](repeating: 1, count: 65_537))
    box.respond(1, [])
    _ = box.frames()
    // The credit and the end of input come together.
    Frame.window(1, 10_000).bytes.withUnsafeBytes { box.machine.receive($0, now: box.now) }
    box.halfClose()
    #expect(box.frames().map(\.type) == [3, 2])
    #expect(box.takeActions() == [.close(nil)])
  }

  @Test(arguments: [
    ("a message after the close", [Frame.data(1, flags: 5), .data(1, [1])], 3 as UInt64),
    ("a second close", [.data(1, flags: 5), .data(1, flags: 5)], 3),
    ("MORE and RC", [.data(1, [1], flags: 9)], 3),
    ("an empty fragment", [.data(1, flags: 8)], 3),
    ("a close within a message", [.data(1, [1], flags: 8), .data(1, flags: 5)], 3),
    ("no message, yet bytes", [.data(1, [1], flags: 4)], 3),
    ("a compressed message without a named encoding", [.data(1, [1], flags: 0x10)], 3),
  ])
  func aBrokenRuleEndsItsStreamAlone(_ name: String, _ frames: [Frame], _ status: UInt64) {
    let box = Self.open()
    for frame in frames { box.feed(frame) }
    #expect(box.frames().map(\.status) == [status])
    #expect(box.takeActions().last == .cancelled(StreamID(1), .protocolViolation))
    box.feed(.request(3, Self.bidi, flags: 6))
    #expect(box.takeCalls().count == 1)
    box.ended(1)
    box.ended(3)
    #expect(box.machine.memoryBytes == 0)
  }

  // MARK: Cancel, deadline, slots, drain

  static let phases: [(name: String, enter: @Sendable (ServerBox) -> Void)] = [
    ("at once", { _ in }),
    ("in the middle of a message", { $0.feed(.data(1, [1, 2], flags: 8)) }),
    ("with a message unread", { $0.feed(.data(1, [1, 2])) }),
    ("after the client's close", { $0.feed(.data(1, flags: 5)) }),
    ("with messages that wait", { $0.send(1, [UInt8](repeating: 1, count: 2 << 20)) }),
    (
      "with an answer that waits",
      {
        $0.send(1, [UInt8](repeating: 1, count: 2 << 20))
        $0.respond(1, [])
      }
    ),
  ]

  @Test(arguments: phases.indices)
  func aStreamMayBeCancelled(_ phase: Int) {
    let box = Self.open()
    Self.phases[phase].enter(box)
    _ = box.frames()
    let wasAnswered = box.machine.phase(of: StreamID(1)) == .replying
    _ = box.takeActions()
    box.feed(.cancel(1, 1, "enough"))
    let told: [ServerConnection.Action] =
      wasAnswered ? [] : [.cancelled(StreamID(1), .byPeer(.cancelled))]
    #expect(box.takeActions() == told)
    #expect(box.frames() == [])
    #expect(box.send(1, [1]) == .closed)
    box.respond(1, [1])
    box.feed(.data(1, [1]), .window(1, 9_000), .cancel(1, 1))
    #expect(box.frames() == [] && box.takeActions() == [])
    #expect(box.machine.openStreams == 1)
    box.ended(1)
    #expect(box.machine.openStreams == 0 && box.machine.memoryBytes == 0)
  }

  @Test func aCancelledStreamKeepsItsSlotUntilItsHandlerHasEnded() {
    var limits = WireLimits()
    limits.streamsMax = 16
    let box = ServerBox.ready(.native, limits)
    for id in stride(from: UInt32(1), to: 33, by: 2) {
      box.feed(.request(id, Self.bidi, flags: 6), .cancel(id, 1))
    }
    #expect(box.takeCalls().count == 16)
    box.feed(.request(33, Self.bidi, flags: 6))
    #expect(box.frames().map(\.type) == [0x12])
    // A refused stream's messages are on their way already.
    box.feed(.data(33, [1]), .data(33, flags: 5))
    box.ended(7)
    box.feed(.request(35, Self.bidi, flags: 6))
    #expect(box.takeCalls().map(\.stream.raw) == [35])
  }

  @Test func aClientMayGiveUpAStreamAtAnyTime() throws {
    for sent in 0..<4 {
      let client = ClientBox.ready()
      try client.open("Bidi", .bidiStreaming)
      if sent > 0 { client.send(1, [UInt8](repeating: 1, count: 100_000)) }
      if sent > 1 { client.feed(.data(1, [1, 2]), .data(1, [3], flags: 8)) }
      if sent > 2 { client.closeSend(1) }
      _ = client.frames()
      client.cancel(1)
      #expect(client.frames() == [.cancel(1, 1)])
      _ = client.takeEvents()
      client.feed(.data(1, [1]), .window(1, 70_000), .response(1, [], flags: 4))
      #expect(client.takeEvents() == [] && client.frames() == [])
      #expect(client.machine.openStreams == 0 && client.machine.memoryBytes == 0)
      #expect(client.send(1, [1]) == .closed)
    }
  }

  @Test func aStreamsDeadlineEndsItAtBothEnds() throws {
    let client = ClientBox(.native)
    let server = ServerBox(.native)
    exchange(client, server)
    try client.open("Bidi", .bidiStreaming, timeout: .seconds(2))
    client.send(1, [1])
    exchange(client, server)
    _ = server.takeActions()
    _ = client.takeEvents()
    server.advance(.milliseconds(2_001))
    #expect(server.takeActions() == [.cancelled(StreamID(1), .deadlineExceeded)])
    exchange(client, server)
    guard case .failed(_, let failure)? = client.takeEvents().last else {
      Issue.record("no failure")
      return
    }
    #expect(failure.error.code == .deadlineExceeded && !failure.neverStarted)
    // And the client's own clock, when the server is silent.
    try client.open("Bidi", .bidiStreaming, timeout: .seconds(2))
    _ = client.frames()
    client.advance(.milliseconds(2_001))
    #expect(client.frames() == [.cancel(3, 4)])
  }

  @Test func aStreamWithoutADeadlineHasTheServersDefault() {
    let box = Self.open()
    box.advance(.seconds(59))
    #expect(box.takeActions() == [])
    box.advance(.seconds(1))
    #expect(box.takeActions() == [.cancelled(StreamID(1), .deadlineExceeded)])
    #expect(box.frames().map(\.type) == [0x13, 0x12])
  }

  @Test func aDrainLetsStreamsEnd() {
    let box = Self.open()
    box.beginDrain()
    box.advance(.seconds(1))
    #expect(box.frames() == [.goAway(0x7FFF_FFFF, 0, "drain"), .goAway(1, 0)])
    box.feed(.data(1, [1], flags: 1))
    #expect(box.takeActions() == [Self.message([1]), Self.ended()])
    box.send(1, [2])
    box.respond(1, [])
    #expect(box.frames() == [.data(1, [2]), .response(1, [], flags: 4)])
    #expect(box.takeActions() == [.close(nil)])
  }

  @Test func aDrainEndsStreamsThatDoNotEnd() {
    let box = Self.open()
    box.beginDrain()
    box.advance(.seconds(1))
    _ = box.frames()
    box.advance(.seconds(30))
    #expect(box.frames().map(\.type).first == 0x12)
    #expect(box.takeActions() == [.cancelled(StreamID(1), .drainEnded), .close(nil)])
  }

  /// A client that starts nothing more may still take its time over what runs.
  @Test func aClientsGoAwayLetsItsStreamsRun() {
    let box = Self.open(envelope("rpcvec.v1.Echo", "Bidi", timeoutNanos: 300_000_000_000))
    box.feed(.goAway(0, 0))
    for _ in 0..<10 {
      box.advance(.seconds(20))
      box.feed(.data(1, [1]))
    }
    #expect(box.takeActions().count == 10)
    box.feed(.request(3, Self.bidi, flags: 6))
    #expect(box.frames().last?.flags == 1)
    box.respond(1, [])
    #expect(box.takeActions() == [.close(nil)])
  }

  @Test func streamsAboveTheLastIdOfAGoAwayWereNeverStarted() throws {
    let client = ClientBox.ready()
    try client.open("Bidi", .bidiStreaming)
    try client.open("Bidi", .bidiStreaming)
    client.send(3, [UInt8](repeating: 1, count: 200_000))
    _ = client.frames()
    client.feed(.goAway(1, 0))
    guard case .failed(let stream, let failure)? = client.takeEvents().last else {
      Issue.record("no failure")
      return
    }
    #expect(stream.raw == 3 && failure.neverStarted)
    #expect(client.send(1, [1]) == .taken(hasRoom: true))
    client.closeSend(1)
    client.feed(.data(1, [5]), .response(1, [], flags: 4))
    #expect(
      client.takeEvents() == [
        .message(StreamID(1), Bytes([5])), .ended(StreamID(1), trailers: Metadata()), .close(nil),
      ])
    #expect(client.machine.memoryBytes == 0)
  }
}
