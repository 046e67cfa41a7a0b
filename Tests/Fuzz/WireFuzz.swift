// Fuzzes both connection state machines: any bytes, cut anywhere, must leave them answering or closed.

import Vocabulary
import Wire

let wireEntries = frameEntries + connectionEntries + byteEntries

private let byteEntries = Profile.allCases.flatMap { profile in
  [
    FuzzEntry(name: "wire-server-\(profile)") { feedServer(profile, $0) },
    FuzzEntry(name: "wire-client-\(profile)") { feedClient(profile, $0) },
  ]
}

/// Rounds of writing after which a machine that still has output is taken to spin.
private let writeRoundsMax = 100_000

private let methods = MethodTable([
  MethodEntry(service: "s", method: "m"),
  MethodEntry(service: "s", method: "d", kind: .serverStreaming),
])

/// The input in pieces: its first byte is the length of each, 0 for all at once.
private func pieces(
  _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
) {
  guard let first = input.first else { return }
  var rest = UnsafeRawBufferPointer(rebasing: input.dropFirst())
  let size = first == 0 ? rest.count : Int(first)
  while !rest.isEmpty {
    body(UnsafeRawBufferPointer(rebasing: rest.prefix(size)))
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(size))
  }
}

/// A server that echoes each call at once.
private func feedServer(_ profile: Profile, _ input: UnsafeRawBufferPointer) {
  var now = ContinuousClock.now
  var machine = ServerConnection(profile: profile, methods: methods, now: now)
  machine.start(now: now)
  var closed = false
  pieces(input) { piece in
    guard !closed else { return }
    machine.receive(piece, now: now)
    while let action = machine.nextAction() {
      precondition(!closed, "an action after .close")
      switch action {
      case .call(let call):
        machine.respond(call.stream, .success(OutgoingMessage(call.message)), now: now)
        machine.handlerEnded(call.stream, now: now)
      case .cancelled: break
      case .close: closed = true
      }
    }
    var rounds = 0
    while machine.writeOutput({ $0.count }) > 0 {
      rounds += 1
      precondition(rounds < writeRoundsMax, "output does not end")
    }
    now += .milliseconds(1)
    machine.tick(now: now)
  }
  machine.connectionLost(now: now)
  while machine.nextAction() != nil {}
  precondition(machine.openStreams == 0, "a stream outlives its connection")
}

/// A client with two calls in flight, whose server answers whatever the input says.
private func feedClient(_ profile: Profile, _ input: UnsafeRawBufferPointer) {
  var now = ContinuousClock.now
  var machine = ClientConnection(profile: profile, now: now)
  machine.start(now: now)
  let name = MethodName(service: "s", method: "m")
  for _ in 0..<2 {
    _ = try? machine.startCall(name, OutgoingMessage(Bytes([1])), deadline: .never, now: now)
  }
  pieces(input) { piece in
    machine.receive(piece, now: now)
    while machine.nextEvent() != nil {}
    var rounds = 0
    while machine.writeOutput({ $0.count }) > 0 {
      rounds += 1
      precondition(rounds < writeRoundsMax, "output does not end")
    }
    now += .milliseconds(1)
    machine.tick(now: now)
  }
  machine.connectionLost(now: now)
  while machine.nextEvent() != nil {}
  precondition(machine.openStreams == 0, "a call outlives its connection")
}
