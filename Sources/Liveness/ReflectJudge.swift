// Whether a face was lit by the colours that were issued: numbers in, numbers out.

internal import Glibc
package import Vision
package import Vocabulary

/// What a track says about a sequence of colours.
package struct ReflectReading: Sendable, Equatable {
  /// Of the section "Reflection"; those that could not be measured are absent.
  package let signals: [LivenessSignal: Double]
  /// Each region's response over that of the whole face; empty if nothing was measured. For reports.
  package let regions: [FrameLight.Region: Double]

  package init(signals: [LivenessSignal: Double], regions: [FrameLight.Region: Double] = [:]) {
    self.signals = signals
    self.regions = regions
  }
}

/// Reads how a face answers to the colours that a screen showed.
///
/// **Which sequence.** The face's chroma, drift taken out, is correlated with the issued sequence at every delay of the
/// window, and in just the same way with random other sequences. Whatever the clip shows, if it was made without knowing
/// the issued sequence then that one is one of many drawn alike, and any rank among them is equally likely: this is
/// a permutation test, exact for every clip, replay or forgery (R. A. Fisher, "The Design of Experiments", 1935;
/// B. Phipson, G. K. Smyth, "Permutation p-values should never be zero", 2010, for (k + 1) ÷ (m + 1)). The others are
/// drawn from a generator seeded by the issued sequence, which an attacker does not know before it is shown.
///
/// **What surface.** At the best delay: how strong the answer is beside other light, whether each region gives it,
/// whether the background does, and whether it bulges (`ReflectResponse`).
///
/// Out of reach: whoever knows the sequence and relights a face with it, in real time or in the time that a challenge is
/// valid for, and a print bent like a face. A device must therefore ask for the sequence late, a challenge must expire
/// soon, and evidence about the camera must go with it. Relighting adds delay; it is told but not judged, because the
/// clocks of screen and clip are not tied together.
package enum ReflectJudge {
  /// When the first colour may reach the picture, seconds after the clip's first frame: the device starts both
  /// together, give or take a few frames; screen, exposure and camera add 30–250 ms.
  package static let windowDefault = -0.3...0.7

  /// Judges a clip.
  /// - Parameters:
  ///   - track: with the colours of its frames; at most `LivenessLimits.reflectFramesMax` are looked at.
  ///   - sequence: as it was issued; nothing is measured for one that `ReflectSequence.random` cannot have made.
  ///   - window: delays that are tried, cut to `LivenessLimits.reflectWindowSecondsMax`.
  ///   - others: sequences to compare with; the smallest `reflectChance` is 1 ÷ (others + 1).
  package static func judge(
    track: FaceTrack, sequence: ReflectSequence,
    window: ClosedRange<Double> = windowDefault, others: Int = LivenessLimits.reflectOthers
  ) -> ReflectReading {
    guard let issued = ReflectPattern(sequence), window.lowerBound.isFinite else {
      return ReflectReading(signals: [:])
    }
    let longest = window.lowerBound + LivenessLimits.reflectWindowSecondsMax
    let window = window.lowerBound...min(window.upperBound, longest)
    let series = ReflectSeries(track)
    var signals: [LivenessSignal: Double] = [:]
    if !series.frames.isEmpty || series.overexposed > 0 {
      signals[.reflectOverexposed] = series.overexposed
    }
    var numbers = SplitMix64(sequence)
    let drawn = (0..<max(others, 0)).compactMap { _ in
      ReflectPattern(ReflectSequence.random(using: &numbers))
    }
    guard let match = ReflectMatch(series, issued: issued, others: drawn, window: window) else {
      return ReflectReading(signals: signals)
    }
    signals[.reflectCoverage] = match.coverage
    signals[.reflectCorrelation] = match.correlation
    signals[.reflectDelaySeconds] = match.delay
    if !match.others.isEmpty {
      signals[.reflectChance] = match.chance
      signals[.reflectMargin] = match.margin
    }
    guard
      let response = ReflectResponse(
        series, issued: issued, others: drawn[...], delay: match.delay)
    else { return ReflectReading(signals: signals) }
    signals[.reflectResponse] = response.face
    signals[.reflectResponseError] = response.faceError
    signals[.reflectChromaChange] = response.chromaChange
    signals[.reflectWeakestRegion] = response.weakestRegion
    signals[.reflectBackground] = response.background?.ratio
    signals[.reflectBackgroundError] = response.background?.error
    signals[.reflectRelief] = response.relief?.value
    signals[.reflectReliefError] = response.relief?.error
    return ReflectReading(signals: signals, regions: response.regions)
  }
}

extension ReflectMatch {
  /// Share of all sequences, the issued one included, that fit as well as the issued one.
  fileprivate var chance: Double {
    Double(others.count { $0 >= correlation } + 1) / Double(others.count + 1)
  }

  /// Distance from the others' mean in their standard deviations, after Fisher's transform (which makes the spread of
  /// correlations even).
  fileprivate var margin: Double {
    func transformed(_ correlation: Double) -> Double {
      let bounded = min(max(correlation, -0.9999), 0.9999)
      return atanh(bounded)
    }
    let values = others.map(transformed)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (transformed(correlation) - mean) / max(variance.squareRoot(), 1e-6)
  }
}

extension ReflectResponse {
  /// Nil if fewer than three regions were seen, or the median one does not answer.
  fileprivate var weakestRegion: Double? {
    let sorted = ReflectSeries.faceRegions.compactMap { regions[$0] }.sorted()
    guard sorted.count >= ReflectSeries.faceRegionsMin, sorted[sorted.count / 2] > 0 else {
      return nil
    }
    return sorted[0] / sorted[sorted.count / 2]
  }
}

extension SplitMix64 {
  /// Seeded by a sequence (FNV-1a), so that the same clip and sequence give the same numbers. They draw sequences to compare
  /// with, never one that is issued.
  fileprivate init(_ sequence: ReflectSequence) {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for color in sequence.colors {
      for value in [UInt64(color.rgb), UInt64(truncatingIfNeeded: color.milliseconds)] {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          seed = (seed ^ (value >> shift & 0xFF)) &* 0x100_0000_01B3
        }
      }
    }
    self.init(seed: seed)
  }
}
