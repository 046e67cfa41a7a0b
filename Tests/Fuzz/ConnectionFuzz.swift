// Fuzzes the connection machines with sequences of events instead of raw bytes: a server against a peer that
// sends any frame at any time, and our client against our server, which must never accuse each other.

import Vocabulary
import Wire

let connectionEntries = Profile.allCases.flatMap { profile in
  [
    FuzzEntry(name: "wire-events-\(profile)") { runEvents(profile, EventReader($0)) },
    FuzzEntry(name: "wire-pair-\(profile)") { runPair(profile, EventReader($0)) },
  ]
}

/// Reads choices from the fuzzer's input; zeros when it is used up.
private struct EventReader {
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

private let methods = MethodTable([
  MethodEntry(service: "s", method: "m"),
  MethodEntry(service: "s", method: "small", requestBytesMax: 1000),
  MethodEntry(service: "s", method: "d", kind: .bidiStreaming),
])

/// The least that may be announced, so that messages of a fuzzed size meet the windows' edges.
private let smallWindows: WireLimits = {
  var limits = WireLimits()
  limits.streamWindowBytes = 64 << 10
  limits.connectionWindowBytes = 64 << 10
  limits.nativeFrameBytesMax = 16 << 10
  return limits
}()

private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
  bytes.withUnsafeMutableBytes {
    FrameHeader(
      length: payload.count, stream: stream, type: FrameType(rawValue: type),
      flags: FrameFlags(rawValue: flags)
    ).write(to: $0.baseAddress!)
  }
  return bytes + payload
}

// MARK: A server and a mad peer

/// Any frame of the protocol, nearly right.
private func anyFrame(_ events: inout EventReader) -> [UInt8] {
  let types: [UInt8] = [1, 3, 1, 3, 0x10, 0x11, 0x12, 0x13, 0x14, 2, 0x15, 0x2A, 0x8A]
  let type = types[events.choice(types.count)]
  let flags = events.byte() & 0x1F
  let stream = UInt32(events.choice(16))
  switch type {
  case 1:
    let name = [UInt8(ascii: "m"), UInt8(ascii: "d"), UInt8(ascii: "x")][events.choice(3)]
    let count = events.choice(100)
    return frame(
      1, flags, stream,
      [10, 1, UInt8(ascii: "s"), 18, 1, name, 26, UInt8(count)]
        + [UInt8](repeating: events.byte(), count: count))
  case 3: return frame(3, flags, stream, [UInt8](repeating: 1, count: events.size() & 0xFFFF))
  case 0x11: return frame(0x11, flags, stream, [0, events.byte(), events.byte(), events.byte()])
  case 0x12: return frame(0x12, flags, stream, [0, 0, 0, events.byte()])
  case 0x13: return frame(0x13, flags, 0, [UInt8](repeating: 1, count: 8))
  default:
    let count = events.choice(20)
    return frame(type, flags, stream, (0..<count).map { _ in events.byte() })
  }
}

/// A server under test, and what it owes.
private struct ServerUnderFuzz: ~Copyable {
  var machine: ServerConnection
  var now = ContinuousClock.now
  var running: [StreamID] = []
  var isClosed = false
  /// Why it closed, if not in good order.
  var fault: WireError?

  init(_ profile: Profile) {
    machine = ServerConnection(
      profile: profile, methods: methods, limits: smallWindows, now: now)
    machine.start(now: now)
  }

  mutating func collect() {
    while let action = machine.nextAction() {
      precondition(!isClosed, "an action after .close")
      switch action {
      case .call(let call):
        precondition(!running.contains(call.stream), "a call was started twice")
        running.append(call.stream)
      case .cancelled(let stream, _):
        precondition(running.contains(stream), "a call that does not run was cancelled")
      case .close(let error):
        isClosed = true
        fault = error
      }
    }
  }

  mutating func feed(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { machine.receive($0, now: now) }
    collect()
  }

  mutating func write(_ limit: Int) {
    _ = machine.writeOutput { min($0.count, limit) }
    collect()
  }
}

private func runEvents(_ profile: Profile, _ input: consuming EventReader) {
  var events = input
  var server = ServerUnderFuzz(profile)
  if profile == .native { server.feed(frame(0x10, 0, 0, [])) }
  while !events.isEmpty {
    switch events.choice(12) {
    case 0..<5: server.feed(anyFrame(&events))
    case 5:
      let count = events.choice(30)
      server.feed((0..<count).map { _ in events.byte() })
    case 6 where !server.running.isEmpty:
      let stream = server.running[events.choice(server.running.count)]
      let message = OutgoingMessage(Bytes([UInt8](repeating: 2, count: events.size())))
      server.machine.respond(stream, .success(message), now: server.now)
    case 7 where !server.running.isEmpty:
      let stream = server.running.remove(at: events.choice(server.running.count))
      server.machine.handlerEnded(stream, now: server.now)
    case 8:
      server.now += .milliseconds(Int(events.byte()) * 40)
      server.machine.tick(now: server.now)
    case 9: server.machine.processMemoryFull = events.choice(2) == 1
    case 10 where events.choice(8) == 0: server.machine.beginDrain(now: server.now)
    case 11 where events.choice(8) == 0: server.machine.peerClosedInput(now: server.now)
    default: server.write(events.choice(256) * 256)
    }
    server.collect()
  }
  for stream in server.running { server.machine.handlerEnded(stream, now: server.now) }
  server.machine.connectionLost(now: server.now)
  while server.machine.nextAction() != nil {}
  precondition(server.machine.openStreams == 0, "a stream outlives its connection")
}

// MARK: Our client and our server

/// Bytes on their way between two machines.
private struct Pipe {
  var bytes: [UInt8] = []

  mutating func take(_ count: Int) -> [UInt8] {
    let taken = Array(bytes.prefix(count))
    bytes.removeFirst(taken.count)
    return taken
  }
}

private struct Pair: ~Copyable {
  var client: ClientConnection
  var server: ServerUnderFuzz
  var up = Pipe()
  var down = Pipe()
  var calls: [StreamID] = []
  /// Size of the answer that was given, by stream.
  var answers: [StreamID: Int] = [:]

  init(_ profile: Profile) {
    server = ServerUnderFuzz(profile)
    client = ClientConnection(profile: profile, limits: smallWindows, now: server.now)
    client.start(now: server.now)
  }

  mutating func move(up count: Int) {
    _ = client.writeOutput { run in
      up.bytes += Array(run)
      return run.count
    }
    server.feed(up.take(count))
    collect()
  }

  mutating func move(down count: Int) {
    _ = server.machine.writeOutput { run in
      down.bytes += Array(run)
      return run.count
    }
    let bytes = down.take(count)
    bytes.withUnsafeBytes { client.receive($0, now: server.now) }
    server.collect()
    collect()
  }

  /// Answers one of the running calls.
  mutating func answer(_ index: Int, _ size: Int) {
    let stream = server.running.remove(at: index)
    answers[stream] = size
    let message = OutgoingMessage(Bytes([UInt8](repeating: 5, count: size)))
    server.machine.respond(stream, .success(message), now: server.now)
    server.machine.handlerEnded(stream, now: server.now)
    server.collect()
  }

  /// Lets everything arrive and be answered: no call may be left waiting.
  mutating func finish() {
    var rounds = 0
    while !calls.isEmpty {
      move(up: .max)
      while !server.running.isEmpty { answer(0, 20_000) }
      move(down: .max)
      if server.isClosed && client.profile == .compat {
        // No GOAWAY tells a compat client that its request came too late; the closed socket does.
        client.peerClosedInput(now: server.now)
        collect()
      }
      rounds += 1
      precondition(rounds < 10_000, "a call waits for ever")
    }
  }

  mutating func collect() {
    // Nobody broke a rule, so nobody may say so.
    precondition(server.fault == nil, "the server accuses the client")
    while let event = client.nextEvent() {
      switch event {
      case .response(let stream, let message, _, _):
        precondition(answers[stream] == message.count, "an answer of another size")
        calls.removeAll { $0 == stream }
      case .failed(let stream, _): calls.removeAll { $0 == stream }
      case .close(let error):
        precondition(error == nil, "the client accuses the server: \(error!)")
      case .goingAway(let code): precondition(code == .noError, "the server accuses the client")
      case .slotsChanged: break
      }
    }
  }
}

private func runPair(_ profile: Profile, _ input: consuming EventReader) {
  var events = input
  var pair = Pair(profile)
  let name = MethodName(service: "s", method: "m")
  var cancels = 0
  while !events.isEmpty {
    switch events.choice(10) {
    case 0, 1:
      let message = OutgoingMessage([
        Bytes([UInt8](repeating: 3, count: events.size())), Bytes([UInt8](repeating: 4, count: 9)),
      ])
      let started = try? pair.client.startCall(
        name, message, deadline: .never, now: pair.server.now)
      if let started { pair.calls.append(started) }
    // Fewer than the flood guard minds.
    case 2 where !pair.calls.isEmpty && cancels < 900:
      cancels += 1
      pair.client.cancel(
        pair.calls.remove(at: events.choice(pair.calls.count)), now: pair.server.now)
    case 3 where !pair.server.running.isEmpty:
      pair.answer(events.choice(pair.server.running.count), events.size())
    case 4:
      pair.server.now += .milliseconds(events.choice(20))
      pair.server.machine.tick(now: pair.server.now)
      pair.client.tick(now: pair.server.now)
      pair.server.collect()
      pair.collect()
    case 5 where events.choice(16) == 0: pair.server.machine.beginDrain(now: pair.server.now)
    case 6, 7: pair.move(down: events.choice(256) * 300)
    default: pair.move(up: events.choice(256) * 300)
    }
  }
  pair.finish()
}
