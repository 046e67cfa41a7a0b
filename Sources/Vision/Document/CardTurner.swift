// Which way up a card is read: what the models say about it, weighed by the card finder.

internal import Glibc
internal import Inference
internal import Media

/// Asks the models which way up a card stands.
struct CardTurner {
  let lane: InferenceLane

  /// Most lines that are asked for their direction, longest first.
  static let linesAsked = 4
  /// So many lines are enough if they are this certain of the same direction.
  static let linesEnough = 2
  static let certaintyEnough = 0.9
  /// Lines that are this many times as long as high have a direction.
  static let ratioMin = 2.5

  /// `quad` with its corners as the card is read.
  /// - Parameter lines: lines of the whole picture, as the detector gives them.
  func upright(
    _ quad: Quad, _ lines: [Quad], in picture: ImagePyramid
  ) throws(InferenceError) -> Quad {
    var evidence = CardFinder.OrientationEvidence()
    evidence.modelScores = try look(at: quad, in: picture)
    let inside = lines.filter {
      quad.contains($0.middleOfCorners) && $0.length >= Self.ratioMin * $0.thickness
    }
    var certainties: [Double] = []
    for line in inside.sorted(by: { $0.length > $1.length }).prefix(Self.linesAsked) {
      guard let doubt = try TextRecognizer.upsideDown(line, in: picture, lane) else { continue }
      evidence.lines.append(
        (quad: doubt > 0.5 ? line.startingLater(by: 2) : line, certainty: abs(2 * doubt - 1)))
      certainties.append(1 - 2 * doubt)
      if certainties.count >= Self.linesEnough,
        certainties.allSatisfy({ $0 >= Self.certaintyEnough })
          || certainties.allSatisfy({ $0 <= -Self.certaintyEnough })
      {
        break
      }
    }
    return CardFinder.orientation(of: quad, evidence: evidence).quad
  }

  /// Side that the orientation model's picture is scaled to, of which it sees the middle.
  static let scaledSide = 256

  /// How likely each corner is the card's upper left one, by its look alone. The card is stretched to
  /// a square, which the model takes as well as a cut-out.
  private func look(
    at quad: Quad, in picture: ImagePyramid
  ) throws(InferenceError) -> [Double] {
    let (side, scaled) = (TextModels.orientationSide, Self.scaledSide)
    guard let whole = Homography(from: .outline(width: scaled, height: scaled), to: quad) else {
      return []
    }
    let margin = Double((scaled - side) / 2)
    let map = Homography(coefficients: [1, 0, margin, 0, 1, margin, 0, 0, 1]).followed(by: whole)
    return try lane.run(
      .cardOrientation,
      fill: { planes in
        picture.view(
          map, step: max(quad.length, quad.thickness) / Double(scaled), wantCubic: false,
          order: .rgb, scale: 1 / 255, shift: 0, planes: planes, planeWidth: side,
          planeHeight: side, width: side)
        for (channel, (mean, spread)) in TextModels.imageNet.enumerated() {
          for index in channel * side * side..<(channel + 1) * side * side {
            planes[index] = (planes[index] - mean) / spread
          }
        }
      }, read: { $0[0].map { min(max(Double($0), 0), 1) } })
  }
}

extension Quad {
  /// Mean length of the upper and lower side.
  var length: Double {
    (topLeft.distance(to: topRight) + bottomLeft.distance(to: bottomRight)) / 2
  }

  /// Mean length of the left and right side.
  var thickness: Double {
    (topLeft.distance(to: bottomLeft) + topRight.distance(to: bottomRight)) / 2
  }
}
