// Which plots a report has and what is in them.

/// A plot with its words: one card of the page.
struct PlotCard: Sendable {
  /// An entry of a legend: how its mark looks and what it stands for.
  struct Key: Sendable {
    var style: String
    var isBar = false
    var name: String
  }

  var title: String
  var subtitle: String
  var legend: [Key] = []
  /// Nil when there is nothing to draw; `subtitle` says so.
  var plot: Plot?
}

extension LoadReport {
  private static let percentileLines:
    [(name: String, style: String, value: @Sendable (Latencies) -> Int)] = [
      ("max", "top", { $0.max }), ("p99.9", "s4", { $0.p999 }), ("p99", "s3", { $0.p99 }),
      ("p90", "s2", { $0.p90 }), ("p50", "s1", { $0.p50 }),
    ]

  /// All plots in the order of the page.
  var plotCards: [PlotCard] {
    [latencyCard, throughputCard, spectrumCard, occupancyCard]
  }

  private var timeScale: PlotScale {
    .exact(min(0, points.first?.from ?? 0), points.last?.to ?? 1)
  }

  private var shades: [Plot.Shade] {
    var shades: [Plot.Shade] = []
    if let first = points.first, first.from < 0 {
      shades.append(Plot.Shade(from: first.from, to: 0, name: "warm-up"))
    }
    if let last = points.last, last.to > totals.seconds + 0.2 {
      shades.append(Plot.Shade(from: totals.seconds, to: last.to, name: "nothing sent"))
    }
    return shades
  }

  private func timePlot(_ title: String, _ summary: String, y: PlotScale) -> Plot {
    Plot(
      title: title, summary: summary, x: timeScale, y: y,
      xText: { DecimalText.trimmed($0, 2) + " s" }, yText: { DecimalText.rate($0) },
      shades: shades)
  }

  private static func middle(_ point: Point) -> Double { (point.from + point.to) / 2 }

  private static func span(_ point: Point) -> String {
    let range = [point.from, point.to].map { DecimalText.trimmed($0, 1) }
    return range.joined(separator: " – ") + (point.warmUp ? " s, warm-up" : " s")
  }

  private var latencyCard: PlotCard {
    let title = "Response time"
    let seen = points.filter { $0.responseMicros.count > 0 }.map(\.responseMicros)
    guard let highest = seen.map(\.max).max(), let lowest = seen.map(\.p50).min() else {
      return PlotCard(title: title, subtitle: "No call ended.")
    }
    var plot = timePlot(
      title, "p99 \(Self.latency(responseMicros.p99)), maximum \(Self.latency(responseMicros.max))",
      y: .spanning(Double(max(lowest, 1)), Double(max(highest, 1))))
    plot.yText = { Self.tick($0) }
    for line in Self.percentileLines {
      plot.lines.append(
        Plot.Line(
          name: line.name, style: line.style,
          points: points.map { point in
            let value = Double(max(1, line.value(point.responseMicros)))
            return (Self.middle(point), point.responseMicros.count > 0 ? value : nil)
          }))
    }
    plot.tips = points.map { point in
      let latencies = point.responseMicros
      let values = Self.percentileLines.map { "\($0.name)  \(Self.latency($0.value(latencies)))" }
      return Plot.Tip(
        x: Self.middle(point),
        lines: [Self.span(point)] + (latencies.count > 0 ? values : ["no call ended"]))
    }
    let from = settings.loop == "open" ? "the time a call was due" : "sending"
    return PlotCard(
      title: title, subtitle: "From \(from) to its end, of the calls that ended in each second.",
      legend: Self.percentileLines.map { PlotCard.Key(style: $0.style, name: $0.name) }, plot: plot)
  }

  private static func tick(_ micros: Double) -> String {
    switch micros {
    case 0: "0"
    case ..<1e3: DecimalText.trimmed(micros, 1) + " µs"
    case ..<1e6: DecimalText.trimmed(micros / 1e3, 1) + " ms"
    default: DecimalText.trimmed(micros / 1e6, 1) + " s"
    }
  }

  private var throughputCard: PlotCard {
    let highest = points.map { max($0.reachedPerSecond, $0.askedPerSecond ?? 0) }.max() ?? 1
    var plot = timePlot(
      "Throughput", "\(DecimalText.rate(totals.reachedPerSecond)) calls a second reached",
      y: .fromZero(to: highest))
    var legend = [PlotCard.Key(style: "main", name: "reached")]
    if totals.askedPerSecond != nil {
      legend.append(PlotCard.Key(style: "asked", name: "asked"))
      plot.lines.append(
        Plot.Line(
          name: "asked", style: "asked",
          points: points.map { (Self.middle($0), $0.askedPerSecond) }))
    }
    plot.lines.append(
      Plot.Line(
        name: "reached", style: "main",
        points: points.map { (Self.middle($0), $0.reachedPerSecond) }))
    if totals.errors > 0 {
      legend.append(PlotCard.Key(style: "third", name: "of them OK"))
      plot.lines.append(
        Plot.Line(
          name: "OK", style: "third",
          points: points.map { (Self.middle($0), Self.answeredPerSecond($0)) }))
    }
    plot.tips = points.map { point in
      var lines = [Self.span(point), "reached  \(DecimalText.rate(point.reachedPerSecond))/s"]
      if totals.errors > 0 {
        lines.append("OK  \(DecimalText.rate(Self.answeredPerSecond(point)))/s")
      }
      if let asked = point.askedPerSecond { lines.append("asked  \(DecimalText.rate(asked))/s") }
      return Plot.Tip(x: Self.middle(point), lines: lines)
    }
    return PlotCard(
      title: "Throughput", subtitle: "Calls a second that ended, however they ended.",
      legend: legend, plot: plot)
  }

  private static func answeredPerSecond(_ point: Point) -> Double {
    Double(point.ended - point.errors) / max(point.to - point.from, 1e-9)
  }

  /// Nil when there were none.
  var errorsCard: PlotCard? {
    let title = "Errors"
    var counts: [String: Int] = [:]
    for point in points { counts.merge(point.errorsByCode) { $0 + $1 } }
    let unsent = points.reduce(0) { $0 + $1.unsent }
    guard !counts.isEmpty || unsent > 0 else { return nil }
    let codes = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    let named = Array(codes.prefix(5))
    func parts(_ point: Point) -> [(style: String, value: Double)] {
      let width = max(point.to - point.from, 1e-9)
      var parts = named.enumerated().map { index, code in
        (style: "e\(index + 1)", value: Double(point.errorsByCode[code] ?? 0) / width)
      }
      let others = codes.dropFirst(5).reduce(0) { $0 + (point.errorsByCode[$1] ?? 0) }
      parts.append((style: "e0", value: Double(others + point.unsent) / width))
      return parts
    }
    let highest = points.map { parts($0).reduce(0) { $0 + $1.value } }.max() ?? 1
    var plot = timePlot(title, "\(totals.errors) errors", y: .fromZero(to: highest))
    plot.stacks = points.map { Plot.Stack(from: $0.from, to: $0.to, parts: parts($0)) }
    plot.tips = points.map { point in
      var lines = [Self.span(point), "errors  \(DecimalText.grouped(point.errors))"]
      lines += codes.compactMap { code in point.errorsByCode[code].map { "\(code)  \($0)" } }
      if point.unsent > 0 { lines.append("never sent  \(DecimalText.grouped(point.unsent))") }
      return Plot.Tip(x: Self.middle(point), lines: lines)
    }
    var legend = named.enumerated().map { index, code in
      PlotCard.Key(style: "e\(index + 1)", isBar: true, name: code)
    }
    let rest = [codes.count > 5 ? "others" : nil, unsent > 0 ? "never sent" : nil]
    let restName = rest.compactMap { $0 }.joined(separator: ", ")
    if !restName.isEmpty { legend.append(PlotCard.Key(style: "e0", isBar: true, name: restName)) }
    return PlotCard(
      title: title, subtitle: "A second, by status code.", legend: legend, plot: plot)
  }

  private var spectrumCard: PlotCard {
    let title = "Distribution"
    let all = (responseSpectrum + serviceSpectrum).map(\.micros)
    guard let lowest = all.min(), let highest = all.max() else {
      return PlotCard(title: title, subtitle: "No call ended.")
    }
    let x = PlotScale.shares(of: responseMicros.count)
    var plot = Plot(
      title: title, summary: "Latency by percentile", x: x,
      y: .spanning(Double(max(lowest, 1)), Double(max(highest, 1))),
      xText: { DecimalText.trimmed($0 * 100, 4) + " %" }, yText: { Self.tick($0) })
    let isOpen = settings.loop == "open"
    var drawn = [("response time", "main", responseSpectrum)]
    if isOpen { drawn.insert(("service time", "second", serviceSpectrum), at: 0) }
    for (name, style, spectrum) in drawn {
      plot.lines.append(
        Plot.Line(
          name: name, style: style,
          points: spectrum.filter { $0.share <= x.high }.map {
            ($0.share, Double(max(1, $0.micros)))
          }))
    }
    plot.tips = responseSpectrum.filter { $0.share <= x.high }.map { point in
      let service = serviceSpectrum.last { $0.share <= point.share }
      var lines = [DecimalText.trimmed(point.share * 100, 4) + " % of all calls, at most"]
      lines.append("response  \(Self.latency(point.micros))")
      if isOpen, let service { lines.append("service  \(Self.latency(service.micros))") }
      return Plot.Tip(x: point.share, lines: lines)
    }
    return PlotCard(
      title: title,
      subtitle: isOpen
        ? "Share of calls that took no longer. Response counts from when a call was due, service "
          + "from when it was sent: the gap is waiting."
        : "Share of calls that took no longer.",
      legend: drawn.reversed().map { PlotCard.Key(style: $0.1, name: $0.0) }, plot: plot)
  }

  private var occupancyCard: PlotCard {
    let title = "Calls in flight"
    let slots = settings.connections * settings.streamsPerConnection
    let highest = points.map { max($0.inFlight, $0.waiting) }.max() ?? 1
    var plot = timePlot(
      title, "at the end of each second", y: .fromZero(to: Double(max(highest, 1))))
    plot.yText = { DecimalText.grouped(Int($0)) }
    var legend = [PlotCard.Key(style: "main", name: "in flight")]
    if points.contains(where: { $0.waiting > 0 }) {
      legend.append(PlotCard.Key(style: "second", name: "waiting for a free stream"))
      plot.lines.append(
        Plot.Line(
          name: "waiting", style: "second",
          points: points.map { ($0.to, Double($0.waiting)) }))
    }
    plot.lines.append(
      Plot.Line(
        name: "in flight", style: "main", points: points.map { ($0.to, Double($0.inFlight)) }))
    plot.tips = points.map { point in
      Plot.Tip(
        x: point.to,
        lines: [
          "\(DecimalText.trimmed(point.to, 1)) s",
          "in flight  \(DecimalText.grouped(point.inFlight))",
          "waiting  \(DecimalText.grouped(point.waiting))",
        ])
    }
    return PlotCard(
      title: title,
      subtitle: "At the end of each second; there are \(DecimalText.grouped(slots)) streams.",
      legend: legend, plot: plot)
  }
}
