// Streams as stock ttrpc 1.2 code speaks them: captured conversations replayed against both of our ends, and the
// probes that ask what a server, or a client, makes of odd frames.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct CompatStreamTests {
  static let captured = [
    "08_server_stream_3", "09_server_stream_0", "10_server_stream_error", "11_client_stream_3",
    "12_client_stream_0", "13_client_stream_zero_length_msg", "14_bidi_pingpong_2",
    "15_bidi_empty", "16_bidi_server_error_early", "17_stream_metadata_and_deadline_not_sent",
  ]

  // MARK: Our server

  @Test(arguments: captured, Cut.allCases)
  func aServerStreamsAsTheCapturedOne(_ name: String, _ cut: Cut) throws {
    let sent = try VectorFile.read("ttrpc-1.2/\(name).c2s.bin")
    let expected = try #require(Frame.parse(try VectorFile.read("ttrpc-1.2/\(name).s2c.bin")))
    let (frames, box) = serve(sent, cut)
    #expect(frames.count == expected.count)
    for (frame, wanted) in zip(frames, expected) {
      if wanted.status == 0 {
        #expect(frame == wanted)
      } else {
        // Our errors carry a detail beside the same code and text.
        #expect([frame.type, frame.flags] == [wanted.type, wanted.flags])
        #expect([frame.status, UInt64(frame.stream)] == [wanted.status, UInt64(wanted.stream)])
        #expect(frame.statusText == wanted.statusText)
      }
    }
    #expect(box.machine.openStreams == 0)
    #expect(box.machine.memoryBytes == 0)
  }

  /// What our server answers; where the stock one differs, the reason is beside it.
  static let probes: [(name: String, answers: [Frame])] = [
    // After our early end DATA is discarded; the stock server answers it once more.
    ("r06_data_after_server_close", [.data(1, unhex("0a01701001")), .response(1, [])]),
    // A close with a payload is a message and a close; the stock server gives two answers.
    ("r07_data_close_with_payload", [.response(1, unhex("12050a017a1001"))]),
    ("r15_stream_flags_0", [.data(1, unhex("0a01781001")), .data(1, flags: 5)]),
    ("r16_clientstream_first_in_request", [.response(1, unhex("12060a0241421002"))]),
    ("r17_clientstream_request_nodata_flag", [.response(1, unhex("12050a01421001"))]),
  ]

  @Test(arguments: probes.map(\.name), Cut.allCases)
  func aProbeOfAStreamIsAnswered(_ name: String, _ cut: Cut) throws {
    let expected = try #require(Self.probes.first { $0.name == name }).answers
    let (frames, _) = serve(try VectorFile.read("ttrpc-1.2-raw/\(name).c2s.bin"), cut)
    #expect(frames.map(\.type) == expected.map(\.type))
    for (frame, wanted) in zip(frames, expected) where wanted != .response(1, []) {
      #expect(frame == wanted)
    }
    if name.hasPrefix("r06") { #expect(frames.last?.status == 3) }
  }

  /// Data after the close: status 3 while the call runs, nothing once it is answered; never two answers.
  @Test(arguments: Cut.allCases)
  func dataAfterTheCloseIsAnsweredOnce(_ cut: Cut) throws {
    let (frames, _) = serve(
      try VectorFile.read("ttrpc-1.2-raw/r08_data_after_rc.c2s.bin"), cut)
    #expect(frames.map(\.type) == [2])
    #expect(cut != .whole || frames.map(\.status) == [3])
    #expect(cut != .bytes || frames.map(\.status) == [0])
  }

  @Test func aDataFrameOverTheLimitEndsItsCallAlone() {
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Bidi"), flags: 2))
    _ = box.takeCalls()
    box.feed(FrameHeader(length: (4 << 20) + 1, stream: 1, type: .data).bytes)
    box.feed([UInt8](repeating: 0, count: (4 << 20) + 1))
    #expect(box.frames().map(\.status) == [8])
    #expect(box.takeActions() == [.cancelled(StreamID(1), .protocolViolation)])
    box.ended(1)
    box.feed(.request(3, envelope("rpcvec.v1.Echo", "Nothing")))
    #expect(box.takeCalls().count == 1)
    #expect(box.machine.memoryBytes == 0)
  }

  /// MORE and Z do not exist here, and unknown flags mean nothing.
  @Test func unknownFlagsOfDataMeanNothing() {
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Bidi"), flags: 2))
    _ = box.takeCalls()
    box.feed(.data(1, [1], flags: 0x08), .data(1, [2], flags: 0x10), .data(1, [3], flags: 0xF9))
    #expect(
      box.takeActions() == [
        .message(StreamID(1), Bytes([1])), .message(StreamID(1), Bytes([2])),
        .message(StreamID(1), Bytes([3])), .messagesEnded(StreamID(1)),
      ])
  }

  /// Nothing but the socket holds a stock client back.
  @Test func readingStopsWhileMessagesWaitUnreadAndGoesOnWhenTheyAreTaken() {
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Bidi"), flags: 2))
    let message = [UInt8](repeating: 0, count: 4_000_000)
    var fed = 0
    while box.wantsRead && fed < 100 {
      box.feed(.data(1, message))
      fed += 1
    }
    #expect(fed == 9)
    // A slow reader is not a stuck one.
    for _ in 0..<4 {
      box.advance(.seconds(4))
      box.taken(1, message.count)
    }
    #expect(box.wantsRead)
    #expect(box.frames() == [])
    for _ in 0..<4 { box.feed(.data(1, message)) }
    box.advance(.seconds(5))
    #expect(box.frames().map(\.status) == [8])
    #expect(box.takeActions().last == .cancelled(StreamID(1), .outOfMemory))
    box.ended(1)
    #expect(box.machine.memoryBytes == 0)
  }

  private func serve(_ bytes: [UInt8], _ cut: Cut) -> ([Frame], ServerBox) {
    let box = ServerBox.ready(.compat)
    var echo = EchoServer()
    for piece in cut.pieces(bytes) {
      box.feed(piece)
      echo.answer(box)
    }
    return (box.frames(), box)
  }

  // MARK: Our client

  @Test(arguments: captured, Cut.allCases)
  func aClientStreamsWithTheCapturedServer(_ name: String, _ cut: Cut) throws {
    let requests = try #require(Frame.parse(try VectorFile.read("ttrpc-1.2/\(name).c2s.bin")))
    let answers = try VectorFile.read("ttrpc-1.2/\(name).s2c.bin")
    let client = ClientBox.ready(.compat)
    try replay(requests, client)
    // What we send is what the stock client sent, byte for byte.
    #expect(client.frames() == requests)
    for piece in cut.pieces(answers) { client.feed(piece) }
    let expected = try #require(Frame.parse(answers))
    let events = client.takeEvents()
    #expect(events.count == expected.count)
    for (event, frame) in zip(events, expected) {
      #expect(frame.stream == 1)
      switch event {
      case .message(_, let message):
        #expect(frame.type == 3 && frame.flags == 0)
        #expect(message.array == frame.payload)
      case .ended: #expect(frame.type == 3 && frame.flags == 5)
      case .response(_, let message, _, _):
        #expect(frame.type == 2 && frame.status == 0)
        #expect(message.array == fields(frame.payload)[2]?.bytes ?? [])
      case .failed(_, let failure):
        #expect(UInt64(failure.error.code.rawValue) == frame.status)
        #expect(failure.error.message == frame.statusText)
      default: Issue.record("unexpected \(event)")
      }
    }
    #expect(client.machine.openStreams == 0)
    #expect(client.machine.memoryBytes == 0)
  }

  /// Does what the stock client did, frame by frame.
  private func replay(_ requests: [Frame], _ client: ClientBox) throws {
    for frame in requests {
      switch (frame.type, frame.flags) {
      case (1, 1):
        let parts = fields(frame.payload)
        try client.call(
          parts[3]?.bytes ?? [], method: String(decoding: parts[2]!.bytes!, as: UTF8.self),
          kind: .serverStreaming)
      case (1, 2):
        let method = String(decoding: fields(frame.payload)[2]!.bytes!, as: UTF8.self)
        try client.open(
          method, method == "Bidi" ? .bidiStreaming : .clientStreaming, timeout: nil)
      case (3, 0): client.send(1, frame.payload)
      case (3, 5): client.closeSend(1)
      default: Issue.record("unexpected \(frame)")
      }
    }
  }

  // MARK: Odd servers (GO_CLIENT_BEHAVIOUR.txt)

  private static let hi = field(2, field(1, "hi"))

  /// A unary call, the server's frames, then a second call that must work.
  private func unary(_ answer: Frame...) throws -> ClientConnection.Event? {
    let client = ClientBox.ready(.compat)
    try client.call([8, 1])
    for frame in answer { client.feed(frame) }
    let event = client.takeEvents().first
    try client.call([8, 1])
    client.feed(.response(3, Self.hi))
    #expect(client.takeEvents().last == ok(3))
    return event
  }

  private func ok(_ stream: UInt32, trailers: [(String, String)] = []) -> ClientConnection.Event {
    .response(
      StreamID(stream), message: Bytes(field(1, "hi")), headers: Metadata(),
      trailers: Metadata(trailers.map { ($0.0, $0.1) }))
  }

  private func code(_ event: ClientConnection.Event?) -> StatusCode? {
    guard case .failed(_, let failure)? = event else { return nil }
    return failure.error.code
  }

  private func serverStream(_ answer: Frame...) throws -> [ClientConnection.Event] {
    let client = ClientBox.ready(.compat)
    try client.call([8, 1], method: "ServerStream", kind: .serverStreaming)
    for frame in answer { client.feed(frame) }
    #expect(client.machine.openStreams == 0)
    return client.takeEvents()
  }

  private let message = ClientConnection.Event.message(StreamID(1), Bytes(field(1, "m")))
  private let ended = ClientConnection.Event.ended(StreamID(1), trailers: Metadata())

  /// The stock client hands out a message that was never sent; ours does not.
  @Test func c01AStreamEndedByAResponseHasNoPhantomMessage() throws {
    #expect(try serverStream(.data(1, field(1, "m")), .response(1, [])) == [message, ended])
  }

  /// As the stock client would take it.
  @Test func aResponseThatEndsAStreamMayHoldItsLastMessage() throws {
    #expect(try serverStream(.response(1, field(2, field(1, "m")))) == [message, ended])
  }

  @Test func c02ACloseMayCarryTheLastMessage() throws {
    let last = Frame.data(1, field(1, "m"), flags: 1)
    #expect(try serverStream(.data(1, field(1, "m")), last) == [message, message, ended])
  }

  @Test func c03AnErrorFollowsTheMessages() throws {
    let status = Frame.response(1, field(1, field(1, 8) + field(2, "quota")))
    let events = try serverStream(.data(1, field(1, "m")), status)
    #expect(events.first == message)
    #expect(code(events.last) == .resourceExhausted)
  }

  @Test func c04AnUnknownTypeOnStreamZeroIsSkipped() throws {
    #expect(try unary(.ping(1), .response(1, Self.hi)) == ok(1))
  }

  /// The stock client fails the call; ours skips the frame.
  @Test func c05AnUnknownTypeOnTheCallsStreamIsSkipped() throws {
    #expect(try unary(Frame(type: 0x15, stream: 1), .response(1, Self.hi)) == ok(1))
  }

  @Test func c06TrailersOfAUnaryAnswerAreUnderstood() throws {
    let trailer = field(100, field(1, "k") + field(2, "v"))
    #expect(try unary(.response(1, Self.hi + trailer)) == ok(1, trailers: [("k", "v")]))
    #expect(try unary(.response(1, Self.hi + field(999, "?"))) == ok(1))
  }

  @Test func c07AnUnknownStatusIsUnknown() throws {
    let event = try unary(.response(1, field(1, field(1, 99) + field(2, "odd"))))
    #expect(code(event) == .unknown)
  }

  @Test func c08DataForAUnaryCallFailsIt() throws {
    #expect(code(try unary(.data(1, field(1, "hi"), flags: 1))) == .internal)
  }

  @Test func c09UnknownFlagsMeanNothing() throws {
    #expect(try unary(.response(1, Self.hi, flags: 0x40)) == ok(1))
  }

  @Test func c10AnAnswerOverTheLimitFailsItsCallAlone() throws {
    let event = try unary(.response(1, [UInt8](repeating: 0, count: 5_242_890)))
    #expect(code(event) == .resourceExhausted)
  }

  @Test func c11ASecondAnswerIsIgnored() throws {
    #expect(try unary(.response(1, Self.hi), .response(1, Self.hi)) == ok(1))
  }

  /// The stock client refuses it itself, before a byte is sent; so does ours (vector 21 holds no bytes).
  @Test func aRequestOverTheLimitIsNotSent() throws {
    let name = "21_unary_over_4MB_refused_by_client"
    #expect(try VectorFile.read("ttrpc-1.2/\(name).c2s.bin") == [])
    let client = ClientBox.ready(.compat)
    #expect(throws: CallRefusal.messageTooLarge(limitBytes: 4 << 20)) {
      try client.call([UInt8](repeating: 0, count: 4 << 20))
    }
    #expect(client.frames() == [])
  }
}
