// The client's end of a connection as a state machine without I/O; the mirror image of `ServerConnection`.

package import Vocabulary

/// One connection to a server. Owned by the event loop that owns the socket; never shared. After every mutating
/// call the owner handles `nextEvent()` until it is nil, then writes, then looks at `wantsRead` and `nextWake`.
package struct ClientConnection: ~Copyable {
  package typealias Instant = Moment

  /// A queue of more events than this gives its memory back once it is empty.
  private static let eventsKeptMax = 64

  /// What the owner learns.
  package enum Event: Sendable, Equatable {
    /// A call that is answered by one message succeeded.
    case response(StreamID, message: Bytes, headers: Metadata, trailers: Metadata)
    /// Metadata ahead of the answer of a call that the server streams to; at most once, before any message.
    case headers(StreamID, Metadata)
    /// The next message of a call that the server streams to. Answer with `messageTaken` once the caller has it.
    case message(StreamID, Bytes)
    /// The same two, of a message that is to be unpacked first. `messageTaken` counts the bytes as they came.
    case packedResponse(
      StreamID, message: Bytes, MessageEncoding, headers: Metadata, trailers: Metadata)
    case packedMessage(StreamID, Bytes, MessageEncoding)
    /// A call that the server streams to succeeded; no more messages come.
    case ended(StreamID, trailers: Metadata)
    /// A `send` that said "no room" was followed by some: go on.
    case sendRoom(StreamID)
    /// A call failed.
    case failed(StreamID, CallFailure)
    /// More calls may start; see `openSlots`.
    case slotsChanged
    /// No new calls on this connection; those running go on.
    case goingAway(GoAwayCode)
    /// The last event: write what `writeOutput` still lends, then close. Calls left have failed before it.
    case close(WireError?)
  }

  var link: Link
  var streams = StreamTable<ClientStream>()
  var nextStream: UInt32 = 1
  var isGoingAway = false
  var events: [Event] = []
  var eventHead = 0
  var sendQueue = SlotQueue()
  var windowWaiters = SlotQueue()
  /// The frame whose body is being read.
  var current = FrameHeader(length: 0, stream: 0, type: .data)
  /// The stream its DATA goes to; -1 discards.
  var dataSlot = -1
  /// The call that fails once an oversize body has been skipped.
  var failAfterSkip: ServiceError?
  var earliestDeadline: Moment?
  var idleSince: Moment
  var starvedSince: Moment?

  package init(profile: Profile, limits: WireLimits = WireLimits(), now: Instant) {
    link = Link(profile: profile, role: .client, limits: limits, now: now)
    idleSince = now
  }

  /// Opens the conversation: SETTINGS in the native profile. Once, after the TLS handshake.
  package mutating func start(now: Instant) {
    if link.profile == .native { link.sendSettings() }
    link.noteOutput(now)
  }

  /// The next event, nil when all are handled.
  package mutating func nextEvent() -> Event? {
    guard eventHead < events.count else { return nil }
    let event = events[eventHead]
    eventHead += 1
    if eventHead == events.count {
      events.removeAll(keepingCapacity: events.capacity <= Self.eventsKeptMax)
      eventHead = 0
    }
    return event
  }

  // MARK: What the owner asks

  /// How many more calls may start now.
  package var openSlots: Int {
    guard takesCalls else { return 0 }
    let max = link.profile == .native ? link.peer.streamsMax : link.limits.streamsMax
    return Swift.max(0, max - streams.count)
  }

  /// Whether calls may start now, or once others have ended.
  package var takesCalls: Bool { !isGoingAway && !link.isClosed && nextStream < StreamID.max }

  /// Calls that have not ended.
  package var openStreams: Int { streams.count }

  package var wantsRead: Bool { link.wantsRead }

  package var hasOutput: Bool { link.outbox.pendingBytes > 0 || !sendQueue.isEmpty }

  package var memoryBytes: Int { link.memoryBytes }

  package var counters: WireCounters { link.counters }

  package var profile: Profile { link.profile }

  /// Whether it is known what the server takes beyond the assumed settings.
  package var knowsServer: Bool { link.profile == .compat || link.peerSettingsSeen }

  /// Whether the server takes messages packed with `encoding`.
  package func takes(_ encoding: MessageEncoding) -> Bool { link.peer.encodings.takes(encoding) }

  /// Where the call `stream` stands, for tests and diagnostics.
  package func phase(of stream: StreamID) -> ClientPhase {
    streams.slot(of: stream.raw).map { streams[$0].phase } ?? .vacant
  }

  // MARK: Calls

  /// Starts a call. Its end is one `.response`, `.ended` or `.failed`, unless it is cancelled here.
  ///
  /// - Parameters:
  ///   - message: the request of a method that takes one; nil where messages follow with `send`.
  ///   - deadline: enforced here and told to the server.
  ///   - encoding: named for this call, if the server takes it: messages that are packed with it may be sent then,
  ///     and may come.
  ///   - responseBytesMax: largest message taken; `WireLimits.messageBytesMax` if nil.
  package mutating func startCall(
    _ method: MethodName, kind: MethodKind = .unary, _ message: OutgoingMessage?,
    deadline: Deadline, metadata: Metadata = Metadata(), encoding: MessageEncoding = .identity,
    responseBytesMax: Int? = nil, now: Instant
  ) throws(CallRefusal) -> StreamID {
    assert((message == nil) == kind.clientStreams, "a stream of requests has no first one")
    if link.isClosed { throw .closed }
    if isGoingAway || nextStream >= StreamID.max { throw .goingAway }
    guard openSlots > 0 else { throw .noSlot }
    if !metadata.isEmpty {
      let bytesMax =
        link.profile == .native ? link.metadataBytesSendable : link.limits.metadataBytesMax
      let fault = MetadataRules.fault(
        metadata, bytesMax: bytesMax, pairsMax: link.limits.metadataPairsMax)
      if fault != nil { throw .badMetadata }
    }
    let expiry = deadline.moment
    let timeout = expiry.map { $0 - now }
    if let timeout, timeout <= .zero { throw .deadlinePassed }
    let nanos = timeout.map(Self.nanoseconds) ?? 0
    let named = encoding == .identity || takes(encoding) ? encoding : .identity
    assert(message.map { $0.encoding == .identity || $0.encoding == named } ?? true)
    let head = Self.envelopeSize(method, nanos, metadata, named)
    let count = message?.count ?? 0
    let whole = head + (count == 0 ? 0 : ProtoWriter.fieldSize(3, count))
    let isInline = try checkSize(whole, count) && message != nil

    let id = nextStream
    nextStream += 2
    link.counters.calls += 1
    var stream = ClientStream()
    stream.id = id
    stream.kind = kind
    stream.phase = isInline ? .waiting : .sending
    stream.deadline = expiry
    stream.responseBytesMax = min(
      responseBytesMax ?? link.limits.messageBytesMax, link.limits.messageBytesMax)
    stream.sendWindow = SendWindow(link.peer.streamWindowBytes)
    let slot = streams.insert(stream)
    if let expiry { earliestDeadline = earliestDeadline.map { min($0, expiry) } ?? expiry }
    sendRequest(
      id, method, kind, isInline ? message : nil, isInline ? whole : head, nanos, metadata,
      named)
    if let message, !isInline {
      streams[slot].outgoing = OutgoingQueue(message, end: .close)
      chargeOutgoing(slot, MessageAssembly.cost(message.count))
      requeue(slot)
    }
    link.noteOutput(now)
    return StreamID(id)
  }

  /// Sends one message of a call that takes a stream. A sender that is told that there is no room should wait for
  /// `.sendRoom`.
  package mutating func send(
    _ stream: StreamID, _ message: OutgoingMessage, now: Instant
  ) -> SendResult {
    guard let slot = streams.slot(of: stream.raw), streams[slot].phase == .sending,
      streams[slot].kind.clientStreams, streams[slot].outgoing?.end == nil
    else { return .closed }
    let limit =
      link.profile == .native ? link.peer.messageBytesMax : link.limits.compatFrameBytesMax
    guard message.count <= limit else {
      return .tooLarge(Refusal.requestTooLarge(limitBytes: limit))
    }
    let outgoing = streams[slot].outgoing ?? OutgoingQueue()
    streams[slot].outgoing = outgoing
    outgoing.append(message)
    chargeOutgoing(slot, MessageAssembly.cost(message.count))
    requeue(slot)
    let hasRoom = outgoing.pendingBytes < link.limits.streamQueueBytesMax
    outgoing.isWaitedFor = !hasRoom
    link.noteOutput(now)
    return .taken(hasRoom: hasRoom)
  }

  /// No more messages are sent on a call that takes a stream. Once; ignored when the call is over.
  package mutating func closeSend(_ stream: StreamID, now: Instant) {
    guard let slot = streams.slot(of: stream.raw), streams[slot].phase == .sending,
      streams[slot].kind.clientStreams
    else { return }
    if let outgoing = streams[slot].outgoing, outgoing.count > 0 {
      outgoing.end = .close
      requeue(slot)
    } else {
      sendClose(slot)
    }
    link.noteOutput(now)
  }

  /// The caller has taken a message of `bytes` that a `.message` brought: the server gets its credit back. Once a
  /// message; not needed for what is left when the call ends.
  package mutating func messageTaken(_ stream: StreamID, bytes: Int, now: Instant) {
    guard let slot = streams.slot(of: stream.raw), let incoming = streams[slot].incoming else {
      return
    }
    charge(slot, -incoming.assembly.wasRead(bytes))
    // Where the connection's own budget is full, a reader who goes on is slow, not stuck.
    if starvedSince != nil && !link.processMemoryFull { starvedSince = now }
    returnCredit(slot)
    returnWithheld()
    link.noteOutput(now)
  }

  /// Gives a call up. No event follows for it.
  package mutating func cancel(_ stream: StreamID, now: Instant) {
    guard let slot = streams.slot(of: stream.raw) else { return }
    if link.profile == .native { link.sendCancel(stream.raw, .cancelled, "") }
    close(slot, now)
    link.noteOutput(now)
  }

  /// Asks the server for a sign of life (native); a silent one is given up after `WireLimits.pingTimeout`.
  package mutating func ping(now: Instant) {
    guard link.profile == .native, !link.isClosed else { return }
    link.sendPing(now)
    link.noteOutput(now)
  }

  /// Starts no more calls; `.close` comes when those running have ended.
  package mutating func beginClose(now: Instant) {
    guard !link.isClosed, !isGoingAway else { return }
    isGoingAway = true
    if link.profile == .native { link.sendGoAway(last: 0, .noError, "") }
    finishIfDone()
    link.noteOutput(now)
  }

  // MARK: The connection's end

  /// The server has closed its direction: no answer will come any more.
  package mutating func peerClosedInput(now: Instant) {
    guard !link.isClosed else { return }
    link.isClosed = true
    failAll(Refusal.connectionLost, now)
    events.append(.close(nil))
  }

  /// The connection is gone. Calls left fail; no `.close` follows.
  package mutating func connectionLost(now: Instant) {
    guard !link.isClosed else { return }
    link.isClosed = true
    failAll(Refusal.connectionLost, now)
  }

  /// Ends the connection for `error`.
  mutating func fail(_ error: WireError, _ now: Moment) {
    guard !link.isClosed else { return }
    link.isClosed = true
    failAll(Refusal.connectionLost, now)
    if link.profile == .native { link.sendGoAway(last: 0, error.goAwayCode, error.description) }
    events.append(.close(error))
  }

  private mutating func failAll(_ error: ServiceError, _ now: Moment) {
    for slot in 0..<streams.slotCount where streams[slot].id != 0 {
      failed(slot, CallFailure(error), now)
    }
  }

  /// Ends the connection in good order when nothing is left to do.
  mutating func finishIfDone() {
    guard isGoingAway, streams.count == 0, !link.isClosed else { return }
    link.isClosed = true
    events.append(.close(nil))
  }

  // MARK: The stream's end

  /// A call has failed.
  mutating func failed(_ slot: Int, _ failure: CallFailure, _ now: Moment) {
    events.append(.failed(StreamID(streams[slot].id), failure))
    close(slot, now)
  }

  /// Forgets a call and gives its memory back.
  mutating func close(_ slot: Int, _ now: Moment) {
    link.incomingBytes -= streams[slot].incomingBytes
    link.outgoingBytes -= streams[slot].outgoingBytes
    let hadNone = openSlots == 0
    if streams[slot].isQueued {
      // The slot's next call must not find itself in line.
      sendQueue.remove(slot)
      windowWaiters.remove(slot)
    }
    streams.remove(slot)
    if hadNone && openSlots > 0 { events.append(.slotsChanged) }
    if streams.count == 0 { idleSince = now }
    returnWithheld()
    finishIfDone()
  }

  /// Counts bytes that came for a call, or that the caller has taken.
  mutating func charge(_ slot: Int, _ bytes: Int) {
    streams[slot].incomingBytes += bytes
    link.incomingBytes += bytes
  }

  /// Counts bytes that wait to be sent for a call.
  mutating func chargeOutgoing(_ slot: Int, _ bytes: Int) {
    streams[slot].outgoingBytes += bytes
    link.outgoingBytes += bytes
  }

  /// Returns a call's credit unless there is a reason to keep it back.
  mutating func returnCredit(_ slot: Int) {
    guard link.profile == .native, let incoming = streams[slot].incoming, !link.isMemoryFull,
      !incoming.assembly.isBehind, let increment = incoming.assembly.releaseWithheld()
    else { return }
    link.control(.window, stream: streams[slot].id, [UInt32(increment)])
  }

  /// Gives back credit that was withheld for lack of memory, once there is some again.
  mutating func returnWithheld() {
    guard starvedSince != nil, !link.isMemoryFull, !link.isClosed else { return }
    starvedSince = nil
    for slot in 0..<streams.slotCount where streams[slot].incoming != nil { returnCredit(slot) }
  }
}
