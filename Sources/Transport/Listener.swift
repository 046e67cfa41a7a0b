// Accepts TLS connections and brings their calls to a dispatcher.

internal import NIOCore
internal import NIOPosix
package import RPC
internal import Synchronization
package import TLS
internal import Vocabulary
internal import Wire

/// Where and how to listen.
package struct ListenerSettings: Sendable {
  /// A name or an address of this machine.
  package var host: String
  /// 0 lets the system choose.
  package var port: Int
  /// Event loops, one thread each; nil takes one a core.
  package var threads: Int?
  package var limits = TransportLimits()

  package init(host: String = "127.0.0.1", port: Int = 7443, threads: Int? = nil) {
    self.host = host
    self.port = port
    self.threads = threads
  }
}

/// Why a listener could not start: one line for the operator.
package struct ListenerError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}

/// A server socket, its event loops and its connections. Usable from any thread.
///
/// Starts accepting when made. `shutDown` must be called before the last reference goes.
package final class Listener: Sendable {
  /// The port listened on.
  package let port: Int

  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let executors: [LoopExecutor]
  private let settings: ConnectionSettings
  /// The one stop, once it has begun.
  private let stopping = Mutex<Task<Void, Never>?>(nil)

  /// Binds and begins to accept.
  /// - Parameters:
  ///   - tls: asked for every connection, on its event loop, so that new certificates take effect
  ///     without a restart; it must answer at once.
  ///   - dispatcher: answers calls of the methods it names; others are refused before they reach
  ///     it.
  package static func start(
    _ settings: ListenerSettings, tls: @escaping @Sendable () -> TLSContext,
    dispatcher: any CallDispatcher,
    observer: any TransportObserver = NoTransportObserver()
  ) async throws(ListenerError) -> Listener {
    let methods = dispatcher.methods
    let connection = ConnectionSettings(
      limits: settings.limits,
      methods: MethodTable(
        methods.map {
          MethodEntry(
            service: $0.name.service, method: $0.name.method, kind: $0.kind,
            requestBytesMax: $0.requestBytesMax, isAtOnce: $0.isImmediate,
            compressesAnswers: $0.compressesAnswers)
        }), methodNames: methods.map(\.name), dispatcher: dispatcher, observer: observer,
      load: ListenerLoad(settings.limits))
    let group = MultiThreadedEventLoopGroup(
      numberOfThreads: max(1, settings.threads ?? System.coreCount))
    var executors: [LoopExecutor] = []
    for loop in group.makeIterator() { executors.append(LoopExecutor(loop, dispatcher)) }
    let byLoop = Dictionary(
      uniqueKeysWithValues: executors.map { (ObjectIdentifier($0.loop), $0) })
    let bootstrap = makeBootstrap(group, settings.limits) { channel in
      guard let executor = byLoop[ObjectIdentifier(channel.eventLoop)] else {
        return channel.eventLoop.makeFailedFuture(ChannelError.inappropriateOperationForState)
      }
      return accept(channel, executor, connection, tls)
    }
    do {
      let channel = try await bootstrap.bind(host: settings.host, port: settings.port).get()
      return Listener(channel, group, executors, connection)
    } catch {
      try? await group.shutdownGracefully()
      throw ListenerError(description: explain(error, settings))
    }
  }

  private init(
    _ channel: any Channel, _ group: MultiThreadedEventLoopGroup, _ executors: [LoopExecutor],
    _ settings: ConnectionSettings
  ) {
    self.channel = channel
    self.group = group
    self.executors = executors
    self.settings = settings
    port = channel.localAddress?.port ?? 0
  }

  /// Connections open now, those in their handshake included.
  package var connections: Int { settings.load.connections }

  /// Bytes that all connections hold for messages now.
  package var memoryBytes: Int { settings.load.memory.bytes }

  /// Cuts the connections of clients whom the revocation lists of `context` name; their calls are cancelled. Connections
  /// whose handshake is under way are judged at its end. Returns at once.
  package func cutRevoked(by context: TLSContext) {
    settings.load.judge = context
    onEachConnection { $0.cutIfRevoked(by: context) }
  }

  /// Ends in good order: accepts nothing new, tells peers to go, lets running calls finish within
  /// `WireLimits.drainGrace`, cancels the rest, closes. Returns when all connections and handlers
  /// are gone, or when handlers did not heed their cancellation for `TransportLimits.handlerExit`. May be called
  /// again: every call returns when the first is done.
  package func shutDown() async {
    let stop = stopping.withLock { stopping in
      if let stopping { return stopping }
      let begun = Task { await self.stop() }
      stopping = begun
      return begun
    }
    await stop.value
  }

  private func stop() async {
    try? await channel.close()
    await settleLoops()
    settings.load.beginDrain()
    onEachConnection { $0.drain() }
    let limits = settings.limits
    let patience = limits.wire.drainNotice + limits.wire.drainGrace + limits.closing + limits.linger
    if await !isEmpty(within: patience) {
      onEachConnection { $0.abort() }
      // Without its loops a handler that comes back late would have no place to run: they stay.
      guard await isEmpty(within: limits.handlerExit) else { return }
    }
    await settleLoops()
    try? await group.shutdownGracefully()
  }

  /// Returns when sockets that were accepted before are counted or gone: each changes between the listening
  /// socket's loop and its own up to three times.
  private func settleLoops() async {
    for _ in 0..<3 {
      for executor in executors { try? await executor.loop.submit {}.get() }
    }
  }

  private func onEachConnection(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
    for executor in executors {
      executor.loop.execute { for connection in executor.connections.values { body(connection) } }
    }
  }

  private func isEmpty(within patience: Duration) async -> Bool {
    let promise = executors[0].loop.makePromise(of: Bool.self)
    let timeout = executors[0].loop.scheduleTask(in: TimeAmount(patience)) {
      promise.succeed(false)
    }
    settings.load.whenEmpty {
      timeout.cancel()
      promise.succeed(true)
    }
    return (try? await promise.futureResult.get()) ?? false
  }

  // MARK: Accepting

  private static func makeBootstrap(
    _ group: MultiThreadedEventLoopGroup, _ limits: TransportLimits,
    accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) -> ServerBootstrap {
    let unacknowledged = ChannelOptions.Types.SocketOption(
      level: .tcp, name: .init(rawValue: tcpUserTimeoutOption))
    return ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.backlog, value: limits.backlogMax)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        unacknowledged, value: Int(limits.unacknowledged.components.seconds * 1000)
      )
      .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .childChannelOption(
        ChannelOptions.writeBufferWaterMark,
        value: .init(low: limits.sealedBytesLow, high: limits.sealedBytesHigh)
      )
      .childChannelOption(
        ChannelOptions.recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(
          minimum: limits.readBytesMin, initial: limits.readBytesFirst,
          maximum: limits.readBytesMax)
      )
      .childChannelInitializer(accept)
  }

  /// TCP_USER_TIMEOUT of linux/tcp.h, in milliseconds.
  private static let tcpUserTimeoutOption: CInt = 18

  private static func accept(
    _ channel: any Channel, _ executor: LoopExecutor, _ settings: ConnectionSettings,
    _ tls: @Sendable () -> TLSContext
  ) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      if let refusal = settings.load.enter() {
        settings.observer.connectionRefused(refusal)
        throw ChannelError.ioOnClosedChannel
      }
      do {
        let handler = ConnectionHandler(
          executor: executor, settings: settings, session: try TLSSession(accepting: tls()))
        try channel.pipeline.syncOperations.addHandler(handler)
      } catch {
        settings.load.leaveHandshake()
        settings.load.leave()
        settings.observer.connectionRefused(.memory)
        throw error
      }
    }
  }

  private static func explain(_ error: any Error, _ settings: ListenerSettings) -> String {
    let place = "\(settings.host):\(settings.port)"
    guard let error = error as? IOError else {
      return "\(place) cannot be listened on; check the host name"
    }
    return switch error.errnoCode {
    case EADDRINUSE: "\(place) is in use by another process; stop it or choose another port"
    case EACCES: "\(place) needs privileges this user has not; choose a port above 1023"
    case EADDRNOTAVAIL: "\(place) is not an address of this machine; choose another host"
    default: "\(place) cannot be listened on (errno \(error.errnoCode))"
    }
  }
}
