// A report for the terminal, as JSON and as CSV.

internal import FoundationEssentials

extension LoadReport {
  /// A summary for people.
  package var text: String {
    var lines = [headline, ""]
    lines += throughputLines
    lines += ["", DecimalText.left("latency", 22) + Self.columns(Self.percentileNames)]
    lines.append(Self.row("response", responseMicros))
    lines.append(Self.row("service", serviceMicros))
    if settings.loop == "open" { lines.append(Self.row("tool's delay", toolDelayMicros)) }
    lines += [
      "", DecimalText.left("ended with", 46) + Self.columns(["calls", "p50", "p99", "max"]),
    ]
    for status in statuses {
      let latencies = status.responseMicros
      lines.append(
        DecimalText.left(status.name, 46)
          + Self.columns(
            [DecimalText.grouped(status.count)]
              + [latencies.p50, latencies.p99, latencies.max].map(Self.latency)))
    }
    if statuses.isEmpty { lines.append("nothing") }
    if !outcome.remarks.isEmpty { lines.append("") }
    lines += outcome.remarks.map { "note: " + $0 }
    lines += outcome.broken.map { "FAILED: " + $0 }
    if outcome.endedBy != "completed" { lines.append(outcome.endedBy) }
    return lines.joined(separator: "\n")
  }

  /// What was tested and how, in one line.
  package var headline: String {
    let pace =
      settings.rate.map { "open loop, \($0) calls/s, \(settings.spacing ?? "")" }
      ?? "closed loop, \(settings.connections * settings.streamsPerConnection) at a time"
    return "\(settings.method) at \(settings.server) (\(settings.profile)): \(pace), "
      + "\(settings.connections) × \(settings.streamsPerConnection) streams, "
      + TimeText.length(totals.seconds)
  }

  private var throughputLines: [String] {
    var reached = "reached \(DecimalText.rate(totals.reachedPerSecond)) calls/s"
    if let asked = totals.askedPerSecond { reached += " of \(DecimalText.rate(asked)) asked" }
    let counts = [
      ("sent", totals.sent), ("ended", totals.ended), ("errors", totals.errors),
      ("unsent", totals.unsent), ("abandoned", totals.abandoned),
    ].map { "\($0.0) \(DecimalText.grouped($0.1))" }
    return [
      reached + "; " + counts.joined(separator: ", "),
      "\(DecimalText.bytes(totals.sentBytesPerSecond))/s out, "
        + "\(DecimalText.bytes(totals.receivedBytesPerSecond))/s in; this tool used "
        + "\(DecimalText.fixed(totals.toolCores, 2)) processors",
    ]
  }

  private static let percentileNames = ["p50", "p90", "p99", "p99.9", "max", "mean"]

  private static func columns(_ texts: [String]) -> String {
    texts.map { DecimalText.right($0, 10) }.joined()
  }

  private static func row(_ name: String, _ latencies: Latencies) -> String {
    let values = [
      latencies.p50, latencies.p90, latencies.p99, latencies.p999, latencies.max, latencies.mean,
    ]
    return DecimalText.left(name, 22) + columns(values.map(latency))
  }

  static func latency(_ micros: Int) -> String { TimeText.latency(Int64(micros) * 1000) }

  /// The whole report, keys sorted.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The time series, one line a point.
  package var csv: String {
    let header = [
      "from_s", "to_s", "warm_up", "asked_per_s", "reached_per_s", "sent", "ended", "errors",
      "unsent", "in_flight", "waiting", "bytes_sent", "bytes_received", "p50_us", "p90_us",
      "p99_us", "p999_us", "max_us", "service_p99_us", "tool_delay_p99_us",
    ]
    var lines = [header.joined(separator: ",")]
    for point in points {
      let latencies = point.responseMicros
      var fields = [
        DecimalText.fixed(point.from, 3), DecimalText.fixed(point.to, 3),
        point.warmUp ? "1" : "0", point.askedPerSecond.map { DecimalText.fixed($0, 3) } ?? "",
        DecimalText.fixed(point.reachedPerSecond, 3),
      ]
      fields += [
        point.sent, point.ended, point.errors, point.unsent, point.inFlight, point.waiting,
        point.bytesSent, point.bytesReceived,
      ].map(String.init)
      // Without calls there are no latencies; a 0 would be a lie.
      fields += [
        latencies.p50, latencies.p90, latencies.p99, latencies.p999, latencies.max,
        point.serviceP99Micros, point.toolDelayP99Micros,
      ].map { latencies.count > 0 ? String($0) : "" }
      lines.append(fields.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
