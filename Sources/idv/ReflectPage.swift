// The report of `idv evaluate reflect` as a page that shows, of each kind, clips as the judge sees them.

internal import Evaluation
internal import Glibc
internal import Liveness
internal import Simulation
internal import Vision
internal import Vocabulary

/// A page that stands alone. It shows computed colours, nobody.
struct ReflectPage {
  private let trials: ReflectTrials
  private let report: ReflectReport
  /// Clips of each kind that are drawn.
  private static let examples = 3

  init(_ trials: ReflectTrials, _ report: ReflectReport) {
    (self.trials, self.report) = (trials, report)
  }

  func write(to path: String) throws { try ReportPage.write(text, to: path) }

  private var text: String {
    var page = ReportPage.head("Simulated colour flashes")
    page += "<p>\(report.ranges) ranges, seed \(report.seed), \(report.sequences) clips of a kind. "
    page += "Rates say that the arithmetic holds under the simulation's physics, not how often "
    page +=
      "people pass. Bounds 95 %, exact.<table><tr><th>kind<th>clips<th>accepted<th>95 %<th>contradicted"
    page += "<th>not shown"
    for row in report.rows {
      page += "<tr><td>\(row.isSplit ? "– " : "")\(row.name)<td>\(row.clips)"
      page += "<td>\(percent(row.accepted))"
      page += "<td>\(row.acceptedBounds.map { fixed($0 * 100, 3) }.joined(separator: "–"))"
      page += "<td>\(percent(row.contradicted))<td>\(percent(row.notShown))"
    }
    page += "</table><p>Below: what the screen shows, then forehead, cheeks, nose, chin and "
    page += "background as the camera sees them, over time; each brightened to the same mean."
    let kinds = report.rows.filter { !$0.isSplit }.compactMap { FlashSpecies(rawValue: $0.species) }
    for kind in kinds {
      page += "<h2>\(kind.rawValue)</h2>"
      for number in 0..<min(Self.examples, report.sequences) { page += example(kind, number) }
    }
    return page
  }

  private static let regions: [FrameLight.Region] = [
    .forehead, .rightCheek, .leftCheek, .nose, .chin, .backgroundLeft,
  ]

  /// One clip as rows of colours.
  private func example(_ kind: FlashSpecies, _ number: Int) -> String {
    let (track, sequence, scene) = trials.clip(kind, number)
    let outcome = trials.run(kind, number).outcome
    let start = track.frames.first?.seconds ?? 0
    let width = 60.0
    var bars = ""
    func bar(_ row: Int, from: Double, to: Double, _ color: String) {
      bars += "<rect x=\"\(fixed(from * width, 1))\" y=\"\(row * 12)\" "
      bars += "width=\"\(fixed(max(0, to - from) * width + 0.3, 1))\" "
      bars += "height=\"11\" fill=\"\(color)\"/>"
    }
    var time = 0.0
    for color in sequence.colors {
      let end = time + Double(color.milliseconds) / 1000
      bar(0, from: time, to: end, Self.hex(color.rgb))
      time = end
    }
    for (row, region) in Self.regions.enumerated() {
      let seen = track.frames.compactMap { frame in
        frame.light?.colors[region].map { (frame.seconds - start, $0) }
      }
      var light = 0.0
      for (_, color) in seen { light += (color.red + color.green + color.blue) / 3 }
      let gain: Double = light > 0 ? 0.3 * Double(seen.count) / light : 1
      for (index, one) in seen.enumerated() {
        let end = index + 1 < seen.count ? seen[index + 1].0 : one.0 + 0.05
        bar(row + 1, from: one.0, to: min(end, one.0 + 0.2), Self.hex(one.1, gain: gain))
      }
    }
    let said =
      switch outcome {
      case .shown: "accepted"
      case .contradicted(let signals):
        "contradicted: " + Set(signals.map(\.rawValue)).sorted().joined(separator: ", ")
      case .notShown(let signals):
        "not shown: " + Set(signals.map(\.rawValue)).sorted().joined(separator: ", ")
      }
    let isBad = (outcome == .shown) != (kind == .live)
    return "<p\(isBad ? " class=bad" : "")>\(fixed(scene.roomLux, 0)) lux, "
      + "\(fixed(scene.frameRate, 0)) frames a second: \(said)<br>"
      + "<svg width=\"\(Int(width * (time + 1.5)))\" "
      + "height=\"\((Self.regions.count + 1) * 12)\">\(bars)</svg>"
  }

  private static func hex(_ rgb: UInt32) -> String {
    let digits = String(rgb & 0xFF_FFFF, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Linear light as sRGB.
  private static func hex(_ color: LinearColor, gain: Double) -> String {
    func level(_ light: Double) -> UInt32 {
      let value = min(max(light * gain, 0), 1)
      let curve = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
      return UInt32((curve * 255).rounded())
    }
    return hex(level(color.red) << 16 | level(color.green) << 8 | level(color.blue))
  }
}
