// Draws one plot as SVG: lines, stacked bars, shaded stretches, axes.

/// A plot. A value; colours are CSS classes, so that the page decides about light and dark.
struct Plot: Sendable {
  struct Line: Sendable {
    var name: String
    var style: String
    /// Broken where a value is missing.
    var points: [(x: Double, y: Double?)]
  }

  /// Bars that stand on one another, all of the same stretch.
  struct Stack: Sendable {
    var from: Double
    var to: Double
    var parts: [(style: String, value: Double)]
  }

  struct Shade: Sendable {
    var from: Double
    var to: Double
    var name: String
  }

  /// What is shown while the pointer is near `x`.
  struct Tip: Sendable {
    var x: Double
    var lines: [String]
  }

  static let width = 560.0
  private static let left = 58.0
  private static let right = 14.0
  private static let top = 12.0
  private static let bottom = 30.0

  var title: String
  /// What is drawn, for those who cannot see it.
  var summary: String
  var height = 232.0
  var x: PlotScale
  var y: PlotScale
  var xText: @Sendable (Double) -> String
  var yText: @Sendable (Double) -> String
  var lines: [Line] = []
  var stacks: [Stack] = []
  var shades: [Shade] = []
  var tips: [Tip] = []

  private func px(_ value: Double) -> Double {
    Self.left + x.place(value) * (Self.width - Self.left - Self.right)
  }

  private func py(_ value: Double) -> Double {
    height - Self.bottom - y.place(value) * (height - Self.top - Self.bottom)
  }

  /// The plot as an SVG element.
  var svg: String {
    let data = tips.isEmpty ? "" : " data-tips=\"\(Markup.escaped(tipData))\""
    var text = """
      <svg class="plot" viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" \
      aria-label="\(Markup.escaped(title + ". " + summary))"\(data)>

      """
    text += shades.map(shade).joined()
    text += axes
    text += stacks.map(stack).joined()
    text += lines.map(line).joined()
    text += """
      <line class="cross" x1="0" x2="0" y1="\(Int(Self.top))" y2="\(number(height - Self.bottom))"/>
      </svg>

      """
    return text
  }

  private func shade(_ shade: Shade) -> String {
    let start = px(shade.from)
    let width = px(shade.to) - start
    guard width > 0.5 else { return "" }
    let base = height - Self.bottom - Self.top
    var text = """
      <rect class="shade" x="\(number(start))" y="\(Int(Self.top))" width="\(number(width))" \
      height="\(number(base))"/>

      """
    if width > 50 {
      text += """
        <text class="note" x="\(number(start + 5))" y="\(Int(Self.top) + 12)">\
        \(Markup.escaped(shade.name))</text>

        """
    }
    return text
  }

  private var axes: String {
    var text = ""
    let base = number(height - Self.bottom)
    let end = number(Self.width - Self.right)
    for tick in y.ticks {
      let at = py(tick)
      let style = tick == y.low ? "base" : "grid"
      text += """
        <line class="\(style)" x1="\(Int(Self.left))" x2="\(end)" y1="\(number(at))" \
        y2="\(number(at))"/>
        <text class="tick" x="\(Int(Self.left) - 8)" y="\(number(at + 4))" text-anchor="end">\
        \(yText(tick))</text>

        """
    }
    for tick in x.ticks {
      let at = number(px(tick))
      text += """
        <line class="base" x1="\(at)" x2="\(at)" y1="\(base)" y2="\(number(height - Self.bottom + 4))"/>
        <text class="tick" x="\(at)" y="\(number(height - Self.bottom + 18))" \
        text-anchor="\(x.place(tick) > 0.97 ? "end" : "middle")">\(xText(tick))</text>

        """
    }
    return text
  }

  private func line(_ line: Line) -> String {
    var path = ""
    var isDrawing = false
    var lone: [String] = []
    for (index, point) in line.points.enumerated() {
      guard let value = point.y else {
        isDrawing = false
        continue
      }
      let at = "\(number(px(point.x))) \(number(py(value)))"
      path += (isDrawing ? "L" : "M") + at
      let hasNext = index + 1 < line.points.count && line.points[index + 1].y != nil
      // A point without neighbours would be a line without length.
      if !isDrawing, !hasNext { lone.append("M\(at)h0") }
      isDrawing = true
    }
    guard !path.isEmpty else { return "" }
    return "<path class=\"line \(line.style)\" d=\"\(path)\(lone.joined())\"/>\n"
  }

  private func stack(_ stack: Stack) -> String {
    var text = ""
    var below = 0.0
    let start = px(stack.from)
    // A gap of two pixels keeps neighbours apart; narrow bars have none to spare.
    let span = px(stack.to) - start
    let width = max(0.8, span - (span > 6 ? 2 : 0))
    for part in stack.parts where part.value > 0 {
      let upper = py(below + part.value)
      // Something that happened is seen, however small beside the rest.
      let tall = max(1.5, py(below) - upper)
      text += """
        <rect class="bar \(part.style)" x="\(number(start))" y="\(number(py(below) - tall))" \
        width="\(number(width))" height="\(number(tall))"/>

        """
      below += part.value
    }
    return text
  }

  private var tipData: String {
    let items = tips.map { tip in
      let lines = tip.lines.map { "\"" + Markup.jsonEscaped($0) + "\"" }
      return "[\(number(px(tip.x))),\(lines.joined(separator: ","))]"
    }
    return "[" + items.joined(separator: ",") + "]"
  }

  private func number(_ value: Double) -> String { DecimalText.trimmed(value, 1) }
}

/// Text inside HTML and JSON.
enum Markup {
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  static func jsonEscaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
