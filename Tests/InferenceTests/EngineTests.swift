// The engine's queue: who runs, who waits, who is refused, and that every caller is answered
// exactly once. No model is needed: an engine without models has lanes that run plain work.

internal import Glibc
internal import Synchronization
internal import Testing
internal import Vocabulary

@testable internal import Inference

/// Counts what the engine reports.
private final class CountingObserver: InferenceObserver {
  let ran = Atomic<Int>(0)
  let refused = Atomic<Int>(0)

  func modelRan(_ role: ModelRole, for duration: Duration) {}
  func modelFailed(_ role: ModelRole, reason: String) {}
  func jobRan(waited: Duration, ran duration: Duration) {
    ran.add(1, ordering: .relaxed)
  }
  func jobRefused(_ error: InferenceError) { refused.add(1, ordering: .relaxed) }
}

/// Ends what several tasks do.
private final class StopSign: Sendable {
  let value = Atomic(false)
}

private struct Planted: Error, Equatable {}

/// What happened, in order.
private final class Order: Sendable {
  private let noted = Mutex<[String]>([])

  var words: [String] { noted.withLock { $0 } }

  func note(_ word: String) { noted.withLock { $0.append(word) } }
}

@Suite(.timeLimit(.minutes(1))) struct EngineTests {
  private func engine(
    lanes: Int = 1, depth: Int = 8, observer: any InferenceObserver = SilentInferenceObserver()
  ) throws -> InferenceEngine {
    try InferenceEngine(
      manifest: try ModelManifest(json: "{\"schema\":1,\"models\":[]}".utf8),
      folder: ModelFolder(dependencies: "/nonexistent"), uses: [],
      options: InferenceOptions(lanes: lanes, queueDepthMax: depth), observer: observer)
  }

  /// Waits, without sleeping, until `count` jobs are queued or the test's time is up.
  private func untilQueued(_ count: Int, _ engine: InferenceEngine) async {
    while engine.queueDepth != count, !Task.isCancelled { await Task.yield() }
  }

  /// How a job that only counts its starts ends.
  private func attempt(
    _ engine: InferenceEngine, before deadline: Deadline = .never
  ) async -> InferenceError? {
    do throws(InferenceError) {
      _ = try await engine.run(before: deadline) { _ in }
      return nil
    } catch { return error }
  }

  @Test func givesBackWhatTheWorkReturnsOrThrows() async throws {
    let engine = try engine()
    let value = try await engine.run(before: .never) { lane in lane.index + 41 }
    #expect(value == .success(41))
    let failure = try await engine.run(before: .never) { _ throws(Planted) -> Int in throw Planted()
    }
    #expect(throws: Planted.self) { try failure.get() }
    await engine.shutdown()
  }

  @Test func aModelThatIsNotInstalledIsUnavailable() async throws {
    let engine = try engine()
    let outcome = try await engine.run(before: .never) { lane throws(InferenceError) in
      try lane.run(.faceDetection, fill: { _ in }, read: { _ in 0 })
    }
    #expect(throws: InferenceError.unavailable(.faceDetection)) { try outcome.get() }
    await engine.shutdown()
  }

  @Test func twoLanesRunTwoJobsAtOnce() async throws {
    let engine = try engine(lanes: 2)
    let gate = Gate()
    async let first = engine.run(before: .never) { _ in gate.pass() }
    async let second = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(2)
    gate.open()
    _ = try await (first, second)
    await engine.shutdown()
  }

  @Test func waitingSpendsTheDeadlineAndTheJobNeverStarts() async throws {
    let engine = try engine()
    let gate = Gate()
    async let holder = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    let started = Mutex(false)
    var outcome: InferenceError?
    do throws(InferenceError) {
      _ = try await engine.run(before: .after(.milliseconds(20))) { _ in
        started.withLock { $0 = true }
      }
    } catch { outcome = error }
    // The lane is still held, so it was the timekeeper that answered.
    #expect(outcome == .deadlineExceeded)
    gate.open()
    _ = try await holder
    await engine.shutdown()
    #expect(!started.withLock { $0 })
  }

  /// A job that runs is not torn down, but it gets no further model run.
  @Test func aCancelledJobEndsAtItsNextModelRun() async throws {
    let engine = try engine()
    let gate = Gate()
    let caller = Task {
      try await engine.run(before: .never) { lane throws(InferenceError) in
        gate.pass()
        return try lane.run(.faceDetection, fill: { _ in }, read: { _ in 0 })
      }
    }
    await gate.waitForArrivals(1)
    caller.cancel()
    gate.open()
    let outcome = try await caller.value
    #expect(throws: InferenceError.cancelled) { try outcome.get() }
    // The lane is free for the next one.
    #expect(try await engine.run(before: .never) { _ in 7 } == .success(7))
    await engine.shutdown()
  }

  @Test func aJobWhoseDeadlinePassedEndsAtItsNextModelRun() async throws {
    let engine = try engine()
    let deadline = Deadline.after(.milliseconds(5))
    let outcome = try await engine.run(before: deadline) { lane throws(InferenceError) in
      while !deadline.hasPassed() {}
      return try lane.run(.faceDetection, fill: { _ in }, read: { _ in 0 })
    }
    #expect(throws: InferenceError.deadlineExceeded) { try outcome.get() }
    await engine.shutdown()
  }

  @Test func theEarliestDeadlineIsKeptWhoeverCameFirst() async throws {
    let engine = try engine()
    let gate = Gate()
    async let holder = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    async let patient = attempt(engine, before: .after(.seconds(3_600)))
    await untilQueued(1, engine)
    let hasty = await attempt(engine, before: .after(.milliseconds(10)))
    #expect(hasty == .deadlineExceeded)
    gate.open()
    #expect(await patient == nil)
    _ = try await holder
    await engine.shutdown()
  }

  @Test func aPastDeadlineIsRefusedAtOnce() async throws {
    let engine = try engine()
    #expect(await attempt(engine, before: Deadline(ContinuousClock.now)) == .deadlineExceeded)
    await engine.shutdown()
  }

  @Test func cancellationTakesAWaitingJobOut() async throws {
    let engine = try engine()
    let gate = Gate()
    async let holder = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    let task = Task { await attempt(engine) }
    await untilQueued(1, engine)
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(engine.queueDepth == 0)
    gate.open()
    _ = try await holder
    await engine.shutdown()
  }

  @Test func aTaskCancelledBeforehandNeverQueues() async throws {
    let engine = try engine()
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return await attempt(engine)
    }
    task.cancel()
    #expect(await task.value == .cancelled)
    await engine.shutdown()
  }

  @Test func aFullQueueRefusesAtOnceWithAHint() async throws {
    let engine = try engine(depth: 2)
    let gate = Gate()
    async let holder = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    async let first = attempt(engine)
    async let second = attempt(engine)
    await untilQueued(2, engine)
    guard case .overloaded(let retryAfter) = await attempt(engine) else {
      Issue.record("the third job was not refused")
      return
    }
    #expect(retryAfter >= .milliseconds(InferenceLimits.retryMillisMin))
    #expect(retryAfter <= .milliseconds(InferenceLimits.retryMillisMax))
    gate.open()
    #expect(await first == nil)
    #expect(await second == nil)
    _ = try await holder
    await engine.shutdown()
  }

  @Test func shutdownRefusesTheQueueAndDrainsWhatRuns() async throws {
    let observer = CountingObserver()
    let engine = try engine(observer: observer)
    let gate = Gate()
    async let holder = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    async let waiting = attempt(engine)
    await untilQueued(1, engine)
    async let end: Void = engine.shutdown()
    #expect(await waiting == .shuttingDown)
    #expect(await attempt(engine) == .shuttingDown)
    gate.open()
    _ = try await holder
    await end
    await engine.shutdown()
    #expect(observer.ran.load(ordering: .relaxed) == 1)
    #expect(observer.refused.load(ordering: .relaxed) == 2)
  }

  @Test(arguments: [JobKind.short, .long])
  func aJobDoesNotWaitForThoseOfTheOtherKind(_ held: JobKind) async throws {
    let engine = try engine(lanes: 2)
    let gate = Gate()
    async let first = engine.run(held, before: .never) { _ in gate.pass() }
    async let second = engine.run(held, before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(2)
    let order = Order()
    async let third = engine.run(held, before: .never) { _ in order.note("held") }
    await untilQueued(1, engine)
    let other: JobKind = held == .short ? .long : .short
    _ = try await engine.run(other, before: .never) { lane in
      order.note("other")
      #expect(lane.kind == other)
    }
    gate.open()
    _ = try await (first, second, third)
    #expect(order.words == ["other", "held"])
    await engine.shutdown()
  }

  @Test func lanesOfLongJobsGoBehindThoseOfShortOnes() async throws {
    let engine = try engine()
    @Sendable func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
    let short = try await engine.run(before: .never) { _ in niceness() }.get()
    let long = try await engine.run(.long, before: .never) { _ in niceness() }.get()
    #expect(short == niceness())
    #expect(long == min(19, short + Int32(InferenceLimits.longNiceSteps)))
    await engine.shutdown()
  }

  /// Short jobs that never leave a lane idle take most of the processors, not all: a long job comes to its end in time.
  @Test func aLongJobEndsInTimeBesideAFloodOfShortOnes() async throws {
    let engine = try engine(lanes: 2, depth: 16)
    let isOver = StopSign()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var count = 0
          while !isOver.value.load(ordering: .relaxed) {
            _ = try await engine.run(before: .never) { _ in Self.compute(milliseconds: 5) }
            count += 1
          }
          return count
        }
      }
      // Thrice as much as its share of two processors, and more than that, since tests share them.
      let long = Deadline.after(.seconds(20))
      for _ in 0..<3 {
        _ = try await engine.run(.long, before: long) { _ in Self.compute(milliseconds: 100) }
      }
      #expect(!long.hasPassed())
      isOver.value.store(true, ordering: .relaxed)
      for try await count in group { #expect(count > 0) }
    }
    await engine.shutdown()
  }

  /// Keeps the calling thread's processor busy for so long, of that thread's own time.
  private static func compute(milliseconds: Int) {
    func now() -> Int {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
    let end = now() + milliseconds * 1_000_000
    while now() < end {}
  }

  /// What ends a job beside another one does not end that one.
  @Test func eachJobEndsForItself() async throws {
    let engine = try engine()
    let gate = Gate()
    async let clip = engine.run(.long, before: .never) { lane throws(InferenceError) in
      gate.pass()
      return try lane.run(.faceDetection, fill: { _ in }, read: { _ in 0 })
    }
    await gate.waitForArrivals(1)
    let deadline = Deadline.after(.milliseconds(1))
    let short = try await engine.run(before: .never) { lane throws(InferenceError) in
      while !deadline.hasPassed() {}
      return try lane.run(.faceEmbedding, fill: { _ in }, read: { _ in 0 })
    }
    gate.open()
    let long = try await clip
    #expect(throws: InferenceError.unavailable(.faceDetection)) { try long.get() }
    #expect(throws: InferenceError.unavailable(.faceEmbedding)) { try short.get() }
    await engine.shutdown()
  }

  @Test func longJobsHaveABoundOfTheirOwn() async throws {
    let engine = try engine(depth: InferenceLimits.queueDepthDefault)
    let gate = Gate()
    async let holder = engine.run(.long, before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    let waiting = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<InferenceLimits.longQueueDepthDefault {
          group.addTask { _ = try? await engine.run(.long, before: .never) { _ in } }
        }
      }
    }
    await untilQueued(InferenceLimits.longQueueDepthDefault, engine)
    var outcome: InferenceError?
    do throws(InferenceError) { _ = try await engine.run(.long, before: .never) { _ in } } catch {
      outcome = error
    }
    guard case .overloaded = outcome else {
      Issue.record("one long job too many was not refused")
      return
    }
    #expect(await attempt(engine) == nil)
    gate.open()
    await waiting.value
    _ = try await holder
    await engine.shutdown()
  }

  @Test func anAccountFillsItsShareOfTheQueueAndOthersGoBetween() async throws {
    let engine = try engine(depth: 8)
    let gate = Gate()
    async let holder = engine.run(before: .never) { _ in gate.pass() }
    await gate.waitForArrivals(1)
    let order = Order()
    func submit(_ name: String) -> Task<InferenceError?, Never> {
      JobOwner.$account.withValue(AccountID(name)) {
        Task {
          do throws(InferenceError) {
            _ = try await engine.run(before: .never) { _ in order.note(name) }
            return nil
          } catch { return error }
        }
      }
    }
    var waiting: [Task<InferenceError?, Never>] = []
    for count in 1...6 {
      waiting.append(submit("flood"))
      await untilQueued(count, engine)
    }
    guard case .accountOverloaded = await submit("flood").value else {
      Issue.record("the seventh job of one account was not refused")
      return
    }
    waiting.append(submit("other"))
    await untilQueued(7, engine)
    gate.open()
    for task in waiting { #expect(await task.value == nil) }
    #expect(order.words == ["flood", "other"] + [String](repeating: "flood", count: 5))
    _ = try await holder
    await engine.shutdown()
  }

  @Test func everyCallerIsAnsweredOnceUnderRandomDeadlinesAndCancellations() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    let observer = CountingObserver()
    let engine = try engine(lanes: 2, depth: 16, observer: observer)
    let jobs = 2_000
    let answers = await withTaskGroup(of: Bool.self) { group in
      var count = 0
      for index in 0..<jobs {
        let micros = Int(random.next() % 3_000)
        let isCancelled = random.next() % 4 == 0
        let spin = Int(random.next() % 200)
        let kind: JobKind = random.next() % 3 == 0 ? .long : .short
        group.addTask {
          let task = Task {
            do throws(InferenceError) {
              _ = try await engine.run(kind, before: .after(.microseconds(micros))) { _ in
                (0..<spin).reduce(index, ^)
              }
              return true
            } catch { return false }
          }
          if isCancelled { task.cancel() }
          _ = await task.value
          return true
        }
        if index % 16 == 0 { await Task.yield() }
      }
      for await _ in group { count += 1 }
      return count
    }
    #expect(answers == jobs, "seed \(seed)")
    await engine.shutdown()
    let seen = observer.ran.load(ordering: .relaxed) + observer.refused.load(ordering: .relaxed)
    #expect(seen == jobs, "seed \(seed)")
  }
}

/// SplitMix64: repeatable random numbers from a printed seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
