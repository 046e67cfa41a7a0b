// How a mouth moves along a clip, on an even clock, as voice is held against it.

internal import Glibc
package import Vision

/// The mouth on one frame.
package struct MouthShape: Sendable, Equatable {
  /// Since the clip's first frame.
  package let seconds: Double
  /// Gap between the lips over the mouth's width.
  package let opening: Double
  /// Width of the mouth over the distance of the eyes' outer corners.
  package let width: Double

  package init(seconds: Double, opening: Double, width: Double) {
    self.seconds = seconds
    self.opening = opening
    self.width = width
  }
}

extension MouthShape {
  /// The mouths of a track, frames without a face left out.
  package static func all(in track: FaceTrack) -> [MouthShape] {
    track.frames.compactMap { frame in
      guard let mesh = frame.face?.mesh, mesh.count >= MeshPlace.count else { return nil }
      let width = max(mesh[78].distance(to: mesh[308]), MeshPlace.pixelsMin)
      let eyes = max(mesh[33].distance(to: mesh[263]), MeshPlace.pixelsMin)
      return MouthShape(
        seconds: frame.seconds, opening: mesh[13].distance(to: mesh[14]) / width,
        width: width / eyes)
    }
  }
}

/// Movement of a mouth on a clock of `perSecond` ticks.
struct MouthCourse {
  static let perSecond = 25
  /// Longest time between two looks at the mouth that is bridged, seconds.
  static let gapSecondsMax = 0.25

  /// Tick of the first value.
  let first: Int
  /// How fast the lips part or close, mouth widths a second, smoothed over a fifth of a second.
  let speed: [Double]
  /// How much opening and width change together, as a logarithm; only its order means anything.
  let movement: [Double]
  /// Whether the mouth was seen at the tick.
  let isSeen: [Bool]
  var end: Int { first + speed.count }

  /// Nil of too few looks, and of times that are none.
  init?(_ mouths: [MouthShape]) {
    var ordered: [MouthShape] = []
    for mouth in mouths
    where mouth.seconds.isFinite && mouth.opening.isFinite && mouth.width.isFinite
      && mouth.seconds > ordered.last?.seconds ?? -.infinity
    {
      ordered.append(mouth)
    }
    guard ordered.count >= 3, let start = ordered.first?.seconds, let stop = ordered.last?.seconds,
      abs(start) < LivenessLimits.lipSecondsMax, stop < LivenessLimits.lipSecondsMax
    else { return nil }
    let ticks = Double(Self.perSecond)
    let (firstTick, lastTick) = (
      Int((start * ticks).rounded(.up)), Int((stop * ticks).rounded(.down))
    )
    guard lastTick - firstTick >= 2 else { return nil }
    var openings: [Double] = []
    var widths: [Double] = []
    var seen: [Bool] = []
    var after = 1
    for tick in firstTick...lastTick {
      let seconds = Double(tick) / ticks
      while after < ordered.count - 1, ordered[after].seconds < seconds { after += 1 }
      let (a, b) = (ordered[after - 1], ordered[after])
      let share = min(max((seconds - a.seconds) / (b.seconds - a.seconds), 0), 1)
      openings.append(a.opening + share * (b.opening - a.opening))
      widths.append(a.width + share * (b.width - a.width))
      seen.append(b.seconds - a.seconds <= Self.gapSecondsMax)
    }
    let openingSpeed = Self.speed(openings)
    let widthSpeed = Self.speed(widths)
    first = firstTick
    speed = openingSpeed
    movement = zip(Self.logarithm(openingSpeed), Self.logarithm(widthSpeed)).map(+)
      .smoothed(Self.smooth)
    isSeen = seen
  }

  /// How much of `spans` lies before the first tick or after the last, seconds.
  func secondsOutside(_ spans: [ClosedRange<Double>]) -> Double {
    let (start, stop) = (
      (Double(first) - 0.5) / Double(Self.perSecond), (Double(end) - 0.5) / Double(Self.perSecond)
    )
    return spans.reduce(0) { sum, span in
      sum + max(min(span.upperBound, start) - span.lowerBound, 0)
        + max(span.upperBound - max(span.lowerBound, stop), 0)
    }
  }

  /// Triangle over seven ticks.
  static let smooth = [1.0, 2, 3, 4, 3, 2, 1]

  private static func speed(_ values: [Double]) -> [Double] {
    let last = values.count - 1
    let raw = values.indices.map { index in
      let (a, b) = (max(index - 1, 0), min(index + 1, last))
      return abs(values[b] - values[a]) / Double(b - a) * Double(perSecond)
    }
    return raw.smoothed([1, 1, 1, 1, 1])
  }

  /// With a floor of a tenth of the usual, so that stillness is not told from stillness.
  private static func logarithm(_ speeds: [Double]) -> [Double] {
    let floor = 0.1 * speeds.quantile(0.5) + 1e-3
    return speeds.map { log($0 + floor) }
  }
}

extension [Double] {
  /// Weighted mean of neighbours, the ends continued; an odd number of weights.
  func smoothed(_ weights: [Double]) -> [Double] {
    guard !isEmpty else { return [] }
    let (half, sum) = (weights.count / 2, weights.reduce(0, +))
    return indices.map { index in
      weights.indices.reduce(0) { total, place in
        total + weights[place] * self[Swift.min(Swift.max(index + place - half, 0), count - 1)]
      } / sum
    }
  }

  /// Each value's place among all, from 0; equal ones share the mean of theirs.
  var ranks: [Double] {
    let order = indices.sorted { self[$0] < self[$1] }
    var ranks = [Double](repeating: 0, count: count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, self[order[end + 1]] == self[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
      start = end + 1
    }
    return ranks
  }
}
