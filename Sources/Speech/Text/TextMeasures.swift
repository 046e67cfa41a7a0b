// What is measured of one text against one stretch of sound.

internal import SpokenText

/// How well a text fits what was heard. Logarithms of likelihoods are natural.
package struct TextMeasures: Sendable, Equatable {
  /// Score of each token given the sound, and given silence; the end is the last one.
  package var heard: [Double]
  package var silent: [Double]
  /// Score of the recogniser's own hypothesis, and its tokens without the end.
  package var hypothesisScore: Double
  package var hypothesisTokens: Int
  /// For each character the margin by which the text beats the best one with a syllable of another sound there, and
  /// the best one without the character; nil where nothing else comes near.
  package var alternatives: [Margin]
  package var omissions: [Margin]
  /// The margins over the text with a word of negation put in before a character, where one comes near.
  package var insertions: [Margin]

  /// By how much a text beats another.
  package struct Margin: Sendable, Equatable {
    /// Index of the character.
    package var place: Int
    /// Nats; below 0 the other text fits better.
    package var nats: Double
    /// What stands there in the other text; empty for an omission.
    package var other: String
  }

  /// By how much each token is likelier with the sound than without it.
  package var information: [Double] { zip(heard, silent).map { $0 - $1 } }

  /// Mean of `information`.
  package var pmi: Double { Self.mean(information[...]) }

  /// Least mean of `information` over four tokens in a row.
  package var weakestWindow: Double {
    let all = information
    guard all.count > 4 else { return Self.mean(all[...]) }
    return (0..<all.count - 4).map { Self.mean(all[$0..<$0 + 4]) }.least(worst: -.infinity) ?? 0
  }

  /// Mean of `information` over the last three tokens before the end.
  package var tail: Double {
    let all = information
    guard all.count > 1 else { return Self.mean(all[...]) }
    return Self.mean(all[max(0, all.count - 4)..<all.count - 1])
  }

  /// How likely the end is after the text, given the sound: next to impossible where somebody speaks on.
  package var endScore: Double { heard.last ?? -.infinity }

  /// How far the text is behind the hypothesis, for each token.
  package var greedyGap: Double {
    (heard.reduce(0, +) - hypothesisScore) / Double(max(1, heard.count))
  }

  /// Least margin over syllables of another sound; `Self.marginMax` if none comes near.
  package var alternativeMargin: Double { Self.least(alternatives) }

  /// Least margin over texts without one of the characters.
  package var omissionMargin: Double { Self.least(omissions) }

  /// Least margin over texts with a word of negation more.
  package var insertionMargin: Double { Self.least(insertions) }

  /// What is no number is worse than any.
  private static func least(_ margins: [Margin]) -> Double {
    margins.reduce(marginMax) { $1.nats.isNaN ? -.infinity : min($0, $1.nats) }
  }

  /// Sum of all margins below 0: how many syllables fit badly, and how badly.
  package var deficit: Double {
    alternatives.reduce(0) { $0 + ($1.nats.isNaN ? -.infinity : min(0, $1.nats)) }
  }

  /// Margins are not told beyond this: what is as far off is not looked at.
  package static let marginMax = 6.0

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
