// Quads of straight edges that may be cards, and how well each is supported.

internal import Glibc

/// A quad that may be a card, in the working picture.
struct CardCandidate: Sendable {
  /// Corners: `sides[0]` runs from the first to the second, and so on.
  var quad: Quad
  /// The lines its sides lie on; nil for the second one if it was extrapolated.
  var sides: [SideLine?]
  /// Where the second side lies outside the picture: the length of the first over the fourth.
  var ratio: Double?
  /// How good its border is; see `CardCandidates.score`. About 0.85 if it is seen all round.
  var borderScore: Double
  /// What the writing says; see `CardWriting.support`.
  var writing: Double

  /// How good it is in all.
  var score: Double { borderScore + 0.25 * writing }

  /// Whether all four sides were seen.
  var isClosed: Bool { sides.allSatisfy { $0 != nil } }

  /// 0–1: how likely the corners are right. Straight between the border's score of what is never right and the one of
  /// what always is; a border through writing is doubtful.
  var confidence: Double {
    let (never, always) = (CardFinderLimits.scoreMin, CardFinderLimits.scoreSure)
    let share = (borderScore + 0.5 * min(0, writing) - never) / (always - never)
    let sure = CardFinder.seenMin + (1 - CardFinder.seenMin) * min(1, max(0, share))
    return ratio == nil ? sure : min(sure, CardFinderLimits.cutConfidenceMax)
  }
}

/// All candidates of a picture.
struct CardCandidates {
  let lines: [SideLine]
  let frame: WorkFrame
  let writing: CardWriting

  /// A third line crossing two opposite ones.
  private struct Cross {
    var line: Int
    /// Where it crosses the two.
    var first: ImagePoint
    var last: ImagePoint
    /// Length of its visible part, and the share of that which is an edge.
    var visible: Double
    var covered: Double
    /// How strong the edge is; see `SideLine.strength`.
    var strength: Double
  }

  /// Evidence gathered over sides.
  private struct Support {
    var visible = 0.0
    var covered = 0.0
    var least = 1.0
    /// Sum of the logarithms of the sides' strengths, and how many there are.
    var strengths = 0.0
    var seen = 0.0

    mutating func add(visible length: Double, covered share: Double, strength: Double) {
      strengths += log(max(1, strength))
      seen += 1
      visible += length
      covered += length * share
      least = min(least, share)
    }

    mutating func add(_ cross: Cross) {
      add(visible: cross.visible, covered: cross.covered, strength: cross.strength)
    }

    /// A side nobody saw though it lies in the picture.
    mutating func addFaint(visible length: Double) {
      visible += length
      least = min(least, 0.35)
    }
  }

  /// The best candidates, best first, doubles removed.
  func best() -> [CardCandidate] {
    var all: [CardCandidate] = []
    var floor = -Double.infinity
    var budget = CardFinderLimits.quadsMax
    var crosses: [Cross] = []
    // Longer lines come first, so that a spent budget costs the least.
    for j in lines.indices {
      for i in 0..<j where isOpposite(lines[i], lines[j]) {
        findCrosses(of: i, j, &crosses)
        for (position, cross) in crosses.enumerated() {
          guard budget > 0 else { return sorted(all) }
          for other in crosses.dropFirst(position + 1) {
            budget -= 1
            if let made = closed(i, j, cross, other, above: floor) { all.append(made) }
          }
          for forward in [1.0, -1] {
            budget -= 1
            if let made = open(i, j, cross, forward: forward, above: floor) { all.append(made) }
          }
        }
        if all.count > 2 * CardFinderLimits.candidatesKept {
          all.sort { $0.score > $1.score }
          all.removeLast(all.count - CardFinderLimits.candidatesKept)
          floor = all[all.count - 1].score
        }
      }
    }
    return sorted(all)
  }

  /// Best first; of candidates whose corners all lie within 3 pixels of another's, the best.
  private func sorted(_ all: [CardCandidate]) -> [CardCandidate] {
    var kept: [CardCandidate] = []
    for candidate in all.sorted(by: { $0.score > $1.score }) {
      guard kept.count < CardFinderLimits.candidatesKept else { break }
      let place = candidate.quad.clockwise
      let isDouble = kept.contains { other in
        zip(place.corners, other.quad.clockwise.corners).allSatisfy {
          abs($0.x - $1.x) < 3 && abs($0.y - $1.y) < 3
        }
      }
      if !isDouble { kept.append(candidate) }
    }
    return kept
  }

  private var sideMin: Double {
    CardFinderLimits.sideShareMin * Double(max(frame.width, frame.height))
  }

  /// Whether two lines may be opposite sides: within 30° of parallel, not on top of each other.
  private func isOpposite(_ a: SideLine, _ b: SideLine) -> Bool {
    guard abs(a.dx * b.dx + a.dy * b.dy) >= 0.87 else { return false }
    return abs((b.y - a.y) * a.dx - (b.x - a.x) * a.dy) >= sideMin * 0.6
  }

  /// The lines that cross `i` and `j` steeply and are an edge between them.
  private func findCrosses(of i: Int, _ j: Int, _ crosses: inout [Cross]) {
    crosses.removeAll(keepingCapacity: true)
    let (a, b) = (lines[i], lines[j])
    for k in lines.indices where k != i && k != j {
      guard abs(lines[k].dx * a.dx + lines[k].dy * a.dy) <= 0.6,
        abs(lines[k].dx * b.dx + lines[k].dy * b.dy) <= 0.6,
        let first = lines[k].crossing(a), let last = lines[k].crossing(b)
      else { continue }
      let length = abs(first.here - last.here)
      guard length >= sideMin, let seen = lines[k].visible(first.here, last.here, in: frame)
      else { continue }
      let visible = seen.upperBound - seen.lowerBound
      guard visible >= 0.3 * length else { continue }
      let covered = lines[k].covered(seen, inset: CardFinderLimits.roundedShare * visible)
      guard covered >= CardFinderLimits.coveredMin else { continue }
      crosses.append(
        Cross(
          line: k, first: lines[k].place(at: first.here), last: lines[k].place(at: last.here),
          visible: visible, covered: covered, strength: lines[k].strength(seen)))
    }
  }

  /// The quad of four lines. It comes up twice, with either pair of opposite sides first, and is judged once.
  private func closed(
    _ i: Int, _ j: Int, _ left: Cross, _ right: Cross, above floor: Double
  ) -> CardCandidate? {
    guard min(i, j) < min(left.line, right.line) else { return nil }
    let quad = Quad(
      topLeft: left.first, topRight: right.first, bottomRight: right.last, bottomLeft: left.last)
    // A quick look before the costly ones: sides of a card are not equal, nor very unlike.
    let ratio =
      (quad.topLeft.distance(to: quad.topRight) + quad.bottomLeft.distance(to: quad.bottomRight))
      / (quad.topLeft.distance(to: quad.bottomLeft) + quad.topRight.distance(to: quad.bottomRight))
    guard (0.4...2.5).contains(ratio), !(0.92...1.09).contains(ratio) else { return nil }
    var support = Support()
    support.add(left)
    support.add(right)
    return candidate(
      quad, i, j, sides: [lines[i], lines[right.line], lines[j], lines[left.line]], &support,
      ratio: nil, above: floor)
  }

  /// The quad of three lines whose fourth side lies outside the picture, or is too faint to be an edge.
  private func open(
    _ i: Int, _ j: Int, _ cross: Cross, forward: Double, above floor: Double
  ) -> CardCandidate? {
    guard cross.covered >= CardFinderLimits.coveredMinOfThree else { return nil }
    // A quick look before the costly ones: both sides must go on from their corners.
    let (a, b) = (lines[i], lines[j])
    let same = a.dx * b.dx + a.dy * b.dy >= 0 ? forward : -forward
    let near = 0.5 * cross.first.distance(to: cross.last)
    for (line, corner, way) in [(a, cross.first, forward), (b, cross.last, same)] {
      let from = line.position(of: corner)
      guard let seen = line.visible(from, from + way * near, in: frame),
        line.covered(seen) >= CardFinderLimits.coveredMin
      else { return nil }
    }
    // Lying along or upright.
    var best: CardCandidate?
    for ratio in [CardProportions.card, 1 / CardProportions.card] {
      guard
        let quad = frame.camera.completed(
          first: lines[i], last: lines[j], between: lines[cross.line], ratio: ratio,
          forward: forward),
        let seen = coveredBesides(quad, i, j),
        min(seen.0, seen.1) >= CardFinderLimits.coveredMinOfThree
      else { continue }
      let outside = (0...8).count { step in
        let share = Double(step) / 8
        return !frame.contains(
          ImagePoint(
            x: quad.topRight.x + share * (quad.bottomRight.x - quad.topRight.x),
            y: quad.topRight.y + share * (quad.bottomRight.y - quad.topRight.y)), margin: 1)
      }
      let isCut = outside >= 7
      guard isCut ? frame.isWhole : outside <= 2 else { continue }
      var support = Support()
      support.add(cross)
      if !isCut { support.addFaint(visible: quad.topRight.distance(to: quad.bottomRight)) }
      let made = candidate(
        quad, i, j, sides: [lines[i], nil, lines[j], lines[cross.line]], &support,
        ratio: isCut ? ratio : nil, above: floor)
      if let made, made.score > best?.score ?? -.infinity { best = made }
    }
    return best
  }

  /// The shares of the first and third side of `quad`, on lines `i` and `j`, that are an edge; nil if little of one
  /// is visible.
  private func coveredBesides(_ quad: Quad, _ i: Int, _ j: Int) -> (Double, Double)? {
    guard let first = side(of: i, quad.topLeft, quad.topRight),
      let last = side(of: j, quad.bottomRight, quad.bottomLeft)
    else { return nil }
    return (first.covered, last.covered)
  }

  /// The visible length of line `number` between two places on it, and the share of it that is an edge; nil if less
  /// than a quarter is visible.
  private func side(
    of number: Int, _ from: ImagePoint, _ to: ImagePoint
  ) -> (visible: Double, covered: Double, strength: Double)? {
    let line = lines[number]
    let (a, b) = (line.position(of: from), line.position(of: to))
    guard let seen = line.visible(a, b, in: frame) else { return nil }
    let visible = seen.upperBound - seen.lowerBound
    guard visible >= 0.25 * abs(a - b) else { return nil }
    return (
      visible, line.covered(seen, inset: CardFinderLimits.roundedShare * visible),
      line.strength(seen)
    )
  }

  /// Judges `quad`, whose first and third side lie on lines `i` and `j`; nil if it cannot be a card, or scores no better
  /// than `floor`.
  private func candidate(
    _ quad: Quad, _ i: Int, _ j: Int, sides: [SideLine?], _ support: inout Support, ratio: Double?,
    above floor: Double
  ) -> CardCandidate? {
    guard quad.isConvex else { return nil }
    let area = abs(quad.signedArea)
    let whole = Double(frame.width * frame.height)
    guard area >= 1.5 * sideMin * sideMin, area <= 2 * whole else { return nil }
    for (number, from, to) in [
      (i, quad.topLeft, quad.topRight), (j, quad.bottomRight, quad.bottomLeft),
    ] {
      guard let side = side(of: number, from, to), side.covered >= CardFinderLimits.coveredMin
      else { return nil }
      support.add(
        visible: side.visible, covered: side.covered, strength: side.strength)
    }
    guard let shape = frame.camera.shape(of: quad),
      shape.strangeness <= CardFinderLimits.strangenessMax, shape.skew <= CardFinderLimits.skewMax
    else { return nil }
    let border = score(quad, sides, support, shape, areaShare: area / whole, isCut: ratio != nil)
    var made = CardCandidate(
      quad: quad, sides: sides, ratio: ratio, borderScore: border, writing: 1)
    // The writing says no more than that for it; what it does say is looked up where it can matter.
    guard made.score > floor else { return nil }
    made.writing = writing.support(for: quad)
    return made.score > floor ? made : nil
  }

  /// How good a quad is: the seen share of its visible border, the worst side's share once more, less what goes on
  /// beyond the corners, is no rectangle of a card's proportions, or lies outside the picture; a larger one is
  /// better. The weights were set by hand on rendered pictures and are not critical.
  private func score(
    _ quad: Quad, _ sides: [SideLine?], _ support: Support, _ shape: CardCamera.Shape,
    areaShare: Double, isCut: Bool
  ) -> Double {
    let around = (0..<4).reduce(0.0) {
      $0 + quad.corners[$1].distance(to: quad.corners[($1 + 1) % 4])
    }
    var score = 0.55 * support.covered / support.visible + 0.3 * support.least
    score -= 0.35 * goingOn(quad, sides)
    score -= 1.2 * max(0, shape.strangeness - 0.05) + 0.2 * min(0.05, shape.strangeness)
    score -= 0.6 * max(0, shape.skew - 0.06)
    score -= 0.3 * (1 - min(1, support.visible / around))
    // A cut side cannot disagree.
    if isCut { score -= CardFinderLimits.cutPenalty }
    // Shadows have borders of their own, but soft ones.
    score += 0.03 * (support.strengths / support.seen - 2)
    return score + 0.0375 * log(areaShare / 0.1)
  }

  /// How much of the lines goes on as an edge beyond the corners that lie in the picture, 0–1. A card's sides end
  /// there; tiles, tables and frames go on.
  private func goingOn(_ quad: Quad, _ sides: [SideLine?]) -> Double {
    let corners = quad.corners
    var (sum, count) = (0.0, 0.0)
    for (index, corner) in corners.enumerated() where frame.contains(corner, margin: 3) {
      for (side, other) in [(index, (index + 1) % 4), ((index + 3) % 4, (index + 3) % 4)] {
        guard let line = sides[side] else { continue }
        let (here, there) = (line.position(of: corner), line.position(of: corners[other]))
        let length = abs(here - there)
        let way = here > there ? 1.0 : -1
        guard
          let seen = line.visible(
            here + way * 0.02 * length, here + way * 0.2 * length, in: frame),
          seen.upperBound - seen.lowerBound >= 0.05 * length
        else { continue }
        sum += line.covered(seen)
        count += 1
      }
    }
    return count > 0 ? sum / count : 0.5
  }
}

extension ImagePoint {
  /// The way to `other` in pixels.
  func distance(to other: ImagePoint) -> Double {
    ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
  }
}
