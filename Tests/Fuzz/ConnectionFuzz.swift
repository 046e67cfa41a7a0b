// Fuzzes the server's machine with sequences of events instead of raw bytes: a peer that sends any frame at any
// time, and handlers of all four kinds that do anything at any time.

import Vocabulary
import Wire

let serverEntries = Profile.allCases.map { profile in
  FuzzEntry(name: "wire-events-\(profile)") { runServer(profile, EventReader($0)) }
}

/// Traps once a stream is cancelled while a message of it waits unread.
let serverCanary = FuzzEntry(name: "canary-events") {
  runServer(.native, EventReader($0), isCanary: true)
}

/// Reads choices from the fuzzer's input; zeros when it is used up.
struct EventReader {
  private let input: UnsafeRawBufferPointer
  private var offset = 0

  init(_ input: UnsafeRawBufferPointer) { self.input = input }

  var isEmpty: Bool { offset >= input.count }

  mutating func byte() -> UInt8 {
    guard offset < input.count else { return 0 }
    defer { offset += 1 }
    return input[offset]
  }

  mutating func choice(_ count: Int) -> Int { Int(byte()) % count }

  /// A size that is often at an edge of the protocol.
  mutating func size() -> Int {
    switch choice(8) {
    case 0: 0
    case 1: 1
    case 2: 16 << 10
    case 3: (16 << 10) + 1
    case 4: (64 << 10) + choice(3) - 1
    case 5: 300_000
    default: Int(byte()) * 16
    }
  }
}

/// A method of each kind, and one that takes little.
let fuzzMethods = MethodTable([
  MethodEntry(service: "s", method: "m"),
  MethodEntry(service: "s", method: "l", requestBytesMax: 1000),
  MethodEntry(service: "s", method: "c", kind: .clientStreaming),
  MethodEntry(service: "s", method: "s", kind: .serverStreaming),
  MethodEntry(service: "s", method: "d", kind: .bidiStreaming),
])

/// The least that may be announced, so that messages of a fuzzed size meet the windows' edges.
let smallWindows: WireLimits = {
  var limits = WireLimits()
  limits.streamWindowBytes = 64 << 10
  limits.connectionWindowBytes = 64 << 10
  limits.nativeFrameBytesMax = 16 << 10
  return limits
}()

func fuzzFrame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
  bytes.withUnsafeMutableBytes {
    FrameHeader(
      length: payload.count, stream: stream, type: FrameType(rawValue: type),
      flags: FrameFlags(rawValue: flags)
    ).write(to: $0.baseAddress!)
  }
  return bytes + payload
}

/// Memory that a machine with `smallWindows` may hold, whatever happens.
let fuzzMemoryBytesMax = 64 << 20

// MARK: A server and a mad peer

/// Any frame that a client might send, nearly right.
private func anyFrame(_ events: inout EventReader) -> [UInt8] {
  let types: [UInt8] = [1, 3, 1, 3, 3, 0x10, 0x11, 0x12, 0x13, 0x14, 2, 0x15, 0x2A, 0x8A]
  let type = types[events.choice(types.count)]
  let flags = events.byte() & 0x1F
  let stream = UInt32(events.choice(16))
  switch type {
  case 1:
    let name = Array("mlcsdx".utf8)[events.choice(6)]
    let count = events.choice(100)
    return fuzzFrame(
      1, flags, stream,
      [10, 1, UInt8(ascii: "s"), 18, 1, name, 26, UInt8(count)]
        + [UInt8](repeating: events.byte(), count: count))
  case 3: return fuzzFrame(3, flags, stream, [UInt8](repeating: 1, count: events.size() & 0xFFFF))
  case 0x11:
    return fuzzFrame(0x11, flags, stream, [0, events.byte(), events.byte(), events.byte()])
  case 0x12: return fuzzFrame(0x12, flags, stream, [0, 0, 0, events.byte()])
  case 0x13: return fuzzFrame(0x13, flags, 0, [UInt8](repeating: 1, count: 8))
  default:
    let count = events.choice(20)
    return fuzzFrame(type, flags, stream, (0..<count).map { _ in events.byte() })
  }
}

/// A call whose handler has not ended.
struct FuzzHandler {
  let stream: StreamID
  let kind: MethodKind
  /// Sizes of messages that came and have not been taken.
  var unread: [Int] = []
  var received = 0
  var sent = 0
  /// No message may come any more.
  var isOver = false
}

/// A server under test, and what it owes.
struct ServerUnderFuzz: ~Copyable {
  var machine: ServerConnection
  var now = Moment.now
  var handlers: [FuzzHandler] = []
  var isClosed = false
  /// Why it closed, if not in good order.
  var fault: WireError?
  var isCanary = false

  init(_ profile: Profile) {
    machine = ServerConnection(
      profile: profile, methods: fuzzMethods, limits: smallWindows, now: now)
    machine.start(now: now)
  }

  private func index(_ stream: StreamID) -> Int {
    guard let index = handlers.firstIndex(where: { $0.stream == stream }) else {
      preconditionFailure("an action for a call that does not run")
    }
    return index
  }

  mutating func collect() {
    while let action = machine.nextAction() {
      precondition(!isClosed, "an action after .close")
      switch action {
      case .call(let call):
        precondition(!handlers.contains { $0.stream == call.stream }, "a call was started twice")
        precondition(call.message.isEmpty || !call.kind.clientStreams, "a first message")
        handlers.append(FuzzHandler(stream: call.stream, kind: call.kind))
      case .message(let stream, let message), .packedMessage(let stream, let message, _):
        let place = index(stream)
        precondition(handlers[place].kind.clientStreams && !handlers[place].isOver)
        handlers[place].unread.append(message.count)
        handlers[place].received += 1
      case .messagesEnded(let stream):
        let place = index(stream)
        precondition(handlers[place].kind.clientStreams && !handlers[place].isOver)
        handlers[place].isOver = true
      case .sendRoom(let stream):
        precondition(handlers[index(stream)].kind.serverStreams, "room for nothing")
      case .cancelled(let stream, _):
        let place = index(stream)
        precondition(!isCanary || handlers[place].unread.isEmpty, "the canary was found")
        handlers[place].isOver = true
      case .close(let error):
        isClosed = true
        fault = error
      }
    }
    precondition(machine.memoryBytes >= 0 && machine.memoryBytes < fuzzMemoryBytesMax)
  }

  mutating func feed(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { machine.receive($0, now: now) }
    collect()
  }

  mutating func write(_ limit: Int) {
    _ = machine.writeOutput { min($0.count, limit) }
    collect()
  }

  mutating func end(_ place: Int) {
    machine.handlerEnded(handlers.remove(at: place).stream, now: now)
  }

  mutating func take(_ place: Int) {
    guard !handlers[place].unread.isEmpty else { return }
    let bytes = handlers[place].unread.removeFirst()
    machine.messageTaken(handlers[place].stream, bytes: bytes, now: now)
  }

  mutating func send(_ place: Int, _ size: Int) {
    let message = OutgoingMessage(Bytes([UInt8](repeating: 2, count: size)))
    _ = machine.send(handlers[place].stream, message, now: now)
  }
}

private func runServer(
  _ profile: Profile, _ input: consuming EventReader, isCanary: Bool = false
) {
  var events = input
  var server = ServerUnderFuzz(profile)
  server.isCanary = isCanary
  if profile == .native { server.feed(fuzzFrame(0x10, 0, 0, [])) }
  while !events.isEmpty {
    let choice = events.choice(16)
    let place = server.handlers.isEmpty ? -1 : events.choice(server.handlers.count)
    switch choice {
    case 0..<6: server.feed(anyFrame(&events))
    case 6:
      let count = events.choice(30)
      server.feed((0..<count).map { _ in events.byte() })
    case 7 where place >= 0:
      let message = OutgoingMessage(Bytes([UInt8](repeating: 2, count: events.size())))
      server.machine.respond(
        server.handlers[place].stream, .success(message), now: server.now)
    case 8 where place >= 0: server.end(place)
    case 9 where place >= 0: server.take(place)
    case 10 where place >= 0: server.send(place, events.size())
    case 11 where place >= 0:
      server.machine.sendHeaders(server.handlers[place].stream, Metadata([("k", "v")]))
    case 12:
      server.now += .milliseconds(Int(events.byte()) * 40)
      server.machine.tick(now: server.now)
    case 13: server.machine.processMemoryFull = events.choice(2) == 1
    case 14 where events.choice(8) == 0: server.machine.beginDrain(now: server.now)
    case 15 where events.choice(8) == 0: server.machine.peerClosedInput(now: server.now)
    default: server.write(events.choice(256) * 256)
    }
    server.collect()
  }
  while !server.handlers.isEmpty { server.end(0) }
  server.machine.connectionLost(now: server.now)
  while server.machine.nextAction() != nil {}
  precondition(server.machine.openStreams == 0, "a stream outlives its connection")
  while server.machine.writeOutput({ $0.count }) > 0 {}
  // What is left is an unfinished frame.
  precondition(server.machine.memoryBytes <= 4 << 20, "memory outlives its streams")
}
