// The one queue in front of the lanes: bounded, a line for each kind of job, accounts in turn and first come first
// served among their like, and every wait spends a deadline.

internal import Synchronization
internal import Vocabulary

/// Names one submitted job, so that a cancellation can find it wherever it is: the queue drops it, a lane stops
/// before its next model run. Safe from any thread.
final class JobTicket: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}

/// How long a job runs. Each kind has lanes of its own, so that neither waits for the other.
package enum JobKind: Sendable, CaseIterable {
  /// Tens of milliseconds: a picture.
  case short
  /// A second: a clip, a recording. Its lanes go behind those of short jobs (`InferenceLimits.longNiceSteps`).
  case long
}

/// A piece of work and the two ways it can end: run on a lane, or refused before it started.
struct Job: Sendable {
  let ticket: JobTicket
  let kind: JobKind
  /// Whose job it is; nil for the process's own.
  let account: AccountID?
  let deadline: Deadline
  let submitted: ContinuousClock.Instant
  /// Runs the work and resumes the caller. Called on a lane's thread; `waited` is the time in the
  /// queue.
  let run: @Sendable (_ lane: InferenceLane, _ waited: Duration) -> Void
  /// Resumes the caller with the reason. Called without the queue's lock.
  let refuse: @Sendable (InferenceError) -> Void
}

/// Jobs waiting for a lane. Any thread submits and cancels; lanes take; one timekeeper thread
/// refuses jobs whose deadline passes while they wait. Nothing is resumed while the lock is held.
final class JobQueue: @unchecked Sendable {
  // Unchecked: every stored variable is only touched inside `lock.withLock`.
  private let lock = ConditionLock(conditions: 3)
  private static let shortArrived = 0
  private static let longArrived = 1
  private static let timekeeper = 2

  private let lanes: Int
  private var lines: JobLines
  private var isStopped = false
  private var lanesLeft: Int
  private var drained: [CheckedContinuation<Void, Never>] = []
  /// The earliest deadline the timekeeper knows of.
  private var nextExpiry = Deadline.never

  /// - Parameters:
  ///   - lanes: of each kind.
  ///   - depthMax: most short jobs that wait.
  ///   - longDepthMax: most long ones.
  init(lanes: Int, depthMax: Int, longDepthMax: Int = InferenceLimits.longQueueDepthDefault) {
    self.lanes = lanes
    lines = JobLines(depthMax: depthMax, longDepthMax: longDepthMax)
    lanesLeft = lanes * JobKind.allCases.count
  }

  /// Queues `job`, or refuses it at once: cancelled already, past its deadline, queue full, the account's share of it
  /// full, or shut down.
  func submit(_ job: Job) {
    let refusal: InferenceError? = lock.withLock {
      if job.ticket.isCancelled { return .cancelled }
      if isStopped { return .shuttingDown }
      if job.deadline.hasPassed(at: job.submitted) { return .deadlineExceeded }
      guard lines[job.kind].hasRoom else {
        return .overloaded(retryAfter: lines[job.kind].retryHint(lanes: lanes))
      }
      guard lines[job.kind].hasRoom(for: job.account) else {
        return .accountOverloaded(retryAfter: lines[job.kind].retryHint(lanes: lanes))
      }
      lines.append(job)
      lock.signal(Self.arrived(job.kind))
      if lines[job.kind].count > lanes, job.deadline < nextExpiry { lock.signal(Self.timekeeper) }
      return nil
    }
    if let refusal { job.refuse(refusal) }
  }

  /// Takes the job out of the queue if it is still there. A job that runs ends before its next model run.
  func cancel(_ ticket: JobTicket) {
    let jobs: [Job] = lock.withLock {
      ticket.cancel()
      return lines.removeAll { $0.ticket === ticket }
    }
    for job in jobs { job.refuse(.cancelled) }
  }

  private static func arrived(_ kind: JobKind) -> Int {
    kind == .short ? shortArrived : longArrived
  }

  /// The next job for a lane of `kind`; blocks until there is one, nil once the queue is stopped.
  func take(_ kind: JobKind) -> Job? {
    while true {
      let job: Job? = lock.withLock {
        // Never without end: glibc before 2.41 may lose a signal (its bug 25847), and a lost one must not cost more
        // than a moment.
        while lines[kind].waiting.isEmpty, !isStopped {
          lock.wait(for: Self.arrived(kind), timeout: InferenceLimits.idleWait)
        }
        return lines[kind].waiting.isEmpty ? nil : lines.start(kind)
      }
      guard let job else { return nil }
      if isInTime(job) { return job }
    }
  }

  /// Refuses a job that was taken too late.
  private func isInTime(_ job: Job) -> Bool {
    guard job.deadline.hasPassed() else { return true }
    lock.withLock { lines.end(job.kind) }
    job.refuse(.deadlineExceeded)
    return false
  }

  /// A lane ends a job that kept it for `duration`.
  func finished(_ kind: JobKind, after duration: Duration) {
    lock.withLock { lines.end(kind, after: duration) }
  }

  /// A lane's thread ends. The last one lets `drain` return.
  func laneEnded() {
    let waiters: [CheckedContinuation<Void, Never>] = lock.withLock {
      lanesLeft -= 1
      guard lanesLeft == 0 else { return [] }
      defer { drained = [] }
      return drained
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Refuses everything that waits and everything that comes. Running jobs finish.
  func stop() {
    let refused: [Job] = lock.withLock {
      guard !isStopped else { return [] }
      isStopped = true
      for kind in JobKind.allCases { lock.broadcast(Self.arrived(kind)) }
      lock.signal(Self.timekeeper)
      return lines.removeAll { _ in true }
    }
    for job in refused { job.refuse(.shuttingDown) }
  }

  /// Returns when every lane has ended. Call `stop` first.
  func drain() async {
    await withCheckedContinuation { continuation in
      let isDrained = lock.withLock {
        if lanesLeft > 0 { drained.append(continuation) }
        return lanesLeft == 0
      }
      if isDrained { continuation.resume() }
    }
  }

  /// The timekeeper's loop: refuses waiting jobs as their deadlines pass, until the queue is
  /// stopped.
  func keepTime() {
    while true {
      let expired: [Job]? = lock.withLock {
        if isStopped { return nil }
        let now = ContinuousClock.now
        let expired = lines.removeAll { $0.deadline.hasPassed(at: now) }
        if !expired.isEmpty { return expired }
        nextExpiry = lines.earliestDeadline ?? .never
        let pause = nextExpiry.remaining(at: now) ?? InferenceLimits.idleWait
        lock.wait(for: Self.timekeeper, timeout: min(pause, InferenceLimits.idleWait))
        nextExpiry = .never
        return []
      }
      guard let expired else { return }
      for job in expired { job.refuse(.deadlineExceeded) }
    }
  }

  /// How many jobs wait now.
  var depth: Int { lock.withLock { lines.depth } }
}
