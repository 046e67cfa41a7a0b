// From a face's five points to its template.

internal import Inference
internal import Media

/// Runs the embedding model on a lane.
struct FaceEmbedder {
  let lane: InferenceLane

  /// The template of the face whose points are `points`: the face in colour and its mirror image in
  /// grey, which averages out one-sided light and a colour cast. Unit length; nil if the points
  /// coincide or the model gives no direction.
  func embed(_ points: [ImagePoint], in picture: ImagePyramid) throws(InferenceError) -> [Float]? {
    let side = FaceTemplatePoints.cropSide
    guard let map = Similarity(from: points, to: FaceTemplatePoints.points) else { return nil }
    var colour = [Float](repeating: 0, count: 3 * side * side)
    colour.withUnsafeMutableBufferPointer {
      picture.crop(map, side: side, order: .rgb, into: $0)
    }
    let first = try run { planes in _ = planes.update(fromContentsOf: colour) }
    let grey = Self.grey(colour)
    let second = try run { planes in
      grey.withUnsafeBufferPointer { mirror($0, width: side, height: side, to: planes) }
    }
    guard let first, let second else { return nil }
    return Self.unit(zip(first, second).map { $0 + $1 })
  }

  private func run(
    _ fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(InferenceError) -> [Float]? {
    Self.unit(try lane.run(.faceEmbedding, fill: fill, read: { Array($0[0]) }))
  }

  /// Luma (BT.601) in all three planes.
  static func grey(_ planes: [Float]) -> [Float] {
    let count = planes.count / 3
    var grey = [Float](repeating: 0, count: planes.count)
    for index in 0..<count {
      let luma =
        0.299 * planes[index] + 0.587 * planes[count + index] + 0.114 * planes[2 * count + index]
      grey[index] = luma
      grey[count + index] = luma
      grey[2 * count + index] = luma
    }
    return grey
  }

  /// `vector` at length 1; nil if it has none.
  static func unit(_ vector: [Float]) -> [Float]? {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length.isFinite, length > 1e-6 else { return nil }
    return vector.map { Float(Double($0) / length) }
  }
}
