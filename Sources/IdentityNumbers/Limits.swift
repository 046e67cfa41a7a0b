// Bounds and fixed numbers of identity numbers, names and card numbers, each with its source.

/// Bounds of this target.
package enum IdentityNumberLimits {
  /// Years that a birth date may name. Numbers were first given out in 1984; GB 11643-1999 itself shows one of 1880.
  package static let birthYearMin = 1800
  /// Years that any date may name: four digits.
  package static let yearMax = 9999
  /// Digits of a payment card number: ISO/IEC 7812-1 allows up to 19; none in use has fewer than 13.
  package static let cardDigits = 13...19
  /// Characters of a Chinese name, separators included.
  package static let nameCharacters = 2...32
  /// Characters of a name in Latin letters: what two lines of an identity card hold.
  package static let latinNameCharacters = 2...60
  /// Readings of one place that a search looks at, likeliest first.
  package static let candidatesPerPlaceMax = 4
  /// Least confidence that a candidate counts with, so that products of 90 stay above zero.
  package static let candidateConfidenceMin = 0.001
  /// Readings that a search tells, likeliest first. It counts them all.
  package static let readingsToldMax = 4
  /// Days that may pass between application and issue: Resident Identity Card Law, article 12 (60 days, 30 more where
  /// traffic is difficult).
  package static let issueDelayDaysMax = 90
  /// Years between a machine-readable expiry date and today, so that the century is known.
  package static let expiryYearsAheadMax = 50
  /// Characters of any text that is looked at. Longer text has no form we know.
  package static let textCharactersMax = 256
}
