// Measures the sides of a card again on the picture itself, to a fraction of a pixel.

internal import Media

/// Moves the sides of a candidate to where the picture changes most.
struct SideRefinement {
  let frame: WorkFrame

  /// Places along a side, and across it.
  private static let along = 48
  private static let across = 25

  /// Lines through the picture itself are cut off at its border.
  private var full: WorkFrame {
    WorkFrame(unscaledWidth: frame.pictureWidth, height: frame.pictureHeight)
  }

  /// The quad of `candidate` in `pixels`, its visible sides measured anew.
  func refined(_ candidate: CardCandidate, on pixels: borrowing PixelBuffer) -> Quad {
    let coarse = frame.toPicture(candidate.quad)
    let corners = coarse.corners
    let middle = coarse.middleOfCorners
    let scale = max(frame.scaleX, frame.scaleY)
    // Half the width of the strip in which a side is sought, in pixels.
    let near = max(6, 3 * scale)
    var sides: [SideLine] = []
    var reach = near
    for index in 0..<4 {
      var side = SideLine(from: corners[index], to: corners[(index + 1) % 4])
      let length = corners[index].distance(to: corners[(index + 1) % 4])
      if candidate.sides[index] == nil {
        guard candidate.ratio == nil else {
          sides.append(side)
          continue
        }
        // A faint side is where it was computed to be, give or take the camera and how straight the others are.
        reach = max(near, 0.07 * corners[0].distance(to: corners[1]))
        guard let rough = measured(side, length, reach: reach, inside: middle, on: pixels)
        else {
          sides.append(side)
          continue
        }
        side = rough
      }
      sides.append(measured(side, length, reach: near, inside: middle, on: pixels) ?? side)
    }
    if let ratio = candidate.ratio {
      let camera = full.camera
      // The line was drawn from the first corner to the second, so what is missing lies ahead.
      return camera.completed(
        first: sides[0], last: sides[2], between: sides[3], ratio: ratio, forward: 1) ?? coarse
    }
    var fine: [ImagePoint] = []
    for index in 0..<4 {
      guard let place = sides[index].crossing(sides[(index + 3) % 4]) else { return coarse }
      let corner = sides[index].place(at: place.here)
      // Lines nearly along each other cross anywhere.
      guard corner.distance(to: corners[index]) <= 2 * reach else {
        return coarse
      }
      fine.append(corner)
    }
    let quad = Quad(topLeft: fine[0], topRight: fine[1], bottomRight: fine[2], bottomLeft: fine[3])
    return quad.isConvex ? quad : coarse
  }

  /// A place where the picture changes: along the side, aside from it, how much.
  private struct Mark {
    var along: Double
    var aside: Double
    var weight: Double
  }

  /// The line of the strongest changes within `reach` of `side`, which begins at its place and is `length` long; nil
  /// if they do not lie on one.
  private func measured(
    _ side: SideLine, _ length: Double, reach: Double, inside middle: ImagePoint,
    on pixels: borrowing PixelBuffer
  ) -> SideLine? {
    guard let seen = side.visible(0.07 * length, 0.93 * length, in: full) else { return nil }
    let stepAlong = (seen.upperBound - seen.lowerBound) / Double(Self.along - 1)
    let stepAcross = reach / (Double(Self.across - 1) / 2)
    // Across from outside to inside.
    let inward =
      (middle.x - side.x) * -side.dy + (middle.y - side.y) * side.dx > 0 ? stepAcross : -stepAcross
    let start = side.place(at: seen.lowerBound)
    let colours = pixels.profile(
      x: start.x, y: start.y, ux: side.dx * stepAlong, uy: side.dy * stepAlong,
      vx: -side.dy * inward, vy: side.dx * inward, smooth: 2 * stepAcross, along: Self.along,
      across: Self.across)
    var marks: [Mark] = []
    let jump = meanJump(colours)
    for row in 0..<Self.along {
      guard let (place, weight) = steepest(colours, row, jump) else { continue }
      marks.append(
        Mark(
          along: Double(row) * stepAlong,
          aside: (place - Double(Self.across - 1) / 2) * inward, weight: weight))
    }
    let tolerance = max(0.8, 1.6 * stepAcross)
    guard let (offset, slope) = consensus(marks, tolerance: tolerance) else { return nil }
    let from = ImagePoint(x: start.x - side.dy * offset, y: start.y + side.dx * offset)
    let end = offset + slope * (seen.upperBound - seen.lowerBound)
    let last = side.place(at: seen.upperBound)
    return SideLine(
      from: from, to: ImagePoint(x: last.x - side.dy * end, y: last.y + side.dx * end))
  }

  /// The mean colour well inside less the one well outside, made of length 1.
  private func meanJump(_ colours: [Float]) -> (Float, Float, Float) {
    var sum: (Float, Float, Float) = (0, 0, 0)
    for row in 0..<Self.along {
      for k in 0..<4 {
        let outer = (row * Self.across + k) * 3
        let inner = (row * Self.across + Self.across - 1 - k) * 3
        sum.0 += colours[inner] - colours[outer]
        sum.1 += colours[inner + 1] - colours[outer + 1]
        sum.2 += colours[inner + 2] - colours[outer + 2]
      }
    }
    let length = (sum.0 * sum.0 + sum.1 * sum.1 + sum.2 * sum.2).squareRoot()
    return length > 0 ? (sum.0 / length, sum.1 / length, sum.2 / length) : (0.577, 0.577, 0.577)
  }

  /// Where row `row` changes most towards `jump`, as a place across, and by how much.
  private func steepest(
    _ colours: [Float], _ row: Int, _ jump: (Float, Float, Float)
  ) -> (place: Double, weight: Double)? {
    let first = row * Self.across * 3
    let value = { (k: Int) -> Float in
      let at = first + k * 3
      return colours[at] * jump.0 + colours[at + 1] * jump.1 + colours[at + 2] * jump.2
    }
    // Differences over four steps.
    let change = { (k: Int) -> Float in
      value(k + 1) - value(k - 1) + 0.5 * (value(k + 2) - value(k - 2))
    }
    var best = 0
    var most: Float = 0
    let middle = Float(Self.across - 1) / 2
    for k in 3..<Self.across - 3 {
      // Nearer ones are likelier.
      let far = (Float(k) - middle) / middle
      let weight = change(k) * (1 - 0.5 * far * far)
      if weight > most { (best, most) = (k, weight) }
    }
    guard best > 0, most > 1 else { return nil }
    let (before, at, after) = (change(best - 1), change(best), change(best + 1))
    let bend = after - 2 * at + before
    let offset = bend < 0 ? max(-1, min(1, 0.5 * (before - after) / bend)) : 0
    return (Double(best) + Double(offset), Double(at))
  }

  /// The line that most marks lie on within `tolerance`, through those that do; nil if fewer than a third do.
  private func consensus(_ marks: [Mark], tolerance: Double) -> (offset: Double, slope: Double)? {
    guard marks.count >= 8 else { return nil }
    var best: (count: Int, offset: Double, slope: Double) = (0, 0, 0)
    for i in stride(from: 0, to: marks.count, by: 3) {
      for j in stride(from: i + 3, to: marks.count, by: 3) {
        let far = marks[j].along - marks[i].along
        guard far > 0 else { continue }
        let slope = (marks[j].aside - marks[i].aside) / far
        guard abs(slope) < 0.08 else { continue }
        let offset = marks[i].aside - slope * marks[i].along
        let count = marks.count { abs($0.aside - offset - slope * $0.along) <= tolerance }
        if count > best.count { best = (count, offset, slope) }
      }
    }
    guard best.count * 3 >= Self.along else { return nil }
    for _ in 0..<2 {
      var (n, x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for mark in marks
      where abs(mark.aside - best.offset - best.slope * mark.along) <= tolerance {
        n += 1
        x += mark.along
        y += mark.aside
        xx += mark.along * mark.along
        xy += mark.along * mark.aside
      }
      let spread = n * xx - x * x
      guard spread > 0 else { return nil }
      best.slope = (n * xy - x * y) / spread
      best.offset = (y - best.slope * x) / n
    }
    return (best.offset, best.slope)
  }
}
