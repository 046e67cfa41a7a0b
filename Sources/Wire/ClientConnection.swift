// The client's end of a connection as a state machine without I/O; the mirror image of `ServerConnection`.

package import Vocabulary

/// One connection to a server. Owned by the event loop that owns the socket; never shared. After every mutating
/// call the owner handles `nextEvent()` until it is nil, then writes, then looks at `wantsRead` and `nextWake`.
package struct ClientConnection: ~Copyable {
  package typealias Instant = ContinuousClock.Instant

  /// What the owner learns.
  package enum Event: Sendable, Equatable {
    /// A call succeeded.
    case response(StreamID, message: Bytes, headers: Metadata, trailers: Metadata)
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
    let now = Moment(now)
    link = Link(profile: profile, limits: limits, now: now)
    idleSince = now
  }

  /// Opens the conversation: SETTINGS in the native profile. Once, after the TLS handshake.
  package mutating func start(now: Instant) {
    let now = Moment(now)
    if link.profile == .native { link.sendSettings() }
    link.noteOutput(now)
  }

  /// The next event, nil when all are handled.
  package mutating func nextEvent() -> Event? {
    guard eventHead < events.count else { return nil }
    let event = events[eventHead]
    eventHead += 1
    if eventHead == events.count {
      events.removeAll(keepingCapacity: true)
      eventHead = 0
    }
    return event
  }

  // MARK: What the owner asks

  /// How many more calls may start now.
  package var openSlots: Int {
    guard !isGoingAway, !link.isClosed, nextStream < StreamID.max else { return 0 }
    let max = link.profile == .native ? link.peer.streamsMax : link.limits.streamsMax
    return Swift.max(0, max - streams.count)
  }

  /// Calls that have not ended.
  package var openStreams: Int { streams.count }

  package var wantsRead: Bool { link.wantsRead }

  package var hasOutput: Bool { link.outbox.pendingBytes > 0 || !sendQueue.isEmpty }

  package var memoryBytes: Int { link.memoryBytes }

  package var counters: WireCounters { link.counters }

  package var profile: Profile { link.profile }

  /// Where the call `stream` stands, for tests and diagnostics.
  package func phase(of stream: StreamID) -> ClientPhase {
    streams.slot(of: stream.raw).map { streams[$0].phase } ?? .vacant
  }

  // MARK: Calls

  /// Starts a call. Its end is one `.response` or one `.failed`, unless it is cancelled here.
  ///
  /// - Parameters:
  ///   - deadline: enforced here and told to the server.
  ///   - responseBytesMax: largest answer taken; `WireLimits.messageBytesMax` if nil.
  package mutating func startCall(
    _ method: MethodName, _ message: OutgoingMessage, deadline: Deadline,
    metadata: Metadata = Metadata(), responseBytesMax: Int? = nil, now: Instant
  ) throws(CallRefusal) -> StreamID {
    let now = Moment(now)
    if link.isClosed { throw .closed }
    if isGoingAway || nextStream >= StreamID.max { throw .goingAway }
    guard openSlots > 0 else { throw .noSlot }
    if !metadata.isEmpty {
      let bytesMax =
        link.profile == .native ? link.peer.metadataBytesMax : link.limits.metadataBytesMax
      let fault = MetadataRules.fault(
        metadata, bytesMax: bytesMax, pairsMax: link.limits.metadataPairsMax)
      if fault != nil { throw .badMetadata }
    }
    let expiry = deadline.moment
    let timeout = expiry.map { $0 - now }
    if let timeout, timeout <= .zero { throw .deadlinePassed }
    let nanos = timeout.map(Self.nanoseconds) ?? 0
    let head = Self.envelopeSize(method, nanos, metadata)
    let whole = head + (message.count == 0 ? 0 : ProtoWriter.fieldSize(3, message.count))
    let isInline = try checkSize(whole, message.count)

    let id = nextStream
    nextStream += 2
    link.counters.calls += 1
    var stream = ClientStream()
    stream.id = id
    stream.phase = isInline ? .waiting : .sending
    stream.deadline = expiry
    stream.responseBytesMax = min(
      responseBytesMax ?? link.limits.messageBytesMax, link.limits.messageBytesMax)
    stream.sendWindow = SendWindow(link.peer.streamWindowBytes)
    if !isInline { stream.request = PendingRequest(message) }
    let slot = streams.insert(stream)
    if let expiry { earliestDeadline = earliestDeadline.map { min($0, expiry) } ?? expiry }
    sendRequest(id, method, isInline ? message : nil, isInline ? whole : head, nanos, metadata)
    if !isInline {
      charge(slot, message.count)
      requeue(slot)
    }
    link.noteOutput(now)
    return StreamID(id)
  }

  /// Gives a call up. No event follows for it.
  package mutating func cancel(_ stream: StreamID, now: Instant) {
    let now = Moment(now)
    guard let slot = streams.slot(of: stream.raw) else { return }
    if link.profile == .native { link.sendCancel(stream.raw, .cancelled, "") }
    close(slot, now)
    link.noteOutput(now)
  }

  /// Asks the server for a sign of life (native); a silent one is given up after `WireLimits.pingTimeout`.
  package mutating func ping(now: Instant) {
    let now = Moment(now)
    guard link.profile == .native, !link.isClosed else { return }
    link.sendPing(now)
    link.noteOutput(now)
  }

  /// Starts no more calls; `.close` comes when those running have ended.
  package mutating func beginClose(now: Instant) {
    let now = Moment(now)
    guard !link.isClosed, !isGoingAway else { return }
    isGoingAway = true
    if link.profile == .native { link.sendGoAway(last: 0, .noError, "") }
    finishIfDone()
    link.noteOutput(now)
  }

  // MARK: The connection's end

  /// The server has closed its direction: no answer will come any more.
  package mutating func peerClosedInput(now: Instant) {
    let now = Moment(now)
    guard !link.isClosed else { return }
    link.isClosed = true
    failAll(Refusal.connectionLost, now)
    events.append(.close(nil))
  }

  /// The connection is gone. Calls left fail; no `.close` follows.
  package mutating func connectionLost(now: Instant) {
    let now = Moment(now)
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
    link.chargedBytes -= streams[slot].chargedBytes
    let hadNone = openSlots == 0
    streams.remove(slot)
    if hadNone && openSlots > 0 { events.append(.slotsChanged) }
    if streams.count == 0 { idleSince = now }
    returnWithheld()
    finishIfDone()
  }

  mutating func charge(_ slot: Int, _ bytes: Int) {
    streams[slot].chargedBytes += bytes
    link.chargedBytes += bytes
  }

  /// Gives back stream credit that was withheld, once there is memory again.
  mutating func returnWithheld() {
    guard starvedSince != nil, !link.isMemoryFull, !link.isClosed else { return }
    starvedSince = nil
    for slot in 0..<streams.slotCount {
      guard let incoming = streams[slot].incoming, incoming.withheldBytes > 0 else { continue }
      let bytes = incoming.withheldBytes
      incoming.withheldBytes = 0
      releaseStream(slot, bytes)
    }
  }

  mutating func releaseStream(_ slot: Int, _ bytes: Int) {
    guard let increment = streams[slot].incoming?.receiveWindow.release(bytes) else { return }
    link.control(.window, stream: streams[slot].id, [UInt32(increment)])
  }
}
