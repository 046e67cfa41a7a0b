// Runs Swift tasks on an event loop, and lets the connections they touch flush once.

internal import NIOCore
internal import RPC
internal import Synchronization
internal import TLS
internal import Vocabulary
internal import Wire

/// One per event loop: the executor of the handlers of its connections, and what those connections
/// share.
///
/// A handler starts and ends on the loop that read its request, so a small call costs no thread
/// switch. Jobs that become ready during one turn of the loop run together, then every connection
/// they touched is settled once: many answers leave in one flush. Calls are answered by tasks that
/// are kept: one task answers all the calls of a turn whose handlers do not wait. Everything but
/// `enqueue` is confined to the loop.
final class LoopExecutor: TaskExecutor, @unchecked Sendable {
  // Unchecked: the mutable state below is touched on the loop only, except `fromOutside`, which is
  // a Mutex.
  let loop: any EventLoop
  /// Plaintext of one read; its contents mean nothing between calls.
  let scratch: UnsafeMutableRawBufferPointer
  /// Connections of this loop.
  private(set) var connections: [ObjectIdentifier: ConnectionHandler] = [:]
  /// The time of this turn of the loop.
  @exclusivity(unchecked) private(set) var now = Moment.now

  @exclusivity(unchecked) private var ready: [UnownedJob] = []
  @exclusivity(unchecked) private var touched: [ConnectionHandler] = []
  @exclusivity(unchecked) private var isRunning = false
  @exclusivity(unchecked) private var isScheduled = false
  private let fromOutside = Mutex(Outside())
  /// Answers the calls of all connections.
  let dispatcher: any CallDispatcher
  /// Calls that no worker has taken yet: from `nextWaiting` on.
  @exclusivity(unchecked) private var waitingCalls: [WaitingCall?] = []
  @exclusivity(unchecked) private var nextWaiting = 0
  /// Workers that wait for calls.
  @exclusivity(unchecked) private var parked: [CallWorker] = []
  /// Connections whose credit is withheld because the process holds too much.
  private var starved: [ObjectIdentifier: ConnectionHandler] = [:]
  private var isRecheckScheduled = false

  private struct Outside {
    var jobs: [UnownedJob] = []
  }

  /// Jobs run in one turn before the loop looks at its sockets again.
  private static let jobsPerTurnMax = 4096
  /// Workers kept for calls to come. Our choice: more calls than this on one loop are rare, and a task is
  /// made in two microseconds.
  private static let parkedMax = 64

  init(_ loop: any EventLoop, _ dispatcher: any CallDispatcher) {
    self.loop = loop
    self.dispatcher = dispatcher
    // Four full records.
    scratch = .allocate(byteCount: 4 * TLSLimits.recordPlaintextBytesMax, alignment: 64)
  }

  deinit { scratch.deallocate() }

  // MARK: Calls

  /// Has `call` answered in this turn.
  func start(
    _ call: consuming RPC.IncomingCall, of connection: ConnectionHandler, at place: Int32
  ) {
    waitingCalls.append(WaitingCall(connection: connection, place: place, call: call))
    scheduleTurn()
  }

  /// Whether a call waits for a worker.
  var hasWaitingCalls: Bool { !waitingCalls.isEmpty }

  /// The call that has waited for longest.
  func nextCall() -> WaitingCall? {
    guard nextWaiting < waitingCalls.count else { return nil }
    // Moved out: nothing is copied on its way.
    let call = waitingCalls[nextWaiting].take()
    nextWaiting += 1
    if nextWaiting == waitingCalls.count {
      waitingCalls.removeAll(keepingCapacity: true)
      nextWaiting = 0
    }
    return call
  }

  /// Keeps `worker`, which has to wait now, for the next call; false when it has to end. A loop without
  /// connections keeps none.
  func park(_ worker: CallWorker) -> Bool {
    guard parked.count < Self.parkedMax, !connections.isEmpty else { return false }
    parked.append(worker)
    return true
  }

  /// Lets workers answer the calls that wait: one, and a further one whenever a handler waits.
  private func answerCalls() {
    while hasWaitingCalls {
      if let worker = parked.popLast() { worker.wake() } else { _ = CallWorker(self) }
      runReady()
    }
  }

  private func releaseWorkers() {
    let workers = parked
    parked = []
    for worker in workers { worker.wake() }
  }

  // MARK: Jobs

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if loop.inEventLoop {
      ready.append(job)
      scheduleTurn()
      return
    }
    let isFirst = fromOutside.withLock { outside in
      outside.jobs.append(job)
      return outside.jobs.count == 1
    }
    if isFirst { loop.execute { self.turn() } }
  }

  /// Notes that `connection` may have something to do; it is settled at the end of this turn.
  func touch(_ connection: ConnectionHandler) {
    guard !connection.isTouched else { return }
    connection.isTouched = true
    touched.append(connection)
    scheduleTurn()
  }

  private func scheduleTurn() {
    guard !isRunning, !isScheduled else { return }
    isScheduled = true
    loop.execute { [self] in
      isScheduled = false
      turn()
    }
  }

  /// Runs `body`, which reads from sockets, without scheduling a turn: the caller ends with `turn`.
  func reading(_ body: () -> Void) {
    now = .now
    let was = isRunning
    isRunning = true
    body()
    isRunning = was
  }

  /// Runs what is ready, then settles the connections touched.
  func turn() {
    guard !isRunning else { return }
    isRunning = true
    now = .now
    takeFromOutside()
    var budget = Self.jobsPerTurnMax
    repeat {
      budget -= runReady()
      answerCalls()
      settleTouched()
    } while (!ready.isEmpty || hasWaitingCalls) && budget > 0
    isRunning = false
    if !ready.isEmpty || hasWaitingCalls { scheduleTurn() }
  }

  private func takeFromOutside() {
    let jobs = fromOutside.withLock { outside in
      let jobs = outside.jobs
      outside.jobs.removeAll()
      return jobs
    }
    ready.append(contentsOf: jobs)
  }

  /// Runs the jobs that are ready now; those they make wait for the next round. Returns how many
  /// ran.
  @discardableResult
  private func runReady() -> Int {
    let executor = asUnownedTaskExecutor()
    let count = ready.count
    for index in 0..<count { ready[index].runSynchronously(on: executor) }
    ready.removeSubrange(0..<count)
    return count
  }

  private func settleTouched() {
    let count = touched.count
    for index in 0..<count {
      touched[index].isTouched = false
      touched[index].settle()
    }
    touched.removeSubrange(0..<count)
  }

  // MARK: Connections

  func add(_ connection: ConnectionHandler) {
    connections[ObjectIdentifier(connection)] = connection
  }

  func remove(_ connection: ConnectionHandler) {
    connections[ObjectIdentifier(connection)] = nil
    starved[ObjectIdentifier(connection)] = nil
    if connections.isEmpty { releaseWorkers() }
  }

  /// Looks at `connection` again once the process may hold less memory.
  func recheck(_ connection: ConnectionHandler, after pause: Duration) {
    starved[ObjectIdentifier(connection)] = connection
    guard !isRecheckScheduled else { return }
    isRecheckScheduled = true
    loop.scheduleTask(in: TimeAmount(pause)) { [self] in
      isRecheckScheduled = false
      let waiting = starved.values
      starved = [:]
      for connection in waiting { touch(connection) }
    }
  }
}
