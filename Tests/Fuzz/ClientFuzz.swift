// Fuzzes the client's machine against a mad server: any frame at any time, while calls of all four kinds go on.

import Vocabulary
import Wire

let clientEntries = Profile.allCases.map { profile in
  FuzzEntry(name: "wire-mad-server-\(profile)") { runClient(profile, EventReader($0)) }
}

/// Traps once a stream has brought a message after its headers.
let clientCanary = FuzzEntry(name: "canary-mad-server") {
  runClient(.native, EventReader($0), isCanary: true)
}

/// Any frame that a server might send, nearly right.
private func anyFrame(_ events: inout EventReader) -> [UInt8] {
  let types: [UInt8] = [2, 3, 2, 3, 3, 0x10, 0x11, 0x12, 0x13, 0x14, 1, 0x15, 0x15, 0x2A, 0x8A]
  let type = types[events.choice(types.count)]
  let flags = events.byte() & 0x1F
  let stream = UInt32(events.choice(12))
  switch type {
  case 2:
    let status: [UInt8] = events.choice(2) == 0 ? [] : [10, 2, 8, events.byte()]
    let count = events.choice(40)
    let payload = [18, UInt8(count)] + [UInt8](repeating: 6, count: count)
    return fuzzFrame(2, flags, stream, status + (flags & 4 == 0 ? payload : []))
  case 3: return fuzzFrame(3, flags, stream, [UInt8](repeating: 1, count: events.size() & 0xFFFF))
  case 0x11:
    return fuzzFrame(0x11, flags, stream, [0, events.byte(), events.byte(), events.byte()])
  case 0x12: return fuzzFrame(0x12, flags, stream, [0, 0, 0, events.byte()])
  case 0x13: return fuzzFrame(0x13, flags, 0, [UInt8](repeating: 1, count: 8))
  case 0x14:
    return fuzzFrame(0x14, flags, 0, [0, 0, 0, events.byte(), 0, 0, 0, events.byte() & 7])
  case 0x15: return fuzzFrame(0x15, flags, stream, [10, 6, 10, 1, 107, 18, 1, events.byte()])
  default:
    let count = events.choice(20)
    return fuzzFrame(type, flags, stream, (0..<count).map { _ in events.byte() })
  }
}

/// A call that has not ended.
private struct Call {
  let stream: StreamID
  let kind: MethodKind
  var unread: [Int] = []
  var received = 0
  var hasHeaders = false
}

/// A client under test, and the calls whose end it owes.
private struct ClientUnderFuzz: ~Copyable {
  var machine: ClientConnection
  var now = Moment.now
  var calls: [Call] = []
  var isClosed = false
  var isCanary = false

  init(_ profile: Profile) {
    machine = ClientConnection(profile: profile, limits: smallWindows, now: now)
    machine.start(now: now)
  }

  private func index(_ stream: StreamID) -> Int {
    guard let index = calls.firstIndex(where: { $0.stream == stream }) else {
      preconditionFailure("an event for a call that has ended")
    }
    return index
  }

  mutating func collect() {
    while let event = machine.nextEvent() {
      precondition(!isClosed, "an event after .close")
      switch event {
      case .response(let stream, _, _, _), .packedResponse(let stream, _, _, _, _):
        precondition(!calls.remove(at: index(stream)).kind.serverStreams, "an answer to a stream")
      case .failed(let stream, _): calls.remove(at: index(stream))
      case .ended(let stream, _):
        let call = calls.remove(at: index(stream))
        precondition(call.kind.serverStreams, "the end of no stream")
      case .headers(let stream, _):
        let place = index(stream)
        precondition(!calls[place].hasHeaders && calls[place].received == 0, "late headers")
        calls[place].hasHeaders = true
      case .message(let stream, let message), .packedMessage(let stream, let message, _):
        let place = index(stream)
        precondition(calls[place].kind.serverStreams, "a message on no stream")
        calls[place].unread.append(message.count)
        calls[place].received += 1
        precondition(!isCanary || !calls[place].hasHeaders, "the canary was found")
      case .sendRoom(let stream):
        precondition(calls[index(stream)].kind.clientStreams, "room for nothing")
      case .slotsChanged, .goingAway: break
      case .close: isClosed = true
      }
    }
    precondition(machine.memoryBytes >= 0 && machine.memoryBytes < fuzzMemoryBytesMax)
  }

  mutating func start(_ choice: Int, _ size: Int, _ deadline: Deadline) {
    let (kind, name) = fuzzKinds[choice % fuzzKinds.count]
    let message = OutgoingMessage(Bytes([UInt8](repeating: 3, count: size)))
    let started = try? machine.startCall(
      name, kind: kind, kind.clientStreams ? nil : message, deadline: deadline, now: now)
    if let started { calls.append(Call(stream: started, kind: kind)) }
  }
}

/// A kind of call, and the method that has it.
let fuzzKinds: [(kind: MethodKind, name: MethodName)] = [
  (.unary, MethodName(service: "s", method: "m")),
  (.clientStreaming, MethodName(service: "s", method: "c")),
  (.serverStreaming, MethodName(service: "s", method: "s")),
  (.bidiStreaming, MethodName(service: "s", method: "d")),
]

private func runClient(
  _ profile: Profile, _ input: consuming EventReader, isCanary: Bool = false
) {
  var events = input
  var client = ClientUnderFuzz(profile)
  client.isCanary = isCanary
  if profile == .native {
    fuzzFrame(0x10, 0, 0, []).withUnsafeBytes { client.machine.receive($0, now: client.now) }
  }
  while !events.isEmpty {
    let choice = events.choice(14)
    let place = client.calls.isEmpty ? -1 : events.choice(client.calls.count)
    switch choice {
    case 0..<6:
      anyFrame(&events).withUnsafeBytes { client.machine.receive($0, now: client.now) }
    case 6, 7:
      let deadline =
        events.choice(4) == 0 ? Deadline.after(.seconds(1), from: client.now) : .never
      client.start(events.choice(4), events.size(), deadline)
    case 8 where place >= 0:
      let message = OutgoingMessage(Bytes([UInt8](repeating: 4, count: events.size())))
      _ = client.machine.send(client.calls[place].stream, message, now: client.now)
    case 9 where place >= 0:
      client.machine.closeSend(client.calls[place].stream, now: client.now)
    case 10 where place >= 0 && !client.calls[place].unread.isEmpty:
      let bytes = client.calls[place].unread.removeFirst()
      client.machine.messageTaken(client.calls[place].stream, bytes: bytes, now: client.now)
    case 11 where place >= 0:
      client.machine.cancel(client.calls.remove(at: place).stream, now: client.now)
    case 12:
      client.now += .milliseconds(Int(events.byte()) * 20)
      client.machine.tick(now: client.now)
    case 13 where events.choice(16) == 0: client.machine.beginClose(now: client.now)
    default:
      let limit = events.choice(256) * 256
      _ = client.machine.writeOutput { min($0.count, limit) }
    }
    client.collect()
  }
  client.machine.connectionLost(now: client.now)
  client.collect()
  precondition(client.calls.isEmpty && client.machine.openStreams == 0, "a call has no end")
  while client.machine.writeOutput({ $0.count }) > 0 {}
  // What is left is an unfinished frame.
  precondition(client.machine.memoryBytes <= 4 << 20, "memory outlives its calls")
}
