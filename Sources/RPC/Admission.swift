// Decides whether a call may begin: who calls, until when, and how many at once.

package import Vocabulary

/// Bounds of admission.
package struct AdmissionLimits: Sendable {
  /// Deadline of a call that names none (our choice: 60 s).
  package var deadlineDefault: Duration = .seconds(60)
  /// Longest deadline honoured; a later one is brought forward (our choice: 10 min).
  package var deadlineMax: Duration = .seconds(600)
  /// Calls in progress at the same time over all accounts.
  package var concurrentCallsMax: Int = 1024
  /// Hint for callers that hit a concurrency limit, in milliseconds. Our choice: about one
  /// comparison.
  package var retryAfterMillis: UInt32 = 100

  package init() {}
}

/// Authenticates by the client certificate's account name, sets the deadline and counts calls in
/// progress. Safe from any thread; answers from memory.
package final class Admission: Sendable {
  /// A call that may begin. Whoever holds one must call `leave` when the handler has ended.
  package struct Admitted: Sendable {
    package let account: Account
    package let deadline: Deadline
  }

  private let accounts: any AccountDirectory
  private let limits: AdmissionLimits
  private let isServing: @Sendable () -> Bool
  private let inProgress = CallCount()

  /// - Parameter isServing: false while models warm or the server drains.
  package init(
    accounts: any AccountDirectory, limits: AdmissionLimits = AdmissionLimits(),
    isServing: @escaping @Sendable () -> Bool = { true }
  ) {
    self.accounts = accounts
    self.limits = limits
    self.isServing = isServing
  }

  /// Admits `call` or says why not.
  package func admit(
    _ call: IncomingCall, at now: Moment
  ) throws(ServiceError) -> Admitted {
    guard isServing() else { throw Self.notServing }
    let account = try authenticate(call.peer)
    let latest = Deadline.after(limits.deadlineMax, from: now)
    let deadline =
      call.deadline.moment == nil
      ? Deadline.after(limits.deadlineDefault, from: now) : call.deadline.earlier(of: latest)
    guard !deadline.hasPassed(at: now) else { throw Self.tooLate }
    try enter(account)
    return Admitted(account: account, deadline: deadline)
  }

  /// Ends what `admit` began.
  package func leave(_ account: Account) {
    account.inProgress.leave()
    inProgress.leave()
  }

  /// Calls in progress over all accounts.
  package var callsInFlight: Int { inProgress.value }

  private func authenticate(_ peer: PeerIdentity?) throws(ServiceError) -> Account {
    guard let id = peer?.account else {
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
    return account
  }

  private func enter(_ account: Account) throws(ServiceError) {
    if inProgress.enter(max: limits.concurrentCallsMax) {
      if account.inProgress.enter(max: account.concurrentCallsMax) { return }
      inProgress.leave()
    }
    throw ServiceError(
      .resourceExhausted, "Too many calls in progress for this account; wait and call again.",
      ErrorDetail(
        .rateLimited,
        limit: "\(min(account.concurrentCallsMax, limits.concurrentCallsMax)) concurrent calls",
        advice: .waitAndRetry, retryable: true, retryAfterMillis: limits.retryAfterMillis))
  }

  private static let notServing = ServiceError(
    .unavailable, "The server is starting or stopping; call another one or wait.",
    ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000))

  private static let tooLate = ServiceError(
    .deadlineExceeded, "The deadline had passed before the call began; allow more time.",
    ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))
}
