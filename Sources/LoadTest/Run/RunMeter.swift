// Gathers the connections' statistics into points and totals.

internal import Synchronization

/// The statistics of a run. Safe from any thread.
final class RunMeter: Sendable {
  private struct Gathered {
    var points: [LoadPoint] = []
    var total = Tally()
    var inTime = 0
    var abandoned = 0
    /// The counts and the time at the end of the last point.
    var counts: RunState.Counts
    var time: Int64 = 0
    var rules: StopRules
  }

  private let settings: LoadSettings
  private let plan: ArrivalPlan?
  private let state: RunState
  private let lanes: [RunLane]
  private let gathered: Mutex<Gathered>

  init(_ settings: LoadSettings, _ state: RunState, _ lanes: [RunLane]) {
    self.settings = settings
    self.state = state
    self.lanes = lanes
    plan = settings.plan
    gathered = Mutex(
      Gathered(
        counts: state.counts, rules: StopRules(settings.stopIf, goneAfter: settings.goneAfter)))
  }

  /// Ends the current point at `now`; returns it and what counts so far.
  @discardableResult
  func close(at now: Int64) -> (point: LoadPoint, total: Tally) {
    gathered.withLock { all in
      var tally = Tally()
      for lane in lanes {
        let taken = lane.take()
        tally.merge(taken.counted)
        all.total.merge(taken.counted)
        tally.merge(taken.warmUp)
        all.inTime += taken.inTime
        all.abandoned += taken.abandoned
      }
      let counts = state.counts
      let from = Double(all.time) / 1e9
      let to = Double(now) / 1e9
      var point = LoadPoint(
        from: from - settings.warmUp, to: to - settings.warmUp, asked: asked(from, to),
        sent: counts.started - all.counts.started, unsent: counts.unsent - all.counts.unsent,
        inFlight: counts.inFlight, waiting: counts.waiting, tally: tally)
      if to - from < settings.interval / 10, let last = all.points.last, !last.isWarmUp {
        // A remainder at the end would look like a second with few calls.
        all.points.removeLast()
        point = last.joined(with: point)
      }
      all.points.append(point)
      all.counts = counts
      all.time = now
      return (point, all.total)
    }
  }

  private func asked(_ from: Double, _ to: Double) -> Double? {
    plan.map { plan in
      let end = settings.sendingSeconds
      return (plan.due(by: min(to, end)) - plan.due(by: min(from, end))) / max(to - from, 1e-9)
    }
  }

  func judge(_ point: LoadPoint) -> StopReason? {
    gathered.withLock { $0.rules.judge(point) }
  }

  /// The run's result; call `close` first.
  func result(toolCPUSeconds: Double) -> LoadResult {
    gathered.withLock { all in
      let end = min(all.time, state.sendingEnds)
      let seconds = max(0, Double(end) / 1e9 - settings.warmUp)
      var result = LoadResult(
        points: all.points, total: all.total, sent: all.counts.sent, unsent: all.counts.unsent,
        abandoned: all.abandoned, seconds: seconds, endedInTime: all.inTime,
        reason: state.reason, broken: [], toolCPUSeconds: toolCPUSeconds,
        elapsed: Double(all.time) / 1e9)
      result.broken = settings.failIf.filter { $0.isBroken(by: figures(result)) }
      return result
    }
  }

  private func figures(_ result: LoadResult) -> BoundedFigures {
    BoundedFigures(
      response: result.total.response, ended: result.total.ended, errors: result.total.errors,
      unsent: result.unsent, rate: result.reached,
      rateAsked: asked(settings.warmUp, settings.warmUp + result.seconds))
  }
}
