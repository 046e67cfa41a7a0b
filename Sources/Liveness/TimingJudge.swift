// Whether a clip's times and changes are those of a camera: gaps, cuts, frozen and repeated stretches, grain, and the
// device's own clock.

package import Vision
package import Vocabulary

/// What is known of a clip's course.
package struct TimingEvidence: Sendable {
  /// Packets of the file, in any order; empty for a row of pictures.
  package var packets: [ClipInfo.Packet]
  /// When the sensor took each frame, by the device's evidence; empty without.
  package var deviceMicroseconds: [Int64]
  /// Of the frames that were looked at, in order.
  package var changes: [FrameChange]
  package var fingerprints: [FrameFingerprint]

  package init(
    packets: [ClipInfo.Packet], deviceMicroseconds: [Int64] = [], changes: [FrameChange],
    fingerprints: [FrameFingerprint]
  ) {
    self.packets = packets
    self.deviceMicroseconds = deviceMicroseconds
    self.changes = changes
    self.fingerprints = fingerprints
  }
}

extension TimingEvidence {
  /// - Parameter deviceMicroseconds: of the device's evidence, if it is believed.
  package init(_ reading: ClipReading, deviceMicroseconds: [Int64]) {
    self.init(
      packets: reading.info.packets.filter { !$0.isHidden },
      deviceMicroseconds: deviceMicroseconds, changes: reading.changes,
      fingerprints: reading.fingerprints)
  }
}

/// What the times say. Each number is nil where it could not be measured.
///
/// Two of them are proof of a fault in the clip: `loopBitError` and `deviceMatchedShare` (the latter as far as the
/// device is believed). The others are hints: phones drop frames, encoders even out times and wipe out the camera's
/// grain, so a clip that was encoded again by an honest app looks as smooth as one that was made by a program.
package struct TimingReading: Sendable, Equatable {
  /// Median distance from its median of the time between frames, over that median. A hint: cameras with automatic
  /// exposure differ by a few hundredths, files with a fixed rate by 0.
  package var jitter: Double?
  /// Longest time between frames over the median. A hint.
  package var gapRatio: Double?
  /// The same in seconds.
  package var gapSeconds: Double?
  /// Share of distances between key frames, the last one aside, that are shorter than half of the longest. A hint: an
  /// encoder also begins anew where the picture changes much.
  package var keyIrregularity: Double?
  /// Share of the file's frames that the device's sensor took at the time the file says, each its own.
  package var deviceMatchedShare: Double?
  /// Largest change between two frames over the changes before and after it. A hint of a cut: turns of the head reach
  /// 2.5, single jerks more.
  package var jump: Double?
  /// Share of frames that are to the bit the one before, as far as was looked. A hint.
  package var frozenShare: Double?
  /// Median noise of the frames, 8-bit luma. A hint: what a phone encodes has 0 to 1.
  package var noise: Double?
  /// Share of bits in which the clip differs from itself at another time, at best.
  package var loopBitError: Double?
  /// The same against itself running backwards. A hint.
  package var reversalBitError: Double?

  package init() {}

  package var isLoop: Bool { loopBitError.map { $0 <= TimingLimits.loopBitErrorMax } ?? false }

  package var signals: [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [:]
    signals[.timingJitter] = jitter
    signals[.timingGapSecondsMax] = gapSeconds
    signals[.timingKeyIrregularity] = keyIrregularity
    signals[.timingDeviceMatchedShare] = deviceMatchedShare
    signals[.timingJumpMax] = jump
    signals[.timingFrozenShare] = frozenShare
    signals[.cameraNoise] = noise
    signals[.loopBitErrorMin] = loopBitError
    signals[.reversalBitErrorMin] = reversalBitError
    return signals
  }
}

/// Reads a clip's times. Pure; any thread.
package enum TimingJudge {
  package static func read(_ evidence: TimingEvidence) -> TimingReading {
    var reading = TimingReading()
    let times = evidence.packets.map(\.seconds).filter(\.isFinite).sorted()
    readIntervals(times, into: &reading)
    reading.keyIrregularity = keyIrregularity(evidence.packets)
    if !evidence.deviceMicroseconds.isEmpty, !times.isEmpty {
      reading.deviceMatchedShare = matchedShare(
        times, evidence.deviceMicroseconds.map { Double($0) / 1_000_000 })
    }
    readChanges(evidence.changes, into: &reading)
    let frames = ReplayWindow.aligned(evidence.fingerprints)
    reading.loopBitError = loopError(frames)
    reading.reversalBitError = reversalError(frames)
    return reading
  }

  /// The middle one of `values` in order of size.
  private static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }

  private static func readIntervals(_ times: [Double], into reading: inout TimingReading) {
    let intervals = zip(times, times.dropFirst()).map { $1 - $0 }
    guard intervals.count >= TimingLimits.intervalsMin, let middle = median(intervals), middle > 0
    else { return }
    reading.jitter = median(intervals.map { abs($0 - middle) }).map { $0 / middle }
    reading.gapSeconds = intervals.max()
    reading.gapRatio = intervals.max().map { $0 / middle }
  }

  private static func keyIrregularity(_ packets: [ClipInfo.Packet]) -> Double? {
    let keys = packets.filter { $0.isKey && $0.seconds.isFinite }.map(\.seconds).sorted()
    let spans = zip(keys, keys.dropFirst()).map { $1 - $0 }
    // Where every picture is a key frame there is nothing to see.
    guard spans.count >= 3, keys.count < packets.count, let longest = spans.max(), longest > 0
    else { return nil }
    return Double(spans.reduce(0) { $0 + ($1 < longest / 2 ? 1 : 0) }) / Double(spans.count)
  }

  /// Both from their first frame on; the encoder may have left out up to `TimingLimits.deviceLeadMax` at the beginning
  /// and any later.
  static func matchedShare(_ file: [Double], _ device: [Double]) -> Double {
    guard let first = file.first else { return 0 }
    var best = 0
    for lead in device.indices.prefix(TimingLimits.deviceLeadMax + 1) {
      var (matched, at) = (0, lead)
      for time in file {
        let wanted = time - first + device[lead]
        while at < device.count, device[at] < wanted - TimingLimits.deviceMatchSeconds { at += 1 }
        if at < device.count, device[at] <= wanted + TimingLimits.deviceMatchSeconds {
          matched += 1
          at += 1
        }
      }
      best = max(best, matched)
    }
    return Double(best) / Double(file.count)
  }

  private static func readChanges(_ changes: [FrameChange], into reading: inout TimingReading) {
    let count = changes.count
    guard count >= TimingLimits.changesMin else { return }
    let sizes = changes.map(\.meanChange)
    // Of frames that lie alike far apart: after a gap the next one naturally differs more.
    let usual = median(changes.map(\.gapSeconds)) ?? 0
    reading.jump =
      (1..<count - 1).lazy
      .filter { changes[$0].gapSeconds <= usual * TimingLimits.usualGapRatioMax }
      .map { sizes[$0] / (max(sizes[$0 - 1], sizes[$0 + 1]) + TimingLimits.jumpFloor) }.max()
    let frozen = changes.reduce(0) { $0 + ($1.unchangedShare == 1 && $1.meanChange == 0 ? 1 : 0) }
    reading.frozenShare = Double(frozen) / Double(count)
    reading.noise = median(changes.map(\.noise))
  }

  private static func loopError(_ frames: [AlignedFrame]) -> Double? {
    ReplayAlignment.best(frames, frames, shiftMin: TimingLimits.loopMilliseconds)?.bitError
  }

  /// Run backwards, the change over the lag that ended at a time becomes its opposite and ends a lag earlier.
  private static func reversalError(_ frames: [AlignedFrame]) -> Double? {
    guard let last = frames.last?.milliseconds else { return nil }
    let lag = Int(FingerprintLimits.lagSeconds * 1000)
    let all = UInt64.max - 1
    let backwards = frames.reversed().map {
      AlignedFrame(milliseconds: last - $0.milliseconds + lag, bits: ~$0.bits & all)
    }
    return ReplayAlignment.best(frames, backwards)?.bitError
  }
}
