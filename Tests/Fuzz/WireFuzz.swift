// Fuzzes both connection state machines: any bytes, cut anywhere, must leave them answering or closed.

import Vocabulary
import Wire

let wireEntries =
  frameEntries + serverEntries + clientEntries + pairEntries + envelopeEntries + byteEntries

private let byteEntries = Profile.allCases.flatMap { profile in
  [
    FuzzEntry(name: "wire-server-\(profile)") { feedServer(profile, $0) },
    FuzzEntry(name: "wire-client-\(profile)") { feedClient(profile, $0) },
  ]
}

/// Rounds of writing after which a machine that still has output is taken to spin.
private let writeRoundsMax = 100_000

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

/// A server that echoes each message at once.
private func feedServer(_ profile: Profile, _ input: UnsafeRawBufferPointer) {
  var now = Moment.now
  var machine = ServerConnection(profile: profile, methods: fuzzMethods, now: now)
  machine.start(now: now)
  var closed = false
  pieces(input) { piece in
    guard !closed else { return }
    machine.receive(piece, now: now)
    while let action = machine.nextAction() {
      precondition(!closed, "an action after .close")
      switch action {
      case .call(let call) where call.kind.clientStreams: break
      case .call(let call):
        _ = machine.send(call.stream, OutgoingMessage(call.message), now: now)
        machine.respond(call.stream, .success(OutgoingMessage(call.message)), now: now)
        machine.handlerEnded(call.stream, now: now)
      case .message(let stream, let message), .packedMessage(let stream, let message, _):
        machine.messageTaken(stream, bytes: message.count, now: now)
        _ = machine.send(stream, OutgoingMessage(message), now: now)
      case .messagesEnded(let stream):
        machine.respond(stream, .success(.empty), now: now)
        machine.handlerEnded(stream, now: now)
      case .cancelled(let stream, _): machine.handlerEnded(stream, now: now)
      case .sendRoom: break
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
  while let action = machine.nextAction() {
    if case .cancelled(let stream, _) = action { machine.handlerEnded(stream, now: now) }
  }
  precondition(machine.openStreams == 0, "a stream outlives its connection")
}

/// A client with a call of each kind in flight, whose server answers whatever the input says.
private func feedClient(_ profile: Profile, _ input: UnsafeRawBufferPointer) {
  var now = Moment.now
  var machine = ClientConnection(profile: profile, now: now)
  machine.start(now: now)
  for (kind, name) in fuzzKinds {
    let message = kind.clientStreams ? nil : OutgoingMessage(Bytes([1]))
    _ = try? machine.startCall(name, kind: kind, message, deadline: .never, now: now)
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
