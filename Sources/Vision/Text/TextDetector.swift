// Finds lines of writing: a map of how likely each place is part of one, and a rectangle around each
// connected part of it.

internal import Inference
internal import Media

/// A line of writing as the detector sees it, in pixel-centre coordinates of the picture it was
/// looked for in.
struct DetectedLine: Sendable, Equatable {
  /// Its outline; which end is the first is a guess: the left one, or the upper one.
  var quad: Quad
  /// 0–1.
  var confidence: Double
}

/// Runs the text detection model on a lane.
struct TextDetector {
  let lane: InferenceLane

  /// Places above this belong to a line, and lines above the other one are lines (the model's own
  /// values).
  static let placeMin: Float = 0.3
  static let confidenceMin = 0.5
  /// How much wider a line is than its marked middle (the model's own value).
  static let widening = 1.6
  /// Parts thinner than this in the map are noise (the model's own value).
  static let thicknessMin = 3.0
  /// Pixels of the picture's longer side at the input. Larger does not find more on a card, smaller
  /// misses lone characters.
  static let standardLongSide = 736

  /// Every line of the picture, larger ones first, at most `VisionLimits.linesMax`.
  func lines(
    in picture: ImagePyramid, longSide: Int = standardLongSide
  ) throws(InferenceError) -> [DetectedLine] {
    let scale = Double(longSide) / Double(max(picture.width, picture.height))
    let width = Self.inputSide(Double(picture.width) * scale)
    let height = Self.inputSide(Double(picture.height) * scale)
    let found = try lane.run(
      .textDetection, shape: [1, 3, height, width],
      fill: { planes in
        picture.withPixels {
          $0.resample(
            toWidth: width, height: height, order: .bgr, planes: planes, planeWidth: width,
            planeHeight: height)
        }
        for index in planes.indices {
          planes[index] = planes[index] * TextModels.scale + TextModels.shift
        }
      },
      read: { Self.lines(in: ProbabilityMap($0[0], width: width, height: height)) })
    let across = Double(picture.width) / Double(width)
    let down = Double(picture.height) / Double(height)
    return found.map { line in
      func back(_ point: ImagePoint) -> ImagePoint {
        ImagePoint(x: (point.x + 0.5) * across - 0.5, y: (point.y + 0.5) * down - 0.5)
      }
      let quad = line.quad
      return DetectedLine(
        quad: Quad(
          topLeft: back(quad.topLeft), topRight: back(quad.topRight),
          bottomRight: back(quad.bottomRight), bottomLeft: back(quad.bottomLeft)),
        confidence: line.confidence)
    }
  }

  /// The nearest side that the model takes.
  static func inputSide(_ length: Double) -> Int {
    let step = TextModels.detectionStep
    let steps = (length / Double(step)).rounded()
    return min(max(Int(steps), 1) * step, TextModels.detectionSideMax)
  }

  /// The lines that a map shows, in its own coordinates.
  static func lines(in map: ProbabilityMap) -> [DetectedLine] {
    var lines: [DetectedLine] = []
    let parts = map.components(
      above: placeMin, pixelsMin: VisionLimits.linePixelsMin, most: VisionLimits.linePartsMax)
    for part in parts {
      // A part reaches one place further right and down than what is above the threshold, half of
      // which is where the last places end.
      let points = part.extents.enumerated().flatMap { row, extent in
        let y = Double(part.top + row) - 0.5
        return [
          ImagePoint(x: Double(extent.lowerBound) - 0.5, y: y),
          ImagePoint(x: Double(extent.upperBound) - 0.5, y: y),
        ]
      }
      guard let rectangle = LineRectangle(around: points), rectangle.shorterSide >= thicknessMin
      else { continue }
      let confidence = map.mean(inside: rectangle.quad.corners.flatMap { [$0.x, $0.y] })
      guard confidence >= confidenceMin else { continue }
      lines.append(
        DetectedLine(
          quad: rectangle.widened(by: widening).quad, confidence: min(confidence, 1)))
      if lines.count == VisionLimits.linesMax { break }
    }
    return lines
  }
}
