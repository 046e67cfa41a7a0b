// What one look at a picture of documents gave: cards, where they lie, the lines on them, and
// measurements of the picture. Numbers only: what they mean is said by Documents and Decisions.

/// One card or page as it was found, rectified and read.
package struct CardReading: Sendable {
  /// The card in the picture as sent (upright after EXIF), corners as the card is read. May lie partly outside it.
  package var quad: Quad
  /// How sure the finder is of the corners, 0–1.
  package var quadConfidence: Double
  /// Size of the rectified card in pixels; lines, portrait and measured places are in these coordinates.
  package var width: Int
  package var height: Int
  /// Every line read on it, upper ones first.
  package var lines: [TextLine]
  /// The largest face on it, if there is one.
  package var portrait: ImageBox?
  /// What the pixels say about the picture's condition.
  package var condition: CardCondition

  package init(
    quad: Quad, quadConfidence: Double, width: Int, height: Int, lines: [TextLine],
    portrait: ImageBox?, condition: CardCondition
  ) {
    self.quad = quad
    self.quadConfidence = quadConfidence
    self.width = width
    self.height = height
    self.lines = lines
    self.portrait = portrait
    self.condition = condition
  }
}

/// Measurements of a card's picture, each with where it is worst. Every number 0–1, 0 is "nothing of it", and
/// none is a verdict: thresholds are in Decisions.
package struct CardCondition: Sendable {
  /// What was measured. A kind that could not be measured is absent, never 0.
  package var measurements: [Kind: Measurement] = [:]

  package init() {}

  /// What can be wrong with the picture of a card.
  package enum Kind: String, Sendable, CaseIterable {
    /// Part of the card lies outside the picture.
    case borderIncomplete
    /// A copy without colour.
    case photocopy
    /// Photographed from a screen.
    case screenRecapture
    /// Light that washes out part of the card.
    case glare
    /// Something lies over the card.
    case occlusion
    /// Out of focus or moved.
    case blur
    /// Too little light.
    case dark
    /// Too few pixels to read.
    case lowResolution
    /// Traces of editing: another compression history in one place.
    case editing
    /// Writing across the card that is not part of it.
    case watermark
    /// An electronic card: too clean to be a photograph.
    case electronic
  }

  /// One measurement.
  package struct Measurement: Sendable, Equatable {
    /// 0–1.
    package var value: Double
    /// Where it is worst, in rectified coordinates; nil if it is of the whole card.
    package var place: ImageBox?

    package init(value: Double, place: ImageBox? = nil) {
      self.value = value
      self.place = place
    }
  }
}
