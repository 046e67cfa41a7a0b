// The server's end of a connection as a state machine without I/O: bytes, answers and time go in, actions and
// bytes come out.

package import Vocabulary

/// One accepted connection.
///
/// Owned by the event loop that owns the socket; never shared. After every mutating call the owner performs
/// `nextAction()` until it is nil, then writes with `writeOutput`, then looks at `wantsRead` and `nextWake`.
/// Nothing here reads a clock, allocates from an announced length or traps on what a peer sends.
///
/// - `ServerConnection+Receive.swift`: frames in; `+Request.swift` calls that begin, `+Data.swift` their messages.
/// - `ServerConnection+Send.swift`: messages and answers out; `+Turns.swift` whose turn it is.
/// - `ServerConnection+Time.swift`: deadlines, stalls, drain.
package struct ServerConnection: ~Copyable {
  package typealias Instant = Moment

  /// A queue of more actions than this gives its memory back once it is empty.
  private static let actionsKeptMax = 64

  /// What the owner has to do.
  package enum Action: Sendable, Equatable {
    /// Start the handler. It owes exactly one `handlerEnded`, whatever happens.
    case call(IncomingCall)
    /// The next message of a call that takes a stream. Answer with `messageTaken` once the handler has it.
    case message(StreamID, Bytes)
    /// The same, of a message that is to be unpacked first. `messageTaken` counts the bytes as they came.
    case packedMessage(StreamID, Bytes, MessageEncoding)
    /// The client sends no more messages on a call that takes a stream.
    case messagesEnded(StreamID)
    /// A `send` that said "no room" was followed by some: go on.
    case sendRoom(StreamID)
    /// Stop the handler's work: nobody waits for the answer. `respond` is ignored from now on.
    case cancelled(StreamID, CancelReason)
    /// The last action: write what `writeOutput` still lends, then close. Nil is an orderly end.
    case close(WireError?)
  }

  /// How far a drain has come.
  enum Drain: Equatable {
    case none
    /// GOAWAY with the largest id is out; calls on their way are still taken until then.
    case noticed(until: Moment)
    /// GOAWAY with the last id is out; new calls are refused. Running ones have until then.
    case final(until: Moment)
    /// The client has said GOAWAY: it starts no more calls, and those that run have their own time.
    case clientLeaves
  }

  let methods: MethodTable
  /// `WireLimits.deadlineDefault` and `deadlineMax`; converted once, because it takes a division.
  let deadlineNanos: (standard: Int64, max: Int64)
  var link: Link
  var streams = StreamTable<ServerStream>()
  /// Highest stream id seen in a REQUEST.
  var lastStream: UInt32 = 0
  var drain = Drain.none
  /// Calls that a handler is to be started for, from `nextNewCall` on. Apart from `actions` and moved out, so that
  /// none is copied on its way.
  var newCalls: [IncomingCall?] = []
  var nextNewCall = 0
  var actions: [Action] = []
  var actionHead = 0
  /// Streams with something to send, in turn.
  var sendQueue = SlotQueue()
  /// Streams that wait for the connection's window.
  var windowWaiters = SlotQueue()
  /// The frame whose body is being read.
  var current = FrameHeader(length: 0, stream: 0, type: .data)
  /// The stream its DATA goes to; -1 discards.
  var dataSlot = -1
  /// What to answer once its body has been skipped.
  var answerAfterSkip: ServiceError?
  /// A lower bound of all deadlines; nil when there is none.
  var earliestDeadline: Moment?
  /// Since when there has been no call.
  var idleSince: Moment
  /// Since when stream credit has been withheld.
  var starvedSince: Moment?

  /// - Parameters:
  ///   - methods: shared by all connections.
  ///   - now: the current time, here as in every call.
  package init(
    profile: Profile, methods: MethodTable, limits: WireLimits = WireLimits(), now: Instant
  ) {
    self.methods = methods
    deadlineNanos = (limits.deadlineDefault.nanoseconds, limits.deadlineMax.nanoseconds)
    link = Link(profile: profile, role: .server, limits: limits, now: now)
    idleSince = now
  }

  /// Opens the conversation: SETTINGS in the native profile. Once, after the TLS handshake.
  package mutating func start(now: Instant) {
    if link.profile == .native { link.sendSettings() }
    link.noteOutput(now)
  }

  /// The next call to start a handler for. Take all of them before other actions: what a call brings
  /// comes after its start.
  package mutating func nextCall() -> IncomingCall? {
    guard nextNewCall < newCalls.count else { return nil }
    let call = newCalls[nextNewCall].take()
    nextNewCall += 1
    if nextNewCall == newCalls.count {
      newCalls.removeAll(keepingCapacity: newCalls.capacity <= Self.actionsKeptMax)
      nextNewCall = 0
    }
    return call
  }

  /// The next thing to do, nil when all is done.
  package mutating func nextAction() -> Action? {
    if let call = nextCall() { return .call(call) }
    guard actionHead < actions.count else { return nil }
    let action = actions[actionHead]
    actionHead += 1
    if actionHead == actions.count {
      actions.removeAll(keepingCapacity: actions.capacity <= Self.actionsKeptMax)
      actionHead = 0
    }
    return action
  }

  // MARK: What the owner asks

  // What is asked in every turn is mutating although it changes nothing: a connection that is only looked at is
  // copied for it, all of its kilobyte.

  /// Whether the socket should be read. Ask again after every event.
  package var wantsRead: Bool { mutating get { link.wantsRead } }

  /// Whether `writeOutput` has something to lend now.
  package var hasOutput: Bool {
    mutating get { link.outbox.pendingBytes > 0 || !sendQueue.isEmpty }
  }

  /// Bytes held for this connection: partial messages, messages with handlers, queued answers.
  package var memoryBytes: Int { mutating get { link.memoryBytes } }

  /// Set by the owner while the process as a whole has no memory left, or none for this client: new calls are refused,
  /// but for those that are answered at once, and credit is withheld.
  package var processMemoryFull: Bool {
    mutating get { link.processMemoryFull }
    set {
      link.processMemoryFull = newValue
      if !newValue { returnWithheld() }
    }
  }

  /// Calls that hold a slot.
  package var openStreams: Int { streams.count }

  /// Whether there is neither a call nor output.
  package var isIdle: Bool { mutating get { streams.count == 0 && !hasOutput } }

  package var counters: WireCounters { link.counters }

  package var profile: Profile { link.profile }

  /// Where the call `stream` stands, for tests and diagnostics; `.vacant` when it is not open.
  package func phase(of stream: StreamID) -> ServerPhase {
    streams.slot(of: stream.raw).map { streams[$0].phase } ?? .vacant
  }

  // MARK: The connection's end

  /// The client has closed its direction (FIN or close_notify). Running calls are still answered.
  package mutating func peerClosedInput(now: Instant) {
    guard !link.isClosed, !link.inputEnded else { return }
    link.inputEnded = true
    for slot in 0..<streams.slotCount where streams[slot].id != 0 {
      // Half of its messages is not all of them: such a call cannot be answered any more, unless it has been.
      if streams[slot].phase == .receiving
        || (streams[slot].phase == .running && streams[slot].isReceivingStream)
      {
        abandon(slot, .connectionLost, now)
      }
    }
    finishIfDone()
    link.noteOutput(now)
  }

  /// The connection is gone. Every running handler is told; no output is worth writing any more.
  package mutating func connectionLost(now: Instant) {
    guard !link.isClosed else { return }
    link.isClosed = true
    abandonAll(.connectionLost, now)
  }

  /// Ends the connection for `error`: GOAWAY (native), all calls cancelled, `.close`.
  mutating func fail(_ error: WireError, _ now: Moment) {
    guard !link.isClosed else { return }
    link.isClosed = true
    abandonAll(.connectionLost, now)
    if link.profile == .native {
      link.sendGoAway(last: lastStream, error.goAwayCode, error.description)
    }
    actions.append(.close(error))
  }

  private mutating func abandonAll(_ reason: CancelReason, _ now: Moment) {
    for slot in 0..<streams.slotCount where streams[slot].id != 0 { abandon(slot, reason, now) }
  }

  /// Closes a stream on the wire without an answer and tells its handler, if it is still at work.
  mutating func abandon(_ slot: Int, _ reason: CancelReason, _ now: Moment) {
    if streams[slot].phase == .running {
      actions.append(.cancelled(StreamID(streams[slot].id), reason))
    }
    close(slot, now)
  }

  /// Ends the connection in good order when nothing is left to do.
  mutating func finishIfDone() {
    guard !link.isClosed else { return }
    var isLast = link.inputEnded
    switch drain {
    case .final, .clientLeaves: isLast = true
    case .none, .noticed: break
    }
    guard isLast else { return }
    for slot in 0..<streams.slotCount {
      if streams[slot].id != 0 && streams[slot].phase != .lingering { return }
    }
    link.isClosed = true
    actions.append(.close(nil))
  }

  // MARK: The stream's end

  /// The stream is closed on the wire. Its record stays while a handler runs.
  mutating func close(_ slot: Int, _ now: Moment) {
    if streams[slot].handlerRunning {
      dropIncoming(slot)
      streams[slot].outgoing = nil
      chargeOutgoing(slot, -streams[slot].outgoingBytes)
      streams[slot].deadline = nil
      streams[slot].remoteOpen = false
      streams[slot].phase = .lingering
    } else {
      remove(slot, now)
    }
    finishIfDone()
  }

  /// Nothing that still comes for the call matters. Whole messages stay charged: the handler holds them, until it
  /// ends.
  mutating func dropIncoming(_ slot: Int) {
    guard let incoming = streams[slot].incoming else { return }
    charge(slot, -incoming.assembly.heldBytes)
    streams[slot].incoming = nil
    returnWithheld()
  }

  /// Forgets a stream and gives its memory back.
  mutating func remove(_ slot: Int, _ now: Moment) {
    if streams[slot].isQueued {
      // The slot's next stream must not find itself in line.
      sendQueue.remove(slot)
      windowWaiters.remove(slot)
    }
    link.incomingBytes -= streams[slot].incomingBytes
    link.outgoingBytes -= streams[slot].outgoingBytes
    streams.remove(slot)
    if streams.count == 0 { idleSince = now }
    returnWithheld()
  }

  /// Counts bytes that came for a call, or that it has given back.
  mutating func charge(_ slot: Int, _ bytes: Int) {
    streams[slot].incomingBytes += bytes
    link.incomingBytes += bytes
  }

  /// Counts bytes that wait to be sent for a call.
  mutating func chargeOutgoing(_ slot: Int, _ bytes: Int) {
    streams[slot].outgoingBytes += bytes
    link.outgoingBytes += bytes
  }
}
