// Every state of a stream against every event, for both ends and both profiles.
//
// The whole table is a golden file, one line a pair: state, event, then the state after it, the frames sent and
// the actions. UPDATE_GOLDEN=1 writes it anew; read the difference before it is committed.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct StateTableTests {
  // MARK: Server

  /// How a stream of the server gets into a state. Its id is 5; id 3 has been used and is closed.
  static let serverStates:
    [(name: String, profiles: [Profile], enter: @Sendable (ServerBox) -> Void)] = [
      ("idle", Profile.allCases, { _ in }),
      (
        "receiving", [.native],
        { $0.feed(.request(5, envelope(), flags: 6)) }
      ),
      (
        "receiving-mid-message", [.native],
        { $0.feed(.request(5, envelope(), flags: 6), .data(5, [1, 2], flags: 8)) }
      ),
      (
        "receiving-whole", [.native],
        { $0.feed(.request(5, envelope(), flags: 6), .data(5, [1, 2])) }
      ),
      (
        "running", Profile.allCases,
        { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1]))) }
      ),
      (
        "running-open", [.compat],
        { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1]), flags: 2)) }
      ),
      (
        "replying", [.native],
        {
          // The client's window is 64 KiB: the rest has to wait.
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1])))
          $0.respond(5, [UInt8](repeating: 7, count: 100_000))
        }
      ),
      (
        "stream-open", Profile.allCases,
        { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Bidi"), flags: 6)) }
      ),
      (
        "stream-mid-message", [.native],
        {
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Bidi"), flags: 6))
          $0.feed(.data(5, [1, 2], flags: 8))
        }
      ),
      (
        "stream-closed-there", Profile.allCases,
        {
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Bidi"), flags: 6))
          $0.feed(.data(5, flags: 5))
        }
      ),
      (
        "stream-sending", [.native],
        {
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Bidi"), flags: 6))
          $0.send(5, [UInt8](repeating: 7, count: 100_000))
        }
      ),
      (
        "stream-replying", [.native],
        {
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Bidi"), flags: 6))
          $0.send(5, [UInt8](repeating: 7, count: 100_000))
          $0.respond(5, [])
        }
      ),
      (
        "stream-single-answer", Profile.allCases,
        { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "ClientStream"), flags: 6)) }
      ),
      (
        "stream-single-request", Profile.allCases,
        { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "ServerStream", [8, 1]), flags: 1)) }
      ),
      (
        "lingering", Profile.allCases,
        {
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1])))
          $0.respond(5, [8, 1])
        }
      ),
      (
        "closed", Profile.allCases,
        {
          $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1])))
          $0.respond(5, [8, 1])
          $0.ended(5)
        }
      ),
    ]

  static let serverEvents: [(name: String, cause: @Sendable (ServerBox) -> Void)] = [
    ("REQUEST", { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1]))) }),
    (
      "REQUEST[RC]",
      { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1]), flags: 1)) }
    ),
    (
      "REQUEST[RO]",
      { $0.feed(.request(5, envelope("rpcvec.v1.Echo", "Unary", [8, 1]), flags: 2)) }
    ),
    ("REQUEST[RO|ND]", { $0.feed(.request(5, envelope(), flags: 6)) }),
    ("REQUEST[ND]", { $0.feed(.request(5, envelope(), flags: 4)) }),
    ("DATA", { $0.feed(.data(5, [1])) }),
    ("DATA-empty", { $0.feed(.data(5)) }),
    ("DATA[RC]", { $0.feed(.data(5, [1], flags: 1)) }),
    ("DATA[RC]-empty", { $0.feed(.data(5, flags: 1)) }),
    ("DATA[ND]", { $0.feed(.data(5, flags: 4)) }),
    ("DATA[RC|ND]", { $0.feed(.data(5, flags: 5)) }),
    ("DATA[MORE]", { $0.feed(.data(5, [1], flags: 8)) }),
    ("DATA[MORE]-empty", { $0.feed(.data(5, flags: 8)) }),
    ("DATA[MORE|RC]", { $0.feed(.data(5, [1], flags: 9)) }),
    ("DATA[Z]", { $0.feed(.data(5, [1], flags: 0x10)) }),
    ("RESPONSE", { $0.feed(.response(5, [])) }),
    ("HEADERS", { $0.feed(Frame(type: 0x15, stream: 5)) }),
    ("WINDOW", { $0.feed(.window(5, 50_000)) }),
    ("CANCEL", { $0.feed(.cancel(5, 1)) }),
    ("unknown-0x2a", { $0.feed(Frame(type: 0x2A, stream: 5, payload: [1])) }),
    ("unknown-0x8a", { $0.feed(Frame(type: 0x8A, stream: 5, payload: [1])) }),
    ("send", { $0.send(5, [8, 2, 3]) }),
    ("taken", { $0.taken(5, 2) }),
    ("headers", { $0.machine.sendHeaders(StreamID(5), Metadata([(key: "a", value: "b")])) }),
    ("respond-ok", { $0.respond(5, [8, 2]) }),
    ("respond-error", { $0.fail(5, .notFound, "gone") }),
    ("handler-ended", { $0.ended(5) }),
    ("deadline", { $0.advance(.milliseconds(600_001)) }),
    ("half-close", { $0.halfClose() }),
    ("drain", { $0.beginDrain() }),
    ("connection-lost", { $0.machine.connectionLost(now: $0.now) }),
  ]

  @Test(arguments: Profile.allCases)
  func everyServerStateMeetsEveryEvent(_ profile: Profile) throws {
    // Only the deadline may expire while time is moved.
    var limits = WireLimits()
    limits.idle = .seconds(100_000)
    limits.pingAfterSilence = .seconds(100_000)
    limits.writeStall = .seconds(100_000)
    limits.frameBody = .seconds(100_000)
    var lines: [String] = []
    for state in Self.serverStates where state.profiles.contains(profile) {
      for event in Self.serverEvents {
        let box = ServerBox.ready(profile, limits)
        box.feed(.request(3, envelope("rpcvec.v1.Echo", "Nothing")))
        box.respond(3, [])
        box.ended(3)
        state.enter(box)
        _ = box.frames()
        _ = box.takeActions()
        event.cause(box)
        let after = "\(box.machine.phase(of: StreamID(5)))"
        let frames = box.frames().map(Self.brief).joined(separator: " ")
        let actions = box.takeActions().map { Self.brief($0) }.joined(separator: " ")
        lines.append(line(state.name, event.name, after, frames, actions))
      }
    }
    try Golden.check("states/server-\(profile).txt", lines)
  }

  private static func brief(_ action: ServerConnection.Action) -> String {
    switch action {
    case .call(let call): "call(\(call.message.count)B)"
    case .message(_, let message): "message(\(message.count)B)"
    case .packedMessage(_, let message, let encoding): "message(\(message.count)B \(encoding))"
    case .messagesEnded: "messagesEnded"
    case .sendRoom: "sendRoom"
    case .cancelled(_, let reason): "cancelled(\(reason))"
    case .close(let error): "close(\(error.map(\.description) ?? "orderly"))"
    }
  }

  // MARK: Client

  static let clientStates:
    [(name: String, profiles: [Profile], enter: @Sendable (ClientBox) throws -> Void)] = [
      ("idle", Profile.allCases, { _ in }),
      (
        "sending", [.native],
        { try $0.call([UInt8](repeating: 1, count: 100_000), timeout: .seconds(9)) }
      ),
      ("waiting", Profile.allCases, { try $0.call([8, 1], timeout: .seconds(9)) }),
      (
        "waiting-mid-answer", [.native],
        {
          try $0.call([8, 1], timeout: .seconds(9))
          $0.feed(.data(1, [1], flags: 8))
        }
      ),
      (
        "waiting-whole-answer", [.native],
        {
          try $0.call([8, 1], timeout: .seconds(9))
          $0.feed(.data(1, [1]))
        }
      ),
      ("bidi-open", Profile.allCases, { try $0.open("Bidi", .bidiStreaming) }),
      (
        "bidi-sending", [.native],
        {
          try $0.open("Bidi", .bidiStreaming)
          $0.send(1, [UInt8](repeating: 1, count: 100_000))
        }
      ),
      (
        "bidi-closing", [.native],
        {
          try $0.open("Bidi", .bidiStreaming)
          $0.send(1, [UInt8](repeating: 1, count: 100_000))
          $0.closeSend(1)
        }
      ),
      (
        "bidi-closed-here", Profile.allCases,
        {
          try $0.open("Bidi", .bidiStreaming)
          $0.closeSend(1)
        }
      ),
      (
        "bidi-mid-answer", [.native],
        {
          try $0.open("Bidi", .bidiStreaming)
          $0.feed(.data(1, [1], flags: 8))
        }
      ),
      (
        "client-stream-open", Profile.allCases,
        { try $0.open("ClientStream", .clientStreaming) }
      ),
      (
        "server-stream", Profile.allCases,
        {
          try $0.call([8, 1], method: "ServerStream", kind: .serverStreaming, timeout: .seconds(9))
        }
      ),
      (
        "closed", Profile.allCases,
        {
          try $0.call([8, 1], timeout: .seconds(9))
          $0.feed(.response(1, []))
        }
      ),
    ]

  static let clientEvents: [(name: String, cause: @Sendable (ClientBox) -> Void)] = [
    ("RESPONSE", { $0.feed(.response(1, field(2, [9]))) }),
    ("RESPONSE[ND]", { $0.feed(.response(1, [], flags: 4)) }),
    (
      "RESPONSE-error",
      { $0.feed(.response(1, field(1, field(1, 5) + field(2, "gone")), flags: 4)) }
    ),
    ("RESPONSE-garbage", { $0.feed(.response(1, [0xFF])) }),
    (
      "HEADERS",
      { $0.feed(Frame(type: 0x15, stream: 1, payload: field(1, field(1, "a") + field(2, "b")))) }
    ),
    ("DATA", { $0.feed(.data(1, [7])) }),
    ("DATA-empty", { $0.feed(.data(1)) }),
    ("DATA[MORE]", { $0.feed(.data(1, [7], flags: 8)) }),
    ("DATA[RC|ND]", { $0.feed(.data(1, flags: 5)) }),
    ("DATA[Z]", { $0.feed(.data(1, [7], flags: 0x10)) }),
    ("REQUEST", { $0.feed(.request(1, envelope())) }),
    ("WINDOW", { $0.feed(.window(1, 50_000)) }),
    ("CANCEL", { $0.feed(.cancel(1, 4, "late")) }),
    (
      "CANCEL[REFUSED]",
      {
        var frame = Frame.cancel(1, 14, "full")
        frame.flags = 1
        $0.feed(frame)
      }
    ),
    ("GOAWAY-above", { $0.feed(.goAway(1, 0)) }),
    ("GOAWAY-below", { $0.feed(.goAway(0, 0)) }),
    ("unknown-0x2a", { $0.feed(Frame(type: 0x2A, stream: 1, payload: [1])) }),
    ("unknown-0x8a", { $0.feed(Frame(type: 0x8A, stream: 1, payload: [1])) }),
    ("send", { $0.send(1, [8, 2, 3]) }),
    ("close-send", { $0.closeSend(1) }),
    ("taken", { $0.taken(1, 2) }),
    ("cancel", { $0.cancel(1) }),
    ("deadline", { $0.advance(.seconds(10)) }),
    ("close", { $0.machine.beginClose(now: $0.now) }),
    ("half-close", { $0.machine.peerClosedInput(now: $0.now) }),
    ("connection-lost", { $0.machine.connectionLost(now: $0.now) }),
  ]

  @Test(arguments: Profile.allCases)
  func everyClientStateMeetsEveryEvent(_ profile: Profile) throws {
    var lines: [String] = []
    for state in Self.clientStates where state.profiles.contains(profile) {
      for event in Self.clientEvents {
        let box = ClientBox.ready(profile)
        try state.enter(box)
        _ = box.frames()
        _ = box.takeEvents()
        event.cause(box)
        let after = "\(box.machine.phase(of: StreamID(1)))"
        let frames = box.frames().map(Self.brief).joined(separator: " ")
        let events = box.takeEvents().map { Self.brief($0) }.joined(separator: " ")
        lines.append(line(state.name, event.name, after, frames, events))
      }
    }
    try Golden.check("states/client-\(profile).txt", lines)
  }

  private static func brief(_ event: ClientConnection.Event) -> String {
    switch event {
    case .response(_, let message, let headers, _):
      "response(\(message.count)B\(headers.isEmpty ? "" : " headers"))"
    case .headers: "headers"
    case .packedResponse(_, let message, let encoding, _, _):
      "response(\(message.count)B \(encoding))"
    case .message(_, let message): "message(\(message.count)B)"
    case .packedMessage(_, let message, let encoding): "message(\(message.count)B \(encoding))"
    case .ended: "ended"
    case .sendRoom: "sendRoom"
    case .failed(_, let failure):
      "failed(\(failure.error.code.rawValue)\(failure.neverStarted ? " never started" : ""))"
    case .slotsChanged: "slotsChanged"
    case .goingAway(let code): "goingAway(\(code.rawValue))"
    case .close(let error): "close(\(error.map(\.description) ?? "orderly"))"
    }
  }

  // MARK: Both

  private static func brief(_ frame: Frame) -> String {
    let name =
      switch frame.type {
      case 1: "REQUEST"
      case 2: frame.status == 0 ? "RESPONSE" : "RESPONSE(\(frame.status))"
      case 3: "DATA(\(frame.payload.count)B)"
      case 0x10: "SETTINGS"
      case 0x11: "WINDOW(\(frame.number(0)))"
      case 0x12: frame.flags & 1 == 1 ? "REFUSED(\(frame.number(0)))" : "CANCEL(\(frame.number(0)))"
      case 0x13: "PING"
      case 0x14: "GOAWAY(\(frame.number(0)),\(frame.number(4)))"
      case 0x15: "HEADERS"
      default: "?"
      }
    return name + (frame.type < 0x10 ? "[\(frame.flags)]" : "")
  }

  private func line(_ parts: String...) -> String {
    let widths = [22, 18, 11, 34]
    var line = ""
    for (part, width) in zip(parts, widths) {
      line += part + String(repeating: " ", count: max(1, width - part.count))
    }
    line += parts.last!
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Compares lines with a golden file, or writes it when UPDATE_GOLDEN=1.
enum Golden {
  static func check(_ path: String, _ lines: [String]) throws {
    let text = lines.joined(separator: "\n") + "\n"
    if environment("UPDATE_GOLDEN") == "1" {
      try VectorFile.write(path, text)
      return
    }
    let golden = String(decoding: try VectorFile.read(path), as: UTF8.self)
    let wanted = golden.split(separator: "\n").map(String.init)
    #expect(
      lines.count == wanted.count, "\(path): run with UPDATE_GOLDEN=1 and read the difference")
    for (line, want) in zip(lines, wanted) where line != want {
      Issue.record("\(path)\n  golden: \(want)\n  now:    \(line)")
    }
  }
}
