// The straight edges that may be sides of a card, and how much of them is seen.

internal import Media

/// A straight line through the working picture. Places on it are told by their distance from (x, y) along
/// (dx, dy).
struct SideLine: Sendable {
  var x: Double
  var y: Double
  /// Its direction, of length 1.
  var dx: Double
  var dy: Double
  /// Steps of one pixel each way from (x, y).
  private var reach: Int
  private var cover: EdgeMap.Cover

  /// A line whose edges nobody measured.
  init(x: Double, y: Double, dx: Double, dy: Double) {
    (self.x, self.y, self.dx, self.dy) = (x, y, dx, dy)
    reach = 0
    cover = EdgeMap.Cover(sums: [0, 0], strengths: [0, 0])
  }

  /// The line through two places.
  init(from a: ImagePoint, to b: ImagePoint) {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = max((dx * dx + dy * dy).squareRoot(), .leastNormalMagnitude)
    self.init(x: a.x, y: a.y, dx: dx / length, dy: dy / length)
  }

  private init(_ line: (x: Double, y: Double, dx: Double, dy: Double), on edges: borrowing EdgeMap)
  {
    self.init(x: line.x, y: line.y, dx: line.dx, dy: line.dy)
    let (width, height) = (Double(edges.width), Double(edges.height))
    reach = Int((width * width + height * height).squareRoot().rounded(.up))
    cover = edges.cover(x: x, y: y, dx: dx, dy: dy, reach: reach)
  }

  /// The longest lines, runs in a row joined, at most `CardFinderLimits.linesMax`.
  static func longest(of edges: borrowing EdgeMap) -> [SideLine] {
    let runs = edges.runs(
      shortest: CardFinderLimits.runLengthMin, most: CardFinderLimits.runsMax
    ).sorted { $0.length > $1.length }
    var taken = [Bool](repeating: false, count: runs.count)
    var lines: [SideLine] = []
    for index in runs.indices where !taken[index] {
      guard lines.count < CardFinderLimits.linesMax else { break }
      taken[index] = true
      var (line, total, members) = (runs[index].line(), runs[index].length, [EdgeRun]())
      for other in runs.indices.dropFirst(index + 1) where !taken[other] {
        guard isContinuation(runs[other], of: line, within: 2.5 * total + runs[index].length)
        else { continue }
        taken[other] = true
        total += runs[other].length
        members.append(runs[other])
        line = runs[index].line(with: members)
      }
      guard total >= CardFinderLimits.lineLengthMin else { continue }
      lines.append(SideLine(line, on: edges))
    }
    return lines
  }

  /// Whether `run` goes on with `line`: the same direction, no more than 1.5 pixels aside, not far away.
  private static func isContinuation(
    _ run: EdgeRun, of line: (x: Double, y: Double, dx: Double, dy: Double), within far: Double
  ) -> Bool {
    let (bx, by) = (run.beginX - line.x, run.beginY - line.y)
    let (ex, ey) = (run.endX - line.x, run.endY - line.y)
    guard abs(by * line.dx - bx * line.dy) <= 1.5, abs(ey * line.dx - ex * line.dy) <= 1.5
    else { return false }
    let along = (ex - bx) * line.dx + (ey - by) * line.dy
    return abs(along) >= 0.985 * run.length
      && abs((bx + ex) * line.dx + (by + ey) * line.dy) / 2 <= far
  }

  /// Where `place` projects onto the line.
  func position(of place: ImagePoint) -> Double { (place.x - x) * dx + (place.y - y) * dy }

  func place(at position: Double) -> ImagePoint {
    ImagePoint(x: x + position * dx, y: y + position * dy)
  }

  /// Where it crosses `other`: positions on both; nil for parallel lines.
  func crossing(_ other: SideLine) -> (here: Double, there: Double)? {
    let sine = dx * other.dy - dy * other.dx
    guard abs(sine) > 1e-6 else { return nil }
    let (rx, ry) = (other.x - x, other.y - y)
    return ((rx * other.dy - ry * other.dx) / sine, (rx * dy - ry * dx) / sine)
  }

  /// The part of `a` … `b` that lies in the picture, `margin` from its border.
  func visible(_ a: Double, _ b: Double, in frame: WorkFrame) -> ClosedRange<Double>? {
    var (low, high) = (min(a, b), max(a, b))
    let margin = CardFinderLimits.borderMargin
    for (at, step, far) in [(x, dx, frame.width), (y, dy, frame.height)] {
      let limit = Double(far) - 1 - margin
      if abs(step) < 1e-9 {
        guard (margin...max(margin, limit)).contains(at) else { return nil }
        continue
      }
      let (u, v) = ((margin - at) / step, (limit - at) / step)
      low = max(low, min(u, v))
      high = min(high, max(u, v))
    }
    return low < high ? low...high : nil
  }

  /// Share of `range` that is an edge, 0–1; `inset` is left out at both ends.
  func covered(_ range: ClosedRange<Double>, inset: Double = 0) -> Double {
    let length = range.upperBound - range.lowerBound - 2 * inset
    guard length > 0, let steps = steps(range, inset: inset) else { return 0 }
    return min(1, Double(cover.sums[steps.upperBound] - cover.sums[steps.lowerBound]) / length)
  }

  /// Mean change of the picture across the edges in `range`, in units of 0–255 a pixel; 0 if there are none.
  func strength(_ range: ClosedRange<Double>) -> Double {
    guard let steps = steps(range, inset: 0) else { return 0 }
    let count = cover.sums[steps.upperBound] - cover.sums[steps.lowerBound]
    guard count > 0 else { return 0 }
    return Double(cover.strengths[steps.upperBound] - cover.strengths[steps.lowerBound])
      / Double(count)
  }

  private func steps(_ range: ClosedRange<Double>, inset: Double) -> ClosedRange<Int>? {
    let last = cover.sums.count - 1
    let from = Int((range.lowerBound + inset + Double(reach) + 0.5).rounded(.down))
    let to = Int((range.upperBound - inset + Double(reach) + 0.5).rounded(.down))
    let (first, end) = (min(max(from, 0), last), min(max(to, 0), last))
    return first < end ? first...end : nil
  }
}
