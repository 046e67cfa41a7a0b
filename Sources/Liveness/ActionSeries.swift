// What a face and head do along a clip, as even series of a few numbers.

internal import Glibc
internal import Vision

/// The numbers that actions are read from, in stretches without a gap, sampled evenly.
///
/// Even sampling makes clips of 12 and of 60 frames a second look alike: times and counts mean the same.
struct ActionSeries {
  /// One moment.
  struct Sample {
    /// Since the clip's first frame.
    var seconds: Double
    /// Opening of an eye as a share of its width, of the mesh in space: about 0.3 open, 0.06 shut.
    var rightEye: Double
    var leftEye: Double
    /// How shut the eyes are by the blendshape model, mean of both, 0–1.
    var eyeClosure: Double
    /// Gap between the lips as a share of the mouth's width: 0 shut, above 0.5 wide open.
    var mouth: Double
    /// How open the jaw is by the blendshape model, 0–1.
    var jaw: Double
    /// Degrees; see `HeadPose`.
    var pitch: Double
    var yaw: Double
    /// How well the frame's mesh is the reference mesh as a turned solid, 0–1: see `HeadShape`.
    var solidity: Double
  }

  /// Stretches in which the face was never lost for longer than `gapSecondsMax`, in order of time.
  let stretches: [[Sample]]
  /// Longest time between two frames with a readable face, seconds: beyond `gapSecondsMax` it lies between stretches, and
  /// what was done in it is not known. Nil of fewer than two.
  let longestGap: Double?

  /// Time between samples, seconds.
  static let step = 1.0 / 30
  /// Longest time between two frames with a face that is bridged, seconds.
  static let gapSecondsMax = 0.25
  /// Longest median time between frames at which actions can be told, seconds: a blink lasts 0.1 to 0.4 s.
  static let frameSecondsMax = 0.125

  init(_ track: FaceTrack) {
    let frames = Self.readable(track)
    longestGap = zip(frames.dropFirst(), frames).map { $0.seconds - $1.seconds }.max()
    guard Self.isDense(frames.map(\.seconds)) else {
      stretches = []
      return
    }
    let shape = HeadShape(reference: Self.reference(frames))
    let samples = frames.map { Sample($0.face, at: $0.seconds, shape: shape) }
    var stretches: [[Sample]] = []
    var first = 0
    for index in samples.indices {
      let isLast = index == samples.count - 1
      if isLast || samples[index + 1].seconds - samples[index].seconds > Self.gapSecondsMax {
        if index > first { stretches.append(Self.even(samples[first...index])) }
        first = index + 1
      }
    }
    self.stretches = stretches
  }

  /// Frames with a usable face, in strict order of time.
  private static func readable(_ track: FaceTrack) -> [(seconds: Double, face: TrackedFace)] {
    var result: [(seconds: Double, face: TrackedFace)] = []
    for frame in track.frames.prefix(LivenessLimits.actionFramesMax) {
      guard let face = frame.face, face.mesh.count >= MeshPlace.count,
        face.blendshapes.count >= ShapePlace.count, frame.seconds.isFinite,
        face.pose.yaw.isFinite, face.pose.pitch.isFinite,
        face.mesh.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }),
        frame.seconds > result.last?.seconds ?? -.infinity
      else { continue }
      result.append((frame.seconds, face))
    }
    return result
  }

  private static func isDense(_ times: [Double]) -> Bool {
    guard times.count >= 2 else { return false }
    return zip(times.dropFirst(), times).map { $0 - $1 }.quantile(0.5) <= frameSecondsMax
  }

  /// The mesh of the frame that is nearest to how the head is held.
  private static func reference(_ frames: [(seconds: Double, face: TrackedFace)]) -> [MeshPoint] {
    let yaw = Neutral.yaw(frames.map(\.face.pose.yaw))
    let pitch = frames.map(\.face.pose.pitch).quantile(0.5)
    let turned = frames.map { abs($0.face.pose.yaw - yaw) + abs($0.face.pose.pitch - pitch) }
    let best = turned.indices.min { turned[$0] < turned[$1] } ?? 0
    return frames[best].face.mesh
  }

  /// The same course at every `step`, straight lines between frames.
  private static func even(_ samples: ArraySlice<Sample>) -> [Sample] {
    var result: [Sample] = []
    var after = samples.startIndex + 1
    let (start, end) = (samples.first!.seconds, samples.last!.seconds)
    let count = Int((end - start) / step + 1e-6)
    for index in 0...count {
      let seconds = start + Double(index) * step
      while after < samples.endIndex - 1, samples[after].seconds < seconds { after += 1 }
      result.append(samples[after - 1].mixed(with: samples[after], at: seconds))
    }
    return result
  }
}

extension ActionSeries.Sample {
  init(_ face: TrackedFace, at seconds: Double, shape: HeadShape) {
    let mesh = face.mesh
    self.seconds = seconds
    rightEye = MeshPlace.eyeOpening(
      mesh, lids: [(160, 144), (159, 145), (158, 153)], corners: (33, 133))
    leftEye = MeshPlace.eyeOpening(
      mesh, lids: [(385, 380), (386, 374), (387, 373)], corners: (362, 263))
    eyeClosure =
      Double(
        face.blendshapes[ShapePlace.eyeBlinkLeft] + face.blendshapes[ShapePlace.eyeBlinkRight]) / 2
    mouth =
      mesh[13].distance(to: mesh[14]) / max(mesh[78].distance(to: mesh[308]), MeshPlace.pixelsMin)
    jaw = Double(face.blendshapes[ShapePlace.jawOpen])
    pitch = face.pose.pitch
    yaw = face.pose.yaw
    solidity = shape.solidity(of: mesh)
  }

  /// On the straight line to `other` at `moment`.
  func mixed(with other: Self, at moment: Double) -> Self {
    let share = min(max((moment - seconds) / (other.seconds - seconds), 0), 1)
    func mix(_ a: Double, _ b: Double) -> Double { a + share * (b - a) }
    return Self(
      seconds: moment, rightEye: mix(rightEye, other.rightEye),
      leftEye: mix(leftEye, other.leftEye),
      eyeClosure: mix(eyeClosure, other.eyeClosure), mouth: mix(mouth, other.mouth),
      jaw: mix(jaw, other.jaw), pitch: mix(pitch, other.pitch), yaw: mix(yaw, other.yaw),
      solidity: mix(solidity, other.solidity))
  }
}

/// Points of MediaPipe's face mesh by number; right and left are the person's.
enum MeshPlace {
  static let count = 468
  /// Least length that is divided by, pixels.
  static let pixelsMin = 1e-6

  /// Mean height of the lids' pairs over the distance of the corners.
  static func eyeOpening(
    _ mesh: [MeshPoint], lids: [(Int, Int)], corners: (Int, Int)
  ) -> Double {
    let height = lids.reduce(0) { $0 + mesh[$1.0].distance(to: mesh[$1.1]) } / Double(lids.count)
    return height / max(mesh[corners.0].distance(to: mesh[corners.1]), pixelsMin)
  }
}

/// Places in the model's list of blendshapes.
enum ShapePlace {
  static let count = 52
  static let eyeBlinkLeft = 9
  static let eyeBlinkRight = 10
  static let jawOpen = 25
}

/// How a head is held when it does nothing.
enum Neutral {
  /// Farthest that the middle of a clip may shift the front, degrees: cameras stand a little aside, but whoever turns
  /// away for most of a clip has turned.
  static let yawMax = 10.0

  static func yaw(_ yaws: [Double]) -> Double {
    min(max(yaws.quantile(0.5), -yawMax), yawMax)
  }
}

extension MeshPoint {
  /// In space.
  func distance(to other: MeshPoint) -> Double {
    let (dx, dy, dz) = (Double(x - other.x), Double(y - other.y), Double(z - other.z))
    return (dx * dx + dy * dy + dz * dz).squareRoot()
  }
}

extension Array where Element == Double {
  /// The value that a share of `share` lies below, straight lines between ranks; 0 of nothing.
  func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return 0 }
    let sorted = sorted()
    let place = share * Double(sorted.count - 1)
    let low = Int(place)
    let high = Swift.min(low + 1, sorted.count - 1)
    return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
  }
}
