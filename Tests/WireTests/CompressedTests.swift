// Compressed messages in the native profile: what is announced, named, marked and refused. The machines never look
// inside, so that any bytes will do.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct CompressedTests {
  static let packed: [MessageEncoding] = [.gzip, .zstd]
  /// SETTINGS 7 of a peer that takes everything.
  static let takesAll: [(UInt16, UInt32)] = [(7, 3)]

  private func naming(
    _ name: String, _ method: String = "Unary", _ payload: [UInt8]? = nil
  ) -> [UInt8] {
    envelope("rpcvec.v1.Echo", method, payload) + field(100, name)
  }

  private func packedReply(_ bytes: [UInt8], _ encoding: MessageEncoding) -> Reply {
    .success(OutgoingMessage(Bytes(bytes), encoding: encoding))
  }

  // MARK: Announcing

  @Test(arguments: [MessageEncodings.all, .gzip, .zstd, []])
  func eachSideAnnouncesWhatItTakes(_ encodings: MessageEncodings) {
    var limits = WireLimits()
    limits.encodings = encodings
    for settings in [
      ServerBox(.native, limits).frames()[0], ClientBox(.native, limits).frames()[0],
    ] {
      #expect(Array(settings.payload[36..<42]) == be(UInt16(7)) + be(encodings.rawValue))
    }
  }

  // MARK: The server

  @Test(arguments: packed)
  func aCompressedRequestIsMarkedForTheOwner(_ encoding: MessageEncoding) throws {
    let box = ServerBox.ready(settings: Self.takesAll)
    box.feed(.request(1, naming(encoding.name, "Unary", [1, 2, 3]), flags: 0x10))
    box.feed(.request(3, naming(encoding.name, "Unary", [4]), flags: 0))
    box.feed(.request(5, naming(encoding.name), flags: 6))
    box.feed(.data(5, [5], flags: 0x18), .data(5, [6], flags: 1))
    let calls = box.takeCalls()
    #expect(calls.map(\.message.array) == [[1, 2, 3], [4], [5, 6]])
    #expect(calls.map(\.encoding) == [encoding, .identity, encoding])
    #expect(calls.allSatisfy { $0.answerEncoding == encoding })
  }

  @Test func streamsMixCompressedAndPlainMessages() {
    let box = ServerBox.ready(settings: Self.takesAll)
    box.feed(.request(1, naming("zstd", "Bidi", [0]), flags: 0x12))
    box.feed(.data(1, [1]), .data(1, [2], flags: 0x18), .data(1, [3]), .data(1, [4], flags: 0x11))
    _ = box.takeCalls()
    #expect(
      box.takeActions() == [
        .packedMessage(StreamID(1), Bytes([0]), .zstd), .message(StreamID(1), Bytes([1])),
        .packedMessage(StreamID(1), Bytes([2, 3]), .zstd),
        .packedMessage(StreamID(1), Bytes([4]), .zstd), .messagesEnded(StreamID(1)),
      ])
  }

  /// What a server answers to, and with which status.
  static let refused: [(what: String, frames: [Frame], status: UInt64)] = [
    ("an unknown encoding", [.request(1, envelope() + field(100, "br"))], 12),
    (
      "Z without an encoding", [.request(1, envelope("rpcvec.v1.Echo", "Unary", [1]), flags: 0x10)],
      3
    ),
    (
      "Z with identity",
      [
        .request(
          1, envelope("rpcvec.v1.Echo", "Unary", [1]) + field(100, "identity"), flags: 0x10)
      ], 3
    ),
    ("Z and no message", [.request(1, envelope() + field(100, "gzip"), flags: 0x16)], 3),
    (
      "Z on DATA without an encoding",
      [.request(1, envelope(), flags: 6), .data(1, [1], flags: 0x11)], 3
    ),
    (
      "Z on a later fragment",
      [
        .request(1, envelope() + field(100, "gzip"), flags: 6), .data(1, [1], flags: 0x18),
        .data(1, [1], flags: 0x11),
      ], 3
    ),
    (
      "Z on a bare close",
      [
        .request(1, envelope("rpcvec.v1.Echo", "Bidi") + field(100, "gzip"), flags: 6),
        .data(1, flags: 0x15),
      ], 3
    ),
  ]

  @Test(arguments: refused.indices)
  func whatBreaksTheRulesIsRefused(_ number: Int) {
    let (what, frames, status) = Self.refused[number]
    let box = ServerBox.ready(settings: Self.takesAll)
    for frame in frames { box.feed(frame) }
    #expect(box.frames().last?.status == status, "\(what)")
  }

  @Test func anEncodingThatIsNotOfferedIsRefused() {
    var limits = WireLimits()
    limits.encodings = .gzip
    let box = ServerBox.ready(.native, limits, settings: Self.takesAll)
    box.feed(.request(1, naming("zstd", "Unary", [1])), .request(3, naming("gzip", "Unary", [1])))
    #expect(box.takeCalls().map(\.stream.raw) == [3])
    #expect(box.frames().map(\.status) == [12])
  }

  @Test func compatKnowsNoCompression() {
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, naming("gzip", "Unary", [1]), flags: 0x10))
    let call = box.takeCalls().first
    #expect(call?.encoding == .identity && call?.answerEncoding == .identity)
  }

  // MARK: The server's answers

  @Test func onlyAClientThatTakesItGetsIt() {
    for (settings, wanted) in [([], .identity), ([(7, 1)], .gzip), ([(7, 2)], .identity)]
      as [([(UInt16, UInt32)], MessageEncoding)]
    {
      let box = ServerBox.ready(settings: settings)
      box.feed(.request(1, naming("gzip", "Unary", [1])))
      #expect(box.takeCalls().first?.answerEncoding == wanted)
    }
  }

  @Test func mediaIsNotCompressedOnItsWayBack() {
    let methods = MethodTable([
      MethodEntry(service: "rpcvec.v1.Echo", method: "Unary", compressesAnswers: false)
    ])
    let box = ServerBox(.native, methods: methods)
    box.feed(.settings(Self.takesAll), .request(1, naming("gzip", "Unary", [1]), flags: 0x10))
    let call = box.takeCalls().first
    #expect(call?.encoding == .gzip && call?.answerEncoding == .identity)
  }

  @Test(arguments: packed)
  func aSmallAnswerNamesItsEncodingInItsResponse(_ encoding: MessageEncoding) {
    let box = ServerBox.ready(settings: Self.takesAll)
    box.feed(.request(1, naming(encoding.name, "Unary", [1])))
    box.machine.respond(StreamID(1), packedReply([7, 8], encoding), now: box.now)
    #expect(
      box.frames() == [
        .response(1, field(2, [7, 8]) + field(101, encoding.name), flags: 0x10)
      ])
  }

  @Test func aLargeAnswerNamesItInHeaders() {
    let box = ServerBox.ready(settings: Self.takesAll)
    let answer = [UInt8](repeating: 9, count: 20_000)
    box.feed(.request(1, naming("gzip", "Unary", [1])))
    box.machine.respond(StreamID(1), packedReply(answer, .gzip), now: box.now)
    #expect(
      box.frames() == [
        Frame(type: 0x15, stream: 1, payload: field(100, "gzip")),
        .data(1, Array(answer[..<16_384]), flags: 0x18), .data(1, Array(answer[16_384...])),
        .response(1, [], flags: 4),
      ])
  }

  @Test func aStreamNamesItOnceAheadOfItsFirstMessage() {
    let box = ServerBox.ready(settings: Self.takesAll)
    box.feed(.request(1, naming("zstd", "ServerStream", [1])))
    box.send(1, [1])
    _ = box.machine.send(
      StreamID(1), OutgoingMessage(Bytes([2]), encoding: .zstd), now: box.now)
    box.feed(.request(3, naming("zstd", "ServerStream", [1])))
    box.machine.sendHeaders(StreamID(3), Metadata([("x", "y")]))
    _ = box.machine.send(
      StreamID(3), OutgoingMessage(Bytes([3]), encoding: .zstd), now: box.now)
    let pair = field(1, field(1, "x") + field(2, "y"))
    #expect(
      box.frames() == [
        Frame(type: 0x15, stream: 1, payload: field(100, "zstd")), .data(1, [1]),
        .data(1, [2], flags: 0x10),
        Frame(type: 0x15, stream: 3, payload: pair + field(100, "zstd")),
        .data(3, [3], flags: 0x10),
      ])
  }

  // MARK: Memory

  @Test func whatIsUnpackedCountsUntilTheHandlerEnds() {
    let box = ServerBox.ready(settings: Self.takesAll)
    box.feed(.request(1, naming("gzip", "Unary", [1, 2]), flags: 0x10))
    let before = box.machine.memoryBytes
    let isTaken = box.machine.messageUnpacked(StreamID(1), more: 1 << 20, now: box.now)
    #expect(isTaken)
    #expect(box.machine.memoryBytes == before + 1 << 20)
    box.respond(1, [])
    box.ended(1)
    _ = box.takeBytes()
    #expect(box.machine.memoryBytes == 0)
    let isTakenLate = box.machine.messageUnpacked(StreamID(1), more: 1, now: box.now)
    #expect(!isTakenLate)
  }

  @Test func whatDoesNotFitTheConnectionsMemoryEndsItsCall() {
    let box = ServerBox.ready(settings: Self.takesAll)
    box.feed(.request(1, naming("gzip", "Unary", [1, 2]), flags: 0x10))
    let isTaken = box.machine.messageUnpacked(StreamID(1), more: 32 << 20, now: box.now)
    #expect(!isTaken)
    #expect(box.frames().map(\.status) == [8])
    #expect(box.machine.phase(of: StreamID(1)) == .lingering)
  }

  // MARK: The client

  private func start(
    _ box: ClientBox, _ message: OutgoingMessage?, _ kind: MethodKind, _ encoding: MessageEncoding
  ) throws {
    _ = try box.machine.startCall(
      MethodName(service: "rpcvec.v1.Echo", method: "Unary"), kind: kind, message,
      deadline: .never, encoding: encoding, now: box.now)
  }

  @Test func theClientNamesWhatTheServerTakes() throws {
    let unaware = ClientBox(.native)
    _ = unaware.frames()
    let (takes, knows) = (unaware.machine.takes(.gzip), unaware.machine.knowsServer)
    #expect(!takes && !knows)
    try start(unaware, .empty, .unary, .gzip)
    #expect(unaware.frames() == [.request(1, envelope())])

    let box = ClientBox.ready(settings: Self.takesAll)
    let (takesNow, knowsNow) = (box.machine.takes(.zstd), box.machine.knowsServer)
    #expect(takesNow && knowsNow)
    try start(box, OutgoingMessage(Bytes([1]), encoding: .zstd), .unary, .zstd)
    try start(box, OutgoingMessage(Bytes([1])), .unary, .zstd)
    let large = [UInt8](repeating: 2, count: 20_000)
    try start(box, OutgoingMessage(Bytes(large), encoding: .zstd), .unary, .zstd)
    #expect(
      box.frames() == [
        .request(1, naming("zstd", "Unary", [1]), flags: 0x10),
        .request(3, naming("zstd", "Unary", [1])), .request(5, naming("zstd"), flags: 6),
        .data(5, Array(large[..<16_384]), flags: 0x18), .data(5, Array(large[16_384...]), flags: 1),
      ])
  }

  @Test func aCompressedAnswerIsMarkedForTheOwner() throws {
    let box = ClientBox.ready(settings: Self.takesAll)
    for _ in 0..<3 { try start(box, .empty, .unary, .gzip) }
    box.feed(.response(1, field(2, [7]) + field(101, "gzip"), flags: 0x10))
    box.feed(
      Frame(type: 0x15, stream: 3, payload: field(100, "zstd")), .data(3, [1], flags: 0x18),
      .data(3, [2]), .response(3, [], flags: 4))
    box.feed(
      Frame(type: 0x15, stream: 5, payload: field(100, "zstd")), .response(5, field(2, [3])))
    let none = Metadata()
    #expect(
      box.takeEvents() == [
        .packedResponse(StreamID(1), message: Bytes([7]), .gzip, headers: none, trailers: none),
        .packedResponse(StreamID(3), message: Bytes([1, 2]), .zstd, headers: none, trailers: none),
        .response(StreamID(5), message: Bytes([3]), headers: none, trailers: none),
      ])
  }

  /// Answers that a client does not take, and how it fails.
  static let badAnswers: [(what: String, frames: [Frame], code: StatusCode)] = [
    (
      "an unknown encoding", [.response(1, field(2, [1]) + field(101, "br"), flags: 0x10)],
      .unimplemented
    ),
    (
      "an unknown encoding in HEADERS", [Frame(type: 0x15, stream: 1, payload: field(100, "br"))],
      .unimplemented
    ),
    ("Z without an encoding", [.response(1, field(2, [1]), flags: 0x10)], .internal),
    ("Z on DATA without an encoding", [.data(1, [1], flags: 0x10)], .internal),
    ("Z and no message", [.response(1, field(101, "gzip"), flags: 0x14)], .internal),
    (
      "two encodings",
      [
        Frame(type: 0x15, stream: 1, payload: field(100, "gzip")),
        .response(1, field(2, [1]) + field(101, "zstd"), flags: 0x10),
      ], .internal
    ),
    (
      "Z on a later fragment",
      [
        Frame(type: 0x15, stream: 1, payload: field(100, "gzip")), .data(1, [1], flags: 0x18),
        .data(1, [1], flags: 0x10),
      ], .internal
    ),
  ]

  @Test(arguments: badAnswers.indices)
  func anAnswerThatBreaksTheRulesFails(_ number: Int) throws {
    let (what, frames, code) = Self.badAnswers[number]
    let box = ClientBox.ready(settings: Self.takesAll)
    try start(box, .empty, .unary, .gzip)
    for frame in frames { box.feed(frame) }
    guard case .failed(_, let failure)? = box.takeEvents().last else {
      Issue.record("\(what) was taken")
      return
    }
    #expect(failure.error.code == code, "\(what)")
  }
}
