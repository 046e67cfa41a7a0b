// Lays the mesh over a face, in one run of a model; a second run says what the face does.

internal import Glibc
internal import Inference
internal import Media

/// A square of the picture, turned with the face in it.
struct MeshRegion: Equatable {
  /// In pixel-centre coordinates of the picture.
  var centre: ImagePoint
  /// Pixels of the picture.
  var side: Double
  /// How far the face leans clockwise, radians.
  var angle: Double

  /// How much larger than the face the region is (the model's own value).
  static let margin = 1.5

  init(centre: ImagePoint, side: Double, angle: Double) {
    self.centre = centre
    self.side = side
    self.angle = angle
  }

  /// About a face that a detector found.
  init(_ face: DetectedFace) {
    let (right, left) = (face.points[0], face.points[1])
    self.init(
      centre: face.box.centre, side: Self.margin * max(face.box.width, face.box.height),
      angle: atan2(left.y - right.y, left.x - right.x))
  }

  /// About a face of which an earlier frame, or an earlier look, gave the mesh.
  init(_ mesh: [MeshPoint]) {
    let (right, left) = (mesh[MeshIndex.rightEyeOuter], mesh[MeshIndex.leftEyeOuter])
    let angle = atan2(Double(left.y - right.y), Double(left.x - right.x))
    let (c, s) = (Float(cos(angle)), Float(sin(angle)))
    var (left0, right0, top, bottom) = (
      Float.infinity, -Float.infinity, Float.infinity, -Float.infinity
    )
    for point in mesh {
      let (x, y) = (c * point.x + s * point.y, c * point.y - s * point.x)
      left0 = min(left0, x)
      right0 = max(right0, x)
      top = min(top, y)
      bottom = max(bottom, y)
    }
    let (x, y) = (Double(left0 + right0) / 2, Double(top + bottom) / 2)
    self.init(
      centre: ImagePoint(x: cos(angle) * x - sin(angle) * y, y: sin(angle) * x + cos(angle) * y),
      side: Self.margin * Double(max(right0 - left0, bottom - top)), angle: angle)
  }

  /// Whether it can be looked at: it has a size, and lies in the picture at least in part.
  func isUsable(width: Int, height: Int) -> Bool {
    guard side.isFinite, centre.x.isFinite, centre.y.isFinite, angle.isFinite else { return false }
    let reach = side / 2
    return side >= Double(VisionLimits.meshRegionSideMin) && side <= 4 * Double(max(width, height))
      && centre.x > -reach && centre.y > -reach
      && centre.x < Double(width) + reach && centre.y < Double(height) + reach
  }
}

/// What one look gave.
struct MeshLook {
  /// In pixel-centre coordinates of the picture.
  var mesh: [MeshPoint]
  /// How sure the model is that this is a face, 0–1.
  var presence: Double
}

/// Runs the models of the mesh on a lane.
struct FaceMesh {
  let lane: InferenceLane

  /// Lays the mesh over what `region` shows; beyond the picture its outermost pixels continue.
  func look(_ picture: ImagePyramid, at region: MeshRegion) throws(InferenceError) -> MeshLook {
    let side = MeshModels.cropSide
    let step = region.side / Double(side)
    // The model counts from the crop's corner, where the first pixel's centre is at one half.
    let (c, s) = (cos(region.angle) * step, sin(region.angle) * step)
    let half = Double(side) / 2
    let originX = region.centre.x - (c - s) * half
    let originY = region.centre.y - (s + c) * half
    let map = Similarity(a: c, b: s, tx: originX + (c - s) / 2, ty: originY + (s + c) / 2)
    return try lane.run(
      .faceLandmarks, fill: { picture.sample(map, side: side, into: $0) },
      read: { outputs in
        let places = outputs[0]
        let (fc, fs, fx, fy) = (Float(c), Float(s), Float(originX), Float(originY))
        var isFinite = true
        let mesh = (0..<MeshModels.pointCount).map { index in
          let (x, y, z) = (places[3 * index], places[3 * index + 1], places[3 * index + 2])
          isFinite = isFinite && x.isFinite && y.isFinite && z.isFinite
          return MeshPoint(
            x: fc * x - fs * y + fx, y: fs * x + fc * y + fy, z: z * Float(step))
        }
        let presence = 1 / (1 + exp(-Double(outputs[1][0])))
        return MeshLook(mesh: mesh, presence: isFinite && presence.isFinite ? presence : 0)
      })
  }

  /// What the face of a mesh does: the 52 blendshapes, 0–1.
  func blendshapes(_ mesh: [MeshPoint]) throws(InferenceError) -> [Float] {
    try lane.run(
      .faceBlendshapes,
      fill: { input in
        for (index, point) in MeshModels.blendshapePoints.enumerated() {
          // From pixel centres to distances from the corner, which the model was trained on.
          input[2 * index] = mesh[point].x + 0.5
          input[2 * index + 1] = mesh[point].y + 0.5
        }
      }, read: { $0[0].map { $0.isFinite ? min(max($0, 0), 1) : 0 } })
  }

  /// The five points that templates are made from, of a mesh.
  static func points(of mesh: [MeshPoint]) -> [ImagePoint] {
    [
      MeshIndex.rightIris, MeshIndex.leftIris, MeshIndex.noseTip, MeshIndex.rightMouthCorner,
      MeshIndex.leftMouthCorner,
    ].map { ImagePoint(x: Double(mesh[$0].x), y: Double(mesh[$0].y)) }
  }

  /// The smallest upright rectangle about a mesh.
  static func box(of mesh: [MeshPoint]) -> ImageBox {
    var (left, right) = (Float.infinity, -Float.infinity)
    var (top, bottom) = (Float.infinity, -Float.infinity)
    for point in mesh {
      left = min(left, point.x)
      right = max(right, point.x)
      top = min(top, point.y)
      bottom = max(bottom, point.y)
    }
    return ImageBox(
      x: Double(left), y: Double(top), width: Double(right - left), height: Double(bottom - top))
  }
}

extension TrackedFace {
  /// The face of a still: nil if no mesh lies on it, or without the models.
  init?(
    _ face: DetectedFace, in picture: ImagePyramid, on lane: InferenceLane
  ) throws(InferenceError) {
    guard lane.has(.faceLandmarks), lane.has(.faceBlendshapes) else { return nil }
    let mesher = FaceMesh(lane: lane)
    // The detector's box is rougher than a mesh: the first look only says where to look.
    var region = MeshRegion(face)
    var last: MeshLook?
    for _ in 0..<2 {
      guard region.isUsable(width: picture.width, height: picture.height) else { return nil }
      let look = try mesher.look(picture, at: region)
      guard look.presence >= TrackLimits.presenceMin else { return nil }
      region = MeshRegion(look.mesh)
      last = look
    }
    guard let last else { return nil }
    self.init(
      box: FaceMesh.box(of: last.mesh), presence: last.presence, pose: HeadPose(mesh: last.mesh),
      mesh: last.mesh, blendshapes: try mesher.blendshapes(last.mesh))
  }
}
