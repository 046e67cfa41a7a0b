// When a source is not asked any more, and when it is tried again. Pure: the clock is a parameter.

package import Vocabulary

/// The numbers of a breaker. Our choice throughout: peers publish none.
package struct BreakerTerms: Sendable, Equatable {
  /// Faults in a row that open it.
  package var faultsInRowMax = 5
  /// It also opens when at least `judgedMin` of the last `window` questions were judged and `faultShareMax` of them were
  /// faults: what answers every other time is no source.
  package var window = 20
  package var judgedMin = 10
  package var faultShareMax = 0.5
  /// How long it stays open at first; doubled each time a trial fails, up to `openMax`.
  package var openFirst: Duration = .seconds(1)
  package var openMax: Duration = .seconds(60)
  /// Trials in a row, one at a time, that close it.
  package var trialsToClose = 2

  package init() {}
}

/// Watches one source. A value; its owner serialises.
///
/// Closed → (faults) → open → (time) → trial: one question at a time → closed, or open again for twice as long.
package struct Breaker: Sendable, Equatable {
  /// Raw values are those of the metric.
  package enum State: Int, Sendable, Equatable {
    case closed = 0
    case trial = 1
    case open = 2
  }

  /// Leave to ask; given back by `end`.
  package enum Permit: Sendable, Equatable {
    case ordinary
    case trial
  }

  package private(set) var state = State.closed
  private let terms: BreakerTerms
  /// Of the last questions, the newest in bit 0: set for a fault.
  private var faults: UInt64 = 0
  private var judged = 0
  private var inRow = 0
  private var openFor: Duration
  private var openUntil: Moment?
  private var trialUnderWay = false
  private var trialsPassed = 0

  /// - Precondition: the window has at most 64 questions.
  package init(_ terms: BreakerTerms = BreakerTerms()) {
    precondition((1...64).contains(terms.window), "a window that does not fit")
    self.terms = terms
    openFor = terms.openFirst
  }

  /// Leave to ask the source at `now`; nil while it is not asked.
  package mutating func permit(at now: Moment) -> Permit? {
    switch state {
    case .closed: return .ordinary
    case .open:
      guard let openUntil, openUntil <= now else { return nil }
      state = .trial
      trialsPassed = 0
      trialUnderWay = true
      return .trial
    case .trial:
      guard !trialUnderWay else { return nil }
      trialUnderWay = true
      return .trial
    }
  }

  /// Ends what `permit` began.
  /// - Parameter fault: whether it speaks against the source; nil: says nothing either way.
  package mutating func end(_ permit: Permit, fault: Bool?, at now: Moment) {
    if permit == .trial {
      trialUnderWay = false
      guard state == .trial, let fault else { return }
      guard !fault else { return open(for: min(openFor * 2, terms.openMax), at: now) }
      trialsPassed += 1
      if trialsPassed >= terms.trialsToClose { close() }
      return
    }
    // Questions that began before it opened say nothing new.
    guard state == .closed, let fault else { return }
    faults = faults << 1 | (fault ? 1 : 0)
    judged = min(judged + 1, terms.window)
    inRow = fault ? inRow + 1 : 0
    guard fault else { return }
    let seen = faults & (terms.window == 64 ? .max : (1 << terms.window) - 1)
    let share = Double(seen.nonzeroBitCount) / Double(judged)
    if inRow >= terms.faultsInRowMax || judged >= terms.judgedMin && share >= terms.faultShareMax {
      open(for: terms.openFirst, at: now)
    }
  }

  /// How long until it is tried again; nil unless it is open.
  package func wait(at now: Moment) -> Duration? {
    guard state == .open, let openUntil else { return nil }
    return max(.zero, openUntil - now)
  }

  /// The share of the last questions that were answered, 0–1; 1 where none was judged.
  package var health: Double {
    let seen = faults & (terms.window == 64 ? .max : (1 << terms.window) - 1)
    return judged == 0 ? 1 : 1 - Double(seen.nonzeroBitCount) / Double(judged)
  }

  private mutating func open(for time: Duration, at now: Moment) {
    state = .open
    openFor = time
    openUntil = now + time
    trialUnderWay = false
  }

  private mutating func close() {
    self = Breaker(terms)
  }
}
