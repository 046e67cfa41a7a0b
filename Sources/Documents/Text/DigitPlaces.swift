// Digits of a field that holds digits only: what each place may hold, letters that look alike included.

internal import IdentityNumbers
internal import Vision

/// One place of a number.
struct DigitPlace {
  var glyph: Glyph?
  /// Digits it may hold, likeliest first; empty if it was not read or looks like none.
  var candidates: [CandidateCharacter]

  /// The likeliest digit, or `?`.
  var digit: Character { candidates.first?.character ?? "?" }
  /// 0–1.
  var sureness: Double { candidates.first?.confidence ?? 0 }

  /// Whether the digit is the character that was read, and not one that looks like it or was less likely.
  var isAsRead: Bool { glyph.map { $0.character.uppercased() == "\(digit)" } ?? false }

  /// `also` is a character beside digits that the place may hold: X at the end of an identity number.
  init(_ glyph: Glyph, also: Character? = nil) {
    self.glyph = glyph
    candidates = []
    let read = CandidateCharacter(glyph.character, confidence: glyph.confidence)
    let others = glyph.alternatives.map {
      CandidateCharacter($0.character, confidence: $0.confidence)
    }
    for candidate in [read] + others {
      let isExtra = also.map { "\($0)" == candidate.character.uppercased() } ?? false
      let digit = isExtra ? also : Characters.digit(for: candidate.character)
      guard let digit, !candidates.contains(where: { $0.character == digit }) else { continue }
      let isItself = digit == candidate.character || isExtra
      candidates.append(
        CandidateCharacter(
          digit, confidence: candidate.confidence * (isItself ? 1 : Self.lookalikeFactor)))
    }
    candidates.sort { $0.confidence > $1.confidence }
  }

  /// A place that nothing was read at.
  init() { candidates = [] }

  /// What is left of the sureness when a letter is taken for the digit that looks like it.
  static let lookalikeFactor = 0.9

  /// Whether the glyph may be a digit.
  static func isPossible(_ glyph: Glyph) -> Bool {
    Characters.digit(for: glyph.character) != nil
      || glyph.alternatives.contains { Characters.isDigit($0.character) && $0.confidence > 0.05 }
  }
}
