// Fuzzes our client against our server, with calls of all four kinds: they must never accuse each other, every
// message must arrive once and in order, and no call may wait for ever.

import Vocabulary
import Wire

let pairEntries = Profile.allCases.map { profile in
  FuzzEntry(name: "wire-pair-\(profile)") { runPair(profile, EventReader($0)) }
}

/// Traps once a stream both ways has brought a message each way.
let pairCanary = FuzzEntry(name: "canary-pair") {
  runPair(.native, EventReader($0), isCanary: true)
}

/// A call as its caller sees it.
private struct Call {
  let stream: StreamID
  let kind: MethodKind
  var sent = 0
  var received = 0
  var unread: [Int] = []
  var hasClosed = false
}

private struct Pair: ~Copyable {
  var client: ClientConnection
  var server: ServerUnderFuzz
  var up: [UInt8] = []
  var down: [UInt8] = []
  var calls: [Call] = []
  /// Messages that a handler had sent when it answered.
  var answers: [StreamID: Int] = [:]
  var isCanary = false

  init(_ profile: Profile) {
    server = ServerUnderFuzz(profile)
    client = ClientConnection(profile: profile, limits: smallWindows, now: server.now)
    client.start(now: server.now)
  }

  mutating func move(up count: Int) {
    let now = server.now
    _ = client.writeOutput { run in
      up.append(contentsOf: run)
      return run.count
    }
    if server.machine.wantsRead {
      let taken = Array(up.prefix(count))
      up.removeFirst(taken.count)
      taken.withUnsafeBytes { server.machine.receive($0, now: now) }
    }
    collect()
  }

  mutating func move(down count: Int) {
    _ = server.machine.writeOutput { run in
      down.append(contentsOf: run)
      return run.count
    }
    let taken = Array(down.prefix(count))
    down.removeFirst(taken.count)
    taken.withUnsafeBytes { client.receive($0, now: server.now) }
    collect()
  }

  // MARK: The client

  mutating func start(_ choice: Int, _ size: Int) {
    let (kind, name) = fuzzKinds[choice % fuzzKinds.count]
    let message = OutgoingMessage([
      Bytes([UInt8](repeating: 3, count: size)), Bytes([UInt8](repeating: 4, count: 9)),
    ])
    let started = try? client.startCall(
      name, kind: kind, kind.clientStreams ? nil : message, deadline: .never, now: server.now)
    if let started { calls.append(Call(stream: started, kind: kind)) }
  }

  mutating func send(_ place: Int, _ size: Int) {
    guard calls[place].kind.clientStreams, !calls[place].hasClosed else { return }
    let message = OutgoingMessage(Bytes([UInt8](repeating: 4, count: size)))
    guard case .taken = client.send(calls[place].stream, message, now: server.now) else {
      preconditionFailure("an open stream takes no message")
    }
    calls[place].sent += 1
  }

  mutating func closeSend(_ place: Int) {
    client.closeSend(calls[place].stream, now: server.now)
    calls[place].hasClosed = true
  }

  mutating func take(_ place: Int) {
    guard !calls[place].unread.isEmpty else { return }
    let bytes = calls[place].unread.removeFirst()
    client.messageTaken(calls[place].stream, bytes: bytes, now: server.now)
  }

  // MARK: The server

  mutating func serverSends(_ place: Int, _ size: Int) {
    guard server.handlers[place].kind.serverStreams else { return }
    server.send(place, size)
    server.handlers[place].sent += 1
  }

  mutating func answer(_ place: Int, _ size: Int) {
    let handler = server.handlers[place]
    answers[handler.stream] = handler.kind.serverStreams ? handler.sent : size
    let message = OutgoingMessage(Bytes([UInt8](repeating: 5, count: size)))
    server.machine.respond(handler.stream, .success(message), now: server.now)
    server.end(place)
    collect()
  }

  /// Lets everything arrive and be answered: no call may be left waiting.
  mutating func finish() {
    var rounds = 0
    while !calls.isEmpty {
      for place in calls.indices {
        while !calls[place].unread.isEmpty { take(place) }
        if calls[place].kind.clientStreams && !calls[place].hasClosed { closeSend(place) }
      }
      move(up: .max)
      for place in server.handlers.indices {
        while !server.handlers[place].unread.isEmpty { server.take(place) }
      }
      // Those who take a stream answer when they have all of it.
      while let place = server.handlers.firstIndex(where: { !$0.kind.clientStreams || $0.isOver }) {
        answer(place, 20_000)
      }
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
    server.collect()
    // Nobody broke a rule, so nobody may say so.
    precondition(server.fault == nil, "the server accuses the client")
    while let event = client.nextEvent() {
      switch event {
      case .response(let stream, let message, _, _),
        .packedResponse(let stream, let message, _, _, _):
        precondition(answers[stream] == message.count, "an answer of another size")
        calls.removeAll { $0.stream == stream }
      case .ended(let stream, _):
        guard let place = calls.firstIndex(where: { $0.stream == stream }) else { break }
        precondition(answers[stream] == calls[place].received, "a message was lost")
        precondition(
          !isCanary || calls[place].received == 0 || calls[place].sent == 0, "the canary was found")
        calls.remove(at: place)
      case .message(let stream, let message), .packedMessage(let stream, let message, _):
        guard let place = calls.firstIndex(where: { $0.stream == stream }) else { break }
        calls[place].unread.append(message.count)
        calls[place].received += 1
      case .failed(let stream, _): calls.removeAll { $0.stream == stream }
      case .close(let error):
        precondition(error == nil, "the client accuses the server: \(error!)")
      case .goingAway(let code): precondition(code == .noError, "the server accuses the client")
      case .headers, .slotsChanged, .sendRoom: break
      }
    }
  }
}

private func runPair(_ profile: Profile, _ input: consuming EventReader, isCanary: Bool = false) {
  var events = input
  var pair = Pair(profile)
  pair.isCanary = isCanary
  var cancels = 0
  while !events.isEmpty {
    let choice = events.choice(16)
    let call = pair.calls.isEmpty ? -1 : events.choice(pair.calls.count)
    let handler = pair.server.handlers.isEmpty ? -1 : events.choice(pair.server.handlers.count)
    switch choice {
    case 0, 1: pair.start(events.choice(4), events.size())
    // Fewer than the flood guard minds, with the calls that are refused for it.
    case 2 where call >= 0 && cancels < 400:
      cancels += 1
      pair.client.cancel(pair.calls.remove(at: call).stream, now: pair.server.now)
    case 3 where call >= 0: pair.send(call, events.size())
    case 4 where call >= 0 && pair.calls[call].kind.clientStreams: pair.closeSend(call)
    case 5 where call >= 0: pair.take(call)
    case 6 where handler >= 0: pair.server.take(handler)
    case 7 where handler >= 0: pair.serverSends(handler, events.size())
    case 8 where handler >= 0: pair.answer(handler, events.size())
    case 9:
      pair.server.now += .milliseconds(events.choice(20))
      pair.server.machine.tick(now: pair.server.now)
      pair.client.tick(now: pair.server.now)
    case 10 where events.choice(16) == 0: pair.server.machine.beginDrain(now: pair.server.now)
    case 11, 12: pair.move(down: events.choice(256) * 300)
    default: pair.move(up: events.choice(256) * 300)
    }
    pair.collect()
  }
  pair.finish()
}
