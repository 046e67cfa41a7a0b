// Which readings of a colour challenge are good enough: the table that policies begin with.

package import Vocabulary

/// Bounds on the signals of the section "Reflection". A signal that is absent is outside every bound.
package struct ReflectThresholds: Sendable, Equatable {
  /// Least `reflectCoverage`.
  package var coverageMin: Double
  /// Greatest `reflectChance`.
  package var chanceMax: Double
  /// Least `reflectMargin`.
  package var marginMin: Double
  /// Least `reflectCorrelation`.
  package var correlationMin: Double
  /// Least `reflectResponse`; screens, which shine themselves, stay below.
  package var responseMin: Double
  /// Greatest `reflectResponse`; where the screen is all the light there is, responses cannot be told apart.
  package var responseMax: Double
  /// Least `reflectWeakestRegion`; a mirrored patch does not cover a face evenly.
  package var weakestRegionMin: Double
  /// Greatest `reflectBackground`.
  package var backgroundMax: Double
  /// Least `reflectRelief`, and least relief over its standard error.
  package var reliefMin: Double
  package var reliefMarginMin: Double
  /// Greatest `reflectRelief`; beyond it is no face.
  package var reliefMax: Double
  /// Greatest `reflectOverexposed`.
  package var overexposedMax: Double
  /// From this `reflectBackground` on the clip contradicts a live face.
  package var backgroundContradicting: Double
  /// With this many standard errors between a value and its bound, the clip contradicts a live face; with fewer it
  /// only fails to show one.
  package var contradictionMargin: Double
  /// Chroma that changes at least so much (`reflectChromaChange`) but follows another sequence contradicts as well.
  package var foreignChromaMin: Double

  /// Chosen on simulated clips (`FlashRanges.narrow`), checked on others (`idv evaluate reflect`): rounded, and
  /// where physics gives a number, that one.
  package static let recommended = ReflectThresholds(
    coverageMin: 0.75, chanceMax: 0.001, marginMin: 5, correlationMin: 0.75, responseMin: 0.035,
    responseMax: 5, weakestRegionMin: 0.4, backgroundMax: 0.5, reliefMin: 0.12,
    reliefMarginMin: 3, reliefMax: 1.1, overexposedMax: 0.3, backgroundContradicting: 0.7,
    contradictionMargin: 3, foreignChromaMin: 0.08)
}

/// What a reading says under a table of thresholds.
package enum ReflectOutcome: Sendable, Equatable {
  /// A live face was lit by the issued sequence.
  case shown
  /// Nothing speaks against it, but these signals do not show it: darker surroundings, a steadier or nearer face help.
  case notShown([LivenessSignal])
  /// These signals do not fit a live face before the screen.
  case contradicted([LivenessSignal])
}

extension ReflectThresholds {
  /// Judges the signals of one reading. Contradictions come before what is missing.
  package func outcome(_ signals: [LivenessSignal: Double]) -> ReflectOutcome {
    var missing: [LivenessSignal] = []
    func check(_ signal: LivenessSignal, _ holds: (Double) -> Bool) {
      if !(signals[signal].map(holds) ?? false) { missing.append(signal) }
    }
    check(.reflectOverexposed) { $0 <= overexposedMax }
    check(.reflectCoverage) { $0 >= coverageMin }
    check(.reflectChance) { $0 <= chanceMax }
    check(.reflectMargin) { $0 >= marginMin }
    check(.reflectCorrelation) { $0 >= correlationMin }
    check(.reflectResponse) { $0 >= responseMin && $0 <= responseMax }
    check(.reflectWeakestRegion) { $0 >= weakestRegionMin }
    check(.reflectBackground) { $0 <= backgroundMax }
    check(.reflectRelief) { $0 >= reliefMin && $0 <= reliefMax }
    if let error = signals[.reflectReliefError] {
      check(.reflectRelief) { $0 >= reliefMarginMin * error }
    } else {
      missing.append(.reflectReliefError)
    }
    if missing.isEmpty { return .shown }
    let contradictions = contradictions(signals)
    return contradictions.isEmpty ? .notShown(missing) : .contradicted(contradictions)
  }

  private func contradictions(_ signals: [LivenessSignal: Double]) -> [LivenessSignal] {
    guard let coverage = signals[.reflectCoverage], coverage >= coverageMin,
      let chance = signals[.reflectChance], let change = signals[.reflectChromaChange]
    else { return [] }
    if chance > 0.05, change >= foreignChromaMin { return [.reflectChance] }
    guard chance <= chanceMax else { return [] }
    var found: [LivenessSignal] = []
    if let value = signals[.reflectBackground], let error = signals[.reflectBackgroundError],
      value - contradictionMargin * error > backgroundContradicting
    {
      found.append(.reflectBackground)
    }
    if let value = signals[.reflectRelief], let error = signals[.reflectReliefError],
      value + contradictionMargin * error < reliefMin
    {
      found.append(.reflectRelief)
    }
    return found
  }
}
