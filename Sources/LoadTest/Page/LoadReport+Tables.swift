// The tables of the HTML report.

extension LoadReport {
  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    let head = header.map { "<th>\(Markup.escaped($0))</th>" }.joined()
    let body = rows.map { row in
      "<tr>" + row.map { "<td>\(Markup.escaped($0))</td>" }.joined() + "</tr>"
    }
    return "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead>"
      + "<tbody>\(body.joined(separator: "\n"))</tbody></table></div>"
  }

  private static func list(_ pairs: [(String, String?)]) -> String {
    let items = pairs.compactMap { name, value in
      value.map { "<dt>\(Markup.escaped(name))</dt><dd>\(Markup.escaped($0))</dd>" }
    }
    return "<dl>\(items.joined(separator: "\n"))</dl>"
  }

  private static func row(_ name: String, _ latencies: Latencies) -> [String] {
    let values = [
      latencies.p50, latencies.p90, latencies.p99, latencies.p999, latencies.max, latencies.mean,
    ]
    return [name] + values.map { latencies.count > 0 ? latency($0) : "–" }
  }

  /// Latencies and how calls ended; beside the errors' plot if there is one.
  var figuresCard: String {
    """
    <section class="card\(errorsCard == nil ? " wide" : "")"><h2>Latencies</h2>\(latencyTable)
    <h2 class="next">How calls ended</h2>\(statusTable)</section>

    """
  }

  private var latencyTable: String {
    var rows = [Self.row("response", responseMicros), Self.row("service", serviceMicros)]
    if settings.loop == "open" { rows.append(Self.row("this tool's delay", toolDelayMicros)) }
    let header = ["", "p50", "p90", "p99", "p99.9", "max", "mean"]
    return Self.table(header, rows)
  }

  private var statusTable: String {
    let rows = statuses.map { status in
      [
        status.name,
        DecimalText.grouped(status.count),
        DecimalText.percent(Double(status.count) / Double(max(1, totals.ended))),
        Self.latency(status.responseMicros.p50), Self.latency(status.responseMicros.p99),
        Self.latency(status.responseMicros.max),
      ]
    }
    let header = ["ended with", "calls", "share", "p50", "p99", "max"]
    return Self.table(header, rows)
  }

  var settingsCard: String {
    let length =
      settings.calls.map { "\(DecimalText.grouped($0)) calls" }
      ?? settings.seconds.map(TimeText.length)
    let streams = "\(settings.connections) × \(settings.streamsPerConnection) streams"
    let conditions = [
      settings.stopIf.map { "stop if \($0)" }, settings.failIf.map { "fail if \($0)" },
    ].flatMap { $0 }
    var pairs: [(String, String?)] = [
      ("Method", "\(settings.method) (\(settings.kind))"),
      ("Server", "\(settings.server), \(settings.profile) profile"),
      (
        "Arrival", settings.rate.map { "\($0) calls/s, \(settings.spacing ?? "")" } ?? "closed loop"
      ),
      ("Connections", streams), ("Length", length),
      ("Warm-up", settings.warmUpSeconds > 0 ? TimeText.length(settings.warmUpSeconds) : "none"),
      (
        "Timeout, grace",
        [settings.timeoutSeconds, settings.graceSeconds].map(TimeText.length)
          .joined(separator: ", ")
      ),
      ("Payloads", "\(settings.payloads), seed \(settings.seed)"),
      ("Conditions", conditions.isEmpty ? "none" : conditions.joined(separator: ", ")),
    ]
    if settings.messagesPerCall > 1 {
      let pause = TimeText.length(settings.messageIntervalSeconds)
      pairs.append(("Messages a call", "\(settings.messagesPerCall), every \(pause)"))
    }
    return "<section class=\"card\"><h2>Settings</h2>\(Self.list(pairs))</section>\n"
  }

  var siteCard: String {
    let volume = [
      "\(DecimalText.bytes(Double(totals.bytesSent))) out",
      "\(DecimalText.bytes(Double(totals.bytesReceived))) in",
      "\(DecimalText.bytes(totals.sentBytesPerSecond))/s out",
      "\(DecimalText.bytes(totals.receivedBytesPerSecond))/s in",
    ]
    let pairs: [(String, String?)] = [
      (
        "Machine of this tool",
        "\(site.processor), \(site.cores) processors, "
          + "\(DecimalText.bytes(Double(site.memoryBytes)))"
      ),
      ("System", site.system), ("Tool", "idv \(site.version)"), ("Checkout", site.commit),
      ("Date", site.date), ("Messages", volume.joined(separator: ", ")),
      ("Tool's processors", DecimalText.fixed(totals.toolCores, 2)),
    ]
    return """
      <section class="card"><h2>Circumstances</h2>\(Self.list(pairs))
      <p class="sub" style="margin-top:12px">Command, secrets left out</p>
      <code>\(Markup.escaped(site.command))</code></section>

      """
  }

  var pointsTable: String {
    let header = [
      "seconds", "asked/s", "reached/s", "p50", "p90", "p99", "p99.9", "max", "errors",
      "never sent",
      "in flight", "waiting",
    ]
    let rows = points.map { point in
      let latencies = point.responseMicros
      let values = [
        latencies.p50, latencies.p90, latencies.p99, latencies.p999, latencies.max,
      ].map { latencies.count > 0 ? Self.latency($0) : "–" }
      let range = [point.from, point.to].map { DecimalText.trimmed($0, 2) }
      return [
        range.joined(separator: " – ") + (point.warmUp ? " (warm-up)" : ""),
        point.askedPerSecond.map(DecimalText.rate) ?? "–", DecimalText.rate(point.reachedPerSecond),
      ] + values
        + [point.errors, point.unsent, point.inFlight, point.waiting].map(DecimalText.grouped)
    }
    return """
      <section class="card wide"><details><summary>Every second in figures</summary>\
      \(Self.table(header, rows))</details></section>

      """
  }
}
