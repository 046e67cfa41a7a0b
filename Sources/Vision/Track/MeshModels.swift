// How the two models of the face mesh are used: tensors, sizes, preprocessing versions.

internal import Inference

/// MediaPipe's FaceLandmarker v2 in two models: pixels to mesh, mesh to blendshapes.
enum MeshModels {
  /// Side of the square crop that the mesh is laid over.
  static let cropSide = 256
  /// Points of a mesh: 468 of the face, five of each iris.
  static let pointCount = 478

  /// Red, green, blue of each pixel, 0–1. Out come x, y, z of each point in pixels of the crop, and how sure
  /// the model is of a face (a logit: about 17 for faces, −4 for noise).
  static let landmarks = ModelUse(
    role: .faceLandmarks, inputName: "input_12", outputNames: ["Identity", "Identity_1"],
    variants: [
      ModelUse.Variant(shape: [1, cropSide, cropSide, 3], outputCounts: [3 * pointCount, 1])
    ])

  /// x and y of `blendshapePoints` in pixels of the picture. Out come the blendshapes.
  static let blendshapes = ModelUse(
    role: .faceBlendshapes, inputName: "serving_default_input_points:0",
    outputNames: ["StatefulPartitionedCall:0"],
    variants: [
      ModelUse.Variant(
        shape: [1, blendshapePoints.count, 2], outputCounts: [Blendshape.allCases.count])
    ])

  /// What this code does before each model; the manifest has to name the same.
  static let preprocessing: [ModelRole: String] = [
    .faceLandmarks: "mesh-rgb-unit-256/1", .faceBlendshapes: "blendshapes-pixels-146/1",
  ]

  /// The points that the blendshape model looks at (MediaPipe, face_blendshapes_graph.cc, Apache-2.0).
  static let blendshapePoints = [
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66,
    67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144,
    145,
    146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176,
    178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285,
    288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334,
    336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387,
    388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474,
    475, 476, 477,
  ]
}

/// Single points of the mesh that are used by name; `right` and `left` are the person's.
enum MeshIndex {
  static let rightEyeOuter = 33
  static let leftEyeOuter = 263
  static let rightIris = 468
  static let leftIris = 473
  static let noseTip = 4
  static let rightMouthCorner = 61
  static let leftMouthCorner = 291
}
