// Threads of a registry's own, each with a connection: lookups block there, never on an event loop.

internal import Glibc
internal import Synchronization
package import Vocabulary

/// A connection that one lane owns. Used on the lane's thread alone.
package protocol RegistryConnection: AnyObject {
  /// Puts the value under `key` into `value`; false if there is none.
  func find(
    _ key: EntryKey, _ value: inout EntryValue, before deadline: Deadline
  ) throws(RegistryFault) -> Bool
  /// Whether it still is the registry that answers under its name; if not, the lane opens another.
  var isCurrent: Bool { get }
  func summary(before deadline: Deadline) throws(RegistryFault) -> RegistrySummary
  /// Whether it may still be asked after `fault`; if not, the lane opens another.
  func isUsable(after fault: RegistryFault) -> Bool
}

/// A fixed number of threads in front of a registry. A lane opens its connection when lookups wait and it has none, within
/// `RegistryLimits.openMax`, whatever time those lookups have; they wait for it in the queue, where another lane may take
/// them. A lane that could not open one tries again after `RegistryLimits.reopenPause` and takes no lookup meanwhile,
/// unless all are like that: then lookups fail at once. Any thread.
package final class LookupLanes: RegistryStore {
  private enum Request: Sendable {
    case record(EntryKey)
    case summary
  }

  private enum Answer: Sendable {
    case record(RegistryRecord?)
    case summary(RegistrySummary)
  }

  private struct Job: Sendable {
    let request: Request
    let deadline: Deadline
    let submitted = ContinuousClock.now
    let resume: @Sendable (Result<Answer, RegistryFault>) -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var first = 0
    var lanesLeft: Int
    var isClosed = false
    var drained: [CheckedContinuation<Void, Never>] = []
    /// Until when each lane that could not open its connection leaves lookups to others.
    var pauses: [ContinuousClock.Instant?]

    init(lanes: Int) {
      lanesLeft = lanes
      pauses = Array(repeating: nil, count: lanes)
    }

    /// Whether a lane may answer, or is about to try.
    func isHopeful(at now: ContinuousClock.Instant) -> Bool {
      pauses.contains { $0.map { $0 <= now } ?? true }
    }

    /// Puts back a job that was taken, before all others.
    mutating func putBack(_ job: Job) { waiting.insert(job, at: first) }

    var count: Int { waiting.count - first }

    mutating func take() -> Job? {
      guard first < waiting.count else { return nil }
      defer {
        first += 1
        if first == waiting.count || first > 1024 {
          waiting.removeFirst(first)
          first = 0
        }
      }
      return waiting[first]
    }

    mutating func takeAll(where isTaken: (Job) -> Bool) -> [Job] {
      let jobs = waiting[first...]
      let taken = jobs.filter(isTaken)
      if !taken.isEmpty {
        waiting = jobs.filter { !isTaken($0) }
        first = 0
      }
      return taken
    }
  }

  private let monitor: Monitor<State>
  /// - Parameters:
  ///   - hash: of the registry's key: every value is held against its seal.
  ///   - lanes: threads and connections, 1 to `RegistryLimits.lanesMax`.
  ///   - open: opens a connection by the deadline; called on a lane's thread.
  package init(
    lanes: Int, hash: RegistryHash,
    open: @escaping @Sendable (Deadline) throws(RegistryFault) -> any RegistryConnection
  ) {
    let lanes = min(max(lanes, 1), RegistryLimits.lanesMax)
    monitor = Monitor(State(lanes: lanes))
    for lane in 0..<lanes {
      // The thread holds the monitor, not the lanes: they end when nobody asks any more.
      startThread { [monitor, open] in
        LaneLoop(lane: lane, monitor: monitor, hash: hash, open: open).run()
      }
    }
    startThread { [monitor] in Self.keepTime(monitor) }
  }

  deinit { Self.close(monitor) }

  package func record(
    _ key: EntryKey, before deadline: Deadline
  ) async throws(RegistryFault) -> RegistryRecord? {
    guard case .record(let record) = try await ask(.record(key), deadline) else { return nil }
    return record
  }

  package func check(before deadline: Deadline) async throws(RegistryFault) -> RegistrySummary {
    guard case .summary(let summary) = try await ask(.summary, deadline) else {
      preconditionFailure("a lane answered another question")
    }
    return summary
  }

  package func shutdown() async {
    Self.close(monitor)
    await withCheckedContinuation { continuation in
      let isDone = monitor.withLock { state in
        if state.lanesLeft > 0 { state.drained.append(continuation) }
        return state.lanesLeft == 0
      }
      if isDone { continuation.resume() }
    }
  }

  private func ask(_ request: Request, _ deadline: Deadline) async throws(RegistryFault) -> Answer {
    let result: Result<Answer, RegistryFault> = await withCheckedContinuation { continuation in
      submit(Job(request: request, deadline: deadline) { continuation.resume(returning: $0) })
    }
    return try result.get()
  }

  private func submit(_ job: Job) {
    let refusal: RegistryFault? = monitor.withLock { state in
      if state.isClosed { return RegistryFault(.closed, "the registry is shut down") }
      if job.deadline.hasPassed() { return Self.late }
      if state.count >= RegistryLimits.waitingLookupsMax {
        return RegistryFault(.overloaded, "too many lookups wait; more lanes may help")
      }
      state.waiting.append(job)
      // A lane that pauses may not take what it was woken for.
      if state.pauses.contains(where: { $0 != nil }) {
        monitor.signalAll()
      } else {
        monitor.signalOne()
      }
      return nil
    }
    if let refusal { job.resume(.failure(refusal)) }
  }

  private static let late = RegistryFault(.deadline, "no answer within the time there was")

  private static func close(_ monitor: Monitor<State>) {
    let refused = monitor.withLock { state in
      state.isClosed = true
      monitor.signalAll()
      return state.takeAll { _ in true }
    }
    for job in refused {
      job.resume(.failure(RegistryFault(.closed, "the registry is shut down")))
    }
  }

  /// Refuses what waits beyond its deadline, several times a second, until the lanes are closed.
  private static func keepTime(_ monitor: Monitor<State>) {
    var isClosed = false
    while !isClosed {
      let late = monitor.withLock { state in
        isClosed = state.isClosed
        let now = ContinuousClock.now
        return state.takeAll { $0.deadline.hasPassed(at: now) }
      }
      for job in late { job.resume(.failure(Self.late)) }
      if !isClosed { usleep(20_000) }
    }
  }

  /// What one lane's thread does. Owned by that thread.
  private struct LaneLoop {
    private enum Step {
      case answer(Job)
      /// Lookups wait, and the lane has no connection.
      case open
      /// No lane has one, nor may soon.
      case fail(Job, RegistryFault)
      case end
    }

    let lane: Int
    let monitor: Monitor<State>
    let hash: RegistryHash
    var value = EntryValue()
    let open: @Sendable (Deadline) throws(RegistryFault) -> any RegistryConnection
    var connection: (any RegistryConnection)?
    var opened = ContinuousClock.now
    var lastFailure: (fault: RegistryFault, until: ContinuousClock.Instant)?

    init(
      lane: Int, monitor: Monitor<State>, hash: RegistryHash,
      open: @escaping @Sendable (Deadline) throws(RegistryFault) -> any RegistryConnection
    ) {
      self.lane = lane
      self.monitor = monitor
      self.hash = hash
      self.open = open
    }

    consuming func run() {
      loop: while true {
        switch next() {
        case .answer(let job): serve(job)
        case .open: reopen()
        case .fail(let job, let fault): job.resume(.failure(fault))
        case .end: break loop
        }
      }
      connection = nil
      let waiters = monitor.withLock { state in
        state.lanesLeft -= 1
        guard state.lanesLeft == 0 else { return [CheckedContinuation<Void, Never>]() }
        defer { state.drained = [] }
        return state.drained
      }
      for waiter in waiters { waiter.resume() }
    }

    /// Blocks until there is something to do.
    private func next() -> Step {
      let isOpen = connection != nil
      return monitor.wait {
        let left = lastFailure.map { ContinuousClock.now.duration(to: $0.until) } ?? .zero
        return left > .zero ? min(left, RegistryLimits.idleWait) : RegistryLimits.idleWait
      } _: { (state: inout State) -> Step? in
        guard state.count > 0 else { return state.isClosed ? .end : nil }
        if isOpen { return state.take().map { .answer($0) } }
        let now = ContinuousClock.now
        if let lastFailure, now < lastFailure.until {
          if state.isHopeful(at: now) { return nil }
          return state.take().map { .fail($0, lastFailure.fault) }
        }
        // From here on others count on it; and one that has its connection need not wait for this one.
        state.pauses[lane] = nil
        monitor.signalAll()
        return .open
      }
    }

    private mutating func reopen() {
      do throws(RegistryFault) {
        opened = .now
        connection = try open(.after(RegistryLimits.openMax))
        lastFailure = nil
      } catch {
        let until = ContinuousClock.now + RegistryLimits.reopenPause
        // The time that ran out is nobody's but ours.
        let fault =
          error.reason == .deadline
          ? RegistryFault(
            .connection, "the registry did not open within \(RegistryLimits.openMax)") : error
        lastFailure = (fault, until)
        monitor.withLock { state in
          state.pauses[lane] = until
          // It may have been the last hope of what waits.
          monitor.signalAll()
        }
      }
    }

    private mutating func serve(_ job: Job) {
      // One that was opened since the lookup came is new enough for it, whatever happens meanwhile.
      if opened < job.submitted, connection?.isCurrent != true {
        connection = nil
        let isRefused = monitor.withLock { state in
          if !state.isClosed { state.putBack(job) }
          return state.isClosed
        }
        if isRefused {
          job.resume(.failure(RegistryFault(.closed, "the registry is shut down")))
        }
        return
      }
      let result: Result<Answer, RegistryFault>
      do throws(RegistryFault) {
        if job.deadline.hasPassed() { throw LookupLanes.late }
        result = .success(try answer(job))
      } catch {
        result = .failure(error)
      }
      job.resume(result)
    }

    private mutating func record(
      _ key: EntryKey, _ connection: any RegistryConnection, _ deadline: Deadline
    ) throws(RegistryFault) -> RegistryRecord? {
      guard try connection.find(key, &value, before: deadline) else { return nil }
      guard let record = value.withBytes({ hash.record($0, under: key) }) else {
        throw RegistryFault(.corrupt, "an entry is damaged; import the registry anew")
      }
      return record
    }

    private mutating func answer(_ job: Job) throws(RegistryFault) -> Answer {
      guard let connection else { throw RegistryFault(.connection, "the connection is gone") }
      do throws(RegistryFault) {
        switch job.request {
        case .record(let key): return .record(try record(key, connection, job.deadline))
        case .summary: return .summary(try connection.summary(before: job.deadline))
        }
      } catch {
        if !connection.isUsable(after: error) { self.connection = nil }
        throw error
      }
    }
  }
}

/// A value behind a lock with one condition. Waiting blocks the thread, so that only threads of `startThread` wait.
private final class Monitor<State>: @unchecked Sendable {
  // Unchecked: the state is reached with the lock held alone; POSIX locks are made for several threads.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  init(_ state: State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    let isMade =
      pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(condition, &attributes) == 0
    pthread_condattr_destroy(&attributes)
    precondition(isMade, "no memory for a lock")
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func withLock<R>(_ body: (inout State) -> R) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&state)
  }

  /// Runs `body` with the lock held until it gives a value, and waits for a signal in between, `longest` at most.
  func wait<R>(_ longest: () -> Duration, _ body: (inout State) -> R?) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      // Each access to the state ends before the lock is given up.
      if let value = body(&state) { return value }
      let (seconds, attoseconds) = longest().components
      var until = timespec()
      clock_gettime(CLOCK_MONOTONIC, &until)
      until.tv_sec += Int(seconds)
      until.tv_nsec += Int(attoseconds / 1_000_000_000)
      if until.tv_nsec >= 1_000_000_000 {
        until.tv_sec += 1
        until.tv_nsec -= 1_000_000_000
      }
      pthread_cond_timedwait(condition, mutex, &until)
    }
  }

  func signalOne() { pthread_cond_signal(condition) }

  func signalAll() { pthread_cond_broadcast(condition) }
}

/// Starts a detached thread.
func startThread(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(run: body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  var thread = pthread_t()
  let status = pthread_create(&thread, &attributes, runThreadBody, box.toOpaque())
  precondition(status == 0, "no thread could be started")
}

private final class ThreadBody {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
  return nil
}
