// One TLS connection to a server, seen from the client.

internal import NIOCore
internal import RPC
internal import TLS
internal import Vocabulary
internal import Wire

/// The only handler in a connection's pipeline. Owns the TLS session and the protocol state
/// machine, and tells its pool what happens. Confined to its event loop.
final class ServerLink: ChannelDuplexHandler, @unchecked Sendable {
  // Unchecked: confined to the loop.
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  enum Phase { case handshaking, open, closing, closed }

  private(set) var phase = Phase.handshaking
  private let pool: LinkPool
  private let settings: ClientSettings
  private var session: TLSSession
  private var wire: ClientConnection?
  private var calls: [StreamID: PendingCall] = [:]
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?
  private var wake: Moment?
  private var fault: ConnectionFault?
  /// Whether the channel is active. The pool learns of a connection a moment earlier, and a channel that is closed in
  /// that moment never says that it is gone.
  private var isActive = false
  private var isSettling = false
  private var isReadPaused = false
  private var isReadHeldBack = false
  private var knowsServer = false
  private let scratch = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 4 * TLSLimits.recordPlaintextBytesMax, alignment: 64)

  init(_ pool: LinkPool, _ settings: ClientSettings, _ session: consuming TLSSession) {
    self.pool = pool
    self.settings = settings
    self.session = session
  }

  deinit { scratch.deallocate() }

  /// Calls that may start now.
  var openSlots: Int { phase == .open ? wire?.openSlots ?? 0 : 0 }

  /// Whether it takes calls now, or once others of it have ended.
  var takesCalls: Bool { phase == .open && wire?.takesCalls == true }

  /// Whether it may come to carry calls.
  var isConnecting: Bool { phase == .handshaking }

  // MARK: What the pool asks for

  /// Whether a call that asks for compression has to wait: what the server takes is not known yet.
  var awaitsSettings: Bool { phase == .open && !knowsServer }

  /// Sends `call`.
  func start(_ call: PendingCall) throws(CallRefusal) {
    guard phase == .open, wire != nil else { throw .closed }
    let encoding = wire!.takes(call.encoding) ? call.encoding : .identity
    let message = encoding == .identity ? call.message : call.packed ?? call.message
    let stream = try wire!.startCall(
      call.method, kind: call.kind, message, deadline: call.deadline,
      metadata: call.metadata, encoding: encoding, now: .now)
    call.attempts += 1
    call.link = self
    call.stream = stream
    calls[stream] = call
    settleSoon()
    call.started(encoding)
  }

  /// Sends one message of a call that takes a stream.
  func send(_ stream: StreamID, _ message: OutgoingMessage) -> SendResult {
    defer { settleSoon() }
    return wire?.send(stream, message, now: .now) ?? .closed
  }

  /// No more messages follow on a call that takes a stream.
  func closeSend(_ stream: StreamID) {
    wire?.closeSend(stream, now: .now)
    settleSoon()
  }

  /// The caller has taken a message of `bytes`.
  func taken(_ stream: StreamID, _ bytes: Int) {
    wire?.messageTaken(stream, bytes: bytes, now: .now)
    settleSoon()
  }

  /// Nobody waits for the answer any more.
  func cancel(_ stream: StreamID) {
    guard calls.removeValue(forKey: stream) != nil else { return }
    wire?.cancel(stream, now: .now)
    settleSoon()
  }

  /// Takes no new calls and closes once the running ones have ended.
  func beginClose() {
    switch phase {
    case .handshaking: fail(.clientClosed)
    case .open:
      wire?.beginClose(now: .now)
      settleSoon()
    case .closing, .closed: break
    }
  }

  /// Closes at once; calls fail with `fault`.
  func fail(_ fault: ConnectionFault) {
    if self.fault == nil { self.fault = fault }
    if isActive { context?.close(promise: nil) }
  }

  // MARK: NIO's events

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    isActive = true
    if fault != nil { return context.close(promise: nil) }
    setTimer(Moment.now + settings.limits.handshake)
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    _ = shakeHands(none)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    buffer.withUnsafeReadableBytes { take($0) }
  }

  func channelReadComplete(context: ChannelHandlerContext) { settle() }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { settle() }
  }

  func read(context: ChannelHandlerContext) {
    if isReadPaused {
      isReadHeldBack = true
    } else {
      context.read()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(.lost) }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    let wasHandshaking = phase == .handshaking
    phase = .closed
    wire?.connectionLost(now: .now)
    handleEvents()
    wire = nil
    let fault = self.fault ?? (wasHandshaking ? .handshakeAbandoned : nil)
    for call in calls.values {
      call.fail((fault ?? .lost).error(pool.place))
    }
    calls = [:]
    pool.ended(self, fault)
  }

  // MARK: Input

  private func take(_ ciphertext: UnsafeRawBufferPointer) {
    var rest = ciphertext
    if phase == .handshaking { rest = shakeHands(rest) }
    while phase == .open {
      let step = session.read(input: rest, into: scratch)
      rest = UnsafeRawBufferPointer(rebasing: rest[step.consumed...])
      if step.plaintext > 0 {
        pool.heard(self)
        wire?.receive(
          UnsafeRawBufferPointer(rebasing: scratch[..<step.plaintext]), now: .now)
        handleEvents()
        if !knowsServer, wire?.knowsServer == true {
          knowsServer = true
          pool.pump()
        }
      }
      switch step.outcome {
      case .needsRoom: continue
      case .needsInput: return
      case .closed:
        wire?.peerClosedInput(now: .now)
        return
      case .failed(let failure): return fail(.tls(failure))
      }
    }
  }

  private func shakeHands(_ ciphertext: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let context else { return UnsafeRawBufferPointer(rebasing: ciphertext[..<0]) }
    var output = context.channel.allocator.buffer(capacity: TLSLimits.handshakeFlightBytes)
    var step = TLSHandshake.notBegun
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: TLSLimits.handshakeFlightBytes) {
      step = session.handshake(input: ciphertext, output: $0)
      return step.produced
    }
    drainSpill(into: &output)
    if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
    switch step.outcome {
    case .incomplete: break
    case .failed(let failure): fail(.tls(failure))
    // Writing to a socket that was reset ends the connection before `writeAndFlush` returns.
    case .complete: if phase == .handshaking { open() }
    }
    return UnsafeRawBufferPointer(rebasing: ciphertext[step.consumed...])
  }

  private func open() {
    // A server without ALPN speaks ttrpc; asked for the native profile it must have said so.
    guard Profile(alpn: session.applicationProtocol) == settings.profile else {
      return fail(.tls(.noSharedProtocol))
    }
    phase = .open
    timer?.cancel()
    timer = nil
    wake = nil
    var connection = ClientConnection(
      profile: settings.profile, limits: settings.limits.wire, now: .now)
    connection.start(now: .now)
    knowsServer = connection.knowsServer
    wire = consume connection
    settleSoon()
    pool.opened(self)
  }

  // MARK: Turns

  /// Settles once this turn of the loop is over, however often it is asked for.
  private func settleSoon() {
    guard !isSettling, let context else { return }
    isSettling = true
    context.eventLoop.assumeIsolated().execute { [self] in
      isSettling = false
      settle()
    }
  }

  private func settle() {
    guard phase == .open || phase == .closing else { return }
    handleEvents()
    writeOutput()
    // What was written may have made room.
    handleEvents()
    setReading()
    if phase == .open, let wake = wire?.nextWake { setTimer(wake) }
  }

  private func handleEvents() {
    while let event = wire?.nextEvent() {
      switch event {
      case .response(let stream, let message, let headers, let trailers):
        calls.removeValue(forKey: stream)?
          .answered(ReceivedMessage(message), headers: headers, trailers: trailers)
      case .packedResponse(let stream, let message, let encoding, let headers, let trailers):
        calls.removeValue(forKey: stream)?
          .answered(
            ReceivedMessage(message, packed: encoding), headers: headers, trailers: trailers)
      case .headers(let stream, let headers): calls[stream]?.headersCame(headers)
      case .message(let stream, let message): calls[stream]?.messageCame(ReceivedMessage(message))
      case .packedMessage(let stream, let message, let encoding):
        calls[stream]?.messageCame(ReceivedMessage(message, packed: encoding))
      case .ended(let stream, let trailers):
        calls.removeValue(forKey: stream)?.ended(trailers: trailers)
      case .sendRoom(let stream): calls[stream]?.roomCame()
      case .failed(let stream, let failure):
        guard let call = calls.removeValue(forKey: stream) else { continue }
        if failure.neverStarted, call.canRestart, call.attempts < settings.limits.attemptsMax {
          pool.requeue(call)
        } else {
          call.fail(explain(failure.error), trailers: failure.trailers)
        }
      case .slotsChanged, .goingAway: pool.pump()
      case .close:
        guard phase == .open else { continue }
        phase = .closing
        wake = nil
        setTimer(Moment.now + settings.limits.closing)
        settleSoon()
        pool.pump()
      }
    }
  }

  /// Says why the connection was lost where the state machine only knows that it was.
  private func explain(_ error: ServiceError) -> ServiceError {
    guard error.code == .unavailable, let fault, phase == .closed else { return error }
    return fault.error(pool.place)
  }

  private func setReading() {
    let wants = phase != .open || wire?.wantsRead ?? true
    guard wants == isReadPaused else { return }
    isReadPaused = !wants
    if wants, isReadHeldBack {
      isReadHeldBack = false
      context?.read()
    }
  }

  private func setTimer(_ instant: Moment) {
    if let wake, wake <= instant { return }
    timer?.cancel()
    wake = instant
    let pause = max(.zero, Moment.now.duration(to: instant))
    timer = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(pause)) { [weak self] in
      self?.timerFired()
    }
  }

  private func timerFired() {
    wake = nil
    timer = nil
    switch phase {
    case .handshaking: fail(.handshakeTimedOut)
    case .open:
      wire?.tick(now: .now)
      settle()
    case .closing: context?.close(promise: nil)
    case .closed: break
    }
  }

  // MARK: Output

  private func writeOutput() {
    guard let context else { return }
    while context.channel.isWritable {
      var output = context.channel.allocator.buffer(capacity: 0)
      guard seal(into: &output) else { return fail(.tls(.internalFault)) }
      guard output.readableBytes > 0 else { break }
      context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }
    if phase == .closing, wire?.hasOutput != true { sendCloseNotice() }
  }

  private func seal(into output: inout ByteBuffer) -> Bool {
    var failed = false
    drainSpill(into: &output)
    let target = settings.limits.sealedPieceBytes
    while output.readableBytes < target, !failed {
      let taken = wire?.writeOutput { plaintext in
        let piece = UnsafeRawBufferPointer(rebasing: plaintext.prefix(target))
        var consumed = 0
        output.writeWithUnsafeMutableBytes(
          minimumWritableBytes: TLSLimits.sealedBytesMax(piece.count)
        ) { room in
          let step = session.write(piece, output: room)
          failed = step.failure != nil
          consumed = step.consumed
          return step.produced
        }
        return consumed
      }
      drainSpill(into: &output)
      if taken ?? 0 == 0 { break }
    }
    return !failed
  }

  private func drainSpill(into output: inout ByteBuffer) {
    while session.spilledBytes > 0 {
      output.writeWithUnsafeMutableBytes(minimumWritableBytes: session.spilledBytes) {
        session.drain(into: $0)
      }
    }
  }

  private func sendCloseNotice() {
    guard let context else { return }
    var output = context.channel.allocator.buffer(capacity: TLSLimits.recordOverheadBytesMax)
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: TLSLimits.recordOverheadBytesMax) {
      session.close(output: $0)
    }
    drainSpill(into: &output)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      self.context?.close(promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(output), promise: written)
  }
}
