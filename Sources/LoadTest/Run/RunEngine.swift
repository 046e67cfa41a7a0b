// The hot part of a run: takes orders, makes calls, records what came of them.

internal import Vocabulary

/// One per run. Safe from any thread.
final class RunEngine: Sendable {
  /// How long the pacer sleeps at most, in nanoseconds.
  private static let napMax: Int64 = 10_000_000

  let clock = RunClock()
  private let settings: LoadSettings
  private let payloads: PayloadSource
  private let state: RunState
  private let timeout: Duration
  private let messageInterval: Duration
  private let countFrom: Int64

  init(_ settings: LoadSettings, _ payloads: PayloadSource, _ state: RunState) {
    self.settings = settings
    self.payloads = payloads
    self.state = state
    timeout = .nanoseconds(LoadSettings.nanoseconds(settings.timeout))
    messageInterval = .nanoseconds(LoadSettings.nanoseconds(settings.messageInterval))
    countFrom = LoadSettings.nanoseconds(settings.warmUp)
  }

  /// Makes the calls of one stream until the run ends.
  func work(_ slot: StreamSlot, _ driver: any CallDriver, _ lane: RunLane) async {
    while let first = await state.order(for: slot) {
      var order: SendOrder? = first
      while let current = order {
        await make(current, driver, lane)
        order = state.ended(slot, at: clock.now)
      }
    }
  }

  private func make(_ order: SendOrder, _ driver: any CallDriver, _ lane: RunLane) async {
    let messages: [Bytes]
    do throws(UsageError) {
      messages = try payloads.messages(call: order.number, count: settings.messagesPerCall)
    } catch {
      return state.stop(.badPayload(error.description))
    }
    let call = LoadCall(
      method: settings.method, kind: settings.kind, messages: messages,
      messageInterval: messageInterval, deadline: .after(timeout),
      metadata: metadata(order.number))
    let started = clock.now
    let report = await driver.run(call)
    let ended = clock.now
    // Only the run's own end cancels workers: what that does to a call says nothing of the server.
    if report.end.code == .cancelled, Task.isCancelled {
      if order.intended >= countFrom { lane.update { $0.abandoned += 1 } }
      return
    }
    record(
      EndedCall(
        intended: order.intended, started: started, ended: ended, waited: order.waited,
        report: report), lane)
  }

  private func record(_ call: EndedCall, _ lane: RunLane) {
    let isInTime = call.ended <= state.sendingEnds
    lane.update { taken in
      guard call.intended >= countFrom else { return taken.warmUp.record(call) }
      taken.counted.record(call)
      if isInTime { taken.inTime += 1 }
    }
  }

  private func metadata(_ number: Int) -> Metadata {
    guard !settings.metadata.isEmpty else { return Metadata() }
    let turn = TemplateTurn(call: number, seed: settings.seed)
    return Metadata(settings.metadata.map { ($0.key, $0.value.fill(turn)) })
  }

  /// Runs on the pacer's thread: hands out what is due, then sees the run to its end.
  func pace() {
    let grace = LoadSettings.nanoseconds(settings.grace)
    var graceEnds: Int64?
    while true {
      let now = clock.now
      let next = state.sendDue(at: now)
      let (isSendingOver, isIdle) = state.progress(at: now)
      if isSendingOver {
        let end = graceEnds ?? now.addingReportingOverflow(grace).partialValue
        graceEnds = end
        if isIdle || now >= end { return state.finish() }
      }
      clock.sleep(until: min(next ?? .max, now + Self.napMax))
    }
  }
}
