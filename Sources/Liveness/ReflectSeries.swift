// The colours of a track as logarithms over time, each frame with the time it stands for.

internal import Glibc
internal import Vision

/// What a track tells of colours.
///
/// A camera sees region i in channel k as gain(t) · balance_k(t) · albedo_ik · (ambient_ik + screen_ik(t)). In
/// logarithms the unknown constants add, and what exposure and white balance do adds alike to all regions.
struct ReflectSeries {
  /// The colours of one frame.
  struct Frame {
    /// When it was taken, and the time that it stands for: to half-way to its neighbours, `reachSeconds` at most.
    let seconds: Double
    let start: Double
    let end: Double
    /// The face: mean of its regions' deviations from their own medians.
    let face: SIMD3<Double>
    /// Each region's deviation from its median; nil where it was not seen well.
    let regions: [SIMD3<Double>?]
  }

  let frames: [Frame]
  /// Share of frames with half the face's regions over-exposed.
  let overexposed: Double

  /// A frame speaks for this long before and after it; longer gaps are gaps.
  static let reachSeconds = 0.06
  /// A region with more of its pixels at the upper end is over-exposed.
  static let clippedShareMax = 0.1
  /// Below this linear light eight bits tell nothing: two steps of sRGB's curve.
  static let lightMin = 0.0006
  /// Regions of the face that a frame must show.
  static let faceRegionsMin = 3

  static let faceRegions: [FrameLight.Region] = [.forehead, .rightCheek, .leftCheek, .nose, .chin]
  /// They answer less by nature, and hair may cover them.
  static let sideRegions: [FrameLight.Region] = [.rightSide, .leftSide]

  init(_ track: FaceTrack) {
    var seen: [(seconds: Double, logs: [SIMD3<Double>?])] = []
    var (lit, over) = (0, 0)
    for frame in track.frames.prefix(LivenessLimits.reflectFramesMax) {
      guard let light = frame.light, frame.seconds.isFinite else { continue }
      guard frame.seconds > seen.last?.seconds ?? -.infinity else { continue }
      let shown = Self.faceRegions.compactMap { light.colors[$0] }
      guard !shown.isEmpty else { continue }
      lit += 1
      if 2 * shown.count(where: { $0.clippedShare > Self.clippedShareMax }) >= shown.count {
        over += 1
      }
      let logs = FrameLight.Region.allCases.map { light.colors[$0].flatMap(Self.logs) }
      let usable = Self.faceRegions.count { logs[$0.rawValue] != nil }
      if usable >= Self.faceRegionsMin { seen.append((frame.seconds, logs)) }
    }
    overexposed = lit == 0 ? 0 : Double(over) / Double(lit)
    let medians = FrameLight.Region.allCases.map { region in
      Self.median(seen.compactMap { $0.logs[region.rawValue] })
    }
    frames = seen.indices.map { index in
      let (seconds, logs) = seen[index]
      let regions = zip(logs, medians).map { logs, median in
        logs.flatMap { logs in median.map { logs - $0 } }
      }
      let known = Self.faceRegions.compactMap { regions[$0.rawValue] }
      let sum = known.reduce(SIMD3<Double>(), +)
      let before =
        index == 0 ? seconds - Self.reachSeconds : (seen[index - 1].seconds + seconds) / 2
      let after =
        index == seen.count - 1
        ? seconds + Self.reachSeconds : (seconds + seen[index + 1].seconds) / 2
      return Frame(
        seconds: seconds, start: max(before, seconds - Self.reachSeconds),
        end: min(after, seconds + Self.reachSeconds), face: sum / Double(known.count),
        regions: regions)
    }
  }

  private static func logs(_ color: LinearColor) -> SIMD3<Double>? {
    let light = SIMD3(color.red, color.green, color.blue)
    guard color.clippedShare <= clippedShareMax,
      (0..<3).allSatisfy({ (lightMin...1).contains(light[$0]) })
    else { return nil }
    return SIMD3(log(light.x), log(light.y), log(light.z))
  }

  private static func median(_ values: [SIMD3<Double>]) -> SIMD3<Double>? {
    guard !values.isEmpty else { return nil }
    var middle = SIMD3<Double>()
    for channel in 0..<3 {
      middle[channel] = values.map { $0[channel] }.sorted()[values.count / 2]
    }
    return middle
  }
}

/// Chroma without brightness: two axes at right angles to grey.
enum ReflectChroma {
  static let first = SIMD3<Double>(1, 0, -1) / 2.0.squareRoot()
  static let second = SIMD3<Double>(-1, 2, -1) / 6.0.squareRoot()

  static func of(_ channels: SIMD3<Double>) -> SIMD2<Double> {
    SIMD2((channels * first).sum(), (channels * second).sum())
  }
}
