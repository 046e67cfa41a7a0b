// Ciphertext to frames: the handshake, then one record after the other.

internal import NIOCore
internal import TLS
internal import Vocabulary
internal import Wire

extension ConnectionHandler {
  /// Takes what one read of the socket brought.
  func take(_ ciphertext: UnsafeRawBufferPointer) {
    var rest = ciphertext
    if phase == .handshaking { rest = shakeHands(rest) }
    noteMemory()
    while phase == .open {
      let step = session.read(input: rest, into: executor.scratch)
      rest = UnsafeRawBufferPointer(rebasing: rest[step.consumed...])
      if step.plaintext > 0 {
        let plaintext = UnsafeRawBufferPointer(rebasing: executor.scratch[..<step.plaintext])
        wire?.receive(plaintext, now: executor.now) { answer($0) }
        performActions()
      }
      switch step.outcome {
      case .needsRoom: continue
      case .needsInput: return
      case .closed:
        wire?.peerClosedInput(now: executor.now)
        return
      case .failed(let failure): return failTLS(failure)
      }
    }
  }

  /// Goes on with the handshake; returns what it left of the input.
  private func shakeHands(_ ciphertext: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let context else { return UnsafeRawBufferPointer(rebasing: ciphertext[..<0]) }
    var output = context.channel.allocator.buffer(capacity: TLSLimits.handshakeFlightBytes)
    var step = TLSHandshake.notBegun
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: TLSLimits.handshakeFlightBytes) {
      step = session.handshake(input: ciphertext, output: $0)
      return step.produced
    }
    drainSpill(into: &output)
    switch step.outcome {
    case .failed(let failure): endHandshake(.failed(failure), sending: output)
    case .incomplete, .complete:
      if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
      // Writing to a socket that was reset ends the connection before `writeAndFlush` returns.
      if step.outcome == .complete, phase == .handshaking { open() }
    }
    return UnsafeRawBufferPointer(rebasing: ciphertext[step.consumed...])
  }

  private func open() {
    guard let profile = Profile(alpn: session.applicationProtocol), let version = session.version
    else { return endHandshake(.failed(.noSharedProtocol)) }
    do {
      peer = try session.peerIdentity()
    } catch {
      return endHandshake(.failed(error))
    }
    let now = executor.now
    settings.load.leaveHandshake()
    settings.observer.handshakeCompleted(
      took: accepted.duration(to: now), version: version, profile: profile)
    if session.isResumed { settings.observer.handshakeResumed() }
    phase = .open
    timer?.cancel()
    timer = nil
    wake = nil
    var connection = ServerConnection(
      profile: profile, methods: settings.methods, limits: settings.limits.wire, now: now)
    connection.start(now: now)
    wire = consume connection
    memoryShare = settings.load.memory.enter(peer?.fingerprint ?? "")
    startAging()
    executor.touch(self)
    // The session was made from a context that may have been replaced since.
    if let judge = settings.load.judge { cutIfRevoked(by: judge) }
  }

  /// The handshake ends without a connection; `alert` tells the peer why.
  func endHandshake(_ how: HandshakeEnd, sending alert: ByteBuffer? = nil) {
    guard phase == .handshaking else { return }
    phase = .lingering
    settings.load.leaveHandshake()
    settings.observer.handshakeEnded(how)
    if let alert { finishSending(alert) } else { abort() }
  }

  /// The session broke after the handshake: the alert is sent, everything else is lost.
  func failTLS(_ failure: TLSFailure) {
    guard phase == .open || phase == .closing, let context else { return }
    end = .tls(failure)
    wire?.connectionLost(now: executor.now)
    performActions()
    phase = .lingering
    var alert = context.channel.allocator.buffer(capacity: TLSLimits.recordOverheadBytesMax)
    drainSpill(into: &alert)
    finishSending(alert)
  }

  /// Pauses the socket when the state machine wants no more, and goes on when it does.
  func setReading() {
    let wants = phase != .open || wire?.wantsRead ?? true
    guard wants == isReadPaused else { return }
    isReadPaused = !wants
    if wants, isReadHeldBack {
      isReadHeldBack = false
      context?.read()
    }
  }
}
