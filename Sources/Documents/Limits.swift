// Bounds and fixed numbers of reading documents. Where a number was tuned, the text says on what.

/// Bounds of reading documents.
package enum DocumentLimits {
  /// A field below this is low: it needs a look. Tuned on freshly rendered cards so that no field that is wrong stays
  /// above it without a doubt beside it.
  package static let lowConfidence = 80.0
  /// Most other values told for a field.
  package static let alternativesMax = 3
  /// Most lines of a card that are looked at; a full passport page has some forty.
  package static let linesMax = 256
  /// Most characters of a line that are looked at; an MRZ line has 44.
  package static let lineCharactersMax = 128
  /// A kind is accepted from this score on.
  package static let kindScoreMin = 0.5
  /// A kind that the caller asks for is accepted from this score on, if no other fits.
  package static let expectedKindScoreMin = 0.25
}
