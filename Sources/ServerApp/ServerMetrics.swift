// What the process counts beside calls: connections, handshakes, models, queue. Label sets are closed. A model that fails
// is told in the log, too.

internal import Inference
internal import Metrics
internal import Observability
internal import Services
internal import TLS
internal import Transport
internal import Vocabulary
internal import Wire

/// Turns the transport's and the inference core's events into metrics. Safe from any thread: every handler is
/// made at `init`, recording touches atomics only.
final class ServerMetrics: TransportObserver, InferenceObserver, CaptureObserver {
  private let accepted = Counter(label: "idv_connections_accepted_total")
  private let ended = Counter(label: "idv_connections_ended_total")
  private let open = Meter(label: "idv_connections_open")
  private let refused: [ConnectionRefusal: Counter]
  private let handshake = Timer(label: "idv_tls_handshake_seconds")
  private let resumed = Counter(label: "idv_tls_handshakes_resumed_total")
  private let sessionFailures: [TLSFailure: Counter]
  private let handshakeFailures: [TLSFailure: Counter]
  private let handshakeTimeouts = Counter(
    label: "idv_tls_handshake_failures_total", dimensions: [("reason", "timeout")])
  private let handshakeAbandoned = Counter(
    label: "idv_tls_handshake_failures_total", dimensions: [("reason", "abandoned")])
  private let handshakeLog: HandshakeLog
  private let log: Log
  private let model: [ModelRole: Timer]
  private let queueWait = Timer(label: "idv_inference_queue_seconds")
  private let job = Timer(label: "idv_inference_job_seconds")
  private let jobsRefused: [String: Counter]
  private let captures: [LivenessMode: [Verdict: Counter]]
  private let attacks: [AttackTag: Counter]
  private let intents: [IntentMode: [Verdict: Counter]]
  private let intentCodes: [IntentCode: Counter]

  /// - Parameters:
  ///   - handshakeLog: hears of connections that are refused and of handshakes that fail.
  ///   - log: where models that fail are told.
  init(handshakeLog: HandshakeLog, log: Log) {
    self.handshakeLog = handshakeLog
    self.log = log
    refused = Dictionary(
      uniqueKeysWithValues: ConnectionRefusal.allCases.map {
        ($0, Counter(label: "idv_connections_refused_total", dimensions: [("reason", $0.rawValue)]))
      })
    handshakeFailures = Dictionary(
      uniqueKeysWithValues: TLSFailure.allCases.map {
        (
          $0,
          Counter(label: "idv_tls_handshake_failures_total", dimensions: [("reason", $0.rawValue)])
        )
      })
    sessionFailures = Dictionary(
      uniqueKeysWithValues: TLSFailure.allCases.map {
        (
          $0,
          Counter(label: "idv_tls_session_failures_total", dimensions: [("reason", $0.rawValue)])
        )
      })
    model = Dictionary(
      uniqueKeysWithValues: ModelRole.allCases.map {
        ($0, Timer(label: "idv_model_seconds", dimensions: [("role", $0.rawValue)]))
      })
    captures = Self.verdicts("idv_captures_total")
    intents = Self.verdicts("idv_intents_total")
    intentCodes = Dictionary(
      uniqueKeysWithValues: IntentCode.allCases.map {
        ($0, Counter(label: "idv_intent_codes_total", dimensions: [("code", "\($0)")]))
      })
    attacks = Dictionary(
      uniqueKeysWithValues: AttackTag.allCases.map {
        ($0, Counter(label: "idv_capture_attacks_total", dimensions: [("tag", $0.name)]))
      })
    let reasons = [
      "overloaded", "account", "deadline", "cancelled", "stopping", "unavailable", "failed",
    ]
    jobsRefused = Dictionary(
      uniqueKeysWithValues: reasons.map {
        ($0, Counter(label: "idv_inference_refused_total", dimensions: [("reason", $0)]))
      })
  }

  /// Counters of each verdict in each mode.
  private static func verdicts<Mode>(_ label: String) -> [Mode: [Verdict: Counter]]
  where Mode: CaseIterable & Hashable & RawRepresentable, Mode.RawValue == String {
    Dictionary(
      uniqueKeysWithValues: Mode.allCases.map { mode in
        let counters = Verdict.allCases.map { verdict in
          let dimensions = [("mode", mode.rawValue), ("verdict", "\(verdict)")]
          return (verdict, Counter(label: label, dimensions: dimensions))
        }
        return (mode, Dictionary(uniqueKeysWithValues: counters))
      })
  }

  // MARK: Captures

  func decided(_ verdict: Verdict, mode: LivenessMode, tags: [AttackTag]) {
    captures[mode]?[verdict]?.increment()
    for tag in tags { attacks[tag]?.increment() }
  }

  func decided(_ verdict: Verdict, intent: IntentMode, code: IntentCode, tags: [AttackTag]) {
    intents[intent]?[verdict]?.increment()
    intentCodes[code]?.increment()
    for tag in tags { attacks[tag]?.increment() }
  }

  // MARK: Transport

  func connectionAccepted() {
    accepted.increment()
    open.increment()
  }

  func connectionRefused(_ why: ConnectionRefusal) {
    handshakeLog.note(refused: why)
    refused[why]?.increment()
  }

  func handshakeCompleted(took: Duration, version: TLSVersion, profile: Profile) {
    handshake.recordNanoseconds(took.nanoseconds)
  }

  func handshakeResumed() { resumed.increment() }

  func handshakeEnded(_ how: HandshakeEnd) {
    handshakeLog.note(how)
    switch how {
    case .failed(let failure): handshakeFailures[failure]?.increment()
    case .timedOut: handshakeTimeouts.increment()
    case .abandoned: handshakeAbandoned.increment()
    }
    open.decrement()
    ended.increment()
  }

  func connectionEnded(_ how: ConnectionEnd, lasted: Duration, counters: WireCounters) {
    if case .tls(let failure) = how { sessionFailures[failure]?.increment() }
    open.decrement()
    ended.increment()
  }

  // MARK: Inference

  func modelRan(_ role: ModelRole, for duration: Duration) {
    model[role]?.recordNanoseconds(duration.nanoseconds)
  }

  func modelFailed(_ role: ModelRole, reason: String) {
    log.error(
      "a model failed", [.role: .operatorText(role.rawValue), .reason: .operatorText(reason)])
  }

  func jobRan(waited: Duration, ran: Duration) {
    queueWait.recordNanoseconds(waited.nanoseconds)
    job.recordNanoseconds(ran.nanoseconds)
  }

  func jobRefused(_ error: InferenceError) {
    let reason =
      switch error {
      case .overloaded: "overloaded"
      case .accountOverloaded: "account"
      case .deadlineExceeded: "deadline"
      case .cancelled: "cancelled"
      case .shuttingDown: "stopping"
      case .unavailable: "unavailable"
      case .failed: "failed"
      }
    jobsRefused[reason]?.increment()
  }
}
