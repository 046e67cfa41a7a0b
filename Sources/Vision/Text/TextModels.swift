// How the models of the text pipeline are used: tensors, bounds of their inputs, preprocessing versions.

internal import Inference

/// The models of the text pipeline.
enum TextModels {
  /// Sides of the detector's input are multiples of this.
  static let detectionStep = 32
  /// Longest side of the detector's input.
  static let detectionSideMax = 960
  /// Height of the recogniser's and the direction model's input.
  static let lineHeight = 48
  /// Columns of the recogniser's input for one step of its output.
  static let stepWidth = 8
  /// Widths of the recogniser's input are multiples of this, so that few shapes are met.
  static let lineWidthStep = 32
  /// Widest input of the recogniser: an MRZ line of 44 characters has about 1,000.
  static let lineWidthMax = 1600
  /// Width of the direction model's input.
  static let directionWidth = 192
  /// Side of the orientation model's input.
  static let orientationSide = 224
  /// Classes of the recogniser: "nothing", the characters of its metadata, the space.
  static let classCount = 18_710
  /// Where the recogniser's file lists its characters, one a line.
  static let characterKey = "character"

  /// What pixels 0–255 are multiplied by and what is added for the text models: −1 to 1.
  static let scale: Float = 2 / 255
  static let shift: Float = -1

  // On 102 pictures of cards both text models read the same with 16-bit floats as with 32-bit ones: 9
  // and 8 of 492 fields wrong, mean confidence 0.984 and 0.983.

  /// PP-OCRv6 small: three planes of blue, green, red, −1 to 1; how likely each place is part of a
  /// line.
  static let detection = ModelUse(
    role: .textDetection, jobs: [.short], precision: .native, inputName: "x",
    outputNames: ["fetch_name_0"],
    bounds: [1...1, 3...3, detectionStep...detectionSideMax, detectionStep...detectionSideMax],
    warmShapes: [[1, 3, 288, 480]], outputCounts: { [$0[2] * $0[3]] })

  /// PP-OCRv6 small: the same planes of a line; for each step along it how likely each class is.
  static let recognition = ModelUse(
    role: .textRecognition, jobs: [.short], precision: .native, inputName: "x",
    outputNames: ["fetch_name_0"],
    bounds: [1...1, 3...3, lineHeight...lineHeight, lineWidthStep...lineWidthMax],
    warmShapes: [[1, 3, lineHeight, 320]], metadataKeys: [characterKey],
    outputCounts: { [$0[3] / stepWidth * classCount] })

  /// PP-OCR mobile 2.0: the same planes of a line; upright, on its head.
  static let direction = ModelUse(
    role: .textDirection, jobs: [.short], inputName: "x",
    outputNames: ["save_infer_model/scale_0.tmp_1"],
    variants: [
      ModelUse.Variant(shape: [1, 3, lineHeight, directionWidth], outputCounts: [2])
    ])

  /// ImageNet's mean and spread of red, green, blue, 0–1.
  static let imageNet: [(mean: Float, spread: Float)] = [
    (0.485, 0.229), (0.456, 0.224), (0.406, 0.225),
  ]

  /// Rapid orientation: planes of red, green, blue, 0–1, less ImageNet's mean and over its spread;
  /// how likely the card is turned clockwise by 0, 90, 180, 270 degrees.
  static let orientation = ModelUse(
    role: .cardOrientation, jobs: [.short], inputName: "x", outputNames: ["fetch_name_0"],
    variants: [
      ModelUse.Variant(shape: [1, 3, orientationSide, orientationSide], outputCounts: [4])
    ])

  /// What this code does to pictures before each model; the manifest has to name the same.
  static let preprocessing: [ModelRole: String] = [
    .textDetection: "db-bgr-symmetric/1", .textRecognition: "ctc-bgr-symmetric-48/1",
    .textDirection: "line-bgr-symmetric-48x192/1", .cardOrientation: "imagenet-rgb-224/1",
  ]
}
