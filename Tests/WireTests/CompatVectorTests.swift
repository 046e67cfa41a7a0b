// The bytes captured from stock ttrpc 1.2 code, replayed against our server and our client: whole, byte by
// byte, and cut at random places.

internal import Testing
internal import Vocabulary
internal import Wire

/// How bytes are cut before they are fed.
enum Cut: String, CaseIterable {
  case whole, bytes, random

  func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
    switch self {
    case .whole: return [bytes]
    case .bytes: return bytes.map { [$0] }
    case .random:
      var random = SeededRandom(newSeed())
      return random.split(bytes, pieces: 7)
    }
  }
}

@Suite struct CompatVectorTests {
  static let unary = [
    "01_unary_ok", "02_unary_metadata", "04_unary_empty", "05_unary_status",
    "06_unimplemented_method", "07_unimplemented_service", "18_unary_cancel",
    "19_two_unaries_one_conn",
  ]

  @Test(arguments: unary, Cut.allCases)
  func aServerAnswersAsTheCapturedOne(_ name: String, _ cut: Cut) throws {
    let sent = try VectorFile.read("ttrpc-1.2/\(name).c2s.bin")
    let expected = try #require(Frame.parse(try VectorFile.read("ttrpc-1.2/\(name).s2c.bin")))
    expectSame(serve(sent, cut), expected)
  }

  @Test(arguments: Cut.allCases)
  func aThreeMegabyteCallIsOneFrame(_ cut: Cut) throws {
    let blob = field(3, [UInt8](repeating: 0, count: 3_000_000)) + field(8, 5)
    let frame = Frame.request(1, envelope("rpcvec.v1.Echo", "Unary", blob))
    let expected = Frame.parse(try VectorFile.read("ttrpc-1.2/20_unary_3MB.s2c.bin"))
    let frames = serve(frame.bytes, cut == .bytes ? .random : cut)
    // The captured request had seq 0; so has ours.
    #expect(frames == expected)
  }

  @Test func aDeadlineIsToldAndKept() throws {
    let sent = try VectorFile.read("ttrpc-1.2/03_unary_deadline_server_sleeps.c2s.bin")
    let expected = try #require(
      Frame.parse(try VectorFile.read("ttrpc-1.2/03_unary_deadline_server_sleeps.s2c.bin")))
    let box = ServerBox.ready(.compat)
    box.feed(sent)
    #expect(box.takeCalls().count == 1)
    box.advance(.milliseconds(298))
    #expect(box.frames() == [])
    box.advance(.milliseconds(3))
    let frames = box.frames()
    #expect(frames.map(\.status) == expected.map(\.status))
    #expect(box.takeActions() == [.cancelled(StreamID(1), .deadlineExceeded)])
  }

  /// Expected statuses by stream, in any order between streams. Probes of streaming methods: `CompatStreamTests`.
  static let probes: [(String, [[UInt64]])] = [
    ("r01_even_stream_id", [[2, 3]]),
    ("r02_stream_zero_unknown_type", [[0, 3]]),
    ("r03_unknown_type_odd_stream", [[1, 0]]),
    ("r04_stream_id_reuse", [[5, 0], [3, 3]]),
    ("r05_data_unknown_stream", [[9, 3]]),
    ("r09_garbage_request", [[1, 3]]),
    ("r10_garbage_message", [[1, 13]]),
    ("r13_unary_flags_rc", [[1, 0]]),
    ("r14_unary_flags_ro", [[1, 0]]),
    ("r18_response_from_client", [[3, 0]]),
    ("r19_byte_at_a_time", [[1, 0]]),
    ("r20_three_pipelined", [[1, 0], [3, 0], [5, 0]]),
    ("r22_half_close_tcp", [[1, 0]]),
    ("r23_data_on_unary_stream", [[1, 3]]),
    ("r24_data_close_on_unary_stream", [[1, 3]]),
    // A negative timeout has run out before it began; the captured server ran the call.
    ("r21_negative_timeout", [[1, 4]]),
  ]

  @Test(arguments: probes.map(\.0), Cut.allCases)
  func aProbeIsAnsweredOnce(_ name: String, _ cut: Cut) throws {
    let sent = try VectorFile.read("ttrpc-1.2-raw/\(name).c2s.bin")
    let expected = try #require(Self.probes.first { $0.0 == name }).1
    let answers = serve(sent, cut).map { [UInt64($0.stream), $0.status] }
    #expect(answers.sorted { $0[0] < $1[0] } == expected.sorted { $0[0] < $1[0] })
  }

  @Test(arguments: Cut.allCases)
  func anOversizeFrameIsReadToItsEndAndAnswered(_ cut: Cut) throws {
    let header = Array(
      try VectorFile.read("ttrpc-1.2-raw/r11_oversize_header_only.c2s.bin").prefix(10))
    let body = [UInt8](repeating: 0, count: 5 << 20)
    let next = Frame.request(3, envelope("rpcvec.v1.Echo", "Unary", field(1, "hi") + field(2, 0)))
    let frames = serve(header + body + next.bytes, cut == .bytes ? .random : cut)
    #expect(frames.map { [UInt64($0.stream), $0.status] } == [[1, 8], [3, 0]])
  }

  /// Not to be copied: the captured server waits for four gibibytes.
  @Test func anImpossibleLengthClosesAtOnce() throws {
    let box = ServerBox.ready(.compat)
    box.feed(try VectorFile.read("ttrpc-1.2-raw/r12_length_4GB_announced.c2s.bin"))
    #expect(box.takeActions() == [.close(.violation(.lengthByteNotZero))])
    #expect(box.frames() == [])
  }

  /// Not to be copied: the captured server drops the answer.
  @Test func aHalfClosedConnectionIsStillAnswered() throws {
    let box = ServerBox.ready(.compat)
    box.feed(try VectorFile.read("ttrpc-1.2-raw/r22_half_close_tcp.c2s.bin"))
    let calls = box.takeCalls()
    box.halfClose()
    #expect(box.takeActions() == [])
    box.respond(1, field(1, "hi"))
    #expect(box.frames() == [.response(1, field(2, field(1, "hi")))])
    #expect(box.takeActions() == [.close(nil)])
    #expect(calls.count == 1)
  }

  @Test(arguments: unary, Cut.allCases)
  func aClientUnderstandsTheCapturedServer(_ name: String, _ cut: Cut) throws {
    let requests = try #require(Frame.parse(try VectorFile.read("ttrpc-1.2/\(name).c2s.bin")))
    let answers = try VectorFile.read("ttrpc-1.2/\(name).s2c.bin")
    let client = ClientBox.ready(.compat)
    for request in requests {
      let parts = fields(request.payload)
      _ = try client.machine.startCall(
        MethodName(
          service: String(decoding: parts[1]!.bytes!, as: UTF8.self),
          method: String(decoding: parts[2]!.bytes!, as: UTF8.self)),
        OutgoingMessage(Bytes(parts[3]?.bytes ?? [])), deadline: .never,
        metadata: Metadata(
          fieldList(request.payload).filter { $0.0 == 5 }.map { entry in
            let pair = fields(entry.1.bytes!)
            return (
              String(decoding: pair[1]!.bytes!, as: UTF8.self),
              String(decoding: pair[2]!.bytes!, as: UTF8.self)
            )
          }), now: client.now)
    }
    // Our requests are the stock client's, byte for byte.
    #expect(client.frames() == requests)
    for piece in cut.pieces(answers) { client.feed(piece) }
    let expected = try #require(Frame.parse(answers))
    let events = client.takeEvents()
    #expect(events.count == expected.count)
    for (event, frame) in zip(events, expected) {
      switch event {
      case .response(let id, let message, _, _):
        #expect(frame.status == 0)
        #expect(id.raw == frame.stream)
        #expect(message.array == fields(frame.payload)[2]?.bytes ?? [])
      case .failed(let id, let failure):
        #expect(id.raw == frame.stream)
        #expect(UInt64(failure.error.code.rawValue) == frame.status)
        #expect(failure.error.message == frame.statusText)
        #expect(!failure.neverStarted)
      default: Issue.record("unexpected \(event)")
      }
    }
  }

  // MARK: Replaying

  /// What an Echo server sends for `bytes`.
  private func serve(_ bytes: [UInt8], _ cut: Cut) -> [Frame] {
    let box = ServerBox.ready(.compat)
    var echo = EchoServer()
    for piece in cut.pieces(bytes) {
      box.feed(piece)
      echo.answer(box)
    }
    echo.wake(box)
    return box.frames()
  }

  /// Same streams with the same answers; order between streams is free. Errors are compared by code, and by text
  /// where a handler made it: the texts of our own refusals are our own, and all our errors carry a detail.
  private func expectSame(_ frames: [Frame], _ expected: [Frame]) {
    #expect(frames.count == expected.count)
    for wanted in expected {
      guard let frame = frames.first(where: { $0.stream == wanted.stream }) else {
        Issue.record("no answer on stream \(wanted.stream)")
        continue
      }
      if wanted.status == 0 {
        #expect(frame == wanted)
      } else {
        #expect(frame.status == wanted.status)
        if wanted.status != 12 { #expect(frame.statusText == wanted.statusText) }
      }
    }
  }
}
