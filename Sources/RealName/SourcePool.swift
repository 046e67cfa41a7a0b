// Which source is asked, for how long, and what becomes of one that does not answer.

internal import Synchronization
package import Vocabulary

/// A source with its place among others.
package struct SourceRoute: Sendable {
  package let source: any AuthoritySource
  /// Lower ones are asked first; those of the same order share the questions.
  package let order: Int
  /// Share among those of the same order, 1–1000.
  package let weight: Int

  package init(_ source: any AuthoritySource, order: Int = 0, weight: Int = 1) {
    self.source = source
    self.order = order
    self.weight = weight
  }
}

/// How a pool asks.
package struct PoolTerms: Sendable {
  package var breaker = BreakerTerms()
  /// Sources that one question may be put to. Our choice: each may cost the operator money.
  package var attemptsMax = 3
  /// Part of the time left that an attempt may take while another source could still be asked.
  package var shareOfTime = 0.6
  /// Time that is kept back for the answer's way to the caller.
  package var reserve: Duration = .milliseconds(20)
  /// After how long the next source is asked beside one that is slow; nil: never. Each question then may cost twice.
  package var hedgeAfter: Duration?
  package init() {}
}

/// Hears what becomes of questions. Any thread; must be quick.
package protocol SourceObserver: Sendable {
  /// A source was asked. Nil: it answered.
  func asked(_ source: String, fault: SourceFault?, took: Duration)
  /// A breaker went into another state. Told in order for each source, while its breaker waits: asks no pool.
  func breaker(_ source: String, _ state: Breaker.State)
}

/// Hears nothing.
package struct SilentSourceObserver: SourceObserver {
  package init() {}
  package func asked(_ source: String, fault: SourceFault?, took: Duration) {}
  package func breaker(_ source: String, _ state: Breaker.State) {}
}

/// What a pool says.
package struct PoolAnswer: Sendable {
  package var answer: SourceAnswer
  /// The source that answered; nil if none did.
  package var source: SourceProfile?
  /// The source whose fault it is, the last one that was asked or would have been; nil if one answered.
  package var failed: SourceProfile?
  /// How long until a source is tried again, where one is known.
  package var retryAfter: Duration?

  package init(
    answer: SourceAnswer, source: SourceProfile? = nil, failed: SourceProfile? = nil,
    retryAfter: Duration? = nil
  ) {
    self.answer = answer
    self.source = source
    self.failed = failed
    self.retryAfter = retryAfter
  }
}

/// The sources of one kind of account. Any thread.
package final class SourcePool: Sendable {
  /// One source with its breaker.
  final class Entry: Sendable {
    let route: SourceRoute
    let profile: SourceProfile
    private let breaker: Mutex<Breaker>
    private let silence = Mutex(SilenceWatch())
    private let observer: any SourceObserver

    init(_ route: SourceRoute, _ terms: BreakerTerms, _ observer: any SourceObserver) {
      self.route = route
      profile = route.source.profile
      breaker = Mutex(Breaker(terms))
      self.observer = observer
      observer.breaker(profile.name, .closed)
    }

    func permit(at now: Moment) -> Breaker.Permit? { change { $0.permit(at: now) } }

    /// - Parameters:
    ///   - fault: nil: it answered.
    ///   - begun: when it was asked.
    ///   - isCut: it had said nothing when the caller's time was over.
    func end(
      _ permit: Breaker.Permit, _ fault: SourceFault?, since begun: Moment, isCut: Bool = false,
      at now: Moment
    ) {
      let took = now - begun
      let isSilent = silence.withLock { silence in
        if isCut { return silence.cut(after: took, timeout: profile.timeout) }
        if fault != .abandoned { silence.heard(after: took, isAnswer: fault == nil) }
        return false
      }
      // The caller who gave up says nothing about the source, unless its silence has lasted.
      let counts: Bool? =
        isSilent ? true : fault == .abandoned ? nil : fault?.countsAgainstSource ?? false
      change { $0.end(permit, fault: counts, at: now) }
    }

    func wait(at now: Moment) -> Duration? { breaker.withLock { $0.wait(at: now) } }

    var health: Double { breaker.withLock { $0.health } }

    var state: Breaker.State { breaker.withLock { $0.state } }

    /// Tells the observer under the lock: told outside it, two changes could be heard in the wrong order, and what is
    /// shown of the breaker would stay wrong until the next one.
    private func change<R>(_ body: (inout Breaker) -> R) -> R {
      breaker.withLock { breaker in
        let before = breaker.state
        let result = body(&breaker)
        if breaker.state != before { observer.breaker(profile.name, breaker.state) }
        return result
      }
    }

    func canAnswer(_ question: ElementQuestion) -> Bool {
      profile.operations.contains(question.operation)
        && (profile.tellsDetail || !question.wantsDetail)
        && (question.hash.map { profile.hashes.contains($0) } ?? true)
        && (question.carrier.map { profile.carriers.contains($0) } ?? true)
    }
  }

  let entries: [Entry]
  private let terms: PoolTerms
  private let observer: any SourceObserver
  private let now: @Sendable () -> Moment
  private let drawn = Atomic<UInt64>(0)

  /// - Precondition: no two sources have one name.
  package init(
    _ routes: [SourceRoute], terms: PoolTerms = PoolTerms(),
    observer: any SourceObserver = SilentSourceObserver(),
    now: @escaping @Sendable () -> Moment = { .now }
  ) {
    let names = Set(routes.map { $0.source.profile.name })
    precondition(names.count == routes.count, "two sources have one name")
    entries = routes.sorted { $0.order < $1.order }.map { Entry($0, terms.breaker, observer) }
    self.terms = terms
    self.observer = observer
    self.now = now
  }

  /// The sources that are asked.
  package var profiles: [SourceProfile] { entries.map(\.profile) }

  /// Whether any source can be asked this, whether or not it answers now.
  package func offers(_ operation: ElementOperation) -> Bool {
    entries.contains { $0.profile.operations.contains(operation) }
  }

  /// Whether any source can be asked this very question: its operation, carrier, digests and detail.
  package func offers(_ question: ElementQuestion) -> Bool {
    entries.contains { $0.canAnswer(question) }
  }

  /// Puts `question` to sources until one answers. A fault is never an answer.
  package func ask(_ question: ElementQuestion, deadline: Deadline) async -> PoolAnswer {
    // One source that answers from memory, which is how registries and the sandbox are: nothing to choose or to watch.
    if entries.count == 1, entries[0].profile.isImmediate, entries[0].canAnswer(question) {
      let entry = entries[0]
      let begun = now()
      let answer = checked(
        await entry.route.source.check(question, deadline: deadline), to: question)
      note(entry, answer.fault, since: begun)
      return answer.fault == nil
        ? PoolAnswer(answer: answer, source: entry.profile)
        : PoolAnswer(answer: answer, failed: entry.profile)
    }
    let outcome = await attempt(question, deadline) { source, question, deadline in
      self.checked(await source.check(question, deadline: deadline), to: question)
    }
    switch outcome {
    case .success(let found): return PoolAnswer(answer: found.answer, source: found.profile)
    case .failure(let failed):
      return PoolAnswer(
        answer: .unavailable(failed.fault), failed: failed.source, retryAfter: failed.retryAfter)
    }
  }

  /// Asks for the portrait that belongs to name and number; the rest is as in `PoolAnswer`.
  package func portrait(
    _ question: ElementQuestion, deadline: Deadline
  ) async -> (
    answer: PortraitAnswer, source: SourceProfile?, failed: SourceProfile?, retryAfter: Duration?
  ) {
    let outcome = await attempt(question, deadline) { source, question, deadline in
      await source.portrait(question, deadline: deadline)
    }
    switch outcome {
    case .success(let found): return (found.answer, found.profile, nil, nil)
    case .failure(let failed):
      return (.unavailable(failed.fault), nil, failed.source, failed.retryAfter)
    }
  }

  // MARK: Attempts

  private struct Failed: Error {
    var fault: SourceFault
    var source: SourceProfile?
    var retryAfter: Duration?
  }

  private typealias Put<Answer> =
    @Sendable (any AuthoritySource, ElementQuestion, Deadline) async -> Answer

  private func attempt<Answer: FaultyAnswer>(
    _ question: ElementQuestion, _ deadline: Deadline, put: @escaping Put<Answer>
  ) async -> Result<(answer: Answer, profile: SourceProfile), Failed> {
    var candidates = ranked(question)
    guard !candidates.isEmpty else { return .failure(Failed(fault: .notOffered)) }
    var failed = Failed(fault: .breakerOpen)
    var attempts = 0
    while attempts < terms.attemptsMax, !candidates.isEmpty {
      let entry = candidates.removeFirst()
      let begun = now()
      guard !deadline.hasPassed(at: begun) else { return .failure(Failed(fault: .abandoned)) }
      guard let permit = entry.permit(at: begun) else {
        failed.retryAfter = entry.wait(at: begun) ?? failed.retryAfter
        if attempts == 0 { failed.source = entry.profile }
        continue
      }
      attempts += 1
      let isLast = candidates.isEmpty || attempts == terms.attemptsMax
      let answer: Answer
      let profile: SourceProfile
      let told: SourceFault?
      if let hedgeAfter = terms.hedgeAfter, let next = candidates.first,
        !entry.profile.isImmediate, let spare = next.permit(at: begun)
      {
        candidates.removeFirst()
        attempts += 1
        (answer, profile) = await hedged(
          (entry, permit), (next, spare), after: hedgeAfter, question, deadline, put)
        told = answer.fault
      } else {
        let end = end(of: entry, from: begun, deadline, isLast: isLast)
        answer = await timed(entry, question, until: end.moment, put)
        profile = entry.profile
        told = end.told(answer.fault)
        entry.end(
          permit, told, since: begun, isCut: told == .abandoned && answer.fault == .timedOut,
          at: now())
        note(entry, told, since: begun)
      }
      guard let told else { return .success((answer, profile)) }
      failed.fault = told
      failed.source = profile
      // Cut off by the caller's time, another source may still answer in what is left of it.
      if answer.fault == .abandoned || Task.isCancelled { break }
    }
    return .failure(failed)
  }

  /// Those that can answer, in the order in which they are asked.
  private func ranked(_ question: ElementQuestion) -> [Entry] {
    let able = entries.filter { $0.canAnswer(question) }
    guard able.count > 1 else { return able }
    var ranked: [Entry] = []
    var rest = able[...]
    while let first = rest.first {
      var equals = Array(rest.prefix { $0.route.order == first.route.order })
      rest = rest.dropFirst(equals.count)
      while equals.count > 1 { ranked.append(equals.remove(at: draw(equals))) }
      ranked += equals
    }
    return ranked
  }

  /// One of several by weight and health. A sick one keeps a small share, so that its breaker hears of it.
  private func draw(_ entries: [Entry]) -> Int {
    let weights = entries.map { Double($0.route.weight) * max($0.health, 0.05) }
    let count = drawn.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    var place = Double(count >> 11) / Double(1 << 53) * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      place -= weight
      if place < 0 { return index }
    }
    return entries.count - 1
  }

  /// When an attempt ends.
  private struct AttemptEnd {
    let moment: Deadline
    /// The caller's time is over then, and not yet the source's own.
    let isCallers: Bool

    /// What a fault says of the source: one that had no time of its own was not too slow.
    func told(_ fault: SourceFault?) -> SourceFault? {
      fault == .timedOut && isCallers && moment.hasPassed(at: Moment.now) ? .abandoned : fault
    }
  }

  /// Until when an attempt may last: the source's own bound, within what the caller leaves.
  private func end(
    of entry: Entry, from begun: Moment, _ deadline: Deadline, isLast: Bool
  ) -> AttemptEnd {
    let own = Deadline(begun + entry.profile.timeout)
    guard let moment = deadline.moment else { return AttemptEnd(moment: own, isCallers: false) }
    let left = moment - begun
    let usable = max(left - min(terms.reserve, left / 4), .zero)
    let callers = Deadline(begun + (isLast ? usable : usable * terms.shareOfTime))
    return AttemptEnd(moment: own.earlier(of: callers), isCallers: callers < own)
  }

  /// Asks a source and turns away when its time is over, whether or not it minds being cancelled.
  private func timed<Answer: FaultyAnswer>(
    _ entry: Entry, _ question: ElementQuestion, until end: Deadline,
    _ put: @escaping Put<Answer>
  ) async -> Answer {
    if entry.profile.isImmediate { return await put(entry.route.source, question, end) }
    let source = entry.route.source
    let first = FirstAnswer<Answer>()
    let work = Task { first.give(await put(source, question, end)) }
    let watch = Task {
      // A little later than the source was told, so that its own word counts where it has one.
      guard let moment = end.moment else { return }
      try? await Task.sleep(until: (moment + lateness).instant, clock: .continuous)
      if !Task.isCancelled { first.give(Answer(fault: .timedOut)) }
    }
    let answer = await withTaskCancellationHandler {
      await first.value
    } onCancel: {
      first.give(Answer(fault: .abandoned))
    }
    work.cancel()
    watch.cancel()
    return answer
  }

  /// Asks a second source when the first is slow; who answers first counts.
  private func hedged<Answer: FaultyAnswer>(
    _ first: (Entry, Breaker.Permit), _ second: (Entry, Breaker.Permit), after delay: Duration,
    _ question: ElementQuestion, _ deadline: Deadline, _ put: @escaping Put<Answer>
  ) async -> (Answer, SourceProfile) {
    let asked = { @Sendable (entry: Entry, permit: Breaker.Permit) async -> Answer in
      let begun = self.now()
      let end = self.end(of: entry, from: begun, deadline, isLast: true)
      let answer = await self.timed(entry, question, until: end.moment, put)
      let told = end.told(answer.fault)
      entry.end(
        permit, told, since: begun, isCut: told == .abandoned && answer.fault == .timedOut,
        at: self.now())
      self.note(entry, told, since: begun)
      return told.map { Answer(fault: $0) } ?? answer
    }
    return await withTaskGroup(of: (Answer, SourceProfile).self) { group in
      group.addTask { (await asked(first.0, first.1), first.0.profile) }
      group.addTask {
        do { try await Task.sleep(for: delay) } catch {
          second.0.end(second.1, .abandoned, since: self.now(), at: self.now())
          return (Answer(fault: .abandoned), second.0.profile)
        }
        return (await asked(second.0, second.1), second.0.profile)
      }
      var last = await group.next()
      while let answered = last, answered.0.fault != nil, let next = await group.next() {
        if next.0.fault != .abandoned { last = next } else { break }
      }
      group.cancelAll()
      return last ?? (Answer(fault: .abandoned), first.0.profile)
    }
  }

  private func note(_ entry: Entry, _ fault: SourceFault?, since begun: Moment) {
    observer.asked(entry.profile.name, fault: fault, took: now() - begun)
  }

  /// An answer that the question does not have is none, and facts that do not belong to the answer are dropped.
  private func checked(_ answer: SourceAnswer, to question: ElementQuestion) -> SourceAnswer {
    guard case .answered(let finding) = answer else { return answer }
    guard finding.answers(question) else { return .unavailable(.malformed) }
    return .answered(finding.kept(for: question.operation))
  }
}

/// How much later than its source a watch turns away.
private let lateness: Duration = .milliseconds(5)

/// An answer that may be a fault instead.
protocol FaultyAnswer: Sendable {
  init(fault: SourceFault)
  var fault: SourceFault? { get }
}

extension SourceAnswer: FaultyAnswer {
  init(fault: SourceFault) { self = .unavailable(fault) }

  package var fault: SourceFault? {
    if case .unavailable(let fault) = self { fault } else { nil }
  }
}

extension PortraitAnswer: FaultyAnswer {
  init(fault: SourceFault) { self = .unavailable(fault) }

  package var fault: SourceFault? {
    if case .unavailable(let fault) = self { fault } else { nil }
  }
}

/// Waits for the first of several answers. One waiter; any thread gives.
private final class FirstAnswer<Answer: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Answer, Never>)
    case given(Answer)
    case taken
  }

  private let state = Mutex(State.empty)

  func give(_ answer: Answer) {
    let waiter: CheckedContinuation<Answer, Never>? = state.withLock { state in
      switch state {
      case .empty:
        state = .given(answer)
        return nil
      case .waiting(let continuation):
        state = .taken
        return continuation
      case .given, .taken: return nil
      }
    }
    waiter?.resume(returning: answer)
  }

  var value: Answer {
    get async {
      await withCheckedContinuation { continuation in
        let given: Answer? = state.withLock { state in
          guard case .given(let answer) = state else {
            state = .waiting(continuation)
            return nil
          }
          state = .taken
          return answer
        }
        if let given { continuation.resume(returning: given) }
      }
    }
  }
}
