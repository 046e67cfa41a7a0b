// A client and a server that run random programs over all four kinds of call, with the bytes between them cut
// anywhere. Every message says which it is, so that a lost, doubled or moved one is seen.

import Glibc
import Testing
import Vocabulary

@testable import Wire

/// What one side of a call has still to do, and what it has seen.
private struct Side {
  let kind: MethodKind
  /// What messages may be marked as packed with; the machines never look.
  var encoding = MessageEncoding.identity
  /// Messages still to be sent.
  var toSend = 0
  var sent: UInt32 = 0
  var received: UInt32 = 0
  /// Sizes of messages that came and have not been taken.
  var unread: [Int] = []
  var isWaitingForRoom = false
  /// Whether this side has said that it sends nothing more.
  var isDone = false
  /// Whether the other side has.
  var isPeerDone = false
}

struct StreamWorld: ~Copyable {
  private var client: ClientConnection
  private var server: ServerConnection
  private var random: SeededRandom
  private let now = Instant.now
  private var up: [UInt8] = []
  private var down: [UInt8] = []
  private var calls: [UInt32: Side] = [:]
  private var handlers: [UInt32: Side] = [:]
  /// How many messages the client had sent when it said that there are no more.
  private var clientTotals: [UInt32: UInt32] = [:]
  /// The same for a server's answer.
  private var serverTotals: [UInt32: UInt32] = [:]
  private var cancelled: Set<UInt32> = []
  private(set) var completed = 0
  /// Answers that were marked as packed.
  private(set) var packed = 0

  private static let names: [(kind: MethodKind, method: String)] = [
    (.unary, "Unary"), (.serverStreaming, "ServerStream"), (.clientStreaming, "ClientStream"),
    (.bidiStreaming, "Bidi"),
  ]

  init(_ profile: Profile, seed: UInt64) {
    random = SeededRandom(seed)
    var limits = WireLimits()
    // The least that may be announced, half of the time: then every message meets a window's edge.
    if Bool.random(using: &random) {
      limits.streamWindowBytes = 64 << 10
      limits.connectionWindowBytes = 64 << 10
      limits.nativeFrameBytesMax = 16 << 10
    }
    client = ClientConnection(profile: profile, limits: limits, now: now)
    server = ServerConnection(profile: profile, methods: echoMethods, limits: limits, now: now)
    client.start(now: now)
    server.start(now: now)
  }

  // MARK: Messages that say which they are

  private func message(
    _ stream: UInt32, _ number: UInt32, _ size: Int, _ encoding: MessageEncoding = .identity
  ) -> OutgoingMessage {
    let head = be(stream) + be(number)
    let body = [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 31 &+ stream), count: size)
    if Self.isPacked(size, encoding) {
      return OutgoingMessage(Bytes(head + body), encoding: encoding)
    }
    return size % 3 == 0
      ? OutgoingMessage([Bytes(head), Bytes(body)]) : OutgoingMessage(Bytes(head + body))
  }

  /// Some messages of a stream that names an encoding are marked as packed, the others are not.
  private static func isPacked(_ size: Int, _ encoding: MessageEncoding) -> Bool {
    encoding != .identity && size % 2 == 1
  }

  private func check(
    _ message: Bytes, _ stream: UInt32, _ number: UInt32, packed encoding: MessageEncoding,
    of side: Side?
  ) {
    let wantsPacked = Self.isPacked(message.count - 8, side?.encoding ?? .identity)
    #expect(encoding == (wantsPacked ? side?.encoding : .identity))
    // A unary request is made before its stream has a number.
    let wanted = self.message(number == .max ? 0 : stream, number, message.count - 8)
    let expected = wanted.first.array + wanted.rest.flatMap(\.array)
    let isSame = message.withUnsafeBytes { came in
      expected.withUnsafeBytes { memcmp(came.baseAddress!, $0.baseAddress!, $0.count) == 0 }
    }
    if !isSame { Issue.record("stream \(stream): another message than \(number) came") }
  }

  private mutating func size() -> Int {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: 0
    case 1: (16 << 10) - 8
    case 2: 70_000
    case 3: 200_000
    default: Int.random(in: 0..<3_000, using: &random)
    }
  }

  // MARK: Steps

  mutating func step() {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: startCall()
    case 1, 2, 3: if let id = calls.keys.sorted().randomElement(using: &random) { clientStep(id) }
    case 4, 5, 6:
      if let id = handlers.keys.sorted().randomElement(using: &random) { serverStep(id) }
    case 7, 8: moveUp(Int.random(in: 1..<60_000, using: &random))
    case 9, 10: moveDown(Int.random(in: 1..<60_000, using: &random))
    default: if Int.random(in: 0..<10, using: &random) == 0 { cancelOne() }
    }
  }

  private mutating func startCall() {
    guard client.openSlots > 0 else { return }
    let (kind, method) = Self.names.randomElement(using: &random)!
    // Known once the server's SETTINGS are here.
    let wanted = MessageEncoding.allCases.randomElement(using: &random)!
    let encoding = client.takes(wanted) ? wanted : .identity
    let first = kind.clientStreams ? nil : message(0, .max, size(), encoding)
    guard
      let id = try? client.startCall(
        MethodName(service: "rpcvec.v1.Echo", method: method), kind: kind, first,
        deadline: .never, encoding: encoding, now: now)
    else {
      Issue.record("a call could not start")
      return
    }
    var side = Side(kind: kind, encoding: encoding)
    side.toSend = kind.clientStreams ? Int.random(in: 0..<12, using: &random) : 0
    side.isDone = !kind.clientStreams
    calls[id.raw] = side
  }

  private mutating func clientStep(_ id: UInt32) {
    guard var side = calls[id] else { return }
    if !side.unread.isEmpty && Bool.random(using: &random) {
      client.messageTaken(StreamID(id), bytes: side.unread.removeFirst(), now: now)
    } else if side.toSend > 0 && !side.isWaitingForRoom {
      let message = message(id, side.sent, size(), side.encoding)
      if case .taken(let hasRoom) = client.send(StreamID(id), message, now: now) {
        side.isWaitingForRoom = !hasRoom
      } else {
        Issue.record("stream \(id): the client could not send")
      }
      side.sent += 1
      side.toSend -= 1
    } else if side.toSend == 0 && !side.isDone {
      side.isDone = true
      clientTotals[id] = side.sent
      client.closeSend(StreamID(id), now: now)
    }
    calls[id] = side
    collect()
  }

  private mutating func serverStep(_ id: UInt32) {
    guard var side = handlers[id] else { return }
    defer { collect() }
    if side.isDone {
      handlers[id] = nil
      server.handlerEnded(StreamID(id), now: now)
      return
    }
    if !side.unread.isEmpty && Bool.random(using: &random) {
      server.messageTaken(StreamID(id), bytes: side.unread.removeFirst(), now: now)
    } else if side.toSend > 0 && !side.isWaitingForRoom {
      let message = message(id, side.sent, size(), side.encoding)
      switch server.send(StreamID(id), message, now: now) {
      case .taken(let hasRoom): side.isWaitingForRoom = !hasRoom
      case .closed: #expect(cancelled.contains(id))
      case .tooLarge: Issue.record("stream \(id): too large")
      }
      side.sent += 1
      side.toSend -= 1
    } else if side.toSend == 0 {
      // Now and then before the client has said everything.
      let isEarly = Int.random(in: 0..<40, using: &random) == 0
      if !side.kind.clientStreams || side.isPeerDone || isEarly { answer(id, &side) }
    }
    handlers[id] = side
  }

  private mutating func answer(_ id: UInt32, _ side: inout Side) {
    side.isDone = true
    serverTotals[id] = side.sent
    if Int.random(in: 0..<8, using: &random) == 0 {
      let error = ServiceError(.notFound, "gone", ErrorDetail(.internalFault))
      server.respond(StreamID(id), .failure(error), now: now)
    } else {
      let reply = side.kind.serverStreams ? .empty : message(id, 0, size(), side.encoding)
      server.respond(StreamID(id), .success(reply), now: now)
    }
  }

  private mutating func cancelOne() {
    guard let id = calls.keys.sorted().randomElement(using: &random) else { return }
    calls[id] = nil
    cancelled.insert(id)
    client.cancel(StreamID(id), now: now)
    collect()
  }

  // MARK: Bytes

  private mutating func moveUp(_ limit: Int) {
    _ = client.writeOutput { run in
      let count = min(run.count, limit)
      up.append(contentsOf: run[..<count])
      return count
    }
    guard server.wantsRead else { return }
    let piece = Array(up.prefix(limit))
    up.removeFirst(piece.count)
    piece.withUnsafeBytes { server.receive($0, now: now) }
    collect()
  }

  private mutating func moveDown(_ limit: Int) {
    _ = server.writeOutput { run in
      let count = min(run.count, limit)
      down.append(contentsOf: run[..<count])
      return count
    }
    let piece = Array(down.prefix(limit))
    down.removeFirst(piece.count)
    piece.withUnsafeBytes { client.receive($0, now: now) }
    collect()
  }

  // MARK: What they say

  private mutating func collect() {
    while let action = server.nextAction() { perform(action) }
    while let event = client.nextEvent() { note(event) }
  }

  private mutating func perform(_ action: ServerConnection.Action) {
    switch action {
    case .call(let call):
      var side = Side(kind: call.kind, encoding: call.answerEncoding)
      side.toSend = call.kind.serverStreams ? Int.random(in: 0..<12, using: &random) : 0
      if !call.kind.clientStreams {
        check(call.message, call.stream.raw, .max, packed: call.encoding, of: side)
      }
      #expect(handlers.updateValue(side, forKey: call.stream.raw) == nil)
    case .message(let stream, let message): came(stream.raw, message, .identity)
    case .packedMessage(let stream, let message, let encoding): came(stream.raw, message, encoding)
    case .messagesEnded(let stream):
      #expect(handlers[stream.raw]?.isPeerDone == false)
      handlers[stream.raw]?.isPeerDone = true
      #expect(handlers[stream.raw]?.received == clientTotals[stream.raw])
    case .sendRoom(let stream):
      #expect(handlers[stream.raw]?.isWaitingForRoom == true)
      handlers[stream.raw]?.isWaitingForRoom = false
    case .cancelled(let stream, let reason):
      #expect(cancelled.contains(stream.raw) && reason == .byPeer(.cancelled))
      handlers[stream.raw]?.isDone = true
    case .close(let error): Issue.record("the server closes: \(String(describing: error))")
    }
  }

  private mutating func note(_ event: ClientConnection.Event) {
    switch event {
    case .message(let stream, let message): told(stream.raw, message, .identity)
    case .packedMessage(let stream, let message, let encoding): told(stream.raw, message, encoding)
    case .sendRoom(let stream):
      #expect(calls[stream.raw]?.isWaitingForRoom == true)
      calls[stream.raw]?.isWaitingForRoom = false
    case .response(let stream, let message, _, _):
      check(message, stream.raw, 0, packed: .identity, of: calls[stream.raw])
      ended(stream.raw)
    case .packedResponse(let stream, let message, let encoding, _, _):
      check(message, stream.raw, 0, packed: encoding, of: calls[stream.raw])
      packed += 1
      ended(stream.raw)
    case .ended(let stream, _): ended(stream.raw)
    case .failed(let stream, let failure):
      if failure.error.code == .unavailable {
        // A handler whose call was given up still had the slot that we thought was free.
        #expect(failure.neverStarted == (client.profile == .native))
        calls[stream.raw] = nil
      } else {
        #expect(failure.error.code == .notFound)
        ended(stream.raw)
      }
    case .headers, .slotsChanged: break
    case .goingAway, .close: Issue.record("the client closes")
    }
  }

  private mutating func came(_ id: UInt32, _ message: Bytes, _ encoding: MessageEncoding) {
    check(message, id, handlers[id]?.received ?? 0, packed: encoding, of: handlers[id])
    handlers[id]?.received += 1
    handlers[id]?.unread.append(message.count)
  }

  private mutating func told(_ id: UInt32, _ message: Bytes, _ encoding: MessageEncoding) {
    check(message, id, calls[id]?.received ?? 0, packed: encoding, of: calls[id])
    if encoding != .identity { packed += 1 }
    calls[id]?.received += 1
    calls[id]?.unread.append(message.count)
  }

  private mutating func ended(_ id: UInt32) {
    let side = calls.removeValue(forKey: id)
    #expect(side != nil)
    if let side, side.kind.serverStreams { #expect(side.received == serverTotals[id]) }
    completed += 1
  }

  // MARK: The end

  /// Lets everything run to its end; then nothing may be left anywhere.
  mutating func finish() {
    var rounds = 0
    while !calls.isEmpty || !handlers.isEmpty || client.hasOutput || server.hasOutput
      || !up.isEmpty || !down.isEmpty
    {
      for id in calls.keys.sorted() { clientStep(id) }
      for id in handlers.keys.sorted() { serverStep(id) }
      moveUp(.max)
      moveDown(.max)
      rounds += 1
      guard rounds < 2_000 else {
        Issue.record("\(calls.count) calls and \(handlers.count) handlers wait for ever")
        return
      }
    }
    let windows = [
      client.link.sendWindow.available, server.link.receiveWindow.available,
      server.link.sendWindow.available, client.link.receiveWindow.available,
    ]
    let isNative = client.profile == .native
    #expect(!isNative || (windows[0] == windows[1] && windows[2] == windows[3]), "credit was lost")
    for (available, unreturned, size) in [
      (windows[1], server.link.receiveWindow.unreturned, server.link.receiveWindow.size),
      (windows[3], client.link.receiveWindow.unreturned, client.link.receiveWindow.size),
    ] where isNative {
      #expect(available + unreturned == size, "credit was lost")
    }
    #expect(client.openStreams == 0 && server.openStreams == 0)
    #expect(client.memoryBytes == 0 && server.memoryBytes == 0)
    #expect(client.link.chargedBytes == 0 && server.link.chargedBytes == 0)
  }
}

@Suite struct StreamPropertyTests {
  @Test(arguments: Profile.allCases)
  func everyMessageArrivesOnceAndNothingIsLeft(_ profile: Profile) {
    let seed = newSeed()
    var completed = 0
    var packed = 0
    for run in 0..<12 {
      var world = StreamWorld(profile, seed: seed &+ UInt64(run))
      for _ in 0..<1_000 { world.step() }
      world.finish()
      completed += world.completed
      packed += world.packed
    }
    #expect(completed > 200)
    #expect(profile == .native ? packed > 50 : packed == 0)
  }
}
