// The limits that scores of a spoken text are held against, as data.

/// Limits of one operating point. All are inclusive; a limit that is nil is not asked for.
package struct OperatingPoint: Sendable, Equatable, Codable {
  package var name: String
  /// Where the numbers come from.
  package var source: String
  /// Below it, something else was said: rejected.
  package var pmiMin: Double
  package var w4Min: Double?
  /// A coverage from which `w4Min` need not be met.
  package var covInsteadOfW4: Double?
  package var covMin: Double?
  package var tailMin: Double?
  package var fgMin: Double?
  /// Largest share of the part that its uncovered tail may be.
  package var uncoveredTailShareMax: Double?
  /// A tail from which `uncoveredTailShareMax` need not be met: what the recogniser wrote of the end matters less than how well
  /// the end of the text fits the sound.
  package var tailInsteadOfCovered: Double?
  /// By how many nats the expected text has to beat every contrast. One that it does not beat at all rejects.
  package var contrastMarginMin: Double

  package init(
    name: String, source: String, pmiMin: Double, w4Min: Double? = nil,
    covInsteadOfW4: Double? = nil, covMin: Double? = nil, tailMin: Double? = nil,
    fgMin: Double? = nil, uncoveredTailShareMax: Double? = nil, tailInsteadOfCovered: Double? = nil,
    contrastMarginMin: Double
  ) {
    self.name = name
    self.source = source
    self.pmiMin = pmiMin
    self.w4Min = w4Min
    self.covInsteadOfW4 = covInsteadOfW4
    self.covMin = covMin
    self.tailMin = tailMin
    self.fgMin = fgMin
    self.uncoveredTailShareMax = uncoveredTailShareMax
    self.tailInsteadOfCovered = tailInsteadOfCovered
    self.contrastMarginMin = contrastMarginMin
  }

  /// 78 recordings of some 50 adult speakers, Whisper base: true texts accepted, other sentences, three, two and one
  /// changed syllables, half read.
  private static let measured = "78 studio-like clips, ~50 speakers, Whisper base q8_0"

  /// 100 / 0 / 94 / 96 / 100 / 97 %: tells only that it was this text rather than another.
  package static let lenient = OperatingPoint(
    name: "lenient", source: measured, pmiMin: 0.8, contrastMarginMin: 3)
  /// With w4 alone: 96.2 / 0 / 0 / 9 / 55 / 8 %. The limit of the tail is not from those recordings: it asks that three
  /// quarters were heard to the end.
  package static let standard = OperatingPoint(
    name: "standard", source: measured, pmiMin: 0.8, w4Min: 0.5, covInsteadOfW4: 0.9,
    uncoveredTailShareMax: 0.25, contrastMarginMin: 3)
  /// 92.3 / 0 / 0 / 2.6 / 30 / 2.6 %.
  package static let strict = OperatingPoint(
    name: "strict", source: measured, pmiMin: 0.8, w4Min: 0.5, tailMin: 1, fgMin: -1.5,
    uncoveredTailShareMax: 0.25, contrastMarginMin: 3)

  package static let all = [lenient, standard, strict]
}
