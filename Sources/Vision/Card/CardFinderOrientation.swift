// Which corner of a card is its upper left one, and how a card lies in its picture.

internal import Glibc

extension CardFinder {
  /// What is known about which way up a card stands. All of it may be missing.
  package struct OrientationEvidence: Sendable {
    /// Lines of writing as they are read: their upper left corner first. Each with how sure that direction is: 0 for
    /// not at all, 1 for certain.
    package var lines: [(quad: Quad, certainty: Double)] = []
    /// Middle of the portrait, and the direction from its chin to its forehead, in the picture.
    package var portrait: (middle: ImagePoint, up: ImagePoint)?
    /// Probabilities that the quad's first, second, third, fourth corner is the upper left one, from a model that looks
    /// at the whole card; empty if none did.
    package var modelScores: [Double] = []

    package init() {}
  }

  /// The corner that is the upper left one.
  package struct Orientation: Sendable, Equatable {
    /// The quad with its corners as the card is read.
    package var quad: Quad
    /// How many corners later it begins, 0–3.
    package var steps: Int
    /// Probability of it, 0.25–1. 0.5 if only the proportions are known.
    package var confidence: Double
  }

  /// Tells which corner of `quad` (clockwise in the picture) is the card's upper left one. The long side is the card's
  /// width; lines run to the right; the portrait's forehead is above its chin, and it mostly stands in the right half.
  package static func orientation(
    of quad: Quad, evidence: OrientationEvidence
  ) -> Orientation {
    let places = quad.corners
    let across =
      places[0].distance(to: places[1]) + places[2].distance(to: places[3])
    let down = places[1].distance(to: places[2]) + places[3].distance(to: places[0])
    // Logarithms of how likely each is.
    var scores = (0..<4).map { step -> Double in
      let longer = log(max(across, .leastNormalMagnitude) / max(down, .leastNormalMagnitude))
      // A card's ratio seen the wrong way round has a logarithm of −0.46: e⁻⁶ against e⁶.
      return max(-6, min(6, 13 * (step % 2 == 0 ? longer : -longer)))
    }
    for step in 0..<4 {
      let turned = quad.startingLater(by: step)
      guard
        let toCard = Homography(
          from: turned, to: .outline(width: 1000, height: 630))
      else { continue }
      for line in evidence.lines {
        let read = toCard(line.quad)
        let (x, y) = (
          read.topRight.x - read.topLeft.x + read.bottomRight.x - read.bottomLeft.x,
          read.topRight.y - read.topLeft.y + read.bottomRight.y - read.bottomLeft.y
        )
        let length = hypot(x, y)
        guard length > 0, length.isFinite else { continue }
        scores[step] += weights.line * max(0, min(1, line.certainty)) * x / length
      }
      if let portrait = evidence.portrait {
        let foot = toCard(portrait.middle)
        let head = toCard(
          ImagePoint(
            x: portrait.middle.x + portrait.up.x, y: portrait.middle.y + portrait.up.y))
        let length = hypot(head.x - foot.x, head.y - foot.y)
        if length > 0, length.isFinite {
          scores[step] += weights.face * (foot.y - head.y) / length
          scores[step] += foot.x > 500 ? weights.half : 0
        }
      }
      if evidence.modelScores.count == 4 {
        scores[step] += weights.model * log(max(0.02, evidence.modelScores[step]))
      }
    }
    let best = scores.indices.max { (scores[$0], $1) < (scores[$1], $0) }!
    let sum = scores.reduce(0) { $0 + exp($1 - scores[best]) }
    return Orientation(
      quad: quad.startingLater(by: best), steps: best, confidence: 1 / sum)
  }

  /// Logarithms of odds: a certain line, a portrait's uprightness, the half it stands in, the model's share.
  private static let weights = (line: 2.0, face: 3.0, half: 0.5, model: 1.0)
}

extension FoundCard {
  /// How a card lies beyond its picture's borders.
  package struct Outside: Sendable, Equatable {
    /// Share of its area that lies outside, 0–1.
    package var share: Double
    /// How far it reaches beyond each border, as a share of its longer side; 0 where it does not.
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double
  }

  /// How much of the card lies outside a picture of `width` × `height` pixels, and beyond which borders.
  package func outside(width: Int, height: Int) -> Outside {
    let area = abs(quad.signedArea)
    let inside = quad.sharedArea(with: .outline(width: width, height: height))
    let (bounds, side) = (quad.bounds, max(longerSide, .leastNormalMagnitude))
    return Outside(
      share: area > 0 ? max(0, min(1, 1 - inside / area)) : 0,
      left: max(0, -0.5 - bounds.x) / side, top: max(0, -0.5 - bounds.y) / side,
      right: max(0, bounds.x + bounds.width - (Double(width) - 0.5)) / side,
      bottom: max(0, bounds.y + bounds.height - (Double(height) - 0.5)) / side)
  }

  /// The card's longer side in pixels, the mean of both; what is read of it depends on this.
  package var longerSide: Double {
    let places = quad.corners
    let across = places[0].distance(to: places[1]) + places[2].distance(to: places[3])
    let down = places[1].distance(to: places[2]) + places[3].distance(to: places[0])
    return max(across, down) / 2
  }
}
