// The one queue in front of the lanes: bounded, first come first served, and every wait spends a
// deadline.

internal import Synchronization
internal import Vocabulary

/// Names one submitted job, so that a cancellation can find it wherever it is: the queue drops it, a lane stops
/// before its next model run. Safe from any thread.
final class JobTicket: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}

/// A piece of work and the two ways it can end: run on a lane, or refused before it started.
struct Job: Sendable {
  let ticket: JobTicket
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
  private let lock = ConditionLock(conditions: 2)
  private static let jobArrived = 0
  private static let timekeeper = 1

  private let depthMax: Int
  private let lanes: Int
  private var waiting: [Job] = []
  private var running = 0
  private var isStopped = false
  private var lanesLeft: Int
  private var drained: [CheckedContinuation<Void, Never>] = []
  /// The earliest deadline the timekeeper knows of.
  private var nextExpiry = Deadline.never
  /// Running mean of a job's time on its lane; each job counts for an eighth.
  private var meanRun = Duration.milliseconds(InferenceLimits.jobMillisGuess)

  init(lanes: Int, depthMax: Int) {
    self.lanes = lanes
    self.depthMax = depthMax
    lanesLeft = lanes
  }

  /// Queues `job`, or refuses it at once: cancelled already, past its deadline, queue full, or shut
  /// down.
  func submit(_ job: Job) {
    let refusal: InferenceError? = lock.withLock {
      if job.ticket.isCancelled { return .cancelled }
      if isStopped { return .shuttingDown }
      if job.deadline.hasPassed(at: job.submitted) { return .deadlineExceeded }
      if waiting.count >= depthMax { return .overloaded(retryAfter: retryHint()) }
      waiting.append(job)
      lock.signal(Self.jobArrived)
      if running + waiting.count > lanes, job.deadline < nextExpiry { lock.signal(Self.timekeeper) }
      return nil
    }
    if let refusal { job.refuse(refusal) }
  }

  /// Takes the job out of the queue if it is still there. A job that runs ends before its next model run.
  func cancel(_ ticket: JobTicket) {
    let job: Job? = lock.withLock {
      ticket.cancel()
      return waiting.firstIndex { $0.ticket === ticket }.map { waiting.remove(at: $0) }
    }
    job?.refuse(.cancelled)
  }

  /// The next job for a lane; blocks until there is one, nil once the queue is stopped.
  func take() -> Job? {
    while true {
      let (job, expired): (Job?, Bool) = lock.withLock {
        // Never without end: glibc before 2.41 may lose a signal (its bug 25847), and a lost one must not cost more
        // than a moment.
        while waiting.isEmpty, !isStopped {
          lock.wait(for: Self.jobArrived, timeout: InferenceLimits.idleWait)
        }
        guard !waiting.isEmpty else { return (nil, false) }
        let job = waiting.removeFirst()
        if job.deadline.hasPassed() { return (job, true) }
        running += 1
        return (job, false)
      }
      guard let job, expired else { return job }
      job.refuse(.deadlineExceeded)
    }
  }

  /// A lane ends a job that took `duration`.
  func finished(after duration: Duration) {
    lock.withLock {
      running -= 1
      meanRun = (meanRun * 7 + duration) / 8
    }
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
      lock.broadcast(Self.jobArrived)
      lock.signal(Self.timekeeper)
      defer { waiting = [] }
      return waiting
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
        let expired = waiting.filter { $0.deadline.hasPassed(at: now) }
        if !expired.isEmpty {
          waiting.removeAll { $0.deadline.hasPassed(at: now) }
          return expired
        }
        nextExpiry = waiting.map(\.deadline).min() ?? .never
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
  var depth: Int { lock.withLock { waiting.count } }

  /// When a place in the queue is likely to be free: half of what waits must have run.
  private func retryHint() -> Duration {
    let estimate = meanRun * (waiting.count / 2 + running) / lanes
    return min(
      max(estimate, .milliseconds(InferenceLimits.retryMillisMin)),
      .milliseconds(InferenceLimits.retryMillisMax))
  }
}
