// Reads lines of writing: each is cut out, laid level at the model's height, and read step by step;
// one that is read doubtfully is looked at again with blur taken out, and all looks count.

internal import Inference
internal import Media

/// A picture in which lines can be read, and how places of the lines' own picture are found in it.
struct TextView {
  let picture: ImagePyramid
  /// From the picture that the lines' quads are of; nil if it is this one.
  let map: Homography?
}

/// Runs the recognition and direction models on a lane.
struct TextRecognizer {
  let lane: InferenceLane
  let alphabet: TextAlphabet

  /// A line is doubtful if the least sure of its characters is less sure than this.
  static let sureMin = 0.8
  /// A line is something else than writing if none of its characters is as sure as this.
  static let readMin = 0.3

  /// What stands in each of `quads`, corners as the line is read; lines in which nothing is read are
  /// left out. Detection confidences are 1.
  func read(_ quads: [Quad], in picture: ImagePyramid) throws(InferenceError) -> [TextLine] {
    try read(
      quads.map { DetectedLine(quad: $0, confidence: 1) },
      in: TextView(picture: picture, map: nil))
  }

  /// What stands in each of `lines`. Doubtful ones are looked at again with blur taken out, and all looks count; at most
  /// `VisionLimits.looksMax` lines are.
  func read(_ lines: [DetectedLine], in view: TextView) throws(InferenceError) -> [TextLine] {
    // Lines of one width after the other: the runtime keeps what it made for the last one.
    let widths = lines.map { LineCrop($0.quad)?.paddedWidth ?? 0 }
    let order = lines.indices.sorted { (widths[$0], $0) < (widths[$1], $1) }
    var read = [TextLine?](repeating: nil, count: lines.count)
    var left = VisionLimits.looksMax
    for index in order {
      let line = lines[index]
      guard let crop = LineCrop(view.map.map { $0(line.quad) } ?? line.quad) else { continue }
      let cut = LinePlanes(crop, of: view.picture)
      var looks = [try look(at: cut)]
      var best = alphabet.read(looks[0], span: crop.span)
      if Self.isDoubtful(best), left > 0 {
        left -= 1
        for sharpening in LineSharpening.doubtful {
          looks.append(try look(at: cut, through: sharpening))
        }
        best = alphabet.read(TextSteps.combined(looks), span: crop.span)
      }
      guard best.contains(where: { $0.confidence >= Self.readMin }) else { continue }
      read[index] = TextLine(
        quad: line.quad, characters: best, detectionConfidence: line.confidence)
    }
    return DoubleCharacters.removed(from: read.compactMap { $0 })
  }

  /// Whether the least sure character is in doubt; so is a line that nothing was read in. Blanks do not count: how wide
  /// one must be is a matter of taste.
  private static func isDoubtful(_ characters: [ReadCharacter]) -> Bool {
    let least = characters.filter { $0.character != " " }.map(\.confidence).min() ?? 0
    return least < sureMin
  }

  /// One look at a line.
  private func look(
    at cut: LinePlanes, through sharpening: LineSharpening? = nil
  ) throws(InferenceError) -> TextSteps {
    try lane.run(
      .textRecognition, shape: [1, 3, TextModels.lineHeight, cut.paddedWidth],
      fill: { planes in
        cut.fill(planes)
        sharpening?.apply(
          to: planes, planeWidth: cut.paddedWidth, height: TextModels.lineHeight, width: cut.width)
      }, read: { alphabet.steps($0[0], count: cut.paddedWidth / TextModels.stepWidth) })
  }

  /// How likely the line in `quad` stands on its head, 0–1; nil if the quad has no area.
  static func upsideDown(
    _ quad: Quad, in picture: ImagePyramid, _ lane: InferenceLane
  ) throws(InferenceError) -> Double? {
    guard let crop = LineCrop(quad) else { return nil }
    let width = min(crop.width, TextModels.directionWidth)
    return try lane.run(
      .textDirection,
      fill: {
        crop.fill($0, from: picture, planeWidth: TextModels.directionWidth, width: width)
      }, read: { min(max(Double($0[0][1]), 0), 1) })
  }
}

/// A line as it was cut out, for as many looks as it takes: cutting it out again would cost more than keeping it.
private struct LinePlanes {
  let width: Int
  let paddedWidth: Int
  private let values: [Float]

  init(_ crop: LineCrop, of picture: ImagePyramid) {
    let (width, padded) = (crop.width, crop.paddedWidth)
    self.width = width
    paddedWidth = padded
    let count = 3 * TextModels.lineHeight * padded
    values = [Float](unsafeUninitializedCapacity: count) { planes, filled in
      crop.fill(
        UnsafeMutableBufferPointer(rebasing: planes[..<count]), from: picture, planeWidth: padded,
        width: width)
      filled = count
    }
  }

  /// Writes the line to the recogniser's input.
  func fill(_ planes: UnsafeMutableBufferPointer<Float>) {
    values.withUnsafeBufferPointer { _ = planes.update(fromContentsOf: $0) }
  }
}

/// How a line is cut out of its picture, at the height of the models' input.
struct LineCrop {
  /// What is cut out.
  private let quad: Quad
  /// Columns that the line is read in.
  let width: Int
  private let length: Double
  private let thickness: Double

  /// Nil unless `quad` is convex, finite and has an area.
  init?(_ quad: Quad) {
    length = max(
      quad.topLeft.distance(to: quad.topRight), quad.bottomLeft.distance(to: quad.bottomRight))
    thickness = max(
      quad.topLeft.distance(to: quad.bottomLeft), quad.topRight.distance(to: quad.bottomRight))
    guard length.isFinite, thickness.isFinite, thickness > 1, length > 1, quad.isConvex else {
      return nil
    }
    let columns = (Double(TextModels.lineHeight) * length / thickness * Self.narrowing)
      .rounded(.up)
    guard columns < Double(VisionLimits.lineColumnsMax) else { return nil }
    self.quad = quad
    width = min(max(Int(columns), 1), TextModels.lineWidthMax)
  }

  /// Lines are read this much narrower than they are. On 135 pictures of cards it cost no character
  /// (0.88: 15 wrong fields; 1: 17; 1.15: 17), and time goes with the width.
  static let narrowing = 0.9
  /// Narrower inputs are padded to this: the model knows no shorter lines.
  static let widthMin = 96

  /// Steps of the recogniser's output that the line itself takes.
  var span: Double { Double(width) / Double(TextModels.stepWidth) }

  /// Width of the recogniser's input that takes the line.
  var paddedWidth: Int {
    let step = TextModels.lineWidthStep
    return min(
      max((width + step - 1) / step * step, Self.widthMin), TextModels.lineWidthMax)
  }

  /// Writes the line to the first `width` columns of the text models' planes.
  func fill(
    _ planes: UnsafeMutableBufferPointer<Float>, from picture: ImagePyramid, planeWidth: Int,
    width: Int
  ) {
    let height = TextModels.lineHeight
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
