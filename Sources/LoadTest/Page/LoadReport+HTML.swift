// The report as one HTML file that needs nothing else.

extension LoadReport {
  /// The page: head, figures, plots, tables.
  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(Markup.escaped("Load test of \(settings.method)"))</title>
    <style>\(PageStyle.css)</style>
    </head>
    <body>
    <main>
    \(head)
    \(tiles)
    \(notes)
    <div class="grid">
    \(plotCards.map(card).joined())
    \(errorsCard.map(card) ?? "")
    \(figuresCard)
    \(settingsCard)
    \(siteCard)
    \(pointsTable)
    </div>
    </main>
    <script>\(PageStyle.script)</script>
    </body>
    </html>

    """
  }

  private var head: String {
    let pace =
      settings.rate.map { "open loop, \($0) calls/s" }
      ?? "closed loop, \(settings.connections * settings.streamsPerConnection) calls at a time"
    let about = [
      settings.server, settings.profile, pace, TimeText.length(totals.seconds), site.date,
    ]
    let verdict: String
    if outcome.passed {
      verdict = "✓ " + (settings.failIf.isEmpty ? "completed" : "passed")
    } else {
      let why = outcome.broken + (outcome.endedBy == "completed" ? [] : [outcome.endedBy])
      verdict = "✕ " + why.joined(separator: "; ")
    }
    return """
      <h1>\(Markup.escaped("Load test of \(settings.method)"))</h1>
      <p class="sub">\(Markup.escaped(about.joined(separator: " · ")))</p>
      <p class="verdict \(outcome.passed ? "good" : "bad")">\(Markup.escaped(verdict))</p>
      """
  }

  private var tiles: String {
    let share = totals.ended > 0 ? Double(totals.errors) / Double(totals.ended) : 0
    var reached = "calls a second"
    if let asked = totals.askedPerSecond {
      reached = "calls/s of \(DecimalText.rate(asked)) asked"
    }
    var all = [("Reached", DecimalText.rate(totals.reachedPerSecond), reached)]
    all += latencyTiles
    all.append(
      (
        "Errors", DecimalText.grouped(totals.errors),
        "\(DecimalText.percent(share)) of \(DecimalText.grouped(totals.ended)) calls"
      ))
    all.append(
      (
        "Never sent", DecimalText.grouped(totals.unsent),
        totals.abandoned > 0
          ? "and \(DecimalText.grouped(totals.abandoned)) abandoned" : "of those due"
      ))
    let tiles = all.map { name, value, more in
      """
      <div class="tile"><div class="name">\(name)</div><div class="value">\(value)</div>\
      <div class="more">\(Markup.escaped(more))</div></div>
      """
    }
    return "<div class=\"tiles\">\(tiles.joined(separator: "\n"))</div>"
  }

  /// Each with the figure that puts it into perspective: refusals are quick, waiting is not service.
  private var latencyTiles: [(String, String, String)] {
    let beside: (name: String, of: Latencies)? =
      if totals.errors > 0 {
        statuses.first { $0.symbol == nil }.map { ("OK alone", $0.responseMicros) }
      } else {
        settings.loop == "open" ? ("service", serviceMicros) : nil
      }
    let figures: [(name: String, of: @Sendable (Latencies) -> Int)] = [
      ("p50", { $0.p50 }), ("p99", { $0.p99 }), ("p99.9", { $0.p999 }), ("max", { $0.max }),
    ]
    return figures.map { name, figure in
      let isKnown = responseMicros.count > 0
      return (
        "Response \(name)", isKnown ? Self.latency(figure(responseMicros)) : "–",
        isKnown ? beside.map { "\($0.name) \(Self.latency(figure($0.of)))" } ?? "" : ""
      )
    }
  }

  private var notes: String {
    guard !outcome.remarks.isEmpty else { return "" }
    let items = outcome.remarks.map { "<li>\(Markup.escaped($0))</li>" }
    return "<ul class=\"card notes\">\(items.joined())</ul>"
  }

  private func card(_ card: PlotCard) -> String {
    var text = """
      <section class="card"><h2>\(card.title)</h2><p class="sub">\(Markup.escaped(card.subtitle))</p>

      """
    guard let plot = card.plot else {
      return text + "</section>\n"
    }
    if card.legend.count > 1 || card.legend.first?.isBar == true {
      text += "<div class=\"legend\">\(card.legend.map(key).joined())</div>\n"
    }
    return text + "<div class=\"plotbox\">\(plot.svg)</div></section>\n"
  }

  private func key(_ key: PlotCard.Key) -> String {
    let mark =
      key.isBar
      ? "<rect class=\"\(key.style)\" x=\"2\" width=\"10\" height=\"10\" rx=\"2\"/>"
      : "<path class=\"line \(key.style)\" d=\"M1 5h16\"/>"
    return "<span><svg viewBox=\"0 0 18 10\" aria-hidden=\"true\">\(mark)</svg>"
      + "\(Markup.escaped(key.name))</span>"
  }
}
