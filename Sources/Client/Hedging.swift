// Calls that are sent again before the first try is answered: whichever answer comes first counts.

internal import RPC
package import Vocabulary
internal import Wire

/// When a unary call is sent a further time although an earlier try may still be answered: the `hedgingPolicy` of gRPC
/// (gRFC A6). It trades load for a shorter tail; nothing is hedged unless a policy is given.
///
/// Only calls that may be carried out twice are hedged. The first answer wins, the other tries are cancelled; an error
/// that is not among `nonFatalCodes` is an answer. All tries share one deadline. A hedged call is not retried.
package struct HedgingPolicy: Sendable {
  /// Times a call is sent in all; more than `HedgingLimits.attemptsMax` count as that many, less than 2 hedges nothing.
  package var attemptsMax: Int
  /// How long the latest try is waited for before a further one is sent; zero sends all at once.
  package var delay: Duration
  /// Errors after which the other tries go on, and a further one is sent at once.
  package var nonFatalCodes: Set<StatusCode>
  /// Whether the method is hedged although its schema does not say that it may be carried out twice.
  package var allowsSideEffects: Bool

  package init(
    attemptsMax: Int, delay: Duration, nonFatalCodes: Set<StatusCode> = [],
    allowsSideEffects: Bool = false
  ) {
    self.attemptsMax = attemptsMax
    self.delay = delay
    self.nonFatalCodes = nonFatalCodes
    self.allowsSideEffects = allowsSideEffects
  }

  /// Whether a call is sent more than once under this policy.
  func hedges(_ options: CallOptions) -> Bool {
    attemptsMax > 1 && (options.isIdempotent || allowsSideEffects)
  }
}

/// Bounds of hedging.
package enum HedgingLimits {
  /// Times a hedged call is sent in all (gRFC A6).
  package static let attemptsMax = 5
}

/// One hedged call. Used by one task.
struct HedgedCall {
  /// What the call waits for.
  private enum Event: Sendable {
    case ended(UnaryCall.Outcome)
    /// A pause is over; only the one begun last means anything.
    case due(pause: Int)
  }

  private typealias Tries = TaskGroup<Event>

  private let policy: HedgingPolicy
  private let throttle: RetryThrottle
  private let deadline: Deadline
  private let attempt: @Sendable () async -> UnaryCall.Outcome

  private var sent = 0
  private var running = 0
  /// Whether the server and the throttle still allow another try.
  private var mayHedge = true
  private var pauses = 0
  private var isPausing = false

  /// - Parameter attempt: sends the call once; a cancelled task cancels what it sent.
  init(
    _ policy: HedgingPolicy, _ throttle: RetryThrottle, _ deadline: Deadline,
    attempt: @escaping @Sendable () async -> UnaryCall.Outcome
  ) {
    self.policy = policy
    self.throttle = throttle
    self.deadline = deadline
    self.attempt = attempt
  }

  /// The first answer, or the last error when no try was answered. Returns once the other tries are cancelled.
  mutating func run() async -> UnaryCall.Outcome {
    await withTaskGroup(of: Event.self) { tries in
      var outcome: UnaryCall.Outcome?
      send(&tries)
      while let event = await tries.next() {
        switch event {
        case .due(let pause): if pause == pauses { pauseEnded(&tries) }
        case .ended(.success(let answer)):
          throttle.succeeded()
          tries.cancelAll()
          return .success(answer)
        case .ended(.failure(let failure)):
          running -= 1
          outcome = .failure(failure)
          guard isNonFatal(failure) else {
            throttle.note(failure)
            tries.cancelAll()
            return .failure(failure)
          }
          goOn(after: failure, &tries)
        }
        if running == 0, !isPausing { break }
      }
      tries.cancelAll()
      return outcome ?? .failure(CallFailure(CallEnd.cancelled))
    }
  }

  private func isNonFatal(_ failure: CallFailure) -> Bool {
    policy.nonFatalCodes.contains(failure.error.code) && !Task.isCancelled
  }

  /// Sends one try, and begins to wait for the next if there may be one.
  private mutating func send(_ tries: inout Tries) {
    sent += 1
    running += 1
    let attempt = attempt
    tries.addTask { .ended(await attempt()) }
    pause(policy.delay, &tries)
  }

  private var isOver: Bool {
    !mayHedge || sent >= min(policy.attemptsMax, HedgingLimits.attemptsMax)
  }

  /// Begins a pause before the next try; whatever pause there was means nothing any more.
  private mutating func pause(_ length: Duration, _ tries: inout Tries) {
    pauses += 1
    isPausing = !isOver && deadline.remaining().map { $0 > length } ?? true
    guard isPausing else { return }
    let pause = pauses
    tries.addTask {
      try? await Task.sleep(for: length)
      return .due(pause: pause)
    }
  }

  private mutating func pauseEnded(_ tries: inout Tries) {
    isPausing = false
    // A budget that is spent ends the hedging of this call for good.
    if !throttle.isWilling || Task.isCancelled { mayHedge = false }
    if !isOver { send(&tries) }
  }

  /// A try has failed in a way that leaves the others their chance.
  private mutating func goOn(after failure: CallFailure, _ tries: inout Tries) {
    throttle.failed()
    switch RetryThrottle.pushback(of: failure) {
    case .forbidden:
      mayHedge = false
      pauses += 1
      isPausing = false
    case .wait(let length): pause(length, &tries)
    case .none: pauseEnded(&tries)
    }
  }
}
