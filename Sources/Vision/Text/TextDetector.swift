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
  /// Pixels of the longer side of a whole picture at the input: enough to know where there are lines
  /// and which way they run on a card that fills half of it.
  static let standardLongSide = 448

  /// Every line of the picture, larger ones first, at most `VisionLimits.linesMax`.
  /// - Parameter longSide: pixels of the picture's longer side at the input.
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
  ///
  /// Where two lines stand close, the faint places between them join their parts, and the whole is too
  /// faint for a line. Such a part is looked at again without its faint places.
  static func lines(in map: ProbabilityMap) -> [DetectedLine] {
    var lines: [DetectedLine] = []
    var faint: [Quad] = []
    for part in parts(of: map, above: placeMin) {
      if let line = line(part, in: map) {
        lines.append(line)
      } else {
        faint.append(part.quad)
      }
    }
    if !faint.isEmpty {
      for part in parts(of: map, above: surePlaceMin) {
        let middle = part.centre
        guard faint.contains(where: { $0.contains(middle) }), let line = line(part, in: map) else {
          continue
        }
        lines.append(line)
      }
    }
    return Array(lines.prefix(VisionLimits.linesMax))
  }

  /// Places above this belong to a line even where faint ones do not count.
  static let surePlaceMin: Float = 0.6

  /// Rectangles around the parts of a map, larger parts first, without those too thin for a line.
  private static func parts(of map: ProbabilityMap, above threshold: Float) -> [LineRectangle] {
    let parts = map.components(
      above: threshold, pixelsMin: VisionLimits.linePixelsMin, most: VisionLimits.linePartsMax)
    return parts.compactMap { part in
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
      else { return nil }
      return rectangle
    }
  }

  /// The line whose middle `part` marks; nil if it is too faint.
  private static func line(_ part: LineRectangle, in map: ProbabilityMap) -> DetectedLine? {
    let confidence = map.mean(inside: part.quad.corners.flatMap { [$0.x, $0.y] })
    guard confidence >= confidenceMin else { return nil }
    return DetectedLine(quad: part.widened(by: widening).quad, confidence: min(confidence, 1))
  }
}
