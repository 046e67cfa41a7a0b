// Follows one face along a clip, frame by frame: the mesh leads from one frame to the next, a detector finds the face
// at first and again, and templates tell whether it is still the same person.

internal import Inference
internal import Media

/// Follows a face. Fed with the analysed frames of one clip in order of time, on one lane; the same frames give the
/// same track.
struct FaceTracker {
  /// What to measure beside the mesh.
  struct Options {
    /// Whether to measure the colours of face and background on every frame.
    var wantLight = false
    /// What the times of looks are drawn from.
    var lookSeed: UInt64 = 0
  }

  private let lane: InferenceLane
  private let contract: TemplateContract
  private let options: Options
  private var width = 0
  private var height = 0
  private var frames: [TrackFrame] = []
  private var checks: [IdentityCheck] = []
  /// Where the face is expected; nil while it is lost.
  private var region: MeshRegion?
  private var detectionDue = -Double.infinity
  private var strays = 0
  private var qualityDue = -Double.infinity
  /// When templates are due.
  private var looks: LookSchedule
  /// Of the last frame with a face.
  private var patch: (face: FacePatch, seconds: Double)?

  /// A template made along the clip.
  private struct IdentityCheck {
    /// Index of its frame.
    let frame: Int
    /// From the mesh's points; compared along the clip only.
    let template: FaceTemplate
    /// Made as pictures' templates are; only where it is worth it.
    let full: FaceTemplate?
    /// How good a portrait the frame is, 0–100.
    let worth: Double

    func isSamePerson(as other: FaceTemplate) -> Bool {
      template.similarity(to: other).map { $0 >= TrackLimits.samePersonMin } ?? false
    }
  }

  /// - Parameter lane: has the models of faces and of meshes.
  init(lane: InferenceLane, contract: TemplateContract, options: Options = Options()) {
    self.lane = lane
    self.contract = contract
    self.options = options
    looks = LookSchedule(seed: options.lookSeed)
  }

  /// Analyses the next frame. All frames have the first one's size.
  ///
  /// - Parameter seconds: since the clip's first frame; later than the frame before.
  /// - Returns: what was seen; its similarity is known only when the clip has ended.
  @discardableResult
  mutating func add(
    _ picture: ImagePyramid, seconds: Double
  ) throws(InferenceError) -> TrackFrame {
    if frames.isEmpty { (width, height) = (picture.width, picture.height) }
    var frame = TrackFrame(seconds: seconds)
    if region != nil {
      if seconds >= detectionDue { try detect(picture, &frame) }
      try follow(picture, looks: 1, &frame)
    }
    if frame.face == nil, region == nil {
      // Lost on this frame or before it: found again, or not, on this one.
      try detect(picture, &frame)
      if region != nil {
        // The detector's box is rougher than a mesh: the first one only says where to look.
        try follow(picture, looks: 2, &frame)
        looks.begin(at: seconds)
      }
    }
    if var face = frame.face {
      try measure(picture, seconds, &face)
      frame.face = face
      if options.wantLight { frame.light = FrameLight(picture, mesh: face.mesh) }
    }
    frames.append(frame)
    return frame
  }

  // MARK: Finding and following

  /// Looks for faces and counts them; sets `region` if the face is lost, or lets go of it if it lies elsewhere.
  private mutating func detect(
    _ picture: ImagePyramid, _ frame: inout TrackFrame
  ) throws(InferenceError) {
    detectionDue = frame.seconds + TrackLimits.detectionSeconds
    frame.facesSeen = try seek(picture)
  }

  /// Returns how many faces there are beyond doubt; two stands for more as well.
  private mutating func seek(_ picture: ImagePyramid) throws(InferenceError) -> Int {
    let detector = FaceDetector(lane: lane)
    let faces = try detector.propose(picture, thorough: false)
    guard let followed = frames.last?.face, region != nil else {
      guard let chosen = AnalysisTask.choose(.prominent, faces, in: picture) else { return 0 }
      region = MeshRegion(faces[chosen])
      strays = 0
      return try count(faces, beside: faces[chosen], detector, picture)
    }
    let match = faces.indices.max {
      faces[$0].box.overlap(with: followed.box) < faces[$1].box.overlap(with: followed.box)
    }
    if let match, faces[match].box.overlap(with: followed.box) >= TrackLimits.sameFaceOverlap {
      strays = 0
      return try count(faces, beside: faces[match], detector, picture)
    }
    guard !faces.isEmpty else { return 1 }
    let mesh = DetectedFace(
      box: followed.box, confidence: 1, points: FaceMesh.points(of: followed.mesh))
    let seen = try count(faces, beside: mesh, detector, picture)
    if seen > 1 {
      strays += 1
      if strays >= TrackLimits.strayDetectionsMax { region = nil }
    }
    return seen
  }

  private func count(
    _ faces: [DetectedFace], beside face: DetectedFace, _ detector: FaceDetector,
    _ picture: ImagePyramid
  ) throws(InferenceError) -> Int {
    let others = faces.filter { $0 != face }
    return try detector.second(beside: face, among: others, in: picture) == nil ? 1 : 2
  }

  /// Lays the mesh over the expected place and, if a face is there, reads what it does.
  private mutating func follow(
    _ picture: ImagePyramid, looks: Int, _ frame: inout TrackFrame
  ) throws(InferenceError) {
    let mesher = FaceMesh(lane: lane)
    var last: MeshLook?
    for _ in 0..<looks {
      guard let place = region, place.isUsable(width: picture.width, height: picture.height) else {
        region = nil
        return
      }
      let look = try mesher.look(picture, at: place)
      guard look.presence >= TrackLimits.presenceMin else {
        region = nil
        return
      }
      region = MeshRegion(look.mesh)
      last = look
    }
    guard let last else { return }
    frame.face = TrackedFace(
      box: FaceMesh.box(of: last.mesh), presence: last.presence, pose: HeadPose(mesh: last.mesh),
      mesh: last.mesh, blendshapes: try mesher.blendshapes(last.mesh))
  }

  // MARK: Quality and identity

  private mutating func measure(
    _ picture: ImagePyramid, _ seconds: Double, _ face: inout TrackedFace
  ) throws(InferenceError) {
    let isFrontal =
      abs(face.pose.yaw) <= TrackLimits.frontalYawMax
      && abs(face.pose.pitch) <= TrackLimits.frontalPitchMax
    let isOther = isOther(face, picture, seconds)
    looks.see(
      face, hasJumped: hasJumped(to: face, seconds) || isOther == true, isUnknown: isOther == nil,
      at: seconds)
    let isDue = looks.isDue(at: seconds)
    if isFrontal, isDue || seconds >= qualityDue {
      qualityDue = seconds + TrackLimits.qualitySeconds
      face.quality = quality(of: face, picture)
    }
    let isOverdue =
      looks.isOverdue(at: seconds)
      && max(abs(face.pose.yaw), abs(face.pose.pitch)) <= TrackLimits.identityYawMax
    guard isDue, isFrontal || isOverdue else { return }
    try check(picture, face, at: frames.count)
    looks.looked(at: face, seconds)
  }

  /// Whether the face does not look like that of the frame before; nil where that is too long ago to tell.
  private mutating func isOther(
    _ face: TrackedFace, _ picture: ImagePyramid, _ seconds: Double
  ) -> Bool? {
    let before = patch
    patch = FacePatch(FaceMesh.points(of: face.mesh), in: picture).map { ($0, seconds) }
    guard let before, let patch, seconds - before.seconds <= TrackLimits.patchSeconds else {
      return nil
    }
    return patch.face.likeness(to: before.face) < TrackLimits.patchLikenessMin
  }

  /// Makes a template of the face on the frame that is analysed.
  private mutating func check(
    _ picture: ImagePyramid, _ face: TrackedFace, at frame: Int
  ) throws(InferenceError) {
    let points = FaceMesh.points(of: face.mesh)
    let embedder = FaceEmbedder(lane: lane)
    guard let vector = try embedder.embed(points, in: picture) else { return }
    let template = FaceTemplate(vector, contract: Self.alongClip)
    let worth = face.portraitScore ?? 0
    let known = checks.filter { $0.full != nil && $0.isSamePerson(as: template) }.map(\.worth).max()
    var full: FaceTemplate?
    if known.map({ worth > TrackLimits.betterPortrait * $0 }) ?? true,
      let close = try FaceDetector(lane: lane).confirm(points, in: picture),
      close.hits >= FaceDetector.hitsMin
    {
      full = try embedder.embed(close.points, in: picture).map {
        FaceTemplate($0, contract: contract)
      }
    }
    checks.append(IdentityCheck(frame: frame, template: template, full: full, worth: worth))
  }

  /// Makes templates of frames that are to be given away and were not looked at.
  /// - Returns: whether there were any, so that the track is another one now.
  mutating func look(at best: [BestFrame]) throws(InferenceError) -> Bool {
    var hasLooked = false
    for chosen in best {
      guard let index = frames.firstIndex(where: { $0.seconds == chosen.seconds }),
        let face = frames[index].face, !checks.contains(where: { $0.frame == index }),
        let pixels = try? ImageDecoder.decode(chosen.jpeg)
      else { continue }
      try check(ImagePyramid(pixels.takePixels()), face, at: index)
      hasLooked = hasLooked || checks.last?.frame == index
    }
    return hasLooked
  }

  /// Templates of a mesh's points: less exact than pictures', and half as dear.
  private static let alongClip = TemplateContract(text: "points of a mesh, one clip/1")

  /// Whether the face moved so far since the frame before that it may be another one.
  private func hasJumped(to face: TrackedFace, _ seconds: Double) -> Bool {
    guard let last = frames.last, let before = last.face,
      seconds - last.seconds <= TrackLimits.jumpSeconds
    else { return false }
    let (x, y) = (
      face.box.centre.x - before.box.centre.x, face.box.centre.y - before.box.centre.y
    )
    let most = TrackLimits.jumpShare * before.box.width
    return (x * x + y * y).squareRoot() > most
      || abs(face.box.width - before.box.width) > most
  }

  private func quality(of face: TrackedFace, _ picture: ImagePyramid) -> FaceQuality {
    let points = FaceMesh.points(of: face.mesh)
    return FaceQuality(
      sizePixels: face.box.shorterSide, pose: face.pose,
      pixels: FacePixels(points: points, in: picture),
      completeness: FaceCompleteness(points: points, width: picture.width, height: picture.height))
  }

  // MARK: The end

  /// The whole track, as far as it is known: after more looks (`look(at:)`) it is asked for again.
  mutating func finish() -> FaceTrack {
    if let reference {
      for check in checks {
        frames[check.frame].face?.similarity = check.template.similarity(to: reference.template)
      }
    }
    return FaceTrack(
      width: width, height: height, frames: frames,
      events: TrackEvents(frames, width: width, height: height).all,
      jumpsUnseen: looks.jumpsUnseen)
  }

  /// The template of the person who is seen most, of the best frame; it can be compared with pictures'. Nil if the face
  /// was never seen well enough.
  var template: FaceTemplate? {
    guard let reference else { return nil }
    return checks.filter { $0.full != nil && $0.isSamePerson(as: reference.template) }
      .enumerated().max { ($0.element.worth, $1.offset) < ($1.element.worth, $0.offset) }?
      .element.full
  }

  /// What the others are compared with: of those that most others are like, the best portrait.
  private var reference: IdentityCheck? {
    let order = checks.map { check in
      (checks.count { $0.isSamePerson(as: check.template) }, check.worth)
    }
    let best = checks.indices.max {
      (order[$0].0, order[$0].1, $1) < (order[$1].0, order[$1].1, $0)
    }
    return best.map { checks[$0] }
  }
}

extension TrackedFace {
  /// How good a portrait the frame is, 0–100: quality, from the front, eyes open, mouth closed; nil where
  /// quality was not measured.
  var portraitScore: Double? {
    guard let quality else { return nil }
    let front = 1 - max(abs(pose.yaw) / 40, abs(pose.pitch) / 40, abs(pose.roll) / 60)
    let open = 1 - max(self[.eyeBlinkLeft], self[.eyeBlinkRight])
    return quality.score * max(front, 0) * open * (1 - 0.5 * mouthOpening)
  }
}
