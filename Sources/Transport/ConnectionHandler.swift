// One TLS connection: between NIO's socket on one side and the router on the other.

internal import NIOCore
internal import RPC
internal import TLS
internal import Vocabulary
internal import Wire

/// What all connections of a listener have in common.
struct ConnectionSettings: Sendable {
  let limits: TransportLimits
  let methods: MethodTable
  /// The names of `methods`, in the same order.
  let methodNames: [RPC.MethodName]
  let dispatcher: any CallDispatcher
  let observer: any TransportObserver
  let load: ListenerLoad
}

/// The only handler in a connection's pipeline: ciphertext in, ciphertext out. Owns the TLS session
/// and the protocol state machine, starts the handlers of calls and brings their answers back.
///
/// Life: handshaking → open → closing → lingering → closed; any state may go to closed at once.
/// Confined to its event loop.
final class ConnectionHandler: ChannelDuplexHandler, @unchecked Sendable {
  // Unchecked: confined to the loop; tasks that hold it come back to the loop before they touch it.
  // Exclusivity is not checked at run time for what every call touches (a tenth of its cost): no
  // method of `wire`, `session` or `calls` calls back into this class except the closure of
  // `writeOutput`, which uses `session` only, and that of `receive`, which uses none of the three.
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  enum Phase {
    /// TLS is being agreed on; nothing of the protocol exists.
    case handshaking
    /// Calls come and go.
    case open
    /// Input is thrown away; what is queued, then the close notice, is being sent.
    case closing
    /// The close notice is sent; the peer's end is waited for.
    case lingering
    /// The socket is gone. Handlers may still be ending.
    case closed
  }

  let executor: LoopExecutor
  let settings: ConnectionSettings
  let accepted: Moment
  var phase = Phase.handshaking
  @exclusivity(unchecked) var session: TLSSession
  /// Exists from the end of the handshake.
  @exclusivity(unchecked) var wire: ServerConnection?
  var peer: PeerIdentity?
  @exclusivity(unchecked) var calls = RunningCalls()
  /// Whether the executor will settle this connection at the end of its turn.
  @exclusivity(unchecked) var isTouched = false

  // NIO's side.
  var context: ChannelHandlerContext?
  var timer: Scheduled<Void>?
  /// Fires when the connection has reached its age.
  private var ageTimer: Scheduled<Void>?
  /// When `timer` fires.
  var wake: Moment?
  /// Whether NIO asked to read while reading was paused.
  var isReadHeldBack = false
  var isReadPaused = false
  /// Whether the peer has ended its half of the socket.
  var isInputEnded = false

  /// Where what this connection holds is counted; exists from the end of the handshake.
  var memoryShare: ConnectionMemory.Share?
  /// What is counted there for this connection.
  private var countedMemoryBytes = 0
  var end = ConnectionEnd.lost
  private var hasLeft = false

  init(executor: LoopExecutor, settings: ConnectionSettings, session: consuming TLSSession) {
    self.executor = executor
    self.settings = settings
    self.session = session
    accepted = .now
  }

  // MARK: NIO's events

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    // A socket that closes while it is read has no `channelReadComplete`, which would run what reading left ready.
    defer { executor.turn() }
    // A socket that closes before it was active, as when the listener closes meanwhile, has no
    // `channelInactive`.
    guard phase == .handshaking else { return }
    phase = .closed
    settings.load.leaveHandshake()
    leaveWhenDone()
  }

  func channelActive(context: ChannelHandlerContext) {
    executor.add(self)
    settings.observer.connectionAccepted()
    // Whoever began to drain did not know of this connection yet.
    if settings.load.isDraining { return abort() }
    setTimer(accepted + settings.limits.handshake)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase == .handshaking || phase == .open else { return }
    let buffer = unwrapInboundIn(data)
    executor.reading {
      buffer.withUnsafeReadableBytes { take($0) }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    executor.touch(self)
    executor.turn()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { executor.touch(self) }
  }

  func read(context: ChannelHandlerContext) {
    if isReadPaused {
      isReadHeldBack = true
    } else {
      context.read()
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let event = event as? ChannelEvent, event == .inputClosed else { return }
    isInputEnded = true
    switch phase {
    case .handshaking: abort()
    case .open:
      wire?.peerClosedInput(now: .now)
      executor.touch(self)
    case .closing: break
    case .lingering, .closed: abort()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { abort() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    ageTimer?.cancel()
    ageTimer = nil
    executor.remove(self)
    switch phase {
    case .handshaking:
      settings.load.leaveHandshake()
      settings.observer.handshakeEnded(.abandoned)
    case .open, .closing, .lingering: reportEnd()
    case .closed: break
    }
    phase = .closed
    wire?.connectionLost(now: .now)
    performActions()
    calls.cancelAll()
    leaveWhenDone()
  }

  // MARK: Turns

  /// Does whatever the state machine asks for. Called once a turn after anything happened.
  func settle() {
    performActions()
    guard phase != .closed else { return leaveWhenDone() }
    writeOutput()
    // What was written may have made room, or have been the last.
    performActions()
    setReading()
    if phase == .open, let wake = wire?.nextWake { setTimer(wake) }
    countMemory()
  }

  /// Wakes at `moment` at the latest; an earlier wake stays.
  func setTimer(_ moment: Moment) {
    if let wake, wake <= moment { return }
    timer?.cancel()
    wake = moment
    let pause = max(.zero, Moment.now.duration(to: moment))
    timer = executor.loop.scheduleTask(in: TimeAmount(pause)) { [weak self] in self?.timerFired() }
  }

  /// Forgets earlier wakes and wakes at `moment`.
  func replaceTimer(_ moment: Moment) {
    wake = nil
    setTimer(moment)
  }

  private func timerFired() {
    wake = nil
    timer = nil
    switch phase {
    case .handshaking: endHandshake(.timedOut)
    case .open:
      wire?.tick(now: .now)
      executor.touch(self)
    case .closing, .lingering: abort()
    case .closed: break
    }
  }

  /// Brings the connection to its end: no new calls, running ones finish.
  func drain() {
    switch phase {
    case .handshaking: abort()
    case .open:
      wire?.beginDrain(now: .now)
      executor.touch(self)
    case .closing, .lingering, .closed: break
    }
  }

  /// Drains this connection once it has reached its age. Called when it opens.
  func startAging() {
    guard let age = settings.limits.connectionAge else { return }
    let spread = settings.limits.connectionAgeSpread
    let pause = age * Double.random(in: 1 - spread...1 + spread)
    ageTimer = executor.loop.scheduleTask(in: TimeAmount(pause)) { [weak self] in self?.drain() }
  }

  /// Ends the connection, and its calls, if the revocation lists of `context` name the client.
  func cutIfRevoked(by context: TLSContext) {
    guard phase == .open || phase == .closing, session.isPeerRevoked(by: context) else { return }
    failTLS(.certificateRevoked)
  }

  /// Closes the socket at once.
  func abort() { context?.close(promise: nil) }

  // MARK: Accounts

  /// Counts what this connection holds, and lets go of what is more than its client may hold.
  func countMemory() {
    guard let share = memoryShare else { return }
    countMemory(in: share)
    let excess = settings.load.memory.excess(of: share)
    if excess > 0, wire?.relieve(of: excess, now: executor.now) == true {
      countMemory(in: share)
      // What that asks for is done in another round; there is none where nothing could go.
      executor.touch(self)
    }
    noteMemory()
  }

  private func countMemory(in share: ConnectionMemory.Share) {
    let bytes = wire?.memoryBytes ?? 0
    guard bytes != countedMemoryBytes else { return }
    settings.load.memory.add(bytes - countedMemoryBytes, to: share)
    countedMemoryBytes = bytes
  }

  /// Tells the state machine whether there is memory for more: that depends on other connections, too.
  func noteMemory() {
    guard let share = memoryShare else { return }
    let isFull = settings.load.memory.isFull(for: share)
    guard isFull || wire?.processMemoryFull == true else { return }
    wire?.processMemoryFull = isFull
    if isFull, phase == .open { executor.recheck(self, after: settings.limits.memoryRecheck) }
  }

  func reportEnd() {
    guard let counters = wire?.counters else { return }
    settings.observer.connectionEnded(
      end, lasted: accepted.duration(to: .now), counters: counters)
  }

  /// The connection counts until its last handler has ended.
  private func leaveWhenDone() {
    countMemory()
    guard phase == .closed, calls.isEmpty, !hasLeft else { return }
    hasLeft = true
    wire = nil
    countMemory()
    if let share = memoryShare { settings.load.memory.leave(share) }
    memoryShare = nil
    settings.load.leave()
  }
}
