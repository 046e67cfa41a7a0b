// Carries out a load test: workers that call, a pacer that knows when, a ticker that measures.

package import Vocabulary

/// What a run tells while it goes on.
package protocol LoadObserver: Sendable {
  /// A second has passed. `total` has what counts so far, this second included.
  func passed(_ point: LoadPoint, total: Tally)
  /// Nothing more will be told.
  func finished()
}

/// What came of a run. A value.
package struct LoadResult: Sendable {
  package var points: [LoadPoint]
  /// Calls that count.
  package var total: Tally
  package var sent: Int
  /// Calls that were due and never sent.
  package var unsent: Int
  /// Calls still in flight when the grace was over.
  package var abandoned: Int
  /// Seconds of sending that count, and the calls that ended within them.
  package var seconds: Double
  package var endedInTime: Int
  package var reason: StopReason
  /// Bounds of `failIf` that were broken.
  package var broken: [Bound]
  /// Processor seconds that this process used while the test ran, and how long that was.
  package var toolCPUSeconds: Double
  package var elapsed: Double

  package init(
    points: [LoadPoint], total: Tally, sent: Int, unsent: Int, abandoned: Int, seconds: Double,
    endedInTime: Int, reason: StopReason, broken: [Bound], toolCPUSeconds: Double, elapsed: Double
  ) {
    self.points = points
    self.total = total
    self.sent = sent
    self.unsent = unsent
    self.abandoned = abandoned
    self.seconds = seconds
    self.endedInTime = endedInTime
    self.reason = reason
    self.broken = broken
    self.toolCPUSeconds = toolCPUSeconds
    self.elapsed = elapsed
  }

  /// Calls a second that ended.
  package var reached: Double { seconds > 0 ? Double(endedInTime) / seconds : 0 }
}

/// One load test. Made, run once, thrown away.
package final class LoadRun: Sendable {
  private let settings: LoadSettings
  private let drivers: [any CallDriver]
  private let payloads: PayloadSource
  private let observer: (any LoadObserver)?
  private let state: RunState
  private let lanes: [RunLane]

  /// - Parameter drivers: one for each connection of `settings`, all of which can make its kind of
  ///   call.
  package init(
    _ settings: LoadSettings, drivers: [any CallDriver], payloads: PayloadSource,
    observer: (any LoadObserver)? = nil
  ) {
    precondition(drivers.count == settings.connections, "one driver a connection")
    self.settings = settings
    self.drivers = drivers
    self.payloads = payloads
    self.observer = observer
    lanes = drivers.map { _ in RunLane() }
    state = RunState(
      settings.makeQueue(), connections: settings.connections, streams: settings.streams,
      sendingEnds: LoadSettings.nanoseconds(settings.sendingSeconds))
  }

  /// Ends the run early: nothing more is sent, calls in flight get their grace, results are kept.
  package func interrupt() { state.stop(.interrupted) }

  /// Connects, sends, waits for what is in flight. Drivers stay open.
  /// - Throws: `unavailable` when a connection cannot be made.
  package func run() async throws(ServiceError) -> LoadResult {
    try await connect()
    let engine = RunEngine(settings, payloads, state)
    let meter = RunMeter(settings, state, lanes)
    let usedBefore = processCPUSeconds()
    await withTaskGroup(of: Void.self) { group in
      for (connection, driver) in drivers.enumerated() {
        let lane = lanes[connection]
        for stream in 0..<settings.streams {
          let slot = StreamSlot(connection: connection, stream: stream)
          group.addTask { await engine.work(slot, driver, lane) }
        }
      }
      group.addTask { [self] in await tick(meter, engine.clock) }
      guard startPacer({ engine.pace() }) else { preconditionFailure("no thread left") }
      await state.waitUntilFinished()
      group.cancelAll()
    }
    meter.close(at: engine.clock.now)
    observer?.finished()
    return meter.result(toolCPUSeconds: processCPUSeconds() - usedBefore)
  }

  /// Closes a point of the series every interval, until the task is cancelled.
  private func tick(_ meter: RunMeter, _ clock: RunClock) async {
    var next = 1
    while !Task.isCancelled {
      let pause = Double(next) * settings.interval - Double(clock.now) / 1e9
      try? await Task.sleep(for: .seconds(max(0, pause)))
      guard !Task.isCancelled else { return }
      let now = clock.now
      let (point, total) = meter.close(at: now)
      observer?.passed(point, total: total)
      if let reason = meter.judge(point) { state.stop(reason) }
      // A tick that came late is not made up for.
      next = max(next + 1, Int(Double(now) / 1e9 / settings.interval) + 1)
    }
  }

  private func connect() async throws(ServiceError) {
    let deadline = Deadline.after(.milliseconds(Int64(max(1, settings.timeout) * 1000)))
    let fault = await withTaskGroup(of: ServiceError?.self) { [drivers] group in
      for driver in drivers {
        group.addTask {
          do throws(ServiceError) {
            try await driver.connect(before: deadline)
            return nil
          } catch {
            return error
          }
        }
      }
      var first: ServiceError?
      for await fault in group { first = first ?? fault }
      return first
    }
    if let fault { throw fault }
  }
}
