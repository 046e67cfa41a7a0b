// What was seen of a face along a clip: numbers with times, no pixels.

/// The face of a clip, frame by frame. Personal data (a mesh is biometric): it stays in this process.
///
/// Places are pixel centres of the upright frame; times are seconds since the clip's first frame.
package struct FaceTrack: Sendable {
  /// Size of the upright frames in pixels.
  package var width: Int
  package var height: Int
  /// The frames that were analysed, in order of time.
  package var frames: [TrackFrame]
  /// What happened to the track, in order of start.
  package var events: [TrackEvent]
  /// How often the face changed from one frame to the next, where it was not looked at whose it is: a clip that does so all
  /// the time.
  package var jumpsUnseen: Int

  package init(
    width: Int, height: Int, frames: [TrackFrame], events: [TrackEvent], jumpsUnseen: Int = 0
  ) {
    self.jumpsUnseen = jumpsUnseen
    self.width = width
    self.height = height
    self.frames = frames
    self.events = events
  }
}

/// One analysed frame.
package struct TrackFrame: Sendable {
  package var seconds: Double
  /// How many faces a detector saw beyond doubt; nil on frames where only the known face was followed.
  package var facesSeen: Int?
  /// The face that is followed; nil while it is lost.
  package var face: TrackedFace?
  /// Colours of face and background, if they were asked for.
  package var light: FrameLight?

  package init(
    seconds: Double, facesSeen: Int? = nil, face: TrackedFace? = nil, light: FrameLight? = nil
  ) {
    self.seconds = seconds
    self.facesSeen = facesSeen
    self.face = face
    self.light = light
  }
}

/// A followed face on one frame.
package struct TrackedFace: Sendable {
  package var box: ImageBox
  /// How sure the landmark model is that this is a face, 0–1.
  package var presence: Double
  /// From the mesh against a canonical face; degrees.
  package var pose: HeadPose
  /// 478 points of MediaPipe's face mesh: x, y in pixels; z in the same unit, smaller is nearer.
  package var mesh: [MeshPoint]
  /// 52 blendshapes of MediaPipe's FaceLandmarker, 0–1, in the model's order (`Blendshape`).
  package var blendshapes: [Float]
  /// Measured on some frames only.
  package var quality: FaceQuality?
  /// Cosine to the clip's reference template, −1 to 1; measured on some frames only.
  package var similarity: Double?

  package init(
    box: ImageBox, presence: Double, pose: HeadPose, mesh: [MeshPoint], blendshapes: [Float],
    quality: FaceQuality? = nil, similarity: Double? = nil
  ) {
    self.box = box
    self.presence = presence
    self.pose = pose
    self.mesh = mesh
    self.blendshapes = blendshapes
    self.quality = quality
    self.similarity = similarity
  }
}

/// A point of the face mesh.
package struct MeshPoint: Sendable, Equatable {
  package var x: Float
  package var y: Float
  package var z: Float

  package init(x: Float, y: Float, z: Float) {
    self.x = x
    self.y = y
    self.z = z
  }
}

/// Something that happened to the track, from its first frame to its last, in seconds.
package struct TrackEvent: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// No face was found.
    case faceLost
    /// A second face was in the picture beyond doubt.
    case severalFaces
    /// The face's box reached over the frame's edge.
    case leftFrame
    /// The face does not fit the clip's reference template.
    case personChanged
  }

  package var kind: Kind
  package var start: Double
  package var end: Double

  package init(kind: Kind, start: Double, end: Double) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// Mean colours on one frame, for challenges that light the face.
package struct FrameLight: Sendable {
  package enum Region: Int, Sendable, CaseIterable {
    case forehead, rightCheek, leftCheek, nose, chin
    /// Beside the head, well outside the face's box.
    case backgroundLeft, backgroundRight
    /// Outer cheeks, which face sideways.
    case rightSide, leftSide
  }

  /// By region; absent where the region is not in the picture.
  package var colors: [Region: LinearColor]

  package init(colors: [Region: LinearColor]) { self.colors = colors }
}

/// Linear light (sRGB's curve undone before averaging), 0–1 a channel.
package struct LinearColor: Sendable, Equatable {
  package var red: Double
  package var green: Double
  package var blue: Double
  /// Share of the region's pixels with a channel at 250 or above, 0–1.
  package var clippedShare: Double

  package init(red: Double, green: Double, blue: Double, clippedShare: Double = 0) {
    self.red = red
    self.green = green
    self.blue = blue
    self.clippedShare = clippedShare
  }
}
