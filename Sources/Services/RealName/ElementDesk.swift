// What every check of elements shares: lists, limits, sources, and the answer made of what they say.

package import Decisions
package import IdentityNumbers
internal import Messages
internal import Observability
internal import RPC
package import RealName
package import Vocabulary

/// Hears what came of checks. Any thread; must be quick.
package protocol ElementObserver: Sendable {
  func answered(_ product: RealNameProduct, _ result: Vocabulary.ElementResult, isBillable: Bool)
  func anomaly(_ signal: AnomalySignal)
}

/// Hears nothing.
package struct SilentElementObserver: ElementObserver {
  package init() {}
  package func answered(
    _ product: RealNameProduct, _ result: Vocabulary.ElementResult, isBillable: Bool
  ) {}
  package func anomaly(_ signal: AnomalySignal) {}
}

/// Puts questions to sources and makes answers. Keeps no element beyond the call. Any thread.
package final class ElementDesk: Sendable {
  private let sources: SourcePool
  private let sandbox: SourcePool
  private let sandboxAccounts: Set<AccountID>
  private let limits: SubjectLimits
  private let lists: SubjectLists
  private let policy = RealNamePolicy()
  private let observer: any ElementObserver
  let today: @Sendable () -> IdentityNumbers.CalendarDate
  /// What a bank card's number without its check digit means.
  let cardCheckDigit: BankCardNumber.CheckDigitPolicy

  /// - Parameters:
  ///   - sources: asked for all accounts but those of the sandbox.
  ///   - sandbox: asked for `sandboxAccounts`, and for no other.
  ///   - today: the day that births are held against.
  package init(
    sources: SourcePool, sandbox: SourcePool, sandboxAccounts: Set<AccountID>,
    limits: SubjectLimits, lists: SubjectLists = SubjectLists(),
    cardCheckDigit: BankCardNumber.CheckDigitPolicy = .required,
    observer: any ElementObserver = SilentElementObserver(),
    today: @escaping @Sendable () -> IdentityNumbers.CalendarDate
  ) {
    self.sources = sources
    self.sandbox = sandbox
    self.sandboxAccounts = sandboxAccounts
    self.limits = limits
    self.lists = lists
    self.cardCheckDigit = cardCheckDigit
    self.observer = observer
    self.today = today
  }

  /// The sources, for the register of sub-processors and for status.
  package var profiles: [SourceProfile] { sources.profiles }

  /// Whether accounts of the sandbox exist.
  package var hasSandbox: Bool { !sandboxAccounts.isEmpty }

  private func pool(_ call: CallContext) -> SourcePool {
    sandboxAccounts.isEmpty || !sandboxAccounts.contains(call.account.id) ? sources : sandbox
  }

  // MARK: Checks

  /// Answers a question whose elements are past their validators.
  /// - Throws: that no source answered; nothing about elements.
  func ask(
    _ question: ElementQuestion, _ checked: CheckedElements, _ product: RealNameProduct,
    _ group: LimitGroup, _ call: CallContext
  ) async throws(ServiceError) -> ElementAnswer {
    // 1. What cannot be an element is answered at once.
    if let bad = checked.bad {
      return answer(product, SourceFinding(bad), checked, question, nil, [])
    }
    let pool = pool(call)
    guard pool.offers(question) else { throw .sourceNotConfigured }

    // 2. Lists and limits; from here on the question counts.
    let word = lists.word(on: question)
    if case .refused = word {
      return answer(product, SourceFinding(.refusedByList), checked, question, nil, [])
    }
    let counted = limits.count(
      question, as: group, account: call.account.id, isExempt: word == .exempt)
    if !counted.signals.isEmpty { tell(counted.signals, call) }
    if counted.isRefused {
      return answer(product, SourceFinding(.dailyLimit), checked, question, nil, counted.readings)
    }

    // 3. The sources, within the caller's time.
    let answered = await pool.ask(question, deadline: call.deadline)
    guard case .answered(let finding) = answered.answer, let source = answered.source else {
      throw fault(answered, call)
    }

    // 4. Pure and versioned.
    let answer = answer(product, finding, checked, question, source, counted.readings)
    let signals = limits.note(isMatch: finding.result.isMatch, account: call.account.id)
    if !signals.isEmpty { tell(signals, call) }
    return answer
  }

  private func answer(
    _ product: RealNameProduct, _ finding: SourceFinding, _ checked: CheckedElements,
    _ question: ElementQuestion, _ source: SourceProfile?, _ limits: [LimitReading]
  ) -> ElementAnswer {
    let decision = policy.decide(
      product, finding.result, isAnswered: source != nil, isSandbox: source?.isSandbox ?? false,
      wantsDetail: question.wantsDetail,
      isMinuteLimit: limits.allSatisfy(\.isOfMinute), form: RealNameForm(question))
    observer.answered(product, decision.result, isBillable: decision.isBillable)
    var outcome = ElementOutcome()
    outcome.result = Messages.ElementResult(rawValue: decision.result.rawValue)
    outcome.problems = checked.problems
    outcome.notices = checked.notices
    if question.wantsDetail, !finding.mismatched.isEmpty {
      outcome.mismatched = ElementKind.allCases.filter(finding.mismatched.contains)
        .map(\.rawValue)
    }
    outcome.charge = ElementCharge(
      billable: decision.isBillable, sku: product.rawValue, units: decision.isBillable ? 1 : 0,
      resultIsBillable: decision.isResultBillable)
    outcome.limits = limits.map(ElementLimit.init)
    outcome.source = source?.name ?? ""
    outcome.sandbox = source?.isSandbox ?? false
    outcome.compatCode = decision.compatCode
    let resultClass: ResultClass =
      switch decision.kind {
      case .verdict: .verdict
      case .information: .information
      case .noResult: .noResult
      }
    return ElementAnswer(
      outcome: outcome, finding: finding, resultClass: resultClass, advice: decision.advice)
  }

  // MARK: Portraits

  /// Whether the call's account can ask for portraits at all.
  func offersPortraits(_ call: CallContext) -> Bool { pool(call).offers(.portrait) }

  /// The authority's portrait of the person of name and number, for one comparison.
  /// - Parameter group: `photoVerify` or `videoVerify`.
  /// - Throws: that no source answered, or that a limit or list refuses; nothing else.
  func portrait(
    _ question: ElementQuestion, _ group: LimitGroup, _ call: CallContext
  ) async throws(ServiceError) -> FoundPortrait {
    let pool = pool(call)
    guard pool.offers(.portrait) else { throw .sourceNotConfigured }
    let word = lists.word(on: question)
    if case .refused = word { return FoundPortrait(.refused(.refusedByList)) }
    let counted = limits.count(
      question, as: group, account: call.account.id, isExempt: word == .exempt)
    if !counted.signals.isEmpty { tell(counted.signals, call) }
    if counted.isRefused {
      return FoundPortrait(.refused(try Self.dailyLimit(counted)), limits: counted.readings)
    }
    let answered = await pool.portrait(question, deadline: call.deadline)
    let outcome: FoundPortrait.Outcome
    let isMatch: Bool?
    switch answered.answer {
    case .portrait(let portrait): (outcome, isMatch) = (.portrait(portrait), true)
    case .noPortrait: (outcome, isMatch) = (.noPortrait, true)
    case .none(let result): (outcome, isMatch) = (.refused(result), result.isMatch)
    case .unavailable(let fault):
      throw self.fault(
        PoolAnswer(
          answer: .unavailable(fault), failed: answered.failed, retryAfter: answered.retryAfter),
        call)
    }
    // Names can be guessed by portraits as well.
    let signals = limits.note(isMatch: isMatch, account: call.account.id)
    if !signals.isEmpty { tell(signals, call) }
    return FoundPortrait(outcome, answered.source, limits: counted.readings)
  }

  /// The limit that refuses a portrait for today; one of a minute only delays it.
  private static func dailyLimit(
    _ counted: LimitOutcome
  ) throws(ServiceError) -> Vocabulary.ElementResult {
    guard let reading = counted.readings.first, counted.readings.allSatisfy(\.isOfMinute) else {
      return .dailyLimit
    }
    throw ServiceError(
      .resourceExhausted,
      "This person was asked about too often in this minute; wait a minute and call again.",
      ErrorDetail(
        .rateLimited, field: reading.kind?.rawValue ?? "account",
        limit: "\(reading.limit) a minute", advice: .waitAndRetry, retryable: true,
        retryAfterMillis: 60_000))
  }

  // MARK: Signals and faults

  private func tell(_ signals: [AnomalySignal], _ call: CallContext) {
    for signal in signals {
      observer.anomaly(signal)
      call.log.warning("questions of this account look like guessing", [.signal: .code(signal)])
    }
  }

  private func fault(_ answered: PoolAnswer, _ call: CallContext) -> ServiceError {
    guard case .unavailable(let fault) = answered.answer else { return .sourceNotConfigured }
    let isOver = call.deadline.hasPassed(at: Moment.now)
    if fault == .abandoned || isOver {
      // The pool gives up a little before the deadline, so that this answer still reaches the caller.
      return isOver || !Task.isCancelled
        ? ServiceError(
          .deadlineExceeded, "No source answered before the deadline; allow more time.",
          ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))
        : ServiceError(
          .cancelled, "The caller gave up before a source answered.",
          ErrorDetail(.cancelled, retryable: true))
    }
    var values: [LogKey: LogValue] = [.reason: .code(fault)]
    if let failed = answered.failed { values[.source] = .operatorText(failed.name) }
    call.log.warning("no source answered", values)
    return ServiceError(fault, retryAfter: answered.retryAfter)
  }
}

extension RealNameForm {
  init(_ question: ElementQuestion) {
    self =
      if question.hash != nil {
        .hashed
      } else if question.carrier != nil {
        .ofCarrier
      } else if question.operation == .agePhone {
        .byPhone
      } else {
        .plain
      }
  }
}

/// What a check comes to, ready to be told.
struct ElementAnswer {
  let outcome: ElementOutcome
  let finding: SourceFinding
  let resultClass: ResultClass
  let advice: Vocabulary.NextAction
}

/// What became of the question for a portrait.
struct FoundPortrait: Sendable {
  enum Outcome: Sendable {
    case portrait(ReferencePortrait)
    /// Name and number match; there is no portrait that could be used.
    case noPortrait
    /// A result that gives none.
    case refused(Vocabulary.ElementResult)
  }

  let outcome: Outcome
  /// Who answered; nil if nobody was asked.
  let source: SourceProfile?
  /// Of the limits that it was counted under.
  let limits: [LimitReading]

  init(_ outcome: Outcome, _ source: SourceProfile? = nil, limits: [LimitReading] = []) {
    self.outcome = outcome
    self.source = source
    self.limits = limits
  }
}

extension Vocabulary.ElementResult {
  /// Whether a verdict is a match; nil for what says neither.
  fileprivate var isMatch: Bool? {
    switch self {
    case .match, .adult, .minor, .sameOwner: true
    case .noRecord: false
    default: isMismatch ? false : nil
    }
  }
}

extension ElementLimit {
  init(_ reading: LimitReading) {
    self.init()
    field = reading.kind?.rawValue ?? "account"
    limit = UInt32(clamping: reading.limit)
    remaining = UInt32(clamping: reading.remaining)
    resetsAtMs = reading.resets
  }
}

extension ServiceError {
  static var sourceNotConfigured: ServiceError {
    ServiceError(
      .failedPrecondition,
      "No source of this server can be asked this for this account; ask the operator for one.",
      ErrorDetail(.sourceNotConfigured, advice: .contactSupport))
  }

  /// That no source answered. Says nothing about the elements.
  init(_ fault: SourceFault, retryAfter: Duration?) {
    let (symbol, message): (ErrorSymbol, String) =
      switch fault {
      case .unreachable, .breakerOpen, .abandoned:
        (.sourceUnavailable, "The source of this answer cannot be reached; wait and call again.")
      case .timedOut: (.sourceTimeout, "The source did not answer in its time; call again later.")
      case .busy: (.sourceBusy, "The source says that it is busy; wait and call again.")
      case .upgrading:
        (.sourceUpgrading, "The source says that it is being upgraded; call again later.")
      case .failed, .refused, .badSignature, .malformed, .notOffered, .unsupported:
        (.sourceFault, "The source failed, or its answer cannot be believed; call again later.")
      }
    let wait = retryAfter.map { UInt32(clamping: max(1, $0.microseconds / 1000)) } ?? 1000
    self.init(
      .unavailable, message,
      ErrorDetail(symbol, advice: .waitAndRetry, retryable: true, retryAfterMillis: wait))
  }
}
