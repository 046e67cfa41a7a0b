// Whether lips move as a talker's do, and with the sound.

internal import Glibc
package import Vision
package import Vocabulary

/// A number with its time.
package struct TimedValue: Sendable, Equatable {
  package let seconds: Double
  package let value: Double

  package init(seconds: Double, value: Double) {
    self.seconds = seconds
    self.value = value
  }
}

/// What lips do while speech is heard.
package struct LipReading: Sendable, Equatable {
  package let signals: [LivenessSignal: Double]
}

/// Judges lips against sound. Pure.
///
/// The agreement is weak evidence by nature: on open clips of talkers the right sound correlates by 0.3 to 0.7 within a
/// fifth of a second, that of another talker by −0.5 to 0.8. It tells a still or an always moving mouth from a talking one, and a dubbed clip
/// only if pauses do not match; which digits are said is another matter.
package enum LipJudge {
  /// Gap between the lips over the mouth's width, by frame.
  package static func openings(in track: FaceTrack) -> [TimedValue] {
    track.frames.compactMap { frame in
      guard let mesh = frame.face?.mesh, mesh.count >= MeshPlace.count else { return nil }
      let width = max(mesh[78].distance(to: mesh[308]), MeshPlace.pixelsMin)
      return TimedValue(seconds: frame.seconds, value: mesh[13].distance(to: mesh[14]) / width)
    }
  }

  /// Judges.
  /// - Parameters:
  ///   - openings: as `openings(in:)` gives them.
  ///   - loudness: short-time levels in dB on the same clock, every 50 ms or oftener; none without sound.
  package static func judge(openings: [TimedValue], loudness: [TimedValue]) -> LipReading {
    var signals: [LivenessSignal: Double] = [:]
    guard let lips = EvenCourse(openings), lips.values.count > 2 * EvenCourse.perSecond / 5 else {
      return LipReading(signals: signals)
    }
    let changes = zip(lips.values.dropFirst(), lips.values).map { $0 - $1 }
    let energy = changes.reduce(0) { $0 + $1 * $1 } / Double(max(changes.count, 1))
    signals[.lipMotion] = energy.squareRoot() * Double(EvenCourse.perSecond)
    guard let sound = EvenCourse(loudness) else { return LipReading(signals: signals) }
    let level = Self.level(sound)
    let heard = level.values.count { $0 > speechAboveFloor }
    signals[.speechSeconds] = Double(heard) / Double(EvenCourse.perSecond)
    if let best = agreement(lips, level) {
      signals[.lipSpeechCorrelation] = best.correlation
      signals[.lipSpeechLagSeconds] = best.lag
    }
    return LipReading(signals: signals)
  }

  /// dB above the floor from which there is speech.
  private static let speechAboveFloor = 15.0
  /// The loudest dB above the floor that count.
  private static let loudest = 40.0
  /// Lags that are tried, samples: a fifth of a second either way. Cameras' clocks and containers' are that exact.
  private static let lags = -5...5
  /// Least samples that are compared.
  private static let comparedMin = 37
  /// Levels below this are digital silence, dB.
  private static let silence = -90.0

  /// Loudness above its floor, from 0 to `loudest`.
  private static func level(_ sound: EvenCourse) -> EvenCourse {
    let values = sound.values.map { max($0, silence) }
    let floor = values.quantile(0.1)
    return EvenCourse(
      first: sound.first, values: values.map { min(max($0 - floor, 0), loudest) })
  }

  private static func agreement(
    _ lips: EvenCourse, _ level: EvenCourse
  ) -> (correlation: Double, lag: Double)? {
    var best: (correlation: Double, lag: Double)?
    let (a, b) = (lips.smoothed, level.smoothed)
    for lag in lags {
      let first = max(a.first, b.first - lag)
      let end = min(a.end, b.end - lag)
      guard end - first >= comparedMin else { continue }
      let found = correlation(
        a.values[(first - a.first)..<(end - a.first)],
        b.values[(first + lag - b.first)..<(end + lag - b.first)])
      guard let found else { continue }
      if best.map({ found > $0.correlation }) ?? true {
        best = (found, Double(lag) / Double(EvenCourse.perSecond))
      }
    }
    return best
  }
}

/// A course on a clock of 25 ticks a second.
private struct EvenCourse {
  static let perSecond = 25

  /// Tick of the first value.
  let first: Int
  let values: [Double]
  var end: Int { first + values.count }

  init(first: Int, values: [Double]) {
    self.first = first
    self.values = values
  }

  /// Straight lines between values; nil of fewer than two, of times that are none, and of too long a time.
  init?(_ course: [TimedValue]) {
    var ordered: [TimedValue] = []
    for item in course
    where item.seconds.isFinite && item.value.isFinite
      && item.seconds > ordered.last?.seconds ?? -.infinity
    {
      ordered.append(item)
    }
    guard ordered.count >= 2, let start = ordered.first?.seconds, let stop = ordered.last?.seconds,
      abs(start) < LivenessLimits.lipSecondsMax, stop < LivenessLimits.lipSecondsMax
    else { return nil }
    let ticks = Double(Self.perSecond)
    let (firstTick, lastTick) = (
      Int((start * ticks).rounded(.up)), Int((stop * ticks).rounded(.down))
    )
    guard lastTick > firstTick else { return nil }
    var after = 1
    var values: [Double] = []
    for tick in firstTick...lastTick {
      let seconds = Double(tick) / ticks
      while after < ordered.count - 1, ordered[after].seconds < seconds { after += 1 }
      let (a, b) = (ordered[after - 1], ordered[after])
      let share = min(max((seconds - a.seconds) / (b.seconds - a.seconds), 0), 1)
      values.append(a.value + share * (b.value - a.value))
    }
    first = firstTick
    self.values = values
  }

  /// Weighted mean of five neighbours, the ends continued.
  var smoothed: EvenCourse {
    let weights = [1.0, 2, 3, 2, 1]
    let last = values.count - 1
    let smooth = values.indices.map { index in
      (0..<5).reduce(0) { sum, place in
        sum + weights[place] * values[min(max(index + place - 2, 0), last)]
      } / 9
    }
    return EvenCourse(first: first, values: smooth)
  }
}
