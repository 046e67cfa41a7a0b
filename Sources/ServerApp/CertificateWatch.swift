// Keeps the server's certificates fresh while it serves: on SIGHUP and when their files change.

internal import Glibc
internal import Metrics
package import Observability
internal import Synchronization
package import TLS

/// Looks at the files of the server's TLS context every few seconds, on a thread of its own, and says in one
/// line each what became of them. Usable from any thread.
package final class CertificateWatch: Sendable {
  /// How often it wakes when files are not polled: for ticket keys, warnings and the handshake log.
  private static let idleSeconds = 60

  /// Flushed by the watch.
  package let handshakeLog: HandshakeLog

  private let source: TLSContextSource
  private let pollSeconds: Int
  private let log: Log
  /// Lines that were said, so that each is said once.
  private let said = Mutex<Set<String>>([])
  private let judge = Mutex<(@Sendable (TLSContext) -> Void)?>(nil)
  /// A pipe whose one end wakes the thread that waits at the other: `reloads` to reload, `stops` to end.
  private let bell: (wait: Int32, ring: Int32)
  private static let reloads: UInt8 = 1
  private static let stops: UInt8 = 2

  private let replaced = Counter(
    label: "idv_tls_reloads_total", dimensions: [("result", "replaced")])
  private let kept = Counter(label: "idv_tls_reloads_total", dimensions: [("result", "kept")])
  private let until = Gauge(label: "idv_tls_certificate_expiry_timestamp_seconds")

  /// - Parameter pollSeconds: 0 looks at the files only when asked to.
  package init(_ source: TLSContextSource, pollSeconds: Int, log: Log) {
    self.source = source
    self.pollSeconds = pollSeconds
    self.log = log
    handshakeLog = HandshakeLog(log: log)
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    bell = (ends[0], ends[1])
    warn(source.current)
  }

  deinit {
    close(bell.wait)
    close(bell.ring)
  }

  /// The context of new connections; answers at once.
  package var context: TLSContext { source.current }

  /// Has `judge` called with every new context, on the watching thread.
  package func whenReplaced(_ judge: @escaping @Sendable (TLSContext) -> Void) {
    self.judge.withLock { $0 = judge }
  }

  /// Begins to watch. Call once.
  package func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failed = pthread_create(&thread, nil, runWatch, context) != 0
    if failed {
      Unmanaged<CertificateWatch>.fromOpaque(context).release()
    } else {
      pthread_detach(thread)
    }
  }

  /// Reads all files anew, soon.
  @Sendable package func reload() { ring(Self.reloads) }

  /// Ends the watching.
  package func stop() { ring(Self.stops) }

  /// One line at start-up: by what clients are judged.
  func sayHowClientsAreChecked(_ settings: ServerSettings) {
    let lists = source.current.revocationLists
    guard lists > 0 else {
      log.info("client certificates are not checked for revocation; tls.clientCRL names no list")
      return
    }
    if settings.usesStaleCRL {
      log.warning(
        "client certificates are checked for revocation; lists that have ended go on to be used",
        [.count: .count(lists)])
    } else {
      log.info(
        "client certificates are checked for revocation; without a current list they are refused",
        [.count: .count(lists)])
    }
  }

  /// One look at the files. `isForced` makes a new context in any case.
  package func look(isForced: Bool) {
    switch source.refresh(isForced: isForced) {
    case .unchanged: break
    case .replaced(let context):
      replaced.increment()
      judge.withLock { $0 }?(context)
      said.withLock { $0 = [] }
      log.info("certificates reloaded; new connections use them")
    case .kept(let error):
      kept.increment()
      log.error(
        "new certificates cannot be used; the old ones stay",
        [.reason: .operatorText(error.description)])
    }
  }

  /// The watching thread's loop.
  fileprivate func serve() {
    let pause = pollSeconds == 0 ? Self.idleSeconds : min(pollSeconds, Self.idleSeconds)
    var looked = ContinuousClock.now
    while true {
      var waiting = pollfd(fd: bell.wait, events: Int16(POLLIN), revents: 0)
      if poll(&waiting, 1, Int32(pause) * 1000) > 0 {
        var rings = [UInt8](repeating: 0, count: 64)
        let count = read(bell.wait, &rings, rings.count)
        if count > 0, rings[..<count].contains(Self.stops) { return }
        look(isForced: true)
      } else if pollSeconds > 0, looked.duration(to: .now) >= .seconds(pollSeconds) {
        look(isForced: false)
        looked = .now
      }
      source.rotateTicketKeysWhenDue()
      warn(source.current)
      handshakeLog.flush()
    }
  }

  private func warn(_ context: TLSContext) {
    if let end = context.certificateUntil { until.record(end) }
    for line in context.warnings where said.withLock({ $0.insert(line).inserted }) {
      log.warning("certificate", [.reason: .operatorText(line)])
    }
  }

  private func ring(_ what: UInt8) {
    var what = what
    // A full pipe has woken the thread already; only `reload` can have filled it.
    _ = write(bell.ring, &what, 1)
  }
}

private func runWatch(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<CertificateWatch>.fromOpaque(context).takeRetainedValue().serve()
  return nil
}
