// Golden vectors of the native profile: what a client sends in each scenario of PROTOCOL.md, and what the server
// answers, byte for byte. UPDATE_GOLDEN=1 writes the server's side anew; read the difference.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct NativeVectorTests {
  /// One step of a scenario.
  enum Step: Sendable {
    /// The client sends this.
    case client(Frame)
    /// Something happens inside the server.
    case server(String, @Sendable (ServerBox) -> Void)
  }

  struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    let about: String
    let steps: [Step]
    var testDescription: String { name }
  }

  static let request = envelope("rpcvec.v1.Echo", "Unary", unhex("0a0568656c6c6f1001"))

  static let scenarios: [Scenario] = [
    Scenario(
      name: "n01_settings",
      about: "each side's SETTINGS; the client raises two windows and the frame",
      steps: [.client(.settings([(1, 1 << 20), (2, 4 << 20), (3, 64 << 10)]))]),
    Scenario(
      name: "n03_unary_inline",
      about: "unary, inline, deadline 2 s, one metadata pair; one trailer",
      steps: [
        .client(.settings()),
        .client(
          .request(
            1,
            envelope(
              "rpcvec.v1.Echo", "Unary", unhex("0a0568656c6c6f1001"), timeoutNanos: 2_000_000_000,
              metadata: [("x-id", "7")]))),
        .server("answers") {
          $0.respond(1, unhex("0a0568656c6c6f1002"), trailers: [("x-cost", "3")])
        },
      ]),
    Scenario(
      name: "n04_unary_chunked", about: "a message of 100 bytes in fragments of 64 and 36",
      steps: [
        .client(.settings()), .client(.request(3, envelope(), flags: 6)),
        .client(.data(3, Array(0..<64), flags: 8)), .client(.data(3, Array(64..<100), flags: 1)),
        .server("answers") { $0.respond(3, unhex("0a026f6b")) },
      ]),
    Scenario(
      name: "n05_headers", about: "metadata ahead of the answer",
      steps: [
        .client(.settings()), .client(.request(5, request)),
        .server("sends headers, answers") {
          $0.machine.sendHeaders(StreamID(5), Metadata([("x-model", "v3")]))
          $0.respond(5, [])
        },
      ]),
    Scenario(
      name: "n06_error_detail", about: "an error with idv.v1.ErrorDetail",
      steps: [
        .client(.settings()), .client(.request(7, request)),
        .server("refuses") {
          let error = ServiceError(
            .resourceExhausted, "The picture is over 3 MiB; send a smaller one.",
            ErrorDetail(
              .imageBytesExceeded, field: "a.inline", limit: "3145728 bytes", advice: .correctInput)
          ).of(call: CallID(high: 0x0123_4567_89AB_CDEF, low: 0xFF))
          $0.machine.respond(StreamID(7), .failure(error), now: $0.now)
        },
      ]),
    Scenario(
      name: "n07_window",
      about: "credit for a stream and for the connection lets a long answer end",
      steps: [
        .client(.settings([(1, 65_536), (2, 65_536), (3, 65_536)])), .client(.request(5, request)),
        .server("answers with 65,540 bytes of which 65,536 may go") {
          $0.respond(5, [UInt8](repeating: 0xAA, count: 65_540))
        },
        .client(.window(5, 32_768)), .client(.window(0, 32_768)),
      ]),
    Scenario(
      name: "n08_cancel", about: "the client gives up; the late answer is not sent",
      steps: [
        .client(.settings()), .client(.request(9, request)),
        .client(.cancel(9, 1, "user left")), .server("answers too late") { $0.respond(9, [1]) },
      ]),
    Scenario(
      name: "n09_refused", about: "a call after the end of a drain's notice was never started",
      steps: [
        .client(.settings()), .server("drains") { $0.beginDrain() },
        .client(.request(11, request)), .server("sees a second pass") { $0.advance(.seconds(1)) },
        .client(.request(13, request)),
      ]),
    Scenario(
      name: "n10_ping", about: "PING and its ACK",
      steps: [.client(.settings()), .client(.ping(0x0102_0304_0506_0708))]),
    Scenario(
      name: "n11_deadline", about: "the server tells a deadline that passed",
      steps: [
        .client(.settings()),
        .client(.request(1, envelope("rpcvec.v1.Echo", "Unary", [], timeoutNanos: 1_000_000))),
        .server("sees a millisecond pass") { $0.advance(.milliseconds(1)) },
      ]),
    Scenario(
      name: "n12_unknown_names", about: "an unknown service, then an unknown method",
      steps: [
        .client(.settings()), .client(.request(1, envelope("no.Such", "Unary"))),
        .client(.request(3, envelope("rpcvec.v1.Echo", "Nope"))),
      ]),
    Scenario(
      name: "n13_unknown_types", about: "type 0x2a is skipped; type 0x8a ends the connection",
      steps: [
        .client(.settings()), .client(Frame(type: 0x2A, stream: 0, payload: [0x3F, 0x3F])),
        .client(Frame(type: 0x8A, stream: 0, payload: [0x21, 0x21])),
      ]),
    Scenario(
      name: "n14_frame_too_large", about: "a frame over MAX_FRAME ends the connection",
      steps: [
        .client(.settings()),
        .client(Frame(type: 1, stream: 1, payload: [UInt8](repeating: 0, count: 65_537))),
      ]),
  ]

  @Test(arguments: scenarios + streamScenarios + compressedScenarios)
  func theServerAnswersAsTheGoldenFile(_ scenario: Scenario) throws {
    let box = ServerBox(.native)
    var lines = ["# \(scenario.name): \(scenario.about)"]
    func collect() { lines += box.frames().map { "S>C " + Self.line($0) } }
    collect()
    for step in scenario.steps {
      switch step {
      case .client(let frame):
        lines.append("C>S " + Self.line(frame))
        box.feed(frame)
      case .server(let what, let act):
        lines.append("# the server \(what)")
        act(box)
      }
      collect()
    }
    try Golden.check("native/\(scenario.name).txt", lines)
  }

  @Test func theClientAsksAsTheGoldenFile() throws {
    let client = ClientBox.ready()
    try client.call(
      unhex("0a0568656c6c6f1001"), timeout: .seconds(2), metadata: [("x-id", "7")])
    let golden = String(decoding: try VectorFile.read("native/n03_unary_inline.txt"), as: UTF8.self)
    let sent = client.frames().map { "C>S " + Self.line($0) }
    #expect(
      golden.split(separator: "\n").map(String.init).filter { $0.hasPrefix("C>S") }[1...]
        == sent[...])
  }

  /// A frame as hexadecimal: header, space, payload. A long payload is cut to 64 bytes and an ellipsis.
  static func line(_ frame: Frame) -> String {
    let text = frame.bytes.prefix(10).map(hex).joined()
    if frame.payload.isEmpty { return text }
    let shown = frame.payload.prefix(frame.payload.count > 256 ? 64 : 256).map(hex).joined()
    return "\(text) \(shown)\(frame.payload.count > 256 ? "…" : "")"
  }
}
