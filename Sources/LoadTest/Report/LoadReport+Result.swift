// Makes a report of a result.

internal import RPC
internal import Vocabulary

/// Where a test was directed.
package struct LoadTarget: Sendable {
  /// Host and port, and the protocol spoken.
  package var server: String
  package var profile: String
  /// The rate as it was written.
  package var rate: String?
  /// Payloads used in turn.
  package var payloads: Int

  package init(server: String, profile: String, rate: String?, payloads: Int) {
    self.server = server
    self.profile = profile
    self.rate = rate
    self.payloads = payloads
  }
}

extension LoadReport {
  package init(
    _ result: LoadResult, _ settings: LoadSettings, target: LoadTarget, site: RunSite
  ) {
    let total = result.total
    self.site = site
    self.settings = Settings(settings, target)
    totals = Totals(result, settings)
    responseMicros = Latencies(total.response)
    serviceMicros = Latencies(total.service)
    toolDelayMicros = Latencies(total.toolDelay)
    statuses = total.endsByFrequency.map { end, calls in
      Status(
        code: end.code.name, symbol: end.symbol?.rawValue, count: calls.count,
        responseMicros: Latencies(calls.response))
    }
    responseSpectrum = Self.spectrum(total.response)
    serviceSpectrum = Self.spectrum(total.service)
    points = result.points.map { Point($0) }
    outcome = Outcome(
      passed: result.reason == .completed && result.broken.isEmpty,
      endedBy: Self.text(result.reason), broken: result.broken.map(\.description), remarks: [])
    outcome.remarks = remarks(site)
  }

  private static func spectrum(_ histogram: LatencyHistogram) -> [SpectrumPoint] {
    histogram.spectrum.map { share, latency in
      SpectrumPoint(share: share, micros: Int((latency + 500) / 1000))
    }
  }

  private static func text(_ reason: StopReason) -> String {
    switch reason {
    case .completed: "completed"
    case .interrupted: "interrupted"
    case .bound(let bound): "stopped: \(bound)"
    case .serverGone(let seconds):
      "stopped: no server for \(DecimalText.trimmed(seconds, 1)) seconds"
    case .badPayload(let why): "stopped: a payload is no message: \(why)"
    }
  }

  private func remarks(_ site: RunSite) -> [String] {
    var remarks: [String] = []
    if settings.loop == "closed" {
      remarks.append(
        "Closed loop: a slow server is asked less often, so stalls are underrepresented.")
    }
    if totals.unsent > 0 {
      let streams = settings.connections * settings.streamsPerConnection
      remarks.append(
        "Calls that were due and never sent: \(DecimalText.grouped(totals.unsent)), because all "
          + "\(DecimalText.grouped(streams)) streams were in use. They are in no percentile, so the "
          + "percentiles are too good.")
    }
    if totals.abandoned > 0 {
      remarks.append(
        "Calls without an answer when the grace of \(TimeText.length(settings.graceSeconds)) was "
          + "over: \(DecimalText.grouped(totals.abandoned)); they are in no percentile.")
    }
    if totals.waited * 100 > totals.ended {
      remarks.append(
        "Calls that waited for a free stream: \(DecimalText.grouped(totals.waited)). The wait is "
          + "part of their response time, not of their service time.")
    }
    let delay = Int64(toolDelayMicros.p99) * 1000
    if delay > 10_000_000 || delay > 1_000_000 && delay * 2 > Int64(responseMicros.p99) * 1000 {
      remarks.append(
        "This tool handed calls over late (p99 \(TimeText.latency(delay))) although streams were "
          + "free: it or its machine was saturated, and response times include that.")
    }
    if totals.toolCores > 0.8 * Double(site.cores) {
      remarks.append(
        "This tool used \(DecimalText.trimmed(totals.toolCores, 1)) of \(site.cores) processors: it "
          + "may have been the bottleneck.")
    }
    return remarks
  }
}

extension LoadReport.Settings {
  fileprivate init(_ settings: LoadSettings, _ target: LoadTarget) {
    method = settings.method.description
    kind = settings.kind.text
    server = target.server
    profile = target.profile
    if case .open(_, let spacing) = settings.pace {
      loop = "open"
      self.spacing = spacing.rawValue
    } else {
      loop = "closed"
    }
    rate = target.rate
    connections = settings.connections
    streamsPerConnection = settings.streams
    warmUpSeconds = settings.warmUp
    let sending = settings.sendingSeconds
    seconds = sending.isFinite ? sending - settings.warmUp : nil
    calls = settings.calls
    timeoutSeconds = settings.timeout
    graceSeconds = settings.grace
    messagesPerCall = settings.messagesPerCall
    messageIntervalSeconds = settings.messageInterval
    payloads = target.payloads
    seed = settings.seed
    stopIf = settings.stopIf.map(\.description)
    failIf = settings.failIf.map(\.description)
  }
}

extension LoadReport.Totals {
  fileprivate init(_ result: LoadResult, _ settings: LoadSettings) {
    let total = result.total
    seconds = result.seconds
    askedPerSecond = settings.plan.map { plan in
      let start = settings.warmUp
      let due = plan.due(by: start + result.seconds) - plan.due(by: start)
      let calls = min(due, settings.calls.map(Double.init) ?? .infinity)
      return result.seconds > 0 ? calls / result.seconds : 0
    }
    reachedPerSecond = result.reached
    sent = result.sent
    ended = total.ended
    errors = total.errors
    unsent = result.unsent
    abandoned = result.abandoned
    waited = total.waited
    messagesSent = total.messagesSent
    messagesReceived = total.messagesReceived
    bytesSent = total.bytesSent
    bytesReceived = total.bytesReceived
    sentBytesPerSecond = result.seconds > 0 ? Double(total.bytesSent) / result.seconds : 0
    receivedBytesPerSecond = result.seconds > 0 ? Double(total.bytesReceived) / result.seconds : 0
    toolCores = result.elapsed > 0 ? result.toolCPUSeconds / result.elapsed : 0
  }
}

extension LoadReport.Point {
  fileprivate init(_ point: LoadPoint) {
    let tally = point.tally
    from = Self.rounded(point.from)
    to = Self.rounded(point.to)
    warmUp = point.isWarmUp
    askedPerSecond = point.asked.map { Self.rounded($0) }
    reachedPerSecond = Self.rounded(point.reached)
    sent = point.sent
    ended = tally.ended
    errors = tally.errors
    errorsByCode = [:]
    for (end, calls) in tally.ends where end.isError {
      errorsByCode[end.code.name, default: 0] += calls.count
    }
    unsent = point.unsent
    inFlight = point.inFlight
    waiting = point.waiting
    bytesSent = tally.bytesSent
    bytesReceived = tally.bytesReceived
    responseMicros = LoadReport.Latencies(tally.response)
    serviceP99Micros = Int((tally.service.percentile(0.99) + 500) / 1000)
    toolDelayP99Micros = Int((tally.toolDelay.percentile(0.99) + 500) / 1000)
  }

  /// Milliseconds are enough.
  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
