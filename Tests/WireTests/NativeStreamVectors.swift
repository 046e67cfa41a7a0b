// Golden vectors of the native profile's streams, and the whole conversation that PROTOCOL.md shows.

internal import Testing
internal import Vocabulary
internal import Wire

extension NativeVectorTests {
  private static func open(_ method: String, _ payload: [UInt8]? = nil) -> [UInt8] {
    envelope("rpcvec.v1.Echo", method, payload)
  }

  private static let hello = unhex("0a0568656c6c6f")

  static let streamScenarios: [Scenario] = [
    Scenario(
      name: "n02_conversation",
      about: "a whole small conversation: settings, a unary call, a stream both ways, the end",
      steps: [
        .client(.settings()),
        .client(
          .request(
            1,
            envelope(
              "rpcvec.v1.Echo", "Unary", hello, timeoutNanos: 2_000_000_000,
              metadata: [("x-id", "7")]))),
        .server("answers") { $0.respond(1, Self.hello + field(2, 1), trailers: [("x-cost", "3")]) },
        .client(.request(3, open("Bidi"), flags: 6)), .client(.data(3, hello)),
        .server("sends headers and a message") {
          $0.machine.sendHeaders(StreamID(3), Metadata([("x-model", "v3")]))
          $0.send(3, Self.hello)
        },
        .client(.data(3, flags: 5)), .server("ends the stream") { $0.respond(3, []) },
        .client(.ping(1)), .client(.goAway(0, 0)),
      ]),
    Scenario(
      name: "n15_server_stream", about: "headers, two messages, one of them empty, a trailer",
      steps: [
        .client(.settings()), .client(.request(1, open("ServerStream", unhex("0a01732002")))),
        .server("sends headers and two messages, then answers") {
          $0.machine.sendHeaders(StreamID(1), Metadata([("x-model", "v3")]))
          $0.send(1, unhex("0a01731001"))
          $0.send(1, [])
          $0.respond(1, [], trailers: [("x-cost", "2")])
        },
      ]),
    Scenario(
      name: "n16_client_stream", about: "three messages, one empty and one in two fragments",
      steps: [
        .client(.settings()), .client(.request(1, open("ClientStream"), flags: 6)),
        .client(.data(1, unhex("0a0161"))), .client(.data(1)),
        .client(.data(1, unhex("0a02"), flags: 8)), .client(.data(1, unhex("6263"))),
        .client(.data(1, flags: 5)),
        .server("answers") { $0.respond(1, unhex("0a036162631003")) },
      ]),
    Scenario(
      name: "n17_bidi", about: "a message each way, twice; the client's last closes its side",
      steps: [
        .client(.settings()), .client(.request(1, open("Bidi"), flags: 6)),
        .client(.data(1, unhex("0a0170"))),
        .server("sends") { $0.send(1, unhex("0a01701001")) },
        .client(.data(1, unhex("0a0171"), flags: 1)),
        .server("sends and ends") {
          $0.send(1, unhex("0a01711002"))
          $0.respond(1, [])
        },
      ]),
    Scenario(
      name: "n18_early_answer",
      about: "the server answers while the client sends; the rest is discarded",
      steps: [
        .client(.settings()), .client(.request(1, open("Bidi"), flags: 6)),
        .client(.data(1, unhex("0a0170"))),
        .server("refuses") { $0.fail(1, .invalidArgument, "bad") },
        .client(.data(1, unhex("0a046c617465"), flags: 8)), .client(.data(1, flags: 5)),
      ]),
    Scenario(
      name: "n19_error_after_messages", about: "messages first, then the status",
      steps: [
        .client(.settings()), .client(.request(1, open("ServerStream", unhex("0a0173")))),
        .server("sends a message and fails") {
          $0.send(1, unhex("0a01731001"))
          $0.fail(1, .resourceExhausted, "quota")
        },
      ]),
    Scenario(
      name: "n20_stream_window",
      about:
        "65,540 bytes on a stream: the rest waits for the stream's credit, and the status for the rest",
      steps: [
        .client(.settings([(2, 1 << 20), (3, 65_536)])),
        .client(.request(1, open("ServerStream", unhex("0a0173")))),
        .server("sends a message of 65,540 bytes and ends") {
          $0.send(1, [UInt8](repeating: 0xAA, count: 65_540))
          $0.respond(1, [])
        },
        .client(.window(1, 32_768)),
      ]),
    Scenario(
      name: "n21_stream_cancel", about: "the client gives up; what was on its way is discarded",
      steps: [
        .client(.settings()), .client(.request(1, open("Bidi"), flags: 6)),
        .client(.data(1, unhex("0a0170"))), .client(.cancel(1, 1, "user left")),
        .client(.data(1, unhex("0a0171"))), .server("sends too late") { $0.send(1, [1]) },
      ]),
    Scenario(
      name: "n22_stream_deadline", about: "the server tells a stream's deadline that passed",
      steps: [
        .client(.settings()),
        .client(
          .request(1, envelope("rpcvec.v1.Echo", "Bidi", timeoutNanos: 1_000_000), flags: 6)),
        .server("sees a millisecond pass") { $0.advance(.milliseconds(1)) },
      ]),
    Scenario(
      name: "n23_first_message_inline",
      about:
        "the first message of a client stream in its REQUEST; with flags 00 it is the only one",
      steps: [
        .client(.settings()), .client(.request(1, open("ClientStream", unhex("0a0161")), flags: 2)),
        .client(.data(1, unhex("0a0162"), flags: 1)),
        .server("answers two messages") { $0.respond(1, unhex("0a0261621002")) },
        .client(.request(3, open("ClientStream", unhex("0a0161")))),
        .server("answers one") { $0.respond(3, unhex("0a01611001")) },
      ]),
    Scenario(
      name: "n24_stream_rules",
      about: "a message after the close, a close within a message, MORE with RC",
      steps: [
        .client(.settings()), .client(.request(1, open("Bidi"), flags: 6)),
        .client(.data(1, flags: 5)), .client(.data(1, [1])),
        .client(.request(3, open("Bidi"), flags: 6)), .client(.data(3, [1], flags: 8)),
        .client(.data(3, flags: 5)), .client(.request(5, open("Bidi"), flags: 6)),
        .client(.data(5, [1], flags: 9)),
      ]),
    Scenario(
      name: "n25_drain",
      about: "both GOAWAYs; a stream that runs may end, a new one was never started",
      steps: [
        .client(.settings()), .client(.request(1, open("Bidi"), flags: 6)),
        .server("drains") { $0.beginDrain() },
        .server("sees a second pass") { $0.advance(.seconds(1)) },
        .client(.request(3, open("Bidi"), flags: 6)), .client(.data(1, unhex("0a0170"), flags: 1)),
        .server("ends the stream") { $0.respond(1, []) },
      ]),
  ]

  /// The frames of a golden file, one direction.
  static func golden(_ name: String, _ direction: String) throws -> [Frame] {
    let text = String(decoding: try VectorFile.read("native/\(name).txt"), as: UTF8.self)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix(direction) }
    return try #require(Frame.parse(lines.flatMap { unhex(String($0.dropFirst(4))) }))
  }

  /// Our client says what the golden files say, and understands their answers however they are cut.
  @Test(arguments: Cut.allCases)
  func theClientStreamsAsTheGoldenFiles(_ cut: Cut) throws {
    for name in ["n15_server_stream", "n16_client_stream", "n17_bidi", "n19_error_after_messages"] {
      let sent = try Self.golden(name, "C>S").dropFirst()
      let client = ClientBox.ready()
      for frame in sent {
        let parts = fields(frame.payload)
        switch (frame.type, frame.flags) {
        case (1, 0):
          try client.call(parts[3]?.bytes ?? [], method: "ServerStream", kind: .serverStreaming)
        case (1, _):
          let isBidi = parts[2]?.bytes == Array("Bidi".utf8)
          try client.open(
            isBidi ? "Bidi" : "ClientStream", isBidi ? .bidiStreaming : .clientStreaming,
            timeout: nil)
        case (_, 5): client.closeSend(1)
        case (_, 0): client.send(1, frame.payload)
        case (_, 1):
          _ = client.machine.send(
            StreamID(1), OutgoingMessage(Bytes(frame.payload)), now: client.now)
          client.closeSend(1)
        default: break
        }
      }
      // Fragments are the sender's choice.
      if !sent.contains(where: { $0.flags & 8 != 0 }) { #expect(client.frames() == Array(sent)) }
      let answers = try Self.golden(name, "S>C").dropFirst()
      for piece in cut.pieces(answers.flatMap(\.bytes)) { client.feed(piece) }
      let events = client.takeEvents()
      #expect(events.count == answers.count)
      #expect(client.machine.openStreams == 0 && client.machine.memoryBytes == 0)
    }
  }

  /// The conversation in PROTOCOL.md is the golden one, line by line.
  @Test func theSpecificationShowsTheGoldenConversation() throws {
    let text = String(
      decoding: try VectorFile.read("../../Proto/PROTOCOL.md"), as: UTF8.self)
    let golden = String(decoding: try VectorFile.read("native/n02_conversation.txt"), as: UTF8.self)
    let wanted = golden.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    let shown = text.split(separator: "\n").filter {
      $0.hasPrefix("C>S 0") || $0.hasPrefix("S>C 0")
    }
    #expect(shown.map(String.init) == wanted)
  }
}
