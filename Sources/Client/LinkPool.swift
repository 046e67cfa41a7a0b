// The connections of one client, the calls that wait for them, and when to try again.

internal import NIOCore
internal import NIOPosix
internal import TLS
internal import Vocabulary
internal import Wire

/// Opens connections when calls need them, hands calls to those with room, and backs off when the
/// server cannot be reached. Confined to one event loop.
final class LinkPool: @unchecked Sendable {
  // Unchecked: the mutable state is touched on the loop only.
  let loop: any EventLoop
  /// Host and port, for messages.
  let place: String
  private let settings: ClientSettings
  private let tls: TLSContext
  private var links: [ServerLink] = []
  private var waiting: [PendingCall] = []
  /// Connections asked of NIO whose handler does not exist yet.
  private var dialling = 0
  private var failures = 0
  /// Not before this may another connection be tried.
  private var pauseEnds: ContinuousClock.Instant?
  private var isRetryScheduled = false
  private var isClosed = false
  private var closeWaiters: [CheckedContinuation<Void, Never>] = []

  init(_ loop: any EventLoop, _ settings: ClientSettings, _ tls: TLSContext) {
    self.loop = loop
    self.settings = settings
    self.tls = tls
    place = "\(settings.host):\(settings.port)"
  }

  // MARK: Calls

  /// Sends `call` as soon as a connection has room for it.
  func submit(_ call: PendingCall) {
    if isClosed { return call.fail(ConnectionFault.clientClosed.error(place)) }
    guard waiting.count < settings.limits.waitingMax else {
      return call.fail(Self.tooManyWait(settings.limits.waitingMax))
    }
    waiting.append(call)
    pump()
    if call.stream == nil, !call.isFinished { limitWait(call) }
  }

  /// A call that the server never began comes back to be sent again.
  func requeue(_ call: PendingCall) {
    call.link = nil
    call.stream = nil
    if isClosed { return call.fail(ConnectionFault.clientClosed.error(place)) }
    waiting.insert(call, at: 0)
    limitWait(call)
    loop.execute { self.pump() }
  }

  /// The caller of `call` gave up.
  func cancel(_ call: PendingCall) {
    call.cancel()
    if let link = call.link, let stream = call.stream { link.cancel(stream) }
    waiting.removeAll { $0 === call }
  }

  /// The caller of `call` cannot use what came on it.
  func giveUp(_ call: PendingCall, _ error: ServiceError) {
    if let link = call.link, let stream = call.stream { link.cancel(stream) }
    call.fail(error)
  }

  /// Hands waiting calls to connections with room; opens one when there is none.
  func pump() {
    while let call = waiting.first {
      let isPacked = call.encoding != .identity
      guard
        let link = links.first(where: { $0.openSlots > 0 && !(isPacked && $0.awaitsSettings) })
      else { break }
      waiting.removeFirst()
      guard !call.isFinished else { continue }
      do {
        try link.start(call)
        call.timer?.cancel()
        call.timer = nil
      } catch {
        refuse(call, error)
      }
    }
    let isPacked = waiting.first.map { $0.encoding != .identity } ?? false
    let connecting =
      links.count { $0.isConnecting || (isPacked && $0.awaitsSettings) } + dialling
    guard !isClosed, !waiting.isEmpty, connecting == 0,
      links.count < settings.limits.connectionsMax
    else { return }
    connect()
  }

  private func refuse(_ call: PendingCall, _ refusal: CallRefusal) {
    switch refusal {
    case .noSlot, .goingAway, .closed:
      // Lost a race with the connection's end: wait for the next one.
      waiting.append(call)
      limitWait(call)
    case .messageTooLarge(let limit):
      call.fail(
        ServiceError(
          .resourceExhausted, "The request is larger than the server accepts.",
          ErrorDetail(.payloadTooLarge, limit: "\(limit) bytes", advice: .correctInput)))
    case .badMetadata:
      call.fail(
        ServiceError(
          .invalidArgument, "The metadata break the protocol's rules or limits.",
          ErrorDetail(.invalidMetadata, advice: .correctInput)))
    case .deadlinePassed: call.fail(Self.tooLate)
    }
  }

  /// Lets `call` wait until its deadline and no longer.
  private func limitWait(_ call: PendingCall) {
    guard call.timer == nil, let left = call.deadline.remaining() else { return }
    call.timer = loop.scheduleTask(in: TimeAmount(max(.zero, left))) { [self] in
      waiting.removeAll { $0 === call }
      call.fail(Self.tooLate)
    }
  }

  // MARK: Connections

  private func connect() {
    if let pauseEnds, ContinuousClock.now < pauseEnds { return scheduleRetry(pauseEnds) }
    dialling += 1
    let limits = settings.limits
    ClientBootstrap(group: loop)
      .connectTimeout(TimeAmount(limits.connect))
      .channelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(
        ChannelOptions.recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(
          minimum: 4096, initial: 16_384, maximum: limits.readBytesMax)
      )
      .channelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          let session = try TLSSession(connecting: tls, to: settings.host)
          let link = ServerLink(self, settings, session)
          try channel.pipeline.syncOperations.addHandler(link)
        }
      }
      .connect(host: settings.host, port: settings.port)
      .flatMapThrowing { channel in
        try channel.pipeline.syncOperations.handler(type: ServerLink.self)
      }
      .assumeIsolated()
      .whenComplete { [self] in dialled($0) }
  }

  private func dialled(_ result: Result<ServerLink, any Error>) {
    dialling -= 1
    switch result {
    case .success(let link) where link.phase != .closed:
      links.append(link)
      if isClosed { link.beginClose() }
      pump()
    case .success:
      // Gone already, and `ended` has counted it as one that is still being dialled.
      if isClosed { finishClosing() } else { pump() }
    case .failure(let error): connectionFailed(ConnectionFault(connecting: error))
    }
  }

  /// The handshake of `link` is complete.
  func opened(_ link: ServerLink) { loop.execute { self.pump() } }

  /// The server has sent something inside TLS: it accepts us, so earlier failures are forgotten.
  func heard(_ link: ServerLink) {
    failures = 0
    pauseEnds = nil
  }

  /// `link` is gone, after `fault` if it did not end in good order.
  func ended(_ link: ServerLink, _ fault: ConnectionFault?) {
    links.removeAll { $0 === link }
    if isClosed { return finishClosing() }
    if let fault { return connectionFailed(fault) }
    loop.execute { self.pump() }
  }

  /// Calls that wait learn why there is no connection, unless one that is busy, or is being made, will take them; later
  /// ones wait for the next attempt.
  private func connectionFailed(_ fault: ConnectionFault) {
    let pause = backOff()
    failures += 1
    pauseEnds = ContinuousClock.now.advanced(by: pause)
    if links.contains(where: { $0.takesCalls || $0.isConnecting }) { return pump() }
    let failed = waiting.filter { !$0.waitsForReady }
    waiting.removeAll { !$0.waitsForReady }
    for call in failed { call.fail(fault.error(place)) }
    if isClosed { return finishClosing() }
    if !waiting.isEmpty { scheduleRetry(ContinuousClock.now.advanced(by: pause)) }
  }

  private func backOff() -> Duration {
    let limits = settings.limits
    var seconds = limits.backOffFirst / .seconds(1)
    for _ in 0..<min(failures, 32) { seconds *= limits.backOffGrowth }
    seconds = min(seconds, limits.backOffMax / .seconds(1))
    let spread = Double.random(in: -limits.backOffSpread...limits.backOffSpread)
    return .seconds(seconds * (1 + spread))
  }

  private func scheduleRetry(_ instant: ContinuousClock.Instant) {
    guard !isRetryScheduled else { return }
    isRetryScheduled = true
    loop.scheduleTask(in: TimeAmount(ContinuousClock.now.duration(to: instant))) { [self] in
      isRetryScheduled = false
      pump()
    }
  }

  // MARK: End

  /// Lets running calls finish, fails those that wait, then ends all connections.
  func close(_ continuation: CheckedContinuation<Void, Never>) {
    closeWaiters.append(continuation)
    isClosed = true
    let failed = waiting
    waiting = []
    for call in failed { call.fail(ConnectionFault.clientClosed.error(place)) }
    for link in links { link.beginClose() }
    finishClosing()
  }

  private func finishClosing() {
    guard isClosed, links.isEmpty, dialling == 0 else { return }
    let waiters = closeWaiters
    closeWaiters = []
    for waiter in waiters { waiter.resume() }
  }

  private static func tooManyWait(_ limit: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "Too many calls of this client wait for a connection.",
      ErrorDetail(.overloaded, limit: "\(limit) calls", advice: .waitAndRetry, retryable: true))
  }

  static let tooLate = ServiceError(
    .deadlineExceeded, "Time ran out before the answer; allow more time.",
    ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))
}
