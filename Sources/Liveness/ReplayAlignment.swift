// How well two rows of fingerprints fit, laid over each other at every shift.

/// A fingerprint as it is compared: under the key or not, as long as both are the same way.
package struct AlignedFrame: Sendable, Equatable {
  /// Since the clip's first frame.
  package var milliseconds: Int
  package var bits: UInt64

  package init(milliseconds: Int, bits: UInt64) {
    self.milliseconds = milliseconds
    self.bits = bits
  }
}

/// The best fit of two clips.
package struct ReplayAlignment: Sendable, Equatable {
  /// Share of bits that differ over the best run, 0–1. Half of them differ between clips that have nothing in common;
  /// the best of many shifts is better, about a third.
  package var bitError: Double
  /// Time in the stored clip less time in this one.
  package var shiftMilliseconds: Int
  /// Frames at that shift that fit each by itself, in order.
  package var framesMatched: Int
}

extension ReplayAlignment {
  /// The best run of `ReplayLimits.framesMin` frames within `ReplayLimits.runMilliseconds`, over all shifts whose size
  /// is at least `shiftMin`; nil if no shift has that many frames on frames.
  ///
  /// A tenth of a second is both the step of the shifts and how exactly frames must meet, so a film that runs 8 % faster
  /// still fits along a run. Cost: frames² popcounts, shifts × frames steps.
  package static func best(
    _ clip: [AlignedFrame], _ stored: [AlignedFrame], shiftMin: Int = 0
  ) -> ReplayAlignment? {
    guard clip.count >= ReplayLimits.framesMin, stored.count >= ReplayLimits.framesMin,
      let first = stored.first, let last = stored.last, let head = clip.first, let tail = clip.last
    else { return nil }
    var best: ReplayAlignment?
    let (lowest, highest) = (
      first.milliseconds - tail.milliseconds, last.milliseconds - head.milliseconds
    )
    guard lowest <= highest else { return nil }
    for shift in stride(from: lowest, through: highest, by: ReplayLimits.shiftMilliseconds)
    where abs(shift) >= shiftMin {
      let pairs = pairs(clip, stored, shift)
      guard let error = leastError(pairs) else { continue }
      if error < best?.bitError ?? 1 {
        best = ReplayAlignment(
          bitError: error, shiftMilliseconds: shift,
          framesMatched: pairs.reduce(0) { $0 + ($1.errors <= ReplayLimits.frameErrorsMax ? 1 : 0) }
        )
      }
    }
    return best
  }

  /// Whether some `ReplayLimits.framesMin` frames lie within `ReplayLimits.runMilliseconds`: without them a clip fits
  /// nothing, its own copy included.
  static func hasRun(_ frames: [AlignedFrame]) -> Bool {
    zip(frames, frames.dropFirst(ReplayLimits.framesMin - 1)).contains {
      $1.milliseconds - $0.milliseconds <= ReplayLimits.runMilliseconds
    }
  }

  /// For each frame the stored one nearest to it at this shift, if there is one near enough, and the bits that differ.
  private static func pairs(
    _ clip: [AlignedFrame], _ stored: [AlignedFrame], _ shift: Int
  ) -> [(milliseconds: Int, errors: Int)] {
    var result: [(milliseconds: Int, errors: Int)] = []
    result.reserveCapacity(clip.count)
    var from = 0
    for frame in clip {
      let wanted = frame.milliseconds + shift
      while from < stored.count,
        stored[from].milliseconds < wanted - ReplayLimits.meetMilliseconds
      {
        from += 1
      }
      var least: Int?
      var at = from
      while at < stored.count, stored[at].milliseconds <= wanted + ReplayLimits.meetMilliseconds {
        let errors = (frame.bits ^ stored[at].bits).nonzeroBitCount
        least = min(least ?? errors, errors)
        at += 1
      }
      if let least { result.append((frame.milliseconds, least)) }
    }
    return result
  }

  /// The least share of differing bits over a run; nil without a run.
  private static func leastError(_ pairs: [(milliseconds: Int, errors: Int)]) -> Double? {
    let count = ReplayLimits.framesMin
    guard pairs.count >= count else { return nil }
    var sum = pairs.prefix(count).reduce(0) { $0 + $1.errors }
    var least: Int?
    for end in count - 1..<pairs.count {
      if end >= count { sum += pairs[end].errors - pairs[end - count].errors }
      let span = pairs[end].milliseconds - pairs[end + 1 - count].milliseconds
      if span <= ReplayLimits.runMilliseconds { least = min(least ?? sum, sum) }
    }
    return least.map { Double($0) / Double(count * ReplayLimits.bitCount) }
  }
}
