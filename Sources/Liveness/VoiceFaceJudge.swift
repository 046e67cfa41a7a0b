// Whether the mouth that is seen is the one that is heard.

internal import Glibc
package import Vocabulary

/// Judges a mouth's movement against a voice. Pure.
///
/// Loudness and opening do not go together word for word: a whole clip's correlation is 0.1 to 0.7 for talkers and reaches
/// as high for others' sound. What holds is that lips move while there is voice and rest while there is none. So it is
/// movement, not opening, that is compared, by ranks, which forgive how loud a voice and how lively a mouth is:
/// `agreement` is the mean of Spearman's correlation with loudness and of the chance (2 A − 1) that a tick with voice
/// moves more than one without.
///
/// Measured on 13 open clips of talkers (2.9 to 10 s) and their 156 cross-pairs: see `README.md`. It cannot tell a dubbing
/// that keeps to the pauses of the picture; what is said is another matter.
package enum VoiceFaceJudge {
  /// Judges.
  /// - Parameters:
  ///   - mouths: as `MouthShape.all(in:)` gives them.
  ///   - loudness: short-time levels in dB on the same clock, every 50 ms or oftener; none without sound.
  ///   - voiced: where a voice is heard, seconds on the same clock, rising; nil takes what is loud for voice.
  /// - Returns: what could be measured; nothing of a face that is hardly seen or of no sound.
  package static func judge(
    mouths: [MouthShape], loudness: [TimedValue], voiced: [ClosedRange<Double>]? = nil
  ) -> [LivenessSignal: Double] {
    guard let mouth = MouthCourse(mouths), mouth.speed.count >= ticksMin,
      let voice = VoiceCourse(loudness, voiced, first: mouth.first, count: mouth.speed.count)
    else { return [:] }
    var signals: [LivenessSignal: Double] = [:]
    let heard = mouth.speed.indices.filter { voice.isVoiced[$0] }
    let silent = silentTicks(voice)
    let perSecond = Double(MouthCourse.perSecond)
    let moving = silent.count { mouth.isSeen[$0] && mouth.speed[$0] > movingSpeed }
    signals[.lipSilentMotionSeconds] = Double(moving) / perSecond
    guard !heard.isEmpty else { return signals }
    let seen = heard.filter { mouth.isSeen[$0] }
    // A voice from before the mouth was first seen, or after, is a voice without a mouth.
    let alone = mouth.secondsOutside(voiced ?? []) * perSecond
    signals[.lipVoiceCoverage] = Double(seen.count) / (Double(heard.count) + alone)
    guard seen.count >= ticksOfClassMin else { return signals }
    let speeds = seen.map { mouth.speed[$0] }
    signals[.lipVoicedMotion] = speeds.quantile(0.5)
    signals[.lipVoicedMovingShare] =
      Double(speeds.count { $0 > stillSpeed }) / Double(speeds.count)
    if let best = agreement(mouth, voice) {
      signals[.lipVoiceAgreement] = best.value
      signals[.lipVoiceLagSeconds] = Double(best.lag) / perSecond
    }
    return signals
  }

  /// Two seconds: less says nothing.
  private static let ticksMin = 2 * MouthCourse.perSecond
  /// Least ticks with voice, and without, that are told apart.
  private static let ticksOfClassMin = 5
  /// Lags that are tried: a fifth of a second either way.
  private static let lags = -5...5
  /// Mouth widths a second: slower is a mouth at rest. Faces that listen have at most 0.08, talkers 0.39 and more.
  static let stillSpeed = 0.25
  /// As talkers' mouths move.
  static let movingSpeed = 0.5
  /// How far from voice a mouth has to be to be silent, seconds: lips part before a sound and close after it.
  private static let besideVoiceSeconds = 0.4

  /// Ticks that are well apart from any voice.
  private static func silentTicks(_ voice: VoiceCourse) -> [Int] {
    let reach = Int(besideVoiceSeconds * Double(MouthCourse.perSecond))
    let count = voice.isVoiced.count
    var isNear = [Bool](repeating: false, count: count)
    for tick in voice.isVoiced.indices where voice.isVoiced[tick] {
      for near in max(tick - reach, 0)...min(tick + reach, count - 1) { isNear[near] = true }
    }
    return isNear.indices.filter { !isNear[$0] }
  }

  private static func agreement(
    _ mouth: MouthCourse, _ voice: VoiceCourse
  ) -> (value: Double, lag: Int)? {
    var best: (value: Double, lag: Int)?
    let count = mouth.movement.count
    for lag in lags {
      // Tick t of the mouth against t + lag of the voice.
      let ticks = (max(0, -lag)..<min(count, count - lag)).filter { mouth.isSeen[$0] }
      guard ticks.count >= ticksMin - 2 * lags.upperBound else { continue }
      let movement = ticks.map { mouth.movement[$0] }.ranks
      let loudness = ticks.map { voice.activity[$0 + lag] }.ranks
      guard let correlation = correlation(movement, loudness) else { continue }
      var value = correlation
      let classes = ticks.map { voice.isLoud[$0 + lag] }
      if let excess = excess(movement, classes) { value = (correlation + excess) / 2 }
      if best.map({ value > $0.value }) ?? true { best = (value, lag) }
    }
    return best
  }

  /// 2 A − 1, where A is the chance that one of the class ranks above one of the others; nil where either is too small.
  private static func excess(_ ranks: [Double], _ isOf: [Bool]) -> Double? {
    let count = isOf.count(where: \.self)
    let others = isOf.count - count
    guard count >= ticksOfClassMin, others >= ticksOfClassMin else { return nil }
    let sum = zip(ranks, isOf).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    let above = sum - Double(count) * Double(count - 1) / 2
    return 2 * above / (Double(count) * Double(others)) - 1
  }
}

/// A voice on the mouth's clock.
private struct VoiceCourse {
  /// dB above the floor, at most `loudest`, smoothed as movement is.
  let activity: [Double]
  /// Loud enough for a voice, tick by tick.
  let isLoud: [Bool]
  /// Within a stretch of speech, short pauses included.
  let isVoiced: [Bool]

  /// The loudest dB above the floor that count.
  private static let loudest = 40.0
  /// Levels below this are digital silence, dB.
  private static let silence = -90.0
  /// Without a detector's word: so far above the floor, and not so far below the loudest, dB.
  private static let aboveFloor = 12.0
  private static let belowLoudest = 30.0
  /// Pauses within speech, seconds.
  private static let pauseSecondsMax = 0.24

  /// Nil of sound that does not reach over the ticks, or of times that are none.
  init?(
    _ loudness: [TimedValue], _ voiced: [ClosedRange<Double>]?, first: Int, count: Int
  ) {
    var ordered: [TimedValue] = []
    for item in loudness
    where item.seconds.isFinite && item.value.isFinite
      && item.seconds > ordered.last?.seconds ?? -.infinity
    {
      ordered.append(item)
    }
    guard ordered.count >= 2 else { return nil }
    let perSecond = Double(MouthCourse.perSecond)
    var levels: [Double] = []
    var after = 1
    for tick in first..<first + count {
      let seconds = Double(tick) / perSecond
      // Before and after the sound there is none.
      guard seconds >= ordered[0].seconds - 0.1, seconds <= ordered[ordered.count - 1].seconds + 0.1
      else {
        levels.append(Self.silence)
        continue
      }
      while after < ordered.count - 1, ordered[after].seconds < seconds { after += 1 }
      let (a, b) = (ordered[after - 1], ordered[after])
      let share = min(max((seconds - a.seconds) / (b.seconds - a.seconds), 0), 1)
      levels.append(max(a.value + share * (b.value - a.value), Self.silence))
    }
    let floor = levels.quantile(0.1)
    let loud = max(floor + Self.aboveFloor, (levels.max() ?? 0) - Self.belowLoudest)
    isLoud = levels.map { $0 > loud }
    if let voiced {
      isVoiced = (first..<first + count).map { tick in
        let seconds = Double(tick) / perSecond
        return voiced.contains { $0.contains(seconds) }
      }
    } else {
      isVoiced = Self.bridged(isLoud, Int(Self.pauseSecondsMax * perSecond))
    }
    activity = levels.map { min(max($0 - floor, 0), Self.loudest) }.smoothed(MouthCourse.smooth)
  }

  private static func bridged(_ loud: [Bool], _ pauseMax: Int) -> [Bool] {
    var result = loud
    var last: Int?
    for tick in loud.indices where loud[tick] {
      if let last, tick - last - 1 <= pauseMax {
        for between in last..<tick { result[between] = true }
      }
      last = tick
    }
    return result
  }
}
