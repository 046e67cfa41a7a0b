// Start, serve, stop: the server's life from its settings to its exit.

internal import CProcess
internal import CoreMetrics
internal import FoundationEssentials
internal import Inference
internal import Logging
internal import Observability
internal import RPC
package import RealName
internal import TLS
internal import Transport
internal import UnixSignals
internal import Wire

#if canImport(Glibc)
  internal import Glibc
#endif

/// Runs the server in the caller's process.
package enum ServerApp {
  /// Version of this build.
  package static let version = "0.1.0"

  private static let logSink = LogSink(descriptor: STDERR_FILENO)

  /// Raised when it is first asked for.
  private static let fileLimit = FileLimit.raised()

  /// Reads settings, warms models, listens and serves until SIGTERM or SIGINT; then drains. Says on standard
  /// error what is wrong if it cannot start.
  ///
  /// - Parameter onlyCheck: do everything but listen.
  /// - Returns: false if the server could not start.
  package static func run(
    configFile: String?, flags: [String: String], onlyCheck: Bool,
    sourceMakers: [String: SourceMaker] = [:]
  ) async -> Bool {
    do {
      let read: SettingsReader = {
        try await ServerSettings.read(
          file: configFile, environment: ProcessInfo.processInfo.environment, flags: flags,
          cores: ProcessInfo.processInfo.activeProcessorCount)
      }
      try await serve(try await read(), read, sourceMakers, onlyCheck: onlyCheck)
      return true
    } catch {
      logSink.flush()
      complain("idv-server: \(error)")
      return false
    }
  }

  /// Reads the settings, and again when told to reload.
  private typealias SettingsReader = @Sendable () async throws -> ServerSettings

  private static func serve(
    _ settings: ServerSettings, _ read: @escaping SettingsReader,
    _ sourceMakers: [String: SourceMaker], onlyCheck: Bool
  ) async throws {
    let registry = MetricsRegistry()
    MetricsSystem.bootstrap(registry)
    let log = makeLog(settings.logLevel)
    if cprocess_forbid_dumps() != 0 {
      log.warning("core dumps cannot be forbidden: a crash may leave what is in memory on disk")
    }
    if cprocess_tell_crashes_without_values() != 0 {
      log.warning("a crash may print what registers point to")
    }
    let tls = try makeTLS(settings)
    let watch = CertificateWatch(tls, pollSeconds: settings.reloadSeconds, log: log)
    watch.sayHowClientsAreChecked(settings)

    let metrics = ServerMetrics(handshakeLog: watch.handshakeLog, log: log)
    let core = try ServerCore(
      cold: settings, metrics: registry, log: log, inferenceObserver: metrics,
      captureObserver: metrics, sourceMakers: sourceMakers)
    if onlyCheck {
      try load(core, settings, log)
      await core.engine?.shutdown()
      log.info("everything is in order")
      logSink.flush()
      return
    }
    let reloads = Reloads { await bindAccounts(core, read, log) }
    try await listen(settings, watch, core, metrics, log) {
      watch.reload()
      reloads.ask()
    }
  }

  private static func load(_ core: ServerCore, _ settings: ServerSettings, _ log: Log) throws {
    let start = ContinuousClock.now
    log.info("loading and warming models", [.file: .operatorText(settings.modelsDirectory)])
    try core.load()
    for model in core.engine?.models ?? [] {
      log.info(
        "model ready",
        [
          .role: .operatorText(model.role.rawValue), .model: .operatorText(model.name),
          .sha256: .operatorText(model.sha256),
        ])
    }
    for role in core.modelsMissing {
      log.warning(
        "a model is not installed: documents are refused", [.role: .operatorText(role)])
    }
    for role in core.captureModelsMissing {
      log.warning(
        "a model is not installed: captures are refused", [.role: .operatorText(role)])
    }
    for role in core.speechMissing {
      log.warning(
        "a model is not installed: Intent's READ and QA are refused, LIP never passes",
        [.role: .operatorText(role)])
    }
    core.startNotices(fileLimit).tell(log)
    log.info("warm", [.micros: .duration(start.duration(to: .now))])
  }

  /// Opens the port at once, so that health can be asked while models warm.
  private static func listen(
    _ settings: ServerSettings, _ watch: CertificateWatch, _ core: ServerCore,
    _ metrics: ServerMetrics, _ log: Log, reload: @escaping @Sendable () -> Void
  ) async throws {
    // Trapped before listening, so that no signal can fall between.
    let signals = StopSignals(
      await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup), reload: reload)
    var listening = ListenerSettings(
      host: settings.host, port: settings.port, threads: settings.loops)
    listening.limits.connectionsMax =
      fileLimit?.connections(wanted: settings.connectionsMax) ?? settings.connectionsMax
    listening.limits.wire.drainGrace = .seconds(settings.drainSeconds)
    if !settings.compression { listening.limits.wire.encodings = [] }
    if settings.connectionAgeSeconds > 0 {
      listening.limits.connectionAge = .seconds(settings.connectionAgeSeconds)
    }
    let listener = try await Listener.start(
      listening, tls: { watch.context }, dispatcher: core.router, observer: metrics)
    let address = LogValue.operatorText("\(settings.host):\(listener.port)")
    log.info("port open; calls are taken once models are warm", [.address: address])
    do {
      try load(core, settings, log)
    } catch {
      await listener.shutDown()
      throw error
    }
    watch.whenReplaced { listener.cutRevoked(by: $0) }
    watch.start()
    core.startServing()
    let housekeeping = Task { await core.keepHouse() }
    defer { housekeeping.cancel() }
    log.info("listening", [.address: address])
    let signal = await signals.first()
    log.info(
      "stopping: calls in progress are finished, new ones refused",
      [.signal: .operatorText(signal), .limit: .operatorText("\(settings.drainSeconds) s")])
    await stop(listener, core, notice: listening.limits.wire.drainNotice)
    watch.stop()
    log.info("stopped")
    logSink.flush()
  }

  /// Takes over which keys accounts are bound to, and the keys for encrypting fields; what cannot be used changes
  /// nothing.
  private static func bindAccounts(
    _ core: ServerCore, _ read: SettingsReader, _ log: Log
  ) async {
    do {
      let settings = try await read()
      core.bindAccounts(as: settings)
      log.info("accounts.certificates read again; it counts from the next call on")
      try core.replaceEncryptionKeys(as: settings)
      log.info("keys for encrypting fields read again; they count from the next call on")
    } catch {
      log.error(
        "settings or keys cannot be read again; what could not be read stays as it was",
        [.reason: .operatorText("\(error)")])
    }
  }

  /// Tells those who watch health, then peers; finishes calls; ends.
  private static func stop(
    _ listener: Listener, _ core: ServerCore, notice: Duration
  ) async {
    await core.announceStop()
    let watches = Task { await core.endWatchesWhenIdle(after: notice) }
    await listener.shutDown()
    watches.cancel()
    core.stopServing()
    await core.engine?.shutdown()
  }

  /// The first signal asks for an orderly end; a second one ends the process at once. SIGHUP only reloads.
  private struct StopSignals {
    private let names: AsyncStream<String>

    init(_ signals: UnixSignalsSequence, reload: @escaping @Sendable () -> Void) {
      let (names, announce) = AsyncStream<String>.makeStream()
      self.names = names
      Task {
        var count = 0
        for await signal in signals {
          guard signal != .sighup else {
            reload()
            continue
          }
          count += 1
          if count > 1 {
            complain("idv-server: second signal, stopping at once")
            _exit(1)
          }
          announce.yield("\(signal)")
        }
      }
    }

    /// The first signal's name, waiting for it.
    func first() async -> String {
      for await name in names { return name }
      return ""
    }
  }

  /// One line to standard error, past the log.
  private static func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private static func makeTLS(_ settings: ServerSettings) throws -> TLSContextSource {
    var tls = TLSServerSettings(
      certificateChainFile: settings.certificateFile, privateKeyFile: settings.keyFile,
      clientAuthorityFile: settings.clientCAFile,
      applicationProtocols: [Profile.native.alpn, Profile.compat.alpn])
    tls.revocationFiles = settings.clientCRLFiles
    tls.usesStaleRevocation = settings.usesStaleCRL
    tls.responseFile = settings.ocspResponseFile
    tls.resumesSessions = settings.resumesSessions
    if settings.allowTLS12 { tls.lowestVersion = .v12 }
    return try TLSContextSource(tls)
  }

  private static func makeLog(_ level: ServerSettings.LogLevel) -> Log {
    let sink = logSink
    LoggingSystem.bootstrap { _ in LineLogHandler(sink: sink) }
    var logger = Logger(label: "idv")
    logger.logLevel =
      switch level {
      case .debug: .debug
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    return Log(logger)
  }
}
