// How the two models are used: tensors, input sizes, preprocessing versions.

internal import Inference

/// The models of the face pipeline.
enum FaceModels {
  /// Sides of the detector's square inputs. Each is a variant compiled at start-up, in this order.
  enum DetectorInput: Int, CaseIterable {
    case large = 640
    case small = 320
    case crop = 160

    var side: Int { rawValue }
    var variant: Int { Self.allCases.firstIndex(of: self)! }
  }

  /// The detector's strides, coarser ones for larger faces.
  static let strides = [8, 16, 32]

  /// YuNet: three planes of blue, green, red, 0–255. For each stride: class, objectness, box,
  /// points.
  static let detection = ModelUse(
    role: .faceDetection, inputName: "input",
    outputNames: ["cls", "obj", "bbox", "kps"].flatMap { name in strides.map { "\(name)_\($0)" } },
    variants: DetectorInput.allCases.map { input in
      let cells = strides.map { (input.side / $0) * (input.side / $0) }
      return ModelUse.Variant(
        shape: [1, 3, input.side, input.side],
        outputCounts: cells + cells + cells.map { $0 * 4 } + cells.map { $0 * 10 })
    })

  /// SFace: three planes of red, green, blue, 0–255; 128 numbers.
  static let embedding = ModelUse(
    role: .faceEmbedding, inputName: "data", outputNames: ["fc1"],
    variants: [
      ModelUse.Variant(
        shape: [1, 3, FaceTemplatePoints.cropSide, FaceTemplatePoints.cropSide],
        outputCounts: [templateCount])
    ])

  /// Numbers in a template.
  static let templateCount = 128

  /// What this code does to pictures before each model; the manifest has to name the same.
  static let preprocessing: [ModelRole: String] = [
    .faceDetection: "yunet-bgr-0-255/1", .faceEmbedding: "sface-rgb-112/1",
  ]
}
