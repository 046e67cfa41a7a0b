// Decides whether a call may begin: who calls, until when, and how many at once.

internal import Synchronization
package import Vocabulary

/// Bounds of admission.
package struct AdmissionLimits: Sendable {
  /// Deadline of a call that names none (our choice: 60 s).
  package var deadlineDefault: Duration = .seconds(60)
  /// Longest deadline honoured; a later one is brought forward (our choice: 10 min).
  package var deadlineMax: Duration = .seconds(600)
  /// Calls in progress at the same time over all accounts.
  package var concurrentCallsMax: Int = 1024
  /// Calls of open services in progress for one certificate, and for all. They are counted apart, so
  /// that a probe is answered however busy the server is. Our choice.
  package var openCallsPerCallerMax = 32
  package var openCallsMax = 1024
  /// Hint for callers that hit a concurrency limit, in milliseconds. Our choice: about one
  /// comparison.
  package var retryAfterMillis: UInt32 = 100

  package init() {}
}

/// Authenticates by the client certificate's account name and key, sets the deadline and counts calls in
/// progress. Safe from any thread; answers from memory.
package final class Admission: Sendable {
  /// A call that may begin. Whoever holds one must call `leave` when the handler has ended.
  package struct Admitted: Sendable {
    package let account: Account
    package let deadline: Deadline
  }

  private let accounts: any AccountDirectory
  private let limits: AdmissionLimits
  /// Converted once: it takes a division.
  private let deadlineMaxNanos: Int64
  private let isServing: @Sendable () -> Bool
  private let inProgress = CallCount()
  private let openCalls = Mutex<[AccountID: Int]>([:])

  /// - Parameter isServing: false while models warm or the server drains.
  package init(
    accounts: any AccountDirectory, limits: AdmissionLimits = AdmissionLimits(),
    isServing: @escaping @Sendable () -> Bool = { true }
  ) {
    self.accounts = accounts
    self.limits = limits
    deadlineMaxNanos = limits.deadlineMax.nanoseconds
    self.isServing = isServing
  }

  /// Admits `call` or says why not.
  package func admit(
    _ call: IncomingCall, at now: Moment
  ) throws(ServiceError) -> Admitted {
    guard isServing() else { throw Self.notServing }
    let account = try authenticate(call.peer)
    let deadline = try deadline(of: call, at: now)
    try enter(account)
    return Admitted(account: account, deadline: deadline)
  }

  /// Admits a call of an open service: from any verified certificate, whether or not it names a known
  /// account, and also while the server does not serve. A certificate that may not act for an account is
  /// known by its fingerprint.
  package func admitOpen(
    _ call: IncomingCall, at now: Moment
  ) throws(ServiceError) -> Admitted {
    let limit = limits.openCallsPerCallerMax
    guard let peer = call.peer, let stranger = AccountID(peer.fingerprint) else {
      throw Self.noCertificate
    }
    let account =
      (try? authenticate(peer)) ?? Account(id: stranger, concurrentCallsMax: limit)
    let id = account.id
    let deadline = try deadline(of: call, at: now)
    let refusal = openCalls.withLock { calls -> ServiceError? in
      if calls[id, default: 0] >= limit { return tooMany(limit) }
      let all = calls.values.reduce(0, +)
      if all >= limits.openCallsMax { return serverIsFull(limits.openCallsMax) }
      calls[id, default: 0] += 1
      return nil
    }
    if let refusal { throw refusal }
    return Admitted(account: account, deadline: deadline)
  }

  /// Ends what `admit`, or `admitOpen`, began for `account`.
  package func leave(_ account: Account, isOpen: Bool) {
    guard isOpen else {
      account.inProgress.leave()
      inProgress.leave()
      return
    }
    openCalls.withLock { calls in
      let count = calls[account.id, default: 1] - 1
      calls[account.id] = count > 0 ? count : nil
    }
  }

  private func deadline(
    of call: IncomingCall, at now: Moment
  ) throws(ServiceError) -> Deadline {
    let latest = Deadline(now.advanced(nanos: deadlineMaxNanos))
    let deadline =
      call.deadline.moment == nil
      ? Deadline.after(limits.deadlineDefault, from: now) : call.deadline.earlier(of: latest)
    guard !deadline.hasPassed(at: now) else { throw Self.tooLate }
    return deadline
  }

  /// Calls in progress over all accounts, those of open services left out.
  package var callsInFlight: Int { inProgress.value }

  private func authenticate(_ peer: PeerIdentity?) throws(ServiceError) -> Account {
    guard let peer, let id = peer.account else {
      throw ServiceError(
        .unauthenticated,
        "The client certificate names no account; it needs one SAN of the form URI:idv:account:NAME.",
        ErrorDetail(.noAccount, advice: .contactSupport))
    }
    guard let account = accounts.account(id) else {
      throw ServiceError(
        .permissionDenied, "The account that the client certificate names is not known here.",
        ErrorDetail(.unknownAccount, advice: .contactSupport))
    }
    guard account.accepts(peer) else {
      throw ServiceError(
        .permissionDenied,
        "The account is bound to other certificates than this client's; bring one with a key that is listed.",
        ErrorDetail(.certificateNotAccepted, advice: .contactSupport))
    }
    return account
  }

  private func enter(_ account: Account) throws(ServiceError) {
    guard account.inProgress.enter(max: account.concurrentCallsMax) else {
      throw tooMany(account.concurrentCallsMax)
    }
    guard inProgress.enter(max: limits.concurrentCallsMax) else {
      account.inProgress.leave()
      throw serverIsFull(limits.concurrentCallsMax)
    }
  }

  private func tooMany(_ limit: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "Too many calls in progress for this account; wait and call again.",
      ErrorDetail(
        .rateLimited, limit: "\(limit) concurrent calls", advice: .waitAndRetry, retryable: true,
        retryAfterMillis: limits.retryAfterMillis))
  }

  /// Not the account's doing: others have the places.
  private func serverIsFull(_ limit: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted,
      "Too many calls of all accounts in progress on this server; wait and call again, or call another one.",
      ErrorDetail(
        .overloaded, limit: "\(limit) concurrent calls of all accounts", advice: .waitAndRetry,
        retryable: true, retryAfterMillis: limits.retryAfterMillis))
  }

  private static let notServing = ServiceError(
    .unavailable, "The server is starting or stopping; call another one or wait.",
    ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000))

  private static let noCertificate = ServiceError(
    .unauthenticated,
    "There is no client certificate; give one that the server's authority signed.",
    ErrorDetail(.noAccount, advice: .contactSupport))

  private static let tooLate = ServiceError(
    .deadlineExceeded, "The deadline had passed before the call began; allow more time.",
    ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))
}
