// Draws detection error trade-off curves as a stand-alone SVG.

#if canImport(Glibc)
  internal import Glibc
#endif

/// A DET plot: false-match rate against false-non-match rate, both logarithmic, one curve a set
/// (A. Martin et al., "The DET curve in assessment of detection task performance", 1997; logarithmic axes
/// instead of normal deviates because the small rates are what matters here).
package struct DETPlot: Sendable {
  private static let width = 720.0
  private static let height = 560.0
  private static let margin = 70.0
  /// Smallest rate drawn.
  private static let rateMin = 1e-4
  private static let colours = [
    "#1b6ca8", "#c0392b", "#1e8449", "#8e44ad", "#b9770e", "#117a65", "#7b7d7d", "#d35400",
  ]

  private var curves: [(name: String, points: [ErrorRates.Point])] = []

  package init() {}

  /// Adds the curve of one set.
  package mutating func add(_ name: String, _ rates: ErrorRates) {
    guard rates.equalError != nil else { return }
    curves.append((name, rates.curve))
  }

  /// The picture as SVG text.
  package var svg: String {
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>

      """
    text += axes
    for (index, curve) in curves.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let points = curve.points.map {
        "\(rounded(x($0.falseMatchRate))),\(rounded(y($0.falseNonMatchRate)))"
      }
      text += """
        <polyline fill="none" stroke="\(colour)" stroke-width="1.6" \
        points="\(points.joined(separator: " "))"/>
        <text x="\(Int(Self.width - Self.margin - 110))" y="\(Int(Self.margin) + 16 * index)" \
        fill="\(colour)">\(escaped(curve.name))</text>

        """
    }
    return text + "</svg>\n"
  }

  private var axes: String {
    var text = ""
    for exponent in 0...4 {
      let rate = pow(10, -Double(exponent))
      let label = exponent == 0 ? "1" : "10<tspan dy=\"-4\" font-size=\"9\">-\(exponent)</tspan>"
      text += """
        <line x1="\(x(rate))" y1="\(y(1))" x2="\(x(rate))" y2="\(y(Self.rateMin))" stroke="#ddd"/>
        <line x1="\(x(1))" y1="\(y(rate))" x2="\(x(Self.rateMin))" y2="\(y(rate))" stroke="#ddd"/>
        <text x="\(x(rate))" y="\(y(Self.rateMin) + 18)" text-anchor="middle">\(label)</text>
        <text x="\(x(Self.rateMin) - 8)" y="\(y(rate) + 4)" text-anchor="end">\(label)</text>

        """
    }
    let middle = Int(Self.height / 2)
    return text + """
      <text x="\(Int(Self.width / 2))" y="\(Int(Self.height - 18))" text-anchor="middle">\
      false-match rate</text>
      <text x="18" y="\(middle)" transform="rotate(-90 18 \(middle))" text-anchor="middle">\
      false-non-match rate</text>

      """
  }

  private func x(_ rate: Double) -> Double { place(rate, from: Self.margin, to: Self.width - 30) }
  private func y(_ rate: Double) -> Double { place(rate, from: Self.height - Self.margin, to: 30) }

  private func place(_ rate: Double, from start: Double, to end: Double) -> Double {
    let decades = -log10(Self.rateMin)
    let share = (log10(max(rate, Self.rateMin)) + decades) / decades
    return start + (end - start) * share
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
