// Credit, turns and memory of streams in the native profile.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct StreamFlowTests {
  private static let piece = [UInt8](repeating: 7, count: 64 << 10)

  /// Credit returned on `stream` among `frames`.
  private func credit(_ frames: [Frame], _ stream: UInt32) -> Int {
    frames.filter { $0.type == 0x11 && $0.stream == stream }.reduce(0) { $0 + Int($1.number(0)) }
  }

  // MARK: Receiving

  @Test func creditComesBackBeforeALargeMessageIsWhole() {
    let box = StreamTests.open()
    var frames: [Frame] = []
    for _ in 0..<63 {
      box.feed(.data(1, Self.piece, flags: 8))
      frames += box.frames()
    }
    #expect(credit(frames, 1) == 7 << 19)
    #expect(box.takeActions() == [])
    box.feed(.data(1, Self.piece))
    #expect(box.takeActions() == [StreamTests.message([UInt8](repeating: 7, count: 4 << 20))])
  }

  @Test func creditIsWithheldWhileMessagesWaitUnreadAndReturnedWhenTheyAreTaken() {
    let box = StreamTests.open()
    for _ in 0..<8 { box.feed(.data(1, Self.piece, flags: 8)) }
    for _ in 0..<8 { box.feed(.data(1, Self.piece, flags: 8)) }
    #expect(credit(box.frames(), 1) == 1 << 20)
    box.feed(.data(1, [1]))
    // One MiB is unread: what comes now is taken in, and its credit kept back.
    for _ in 0..<15 { box.feed(.data(1, Self.piece, flags: 8)) }
    let frames = box.frames()
    #expect(credit(frames, 1) == 0)
    // The connection's is not.
    #expect(credit(frames, 0) == 0)
    box.feed(.data(1, Array(Self.piece.dropLast())))
    #expect(credit(box.frames(), 0) == 2 << 20)
    box.taken(1, (1 << 20) + 1)
    // Another MiB waits unread.
    #expect(credit(box.frames(), 1) == 0)
    box.taken(1, (1 << 20) - 1)
    #expect(credit(box.frames(), 1) == 1 << 20)
    #expect(box.machine.memoryBytes == 0)
    #expect(box.takeActions().count == 2)
  }

  @Test func aPeerThatIgnoresWithheldCreditIsClosed() {
    let box = StreamTests.open()
    for _ in 0..<16 { box.feed(.data(1, Self.piece)) }
    _ = box.takeActions()
    // The window is 1 MiB; half of it came back before the messages had filled it.
    let returned = credit(box.frames(), 1)
    for _ in 0..<(returned >> 16) { box.feed(.data(1, Self.piece)) }
    #expect(!box.takeActions().contains(.close(.flowControl)))
    box.feed(.data(1, [1]))
    #expect(box.takeActions().last == .close(.flowControl))
  }

  @Test func anUnreadStreamBlocksNobody() {
    let box = StreamTests.open()
    box.feed(.request(3, StreamTests.bidi, flags: 6))
    for _ in 0..<16 { box.feed(.data(1, Self.piece)) }
    _ = box.takeActions()
    var frames = box.frames()
    // Ten connection windows go through the stream beside it.
    for _ in 0..<640 {
      box.feed(.data(3, Self.piece))
      box.taken(3, Self.piece.count)
      frames += box.frames()
    }
    #expect(credit(frames, 0) >= 40 << 20)
    #expect(box.takeActions().count == 640)
    box.feed(.request(5, NativeTests.small))
    #expect(box.takeCalls().count == 1)
  }

  @Test func aSlowCallerHoldsBackItsServer() throws {
    let client = ClientBox(.native)
    let server = ServerBox(.native)
    exchange(client, server)
    let id = try client.call([1], method: "ServerStream", kind: .serverStreaming)
    let other = try client.call([2])
    exchange(client, server)
    let message = [UInt8](repeating: 1, count: 300_000)
    for _ in 0..<20 { server.send(id, message) }
    exchange(client, server)
    let came = client.takeEvents().count { if case .message = $0 { true } else { false } }
    #expect((4...7).contains(came))
    server.respond(other, [9])
    exchange(client, server)
    #expect(
      client.takeEvents().contains {
        if case .response(let stream, _, _, _) = $0 { stream.raw == other } else { false }
      })
    server.respond(id, [])
    var taken = 0
    while taken < 20 {
      client.taken(id, message.count)
      taken += 1
      exchange(client, server)
    }
    #expect(client.takeEvents().last == .ended(StreamID(id), trailers: Metadata()))
    #expect(client.machine.memoryBytes == 0)
  }

  // MARK: Sending

  @Test func aSenderWaitsForRoomUntilHalfOfItsQueueIsGone() {
    let box = StreamTests.open(window: 64 << 10)
    #expect(box.send(1, [UInt8](repeating: 1, count: 200_000)) == .taken(hasRoom: true))
    #expect(box.send(1, [UInt8](repeating: 2, count: 100_000)) == .taken(hasRoom: false))
    box.feed(.window(1, 134_463))
    #expect(box.takeActions() == [])
    // The last byte of the first message.
    box.feed(.window(1, 4_096))
    #expect(box.takeActions() == [.sendRoom(StreamID(1))])
    #expect(box.send(1, [3]) == .taken(hasRoom: true))
    box.feed(.window(1, 200_000))
    #expect(box.takeActions() == [])
    #expect(box.frames().reduce(0) { $0 + $1.payload.count } == 300_001)
    #expect(box.machine.memoryBytes == 0)
  }

  @Test func nobodyWhoHasAnsweredIsToldOfRoom() {
    let box = StreamTests.open(window: 64 << 10)
    #expect(box.send(1, [UInt8](repeating: 1, count: 300_000)) == .taken(hasRoom: false))
    box.respond(1, [])
    box.feed(.window(1, 400_000))
    #expect(box.frames().last?.type == 2)
    #expect(box.takeActions() == [])
  }

  @Test func streamsTakeTurnsFrameByFrameAndControlFramesGoFirst() {
    let box = StreamTests.open()
    box.feed(.request(3, StreamTests.bidi, flags: 6), .request(5, StreamTests.bidi, flags: 6))
    let message = OutgoingMessage(Bytes([UInt8](repeating: 1, count: 150_000)))
    for id in [1, 3, 5] as [UInt32] {
      #expect(box.machine.send(StreamID(id), message, now: box.now) == .taken(hasRoom: true))
    }
    Frame.ping(9).bytes.withUnsafeBytes { box.machine.receive($0, now: box.now) }
    let frames = box.frames()
    #expect(frames[0] == .ping(9, ack: true))
    #expect(frames.dropFirst().map(\.stream) == [1, 3, 5, 1, 3, 5, 1, 3, 5])
    #expect(frames.dropFirst().map(\.flags) == [8, 8, 8, 8, 8, 8, 0, 0, 0])
  }

  @Test func aControlFrameWaitsBehindLittle() {
    let box = StreamTests.open(window: 4 << 20)
    let message = OutgoingMessage(Bytes([UInt8](repeating: 1, count: 3 << 20)))
    #expect(box.machine.send(StreamID(1), message, now: box.now) == .taken(hasRoom: false))
    // Some of it is staged and none of it written.
    #expect(box.machine.writeOutput { _ in 0 } == 0)
    Frame.ping(9).bytes.withUnsafeBytes { box.machine.receive($0, now: box.now) }
    let frames = box.frames()
    let place = frames.firstIndex { $0.type == 0x13 }
    #expect(place == 1)
  }

  @Test func emptyMessagesNeedNoCredit() {
    let box = StreamTests.open(window: 64 << 10)
    box.send(1, [UInt8](repeating: 1, count: 64 << 10))
    for _ in 0..<3 { box.send(1, []) }
    box.send(1, [5])
    #expect(box.frames().map(\.payload.count) == [65_536, 0, 0, 0])
  }

  @Test func aMessageOverTheClientsLimitIsNotSentAndTheStreamLives() {
    let box = StreamTests.open()
    let result = box.send(1, [UInt8](repeating: 0, count: (4 << 20) + 1))
    guard case .tooLarge(let error) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(error.code == .resourceExhausted)
    box.send(1, [1])
    #expect(box.frames() == [.data(1, [1])])
  }

  /// Long after the first control frame the output has never been empty; none of them waited long.
  @Test func aBusyConnectionIsNotTakenForAFlood() {
    var limits = WireLimits()
    limits.streamWindowBytes = 64 << 10
    limits.connectionWindowBytes = 64 << 10
    let box = StreamTests.open(limits: limits)
    let data = Frame.data(1, [UInt8](repeating: 0, count: 32 << 10)).bytes
    var windows = 0
    for _ in 0..<700 {
      #expect(
        box.machine.send(StreamID(1), OutgoingMessage(Bytes([1])), now: box.now)
          == .taken(hasRoom: true))
      data.withUnsafeBytes { box.machine.receive($0, now: box.now) }
      box.machine.messageTaken(StreamID(1), bytes: 32 << 10, now: box.now)
      while box.machine.writeOutput({ run in
        windows += run.count
        return run.count - 1
      }) > 0 {}
      #expect(box.machine.hasOutput == true)
    }
    while let action = box.machine.nextAction() {
      if case .close = action { Issue.record("\(action)") }
    }
    #expect(windows > 700 * 28)
  }

  @Test func aClientReadsWhateverItHasToSend() throws {
    let client = ClientBox.ready(.compat)
    let message = OutgoingMessage(Bytes([UInt8](repeating: 1, count: 3 << 20)))
    for _ in 0..<12 {
      _ = try client.machine.startCall(
        MethodName(service: "s", method: "m"), message, deadline: .never, now: client.now)
    }
    #expect(client.machine.wantsRead == true)
    #expect(client.machine.memoryBytes > 32 << 20)
  }

  // MARK: Memory

  private static let small: WireLimits = {
    var limits = WireLimits()
    limits.messageBytesMax = 4 << 20
    limits.memoryBytesMax = 4 << 20
    limits.connectionWindowBytes = 64 << 10
    return limits
  }()

  /// Empty messages need no credit, and tiny ones little: what they cost is charged, and who does not take them
  /// loses the call.
  @Test(arguments: [[], [1] as [UInt8]])
  func aFloodOfTinyMessagesIsBounded(_ message: [UInt8]) {
    let box = StreamTests.open(limits: Self.small)
    box.feed(.request(3, StreamTests.bidi, flags: 6), .data(3, [1, 2, 3]))
    let run = [UInt8]((0..<500).flatMap { _ in Frame.data(1, message).bytes })
    var fed = 0
    while box.wantsRead && fed < 200 {
      box.feed(run)
      fed += 1
      _ = box.takeBytes()
    }
    #expect(!box.wantsRead)
    #expect(box.machine.memoryBytes < (4 << 20) + (64 << 10) + 500 * 129)
    box.advance(.seconds(5))
    #expect(box.frames().map(\.status) == [8])
    #expect(box.takeActions().last == .cancelled(StreamID(1), .outOfMemory))
    box.ended(1)
    #expect(box.wantsRead)
    #expect(box.machine.memoryBytes == 128 + 3)
    box.taken(3, 3)
    #expect(box.machine.memoryBytes == 0)
  }

  @Test func tinyMessagesThatAreTakenMayGoOn() {
    let box = StreamTests.open(limits: Self.small)
    let run = [UInt8]((0..<500).flatMap { _ in Frame.data(1).bytes })
    for _ in 0..<100 {
      box.feed(run)
      for _ in box.takeActions() { box.taken(1, 0) }
    }
    #expect(box.frames() == [] && box.machine.memoryBytes == 0)
  }

  @Test func aClientIsNotFloodedByTinyMessagesEither() throws {
    let client = ClientBox.ready(.native, Self.small)
    try client.call([1], method: "ServerStream", kind: .serverStreaming)
    let run = [UInt8]((0..<500).flatMap { _ in Frame.data(1).bytes })
    var fed = 0
    while client.machine.wantsRead && fed < 200 {
      client.feed(run)
      fed += 1
    }
    _ = client.frames()
    client.advance(.seconds(5))
    #expect(client.frames().map(\.type) == [0x12])
    #expect(client.machine.memoryBytes == 0)
  }

  @Test func whoeverHoldsMostGoesFirstWhenMemoryIsFull() {
    let box = StreamTests.open(limits: Self.small)
    box.feed(.request(3, StreamTests.bidi, flags: 6))
    _ = box.takeActions()
    let piece = [UInt8](repeating: 1, count: 32 << 10)
    for _ in 0..<3 { box.feed(.data(1, piece)) }
    for _ in 0..<32 { box.feed(.data(3, piece)) }
    box.machine.processMemoryFull = true
    for _ in 0..<2 { box.feed(.data(1, piece), .data(3, piece)) }
    _ = box.frames()
    box.advance(.seconds(5))
    #expect(box.frames().map(\.stream) == [3, 1])
  }

  @Test func whoHoldsTooMuchLosesItsLargestCalls() {
    let box = StreamTests.open(limits: Self.small)
    box.feed(.request(3, StreamTests.bidi, flags: 6), .request(5, StreamTests.bidi, flags: 6))
    _ = box.takeActions()
    let piece = [UInt8](repeating: 1, count: 32 << 10)
    for _ in 0..<3 { box.feed(.data(1, piece, flags: 8)) }
    for _ in 0..<8 { box.feed(.data(3, piece, flags: 8)) }
    _ = box.frames()
    let first = box.machine.relieve(of: 1, now: box.now)
    #expect(first && box.frames().map(\.stream) == [3])
    #expect(box.takeActions() == [.cancelled(StreamID(3), .outOfMemory)])
    #expect(box.machine.memoryBytes == 3 * piece.count)
    // A call that holds nothing stays.
    let second = box.machine.relieve(of: 1 << 20, now: box.now)
    #expect(second && box.frames().map(\.status) == [8])
    let third = box.machine.relieve(of: 1 << 20, now: box.now)
    #expect(!third && box.machine.memoryBytes == 0)
    #expect(box.machine.phase(of: StreamID(5)) == .running)
  }

  @Test func timeInWhichNothingIsReadIsNotThePeersFault() {
    let box = StreamTests.open(limits: Self.small)
    let run = [UInt8]((0..<500).flatMap { _ in Frame.data(1).bytes })
    while box.wantsRead { box.feed(run) }
    _ = box.takeActions()
    // The handler goes on, slowly.
    for _ in 0..<10 {
      box.advance(.seconds(4))
      box.taken(1, 0)
    }
    #expect(!box.wantsRead)
    #expect(box.takeActions() == [])
    while !box.wantsRead { box.taken(1, 0) }
    box.advance(.seconds(19))
    #expect(!box.takeActions().contains(.close(.stalled(.ping))))
  }
}
