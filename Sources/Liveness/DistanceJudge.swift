// Whether a face came nearer or went farther as asked, as a head does and a picture does not.

internal import Glibc
package import Vision
package import Vocabulary

/// A step of a distance challenge.
package enum DistanceStep: String, Sendable, CaseIterable, Codable {
  case nearer, farther

  /// The way back.
  package var other: DistanceStep { self == .nearer ? .farther : .nearer }
}

/// A step as it was performed.
package struct PerformedStep: Sendable, Equatable {
  package let step: DistanceStep
  package let start: Double
  package let end: Double
  /// Size of the face at the end over that at the start.
  package let scale: Double
}

/// What a clip shows of a distance challenge.
package struct DistanceReading: Sendable, Equatable {
  /// In order of start.
  package let steps: [PerformedStep]
  package let signals: [LivenessSignal: Double]

  /// When the action that follows the steps may begin, seconds since the clip's first frame.
  package var afterwards: ClosedRange<Double> {
    let end = steps.map(\.end).max() ?? 0
    return end - LivenessLimits.actionsOverlapSecondsMax ... .greatestFiniteMagnitude
  }
}

/// Judges distance challenges. Pure.
///
/// A head is deep: its ears are a hand's breadth behind its nose. At 25 cm the nose is seen larger against the ears than
/// at 60 cm, by about a tenth; a picture that comes nearer grows alike everywhere. Landmark models follow that to
/// `modelShare` (nine faces warped as if seen from 18 to 60 cm: 0.56 of the true change, ± 0.02 of the ratio).
package enum DistanceJudge {
  /// Judges.
  /// - Parameter asked: in the order asked for.
  package static func judge(_ track: FaceTrack, asked: [DistanceStep]) -> DistanceReading {
    let course = sizes(track)
    let steps = steps(course)
    var signals: [LivenessSignal: Double] = [:]
    if !asked.isEmpty, !course.isEmpty {
      let matched = matched(steps, asked)
      signals[.distanceStepsShare] = Double(matched) / Double(asked.count)
      signals[.distanceStepsNotAsked] = Double(steps.count - matched)
    }
    if !course.isEmpty { signals[.distanceScaleChange] = scaleChange(course) }
    signals[.distancePerspective] = perspective(course, track)
    return DistanceReading(steps: steps, signals: signals)
  }

  /// Least change of size that is a step.
  package static let stepScale = 1.35
  /// Share of the perspective change that landmark models show.
  private static let modelShare = 0.56
  /// How far the plane of the ears lies behind that of the nostrils, cm, and how wide heads are there (canonical face
  /// model: 7.0 and 15.4).
  private static let earDepth = 7.0
  private static let headWidth = 15.4
  /// Focal length over the picture's long side: front cameras of phones and notebooks see 65 to 78° along it.
  private static let focalShare = 0.7
  /// Angles within which ratios are measured, degrees: beyond, one ear is hidden.
  private static let angleMax = 12.0
  /// Least change of size from which perspective can be told.
  private static let perspectiveScaleMin = 1.3
  /// Least frames from the front.
  private static let frontalFramesMin = 15

  /// Size and proportions of the face on one frame.
  private struct Size {
    var seconds: Double
    /// Pixels of the head's width.
    var scale: Double
    /// Width at the ears over width of the nose; nil where the head is turned.
    var proportion: Double?
  }

  private static func sizes(_ track: FaceTrack) -> [Size] {
    let faces = track.frames.prefix(LivenessLimits.actionFramesMax).filter {
      ($0.face?.mesh.count ?? 0) >= MeshPlace.count
    }
    let pitch = faces.compactMap { $0.face?.pose.pitch }.quantile(0.5)
    var result: [Size] = []
    for frame in faces {
      guard let face = frame.face, frame.seconds.isFinite,
        frame.seconds > result.last?.seconds ?? -.infinity
      else { continue }
      let mesh = face.mesh
      let eyes = mesh[33].distance(to: mesh[263])
      let ears = (width(mesh, 234, 454) + width(mesh, 127, 356)) / 2
      let nose = width(mesh, 129, 358)
      guard eyes.isFinite, ears.isFinite, nose.isFinite, eyes > 1, nose > 1 else { continue }
      let isFrontal =
        abs(face.pose.yaw) <= angleMax && abs(face.pose.pitch - pitch) <= angleMax
      // The outer corners of the eyes are 8.9 cm apart in the canonical face model.
      result.append(
        Size(
          seconds: frame.seconds, scale: eyes * headWidth / 8.9,
          proportion: isFrontal ? ears / nose : nil))
    }
    return result
  }

  /// In the picture.
  private static func width(_ mesh: [MeshPoint], _ a: Int, _ b: Int) -> Double {
    let (dx, dy) = (Double(mesh[a].x - mesh[b].x), Double(mesh[a].y - mesh[b].y))
    return (dx * dx + dy * dy).squareRoot()
  }

  // MARK: Steps

  /// Movements of `stepScale` and more between turning points of the size.
  private static func steps(_ course: [Size]) -> [PerformedStep] {
    let sizes = ActionCourse(values: course.map { log($0.scale) }).smoothed
    guard !sizes.values.isEmpty else { return [] }
    let swings = sizes.swings(reversal: log(stepScale) / 2, in: 0...(sizes.values.count - 1))
    return swings.compactMap { swing in
      guard abs(swing.change) >= log(stepScale) else { return nil }
      return PerformedStep(
        step: swing.change > 0 ? .nearer : .farther, start: course[swing.start].seconds,
        end: course[swing.end].seconds, scale: exp(swing.change))
    }
  }

  /// How many of `asked` are found in order, beginning with the first.
  private static func matched(_ steps: [PerformedStep], _ asked: [DistanceStep]) -> Int {
    var next = 0
    for step in steps where next < asked.count && step.step == asked[next] { next += 1 }
    return next
  }

  // MARK: Perspective

  /// How the proportion follows the size, over how a head's does: the slope of least squares over all frontal frames.
  /// Nil if there are too few or the size changed too little.
  private static func perspective(_ course: [Size], _ track: FaceTrack) -> Double? {
    let focal = focalShare * Double(max(track.width, track.height))
    let frontal = course.compactMap { size -> (depth: Double, proportion: Double)? in
      guard let proportion = size.proportion, proportion > 0, focal > 0 else { return nil }
      let distance = focal * headWidth / size.scale
      return (log(distance / (distance + earDepth)), log(proportion))
    }
    guard frontal.count >= frontalFramesMin,
      scaleChange(course.filter { $0.proportion != nil }) >= perspectiveScaleMin
    else { return nil }
    let count = Double(frontal.count)
    let meanDepth = frontal.reduce(0) { $0 + $1.depth } / count
    let meanProportion = frontal.reduce(0) { $0 + $1.proportion } / count
    var (both, depth) = (0.0, 0.0)
    for frame in frontal {
      both += (frame.depth - meanDepth) * (frame.proportion - meanProportion)
      depth += (frame.depth - meanDepth) * (frame.depth - meanDepth)
    }
    return depth > 0 ? both / depth / modelShare : nil
  }

  /// From the far tenth to the near tenth.
  private static func scaleChange(_ course: [Size]) -> Double {
    let scales = course.map(\.scale)
    guard scales.count >= 2 else { return 1 }
    return scales.quantile(0.9) / scales.quantile(0.1)
  }
}
