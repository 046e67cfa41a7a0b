// How the two MiniFASNet models are used: crops, tensors, preprocessing versions.

internal import Glibc
internal import Inference
internal import Media

/// The models that tell a living face from a picture of one (Silent-Face-Anti-Spoofing, Apache-2.0). They look at
/// the face with its surroundings; no package registry has them, so an operator adds the files.
enum PresentationModels {
  /// Side of the models' inputs in pixels.
  static let side = 80
  /// Which of the three outputs is the probability of a living face.
  static let liveClass = 1
  /// How many times the detector's box each model sees (its authors' values).
  static let scales: [(role: ModelRole, boxes: Double)] = [
    (.faceLivenessNear, 2.7), (.faceLivenessWide, 4.0),
  ]

  /// Three planes of blue, green, red, 0–255; the probabilities of three classes.
  static let uses = scales.map { model in
    ModelUse(
      role: model.role, inputName: "input", outputNames: ["prob"],
      variants: [ModelUse.Variant(shape: [1, 3, side, side], outputCounts: [3])])
  }

  /// What this code does to pictures before each model; the manifest has to name the same.
  static let preprocessing: [ModelRole: String] = [
    .faceLivenessNear: "box2.7-bgr-0-255-80/1", .faceLivenessWide: "box4.0-bgr-0-255-80/1",
  ]

  /// The part of a picture of `width` × `height` pixels that a model sees of a face: its box times `boxes`, less
  /// where the picture is smaller, moved to lie inside. Whole pixels, as the models' authors cut it.
  static func part(
    of box: ImageBox, boxes: Double, width: Int, height: Int
  ) -> (columns: Range<Int>, rows: Range<Int>)? {
    let (right, bottom) = (Double(width - 1), Double(height - 1))
    guard box.width >= 1, box.height >= 1, right >= 1, bottom >= 1 else { return nil }
    let scale = min(bottom / box.height, right / box.width, boxes)
    func span(_ centre: Double, _ length: Double, _ last: Double) -> Range<Int> {
      let from = min(max(centre - length / 2, 0), last - length)
      let lower = min(max(Int(from.rounded(.down)), 0), Int(last))
      let upper = min(max(Int((from + length).rounded(.down)), lower), Int(last))
      return lower..<upper + 1
    }
    return (
      span(box.centre.x, box.width * scale, right), span(box.centre.y, box.height * scale, bottom)
    )
  }

  /// Mean probability of a living face, 0–1: both models, each upright and mirrored. Nil if a model is missing or the
  /// box is empty.
  static func probability(
    of box: ImageBox, in picture: ImagePyramid, on lane: InferenceLane
  ) throws(InferenceError) -> Double? {
    guard scales.allSatisfy({ lane.has($0.role) }) else { return nil }
    var sum = 0.0
    for model in scales {
      guard
        let part = part(
          of: box, boxes: model.boxes, width: picture.width, height: picture.height)
      else { return nil }
      var crop = [Float](repeating: 0, count: 3 * side * side)
      // One bilinear sample a pixel, however much smaller the crop is: the models were trained so.
      let across = Double(part.columns.count) / Double(side)
      let down = Double(part.rows.count) / Double(side)
      let map = SamplingMap(
        a: across, b: 0, c: Double(part.columns.lowerBound) + (across - 1) / 2, d: 0, e: down,
        f: Double(part.rows.lowerBound) + (down - 1) / 2)
      crop.withUnsafeMutableBufferPointer { planes in
        picture.withPixels {
          $0.warp(map, samples: 1, order: .bgr, planes: planes, width: side, height: side)
        }
      }
      sum += try lane.run(
        model.role, fill: { _ = $0.update(fromContentsOf: crop) },
        read: { Double($0[0][liveClass]) })
      sum += try lane.run(
        model.role,
        fill: { planes in
          crop.withUnsafeBufferPointer { mirror($0, width: side, height: side, to: planes) }
        }, read: { Double($0[0][liveClass]) })
    }
    return sum / Double(2 * scales.count)
  }
}
