// Finds faces: a fast look at the whole picture, a closer one when that is not sure, and six looks
// at the chosen face for exact points.

internal import Glibc
internal import Inference
internal import Media

/// A face as the detector sees it, in pixel-centre coordinates of the picture it was looked for in.
struct DetectedFace: Equatable {
  var box: ImageBox
  /// 0–1.
  var confidence: Double
  /// Right eye, left eye, nose tip, right and left mouth corner (the person's right).
  var points: [ImagePoint]
}

/// Runs the detection model on a lane.
struct FaceDetector {
  let lane: InferenceLane

  /// Candidates below this are no faces (the model's own value).
  static let confidenceMin = 0.6
  /// Of two boxes that share more than this, the surer one stays (the model's own value).
  static let overlapMax = 0.3
  /// A face this sure and this large (pixels of its shorter side at the small input) makes the look
  /// at the large input unnecessary.
  static let sureConfidence = 0.9
  static let sureSide = 48.0

  /// Every face of the picture, surest first. Unless `thorough`, a sure and large face at the small
  /// input ends the search; small faces beside it may then be missed.
  func propose(_ picture: ImagePyramid, thorough: Bool) throws(InferenceError) -> [DetectedFace] {
    let small = try look(picture, .small)
    let scale =
      Double(FaceModels.DetectorInput.small.side)
      / Double(max(picture.width, picture.height))
    let isSure = small.contains {
      $0.confidence >= Self.sureConfidence && $0.box.shorterSide * scale >= Self.sureSide
    }
    if isSure, !thorough { return small }
    return Self.withoutDoubles(small + (try look(picture, .large)))
  }

  /// One look at the whole picture, scaled so that its longer side fills the input.
  func look(
    _ picture: ImagePyramid, _ input: FaceModels.DetectorInput
  ) throws(InferenceError) -> [DetectedFace] {
    let side = input.side
    let scale = Double(side) / Double(max(picture.width, picture.height))
    func fitted(_ length: Int) -> Int {
      min(max(Int((Double(length) * scale + 0.5).rounded(.down)), 1), side)
    }
    let (width, height) = (fitted(picture.width), fitted(picture.height))
    let faces = try lane.run(
      .faceDetection, variant: input.variant,
      fill: { planes in
        picture.withPixels {
          $0.resample(
            toWidth: width, height: height, order: .bgr, planes: planes, planeWidth: side,
            planeHeight: side)
        }
      }, read: { Self.faces(in: $0, side: side, confidenceMin: Self.confidenceMin) })
    let across = Double(picture.width) / Double(width)
    let down = Double(picture.height) / Double(height)
    return faces.map { face in
      func back(_ point: ImagePoint) -> ImagePoint {
        ImagePoint(x: (point.x + 0.5) * across - 0.5, y: (point.y + 0.5) * down - 0.5)
      }
      let corner = back(ImagePoint(x: face.box.x, y: face.box.y))
      return DetectedFace(
        box: ImageBox(
          x: corner.x, y: corner.y, width: face.box.width * across,
          height: face.box.height * down),
        confidence: face.confidence, points: face.points.map(back))
    }
  }

  // MARK: Reading the outputs

  /// Candidates of one run at an input of `side` pixels, surest first and without doubles.
  static func faces(
    in outputs: [UnsafeBufferPointer<Float>], side: Int, confidenceMin: Double
  ) -> [DetectedFace] {
    var candidates: [DetectedFace] = []
    let count = FaceModels.strides.count
    for (index, stride) in FaceModels.strides.enumerated() {
      let (classes, objects) = (outputs[index], outputs[count + index])
      let (boxes, points) = (outputs[2 * count + index], outputs[3 * count + index])
      for cell in 0..<classes.count {
        let product =
          Double(min(max(classes[cell], 0), 1)) * Double(min(max(objects[cell], 0), 1))
        let confidence = product.squareRoot()
        guard confidence >= confidenceMin else { continue }
        candidates.append(
          face(
            cell: cell, columns: side / stride, stride: Double(stride),
            box: boxes[(cell * 4)..<(cell * 4 + 4)].map(Double.init),
            points: points[(cell * 10)..<(cell * 10 + 10)].map(Double.init),
            confidence: confidence))
      }
    }
    return withoutDoubles(candidates)
  }

  /// The model gives centres and points as offsets in cells, sizes as logarithms of cells.
  private static func face(
    cell: Int, columns: Int, stride: Double, box: [Double], points: [Double], confidence: Double
  ) -> DetectedFace {
    let (column, row) = (Double(cell % columns), Double(cell / columns))
    // Far beyond any picture already; keeps the numbers finite.
    let width = exp(min(box[2], 10)) * stride
    let height = exp(min(box[3], 10)) * stride
    return DetectedFace(
      box: ImageBox(
        x: (column + box[0]) * stride - width / 2, y: (row + box[1]) * stride - height / 2,
        width: width, height: height),
      confidence: confidence,
      points: (0..<5).map {
        ImagePoint(
          x: (column + points[2 * $0]) * stride, y: (row + points[2 * $0 + 1]) * stride)
      })
  }

  /// Surest first, without those that lie over a surer one.
  static func withoutDoubles(_ candidates: [DetectedFace]) -> [DetectedFace] {
    // Equal confidences keep their order, so that results do not depend on the sort.
    let order = candidates.indices.sorted {
      (candidates[$0].confidence, $1) > (candidates[$1].confidence, $0)
    }
    var kept: [DetectedFace] = []
    for index in order.prefix(VisionLimits.candidatesMax) {
      let box = candidates[index].box
      if kept.allSatisfy({ $0.box.overlap(with: box) <= overlapMax }) {
        kept.append(candidates[index])
      }
    }
    return kept
  }
}
