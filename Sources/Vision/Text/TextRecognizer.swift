// Reads lines of writing: each is cut out, laid level at the model's height, and read step by step.

internal import Glibc
internal import Inference
internal import Media

/// Runs the recognition and direction models on a lane.
struct TextRecognizer {
  let lane: InferenceLane
  let alphabet: TextAlphabet

  /// What stands in each of `quads`, corners as the line is read; lines in which nothing is read are
  /// left out. Detection confidences are 1.
  func read(
    _ quads: [Quad], in picture: ImagePyramid
  ) throws(InferenceError) -> [TextLine] {
    var lines: [TextLine] = []
    for quad in quads {
      let characters = try characters(in: quad, of: picture)
      if !characters.isEmpty {
        lines.append(TextLine(quad: quad, characters: characters, detectionConfidence: 1))
      }
    }
    return lines
  }

  /// The characters in one quad; none if it has no area.
  func characters(
    in quad: Quad, of picture: ImagePyramid
  ) throws(InferenceError) -> [ReadCharacter] {
    guard let crop = LineCrop(quad, height: TextModels.lineHeight) else { return [] }
    let width = min(crop.width, TextModels.lineWidthMax)
    let step = TextModels.lineWidthStep
    let padded = min(
      max((width + step - 1) / step * step, Self.widthMin), TextModels.lineWidthMax)
    let steps = padded / TextModels.stepWidth
    return try lane.run(
      .textRecognition, shape: [1, 3, TextModels.lineHeight, padded],
      fill: { crop.fill($0, from: picture, planeWidth: padded, width: width) },
      read: {
        alphabet.read(
          $0[0], steps: steps, span: Double(width) / Double(TextModels.stepWidth))
      })
  }

  /// Narrower inputs are padded to this.
  static let widthMin = 96

  /// How likely the line in `quad` stands on its head, 0–1; nil if the quad has no area.
  static func upsideDown(
    _ quad: Quad, in picture: ImagePyramid, _ lane: InferenceLane
  ) throws(InferenceError) -> Double? {
    guard let crop = LineCrop(quad, height: TextModels.lineHeight) else { return nil }
    let width = min(crop.width, TextModels.directionWidth)
    return try lane.run(
      .textDirection,
      fill: {
        crop.fill($0, from: picture, planeWidth: TextModels.directionWidth, width: width)
      }, read: { min(max(Double($0[0][1]), 0), 1) })
  }
}

/// How a line is cut out of its picture.
struct LineCrop {
  private let quad: Quad
  let height: Int
  /// Columns at which the line keeps its proportions.
  let width: Int
  private let length: Double
  private let thickness: Double

  /// Nil unless `quad` is convex, finite and has an area.
  init?(_ quad: Quad, height: Int) {
    length = max(
      quad.topLeft.distance(to: quad.topRight), quad.bottomLeft.distance(to: quad.bottomRight))
    thickness = max(
      quad.topLeft.distance(to: quad.bottomLeft), quad.topRight.distance(to: quad.bottomRight))
    guard length.isFinite, thickness.isFinite, thickness > 1, length > 1, quad.isConvex else {
      return nil
    }
    let columns = (Double(height) * length / thickness).rounded(.up)
    guard columns < Double(VisionLimits.lineColumnsMax) else { return nil }
    self.quad = quad
    self.height = height
    width = max(Int(columns), 1)
  }

  /// Writes the line to the first `width` columns of the text models' planes.
  func fill(
    _ planes: UnsafeMutableBufferPointer<Float>, from picture: ImagePyramid, planeWidth: Int,
    width: Int
  ) {
    guard let map = Homography(from: .outline(width: width, height: height), to: quad) else {
      planes.update(repeating: 0)
      return
    }
    picture.view(
      map, step: max(length / Double(width), thickness / Double(height)), order: .bgr,
      scale: TextModels.scale, shift: TextModels.shift, planes: planes, planeWidth: planeWidth,
      planeHeight: height, width: width)
  }
}
